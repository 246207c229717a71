"""Answers for chosen places: cost landed and delivered, units, price, harm and a verdict there, then elsewhere.

The same pairs, the same index and the same rule for a verdict as for the world; only the destinations are others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis import cost_index, levels, pairing
from countermarket.analysis.carried import carries, interval_carries
from countermarket.analysis.cost_index import Cells, Of
from countermarket.analysis.intervals import Interval, interval, intervals, probability_above, undefined
from countermarket.analysis.levels import Levels, Months
from countermarket.analysis.pairing import Arms, Trails, did_nothing
from countermarket.analysis.verdicts import NOTHING, TOO_FEW, verdict
from countermarket.reading.errors import InputError
from countermarket.reading.spelling import nearest
from countermarket.results.rows import laid_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ACTING, REST, EVERYWHERE = "where it acts", "rest of the world", "all"
ALL_MARKETS = "all"
ELSEWHERE = undefined("displacement is between places")
"""Displacement is the world's answer, not a place's."""
NOTHING_THERE, NO_TRADE = "nothing is delivered there", "no trade there"


class Place(NamedTuple):
    """Destinations an answer is asked for."""

    label: str
    jurisdictions: tuple[str, ...]


class PlaceIndex(NamedTuple):
    """An index at a place."""

    markets: Array
    """(pairs, markets)"""
    total: Array
    """(pairs,)"""


def chosen(asked: Sequence[str], world: Mapping[str, Any]) -> list[Place]:
    """The places asked for by code or name of a group. InputError names one that the study's world lacks."""
    groups: Mapping[str, Sequence[str]] = world.get("groups", {})
    known = {**{code: (code,) for code in world["jurisdictions"]}, **{name: tuple(of) for name, of in groups.items()}}
    for name in asked:
        if name not in known:
            raise InputError("--for", None, name, f"no place or group of the study's world.{nearest(name, known)}")
    return [Place(name, known[name]) for name in asked]


class Laid(NamedTuple):
    """What the answer for any place is made of, laid out once for them all."""

    arms: Arms
    trails: Trails
    harm: Levels
    """Harm over the years that end in the span. USD, (pairs, jurisdictions)"""
    harmed: NDArray[np.str_]
    idle: bool


def by_place(
    arms: Arms,
    span: Months,
    asked: Sequence[Place],
    world: Mapping[str, Any],
    company: int = 1,
    trails: Trails | None = None,
) -> dict[str, dict[str, Any]]:
    """Answers for the places asked for, or where the scenario acts; then for the rest of the world, and for all."""
    everywhere = tuple(world["jurisdictions"])
    acting = tuple(arms.entry["inside"]["jurisdictions"])
    first = list(asked) or ([Place(acting[0] if len(acting) == 1 else ACTING, acting)] if acting else [])
    inside = {code for place in first for code in place.jurisdictions}
    rest = tuple(code for code in everywhere if code not in inside)
    places = [place for place in first if len(place.jurisdictions) < len(everywhere)]
    places += [Place(REST, rest)] if places and rest else []
    places.append(Place(EVERYWHERE, everywhere))
    laid = Laid(arms, trails or pairing.trails(arms), *_harm(arms, span), did_nothing(arms.pairs))
    return {place.label: _answer(laid, span, place, company) for place in places}


def indices_there(arms: Arms, span: Months, place: Place, trails: Trails) -> tuple[Array, Array]:
    """Indices of what is delivered and of what has landed at a place, all markets together. (pairs,) each

    A ranking for the place uses the first.
    """
    beaten, weights = _trails_at(arms, place, trails), _weights(arms, _at(arms, place))
    delivered, landed = (_index(beaten, span, weights, of).total for of in COSTS)
    return delivered, landed


def _at(arms: Arms, place: Place) -> Arms:
    """The same runs with cells elsewhere empty."""
    baseline, scenario = (_within(of, place.jurisdictions) for of in (arms.baseline, arms.scenario))
    return arms._replace(baseline=baseline, scenario=scenario)


def _trails_at(arms: Arms, place: Place, trails: Trails) -> Trails:
    """What lies behind the quarters of cells at a place: the reference supplies nothing elsewhere."""
    import numpy as np

    baseline, scenario = trails
    here = np.isin(arms.baseline.jurisdictions, place.jurisdictions)[:, None]
    return baseline._replace(year=np.where(here, baseline.year, 0.0)), scenario


MEASURES = ("cost_index", "landed_index", "units", "price")
"""What is said of each market at a place: indices with reference = 100, changes in percent."""


def _answer(laid: Laid, span: Months, place: Place, company: int) -> dict[str, Any]:
    """Every market's answer at a place, and that of all markets together."""
    there, beaten = _at(laid.arms, place), _trails_at(laid.arms, place, laid.trails)
    weights = _weights(laid.arms, there)
    delivered, landed = (_index(beaten, span, weights, of) for of in COSTS)
    units, spent = _changed_units(there, span), _changed_spending(there, span)
    price = 100.0 * ((1.0 + spent / 100.0) / (1.0 + units / 100.0) - 1.0)
    pairs, markets = delivered.markets.shape
    said = _verdicts(_silence(laid.idle, pairs, markets * company), delivered.markets, units)
    columns = (delivered.markets, landed.markets, units, price)
    answer = {
        str(market): _row([of[:, at] for of in columns], markets * company) | {"verdict": said[at]}
        for at, market in enumerate(there.baseline.markets)
    }
    harm = _harm_at(laid, place)
    return answer | {ALL_MARKETS: _of_all(there, delivered, landed, harm, span, laid.idle, company)}


