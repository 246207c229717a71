"""Calibration from beginning to end: waves of runs, recovery, draws from the posterior, and runs of these.

Wave 1 fills the space of all uncertain parameters (Latin hypercube). Later waves lie where emulators find the
fitted parameters plausible; all others keep being drawn from their priors, and count as noise. Parameters that
cannot be recovered from synthetic targets keep their priors too. At last draws of all are run, and some chosen
in proportion to how much more plausible the run is than the emulators thought.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from countermarket.evidence.calibration import emulator, recovery, space
from countermarket.evidence.calibration.emulator import Emulator
from countermarket.evidence.calibration.library import Library, run_batch
from countermarket.evidence.calibration.outputs import OUTPUTS
from countermarket.evidence.calibration.recovery import Recovered
from countermarket.evidence.calibration.sampler import chosen, implausibility, log_plausibility, not_ruled_out, sample
from countermarket.evidence.calibration.space import Range
from countermarket.evidence.calibration.targets import Target, scaled, scaled_values
from countermarket.results.folders import refused
from countermarket.results.values import read_values, save_values, saved_values
from countermarket.sweeps import draws as designs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
DRAWS = 200
TEMPERATURE = 4.0
"""Later waves draw from plausibility to the power 1/4: near what fits, and well around it."""
STEPS = 250
RECOVERY_STEPS = 120
TRUTHS = 24
"""Runs of the first wave that serve as synthetic truths, at most a tenth of it."""
POOL = 4000


class Problem(NamedTuple):
    """What is fitted, to what, and where the runs are."""

    targets: tuple[Target, ...]
    ranges: tuple[Range, ...]
    """Every uncertain parameter."""
    fitted: tuple[str, ...]
    library: Library
    waves: int
    runs: int
    seed: int

    @property
    def columns(self) -> list[int]:
        """Where the targets stand among outputs."""
        names = list(OUTPUTS)
        return [names.index(target.measure) for target in self.targets]

    @property
    def values(self) -> Floats:
        """Targets in tolerances. (targets,)."""
        return scaled_values(self.targets)

    @property
    def weights(self) -> Floats:
        """Weights of the targets. (targets,)."""
        import numpy as np

        return np.array([target.weight for target in self.targets])

    def places(self, names: Sequence[str]) -> list[int]:
        """Where parameters stand among the ranges."""
        known = [each.name for each in self.ranges]
        return [known.index(name) for name in names]


class Runs(NamedTuple):
    """Points of the unit cube and what came of them."""

    points: Floats
    """(runs, ranges)"""
    outputs: Floats
    """(runs, targets), in the units of the table."""


class Wave(NamedTuple):
    """What one wave said."""

    number: int
    runs: int
    left: float
    """Share of the prior not ruled out by the emulators of all runs up to this wave."""


class Fit(NamedTuple):
    """All that came out."""

    problem: Problem
    waves: list[Wave]
    library: Runs
    emulators: list[Emulator]
    """Of all fitted candidates."""
    recovered: list[Recovered]
    checked: Runs
    """Runs of draws from the emulated posterior."""
    rows: NDArray[np.intp]
    """Rows of `checked` that make the ensemble."""


def fit(problem: Problem, progress: Progress | None = None) -> Fit:
    """Every wave, recovery, the posterior and its runs. InputError if no parameter can be recovered."""
    import numpy as np

    total = (problem.waves + 2) * problem.runs
    batches: list[Runs] = []
    waves: list[Wave] = []
    emulators: list[Emulator] = []
    truths = min(TRUTHS, problem.runs // 10)
    at = problem.places(problem.fitted)
    for number in range(1, problem.waves + 1):
        name = f"wave-{number}"
        points = _kept(problem, name, partial(_next_points, problem, number, emulators))
        batches.append(run_points(problem, name, points, problem.runs * (number - 1), total, progress))
        library = joined(batches)
        emulators = _emulated(problem, library, at, truths)
        waves.append(Wave(number, len(points), _left(problem, emulators, len(at))))
    recovered = recovery.recover(
        problem.fitted, emulators, library.points[:truths][:, at],
        scaled(problem.targets, library.outputs[:truths]), problem.weights, RECOVERY_STEPS, problem.seed,
    )  # fmt: skip
    kept = problem.places([each.parameter for each in recovered if each.is_recovered])
    if not kept:
        message = "no parameter can be recovered from synthetic targets with so few runs; raise --runs"
        raise refused(problem.library.folder, message)
    final = _emulated(problem, library, kept, truths)
    points = _kept(problem, "posterior", partial(_posterior_points, problem, final, kept))
    checked = run_points(problem, "posterior", points, len(library.points), total, progress)
    worth = _worth(problem, final, kept, checked)
    rows = chosen(worth, min(DRAWS, max(1, len(points) // 2)), problem.seed)
    return Fit(problem, waves, library, emulators, recovered, checked, np.asarray(rows))


def run_points(
    problem: Problem, name: str, points: Floats, first: int, total: int, progress: Progress | None
) -> Runs:
    """Run points, each with its own luck; progress counts all runs of the calibration."""
    values = space.values_at(problem.ranges, points)
    draws = [space.overrides(problem.ranges, row) for row in values]

    def told(done: int, of: int, text: str) -> None:
        if progress is not None:
            progress(first + done, total, text)

    return Runs(points, run_batch(problem.library, name, draws, first, told)[:, problem.columns])


def joined(batches: Sequence[Runs]) -> Runs:
    """All runs up to now."""
    import numpy as np

    return Runs(np.concatenate([runs.points for runs in batches]), np.concatenate([runs.outputs for runs in batches]))


def _kept(problem: Problem, name: str, make: Callable[[], Floats]) -> Floats:
    """A design as it was made the first time: taken up on another machine, it must not differ by a bit."""
    path = problem.library.folder / "designs" / f"{name}.npy"
    if saved_values(path) is None:
        save_values(path, make())
    return read_values(path)


def hypercube(problem: Problem, count: int, name: str) -> Floats:
    """A Latin hypercube of every uncertain parameter. (count, ranges)."""
    seed = int.from_bytes(hashlib.sha256(f"{problem.seed} {name}".encode()).digest()[:4], "big") // 2
    names = [each.name for each in problem.ranges]
    of = designs.problem(names, [0.0] * len(names), [1.0] * len(names))
    return designs.drawn(designs.Plan("latin_hypercube", count, 0, seed), of)


def _next_points(problem: Problem, number: int, emulators: Sequence[Emulator]) -> Floats:
    """The first wave fills the space; a later one lies where the fitted parameters are plausible."""
    points = hypercube(problem, problem.runs, f"wave {number}")
    if emulators:
        at = problem.places(problem.fitted)
        points[:, at] = _drawn(problem, emulators, len(at), problem.runs, TEMPERATURE, number)
    return points


def _posterior_points(problem: Problem, emulators: Sequence[Emulator], kept: list[int]) -> Floats:
    """Draws from the emulated posterior of recovered parameters and from the priors of all others."""
    points = hypercube(problem, 2 * problem.runs, "posterior")
    points[:, kept] = _drawn(problem, emulators, len(kept), 2 * problem.runs, 1.0, 0)
    return points


def _emulated(problem: Problem, runs: Runs, at: Sequence[int], truths: int) -> list[Emulator]:
    """Emulators in some parameters; the synthetic truths never enter one."""
    values = scaled(problem.targets, runs.outputs[truths:])
    return emulator.fit_all(runs.points[truths:][:, at], values, problem.seed)


def _distance(problem: Problem, emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Emulated implausibility. (points, targets)."""
    expected = emulator.predict_all(emulators, points)
    return implausibility(expected, problem.values, emulator.variances(emulators))


