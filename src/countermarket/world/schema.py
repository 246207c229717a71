"""What each table of a world must hold: its columns, in words and bounds."""

from __future__ import annotations

from typing import NamedTuple

from countermarket.declared.vocabulary import MODES, SERVICES
from countermarket.world.structure import KINDS

INF = float("inf")
EVIDENCE = ("documented", "inferred_pair", "assumed")


class Column(NamedTuple):
    """A column: `kind` is text, number or source; `choices` empty means any text."""

    name: str
    kind: str = "text"
    low: float = -INF
    high: float = INF
    choices: tuple[str, ...] = ()
    blank: bool = False


def number(name: str, low: float = 0.0, high: float = INF) -> Column:
    """Declare a column of numbers within bounds."""
    return Column(name, "number", low, high)


def flag(name: str) -> Column:
    """Declare a column that holds 0 or 1."""
    return Column(name, "number", 0.0, 1.0, ("0", "1"))


def source(name: str = "source") -> Column:
    """Declare a column that says where the numbers before it come from."""
    return Column(name, "source")


def free(name: str) -> Column:
    """Declare a column of text that may be empty."""
    return Column(name, blank=True)


def choice(name: str, choices: tuple[str, ...]) -> Column:
    """Declare a column that holds one of a few words."""
    return Column(name, choices=choices)


def ranged(name: str, high: float = INF) -> tuple[Column, ...]:
    """Declare a number with its range and source beside it."""
    bounds = (number(name, 0.0, high), number(f"{name}_low", 0.0, high), number(f"{name}_high", 0.0, high))
    return (*bounds, source(f"{name}_source"))


RECORD = (number("value"), Column("unit"), number("low"), number("high"), source())
LEG_ENDS = (Column("origin"), Column("destination"), choice("mode", MODES))
PRICES = tuple(Column(name, "number", 0.0, INF, (), True) for name in ("usd_low", "usd_mid", "usd_high"))

TABLES: dict[str, tuple[Column, ...]] = {
    "source_codes.csv": (
        Column("code"),
        Column("title"),
        Column("address"),
        Column("year"),
        Column("licence"),
    ),
    "constants.csv": (Column("constant"), *RECORD),
    "rates.csv": (
        Column("series"),
        number("year", 1900, 2100),
        number("value", 1e-9),
        Column("unit"),
        source(),
    ),
    "markets.csv": (Column("market"), choice("kind", KINDS)),
    "layers.csv": (
        Column("layer"),
        Column("market"),
        Column("unit"),
        free("input_layer"),
        *ranged("units_per_output"),
        *ranged("holding_months"),
        *ranged("loss_share", 0.99),
    ),
    "jurisdictions.csv": (
        Column("jurisdiction"),
        Column("name"),
        number("population", 1),
        number("population_year", 1900, 2100),
        source("population_source"),
        number("gdp_per_head", 1),
        number("gdp_year", 1900, 2100),
        source("gdp_source"),
        number("rule_of_law", -3.5, 3.5),
        number("control_of_corruption", -3.5, 3.5),
        number("effectiveness", -3.5, 3.5),
        number("stability", -3.5, 3.5),
        source("governance_source"),
        number("latitude", -90, 90),
        number("longitude", -180, 180),
        flag("landlocked"),
        source("place_source"),
        flag("eu"),
        source("eu_source"),
        flag("five_eyes"),
        source("five_eyes_source"),
        flag("haven"),
        source("haven_source"),
        number("patronage", 0, 1),
        source("patronage_source"),
        number("conflict", 0, 1),
        source("conflict_source"),
    ),
    "legs.csv": (
        Column("leg"),
        Column("layer"),
        Column("commodity"),
        *LEG_ENDS,
        choice("mode_basis", ("source", "assumed")),
        number("distance_km", 1, 45_000),
        choice("distance_basis", ("sea_route", "great_circle")),
        choice("evidence", EVIDENCE),
        free("via"),
        source(),
        free("note"),
    ),
    "laundering.csv": (
        Column("leg"),
        Column("commodity"),
        *LEG_ENDS,
        choice("evidence", EVIDENCE),
        source(),
        free("note"),
    ),
    "supply.csv": (
        Column("layer"),
        Column("jurisdiction"),
        choice("quantity", ("capacity", "unit_cost", "price", "seized")),
        *RECORD,
    ),
    "demand.csv": (Column("layer"), Column("jurisdiction"), choice("quantity", ("volume", "price", "stay")), *RECORD),
    "enablers.csv": (
        choice("service", SERVICES),
        Column("jurisdiction"),
        number("weight"),
        Column("unit"),
        number("low"),
        number("high"),
        source(),
    ),
    "roles.csv": (
        Column("market"),
        Column("jurisdiction"),
        choice("role", ("source", "transit", "destination", "precursor_source", "haven")),
        choice("evidence", ("sourced", "assumed")),
        source(),
    ),
    "prices.csv": (
        Column("price"),
        Column("market"),
        Column("stage"),
        Column("item"),
        Column("unit"),
        free("place"),
        free("to"),
        *(Column(name, "number", -100.0, INF, (), True) for name in ("low", "mid", "high")),
        Column("currency"),
        number("year", 1900, 2100),
        *PRICES,
        choice("quality", ("A", "B", "C")),
        source(),
        free("note"),
    ),
    "anchors.csv": (
        Column("anchor"),
        Column("metric"),
        Column("place"),
        number("value"),
        number("low"),
        number("high"),
        Column("unit"),
        Column("year"),
        source(),
        free("note"),
    ),
    "homicide.csv": (
        Column("jurisdiction"),
        number("rate", 0, 500),
        number("rate_low", 0, 500),
        number("rate_high", 0, 500),
        number("rate_year", 1900, 2100),
        source("rate_source"),
        *ranged("organised_share", 1.0),
        free("note"),
    ),
    "groups.csv": (
        Column("group"),
        Column("name"),
        Column("jurisdiction"),
        Column("since"),
        source(),
        free("note"),
    ),
}

