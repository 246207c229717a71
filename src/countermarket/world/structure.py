"""What a world is: names, and one structured array per kind of thing."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from countermarket.declared.vocabulary import MARKET_KINDS

Table: TypeAlias = npt.NDArray[np.void]
Floats: TypeAlias = npt.NDArray[np.float64]

KINDS = MARKET_KINDS

GOODS, CONSENT, EXPLOITED, FRAUD = range(4)

JURISDICTION = np.dtype(
    [
        ("population", "f8"),  # persons
        ("gdp_per_head", "f8"),  # USD per year
        ("legal_wage", "f8"),  # USD per month
        ("rule_of_law", "f8"),  # 0..1, 1 is best
        ("corruption", "f8"),  # 0..1, 1 is worst
        ("effectiveness", "f8"),  # 0..1, 1 is best
        ("stability", "f8"),  # 0..1, 1 is best
        ("latitude", "f8"),  # degrees north, capital
        ("longitude", "f8"),  # degrees east, capital
        ("landlocked", "?"),
        ("eu", "?"),
        ("five_eyes", "?"),
        ("haven", "?"),
        ("patronage", "f8"),  # 0..1, shelter of groups by the state
        ("conflict", "f8"),  # 0..1
        ("homicide_rate", "f8"),  # per 100,000 people and year
        ("organised_share", "f8"),  # of them, linked to organised crime
    ]
)
LAYER = np.dtype(
    [
        ("market", "i4"),
        ("kind", "i4"),  # index into KINDS
        ("input_layer", "i4"),  # layer whose goods are used up, or -1
        ("units_per_output", "f8"),  # units of the input for each unit made
        ("holding_months", "f8"),  # mean months a person is exploited; 0 elsewhere
        ("loss_share", "f8"),  # share lost between sources and users at the reference
    ]
)
MARKET = np.dtype([("kind", "i4")])
LEG = np.dtype(
    [
        ("layer", "i4"),
        ("origin", "i4"),
        ("destination", "i4"),
        ("mode", "i4"),
        ("distance_km", "f8"),
        ("borders", "i4"),  # crossed on the way: one, and one more for each state passed through
        ("open_borders", "i4"),  # of them, between members of a union without controls
    ]
)
SUPPLY = np.dtype(
    [
        ("layer", "i4"),
        ("jurisdiction", "i4"),
        ("capacity", "f8"),  # units per month at the reference price; fraud: share of attempts
        ("unit_cost", "f8"),  # USD per unit, without bought inputs
        ("price", "f8"),  # consent: reference fee for the whole way, USD per person; NaN elsewhere
        ("seized", "f8"),  # goods: share of what is made that is seized before it leaves its makers
    ]
)
DEMAND = np.dtype(
    [
        ("layer", "i4"),
        ("jurisdiction", "i4"),
        ("volume", "f8"),  # units per month at the reference price; consent: share of arrivals
        ("price", "f8"),  # reference price to the user, USD per unit; NaN if none
        ("stay", "f8"),  # consent: share of those who arrive that go no further; 1 elsewhere
    ]
)
LAUNDERING = np.dtype([("origin", "i4"), ("destination", "i4")])


class Group(NamedTuple):
    """States that scenarios may name together; they are those of the start, whatever changes later."""

    name: str
    title: str
    members: tuple[str, ...]


class World(NamedTuple):
    """Everything outside the model's power to change: read-only, money in USD of 2023."""

    name: str
    digest: str
    """sha256 of the tables, or of the recipe of a synthetic world."""
    jurisdiction_names: tuple[str, ...]
    market_names: tuple[str, ...]
    layer_names: tuple[str, ...]
    mode_names: tuple[str, ...]
    service_names: tuple[str, ...]
    leg_names: tuple[str, ...]
    unit_names: tuple[str, ...]
    """Unit in which each layer is counted when delivered."""
    jurisdictions: Table
    layers: Table
    markets: Table
    legs: Table
    supplies: Table
    demands: Table
    laundering: Table
    enabler_weights: Floats
    """Relative number of enablers, (services, jurisdictions)."""
    initial_groups: Floats
    """Relative number of groups by home, (markets, jurisdictions)."""
    place_names: tuple[str, ...] = ()
    """What each jurisdiction is called in print; empty for a synthetic world."""
    title: str = ""
    """What it is called in print; empty for a synthetic world."""
    groups: tuple[Group, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """Path and text of each file it was read from, as a study keeps them; none for the packaged world."""


def structured(dtype: np.dtype[Any], rows: list[tuple[Any, ...]]) -> Table:
    """Make a read-only structured array of rows."""
    table = np.array(rows, dtype=dtype)
    table.flags.writeable = False
    return table


def group_homes(n_markets: int, n_jurisdictions: int, layers: Table, legs: Table, supplies: Table) -> Floats:
    """Relative number of groups by home. 1, (markets, jurisdictions).

    sqrt(legs that touch the home + sources there), or the share of attempts that start there for fraud.
    Source: assumption: more ways to trade, more groups, at a falling rate.
    """
    homes = np.zeros((n_markets, n_jurisdictions))
    for rows, end in ((legs, "origin"), (legs, "destination"), (supplies, "jurisdiction")):
        np.add.at(homes, (layers["market"][rows["layer"]], rows[end]), 1.0)
    homes = np.sqrt(homes)
    for market in {int(layer["market"]) for layer in layers if layer["kind"] == FRAUD}:
        homes[market] = 0.0
    fraud = supplies[layers["kind"][supplies["layer"]] == FRAUD]
    np.add.at(homes, (layers["market"][fraud["layer"]], fraud["jurisdiction"]), fraud["capacity"])
    homes.flags.writeable = False
    return homes
