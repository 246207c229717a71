"""What moved the world from year to year: sourced series, and on what of the world each acts. Reads world/history."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged

FOLDER = packaged("world", "history")
CONFIDENCE = ("H", "M", "L", "D", "U")
"""Seen in the primary text, in credible secondary text, weakly; derived here; from memory, unverified."""
ACTS_ON = ("demand", "source_supply", "agencies.budget_multiplier", "coverage")
SERIES_COLUMNS = ("series", "year", "value", "unit", "source", "confidence")
DRIVER_COLUMNS = (
    "series", "acts_on", "markets", "jurisdictions", "data_year", "elasticity", "low", "high", "source",
)  # fmt: skip
MISSING_COLUMNS = ("series", "part", "what")


@dataclass(frozen=True)
class Point:
    """One year of a series."""

    year: int
    value: float
    source: str
    confidence: str


@dataclass(frozen=True)
class Series:
    """A sourced series: years that are missing lie on a steady rate between known ones, and ends hold."""

    name: str
    unit: str
    points: tuple[Point, ...]

    def at(self, year: int) -> float:
        """The value of a year."""
        before = max((one for one in self.points if one.year <= year), key=lambda one: one.year, default=self.points[0])
        after = min((one for one in self.points if one.year >= year), key=lambda one: one.year, default=self.points[-1])
        if after.year <= before.year:
            return before.value
        part = (year - before.year) / (after.year - before.year)
        return before.value * power_of(after.value / before.value, part)


@dataclass(frozen=True)
class Driver:
    """A series, and what of the world moves with it: in proportion, to a power, beside the year of the world's data."""

    series: Series
    acts_on: str
    markets: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    """Empty for all."""
    data_year: int
    elasticity: float
    low: float
    high: float
    source: str

    def size(self, year: int) -> float:
        """What a year has, times what the world's data have."""
        return power_of(self.series.at(year) / self.series.at(self.data_year), self.elasticity)

    @property
    def label(self) -> str:
        """The series and what it acts on, in words."""
        return f"{self.series.name} on {self.acts_on}" + (f" of {', '.join(self.markets)}" if self.markets else "")


def power_of(number: float, exponent: float) -> float:
    """A power in decimal numbers: the same to the last digit on every processor."""
    return float((Decimal(number).ln() * Decimal(exponent)).exp())


def load_drivers(folder: Path = FOLDER) -> tuple[Driver, ...]:
    """Read the table of drivers with its series. InputError names the line."""
    series, path = load_series(folder), folder / "drivers.csv"
    return tuple(
        _driver(path, line, row, series) for line, row in enumerate(_rows(path, DRIVER_COLUMNS), start=2)
    )


def load_series(folder: Path = FOLDER) -> dict[str, Series]:
    """Read the series, each with its years in order. InputError names the line."""
    path = folder / "series.csv"
    known: dict[str, list[Point]] = {}
    units: dict[str, str] = {}
    for line, row in enumerate(_rows(path, SERIES_COLUMNS), start=2):
        point = Point(int(row["year"]), float(row["value"]), row["source"], row["confidence"])
        if not (point.value > 0.0 and math.isfinite(point.value)) or point.confidence not in CONFIDENCE:
            told = f"a value must be above 0 and its confidence one of {', '.join(CONFIDENCE)}"
            raise InputError(str(path), line, row["series"], told)
        known.setdefault(row["series"], []).append(point)
        units[row["series"]] = row["unit"]
    return {
        name: Series(name, units[name], tuple(sorted(points, key=lambda point: point.year)))
        for name, points in known.items()
    }


def missing_series(folder: Path = FOLDER) -> list[tuple[str, str, str]]:
    """What could not be sourced, and how the model does without: series, part, what."""
    return [(row["series"], row["part"], row["what"]) for row in _rows(folder / "missing.csv", MISSING_COLUMNS)]


def _driver(path: Path, line: int, row: dict[str, str], series: dict[str, Series]) -> Driver:
    if row["series"] not in series:
        raise InputError(str(path), line, row["series"], "series.csv has no such series")
    if row["acts_on"] not in ACTS_ON:
        raise InputError(str(path), line, row["acts_on"], f"nothing to act on; allowed: {', '.join(ACTS_ON)}")
    elasticity, low, high = (float(row[name]) for name in ("elasticity", "low", "high"))
    if not low <= elasticity <= high:
        raise InputError(str(path), line, "elasticity", f"{elasticity:g} lies outside {low:g} to {high:g}")
    return Driver(
        series[row["series"]], row["acts_on"], _several(row["markets"]), _several(row["jurisdictions"]),
        int(row["data_year"]), elasticity, low, high, row["source"],
    )  # fmt: skip


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != columns:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(columns)}")
        return list(reader)
