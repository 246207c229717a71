"""From the tables of a folder to a World."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path

import numpy as np

from countermarket.declared.vocabulary import MODES, SERVICES
from countermarket.world import checks
from countermarket.world.folders import PACKAGED, labelled, read_folder, write_files
from countermarket.world.indicators import jurisdiction_table
from countermarket.world.paths import on_some_path
from countermarket.world.schema import EVIDENCE_TABLES
from countermarket.world.structure import (
    DEMAND,
    KINDS,
    LAUNDERING,
    LAYER,
    LEG,
    MARKET,
    SUPPLY,
    Floats,
    Group,
    Table,
    World,
    group_homes,
    structured,
)
from countermarket.world.tables import Row

MONTHS_PER_YEAR = 12
NOT_FOR_GROUPS = ("members", "default", "value", "ramp_months")
"""Words that stand for something else where a scenario may name a group."""
LAUNDERED = "laundering"
"""What roles.csv calls the business of a haven, which is no market."""

UNION = frozenset(("AUT", "CZE", "HRV", "HUN", "LTU", "LVA", "SVN", "SVK"))
"""Members of the European Union that legs pass through and the packaged world has no place for. Source: EU treaties."""

Rows = tuple[Row, ...]
Tables = dict[str, Rows]


def load_world(folder: Path | str | None = None) -> World:
    """Load the world of a folder, of whole tables or of differences, or the one shipped with the package."""
    home = Path(folder) if folder is not None else PACKAGED
    read = read_folder(home)
    with labelled(home.resolve().name, read.removes) if read.changes else nullcontext():
        check_tables(read.tables)
        world = assemble("public" if folder is None else home.resolve().name, read.digest, read.tables)
    return world._replace(title=read.title, files=tuple(read.files.items()))


def write_world(world: World, folder: Path) -> None:
    """Copy the files that make up a world into a new folder, which loads again; of the packaged world nothing."""
    write_files(dict(world.files), folder)


def read_evidence(file: str, folder: Path | str | None = None) -> Rows:
    """Read a table that informs the world but is not part of it: roles, prices or anchors."""
    if file not in EVIDENCE_TABLES:
        raise ValueError(f"{file!r} is not one of {', '.join(EVIDENCE_TABLES)}")
    return read_folder(Path(folder) if folder is not None else PACKAGED).tables[file]


def check_tables(tables: Tables) -> None:
    """Check what must hold between the tables."""
    jurisdictions, layers = names(tables, "jurisdictions.csv"), names(tables, "layers.csv")
    markets = names(tables, "markets.csv")
    kinds, units = (
        layer_kinds(tables),
        {row.texts["layer"]: row.texts["unit"] for row in tables["layers.csv"]},
    )
    checks.check_layers(tables["layers.csv"], markets)
    checks.check_known(tables["legs.csv"], "layer", {*layers, *markets}, "layer or market")
    for file in ("legs.csv", "laundering.csv"):
        checks.check_legs(tables[file], jurisdictions)
    for file in ("supply.csv", "demand.csv"):
        checks.check_known(tables[file], "layer", layers, "layer")
        checks.check_known(tables[file], "jurisdiction", jurisdictions, "jurisdiction")
        checks.check_records(tables[file], kinds, units)
        checks.check_shares(tables[file], kinds)
    checks.check_known(tables["enablers.csv"], "jurisdiction", jurisdictions, "jurisdiction")
    checks.check_services(tables["enablers.csv"], SERVICES)
    checks.check_ends(tables["layers.csv"], tables["supply.csv"], tables["demand.csv"])
    checks.check_known(tables["homicide.csv"], "jurisdiction", jurisdictions, "jurisdiction")
    checks.check_known(tables["roles.csv"], "market", {*markets, LAUNDERED}, "market")
    checks.check_known(tables["roles.csv"], "jurisdiction", jurisdictions, "jurisdiction")
    checks.check_known(tables["prices.csv"], "market", markets, "market")
    taken = {*jurisdictions, *markets, *MODES, *SERVICES, *NOT_FOR_GROUPS}
    checks.check_groups(tables["groups.csv"], jurisdictions, taken)


def names(tables: Tables, file: str) -> tuple[str, ...]:
    """Return the first column of a table, which names its rows."""
    column = next(iter(tables[file][0].texts))
    return tuple(row.texts[column] for row in tables[file])


def layer_kinds(tables: Tables) -> dict[str, str]:
    """Return the kind of each layer, which is that of its market."""
    kinds = {row.texts["market"]: row.texts["kind"] for row in tables["markets.csv"]}
    return {row.texts["layer"]: kinds.get(row.texts["market"], KINDS[0]) for row in tables["layers.csv"]}


def assemble(name: str, digest: str, tables: Tables) -> World:
    """Make the World of checked tables."""
    places = {place: i for i, place in enumerate(names(tables, "jurisdictions.csv"))}
    constants = {row.texts["constant"]: row.numbers["value"] for row in tables["constants.csv"]}
    layer_names, market_names = names(tables, "layers.csv"), names(tables, "markets.csv")
    layers, markets = layer_table(tables, market_names), market_table(tables)
    leg_names, legs = leg_table(tables, layer_names, places)
    supplies = supply_table(tables, layer_names, places)
    return World(
        name=name,
        digest=digest,
        jurisdiction_names=tuple(places),
        market_names=market_names,
        layer_names=layer_names,
        mode_names=MODES,
        service_names=SERVICES,
        leg_names=leg_names,
        unit_names=tuple(row.texts["unit"] for row in tables["layers.csv"]),
        jurisdictions=jurisdiction_table(
            tables["jurisdictions.csv"], tables["rates.csv"], constants, tables["homicide.csv"]
        ),
        layers=layers,
        markets=markets,
        legs=legs,
        supplies=supplies,
        demands=demand_table(tables, layer_names, places),
        laundering=laundering_table(tables, places),
        enabler_weights=enabler_weights(tables, places),
        place_names=tuple(row.texts["name"] for row in tables["jurisdictions.csv"]),
        groups=groups_of(tables["groups.csv"]),
        initial_groups=group_homes(len(market_names), len(places), layers, legs, supplies),
    )


def groups_of(rows: Rows) -> tuple[Group, ...]:
    """Gather the groups of states with their members, in the order of the table."""
    members: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        members.setdefault((row.texts["group"], row.texts["name"]), []).append(row.texts["jurisdiction"])
    return tuple(Group(*names, tuple(places)) for names, places in members.items())


def market_table(tables: Tables) -> Table:
    """Make the table of markets."""
    return structured(MARKET, [(KINDS.index(row.texts["kind"]),) for row in tables["markets.csv"]])


def layer_table(tables: Tables, markets: tuple[str, ...]) -> Table:
    """Make the table of layers."""
    kinds, order = layer_kinds(tables), ("", *names(tables, "layers.csv"))
    return structured(
        LAYER,
        [
            (
                markets.index(row.texts["market"]),
                KINDS.index(kinds[row.texts["layer"]]),
                order.index(row.texts["input_layer"]) - 1,
                row.numbers["units_per_output"],
                row.numbers["holding_months"],
                row.numbers["loss_share"],
            )
            for row in tables["layers.csv"]
        ],
    )


def leg_table(
    tables: Tables, layers: tuple[str, ...], places: dict[str, int]
) -> tuple[tuple[str, ...], Table]:
    """Make the legs, by layer; a leg of a whole market is repeated in each layer where it is of use."""
    by_layer = legs_by_layer(tables)
    union = UNION | {row.texts["jurisdiction"] for row in tables["jurisdictions.csv"] if row.numbers["eu"]}
    uses = [leg.texts["leg"] for legs in by_layer.values() for leg in legs]
    leg_names, rows = [], []
    for index, layer in enumerate(layers):
        for leg in by_layer[layer]:
            name = leg.texts["leg"]
            leg_names.append(name if uses.count(name) == 1 else f"{name}/{region_of(layer)}")
            ends = (places[leg.texts["origin"]], places[leg.texts["destination"]])
            mode, distance = MODES.index(leg.texts["mode"]), leg.numbers["distance_km"]
            rows.append((index, *ends, mode, distance, *borders_of(leg, union)))
    return tuple(leg_names), structured(LEG, rows)


def borders_of(leg: Row, union: Collection[str]) -> tuple[int, int]:
    """Return how many borders a leg crosses, states passed through included (`BGR,MKD`), and how many are open."""
    through = leg.texts["via"].split(",")
    passed = through if all(len(state) == 3 and state.isupper() for state in through) else []
    chain = [leg.texts["origin"], *passed, leg.texts["destination"]]
    return len(chain) - 1, sum(a in union and b in union for a, b in pairwise(chain))


def region_of(layer: str) -> str:
    """Return the part of a layer's name after its first word: smuggling_britain -> britain."""
    return layer.partition("_")[2] or layer


