"""Who gains and who loses, country by country, on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.cli.comparison_view import change_text, mean_text
from countermarket.cli.console import print_rows
from countermarket.reading.wording import shown

if TYPE_CHECKING:
    from rich.console import Console

ENDS = 10
"""Countries shown at either end."""
HEADS = {
    "cost_index": "delivered", "landed_index": "landed", "units": "units", "harm": "harm", "proceeds": "proceeds",
    "members": "members", "violence": "violence",
}  # fmt: skip
NOTE = (
    "Indices: baseline = 100; the rest: change in %, all markets together. Sorted by the change of harm in USD: who "
    "gains stands first, who loses last. Proceeds and members stand where groups are at home. * the 80% interval "
    "excludes no change, the pairs carry it. Every market, with intervals: --json, or countries.csv of a study."
)


def print_by_country(console: Console, document: Mapping[str, Any]) -> None:
    """Print for each scenario who gains and who loses, and where what leaves the inside goes."""
    for row in document["ranking"]:
        answers = document["by_country"].get(row["scenario"], {})
        title = f"#{row['rank']} {shown(row['scenario'])}: who gains and who loses, delivered and landed"
        columns = [("state", "left"), *((head, "right") for head in HEADS.values())]
        print_rows(console, title, columns, country_rows(answers))
        if row["displacement_by_country"]:
            columns = [("state", "left"), ("% of what is lost inside", "right")]
            title = f"#{row['rank']} {shown(row['scenario'])}: where it goes instead"
            print_rows(console, title, columns, moved_rows(row))
    console.print(NOTE + "\n")


def country_rows(answers: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return the countries at both ends; how many lie between."""
    cells = [[place, *told_cells(of["all"])] for place, of in answers.items()]
    return ends(cells)


def ends(cells: Sequence[list[str]]) -> list[list[str]]:
    """Return the rows at both ends, and a line for those between."""
    between = len(cells) - 2 * ENDS
    if between <= 1:
        return list(cells)
    return [*cells[:ENDS], [f"({between})", *("..." for _ in cells[0][1:])], *cells[-ENDS:]]


def told_cells(answer: Mapping[str, Any]) -> list[str]:
    """Return a country's cells, a star where the pairs carry the change."""
    return [cell(name, answer.get(name)) for name in HEADS]


def cell(name: str, told: Mapping[str, Any] | None) -> str:
    """Return an index or a change, with a star where the pairs carry it."""
    if not told or told["mean"] is None:
        return "- "
    if not name.endswith("_index"):
        return change_text(dict(told), False)
    apart = told["low"] > 100 or told["high"] < 100
    return mean_text(dict(told)) + ("*" if apart and told["carried"] else " ")


def moved_rows(row: Mapping[str, Any]) -> list[list[str]]:
    """Return what appears in each country for each unit lost inside, and their sum."""
    shares = [[place, change_text(told, True, 100.0)] for place, told in row["displacement_by_country"].items()]
    return [*ends(shares), ["all", change_text(row["displacement"]["destinations"], True, 100.0)]]
