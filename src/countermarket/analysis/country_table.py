"""The table of countries that people open: who gains and who loses, a row per scenario, measure, market and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countermarket.analysis.by_country import ALL_MARKETS, LEVEL_UNITS
from countermarket.analysis.intervals import Interval

COUNTRY_COLUMNS = (
    "scenario",
    "reference",
    "measure",
    "market",
    "jurisdiction",
    "change_unit",
    "change_mean",
    "change_low",
    "change_high",
    "level_unit",
    "baseline_level",
    "scenario_level",
    "carried",
    "note",
)


def country_rows(
    document: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]], units: Mapping[str, str]
) -> list[dict[str, Any]]:
    """All changes of all scenarios, in each measure and market from the greatest fall to the greatest rise."""
    rows: list[dict[str, Any]] = []
    for ranked in document["ranking"]:
        own = {"scenario": ranked["scenario"], "reference": ranked["reference"]}
        told = [*_changes(answers.get(ranked["scenario"], {}), units), *_displaced(ranked["displacement_by_country"])]
        rows += [own | row for row in sorted(told, key=_place)]
    return rows


def _place(row: Mapping[str, Any]) -> tuple[str, str, bool, float]:
    """By measure and market, then from fall to rise; undefined last."""
    mean = row["change_mean"]
    return row["measure"], row["market"], mean is None, mean or 0.0


def _changes(answer: Mapping[str, Any], units: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A row for each measure of each market in each jurisdiction; market empty: all together."""
    for place, markets in answer.items():
        for market, told in markets.items():
            for name, interval in told.items():
                of = {"measure": name, "market": "" if market == ALL_MARKETS else market, "jurisdiction": place}
                unit = "reference = 100" if name.endswith("_index") else "% of baseline"
                yield of | _numbers(interval, unit, _level_unit(name, units.get(market, "USD")))


def _displaced(by_country: Mapping[str, Interval]) -> Iterator[dict[str, Any]]:
    """A row for each jurisdiction outside: its share of what is lost inside."""
    for place, interval in by_country.items():
        yield {"measure": "displacement", "market": "", "jurisdiction": place} | _numbers(interval, "ratio", "")


def _level_unit(name: str, unit: str) -> str:
    """What the levels of a measure are in."""
    own = {"units": f"{unit} per year", "price": f"USD per {unit}"}
    return own.get(name, LEVEL_UNITS.get(name, ""))


def _numbers(interval: Interval, unit: str, level_unit: str) -> dict[str, Any]:
    """An interval's cells."""
    return {
        "change_unit": unit,
        **{f"change_{end}": interval[end] for end in ("mean", "low", "high")},
        "level_unit": level_unit,
        "baseline_level": interval.get("baseline"),
        "scenario_level": interval.get("scenario"),
        "carried": int(interval.get("carried", False)),
        "note": interval.get("reason", ""),
    }
