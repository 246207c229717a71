"""The outcomes that a page to explore shows, in its order: columns of a sweep, with what a reader calls them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Outcome(NamedTuple):
    """A column of the sweep, and how it is told."""

    column: str
    label: str
    unit: str
    group: str
    kind: str = "change"
    """index: the reference is 100; change: a difference, 0 for none."""

    @property
    def nothing(self) -> float:
        """Its value where nothing is changed."""
        return 100.0 if self.kind == "index" else 0.0

    @property
    def is_comparable(self) -> bool:
        """Whether runs of other policies may stand beside it: where levers act is other states for each of them."""
        return self.group != MOVED

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio to the reference, whose logarithm is fitted: effects multiply, none falls below 0."""
        return self.kind == "index" or self.unit == PERCENT


REFERENCE = "baseline = 100"
PERCENT = "% of baseline"
DOLLARS = "USD a year"
AT_COST = "USD a year, at baseline cost"
COST = "Cost of illicit activity"
HAPPENS = "What happens"
MONEY = "Money, and actions against the innocent"
MOVED = "Where it goes"
DELIVERED, LANDED = "Cost by market, delivered", "Cost by market, landed"

OVERALL = (
    Outcome("index", "Delivered to users", REFERENCE, COST, "index"),
    Outcome("index_landed", "Landed, before the trade at home", REFERENCE, COST, "index"),
    Outcome("change_units_delivered", "Units delivered", PERCENT, HAPPENS),
    Outcome("change_price", "Price users pay", PERCENT, HAPPENS),
    Outcome("change_profit", "Profit of groups, cash", PERCENT, HAPPENS),
    Outcome("change_violence", "Violence", PERCENT, HAPPENS),
    Outcome("change_harm", "Harm", PERCENT, HAPPENS),
    Outcome("change_recovered_share", "Recovered share of what users paid", "share", MONEY),
    Outcome("change_public_cost_states", "Public cost, states", DOLLARS, MONEY),
    Outcome("change_public_cost_alliance", "Public cost, alliance", DOLLARS, MONEY),
    Outcome("change_compliance_cost", "Private cost: checks and delay", DOLLARS, MONEY),
    Outcome("change_innocent_actions", "Actions against the innocent", "a year", MONEY),
    Outcome("moved_inside", "Deliveries where levers act", AT_COST, MOVED),
    Outcome("moved_outside", "Deliveries everywhere else", AT_COST, MOVED),
)


def outcomes_in(columns: Iterable[str]) -> list[Outcome]:
    """The outcomes that a sweep with these columns has: of the world, then of each market."""
    columns = list(columns)
    markets = [name.removeprefix("cost_index_") for name in columns if name.startswith("cost_index_")]
    by_market = [
        Outcome(f"{stage}_index_{market}", market_name(market), REFERENCE, group, "index")
        for stage, group in (("cost", DELIVERED), ("landed", LANDED))
        for market in markets
    ]
    return [one for one in (*OVERALL, *by_market) if one.column in columns]


def market_name(market: str) -> str:
    """A market as a reader writes it."""
    plain = market.replace("_", " ")
    return plain[:1].upper() + plain[1:]
