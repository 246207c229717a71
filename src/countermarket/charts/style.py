"""How every chart looks: colours, type, panels, and text that stays inside the page."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from countermarket.charts.typeface import FALLBACK, FAMILY, register

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, TURQUOISE, PINK, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
GREY, DARK = "#BFBFBF", "#3D3D3D"
GRID, LAND = "#E3E3E3", "#EFEFEF"

WIDE, NARROW = 10.0, 3.75
"""Widths in inches of a chart on a desk screen or page, and on a telephone; text has one size on both."""

TEXT_SIZE = 13
"""Points: letters as large to the eye as those of Arial at 12 pt, and no wider."""

MOST_LINES = 3
"""Lines of a row's name."""
LINE_SPACING = 1.2
"""Of names that take two lines."""


def is_narrow(width: float) -> bool:
    """Whether a chart is being drawn for a telephone."""
    return width < 6.0


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib settings of every chart; text stays text in SVG, so that it can be searched and enlarged."""
    import matplotlib

    register()
    with matplotlib.rc_context(rc=_settings()):
        yield


def _settings() -> Any:
    return {
        "font.family": [FAMILY, FALLBACK],
        "font.size": TEXT_SIZE,
        "axes.titlesize": TEXT_SIZE,
        "axes.labelsize": TEXT_SIZE,
        "xtick.labelsize": TEXT_SIZE,
        "ytick.labelsize": TEXT_SIZE,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "text.color": DARK,
        "axes.labelcolor": DARK,
        "xtick.color": DARK,
        "ytick.color": DARK,
        "axes.edgecolor": GREY,
        "axes.linewidth": 0.8,
        "axes.grid": True,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.major.pad": 5,
        "ytick.major.pad": 5,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "savefig.facecolor": "white",
        "axes.unicode_minus": True,
        "svg.fonttype": "none",
        "svg.hashsalt": "countermarket",
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "axes.titlepad": 8,
    }


def panels(
    width: float,
    count: int,
    columns: int,
    height: float,
    share_x: bool = True,
    share_y: bool = True,
    extra: float = 0.35,
) -> tuple["Figure", list["Axes"]]:
    """A figure with `count` panels of `height` inches in so many columns; unused places are left out."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    engine = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06, wspace=0.03, hspace=0.04)
    figure = Figure(figsize=(width, rows * height + extra), layout=engine)
    grid = figure.subplots(rows, columns, sharex=share_x, sharey=share_y, squeeze=False)
    flat = list(np.ravel(grid))
    for unused in flat[count:]:
        unused.remove()
    shown = flat[:count]
    for place, axes in enumerate(shown):
        # A panel with no panel below carries its own axis labels.
        axes.tick_params(labelbottom=not share_x or place + columns >= count, labelleft=True)
    return figure, shown


def wrapped(text: str, characters: int) -> str:
    """Text broken into lines of at most so many characters; very long words are broken too."""
    return "\n".join(textwrap.wrap(text, characters, break_long_words=True)) or text


def row_label(text: str, characters: int) -> str:
    """A row's name in at most three lines, then an ellipsis: tables give the whole name."""
    return wrapped(textwrap.shorten(text, MOST_LINES * characters - 6, placeholder=" …"), characters)


def row_pitch(labels: list[str], characters: int, single: float = 0.34, double: float = 0.48) -> float:
    """Height of a row in inches: more where any name takes two lines or three."""
    more = max((row_label(label, characters).count("\n") for label in labels), default=0)
    return single if more == 0 else double + (more - 1) * TEXT_SIZE * LINE_SPACING / 72


def plain_text(text: str) -> str:
    """Text that matplotlib shows as it stands: a dollar sign would start a formula."""
    return text.replace("$", r"\$")


def heading(axes: "Axes", text: str, characters: int = 34) -> None:
    """The name of a panel, above it, left."""
    axes.set_title(plain_text(wrapped(text, characters)), color=DARK, linespacing=LINE_SPACING)


def heading_room(texts: list[str], characters: int) -> float:
    """Inches to add to a panel's height for the longest heading's lines after the first."""
    return max(wrapped(text, characters).count("\n") for text in texts) * LINE_SPACING * TEXT_SIZE / 72


