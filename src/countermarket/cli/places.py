"""What there is in a world, place by place: jurisdictions with their ports and legs, and groups of states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.cli.listing_view import Listing, Thing
from countermarket.policy.named import place_meant
from countermarket.policy.ports import PORTS_OF

if TYPE_CHECKING:
    from countermarket.world.names import Names
    from countermarket.world.structure import Group, World

CITED = ("since", "source")


def places_of(world: World, names: Names, folder: Path | None) -> tuple[Listing, Listing]:
    """Return jurisdictions, and groups of them."""
    places = [place_thing(world, number) for number in range(len(world.jurisdiction_names))]
    groups = [group_thing(group, folder) for group in world.groups]

    def near(word: str, _: object) -> str:
        meant = place_meant(word, names)
        return f" Did you mean {meant}?" if meant else ""

    title = "Places (`countermarket places TEXT` says more; a port is written BEL:container)"
    return (
        Listing("place", title, ("place", "name", "legs", "enter by", "groups"), places, near=near),
        Listing("group", "Groups of places, as of 2026-01", ("group", "name", "members"), groups, near=near),
    )


def place_thing(world: World, number: int) -> Thing:
    """Return a jurisdiction with its entries by mode, as a scenario names them, its legs and its groups."""
    name = world.jurisdiction_names[number]
    title = world.place_names[number] if world.place_names else ""
    touching = [
        (leg, world.mode_names[row["mode"]])
        for leg, row in zip(world.leg_names, world.legs, strict=True)
        if number in (row["origin"], row["destination"])
    ]
    ports = [f"{name}:{mode}" for mode in world.mode_names if any(own == mode for _, own in touching)]
    groups = [group.name for group in world.groups if name in group.members]
    facts = {
        "called": title,
        "groups": ", ".join(groups),
        "ports": ", ".join(ports),
        "cities": PORTS_OF.get(name, "").title(),
        "legs": "; ".join(described(world, leg) for leg, _ in touching),
    }
    short = ", ".join(port.partition(":")[2] for port in ports)
    document = {"kind": "jurisdiction", "groups": groups, "ports": ports, "legs": [leg for leg, _ in touching]}
    row = (name, title, str(len(touching)), short, ", ".join(groups))
    return Thing(name, row, facts, document, title)


def described(world: World, leg: str) -> str:
    """Say where a leg runs, and what by: `L030 cocaine COL-ECU land`."""
    row = world.legs[world.leg_names.index(leg)]
    ends = "-".join(world.jurisdiction_names[row[end]] for end in ("origin", "destination"))
    return f"{leg} {world.layer_names[row['layer']]} {ends} {world.mode_names[row['mode']]}"


def group_thing(group: Group, folder: Path | None) -> Thing:
    """Return a group of states with its members, since when each belongs, and who says so."""
    from countermarket.world.load import read_evidence

    rows = [row.texts for row in read_evidence("groups.csv", folder) if row.texts["group"] == group.name]
    members = [{"name": row["jurisdiction"], **{key: row[key] for key in (*CITED, "note")}} for row in rows]
    facts = {
        "called": group.title,
        "members": ", ".join(group.members),
        "since": ", ".join(f"{row['jurisdiction']} {row['since']}" for row in rows),
        "source": "; ".join(dict.fromkeys(row["source"] for row in rows)),
        "note": "; ".join(dict.fromkeys(row["note"] for row in rows if row["note"])),
    }
    row = (group.name, group.title, ", ".join(group.members))
    return Thing(group.name, row, facts, {"kind": "group", "members": members}, group.title)
