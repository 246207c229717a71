"""Charts of the analyses: a row for each factor, part or parameter, with its interval."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.style import BLUE, GREY, interval_rows, is_narrow, key, limits, panels
from countermarket.charts.words import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 15
"""Rows a chart shows at most; its table has all."""


class Words(NamedTuple):
    """What a chart of rows says: its name, finding, subtitle, source, what the axis counts, and the line of nothing."""

    name: str
    title: str
    subtitle: str
    source: str
    axis: str
    around: float = 0.0


def rows_chart(words: Words, labels: Sequence[str], series: Mapping[str, Sequence[Mapping[str, Any]]]) -> Chart:
    """Rows of intervals, one or two series of them; the table has every row."""
    edges = {name: np.array([_edges(one) for one in of]).T for name, of in series.items()}
    header = ["name", *(f"{name}_{end}" for name in series for end in ("low", "mean", "high"))]
    rows: list[tuple[Cell, ...]] = [
        (label, *(float(of[end, place]) for of in edges.values() for end in range(3)))
        for place, label in enumerate(labels)
    ]
    first = next(iter(edges.values()))
    told = "; ".join(
        f"{label}: {plain(float(first[1, place]))}, {plain(float(first[0, place]))} to {plain(float(first[2, place]))}"
        for place, label in enumerate(labels[:SHOWN])
    )
    alt = f"Interval chart of {len(labels)} rows, {words.axis}. {told}."
    return Chart(
        words.name, words.title, words.subtitle, words.source, alt, tuple(header), rows,
        lambda width: _draw(words, labels[:SHOWN], {name: of[:, :SHOWN] for name, of in edges.items()}, width),
    )  # fmt: skip


def _edges(one: Mapping[str, Any]) -> list[float]:
    """Low, mean and high; NaN where not defined."""
    return [np.nan if one.get(end) is None else float(one[end]) for end in ("low", "mean", "high")]


def _draw(words: Words, labels: Sequence[str], series: Mapping[str, Any], width: float) -> "Figure":
    narrow = is_narrow(width)
    height = len(labels) * (0.62 if narrow else 0.44)
    figure, (axes,) = panels(width, 1, 1, height, extra=0.65 + 0.35 * (len(series) > 1))
    colours = (BLUE, GREY)
    drawn = [(of, colour) for of, colour in zip(series.values(), colours, strict=False)]
    interval_rows(axes, list(labels), drawn, words.around, narrow)
    if len(series) > 1:
        key(figure, list(zip(series, colours, strict=False)))
    known = np.concatenate([of.ravel() for of in series.values()])
    finite = known[np.isfinite(known)]
    spread = float(np.ptp(np.append(finite, words.around))) or 1.0
    axes.set_xlim(*limits(known, words.around, least=0.05 * spread))
    axes.set_xlabel(words.axis)
    return figure
