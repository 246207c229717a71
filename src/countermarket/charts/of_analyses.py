"""The chart of each analysis: what drives an outcome, what parts add, what is worth knowing."""

from collections.abc import Mapping
from typing import Any

from countermarket.charts.chart import Chart
from countermarket.charts.rows import Words, rows_chart
from countermarket.charts.words import finding, plain

METHODS = {
    "sobol": ("share of the variance", "Sobol' indices"),
    "morris": ("mean absolute effect over the range", "Morris 1991"),
    "pawn": ("shift of the outcome's distribution, 0 to 1", "PAWN"),
}


def drivers_chart(document: Mapping[str, Any]) -> Chart:
    """What drives an outcome."""
    axis, method = METHODS[document["method"]]
    factors = document["factors"]
    series = {"total": [row["total"] for row in factors]}
    if all(row["first"] is not None for row in factors):
        series["alone"] = [row["first"] for row in factors]
    outcome = document["outcome"]
    first = str(factors[0]["factor"])
    title = finding([f"{first} drives {outcome} most", f"One factor drives {outcome} most"])
    subtitle = f"{axis}, {method}; line: 80% interval over resampled rows, {document['rows']} rows"
    if document["luck_share"] is not None:
        subtitle += f"; {plain(100 * document['luck_share'], 2)}% of single pairs' variance is luck"
    words = Words(f"drivers_{outcome}", title, subtitle, f"countermarket sweep: {document['title']}", axis)
    return rows_chart(words, [str(row["factor"]) for row in factors], series)