def _row(columns: Sequence[Array], questions: int) -> dict[str, Any]:
    """One market's intervals."""
    return {name: _told(name, values, questions) for name, values in zip(MEASURES, columns, strict=True)}


def _told(name: str, values: Array, questions: int, reason: str = NOTHING_THERE) -> Interval:
    """An interval, and whether the pairs carry it as one of so many answers."""
    import numpy as np

    known, unchanged = values[np.isfinite(values)], 100.0 if name.endswith("_index") else 0.0
    return interval(values, reason) | {
        "carried": carries(probability_above(known, unchanged), len(known), questions)
    }


def _of_all(
    arms: Arms, delivered: PlaceIndex, landed: PlaceIndex, harm: Array, span: Months, idle: bool, company: int
) -> dict[str, Any]:
    """All markets together at a place."""
    cost, units = _told("cost_index", delivered.total, company), _told("units", _valued(arms, span), company)
    harms = _told("harm", harm, company, "no year ends in the window")
    return {
        "cost_index": cost,
        "landed_index": _told("landed_index", landed.total, company),
        "units": units,
        "harm": harms,
        "verdict": _silence(idle, len(delivered.total), company) or verdict(cost, harms, units, ELSEWHERE),
    }


def _within(cells: Cells, places: Collection[str]) -> Cells:
    """Cells of which only those at some places deliver anything."""
    import numpy as np

    here = np.isin(cells.jurisdictions, list(places))[:, None]
    held = (cells.units, cells.cost, cells.landed_cost, cells.expenditure)
    units, cost, landed, spent = (np.where(here, of, 0.0) for of in held)
    return cells._replace(units=units, cost=cost, landed_cost=landed, expenditure=spent)


COSTS: tuple[Of, Of] = ("cost", "landed_cost")
"""What is delivered to users, and what has landed at the wholesale market."""


class Weights(NamedTuple):
    """What users spend in each market at a place over the trailing year: what markets weigh. USD"""

    quarters: NDArray[np.str_]
    spent: Array
    """(pairs, markets, quarters)"""


def _weights(arms: Arms, there: Arms) -> Weights:
    """The reference's spending shared out over places as its cost is: that of every place is the headline's."""
    import numpy as np

    here, everywhere = (cost_index.trailing(of.baseline.cost.sum(axis=2)) for of in (there, arms))
    share = np.divide(here, everywhere, out=np.zeros_like(here), where=everywhere > 0)
    return Weights(arms.baseline.quarters, share * arms.weights)


def _index(trails: Trails, span: Months, weights: Weights, of: Of) -> PlaceIndex:
    """Index of a cost by market, and of all, weighted by what users spend there."""
    during = span.holds(weights.quarters)
    market = cost_index.trailed_index(*trails, of=of).market[..., during]
    return PlaceIndex(levels.mean(market), levels.mean(cost_index.total_index(market, weights.spent[..., during])))


def _changed_units(arms: Arms, span: Months) -> Array:
    """Change of units delivered by market over a span. Percent, (pairs, markets)"""
    return levels.percent(_units(arms, span))


def _units(arms: Arms, span: Months) -> Levels:
    """Units delivered by market over a span. (pairs, markets)"""
    during = span.holds(arms.baseline.quarters)
    return Levels(*(cells.units[..., during].sum(axis=(2, 3)) for cells in (arms.scenario, arms.baseline)))


def _changed_spending(arms: Arms, span: Months) -> Array:
    """Change of what users spend by market over a span, where the cells deliver. Percent, (pairs, markets)"""
    during = span.holds(arms.baseline.quarters)
    spent = (cells.expenditure[..., during].sum(axis=(2, 3)) for cells in (arms.scenario, arms.baseline))
    return levels.percent(Levels(*spent))


def _valued(arms: Arms, span: Months) -> Array:
    """Change of units of all markets together, each at its cost in the reference. Percent, (pairs,)"""
    import numpy as np

    during = span.holds(arms.baseline.quarters)
    units = _units(arms, span)
    cost = arms.baseline.cost[..., during].sum(axis=(2, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.nan_to_num(cost / units.baseline)
    return levels.percent(Levels(*((of * each).sum(axis=1) for of in units)))


def _harm(arms: Arms, span: Months) -> tuple[Levels, NDArray[np.str_]]:
    """Harm of both arms over the years that end in a span, and where. USD, (pairs, jurisdictions)"""
    import numpy as np

    keys, both = arms.pairs.keys, (arms.pairs.scenario, arms.pairs.baseline)
    laid = [laid_out(keys, values, "harm", ("jurisdiction", "month"), period="year") for values in both]
    during = span.holds(laid[0].labels["month"])
    after, before = (np.nan_to_num(of.values[..., during]).sum(axis=2) for of in laid)
    return Levels(after, before), laid[0].labels["jurisdiction"]


def _harm_at(laid: Laid, place: Place) -> Array:
    """Change of harm at a place. Percent, (pairs,)"""
    import numpy as np

    here = np.isin(laid.harmed, place.jurisdictions)
    return levels.percent(Levels(*(of[:, here].sum(axis=1) for of in laid.harm)))


def _verdicts(silent: str, index: Array, units: Array) -> list[str]:
    """The verdict of each market at a place, if the pairs can say any."""
    if silent:
        return [silent] * index.shape[1]
    both = zip(intervals(index), intervals(units), strict=True)
    return [NO_TRADE if cost["mean"] is None else verdict(cost, None, flow, ELSEWHERE) for cost, flow in both]


def _silence(idle: bool, pairs: int, questions: int) -> str:
    """Why there is no verdict, if there is none: the scenario did nothing, or the pairs are too few."""
    if idle:
        return NOTHING
    return "" if interval_carries(pairs, questions) else TOO_FEW
