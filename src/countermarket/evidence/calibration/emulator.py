"""Emulators: what a target's output would be at parameters that were never run, and how sure that is.

One for each target: a regression on coordinates and their squares, and a Gaussian process (scikit-learn) on what
it leaves. Luck, and every parameter that is varied without being fitted, are its noise.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TUNED_ON = 160
"""Runs from which the length of correlation is found; the cost grows with their cube."""
HELD_ON = 600
"""Most runs that a prediction weighs."""
RIDGE = 3.0
"""Shrinks coefficients of the regression a little: there are about as many as a twentieth of the runs."""
WORTHWHILE = 0.97
"""A process that leaves more than this of the regression's error is dropped: it costs time and explains nothing."""
RANGE_OF_LENGTHS = (0.1, 30.0)
"""Lengths of correlation allowed, in ranges of the parameter that matters most."""
LEAST_WEIGHT = 0.05
"""Of a parameter in the distance between points, relative to the one that matters most."""


class Emulator(NamedTuple):
    """A fitted emulator of one target, in tolerances of the target."""

    level: float
    slopes: Floats
    """(2 x parameters,)"""
    weights: Floats
    """Of each parameter in the distance between points: its slope relative to the largest. (parameters,)"""
    process: Any
    """The Gaussian process, or None where there is nothing left to explain."""
    variance: float
    """Mean squared error of predictions left out: of the emulator, of luck and of what is not fitted."""
    explained: float
    """Share of the variance between runs that predictions left out explain."""


def fit(points: Floats, values: Floats, seed: int = 0) -> Emulator:
    """An emulator of one output. points (runs, parameters) in the unit cube, values (runs,); NaN is left out."""
    import numpy as np

    known = np.isfinite(values)
    points, values = points[known], values[known]
    if len(values) < 8:
        raise ValueError(f"{len(values)} runs gave a value; an emulator needs at least 8")
    level, slopes = _regression(points, values)
    weights = _weights(slopes)
    left = values - level - _features(points) @ slopes
    spread = float(values.var())
    if spread < 1e-18 or float(left.var()) < 1e-9 * spread:
        return Emulator(level, slopes, weights, None, max(float(left.var()), 1e-12), 1.0 if spread > 0 else 0.0)
    used = _used_up(len(values), len(slopes))
    kept = np.random.default_rng(seed).permutation(len(left))[:HELD_ON]
    process = _process(points[kept] * weights, left[kept])
    error, plain = used * _left_out(process, left[kept]), used * float(left.var())
    if error > WORTHWHILE * plain:
        process, error = None, plain
    return Emulator(level, slopes, weights, process, error, max(0.0, 1 - error / spread))


def _used_up(runs: int, features: int) -> float:
    """How much larger errors are than they look, because the regression has seen the run it predicts."""
    return float(runs / max(runs - features, runs / 4))


def _features(points: Floats) -> Floats:
    """Coordinates about their middle and the squares of these. (runs, 2 x parameters)."""
    import numpy as np

    centred = points - 0.5
    return np.concatenate([centred, centred**2 - 1 / 12], axis=1)


def _regression(points: Floats, values: Floats) -> tuple[float, Floats]:
    """Level and slopes of a regression on the features."""
    from sklearn.linear_model import Ridge

    ridge = Ridge(alpha=RIDGE).fit(_features(points), values)
    return float(ridge.intercept_), ridge.coef_


def _weights(slopes: Floats) -> Floats:
    """How far apart points are taken to be along each parameter. (parameters,).

    One length and these weights in place of a length for each parameter: thirty lengths took 11 s a target to find.
    """
    import numpy as np

    size = np.abs(slopes).reshape(2, -1).max(axis=0)
    weights: Floats = np.maximum(size / max(float(size.max()), 1e-300), LEAST_WEIGHT)
    return weights


def _process(points: Floats, left: Floats) -> Any:
    """A Gaussian process whose length comes from some of the runs and whose predictions weigh all of them."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    size = float(left.var())
    smooth = RBF(1.0, RANGE_OF_LENGTHS)
    kernel = ConstantKernel(size / 2, (1e-4 * size, 1e2 * size)) * smooth + WhiteKernel(
        size / 2, (1e-6 * size, 2 * size)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at its bound: nothing is left to explain
        tuned = GaussianProcessRegressor(kernel).fit(points[:TUNED_ON], left[:TUNED_ON])
    return GaussianProcessRegressor(tuned.kernel_, optimizer=None).fit(points, left)


def _left_out(process: Any, left: Floats) -> float:
    """Mean squared error of predicting each run from the others. Rasmussen and Williams 2006, eq. 5.12."""
    import numpy as np
    from scipy.linalg import cho_solve

    inverse = cho_solve((process.L_, True), np.eye(len(left)))
    errors = (inverse @ left) / np.diag(inverse)
    return float(np.mean(errors**2))


def predict(emulator: Emulator, points: Floats) -> Floats:
    """The expected output, in tolerances. (points,)."""
    expected: Floats = emulator.level + _features(points) @ emulator.slopes
    if emulator.process is not None:
        expected = expected + emulator.process.predict(points * emulator.weights)
    return expected


def fit_all(points: Floats, values: Floats, seed: int = 0) -> list[Emulator]:
    """An emulator of each target. values (runs, targets) in tolerances."""
    return [fit(points, values[:, column], seed) for column in range(values.shape[1])]


def predict_all(emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Expected outputs. (points, targets)."""
    import numpy as np

    return np.stack([predict(emulator, points) for emulator in emulators], axis=1)


def variances(emulators: Sequence[Emulator]) -> Floats:
    """Variance of each prediction. (targets,)."""
    import numpy as np

    return np.array([emulator.variance for emulator in emulators])
