"""The emulator of one outcome: a surface over the levers, of the family that the left-out error prefers.

Three families, fitted by scikit-learn: `flat` (the levers do not move it), `quadratic` (ridge regression on levers,
squares and products) and `gaussian` (a Gaussian process: a plane and smooth departures from it). Where the answer
is known without a run, at the baseline, which is its own reference, the last two pass through it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COVERED = 0.8
"""Share of the rows left out that are missed by less than the error that is told: as intervals hold 80% of pairs."""
FEWEST_ROWS = 12
PENALTIES = (1e-3, 1e3, 25)
"""Ridge penalties tried, from, to and how many."""
EXACT = 1e-8
"""Noise of the answer that is known without a run, as a share of the outcome's variance."""


class Anchor(NamedTuple):
    """A point whose answer is known without a run."""

    point: Floats
    value: float


class Surface(NamedTuple):
    """An outcome as a function of the levers, and how well it is known."""

    family: str
    numbers: dict[str, Any]
    """What the page needs to draw it."""
    misses: Floats
    """At each row, what the surface of all other rows says less what was run."""
    explained: float
    """Share of the variance between rows that it explains where they are left out; below 0: worse than their mean."""

    @property
    def error(self) -> float:
        """Eight in ten rows left out are missed by less."""
        import numpy as np

        return float(np.quantile(np.abs(self.misses), COVERED))


def fit(points: Floats, values: Floats, anchor: Anchor | None = None) -> Surface:
    """The surface of the family with the least squared error at rows left out. points: (rows, levers)"""
    if len(values) < FEWEST_ROWS:
        raise ValueError(f"{len(values)} rows; an emulator needs {FEWEST_ROWS}")
    if not values.std() > 0:
        return _flat(points, values, anchor)
    surfaces = [family(points, values, anchor) for family in (_flat, _quadratic, _gaussian)]
    return min(surfaces, key=lambda surface: float((surface.misses**2).sum()))


@contextmanager
def one_thread() -> Iterator[None]:
    """Fit many surfaces on small matrices, where threads would only wait for one another."""
    import sklearn.gaussian_process
    import sklearn.linear_model  # noqa: F401 - both first: only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def evaluate(surface: Surface, rows: Floats, points: Floats) -> Floats:
    """What a surface says at some points; `rows` are the points that it was fitted at. The page does the same."""
    import numpy as np

    held = surface.numbers
    if surface.family == "flat":
        return np.full(len(points), held["constant"])
    if surface.family == "quadratic":
        return np.asarray(held["constant"] + terms(points) @ np.array(held["terms"]))
    gaps = ((points[:, None, :] - rows[None, :, :]) ** 2).sum(axis=2)
    smooth = np.exp(-gaps / (2 * held["length"] ** 2)) @ np.array(held["weights"])
    return np.asarray(held["constant"] + points @ np.array(held["plane"]) + smooth)


def terms(points: Floats) -> Floats:
    """Levers, then squares and products: 1, 2, ..., 11, 12, ..., 22, 23, ..."""
    import numpy as np

    levers = points.shape[1]
    pairs = [points[:, one] * points[:, other] for one in range(levers) for other in range(one, levers)]
    return np.column_stack([points, *pairs])


def _judged(family: str, numbers: dict[str, Any], misses: Floats, values: Floats) -> Surface:
    """A surface with what its misses leave unexplained."""
    spread = float(((values - values.mean()) ** 2).sum())
    explained = 1 - float((misses**2).sum()) / spread if spread > 0 else 0.0
    return Surface(family, numbers, misses, explained)


def _flat(points: Floats, values: Floats, anchor: Anchor | None) -> Surface:
    """The mean of the rows, whatever the levers."""
    rows = len(values)
    misses = (values.mean() - values) * rows / (rows - 1)
    return _judged("flat", {"constant": float(values.mean())}, misses, values)


def _quadratic(points: Floats, values: Floats, anchor: Anchor | None) -> Surface:
    """Ridge regression on levers, squares and products; its penalty by rows left out one at a time."""
    import numpy as np
    from sklearn.linear_model import RidgeCV

    wide = terms(points)
    start = terms(anchor.point[None, :])[0] if anchor else wide.mean(axis=0)
    zero = anchor.value if anchor else float(values.mean())
    scale = np.where(wide.std(axis=0) > 0, wide.std(axis=0), 1.0)
    low, high, count = PENALTIES
    ridge = RidgeCV(np.geomspace(low, high, count), fit_intercept=anchor is None, store_cv_results=True)
    ridge.fit((wide - start) / scale, values - zero)
    best = int(np.argmin(ridge.cv_results_.mean(axis=0)))
    left_out = np.sqrt(np.maximum(ridge.cv_results_[:, best], 0.0))
    signs = np.sign(ridge.predict((wide - start) / scale) - (values - zero))
    slopes = ridge.coef_ / scale
    constant = zero + float(ridge.intercept_) - float(start @ slopes)
    return _judged("quadratic", {"constant": constant, "terms": slopes.tolist()}, signs * left_out, values)


def _gaussian(points: Floats, values: Floats, anchor: Anchor | None) -> Surface:
    """A Gaussian process; sizes of its plane, its departures, their length and the luck by greatest likelihood."""
    import numpy as np

    zero, size = anchor.value if anchor else float(values.mean()), float(values.std())
    told = (values - zero) / size
    plane, smooth, length, luck = _likeliest(points, told)
    rows, answers, noise = points, told, np.full(len(told), luck)
    if anchor:
        rows = np.vstack([points, anchor.point])
        answers, noise = np.append(told, 0.0), np.append(noise, EXACT)
    gaps = ((rows[:, None, :] - rows[None, :, :]) ** 2).sum(axis=2)
    inverse = np.linalg.inv(plane * (1 + rows @ rows.T) + smooth * np.exp(-gaps / (2 * length**2)) + np.diag(noise))
    weights = inverse @ answers
    misses = -(weights / np.diag(inverse))[: len(told)] * size
    numbers = {
        "constant": zero + size * plane * float(weights.sum()),
        "plane": (size * plane * rows.T @ weights).tolist(),
        "weights": (size * smooth * weights).tolist(),
        "length": length,
    }
    return _judged("gaussian", numbers, misses, values)


def _likeliest(points: Floats, told: Floats) -> tuple[float, float, float, float]:
    """Size of plane and departures, length of these, and luck, as shares of the variance; length in levers' ranges."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

    far = points.shape[1] ** 0.5
    kernel = (
        ConstantKernel(0.3, (1e-4, 1e3)) * DotProduct(1.0, "fixed")
        + ConstantKernel(0.3, (1e-4, 1e3)) * RBF(far / 2, (far / 10, far * 5))
        + WhiteKernel(0.3, (1e-5, 2.0))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        kernel = GaussianProcessRegressor(kernel, alpha=1e-8).fit(points, told).kernel_
    linear, bent, luck = kernel.k1.k1, kernel.k1.k2, kernel.k2
    return (
        float(linear.k1.constant_value),
        float(bent.k1.constant_value),
        float(bent.k2.length_scale),
        float(luck.noise_level),
    )
