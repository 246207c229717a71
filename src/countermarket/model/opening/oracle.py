"""The generalised shortest path: what prices must be in a frictionless market.

P_b = min over legs [P_a (1 + rho) + c] / [(1 - p)(1 - phi)], the spatial price equilibrium of Enke (1951),
Samuelson (1952) and Takayama and Judge (1971) with the losses and risks of Reuter and Kleiman (1986).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Paths(NamedTuple):
    """Legs as affine price steps: end price = factor x start price + cost. All of shape (L,)."""

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    factor: Floats
    cost: Floats
    lost: Floats
    """Units sent for each that arrives."""


def price_steps(start: Any, end: Any, capital: Any, outlay: Any, loss: Any, shares: Any) -> Paths:
    """Legs whose price step covers capital on the goods, outlay per unit, losses and shares on value."""
    kept = 1.0 - np.asarray(loss)
    through = kept * (1.0 - np.asarray(shares))
    factor = (1.0 + np.asarray(capital)) / through
    return Paths(np.ascontiguousarray(start), np.ascontiguousarray(end), factor, outlay / through, 1.0 / kept)


def fee_steps(start: Any, end: Any, outlay: Any, loss: Any, shares: Any, onward: Any = 1.0) -> Paths:
    """Legs of passage by consent: values run backwards, V_a = fee_ab + onward_b V_b, where that share goes on."""
    kept = 1.0 - np.asarray(loss)
    through = kept * (1.0 - np.asarray(shares))
    going_on = onward * np.ones(len(through))
    cost = np.asarray(outlay) / through
    return Paths(np.ascontiguousarray(end), np.ascontiguousarray(start), going_on, cost, 1.0 / kept)


def path_prices(paths: Paths, sources: Floats, passage: bool = False) -> Floats:
    """Lowest price at every node from `sources` (price there, inf elsewhere). (N,).

    Bellman-Ford over affine steps; exact because factors are at least 1 and costs not negative. Raises
    ValueError when a step would lower a price, since the answer would then depend on cycles. In `passage` a factor
    is the share that goes on, below 1: each round is then a contraction, and rounds end where nothing changes.
    """
    if (not passage and np.any(paths.factor < 1.0)) or np.any(paths.cost < 0.0):
        raise ValueError("a leg that lowers the price has no generalised shortest path")
    prices = sources.astype(float).copy()
    for _ in range(len(prices)):
        offers = np.where(paths.factor > 0.0, prices[paths.start], 0.0) * paths.factor + paths.cost
        better = prices.copy()
        np.minimum.at(better, paths.end, offers)
        if np.array_equal(better, prices):
            break
        prices = better
    return prices


def prices_by_programme(paths: Paths, sources: Floats) -> Floats:
    """The same prices as the solution of a linear programme (scipy, HiGHS): an independent check.

    maximise sum P  subject to  P_b <= factor P_a + cost on every leg and P <= source price.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix

    reached = np.isfinite(path_prices(paths, sources))
    used = reached[paths.start]
    rows = np.arange(int(used.sum()))
    size = (len(rows), len(sources))
    ends = coo_matrix((np.ones(len(rows)), (rows, paths.end[used])), shape=size)
    starts = coo_matrix((paths.factor[used], (rows, paths.start[used])), shape=size)
    bounds = [
        (0.0, s if np.isfinite(s) else None) if r else (0.0, 0.0)
        for s, r in zip(sources, reached, strict=True)
    ]
    solved = linprog(
        -np.ones(len(sources)), A_ub=(ends - starts).tocsr(), b_ub=paths.cost[used], bounds=bounds
    )
    if not solved.success:
        raise ValueError(f"the price programme has no solution: {solved.message}")
    return np.where(reached, solved.x, np.inf)
