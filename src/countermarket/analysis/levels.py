"""What a scenario is judged by: every measure declared once, and its value for pairs of runs.

A pair is a run and its reference in the same world with the same luck. Nothing here knows the model: values
come from recorded rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from countermarket.results.rows import laid_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Keys = dict[str, NDArray[np.str_]]

OverMonths = Literal["sum", "mean"]
OverMarkets = Literal["sum", "baseline cost", "baseline units", "baseline expenditure", "world"]
Compared = Literal["percent", "difference"]


class Measure(NamedTuple):
    """A number a run is judged by, and how it adds up."""

    name: str
    unit: str
    meaning: str
    over_months: OverMonths = "sum"
    """sum: a flow, given per year; mean: a stock, a price or a share."""
    over_markets: OverMarkets = "sum"
    """How markets with different units become one number; world: not recorded by market."""
    compared: Compared = "percent"
    """Against the reference: a change in percent, or a difference in the unit."""
    recorded: str = ""
    """The recorded measure, where its name differs."""
    component: str = ""
    """The recorded component, where there is one."""
    ratio_to: str = ""
    """The recorded measure it is divided by, if it is a ratio of two flows."""

    @property
    def level_unit(self) -> str:
        """The unit of its level over all markets: what has a different unit in each is valued in USD."""
        return "USD per year" if self.over_markets in ("baseline cost", "baseline units") else self.unit


def _flow(name: str, unit: str, meaning: str, over_markets: OverMarkets = "sum") -> Measure:
    """A flow recorded by market."""
    return Measure(name, unit, meaning, "sum", over_markets)


def _stock(name: str, unit: str, meaning: str, over_markets: OverMarkets = "sum") -> Measure:
    """A stock or a price recorded by market."""
    return Measure(name, unit, meaning, "mean", over_markets)


def _world(name: str, unit: str, meaning: str, over_months: OverMonths = "sum") -> Measure:
    """A measure of the world as a whole, compared as a difference since it may start from nothing."""
    return Measure(name, unit, meaning, over_months, "world", "difference")


def _operations(grade: str) -> Measure:
    """Operations of one grade."""
    measure = _world(f"operations_{grade}", "operations per year", f"{grade} joint operations")
    return measure._replace(recorded="operations", component=grade)


RECORDED = (
    _flow("units_delivered", "units per year", "what reached users and victims", "baseline cost"),
    _flow("units_wanted", "units per year", "what users wanted at the price", "baseline cost"),
    _stock("price", "USD per unit", "what a user pays", "baseline units"),
    _flow("expenditure", "USD per year", "what users and victims paid"),
    _flow("proceeds", "USD per year", "gross sales of groups"),
    _flow("profit", "USD per year", "what groups keep after all they pay"),
    _stock("members", "persons", "members of groups"),
    _flow("recruits", "persons per year", "new members"),
    _stock("groups", "groups", "groups alive"),
    _stock(
        "seizure_rate", "share", "share of goods seized, of people stopped, of frauds blocked", "baseline expenditure"
    )._replace(compared="difference"),
    _flow("units_seized", "units per year", "seized, pure weight; people stopped, frauds blocked", "baseline cost"),
    _flow("seizures_detected", "units per year", "what agencies report seized, bulk weight", "baseline cost"),
    _flow("recovered_share", "share", "share of proceeds confiscated for good")._replace(
        compared="difference", recorded="recovery", ratio_to="proceeds"
    ),
    _stock("quality", "index", "purity at the user, 1 = ordinary; of crossings, room on board", "baseline expenditure"),
    _flow("violence", "deaths per year", "deaths in the violence of groups"),
    _flow("harm", "USD per year", "harm to users, victims and bystanders"),
    _flow("arrests", "persons per year", "members arrested"),
    _world("community_vulnerability", "index", "how open communities are to recruitment", "mean"),
    _world("compliance_cost", "USD per year", "what due diligence costs legal firms"),
    _world("innocent_actions", "actions per year", "actions against the innocent"),
    _world("public_cost_members", "USD per year", "public money spent by acting states"),
    _world("public_cost_alliance", "USD per year", "public money spent by the alliance"),
    _operations("minor"),
    _operations("moderate"),
    _operations("major"),
    _world("alliance_trust", "share", "mean trust between members", "mean"),
    _world("alliance_members", "states", "active members of the alliance", "mean"),
    _world("backlog", "evidence", "evidence and requests that wait for an analyst", "mean"),
    _world("technology_gap", "log units", "technology of agencies over that of groups", "mean"),
)
"""Measures read from recorded rows, in the order they are shown."""

COST = Measure(
    "cost_of_illicit_activity",
    "USD per unit",
    "what it costs, all groups and sectors together, to deliver one unit",
    "mean",
    "baseline units",
    component="total",
)
INDICES = {
    "index": "cost of illicit activity against the paired reference; the headline",
    "index_cash": "the same without imputed items",
    "index_equal_weights": "the same with every market weighing alike",
    "index_short_run": "the headline over the first 24 months after the change",
}
DERIVED = (
    COST,
    *(Measure(name, "reference = 100", meaning, "mean") for name, meaning in INDICES.items()),
    Measure("imputed_weight", "share", "weight of cells priced at their cheapest open path", "mean"),
    Measure("unsupplied", "cells", "destinations that no path reaches", "mean"),
    Measure(
        "displacement",
        "ratio",
        "what appeared outside for each unit lost inside, at constant cost; negative: diffusion",
    ),
)
"""Measures computed from pairs of runs (cost_index.py, displacement.py)."""

MEASURES = (*DERIVED, *RECORDED)


def measure_named(name: str) -> Measure:
    """The declared measure of this name."""
    return next(measure for measure in MEASURES if measure.name == name)


class Months(NamedTuple):
    """A span of reported months, both ends included, as YYYY-MM."""

    first: str
    last: str

    def holds(self, months: NDArray[np.str_]) -> NDArray[np.bool_]:
        """Which of these months lie in the span."""
        inside: NDArray[np.bool_] = (months >= self.first) & (months <= self.last)
        return inside


class Pairs(NamedTuple):
    """Runs and their references, row beside row: same scenario, same draws and replicates."""

    keys: Keys
    scenario: Array
    """(pairs, rows)"""
    baseline: Array
    """(pairs, rows)"""


class Levels(NamedTuple):
    """A measure in both arms over a span of months. (pairs,) each, or (pairs, markets)."""

    scenario: Array
    baseline: Array


def by_market(pairs: Pairs, measure: Measure, span: Months) -> tuple[NDArray[np.str_], Levels]:
    """A recorded measure of each market in both arms: flows per year, prices weighted by units."""
    arms = [_market_levels(pairs.keys, values, measure, span) for values in (pairs.scenario, pairs.baseline)]
    return arms[0][0], Levels(arms[0][1], arms[1][1])


def _market_levels(
    keys: Keys, values: Array, measure: Measure, span: Months
) -> tuple[NDArray[np.str_], Array]:
    """One arm of a measure by market. (runs, markets)"""
    name = measure.recorded or measure.name
    markets, monthly = _monthly(keys, values, name, span, measure.component)
    if measure.ratio_to:
        return markets, _ratio(monthly, _monthly(keys, values, measure.ratio_to, span)[1])
    if measure.over_markets == "baseline units":
        return markets, weighted_mean(monthly, _monthly(keys, values, "units_delivered", span)[1])
    return markets, _over_months(monthly, measure)


def _monthly(
    keys: Keys, values: Array, name: str, span: Months, component: str = ""
) -> tuple[NDArray[np.str_], Array]:
    """Monthly rows by market within a span. (runs, markets, months)"""
    laid = laid_out(keys, values, name, ("market", "month"), component=component)
    return laid.labels["market"], laid.values[..., span.holds(laid.labels["month"])]


def _over_months(monthly: Array, measure: Measure) -> Array:
    """Flows per year, stocks as means, over the last axis; NaN where nothing is recorded."""
    return mean(monthly) * (12.0 if measure.over_months == "sum" else 1.0)


def mean(values: Array, axis: int = -1) -> Array:
    """Mean of what is defined along an axis; NaN where nothing is."""
    import numpy as np

    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Array = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return found


def weighted_mean(values: Array, weights: Array) -> Array:
    """Mean along the last axis by weight; NaN where no weight stands beside a value."""
    import numpy as np

    w = np.where(np.isfinite(values), np.nan_to_num(weights), 0.0)
    return _ratio(w * np.nan_to_num(values), w)


def _ratio(upper: Array, lower: Array) -> Array:
    """Ratio of two sums along the last axis; NaN where the lower is zero."""
    import numpy as np

    top, bottom = np.nansum(upper, axis=-1), np.nansum(lower, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom != 0, top / bottom, np.nan)


def overall(pairs: Pairs, measure: Measure, span: Months) -> Levels:
    """A recorded measure of the whole world in both arms. (pairs,)"""
    if measure.over_markets == "world":
        return Levels(*(_of_world(pairs.keys, v, measure, span) for v in (pairs.scenario, pairs.baseline)))
    if measure.ratio_to:
        return Levels(*(_world_ratio(pairs.keys, v, measure, span) for v in (pairs.scenario, pairs.baseline)))
    markets, levels = by_market(pairs, measure, span)
    weights = market_weights(pairs, measure, span, markets)
    return Levels(_combined(levels, weights, 0), _combined(levels, weights, 1))


def _combined(levels: Levels, weights: Array, arm: int) -> Array:
    """Weighted sum over the markets that have a value in both arms; NaN if there is none."""
    import numpy as np

    known = np.isfinite(levels.scenario) & np.isfinite(levels.baseline) & np.isfinite(weights)
    total = np.where(known, levels[arm] * weights, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total, np.nan)


def _of_world(keys: Keys, values: Array, measure: Measure, span: Months) -> Array:
    """A measure recorded for the world."""
    name = measure.recorded or measure.name
    laid = laid_out(keys, values, name, ("month",), component=measure.component)
    return _over_months(laid.values[..., span.holds(laid.labels["month"])], measure)


def _world_ratio(keys: Keys, values: Array, measure: Measure, span: Months) -> Array:
    """A ratio of two flows, each summed over markets and months."""
    upper = _monthly(keys, values, measure.recorded or measure.name, span)[1]
    lower = _monthly(keys, values, measure.ratio_to, span)[1]
    return _ratio(upper.reshape(len(values), -1), lower.reshape(len(values), -1))


def market_weights(pairs: Pairs, measure: Measure, span: Months, markets: NDArray[np.str_]) -> Array:
    """What a market's level is multiplied by before markets are added: the same in both arms."""
    import numpy as np

    if measure.over_markets == "sum":
        return np.ones((len(pairs.baseline), len(markets)))
    if measure.over_markets == "baseline cost":
        return baseline_unit_cost(pairs, span, markets)
    source = {"baseline units": "units_delivered", "baseline expenditure": "expenditure"}[
        measure.over_markets
    ]
    found, monthly = _monthly(pairs.keys, pairs.baseline, source, span)
    weights = _aligned(found, np.nansum(monthly, axis=-1), markets)
    if measure.over_markets == "baseline expenditure":
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = weights / np.nansum(weights, axis=1, keepdims=True)
    return weights


