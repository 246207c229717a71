"""Which parameters move the targets: a regression over runs that fill the space of every uncertain parameter.

Elementary effects (Morris 1991) were tried first: at the corners that their trajectories visit luck is so large
that parameters without any part in the baseline came out on top. Slopes over a Latin hypercube average luck
out, and have a standard error that says what is chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.evidence.calibration.space import Range
from countermarket.evidence.calibration.targets import Target, scaled
from countermarket.results.folders import replace_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLEAR = 4.0
"""Standard errors from nought at which a slope is no chance: some thousand slopes are looked at."""
LEAST = 0.5
"""Tolerances over a parameter's range under which a slope, however clear, is too small to fit by."""
MOST = 30
"""Parameters chosen at most: recovery drops those that cannot be told apart."""
TRIMMED = (0.02, 0.98)
"""Outputs beyond these quantiles count as if they lay there: one collapsed market must not make a slope."""


class Effect(NamedTuple):
    """How a parameter moves the targets."""

    parameter: str
    effect: float
    """Root of the sum of squares of clear slopes over targets, in tolerances over the parameter's range."""
    target: str
    """The target it moves most surely."""
    slope: float
    """Tolerances of that target over the range, times the root of its weight."""
    errors: float
    """The slope in standard errors."""


def effects(
    ranges: Sequence[Range], targets: tuple[Target, ...], points: Floats, outputs: Floats
) -> list[Effect]:
    """Parameters by how surely they move a target, the surest first. points (runs, ranges), runs > ranges."""
    import numpy as np

    weights = np.sqrt([target.weight for target in targets])
    slopes, errors = _slopes(points, scaled(targets, outputs))
    slopes = slopes * weights
    clear = np.where((np.abs(errors) >= CLEAR) & (np.abs(slopes) >= LEAST), slopes, 0.0)
    errors = np.where(clear == 0.0, 0.0, errors)
    surest = np.abs(errors).argmax(axis=1)
    of_parameters = [
        Effect(each.name, float(size), targets[best].measure, float(slopes[row, best]), float(errors[row, best]))
        for row, (each, size, best) in enumerate(
            zip(ranges, np.sqrt((clear**2).sum(axis=1)), surest.tolist(), strict=True)
        )
    ]
    return sorted(of_parameters, key=lambda effect: -abs(effect.errors))


def _slopes(points: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Slopes of every output in every parameter, and these in standard errors. (ranges, targets) each."""
    import numpy as np

    slopes = np.zeros((points.shape[1], values.shape[1]))
    errors = np.zeros_like(slopes)
    for column in range(values.shape[1]):
        known = np.isfinite(values[:, column])
        if known.sum() <= points.shape[1] + 1:
            continue
        y = values[known, column]
        y = np.clip(y, *np.quantile(y, TRIMMED))
        x = np.column_stack([np.ones(known.sum()), points[known] - 0.5])
        inverse = np.linalg.pinv(x.T @ x)
        coefficients = inverse @ x.T @ y
        left = y - x @ coefficients
        spread = np.sqrt(np.diag(inverse) * (left @ left) / (len(y) - x.shape[1]))
        slopes[:, column] = coefficients[1:]
        errors[:, column] = coefficients[1:] / np.maximum(spread[1:], 1e-12)
    return slopes, errors


def write_fitted(path: Path, ranked: Sequence[Effect]) -> int:
    """Write the parameters chosen, the surest first, and return how many they are."""
    kept = [effect for effect in ranked if effect.effect > 0][:MOST]
    lines = ["parameter,effect,target,slope,standard_errors"]
    lines += [f"{e.parameter},{e.effect:.3g},{e.target},{e.slope:.3g},{e.errors:.3g}" for e in kept]
    replace_text(path, "\n".join(lines) + "\n")
    return len(kept)
