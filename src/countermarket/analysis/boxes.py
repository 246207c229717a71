"""Where an outcome fails: boxes of factors that hold many of the failures (coverage) and little else (density).

PRIM peels thin slices off until what is left is dense (Friedman and Fisher 1999; Bryant and Lempert 2010); CART cuts
in two, again and again (Breiman and others 1984). How dense a box is among points that did not shape it is told by
folds: a box of many factors on few points is dense by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

PEEL = 0.05
"""Share of the points in a box that one peel takes."""
LEAST_MASS = 0.05
"""No box holds fewer of all points."""
FEWEST = 5
"""Nor fewer points than these."""
DOUBT = 0.05
"""A limit stays if luck would give its gain in less than this share of cases, all factors counted."""
FOLDS = 5
LEAVES = 8


class Box(NamedTuple):
    """Limits of each factor; infinite where it has none. (factors,) each"""

    low: Floats
    high: Floats

    def holds(self, factors: Floats) -> Flags:
        """Which points lie in it."""
        import numpy as np

        return np.asarray(((factors >= self.low) & (factors <= self.high)).all(axis=1))


def failures_in_boxes(
    names: Sequence[str], factors: Floats, failed: Flags, of: dict[str, str] | None = None
) -> dict[str, Any]:
    """The box that PRIM finds and those of CART, with coverage and density, and what they are worth elsewhere."""
    share = float(failed.mean())
    boxes: list[dict[str, Any]] = []
    if 0 < share < 1:
        boxes.append(told("PRIM", prim(factors, failed), names, factors, failed) | _elsewhere(factors, failed))
        boxes += [told("CART", box, names, factors, failed) for box in cart(factors, failed)]
    return {**(of or {}), "points": len(failed), "failed_share": share, "boxes": boxes}


def whole(factors: Floats) -> Box:
    """The box without limits."""
    import numpy as np

    return Box(np.full(factors.shape[1], -np.inf), np.full(factors.shape[1], np.inf))


def prim(factors: Floats, failed: Flags) -> Box:
    """The box on the path of peeling that is best in coverage and density together, less limits that luck explains."""
    box = best = whole(factors)
    least = max(FEWEST, LEAST_MASS * len(failed))
    while (smaller := _peeled(box, factors, failed, least)) is not None:
        box = smaller
        if _merit(box, factors, failed) > _merit(best, factors, failed):
            best = box
    return _without_luck(best, factors, failed)


def _merit(box: Box, factors: Floats, failed: Flags) -> float:
    """The harmonic mean of coverage and density."""
    inside = box.holds(factors)
    return float(2 * failed[inside].sum() / (failed.sum() + inside.sum()))


def _peeled(box: Box, factors: Floats, failed: Flags, least: float) -> Box | None:
    """The box less the slice whose loss raises density most for each point lost; None where none is left to take."""
    import numpy as np

    inside = box.holds(factors)
    points, hits = factors[inside], failed[inside]
    if hits.all() or not hits.any():
        return None
    low, high = _cuts(points)
    kept = np.stack([points >= low, points <= high])
    sizes = kept.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = ((kept & hits[:, None]).sum(axis=1) / sizes - hits.mean()) / (len(points) - sizes)
    gain = np.where((sizes >= least) & (sizes < len(points)), gain, -np.inf)
    side, place = np.unravel_index(int(gain.argmax()), gain.shape)
    if not np.isfinite(gain[side, place]):
        return None
    ends = [box.low.copy(), box.high.copy()]
    ends[side][place] = (low, high)[side][place]
    return Box(*ends)


def _cuts(points: Floats) -> tuple[Floats, Floats]:
    """Where the lower and the upper slice of each factor would be cut off; of few values, the outermost goes."""
    import numpy as np

    low, high = np.quantile(points, (PEEL, 1 - PEEL), axis=0)
    second = np.where(points > points.min(axis=0), points, np.inf).min(axis=0)
    last_but_one = np.where(points < points.max(axis=0), points, -np.inf).max(axis=0)
    return np.maximum(low, second), np.minimum(high, last_but_one)


def _without_luck(box: Box, factors: Floats, failed: Flags) -> Box:
    """The box without the limits that luck explains, the weakest first."""
    while limits := _limited(box):
        chances = [_chance(box, factors, failed, place) for place in limits]
        weakest = max(range(len(limits)), key=lambda one: chances[one])
        if chances[weakest] * factors.shape[1] <= DOUBT:
            return box
        box = _freed(box, limits[weakest])
    return box


def _limited(box: Box) -> list[int]:
    """The factors that a box limits."""
    import numpy as np

    return [int(place) for place in np.flatnonzero(np.isfinite(box.low) | np.isfinite(box.high))]


def _freed(box: Box, place: int) -> Box:
    """The box without the limits of one factor."""
    import numpy as np

    low, high = box.low.copy(), box.high.copy()
    low[place], high[place] = -np.inf, np.inf
    return Box(low, high)


def _chance(box: Box, factors: Floats, failed: Flags, place: int) -> float:
    """How likely as many failures would be by luck at the density that the box has without this limit."""
    from scipy.stats import binomtest

    inside, wider = box.holds(factors), _freed(box, place).holds(factors)
    density = float(failed[wider].mean())
    return float(binomtest(int(failed[inside].sum()), int(inside.sum()), density, alternative="greater").pvalue)


def cart(factors: Floats, failed: Flags) -> list[Box]:
    """The leaves of a small tree in which most points failed, the largest first."""
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier

    fewest = max(FEWEST, int(LEAST_MASS * len(failed)))
    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=fewest, random_state=0).fit(factors, failed)
    boxes = _leaves(tree.tree_, 0, whole(factors))
    dense = [box for box in boxes if box.holds(factors).any() and failed[box.holds(factors)].mean() > 0.5]
    return sorted(dense, key=lambda box: -int(np.count_nonzero(failed[box.holds(factors)])))


def _leaves(tree: Any, node: int, box: Box) -> list[Box]:
    """The boxes under a node of a tree."""
    import numpy as np

    if tree.children_left[node] < 0:
        return [box]
    place, at = tree.feature[node], float(tree.threshold[node])
    low, high = box.low.copy(), box.high.copy()
    high[place], low[place] = at, np.nextafter(at, np.inf)
    left = _leaves(tree, tree.children_left[node], Box(box.low, high))
    return left + _leaves(tree, tree.children_right[node], Box(low, box.high))


def told(method: str, box: Box, names: Sequence[str], factors: Floats, failed: Flags) -> dict[str, Any]:
    """A box with its limits, coverage and density."""
    inside = box.holds(factors)
    return {
        "method": method,
        "coverage": float(failed[inside].sum() / failed.sum()),
        "density": float(failed[inside].mean()),
        "points": int(inside.sum()),
        "limits": [_limit(box, names, factors, failed, place) for place in _limited(box)],
    }


def _limit(box: Box, names: Sequence[str], factors: Floats, failed: Flags, place: int) -> dict[str, Any]:
    """One limit of a box, within what was tried, and the mean of the failures inside."""
    column = factors[:, place]
    tried = float(column.min()), float(column.max())
    inside = box.holds(factors) & failed
    return {
        "factor": names[place],
        "low": max(float(box.low[place]), tried[0]),
        "high": min(float(box.high[place]), tried[1]),
        "mean": float(column[inside].mean()) if inside.any() else None,
        "tried": list(tried),
        "chance": _chance(box, factors, failed, place),
    }


def _elsewhere(
    factors: Floats, failed: Flags, find: Callable[[Floats, Flags], Box] = prim
) -> dict[str, float | None]:
    """Coverage and density among points that did not shape the box: every fold in turn."""
    import numpy as np

    fold = np.random.default_rng(0).permutation(len(failed)) % FOLDS
    inside = np.zeros(len(failed), bool)
    for number in range(FOLDS):
        rest = fold != number
        if 0 < failed[rest].mean() < 1:
            inside[~rest] = find(factors[rest], failed[rest]).holds(factors[~rest])
    density = float(failed[inside].mean()) if inside.any() else None
    return {"coverage_elsewhere": float(failed[inside].sum() / failed.sum()), "density_elsewhere": density}
