"""Which parameters can be recovered: targets made by the model itself from draws that are known.

For each of some runs of the first wave, kept out of the emulators, the run's own outputs serve as targets, with the
tolerances of the real ones. A parameter is recovered if what is inferred covers the truth, follows it from run
to run, and is narrower than the prior.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from countermarket.evidence.calibration.emulator import Emulator, predict_all, variances
from countermarket.evidence.calibration.sampler import implausibility, log_plausibility, sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_COVERAGE = 0.7
"""Share of truths inside the middle 90% of draws; 0.9 is right, and a dozen truths leave much to chance."""
LEAST_CONTRACTION = 0.1
"""Share by which the standard deviation falls from prior to posterior."""
LEAST_CORRELATION = 0.35
"""Between truths and the means inferred."""
PRIOR_DEVIATION = 12**-0.5
DRAWS = 60


class Recovered(NamedTuple):
    """How well one parameter is recovered from synthetic targets."""

    parameter: str
    coverage: float
    contraction: float
    correlation: float
    is_recovered: bool


def recover(
    names: Sequence[str],
    emulators: Sequence[Emulator],
    truths: Floats,
    outputs: Floats,
    weights: Floats,
    steps: int,
    seed: int,
) -> list[Recovered]:
    """Fit every synthetic truth and compare. truths (truths, parameters), outputs (truths, targets) in tolerances."""
    import numpy as np

    inside, spread, means = [], [], []
    for number, (truth, values) in enumerate(zip(truths, outputs, strict=True)):
        drawn = _inferred(emulators, values, weights, truths.shape[1], steps, seed + number)
        low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
        inside.append((truth >= low) & (truth <= high))
        spread.append(drawn.std(axis=0))
        means.append(drawn.mean(axis=0))
    coverage, contraction = np.mean(inside, axis=0), 1 - np.mean(spread, axis=0) / PRIOR_DEVIATION
    correlation = [_correlation(truths[:, p], np.array(means)[:, p]) for p in range(truths.shape[1])]
    return [
        Recovered(name, float(covered), float(narrowed), follows, _is_recovered(covered, narrowed, follows))
        for name, covered, narrowed, follows in zip(names, coverage, contraction, correlation, strict=True)
    ]


def _inferred(
    emulators: Sequence[Emulator], values: Floats, weights: Floats, width: int, steps: int, seed: int
) -> Floats:
    """Draws of parameters given one synthetic set of targets; what it leaves undefined is not used."""
    import numpy as np

    known = np.where(np.isfinite(values), weights, 0.0)
    at, variance = np.nan_to_num(values), variances(emulators)

    def density(points: Floats) -> Floats:
        return log_plausibility(implausibility(predict_all(emulators, points), at, variance), known)

    return sample(density, DRAWS, width, steps, seed, pool=1000)


def _is_recovered(coverage: float, contraction: float, correlation: float) -> bool:
    covers = coverage >= LEAST_COVERAGE
    return bool(covers and contraction >= LEAST_CONTRACTION and correlation >= LEAST_CORRELATION)


def _correlation(one: Floats, other: Floats) -> float:
    """Correlation of two columns; 0 where one does not vary."""
    import numpy as np

    if len(one) < 3 or one.std() < 1e-12 or other.std() < 1e-12:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
