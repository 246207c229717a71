"""What one world has otherwise than another: rows added, replaced by their key, or removed with all that names them."""

from __future__ import annotations

from typing import NamedTuple

from countermarket.world.description import Description, known_name
from countermarket.world.schema import KEYS, NAMING
from countermarket.world.tables import Row, key_of

Rows = tuple[Row, ...]
Tables = dict[str, Rows]
WHAT = {"jurisdictions": "jurisdiction", "legs": "leg", "markets": "market", "layers": "layer"}
DEFINED_IN = {
    "jurisdictions": ("jurisdictions.csv",),
    "legs": ("legs.csv", "laundering.csv"),
    "markets": ("markets.csv",),
    "layers": ("layers.csv",),
}


class Counts(NamedTuple):
    """How many rows of a table a world has otherwise than its base."""

    added: int
    replaced: int
    removed: int


def differing(base: Tables, own: Tables, about: Description) -> tuple[Tables, dict[str, Counts]]:
    """Return the tables of a base less what is removed, with a world's own rows; and how many rows that changed."""
    gone = removed_names(base, about)
    refuse_both_ways(own, gone)
    left = {file: tuple(row for row in rows if not names_any(row, gone)) for file, rows in base.items()}
    tables = {file: merged(rows, own.get(file, ())) for file, rows in left.items()}
    changes = {file: counted(rows, left[file], tables[file], own.get(file, ())) for file, rows in base.items()}
    return tables, {file: counts for file, counts in changes.items() if any(counts)}


def removed_names(base: Tables, about: Description) -> dict[str, set[str]]:
    """Return the names to remove by kind; the layers of a market go with it."""
    gone: dict[str, set[str]] = {}
    for kind, nodes in about.remove.items():
        known = [row.texts[WHAT[kind]] for file in DEFINED_IN[kind] for row in base[file]]
        gone[kind] = {known_name(node, f"remove.{kind}", known, WHAT[kind]) for node in nodes}
    without = gone.get("markets", set())
    layers = {row.texts["layer"] for row in base["layers.csv"] if row.texts["market"] in without}
    return {**gone, "layers": gone.get("layers", set()) | layers}


def names_any(row: Row, gone: dict[str, set[str]]) -> bool:
    """Say whether a row names anything that is removed."""
    return any(
        row.texts.get(column) in gone.get(kind, ())
        for column, kinds in NAMING.get(row.file, {}).items()
        for kind in kinds
    )


def refuse_both_ways(own: Tables, gone: dict[str, set[str]]) -> None:
    """Refuse a row that names what `world.yaml` removes: one of the two is a slip."""
    for rows in own.values():
        for row in rows:
            if names_any(row, gone):
                column = next(iter(NAMING[row.file]))
                raise row.error(column, "the row names what world.yaml removes; leave the row or the removal out")


def merged(base: Rows, own: Rows) -> Rows:
    """Put own rows in the place of those with their key, and the others at the end."""
    fresh = {key_of(row, KEYS[row.file]): row for row in own}
    kept = tuple(fresh.pop(key_of(row, KEYS[row.file]), row) for row in base)
    return (*kept, *fresh.values())


def counted(before: Rows, left: Rows, after: Rows, own: Rows) -> Counts:
    """Count the rows added, replaced and removed."""
    added = len(after) - len(left)
    return Counts(added, len(own) - added, len(before) - len(left))