def row_axis(axes: "Axes", labels: list[str], show: bool = True) -> None:
    """Horizontal rows with a name each, the first on top, lines only across."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    names = [plain_text(label) for label in labels] if show else [""] * len(labels)
    axes.set_yticks(range(len(labels)), names, linespacing=LINE_SPACING, va="center")
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def mark_intervals(axes: "Axes", edges: np.ndarray, rows: np.ndarray, colour: str) -> None:
    """Intervals (low, mean, high by row) as thick lines, each mean a dot on its line: never the dot alone."""
    known = np.isfinite(edges).all(axis=0)
    low, mean, high = edges[:, known]
    axes.hlines(rows[known], low, high, color=colour, linewidth=4, alpha=0.55, zorder=3)
    axes.plot(mean, rows[known], "o", color=colour, markersize=7, zorder=4)


def reference_line(axes: "Axes", at: float, vertical: bool = True) -> None:
    """The line of 'no change'."""
    line = axes.axvline if vertical else axes.axhline
    line(at, color=DARK, linewidth=1.0, zorder=2)


def limits(
    values: np.ndarray, around: float, margin: float = 0.08, least: float = 1.0
) -> tuple[float, float]:
    """Axis limits that hold all finite values and the reference, with a margin."""
    known = values[np.isfinite(values)]
    low, high = (min(known.min(), around), max(known.max(), around)) if known.size else (around, around)
    pad = max((high - low) * margin, least * margin)
    low, high = min(low, around - least), max(high, around + least)
    return float(low - pad), float(high + pad)


def few_ticks(axes: "Axes", x: int | None = None, y: int | None = None, whole: bool = False) -> None:
    """At most so many round tick values; `whole` keeps fractions off the horizontal axis (years)."""
    from matplotlib.ticker import MaxNLocator

    for axis, number, integer in ((axes.xaxis, x, whole), (axes.yaxis, y, False)):
        if number:
            axis.set_major_locator(MaxNLocator(number, steps=[1, 2, 2.5, 5, 10], integer=integer))


def key(figure: "Figure", entries: list[tuple[str, str]], height: float = 0.0) -> None:
    """Names of the colours in one line above the panels, beside a sample of each: read before the panels."""
    from matplotlib.lines import Line2D

    narrow = is_narrow(figure.get_figwidth())
    names = [textwrap.shorten(name, 40, placeholder=" …") if narrow else name for name, _ in entries]
    handles = [
        Line2D([], [], color=colour, linewidth=5, label=plain_text(name))
        for name, (_, colour) in zip(names, entries, strict=True)
    ]
    figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=1 if narrow else len(entries),
        frameon=False,
        borderpad=0.35,
        handlelength=1.2,
        handletextpad=0.5,
        columnspacing=1.6,
    )


def interval_rows(
    axes: "Axes",
    labels: list[str],
    series: list[tuple[np.ndarray, str]],
    around: float,
    narrow: bool,
    show: bool = True,
    characters: int = 30,
) -> None:
    """Rows of intervals, each series (low, mean, high by row) in its colour, side by side within a row.

    On a narrow chart the names stand above their rows, so that the intervals have the whole width.
    """
    row_axis(axes, [row_label(label, characters) for label in labels], show and not narrow)
    if narrow:
        names_above(axes, labels)
    step = 0.26 if narrow else 0.3
    places = np.arange(len(labels), dtype=float)
    for place, (edges, colour) in enumerate(series):
        offset = (place - (len(series) - 1) / 2) * step + (0.12 if narrow else 0.0)
        mark_intervals(axes, np.asarray(edges), places + offset, colour)
    reference_line(axes, around)


def names_above(axes: "Axes", labels: list[str]) -> None:
    """The name of each row above its marks, from the left edge."""
    for row, label in enumerate(labels):
        axes.text(
            0.0,
            row - 0.16,
            plain_text(textwrap.shorten(label, 34, placeholder=" …")),
            transform=axes.get_yaxis_transform(),
            va="bottom",
            ha="left",
            clip_on=False,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )


def beside_rows(axes: "Axes", texts: list[str], narrow: bool) -> None:
    """A value in figures at the right end of each row."""
    for row, text in enumerate(texts):
        axes.text(
            1.0 if narrow else 1.02,
            row - 0.16 if narrow else row,
            plain_text(text),
            transform=axes.get_yaxis_transform(),
            va="bottom" if narrow else "center",
            ha="right" if narrow else "left",
            clip_on=False,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if narrow else None,
        )