def legs_by_layer(tables: Tables) -> dict[str, list[Row]]:
    """Give each layer its own legs and those of its market that lie on one of its paths."""
    supply, demand, layers = tables["supply.csv"], tables["demand.csv"], names(tables, "layers.csv")
    by_layer: dict[str, list[Row]] = {}
    for row in tables["layers.csv"]:
        layer = row.texts["layer"]
        shared = row.texts["market"] if row.texts["market"] not in layers else layer
        offered = [leg for leg in tables["legs.csv"] if leg.texts["layer"] in (layer, shared)]
        used = on_some_path(offered, checks.places(supply, layer), checks.places(demand, layer))
        by_layer[layer] = [leg for leg in offered if leg.texts["layer"] == layer or leg in used]
        checks.check_reach(layer, by_layer[layer], supply, demand)
    check_every_leg_used(tables["legs.csv"], by_layer)
    return by_layer


def check_every_leg_used(legs: Rows, by_layer: dict[str, list[Row]]) -> None:
    """Refuse a leg of a whole market that none of its layers can use."""
    used = {leg.texts["leg"] for rows in by_layer.values() for leg in rows}
    idle = [leg for leg in legs if leg.texts["leg"] not in used]
    if idle:
        named = ", ".join(leg.texts["leg"] for leg in idle)
        which = f"leg {named} lies" if len(idle) == 1 else f"legs {named} lie"
        raise idle[0].error("leg", f"{which} on no path from a source to a destination")


