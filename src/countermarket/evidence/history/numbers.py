"""The four published growth numbers, and what of a run's record stands for each. Reads published.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.policy.driving import FIRST, LAST
from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.world.drivers import Driver

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FILE = packaged("evidence", "history", "published.csv")
COLUMNS = ("number", "what", "growth", "weight", "markets", "activity", "counted", "unit", "source", "note")
YEARS = tuple(range(FIRST, LAST + 1))
COVERAGE = "coverage"


@dataclass(frozen=True)
class Number:
    """A published growth from 2013 to 2022 of what was detected, and the measures that stand for it."""

    name: str
    what: str
    growth: float
    """1.42 is +142%."""
    weight: float
    """0: shown, never counted."""
    markets: tuple[str, ...]
    activity: tuple[str, ...]
    """Recorded measures whose sum is how much of it there is."""
    counted: str
    """The recorded measure of what is detected; where victims report it themselves, the activity."""
    unit: str
    source: str
    note: str


def load_numbers(path: Path = FILE) -> tuple[Number, ...]:
    """Read the table. InputError names the line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(COLUMNS)}")
        return tuple(
            Number(
                row["number"], row["what"], float(row["growth"]), float(row["weight"]),
                tuple(row["markets"].split("|")), tuple(row["activity"].split("|")), row["counted"], row["unit"],
                row["source"], row["note"],
            )
            for row in reader
        )  # fmt: skip


def coverage_of(number: Number, drivers: tuple[Driver, ...]) -> list[float]:
    """Of what is detected, how much reaches the count in each year beside the last; 1 where no series says."""
    of_it = [one for one in drivers if one.acts_on == COVERAGE and set(one.markets) & set(number.markets)]
    shares = []
    for year in YEARS:
        share = 1.0
        for driver in of_it:
            share *= driver.size(year)
        shares.append(share)
    return shares


def yearly(keys: dict[str, NDArray[np.str_]], values: Floats, number: Number, measures: tuple[str, ...]) -> Floats:
    """Sums of recorded measures over a number's markets in each year of a calendar. (years,)"""
    import numpy as np

    whole = (keys["jurisdiction"] == "") & (keys["role"] == "") & (keys["leg"] == "") & (keys["component"] == "")
    rows = whole & np.isin(keys["measure"], measures) & np.isin(keys["market"], number.markets)
    years = np.array([int(month[:4]) for month in keys["month"][rows]])
    return np.array([float(np.nansum(values[rows][years == year])) for year in YEARS])
