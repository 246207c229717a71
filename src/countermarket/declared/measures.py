"""Every measure a scenario is judged by, declared once."""

from __future__ import annotations

from typing import Literal, NamedTuple

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
    periods: int = 12
    """How many rows of it a year has: 12 of months, 4 of quarters."""

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
    _flow("profit", "USD per year", "what groups keep in cash after all they pay"),
    _flow(
        "economic_profit", "USD per year", "profit less pay for owners who work and interest on their own capital"
    )._replace(compared="difference", periods=4),
    _stock("members", "persons", "members of groups"),
    _flow("recruits", "persons per year", "new members"),
    _stock("groups", "groups", "real groups alive; a group slot of the model stands for several"),
    _stock(
        "seizure_rate", "share", "share of goods seized, of people stopped, of frauds blocked", "baseline expenditure"
    )._replace(compared="difference"),
    _flow("units_seized", "units per year", "seized, pure weight; people stopped, frauds blocked", "baseline cost"),
    _flow("seizures_detected", "units per year", "what agencies report seized, bulk weight", "baseline cost"),
    _flow("recovered_share", "share", "share of what users and victims paid that is confiscated for good")._replace(
        compared="difference", recorded="recovery", ratio_to="expenditure"
    ),
    _stock("quality", "index", "purity at the user, 1 = ordinary; of crossings, room on board", "baseline expenditure"),
    _flow("violence", "deaths per year", "homicides linked to organised crime"),
    _flow("harm", "USD per year", "harm to users, victims and bystanders"),
    _flow("arrests", "persons per year", "members and sellers arrested"),
    _world("community_vulnerability", "index", "how open communities are to recruitment", "mean"),
    _world("compliance_cost", "USD per year", "what due diligence costs legal firms"),
    _world("innocent_actions", "actions per year", "actions against the innocent"),
    _world("public_cost_states", "USD per year", "public money spent by all states, whoever is a member"),
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
    "index_landed": "the same of what goods had cost at the destination's wholesale market, before the trade at home",
    "index_cash": "the headline without imputed items",
    "index_equal_weights": "the headline with every market weighing alike",
    "index_short_run": "the headline over the first 24 months after the change",
}
HEADLINES = (*INDICES, "imputed_weight", "unsupplied")
"""What is printed of each scenario before all else."""
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


def change_unit(measure: Measure) -> str:
    """The unit of a change."""
    return "% of baseline" if measure.compared == "percent" else measure.unit
