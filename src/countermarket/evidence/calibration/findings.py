"""What a calibration found, as tables: targets met or not, which conflict, and how far parameters contracted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from countermarket.evidence.calibration import emulator, space
from countermarket.evidence.calibration.recovery import PRIOR_DEVIATION
from countermarket.evidence.calibration.sampler import implausibility
from countermarket.evidence.calibration.targets import scaled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.evidence.calibration.fit import Fit, Runs

    Floats = NDArray[np.float64]

MET, NEAR = 1.0, 2.0
"""Tolerances within which the middle of the ensemble meets a target, and lies near it."""
REACHED, CLASH = 1.0, 1.5
"""Two targets conflict if each can be met alone (within REACHED) and no point has both within CLASH."""
POOL = 20_000
PERCENT = (0.1, 0.5, 0.9)


def target_rows(fit: Fit) -> list[dict[str, Any]]:
    """A row for each target: its value, the model before and after, and whether it is met."""
    targets, first = fit.problem.targets, fit.waves[0].runs
    ensemble = fit.checked.outputs[fit.rows]
    nearest = _nearest(fit)
    rows = []
    for column, target in enumerate(targets):
        prior, posterior = _quantiles(fit.library.outputs[:first, column]), _quantiles(ensemble[:, column])
        middle = scaled((target,), posterior[1].reshape(1, 1))[0, 0]
        off = float(abs(middle - scaled((target,), _cell(target.value))[0, 0]))
        rows.append(
            {
                "measure": target.measure,
                "value": target.value,
                "tolerance": target.tolerance,
                "scale": target.scale,
                "weight": target.weight,
                **dict(zip(("prior_low", "prior_median", "prior_high"), map(float, prior), strict=True)),
                **dict(zip(("low", "median", "high"), map(float, posterior), strict=True)),
                "tolerances_off": off,
                "verdict": _verdict(target.weight, off, float(nearest[column])),
                "nearest": float(nearest[column]),
                "explained": fit.emulators[column].explained,
                "source": target.source,
                "note": target.note,
            }
        )
    return rows


def _cell(value: float) -> Floats:
    import numpy as np

    return np.array([[value]])


def _quantiles(values: Floats) -> Floats:
    """Low, middle and high of the runs that gave a value."""
    import numpy as np

    known = values[np.isfinite(values)]
    return np.quantile(known, PERCENT) if len(known) else np.full(3, np.nan)


def _verdict(weight: float, off: float, nearest: float) -> str:
    """What to say of a target."""
    if weight == 0:
        return "shown only"
    if off <= MET:
        return "met"
    if off <= NEAR:
        return "near"
    return "not met: out of reach" if not nearest <= MET else "not met"


def _pool(fit: Fit) -> Floats:
    """Distances from the targets, in tolerances, of all runs and of emulated points. (points, targets)."""
    import numpy as np

    problem = fit.problem
    outputs = np.concatenate([fit.library.outputs, fit.checked.outputs])
    run = implausibility(scaled(problem.targets, outputs), problem.values)
    points = np.random.default_rng(problem.seed).random((POOL, len(problem.fitted)))
    expected = emulator.predict_all(fit.emulators, points)
    distances: Floats = np.concatenate([run, implausibility(expected, problem.values)])
    return distances


def _nearest(fit: Fit) -> Floats:
    """How near any run or emulated point comes to each target, in tolerances. (targets,)."""
    nearest: Floats = _pool(fit).min(axis=0)
    return nearest


def conflicts(fit: Fit) -> list[dict[str, Any]]:
    """Pairs of targets that can each be met and not both, the worst first."""
    import numpy as np

    distance, weights = _pool(fit), fit.problem.weights
    alone = distance.min(axis=0)
    names = [target.measure for target in fit.problem.targets]
    rows = []
    for one in range(len(names)):
        for other in range(one):
            both = float(np.maximum(distance[:, one], distance[:, other]).min())
            reached = max(alone[one], alone[other]) <= REACHED
            if weights[one] and weights[other] and reached and both > CLASH:
                rows.append({"one": names[other], "other": names[one], "nearest_to_both": both})
    return sorted(rows, key=lambda row: -row["nearest_to_both"])


def strains(fit: Fit) -> list[dict[str, Any]]:
    """Pairs of targets that pull against each other where the fit ended: as one nears, the other goes.

    Rank correlation of distances signed towards the target, over the runs of draws from the posterior.
    """
    import numpy as np
    from scipy.stats import spearmanr

    problem = fit.problem
    values = scaled(problem.targets, fit.checked.outputs)
    signed = (values - problem.values) * np.sign(np.nanmedian(values - problem.values, axis=0))
    rows = []
    for one in range(len(problem.targets)):
        for other in range(one):
            if not (problem.weights[one] and problem.weights[other]):
                continue
            known = np.isfinite(signed[:, [one, other]]).all(axis=1)
            both = signed[known][:, [one, other]]
            varies = len(both) > 8 and both.std(axis=0).min() > 0
            pulled = float(spearmanr(both[:, 0], both[:, 1]).statistic) if varies else 0.0
            far = min(np.nanmedian(signed[:, one]), np.nanmedian(signed[:, other]))
            if pulled < -0.3 and far > MET / 2:
                names = (problem.targets[other].measure, problem.targets[one].measure)
                rows.append({"one": names[0], "other": names[1], "rank_correlation": pulled})
    return sorted(rows, key=lambda row: row["rank_correlation"])


def parameter_rows(fit: Fit) -> list[dict[str, Any]]:
    """A row for each fitted candidate: recovery, and from prior to posterior in its own unit."""
    ranges = {each.name: each for each in fit.problem.ranges}
    rows = []
    for each in fit.recovered:
        own = ranges[each.parameter]
        points = _points(fit.checked, fit, each.parameter)
        values = space.values_at([own], points[:, None])[:, 0]
        low, middle, high = _quantiles(values)
        rows.append(
            {
                "parameter": own.name,
                "central": own.central,
                "prior_low": own.low,
                "prior_high": own.high,
                "low": float(low),
                "median": float(middle),
                "high": float(high),
                "contraction": float(1 - points.std() / PRIOR_DEVIATION),
                "fitted": "yes" if each.is_recovered else "no: drawn from its prior",
                "recovery_coverage": each.coverage,
                "recovery_contraction": each.contraction,
                "recovery_correlation": each.correlation,
            }
        )
    return rows


def _points(runs: Runs, fit: Fit, name: str) -> Floats:
    """Coordinates of one parameter in the ensemble. (draws,)."""
    (place,) = fit.problem.places([name])
    coordinates: Floats = runs.points[fit.rows][:, place]
    return coordinates


def ensemble_values(fit: Fit) -> Floats:
    """Every uncertain parameter in every draw of the ensemble. (draws, ranges)."""
    return space.values_at(fit.problem.ranges, fit.checked.points[fit.rows])


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many targets are met, near, not met, out of reach, and shown only."""
    kinds = ("met", "near", "not met", "not met: out of reach", "shown only")
    return {kind: sum(row["verdict"] == kind for row in rows) for kind in kinds}
