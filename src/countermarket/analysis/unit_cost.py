"""What one unit costs in USD, market by market: delivered to users, and landed at the wholesale market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from countermarket.analysis import levels
from countermarket.analysis.intervals import Interval, intervals
from countermarket.analysis.levels import Months
from countermarket.analysis.pairing import Arms
from countermarket.declared import measures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NOTHING_LANDED = "no landed cost is recorded"


def per_market(markets: Sequence[str], values: Array, reason: str) -> dict[str, Interval]:
    """An interval for each market. values: (pairs, markets)"""
    return dict(zip(markets, intervals(values, reason), strict=True))


def delivered(arms: Arms, span: Months) -> dict[str, Interval]:
    """Cost of the scenario's illicit activity by market, the reference's mean beside it. USD per unit"""
    markets, both = levels.by_market(arms.pairs, measures.COST, span)
    costs = per_market(list(map(str, markets)), both.scenario, "nothing was delivered")
    for of_market, before in zip(costs.values(), intervals(both.baseline), strict=True):
        of_market["baseline"] = before["mean"]
    return costs


def landed(arms: Arms, span: Months) -> dict[str, Interval]:
    """What a unit had cost at the wholesale market by market, the reference's mean beside it. USD per unit"""
    import numpy as np

    during = span.holds(arms.baseline.quarters)
    both = []
    for cells in (arms.scenario, arms.baseline):
        spent, units = (of[..., during].sum(axis=(2, 3)) for of in (cells.landed_cost, cells.units))
        both.append(np.divide(spent, units, out=np.full(units.shape, np.nan), where=(units > 0) & (spent > 0)))
    costs = per_market(list(map(str, arms.baseline.markets)), both[0], NOTHING_LANDED)
    for of_market, before in zip(costs.values(), intervals(both[1]), strict=True):
        of_market["baseline"] = before["mean"]
    return costs
