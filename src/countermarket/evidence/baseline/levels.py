"""Levels an expert checks at a glance: bands with sources, and the same numbers as a run has them. Reads levels.csv."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.model.state.tables import State
    from countermarket.world.structure import World

    Keys = dict[str, NDArray[np.str_]]
    Floats = NDArray[np.float64]

FILE = packaged("evidence", "baseline", "levels.csv")
COLUMNS = (
    "level", "topic", "markets", "places", "measure", "what", "low", "high", "unit", "year", "source", "confidence",
    "note", "cause",
)  # fmt: skip
WORLD, ALL = "world", "all"


@dataclass(frozen=True)
class Level:
    """One sourced level: of which markets and places, its band, and the measure that stands for it."""

    name: str
    topic: str
    markets: tuple[str, ...]
    """Empty for all."""
    places: tuple[str, ...]
    """Names of jurisdictions; empty for the world."""
    measure: str
    """Empty where a run has nothing that stands for it."""
    what: str
    low: float
    high: float
    unit: str
    year: str
    source: str
    confidence: str
    note: str
    cause: str
    """Why the model lies outside the band, as far as we know."""

    def is_met(self, value: float) -> bool:
        """Whether a value lies within the band."""
        return math.isfinite(value) and self.low <= value <= self.high


def load_levels(world: World, groups: dict[str, tuple[str, ...]], path: Path = FILE) -> tuple[Level, ...]:
    """Read the table; `groups` has the places of each group of states. InputError names the line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(COLUMNS)}")
        return tuple(_level(path, line, row, groups) for line, row in enumerate(reader, start=2))


def _level(path: Path, line: int, row: dict[str, str], groups: dict[str, tuple[str, ...]]) -> Level:
    if row["measure"] and row["measure"] not in MEASURED:
        raise InputError(str(path), line, row["measure"], f"no run gives this; allowed: {', '.join(MEASURED)}")
    places = () if row["places"] == WORLD else tuple(row["places"].split("|"))
    named = tuple(place for name in places for place in groups.get(name, (name,)))
    markets = () if row["markets"] == ALL else tuple(row["markets"].split("|"))
    return Level(
        row["level"], row["topic"], markets, named, row["measure"], row["what"], float(row["low"]), float(row["high"]),
        row["unit"], row["year"], row["source"], row["confidence"], row["note"], row["cause"],
    )  # fmt: skip


class Run:
    """A run's record and its last state, asked for the last year of one measure."""

    def __init__(self, world: World, state: State, keys: Keys, values: Floats) -> None:
        self.world, self.state, self.keys, self.values = world, state, keys, values
        months = sorted(set(keys["month"].tolist()))
        self.last_year = frozenset(months[-12:])

    def sum(self, measure: str, level: Level, by_market: bool, by_place: bool) -> float:
        """A flow of the last year, over the level's markets and places, as far as it is recorded by them."""
        import numpy as np

        keys = self.keys
        rows = keys["measure"] == measure
        rows &= (keys["market"] != "") == by_market
        rows &= (keys["jurisdiction"] != "") == by_place
        rows &= (keys["role"] == "") & (keys["component"] == "") & (keys["leg"] == "")
        rows &= np.isin(keys["month"], list(self.last_year))
        if level.markets and by_market:
            rows &= np.isin(keys["market"], level.markets)
        if level.places and by_place:
            rows &= np.isin(keys["jurisdiction"], level.places)
        return float(np.nansum(self.values[rows])) if rows.any() else math.nan

    def wholesale_price(self, level: Level) -> float:
        """Mean wholesale price over the level's places at the end. USD per unit."""
        import numpy as np

        nodes, world = self.state.nodes, self.world
        markets = [world.market_names.index(market) for market in level.markets]
        places = [world.jurisdiction_names.index(place) for place in level.places]
        own = np.isin(nodes["market"], markets) & np.isin(nodes["jurisdiction"], places) & nodes["traded"]
        return float(nodes["price"][own].mean())


    def sum_at_end(self, table: str, column: str, level: Level) -> float:
        """A sum over the level's markets and places at the end of the run: hands at work, people held. Persons."""
        import numpy as np

        world, rows = self.world, getattr(self.state, table)
        markets = [world.market_names.index(market) for market in level.markets]
        places = [world.jurisdiction_names.index(place) for place in level.places]
        if table == "communities":
            return float(rows[column][np.ix_(places, markets)].sum())
        return float(rows[column][np.isin(rows["market"], markets) & np.isin(rows["jurisdiction"], places)].sum())

    def fare(self, level: Level) -> float:
        """What a passage in a small boat into the level's places costs at the end, by persons. USD per person."""
        import numpy as np

        legs, world = self.state.legs, self.world
        places = [world.jurisdiction_names.index(place) for place in level.places]
        own = np.isin(legs["destination"], places) & (legs["mode"] == world.mode_names.index("small_boat"))
        own &= np.isin(legs["market"], [world.market_names.index(market) for market in level.markets])
        carried = legs["volume"][own]
        return float((legs["price"][own] * carried).sum() / carried.sum()) if carried.sum() > 0.0 else math.nan


