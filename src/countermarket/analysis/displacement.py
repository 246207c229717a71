"""What moves elsewhere: displacement between places, transit routes, modes and markets.

Displacement = -Δoutside / Δinside in units at constant baseline cost, inside being what the scenario acts on
(the same set in both arms). Positive is displaced, negative is diffusion of benefit. If the 80% interval of
Δinside includes zero the ratio means nothing and is null; both Δ are always shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from countermarket.analysis.carried import interval_carries
from countermarket.analysis.cost_index import Cells
from countermarket.analysis.intervals import Interval, interval, undefined
from countermarket.analysis.levels import Months, Pairs, baseline_unit_cost
from countermarket.results.rows import matching
from countermarket.world.places import LegPlace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


QUESTIONS = 4
"""What is asked at once of a scenario: displacement between destinations, transit routes, modes and markets."""


class Shift(NamedTuple):
    """Change of what is delivered inside and outside, USD per year at constant baseline cost. (pairs,)"""

    inside: Array
    outside: Array
    baseline_inside: Array


def displaced(shift: Shift, missing: str = "", questions: int = QUESTIONS) -> Interval:
    """The displacement ratio of some pairs, with both changes beside it: one of so many answers.

    The mean is the ratio of mean changes (a mean of ratios has no expectation when Δinside may be near zero).
    """
    import numpy as np

    inside, outside = interval(shift.inside), interval(shift.outside)
    both = {"inside": inside, "outside": outside}
    if missing:
        return undefined(missing) | both
    if inside["mean"] is None:
        return undefined("nothing was delivered inside") | both
    if inside["low"] <= 0 <= inside["high"]:
        return undefined("the 80% interval of the change inside includes zero") | both
    with np.errstate(invalid="ignore", divide="ignore"):
        shown = interval(-shift.outside / shift.inside)
    carried = interval_carries(len(shift.inside), questions)
    return shown | {"mean": -outside["mean"] / inside["mean"], "carried": carried} | both


def of_destinations(
    baseline: Cells, scenario: Cells, inside: Collection[str], span: Months
) -> tuple[list[Shift], Shift]:
    """Shift between destination cells: of each market, and of all together."""
    import numpy as np

    moved, before, cost = _moved(baseline, scenario, span)
    within = np.isin(baseline.jurisdictions, list(inside))
    by_market = [
        Shift(
            *(
                _valued(amount[:, m], cost[:, m], mask)
                for amount, mask in _arms(moved, before, within)
            )
        )
        for m in range(len(baseline.markets))
    ]
    return by_market, Shift(*(np.sum(parts, axis=0) for parts in zip(*by_market, strict=True)))


def by_destination(baseline: Cells, scenario: Cells, span: Months) -> Array:
    """Change of deliveries by jurisdiction, USD per year at constant baseline cost. (pairs, jurisdictions)"""
    moved, _, cost = _moved(baseline, scenario, span)
    valued: Array = (moved * cost).sum(axis=1)
    return valued


def _moved(baseline: Cells, scenario: Cells, span: Months) -> tuple[Array, Array, Array]:
    """Change of units a year by cell, units a year in the reference, and what one costs. (pairs, markets, places)"""
    during = span.holds(baseline.quarters)
    years = max(1, during.sum()) / 4
    before = baseline.units[..., during].sum(axis=3)
    moved = (scenario.units[..., during].sum(axis=3) - before) / years
    return moved, before / years, _cell_cost(baseline, during)


def _arms(
    moved: Array, before: Array, within: NDArray[np.bool_]
) -> tuple[tuple[Array, NDArray[np.bool_]], ...]:
    """The three amounts of a Shift, each with the places it is summed over."""
    return (moved, within), (moved, ~within), (before, within)


def _valued(amount: Array, cost: Array, mask: NDArray[np.bool_]) -> Array:
    """Amounts at a cost, summed over some places. (pairs,)"""
    total: Array = (amount[:, mask] * cost[:, mask]).sum(axis=1)
    return total


THIN = 1e-5
"""A cell below this share of its market's units has no unit cost of its own worth the name."""


