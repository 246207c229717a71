"""What must hold between the tables of a world."""

from __future__ import annotations

from collections.abc import Collection

from countermarket.reading.spelling import closest
from countermarket.world.paths import links_of, reached
from countermarket.world.tables import Row

Rows = tuple[Row, ...]
Layer = dict[str, str]

QUANTITIES = {
    ("supply.csv", "goods"): ("capacity", "unit_cost"),
    ("supply.csv", "exploited"): ("capacity", "unit_cost"),
    ("supply.csv", "consent"): ("capacity", "price"),
    ("supply.csv", "fraud"): ("capacity",),
    ("demand.csv", "goods"): ("volume", "price"),
    ("demand.csv", "exploited"): ("volume", "price"),
    ("demand.csv", "consent"): ("volume", "price"),
    ("demand.csv", "fraud"): ("volume",),
}
OPTIONAL = {("demand.csv", "consent"): ("stay",), ("supply.csv", "goods"): ("seized",)}
SHARES = {("supply.csv", "fraud"): "share of attempts", ("demand.csv", "consent"): "share of arrivals"}


def check_known(rows: Rows, column: str, known: Collection[str], what: str) -> None:
    """Refuse a name that no other table declares."""
    for row in rows:
        name = row.texts[column]
        if name not in known:
            raise row.error(column, f"unknown {what} {name!r}", closest(name, known))


def check_groups(rows: Rows, jurisdictions: Collection[str], taken: Collection[str]) -> None:
    """Refuse a group with an unknown state, with a name that stands for something else, or with two titles."""
    check_known(rows, "jurisdiction", jurisdictions, "jurisdiction")
    titles: dict[str, str] = {}
    for row in rows:
        name, title = row.texts["group"], row.texts["name"]
        if name in taken or ":" in name:
            raise row.error("group", f"{name!r} is no good name for a group: it means something else in a scenario")
        if titles.setdefault(name, title) != title:
            raise row.error("name", f"{name} is called {titles[name]!r} in another row")


def check_layers(layers: Rows, markets: Collection[str]) -> None:
    """Refuse a layer of an unknown market, an unknown input layer, or a market without a layer."""
    check_known(layers, "market", markets, "market")
    names = {row.texts["layer"] for row in layers}
    for row in layers:
        if row.texts["input_layer"] and row.texts["input_layer"] not in names - {row.texts["layer"]}:
            message = f"unknown input layer {row.texts['input_layer']!r}"
            raise row.error("input_layer", message, closest(row.texts["input_layer"], names))
    for market in markets:
        if all(row.texts["market"] != market for row in layers):
            raise layers[0].error("market", f"no layer for market {market!r}")


def check_legs(legs: Rows, jurisdictions: Collection[str]) -> None:
    """Refuse a leg with an unknown end, or one that ends where it starts."""
    check_known(legs, "origin", jurisdictions, "jurisdiction")
    check_known(legs, "destination", jurisdictions, "jurisdiction")
    for leg in legs:
        if leg.texts["origin"] == leg.texts["destination"]:
            raise leg.error("destination", "the leg ends where it starts")


def check_records(rows: Rows, kinds: Layer, units: Layer) -> None:
    """Refuse a quantity that its layer does not have, lacks, or counts in another unit."""
    given: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        given.setdefault((row.texts["layer"], row.texts["jurisdiction"]), []).append(row)
        kind = kinds[row.texts["layer"]]
        allowed = (*QUANTITIES[row.file, kind], *OPTIONAL.get((row.file, kind), ()))
        if row.texts["quantity"] not in allowed:
            raise row.error("quantity", f"a layer of kind {kind} has here only {', '.join(allowed)}")
        check_unit(row, kind, units[row.texts["layer"]])
    for (layer, place), records in given.items():
        missing = set(QUANTITIES[rows[0].file, kinds[layer]]) - {row.texts["quantity"] for row in records}
        if missing:
            raise records[0].error("quantity", f"{layer} in {place} has no {min(missing)}")


def check_unit(row: Row, kind: str, unit: str) -> None:
    """Refuse a record in another unit than its layer's."""
    if row.file == "supply.csv" and kind == "exploited":
        unit = "person"
    quantity = row.texts["quantity"]
    expected = f"USD per {unit}"
    if quantity in ("capacity", "volume", "stay"):
        expected = SHARES.get((row.file, kind), f"{unit} per year")
    if quantity == "seized":
        expected = "share of what is made"
    if row.texts["unit"] != expected:
        raise row.error("unit", f"{row.texts['unit']!r} where {expected!r} is needed")


def check_shares(rows: Rows, kinds: Layer) -> None:
    """Refuse shares of a layer that do not sum to one."""
    totals: dict[str, float] = {}
    last: dict[str, Row] = {}
    for row in rows:
        layer = row.texts["layer"]
        if (row.file, kinds[layer]) in SHARES and row.texts["quantity"] in ("capacity", "volume"):
            totals[layer] = totals.get(layer, 0.0) + row.numbers["value"]
            last[layer] = row
    for layer, total in totals.items():
        if abs(total - 1.0) > 1e-6:
            raise last[layer].error("value", f"the shares of {layer} sum to {total:g}, not 1")


def places(rows: Rows, layer: str) -> set[str]:
    """Return the jurisdictions for which a table has a record of a layer."""
    return {row.texts["jurisdiction"] for row in rows if row.texts["layer"] == layer}


def check_ends(layers: Rows, supply: Rows, demand: Rows) -> None:
    """Refuse a layer without source or without destination."""
    for row in layers:
        name = row.texts["layer"]
        if not places(supply, name):
            raise row.error("layer", f"layer {name!r} has no source in supply.csv")
        if not places(demand, name):
            raise row.error("layer", f"layer {name!r} has no destination in demand.csv")


def check_reach(layer: str, legs: list[Row], supply: Rows, demand: Rows) -> None:
    """Refuse a destination that no source reaches, and a source that reaches no destination."""
    links = links_of(legs)
    ahead = reached(places(supply, layer), links)
    behind = reached(places(demand, layer), [(destination, origin) for origin, destination in links])
    for rows, known, message in (
        (demand, ahead, "unreachable destination: no path of legs leads there from a source"),
        (supply, behind, "dead source: no path of legs leads from there to a destination"),
    ):
        for row in rows:
            if row.texts["layer"] == layer and row.texts["jurisdiction"] not in known:
                raise row.error("jurisdiction", f"{row.texts['jurisdiction']} in {layer}: {message}")


def check_services(rows: Rows, services: Collection[str]) -> None:
    """Refuse a service that nobody offers."""
    for service in services:
        if not sum(row.numbers["weight"] for row in rows if row.texts["service"] == service):
            raise rows[0].error("service", f"no jurisdiction has an enabler of service {service!r}")