KEYS: dict[str, tuple[str, ...]] = {
    "source_codes.csv": ("code",),
    "constants.csv": ("constant",),
    "rates.csv": ("series", "year"),
    "markets.csv": ("market",),
    "layers.csv": ("layer",),
    "jurisdictions.csv": ("jurisdiction",),
    "legs.csv": ("leg",),
    "laundering.csv": ("leg",),
    "supply.csv": ("layer", "jurisdiction", "quantity"),
    "demand.csv": ("layer", "jurisdiction", "quantity"),
    "enablers.csv": ("service", "jurisdiction"),
    "roles.csv": ("market", "jurisdiction", "role"),
    "prices.csv": ("price",),
    "anchors.csv": ("anchor",),
    "homicide.csv": ("jurisdiction",),
    "groups.csv": ("group", "jurisdiction"),
}
EVIDENCE_TABLES = ("roles.csv", "prices.csv", "anchors.csv", "groups.csv")
OPTIONAL_TABLES = ("groups.csv", "homicide.csv")
"""What a world of whole tables may do without."""
MODEL_TABLES = tuple(name for name in TABLES if name not in EVIDENCE_TABLES)

PLACE = ("jurisdictions",)
NAMING: dict[str, dict[str, tuple[str, ...]]] = {
    "markets.csv": {"market": ("markets",)},
    "layers.csv": {"layer": ("layers",), "market": ("markets",)},
    "jurisdictions.csv": {"jurisdiction": PLACE},
    "legs.csv": {"leg": ("legs",), "layer": ("layers", "markets"), "origin": PLACE, "destination": PLACE},
    "laundering.csv": {"leg": ("legs",), "origin": PLACE, "destination": PLACE},
    "supply.csv": {"layer": ("layers",), "jurisdiction": PLACE},
    "demand.csv": {"layer": ("layers",), "jurisdiction": PLACE},
    "enablers.csv": {"jurisdiction": PLACE},
    "roles.csv": {"market": ("markets",), "jurisdiction": PLACE},
    "prices.csv": {"market": ("markets",), "place": PLACE, "to": PLACE},
    "anchors.csv": {"place": PLACE},
    "homicide.csv": {"jurisdiction": PLACE},
    "groups.csv": {"jurisdiction": PLACE},
}
"""Columns that name what a world may remove, and of which kinds: such a row goes with what it names."""
