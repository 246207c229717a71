"""The headline: the index of the cost of illicit activity, from recorded cells.

A cell is a market in a destination jurisdiction, recorded quarterly. Market index = 100 Σ q⁰c¹ / Σ q⁰c⁰ with
q⁰ from the paired baseline over the trailing twelve months, and c⁰ (baseline) and c¹ (scenario) over the same
trailing months as one another, so that a scenario equal to its baseline scores exactly 100. In the first year
of a change costs look back only to the change, or months before it would hide its effect. The total is the
geometric mean of the market indices weighted by baseline final expenditure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from countermarket.results.rows import laid_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

QUARTERS = 4
"""Quarters in the trailing window."""
THIN_SHARE = 0.01
"""A cell with fewer units than this share of its baseline takes the cheapest open path's perceived cost."""


class Cells(NamedTuple):
    """Destination cells of some runs. Arrays are (runs, markets, jurisdictions, quarters)."""

    markets: NDArray[np.str_]
    jurisdictions: NDArray[np.str_]
    quarters: NDArray[np.str_]
    """Last month of each quarter. str, (quarters,)"""
    units: Array
    """Units delivered in the quarter; 0 where there is no such cell."""
    cost: Array
    """Cost of what was delivered, with imputed items. USD"""
    cash_cost: Array
    """The same without imputed items. USD"""
    path_cost: Array
    """Perceived cost of the cheapest open path in the quarter's year. USD per unit; NaN = no path."""
    landed_cost: Array
    """What the units had cost when the domestic sector took them over; 0 where none is recorded. USD"""
    expenditure: Array
    """What users paid; 0 where none is recorded. USD"""
    restart: int = 0
    """First quarter a change touches, beyond which trailing costs do not look back; 0 = no change."""


class Index(NamedTuple):
    """Market indices of some pairs and what was imputed in them."""

    market: Array
    """100 = the paired baseline. (pairs, markets, quarters); NaN where the baseline delivered nothing."""
    imputed_weight: Array
    """Share of baseline cost in cells priced at their path's cost. (pairs, markets, quarters)"""
    unsupplied: Array
    """Cells that no path reaches any more. (pairs, markets, quarters)"""


def cells(keys: dict[str, NDArray[np.str_]], values: Array) -> Cells:
    """The destination cells of some runs, read from their recorded rows."""
    import numpy as np

    by = ("market", "jurisdiction", "month")
    labels, units = laid_out(keys, values, "units_delivered", by)
    cost = laid_out(keys, values, "delivered_cost", by).values
    cash = laid_out(keys, values, "delivered_cash_cost", by).values
    return Cells(
        labels["market"],
        labels["jurisdiction"],
        labels["month"],
        np.nan_to_num(units),
        np.nan_to_num(cost),
        np.nan_to_num(cash),
        _path_cost(keys, values, labels),
        _of_cells(keys, values, "landed_cost", units),
        _of_cells(keys, values, "expenditure", units),
    )


def _of_cells(keys: dict[str, NDArray[np.str_]], values: Array, what: str, like: Array) -> Array:
    """What more is recorded of cells; nothing everywhere in a study that has no such rows."""
    import numpy as np

    laid = laid_out(keys, values, what, ("market", "jurisdiction", "month")).values
    recorded: Array = np.nan_to_num(laid) if laid.shape == like.shape else np.zeros_like(like)
    return recorded


def _path_cost(
    keys: dict[str, NDArray[np.str_]], values: Array, labels: dict[str, NDArray[np.str_]]
) -> Array:
    """The yearly path costs put beside the quarters: each quarter takes its own year's."""
    import numpy as np

    yearly = laid_out(keys, values, "path_cost", ("market", "jurisdiction", "month"))
    shape = (len(values), *(len(labels[name]) for name in ("market", "jurisdiction", "month")))
    path_costs = np.full(shape, np.nan)
    if not yearly.values.size:
        return path_costs
    year = np.searchsorted(yearly.labels["month"], labels["month"])
    year = np.minimum(year, len(yearly.labels["month"]) - 1)
    place = {
        name: [list(labels[name]).index(label) for label in yearly.labels[name]]
        for name in ("market", "jurisdiction")
    }
    where = np.ix_(range(len(values)), place["market"], place["jurisdiction"], range(len(year)))
    path_costs[where] = yearly.values[..., year]
    return path_costs


def trailing(amounts: Array, length: int = QUARTERS, restart: int = 0) -> Array:
    """Sum of the last `length` entries along the last axis, of what there is at the start.

    From `restart` on, entries before it are left out.
    """
    import numpy as np

    total = np.cumsum(amounts, axis=-1)
    sums = total.copy()
    sums[..., length:] -= total[..., :-length]
    if restart:
        whole = slice(restart, restart + length)
        sums[..., whole] = total[..., whole] - total[..., restart - 1 : restart]
    # A difference of running totals leaves dust where nothing moved; no count or cost is that small.
    sums[~(np.abs(sums) > 1e-12 * np.abs(total))] = 0.0
    return sums