def _cell_cost(baseline: Cells, during: NDArray[np.bool_]) -> Array:
    """Constant baseline cost of each cell; its market's mean where the baseline delivers next to nothing."""
    import numpy as np

    units, cost = (part[..., during].sum(axis=3) for part in (baseline.units, baseline.cost))
    with np.errstate(invalid="ignore", divide="ignore"):
        own = cost / units
        whole = units.sum(axis=2, keepdims=True)
        market = cost.sum(axis=2, keepdims=True) / whole
    prices: Array = np.nan_to_num(np.where(units > THIN * whole, own, market), posinf=0.0, neginf=0.0)
    return prices


def of_markets(by_market: list[Shift], markets: NDArray[np.str_], inside: Collection[str]) -> Shift:
    """Shift between the markets a scenario acts on and the others."""
    import numpy as np

    total = np.stack([shift.inside + shift.outside for shift in by_market], axis=1)
    within = np.isin(markets, list(inside))
    none = np.full(len(total), np.nan)
    return Shift(total[:, within].sum(axis=1), total[:, ~within].sum(axis=1), none)


class LegFlows(NamedTuple):
    """What moved on each leg in both arms at constant baseline cost of its market. USD per year, (pairs, legs)"""

    places: list[LegPlace]
    scenario: Array
    baseline: Array


def leg_flows(pairs: Pairs, legs: Mapping[str, LegPlace], span: Months) -> LegFlows:
    """Flows on these legs over a span, legs in the order of their names."""
    import numpy as np

    rows = matching(pairs.keys, measure="units_shipped")
    rows = rows[np.isin(pairs.keys["leg"][rows], list(legs)) & span.holds(pairs.keys["month"][rows])]
    names, place = np.unique(pairs.keys["leg"][rows], return_inverse=True)
    years = max(1, len(np.unique(pairs.keys["month"][rows])))
    markets = np.array([legs[name].market for name in names], dtype=np.str_)
    cost = np.nan_to_num(baseline_unit_cost(pairs, span, markets))
    arms = (_added(values[:, rows], place, len(names)) / years * cost for values in (pairs.scenario, pairs.baseline))
    return LegFlows([legs[name] for name in names], *arms)


def _added(values: Array, place: NDArray[np.intp], places: int) -> Array:
    """Columns added up by place, undefined ones as nothing. (runs, places)"""
    import numpy as np

    by_place = np.zeros((len(values), places))
    np.add.at(by_place.T, place, np.nan_to_num(values).T)
    return by_place


def of_modes(flows: LegFlows, inside: Collection[str]) -> Shift:
    """Shift of flow between the modes a scenario acts on and the others."""
    return _split(flows.scenario, flows.baseline, [leg.mode for leg in flows.places], inside)


def of_transit(flows: LegFlows, inside: Collection[str]) -> Shift:
    """Shift of transit between jurisdictions that act and the others.

    A jurisdiction's transit in a layer is the smaller of what enters and what leaves it.
    """
    nodes, after = _through(flows.scenario, flows.places)
    _, before = _through(flows.baseline, flows.places)
    return _split(after, before, [place for _, place in nodes], inside)


def _through(flows: Array, places: list[LegPlace]) -> tuple[list[tuple[str, str]], Array]:
    """Transit of each (layer, jurisdiction): the smaller of inflow and outflow. (pairs, nodes)"""
    import numpy as np

    nodes = sorted({(leg.layer, end) for leg in places for end in (leg.origin, leg.destination)})
    at = {node: index for index, node in enumerate(nodes)}
    entering, leaving = np.zeros((2, len(flows), len(nodes)))
    for column, leg in enumerate(places):
        leaving[:, at[leg.layer, leg.origin]] += flows[:, column]
        entering[:, at[leg.layer, leg.destination]] += flows[:, column]
    return nodes, np.minimum(entering, leaving)


def _split(after: Array, before: Array, labels: list[str], inside: Collection[str]) -> Shift:
    """A change of labelled flows divided into inside and outside."""
    import numpy as np

    within = np.isin(np.array(labels, dtype=np.str_), list(inside))
    moved = after - before
    return Shift(moved[:, within].sum(axis=1), moved[:, ~within].sum(axis=1), before[:, within].sum(axis=1))
