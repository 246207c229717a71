"""Sourced facts about routes: shares and numbers with bands, each naming the legs it counts. Reads facts.csv.

A fact names legs in a small grammar: `layer: origins>destinations@mode / denominator`. Places are joined with `|`,
`*` is any, `!` is any but; terms are added with `+`; a leg's own name stands for itself. What is counted is what
arrives; in fraud, what is taken.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.reading.spelling import nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.world.structure import World

FILE = packaged("evidence", "routes", "facts.csv")
COLUMNS = (
    "fact", "market", "quantity", "what", "legs", "low", "high", "unit", "year", "source", "confidence", "note",
)  # fmt: skip
SHARE, A_YEAR = "share", "units_per_year"
GROUPS = {
    "EUR": ["ESP", "NLD", "BEL", "GBR", "FRA", "DEU", "ITA", "PRT", "GRC", "IRL", "POL", "ROU", "SWE", "ALB", "SRB"],
    "EUU": ["ESP", "NLD", "BEL", "FRA", "DEU", "ITA", "PRT", "GRC", "IRL", "POL", "ROU", "SWE"],
}
"""Groups of places that facts name: Europe west of Ukraine, and the members of the union, as far as in the world."""


@dataclass(frozen=True)
class Fact:
    """One sourced fact about a route, and the legs of a world that it counts."""

    name: str
    market: str
    quantity: str
    """share, or units_per_year."""
    what: str
    low: float
    high: float
    unit: str
    year: str
    source: str
    confidence: str
    note: str
    counted: tuple[int, ...]
    """Rows of legs."""
    among: tuple[int, ...]
    """Rows of legs of which they are a share; empty for a number a year."""

    def value(self, arrived: NDArray[np.float64]) -> float:
        """The fact as the model has it, from units that arrive on each leg a month. NaN if nothing moves."""
        counted = float(arrived[list(self.counted)].sum())
        if self.quantity == A_YEAR:
            return 12 * counted
        among = float(arrived[list(self.among)].sum())
        return counted / among if among > 1e-9 else math.nan

    def is_met(self, value: float) -> bool:
        """Whether a value lies within the band."""
        return math.isfinite(value) and self.low <= value <= self.high


def load_facts(world: World, path: Path = FILE) -> tuple[Fact, ...]:
    """Read a table of facts and find their legs. InputError names the line and what is allowed."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(COLUMNS)}")
        return tuple(_fact(path, line, row, world) for line, row in enumerate(reader, start=2))


def _fact(path: Path, line: int, row: dict[str, str], world: World) -> Fact:
    try:
        counted, among = legs_of(row["legs"], world)
        low, high = float(row["low"]), float(row["high"])
        if not low <= high or row["quantity"] not in (SHARE, A_YEAR):
            raise ValueError(f"needs low <= high, and a quantity that is {SHARE} or {A_YEAR}")
        if bool(among) != (row["quantity"] == SHARE):
            raise ValueError("a share needs a denominator after ' / ', a number a year has none")
    except ValueError as error:
        raise InputError(str(path), line, row["fact"], str(error)) from None
    return Fact(
        row["fact"], row["market"], row["quantity"], row["what"], low, high, row["unit"], row["year"],
        row["source"], row["confidence"], row["note"], counted, among,
    )  # fmt: skip


def legs_of(text: str, world: World) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows of legs that a fact counts, and those among which it counts them. ValueError says what cannot be read."""
    layer, colon, expression = text.partition(":")
    if not colon or layer.strip() not in world.layer_names:
        raise ValueError(f"{text!r} must begin with a layer and a colon.{nearest(layer.strip(), world.layer_names)}")
    upper, _, lower = expression.partition(" / ")
    counted, among = (_union(layer.strip(), part, world) for part in (upper, lower))
    if not counted:
        raise ValueError(f"{text!r} counts no leg of this world")
    return counted, among


def _union(layer: str, text: str, world: World) -> tuple[int, ...]:
    """Rows of the legs that any of the terms names."""
    rows: set[int] = set()
    for term in filter(None, (part.strip() for part in text.split("+"))):
        rows |= _term(layer, term, world)
    return tuple(sorted(rows))


def _term(layer: str, term: str, world: World) -> set[int]:
    """Rows of the legs that one term names."""
    if ">" not in term:
        if term not in world.leg_names:
            raise ValueError(f"there is no leg {term!r}.{nearest(term, world.leg_names)}")
        return {world.leg_names.index(term)}
    ends, _, mode = term.partition("@")
    if mode and mode not in world.mode_names:
        raise ValueError(f"there is no mode {mode!r}.{nearest(mode, world.mode_names)}")
    origins, destinations = (_places(part, world.jurisdiction_names) for part in ends.split(">"))
    index = world.layer_names.index(layer)
    names = world.jurisdiction_names
    return {
        row
        for row, leg in enumerate(world.legs)
        if leg["layer"] == index
        and names[leg["origin"]] in origins
        and names[leg["destination"]] in destinations
        and (not mode or world.mode_names[leg["mode"]] == mode)
    }


@cache
def _places(text: str, known: tuple[str, ...]) -> frozenset[str]:
    """Places that `*`, `A|B`, a group or `!A|B` stand for. A place that a world lacks counts for nothing there."""
    if text == "*":
        return frozenset(known)
    named = {place for word in text.lstrip("!").split("|") for place in GROUPS.get(word, [word])}
    return frozenset(known) - named if text.startswith("!") else frozenset(named)
