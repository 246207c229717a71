"""Who gains and who loses: every change by jurisdiction and market, and where what leaves the inside goes.

The same pairs, indices and weights as by_place.py has for one place; here every jurisdiction is a place of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis import cost_index, displacement, levels, pairing
from countermarket.analysis.carried import carries
from countermarket.analysis.cost_index import Of
from countermarket.analysis.intervals import Interval, intervals, probability_above, undefined
from countermarket.analysis.levels import Levels, Months
from countermarket.analysis.pairing import Arms
from countermarket.analysis.verdicts import no_outside
from countermarket.results.rows import laid_out
from countermarket.results.studies import Study

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ALL_MARKETS = "all"
INDICES: dict[str, Of] = {"cost_index": "cost", "landed_index": "landed_cost"}
OF_CELLS = ("cost_index", "landed_index", "units", "price")
"""Told of each market in a jurisdiction; all but price of all markets together, too."""
OF_PLACES = ("harm", "proceeds", "members", "violence")
"""Told of a jurisdiction, as recorded by the year; what groups do stands where they are at home."""
LEVEL_UNITS = {"harm": "USD per year", "proceeds": "USD per year", "members": "persons", "violence": "deaths per year"}
NOTHING = "the baseline has none there"


class Changes(NamedTuple):
    """One measure by place: its change in each pair, and both arms' levels where it is an amount."""

    values: Array
    """Index or percent. (pairs, places)"""
    unchanged: float
    """What stands for no change: 100 for an index, 0 for percent."""
    levels: Levels | None = None
    """(pairs, places)"""


