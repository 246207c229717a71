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


def box_chart(document: Mapping[str, Any]) -> Chart | None:
    """The limits of the first box, as shares of what was tried; none where no box is limited."""
    boxes = [box for box in document["boxes"] if box["limits"]]
    if not boxes:
        return None
    box = boxes[0]
    outcome, density, coverage = document["outcome"], plain(100 * box["density"], 2), plain(100 * box["coverage"], 2)
    title = finding([f"In this box {outcome} is {document['rule']} in {density}%", "Where it fails"])
    subtitle = (
        f"{box['method']}: limits within the range tried, 0 to 1; dot: mean of the failures inside. The box holds "
        f"{coverage}% of failures; {plain(100 * document['failed_share'], 2)}% of all points fail"
    )
    source = f"countermarket sweep: {document['title']}"
    words = Words(f"fails_{outcome}", title, subtitle, source, "share of the range")
    series = {"inside": [_as_share(limit) for limit in box["limits"]]}
    return rows_chart(words, [str(limit["factor"]) for limit in box["limits"]], series)


def _as_share(limit: Mapping[str, Any]) -> dict[str, float | None]:
    """The ends of a limit, and its mean, within what was tried."""
    low, high = limit["tried"]
    ends = {end: limit[end] for end in ("low", "mean", "high")}
    return {end: None if value is None else (value - low) / (high - low) for end, value in ends.items()}


def parts_chart(document: Mapping[str, Any]) -> Chart:
    """What each part of a package adds, on average and put in alone."""
    parts, outcome, unit = document["parts"], document["outcome"], document["unit"]
    package = document["package"]
    first = str(parts[0]["lever"])
    title = finding([f"{first} adds most", "One part adds most"])
    subtitle = (
        f"what parts add to {outcome} ({unit}), Shapley values; line: 80% interval over {document['draws']} paired "
        f"draws. The package adds {plain(package['mean'])} ({plain(package['low'])} to {plain(package['high'])})"
    )
    series = {"on average": [part["value"] for part in parts]}
    if all(part["alone"] is not None for part in parts):
        series["put in alone"] = [part["alone"] for part in parts]
    source = f"countermarket sweep: {document['title']}"
    words = Words(f"parts_{outcome}", title, subtitle, source, f"added to {outcome}")
    return rows_chart(words, [str(part["lever"]) for part in parts], series)


def information_chart(document: Mapping[str, Any]) -> Chart:
    """What each doubtful number is worth knowing."""
    shown = [one for one in document["parameters"] if "low" in one["evppi"]]
    outcome, first = document["outcome"], shown[0]
    is_worth = first["evppi"]["carried"]
    candidates = [f"{first['parameter']} is worth knowing first", "One number is worth knowing first"]
    title = finding(candidates if is_worth else ["No single number stands out from luck"])
    subtitle = (
        f"gain in {outcome} ({document['unit']}) of choosing once the number is known; line: 80% interval over "
        f"resampled worlds, {document['worlds']} of them. Knowing everything: {plain(document['everything'])}"
    )
    words = Words(
        f"information_{outcome}", title, subtitle, f"countermarket sweep: {document['title']}", f"gain in {outcome}"
    )
    return rows_chart(words, [str(one["parameter"]) for one in shown], {"gain": [one["evppi"] for one in shown]})