def _drawn(
    problem: Problem, emulators: Sequence[Emulator], width: int, count: int, temperature: float, number: int
) -> Floats:
    """Points in proportion to their emulated plausibility. (count, width)."""

    def density(points: Floats) -> Floats:
        return log_plausibility(_distance(problem, emulators, points), problem.weights) / temperature

    return sample(density, count, width, STEPS, problem.seed + number, POOL)[:count]


def _left(problem: Problem, emulators: Sequence[Emulator], width: int) -> float:
    """Share of the prior that is not ruled out."""
    import numpy as np

    pool = np.random.default_rng(problem.seed).random((POOL, width))
    return float(not_ruled_out(_distance(problem, emulators, pool), problem.weights).mean())


def _worth(problem: Problem, emulators: Sequence[Emulator], kept: list[int], checked: Runs) -> Floats:
    """Log weights of the draws that were run: the run's plausibility over the emulators', capped. (runs,).

    The cap, at the 90th percentile, keeps one lucky run from standing for many (Ionides 2008).
    """
    import numpy as np

    run = implausibility(scaled(problem.targets, checked.outputs), problem.values)
    emulated = _distance(problem, emulators, checked.points[:, kept])
    worth = log_plausibility(run, problem.weights) - log_plausibility(emulated, problem.weights)
    failed = ~np.isfinite(checked.outputs).any(axis=1)
    most = np.quantile(worth[~failed], 0.9) if not failed.all() else 0.0
    return np.where(failed, -np.inf, np.minimum(worth, most))