def _by_cell(measure: str) -> Callable[[Run, Level], float]:
    return lambda run, level: run.sum(measure, level, by_market=True, by_place=True)


def _by_place(measure: str) -> Callable[[Run, Level], float]:
    """Recorded for a place over all markets; for the world, over all places."""
    return lambda run, level: run.sum(measure, level, by_market=False, by_place=True)


def _of_market(measure: str) -> Callable[[Run, Level], float]:
    return lambda run, level: run.sum(measure, level, by_market=True, by_place=False)


def _where_recorded(measure: str) -> Callable[[Run, Level], float]:
    """By market for the world, by place for places."""
    return lambda run, level: (_by_place if level.places and not level.markets else _of_market)(measure)(run, level)


def _ratio(upper: Callable[[Run, Level], float], lower: Callable[[Run, Level], float]) -> Callable[[Run, Level], float]:
    def measured(run: Run, level: Level) -> float:
        below = lower(run, level)
        return upper(run, level) / below if below > 0.0 else math.nan

    return measured


def _taken(run: Run, level: Level) -> float:
    """What users and victims paid where they live; fares of people smuggled are known for the world alone. USD."""
    return (_by_cell if level.places else _of_market)("expenditure")(run, level)


def _seized_share(run: Run, level: Level) -> float:
    taken, arrived = (_of_market(name)(run, level) for name in ("units_seized", "units_delivered"))
    return taken / (taken + arrived)


MEASURED: dict[str, Callable[[Run, Level], float]] = {
    "expenditure": _taken,
    "proceeds": _where_recorded("proceeds"),
    "profit": _where_recorded("profit"),
    "members": _by_place("members"),
    "groups": _by_place("groups"),
    "violence": _by_place("violence"),
    "recovery": _by_place("recovery"),
    "recovered_share": _ratio(_by_place("recovery"), _taken),
    "workers": _by_place("workers"),
    "recruits": _by_place("recruits"),
    "arrests": _by_cell("arrests"),
    "seizures_detected": _by_cell("seizures_detected"),
    "seizure_rate": _seized_share,
    "units_delivered": _by_cell("units_delivered"),
    "price": _ratio(_by_cell("expenditure"), _by_cell("units_delivered")),
    "wholesale_price": Run.wholesale_price,
    "fare": Run.fare,
    "hands": lambda run, level: run.sum_at_end("communities", "employed", level),
    "held": lambda run, level: run.sum_at_end("nodes", "held", level),
    "public_cost": _by_place("public_cost"),
    "innocent_actions": _by_place("innocent_actions"),
}
"""How a level is measured on the record of a run, by the name the table has for it."""
