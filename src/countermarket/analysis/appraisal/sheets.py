"""The appraisal as one table for a spreadsheet: a row for each number, with its unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countermarket.results.sheets import sheet

COLUMNS = ("scenario", "item", "of", "year", "mean", "low", "high", "unit", "note")
TOTALS = (
    "npv", "npv_of_pairs", "equivalent_annual_cost", "equivalent_annual_net", "benefit_cost_ratio", "public_cost",
    "private_cost", "wrongful_cost", "net_last_years",
)  # fmt: skip
A_YEAR = ("equivalent_annual_cost", "equivalent_annual_net", "net_last_years")


def appraisal_csv(document: Mapping[str, Any]) -> str:
    """Every number of an appraisal, and the inputs behind them."""
    money = f"{document['currency']} of {document['base_year']}"
    rows = [row for one in document["rows"] for row in _of_scenario(one, money)]
    rows += [_input(one) for one in document["inputs"]]
    return sheet(COLUMNS, ([_short(cell) for cell in row] for row in rows))


def _of_scenario(one: Mapping[str, Any], money: str) -> Iterator[tuple[Any, ...]]:
    """The rows of one scenario."""
    name = one["scenario"]
    for item in TOTALS:
        unit = "ratio" if item == "benefit_cost_ratio" else f"{money} a year" if item in A_YEAR else money
        yield _line(name, item, "", "", one[item], unit)
    for item in ("benefits", "by_state"):
        for of, told in one[item].items():
            yield _line(name, item, of, "", told, money)
    for item in ("borders", "members"):
        yield from _parted(name, item, one[item], money)
    yield from _yearly(one, money)
    for case in one["sensitivities"]:
        yield _line(name, "sensitivity", case["case"], "", case["net"], money)
    for turn in one["switching"]:
        yield name, "switching value", turn["meaning"], "", turn["switches_at"], None, None, "", ""
    for of, told in one["memo"].items():
        yield _line(name, "not counted", of, "", told, "actions a year" if "actions" in of else f"{money} a year")


def _parted(name: str, item: str, of_each: Mapping[str, Any], money: str) -> Iterator[tuple[Any, ...]]:
    """What each border, or each member, gains and pays."""
    for of, parts in of_each.items():
        for part, told in parts.items():
            if isinstance(told, dict):
                yield _line(name, f"{item}: {part}", of, "", told, money)


def _yearly(one: Mapping[str, Any], money: str) -> Iterator[tuple[Any, ...]]:
    """Public cost by state and net value, year by year."""
    for of, years in {**one["public_cost_by_year"], "net value": one["net_by_year"]}.items():
        item = "net_by_year" if of == "net value" else "public_cost_by_year"
        for year, told in years.items():
            yield _line(one["scenario"], item, of, year, told, money)


def _line(scenario: str, item: str, of: str, year: str, told: Mapping[str, Any], unit: str) -> tuple[Any, ...]:
    return scenario, item, of, year, told["mean"], told["low"], told["high"], unit, told.get("reason", "")


def _input(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """An input as its source states it."""
    unit = " ".join(str(part) for part in (one["currency"], one["price_year"] or "", one["unit"]) if part)
    return "", "input", one["meaning"], "", one["value"], one["low"], one["high"], unit, one["source"]


def _short(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