def of_study(study: Study, document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The answer of every ranked scenario of a study, by scenario."""
    entries = {entry["name"]: entry for entry in study.manifest["scenarios"]}
    names, span = [row["scenario"] for row in document["ranking"]], Months(*document["window"])
    arms = {name: pairing.arms_of(study, entries[name]) for name in names}
    return {name: by_country(of, span, len(names)) for name, of in arms.items() if of is not None}


def by_country(arms: Arms, span: Months, company: int = 1) -> dict[str, dict[str, Any]]:
    """Every jurisdiction's changes by market and in all, those first where harm falls most.

    Of one of `company` scenarios: what the pairs carry is shared out over all that stands in its table.
    """
    markets, places = arms.baseline.markets.tolist(), arms.baseline.jurisdictions.tolist()
    cells, whole = _of_cells(arms, span)
    yearly, where = _of_places(arms, span)
    everywhere = list(dict.fromkeys([*places, *where]))
    questions = len(everywhere) * (len(whole) + len(yearly)) * company
    answers: dict[str, dict[str, Any]] = {place: {} for place in everywhere}
    for at, market in enumerate(markets):
        of_market = {name: _part(changes, at) for name, changes in cells.items()}
        _tell(answers, market, places, of_market, len(places) * len(markets) * len(cells) * company)
    _tell(answers, ALL_MARKETS, places, whole, questions)
    _tell(answers, ALL_MARKETS, where, yearly, questions)
    return dict(sorted(answers.items(), key=_by_harm))


def displacement_by_country(
    arms: Arms, span: Months, world: Mapping[str, Any], company: int = 1
) -> dict[str, Interval]:
    """What appears in each jurisdiction outside for each unit lost inside, most first; together the world's ratio."""
    import numpy as np

    inside = arms.entry["inside"]["jurisdictions"]
    if no_outside(inside, world["jurisdictions"]):
        return {}
    moved = displacement.by_destination(arms.baseline, arms.scenario, span)
    places = arms.baseline.jurisdictions
    lost = moved[:, np.isin(places, list(inside))].sum(axis=1)
    outside = [at for at, place in enumerate(places.tolist()) if place not in inside and moved[:, at].any()]
    told = {
        str(places[at]): displacement.displaced(
            displacement.Shift(lost, moved[:, at], lost), questions=len(outside) * company
        )
        for at in outside
    }
    return dict(sorted(told.items(), key=lambda one: -(one[1]["mean"] or 0.0)))


def _by_harm(one: tuple[str, Mapping[str, Any]]) -> tuple[bool, float]:
    """The change of harm in USD a year, the greatest fall first; undefined last."""
    harm = one[1].get(ALL_MARKETS, {}).get("harm", {})
    before, after = harm.get("baseline"), harm.get("scenario")
    return before is None or after is None, (after or 0.0) - (before or 0.0)


def _of_cells(arms: Arms, span: Months) -> tuple[dict[str, Changes], dict[str, Changes]]:
    """Changes by market and jurisdiction, (pairs, markets, places), and of all markets together, (pairs, places)."""
    during = span.holds(arms.baseline.quarters)
    trails, cells, whole = pairing.trails(arms), {}, {}
    weights = _weights(arms)[..., during]
    for name, of in INDICES.items():
        index = cost_index.cell_index(*trails, of=of)[..., during]
        cells[name] = Changes(levels.mean(index), 100.0)
        whole[name] = Changes(levels.mean(cost_index.total_index(index, weights)), 100.0)
    units, spent, cost = (_summed(arms, during, what) for what in ("units", "expenditure", "cost"))
    cells["units"] = Changes(levels.percent(units), 0.0, units)
    cells["price"] = Changes(levels.percent(_ratio(spent, units)), 0.0, _ratio(spent, units))
    valued = _valued(units, cost)
    return cells, whole | {"units": Changes(levels.percent(valued), 0.0, valued)}


def _weights(arms: Arms) -> Array:
    """The reference's spending shared out over places as its cost is. USD, (pairs, markets, places, quarters)"""
    import numpy as np

    here = cost_index.trailing(arms.baseline.cost)
    everywhere = here.sum(axis=2, keepdims=True)
    share = np.divide(here, everywhere, out=np.zeros_like(here), where=everywhere > 0)
    weights: Array = share * arms.weights[:, :, None]
    return weights


def _summed(arms: Arms, during: NDArray[np.bool_], what: str) -> Levels:
    """An amount of both arms a year. (pairs, markets, places)"""
    years = max(1, during.sum()) / 4
    return Levels(*(getattr(of, what)[..., during].sum(axis=3) / years for of in (arms.scenario, arms.baseline)))


def _ratio(top: Levels, bottom: Levels) -> Levels:
    """One amount by another in both arms; NaN where there is none of either."""
    import numpy as np

    def divided(above: Array, below: Array) -> Array:
        known = (below > 0) & (above > 0)
        quotient: Array = np.divide(above, below, out=np.full(below.shape, np.nan), where=known)
        return quotient

    return Levels(*(divided(above, below) for above, below in zip(top, bottom, strict=True)))


def _valued(units: Levels, cost: Levels) -> Levels:
    """Units of all markets together, each at its cost there in the reference. USD per year, (pairs, places)"""
    import numpy as np

    each = np.divide(cost.baseline, units.baseline, out=np.zeros_like(cost.baseline), where=units.baseline > 0)
    return Levels(*((of * each).sum(axis=1) for of in units))


def _of_places(arms: Arms, span: Months) -> tuple[dict[str, Changes], list[str]]:
    """Changes of what is recorded by the year and jurisdiction, and the jurisdictions."""
    import numpy as np

    told: dict[str, Changes] = {}
    places: list[str] = []
    for name in OF_PLACES:
        by = ("jurisdiction", "month")
        arms_of = (arms.pairs.scenario, arms.pairs.baseline)
        laid = [laid_out(arms.pairs.keys, values, name, by, period="year") for values in arms_of]
        during = span.holds(laid[0].labels["month"])
        if during.any():
            places = laid[0].labels["jurisdiction"].tolist()
            both = Levels(*(np.nan_to_num(of.values[..., during]).mean(axis=2) for of in laid))
            told[name] = Changes(levels.percent(both), 0.0, both)
    return told, places


def _part(changes: Changes, market: int) -> Changes:
    """One market of what is told of all."""
    both = changes.levels and Levels(*(of[:, market] for of in changes.levels))
    return Changes(changes.values[:, market], changes.unchanged, both)


def _tell(
    answers: dict[str, dict[str, Any]], market: str, places: Sequence[str], told: Mapping[str, Changes], questions: int
) -> None:
    """Put one market's changes into the answer of each place that has any of it."""
    for name, changes in told.items():
        for place, interval in zip(places, _intervals(changes, questions), strict=True):
            answers[place].setdefault(market, {})[name] = interval


def _intervals(changes: Changes, questions: int) -> list[Interval]:
    """The interval of each place, with both arms' levels and whether the pairs carry it as one of so many answers."""
    import numpy as np

    defined = np.flatnonzero(np.isfinite(changes.values).any(axis=0))
    told = [undefined(NOTHING) for _ in range(changes.values.shape[1])]
    for at, interval in zip(defined.tolist(), intervals(changes.values[:, defined], NOTHING), strict=True):
        told[at] = interval
    for at, interval in enumerate(told):
        values = changes.values[:, at][np.isfinite(changes.values[:, at])]
        interval["carried"] = carries(probability_above(values, changes.unchanged), len(values), questions)
        for arm, of in zip(("scenario", "baseline"), changes.levels or (), strict=False):
            own = of[:, at][np.isfinite(of[:, at])]
            interval[arm] = float(own.mean()) if len(own) else None
    return told
