"""What measures come to in pairs of runs: over months, over markets, in both arms.

A pair is a run and its reference in the same world with the same luck. Nothing here knows the model: values
come from recorded rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from countermarket.declared.measures import Measure
from countermarket.results.rows import laid_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Keys = dict[str, NDArray[np.str_]]


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
    return mean(monthly) * (float(measure.periods) if measure.over_months == "sum" else 1.0)


def mean(values: Array, axis: int = -1) -> Array:
    """Mean of what is defined along an axis; NaN where nothing is."""
    import numpy as np

    known = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        averages: Array = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return averages


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
    of_markets, monthly = _monthly(pairs.keys, pairs.baseline, source, span)
    weights = _aligned(of_markets, np.nansum(monthly, axis=-1), markets)
    if measure.over_markets == "baseline expenditure":
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = weights / np.nansum(weights, axis=1, keepdims=True)
    return weights


def baseline_unit_cost(pairs: Pairs, span: Months, markets: NDArray[np.str_]) -> Array:
    """Mean cost of illicit activity per unit in the reference over a span. USD per unit, (pairs, markets)"""
    of_markets, cost = _monthly(pairs.keys, pairs.baseline, "cost_of_illicit_activity", span, "total")
    units = _monthly(pairs.keys, pairs.baseline, "units_delivered", span)[1]
    return _aligned(of_markets, weighted_mean(cost, units), markets)


def _aligned(of_markets: NDArray[np.str_], values: Array, markets: NDArray[np.str_]) -> Array:
    """Columns put in the order of `markets`; NaN for one that is not there."""
    import numpy as np

    place = {market: column for column, market in enumerate(of_markets)}
    columns = [values[:, place[m]] if m in place else np.full(len(values), np.nan) for m in markets]
    return np.stack(columns, axis=1) if columns else np.empty((len(values), 0))


def changed(levels: Levels, measure: Measure) -> Array:
    """The scenario against its reference, pair by pair, as the measure is compared."""
    if measure.compared == "difference":
        return levels.scenario - levels.baseline
    return percent(levels)


def percent(levels: Levels) -> Array:
    """Change of the scenario against its reference in percent; NaN from nothing."""
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = levels.scenario / levels.baseline - 1.0
    return np.where(levels.baseline > 0, 100.0 * ratio, np.nan)