def records(rows: Rows) -> dict[tuple[str, str], dict[str, float]]:
    """Gather the records of a table by layer and jurisdiction; yearly flows become monthly."""
    gathered: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        value = row.numbers["value"] / (MONTHS_PER_YEAR if row.texts["unit"].endswith("per year") else 1)
        gathered.setdefault((row.texts["layer"], row.texts["jurisdiction"]), {})[row.texts["quantity"]] = (
            value
        )
    return gathered


def supply_table(tables: Tables, layers: tuple[str, ...], places: dict[str, int]) -> Table:
    """Make the sources, by layer and jurisdiction."""
    rows = [
        (
            layers.index(layer),
            places[place],
            of["capacity"],
            of.get("unit_cost", 0.0),
            of.get("price", np.nan),
            of.get("seized", 0.0),
        )
        for (layer, place), of in records(tables["supply.csv"]).items()
    ]
    return structured(SUPPLY, sorted(rows))


def demand_table(tables: Tables, layers: tuple[str, ...], places: dict[str, int]) -> Table:
    """Make the destinations, by layer and jurisdiction."""
    rows = [
        (layers.index(layer), places[place], of["volume"], of.get("price", np.nan), of.get("stay", 1.0))
        for (layer, place), of in records(tables["demand.csv"]).items()
    ]
    return structured(DEMAND, sorted(rows))


def laundering_table(tables: Tables, places: dict[str, int]) -> Table:
    """Make the reach of finance enablers: where money leaves, and where it goes."""
    ends = [(row.texts["origin"], row.texts["destination"]) for row in tables["laundering.csv"]]
    return structured(LAUNDERING, [(places[origin], places[destination]) for origin, destination in ends])


def enabler_weights(tables: Tables, places: dict[str, int]) -> Floats:
    """Make the relative numbers of enablers, (services, jurisdictions)."""
    weights = np.zeros((len(SERVICES), len(places)))
    for row in tables["enablers.csv"]:
        weights[SERVICES.index(row.texts["service"]), places[row.texts["jurisdiction"]]] = row.numbers[
            "weight"
        ]
    weights.flags.writeable = False
    return weights