class Trail(NamedTuple):
    """What lies behind each quarter of some runs' cells. Arrays are (runs, markets, jurisdictions, quarters)."""

    year: Array
    """Units of the trailing year, a change or not."""
    units: Array
    """Units since the change, of a year at most."""
    cost: Array
    """Cost per unit of these, NaN without units. USD"""
    cash_cost: Array
    """The same without imputed items. USD"""
    path_cost: Array
    """Perceived cost of the cheapest open path. USD per unit; NaN = no path."""
    landed_cost: Array
    """Cost per unit at the destination's wholesale market, NaN without units. USD"""


def trail(of: Cells, restart: int) -> Trail:
    """Trailing units and unit costs of cells, from a change on looking back to it only."""
    year = trailing(of.units)
    units = trailing(of.units, QUARTERS, restart) if restart else year
    spent = (of.cost, of.cash_cost, of.landed_cost)
    cost, cash, landed = (_per_unit(trailing(of_these, QUARTERS, restart), units) for of_these in spent)
    return Trail(year, units, cost, cash, of.path_cost, landed)


Of = Literal["cost", "cash_cost", "landed_cost"]
"""Which cost of a cell an index is of: delivered to users, the same without imputed items, landed."""


def market_index(baseline: Cells, scenario: Cells, of: Of = "cost") -> Index:
    """Index of each market in each quarter, pair by pair."""
    return trailed_index(trail(baseline, scenario.restart), trail(scenario, scenario.restart), of)


def trailed_index(baseline: Trail, scenario: Trail, of: Of = "cost") -> Index:
    """Index of each market in each quarter, pair by pair.

    100 Σ q⁰c¹ / Σ q⁰c⁰ over cells the baseline supplies and the scenario can reach (Laspeyres).
    """
    import numpy as np

    c0, c1, supplied, thin = _unit_costs(baseline, scenario, of)
    reached = supplied & np.isfinite(c1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(reached, baseline.year * c0, 0.0)
        cost = weight.sum(axis=2)
        ratio = np.where(reached, baseline.year * c1, 0.0).sum(axis=2) / cost
        imputed = np.where(thin, weight, 0.0).sum(axis=2) / cost
    return Index(
        np.where(cost > 0, 100.0 * ratio, np.nan),
        np.where(cost > 0, imputed, np.nan),
        (supplied & ~reached).sum(axis=2).astype(float),
    )


def cell_index(baseline: Trail, scenario: Trail, of: Of = "cost") -> Array:
    """Index of each cell by itself. (pairs, markets, jurisdictions, quarters); NaN without supply or a path."""
    import numpy as np

    c0, c1, supplied, _ = _unit_costs(baseline, scenario, of)
    index: Array = np.divide(100.0 * c1, c0, out=np.full(c0.shape, np.nan), where=supplied & np.isfinite(c1) & (c0 > 0))
    return index


def _unit_costs(
    baseline: Trail, scenario: Trail, of: Of
) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Unit costs of both arms, which cells the baseline supplies, and which lost nearly all and cost as their path."""
    import numpy as np

    c0, c1 = (getattr(arm, of) for arm in (baseline, scenario))
    supplied = (baseline.year > 0) & np.isfinite(c0)
    thin = supplied & (scenario.units < THIN_SHARE * baseline.units)
    return c0, np.where(thin, scenario.path_cost, c1), supplied, thin


def _per_unit(cost: Array, units: Array) -> Array:
    """Cost by units, NaN without any."""
    import numpy as np

    unit_costs: Array = np.divide(cost, units, out=np.full(units.shape, np.nan), where=units > 0)
    return unit_costs


def total_index(market: Array, weights: Array | None = None) -> Array:
    """Geometric mean of the market indices. (pairs, quarters)

    100 exp(Σ w ln(I/100) / Σ w), markets without an index left out; equal weights when none are given.
    """
    import numpy as np

    from countermarket.engine.arrays import exps, logs

    with np.errstate(divide="ignore", invalid="ignore"):
        known = np.isfinite(market) & (market > 0)
        w = np.where(known, 1.0 if weights is None else np.nan_to_num(weights), 0.0)
        logged = logs(np.where(known, market / 100.0, 1.0))
        total = w.sum(axis=1)
        return np.where(total > 0, 100.0 * exps((w * logged).sum(axis=1) / total), np.nan)


def weighted_share(shares: Array, weights: Array) -> Array:
    """Mean over markets of shares, by weight. (pairs, quarters)"""
    import numpy as np

    w = np.where(np.isfinite(shares), weights, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weighted: Array = (w * np.nan_to_num(shares)).sum(axis=1) / w.sum(axis=1)
    return weighted


def expenditure_weights(keys: dict[str, NDArray[np.str_]], baseline: Array, of: Cells) -> Array:
    """Baseline final expenditure over the trailing twelve months. USD, (pairs, markets, quarters)"""
    import numpy as np

    labels, spent = laid_out(keys, baseline, "expenditure", ("market", "month"))
    yearly = trailing(np.nan_to_num(spent), 12)
    at = np.searchsorted(labels["month"], of.quarters)
    row = {market: place for place, market in enumerate(labels["market"])}
    path_units = np.zeros((len(baseline), len(of.markets), len(of.quarters)))
    for place, market in enumerate(of.markets):
        if market in row:
            path_units[:, place] = yearly[:, row[market]][:, at]
    return path_units
