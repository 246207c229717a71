"""Which scenario raises the cost of illicit activity most, and how surely."""

from typing import TYPE_CHECKING, Any

import numpy as np

from countermarket.analysis.carried import carries, interval_carries
from countermarket.charts.chart import Chart
from countermarket.charts.material import Material, source_line, window_in_words
from countermarket.charts.style import (
    BLUE,
    GREY,
    beside_rows,
    few_ticks,
    heading,
    interval_rows,
    is_narrow,
    key,
    limits,
    panels,
    row_pitch,
)
from countermarket.charts.words import DASH, finding, from_to, is_known, listed, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure


HEADER = (
    *("rank", "scenario", "title", "mean", "low", "high", "probability_better_than_baseline", "carried"),
    *("landed_mean", "landed_low", "landed_high"),
)
STAGES = {"index": "Delivered to users", "index_landed": "Landed"}
"""The index at both stages, and what its panel is called."""


def ranking(source: Material) -> Chart | None:
    """The headline index of every scenario with its 80% interval, in rank order."""
    entries = [arm.entry for arm in source.arms]
    if not any(is_known(entry["index"]["mean"]) for entry in entries):
        return None
    return Chart(
        name="ranking",
        title=ranking_finding(entries),
        subtitle=f"Cost of illicit activity, all markets and places, {window_in_words(source)}, of what reaches users "
        "and of what has landed at the destination's wholesale market; each on its own scale; paired reference = 100; "
        "line: 80% interval over paired runs, dot: mean",
        source=source_line(source),
        alt=_ranking_alt(entries),
        header=HEADER,
        rows=[_ranking_row(entry) for entry in entries],
        draw=lambda width: _draw_ranking(source, width),
    )


def ranking_finding(entries: list[Any]) -> str:
    """What the ranking shows, in at most ten words."""
    raised = [entry for entry in entries if _surely_raises(entry)]
    first = entries[0]
    if all(entry.get("did_nothing") for entry in entries):
        return finding([f"{first['title']} did nothing" if len(entries) == 1 else "No scenario did anything"])
    if first not in raised:
        return _without_clear_leader(entries, raised)
    gain, title = f"{plain(first['index']['mean'] - 100, 2)}%", first["title"]
    if len(entries) == 1:
        return finding(
            [
                f"{title} raises the cost of illicit activity by {gain}",
                f"{title} raises illicit costs by {gain}",
                f"The scenario raises the cost of illicit activity by {gain}",
            ]
        )
    share = first["probability_better_than_next"] or 0.5
    if share <= 0.5 or not carries(share, first["pairs"], len(entries) - 1):
        return finding(
            [
                f"{first['title']} and {entries[1]['title']} lead, too close to separate",
                f"{first['title']} leads, though not clearly",
                "The leading two scenarios are too close to separate",
            ]
        )
    return finding(
        [
            f"{title} raises the cost of illicit activity most: {gain}",
            f"{title} raises illicit costs most: {gain}",
            f"The leading scenario raises the cost of crime by {gain}",
        ]
    )


def _surely_raises(entry: Any) -> bool:
    """Whether the interval lies above 100 and the pairs carry it."""
    return bool(entry["carried"]) and is_known(entry["index"]["low"]) and entry["index"]["low"] > 100


def _without_clear_leader(entries: list[Any], raised: list[Any]) -> str:
    if raised:
        return (
            f"Only {listed([entry['title'] for entry in raised])} surely raises costs"
            if len(raised) == 1 and (len(raised[0]["title"].split()) < 7)
            else "The leading scenario does not surely raise costs"
        )
    if len(entries) == 1:
        return finding(
            [
                f"{entries[0]['title']} does not clearly raise illicit costs",
                "The scenario does not clearly raise illicit costs",
            ]
        )
    return "No scenario clearly raises the cost of illicit activity"


def _ranking_alt(entries: list[Any]) -> str:
    parts = [
        f"{entry['title']}: {plain(entry['index']['mean'], 4)}, 80% interval "
        f"{from_to(entry['index']['low'], entry['index']['high'])}; landed {index_text(entry['index_landed'])}"
        for entry in entries
    ]
    return f"Interval chart of {len(entries)} scenarios in rank order; 100 is no change. {'; '.join(parts)}."


def _ranking_row(entry: Any) -> tuple[Any, ...]:
    index = entry["index"]
    return (
        entry["rank"],
        entry["scenario"],
        entry["title"],
        index["mean"],
        index["low"],
        index["high"],
        entry["probability_better_than_baseline"],
        int(entry["carried"]),
        *(entry["index_landed"][side] for side in ("mean", "low", "high")),
    )


def index_text(index: Any) -> str:
    """'108.2 (104.1 to 112.0)'."""
    if not is_known(index["mean"]):
        return DASH
    return f"{index['mean']:.1f} ({from_to(index['low'], index['high'])})"


def _draw_ranking(source: Material, width: float) -> "Figure":
    """Delivered beside landed, each on its own scale; one below the other on a telephone."""
    entries = [arm.entry for arm in source.arms]
    narrow = is_narrow(width)
    columns, characters = (1, 34) if narrow else (2, 26)
    pitch = 0.62 if narrow else row_pitch([entry["title"] for entry in entries], characters, 0.44, 0.52)
    figure, shown = panels(width, 2, columns, len(entries) * pitch + 0.75, share_x=False, share_y=False, extra=0.35)
    for place, (axes, name) in enumerate(zip(shown, STAGES, strict=True)):
        edges = np.array([[_number(entry[name][side]) for entry in entries] for side in ("low", "mean", "high")])
        sure = np.array([_is_sure(entry, name, len(entries)) for entry in entries])
        for chosen, colour in ((sure, BLUE), (~sure, GREY)):
            series = [(np.where(chosen, edges, np.nan), colour)]
            titles = [entry["title"] for entry in entries]
            interval_rows(axes, titles, series, 100.0, narrow, show=place % columns == 0, characters=characters)
        beside_rows(axes, [_beside(entry[name], narrow) for entry in entries], narrow)
        axes.set_xlim(*limits(edges, 100.0))
        few_ticks(axes, x=4)
        heading(axes, STAGES[name])
        axes.set_xlabel("Cost index, reference = 100")
    key(figure, [("Carried by the pairs", BLUE), ("May be luck", GREY)])
    return figure


def _is_sure(entry: Any, name: str, company: int) -> bool:
    """Whether the pairs carry a rise: of the headline by its own test, of what has landed by its interval's."""
    if name == "index":
        return _surely_raises(entry)
    low = entry[name]["low"]
    return is_known(low) and low > 100 and interval_carries(entry["pairs"], company)


def _beside(index: Any, narrow: bool) -> str:
    """A value in figures, with its interval where there is room."""
    return f"{index['mean']:.1f}" if narrow and is_known(index["mean"]) else index_text(index)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