def baseline_unit_cost(pairs: Pairs, span: Months, markets: NDArray[np.str_]) -> Array:
    """Mean cost of illicit activity per unit in the reference over a span. USD per unit, (pairs, markets)"""
    found, cost = _monthly(pairs.keys, pairs.baseline, "cost_of_illicit_activity", span, "total")
    units = _monthly(pairs.keys, pairs.baseline, "units_delivered", span)[1]
    return _aligned(found, weighted_mean(cost, units), markets)


def _aligned(found: NDArray[np.str_], values: Array, markets: NDArray[np.str_]) -> Array:
    """Columns put in the order of `markets`; NaN for one that is not there."""
    import numpy as np

    place = {market: column for column, market in enumerate(found)}
    columns = [values[:, place[m]] if m in place else np.full(len(values), np.nan) for m in markets]
    return np.stack(columns, axis=1) if columns else np.empty((len(values), 0))


def changed(levels: Levels, measure: Measure) -> Array:
    """The scenario against its reference, pair by pair, as the measure is compared."""
    import numpy as np

    if measure.compared == "difference":
        return levels.scenario - levels.baseline
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = levels.scenario / levels.baseline - 1.0
    return np.where(levels.baseline > 0, 100.0 * ratio, np.nan)


def change_unit(measure: Measure) -> str:
    """The unit of a change."""
    return "% of baseline" if measure.compared == "percent" else measure.unit
