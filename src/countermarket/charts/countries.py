"""Who gains and who loses: cost delivered and landed, units and harm, country by country, in the leading scenario."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from countermarket.analysis.by_country import ALL_MARKETS, by_country
from countermarket.charts.chart import Cell, Chart
from countermarket.charts.material import Arm, Floats, Material, source_line, window_in_words
from countermarket.charts.style import (
    BLUE,
    GREY,
    TURQUOISE,
    few_ticks,
    heading,
    is_narrow,
    key,
    limits,
    mark_intervals,
    panels,
    reference_line,
    row_axis,
    row_label,
)
from countermarket.charts.words import capital, finding, from_to, is_known

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 14
"""Countries drawn: those whose harm changes most in USD; the table beside the chart has all."""
PITCH = 0.4
"""Inches from row to row: two intervals and their country's name."""


class Panel(NamedTuple):
    """What is drawn beside one another."""

    heading: str
    unchanged: float
    series: tuple[tuple[str, str], ...]
    """Measure and colour of each."""


PANELS = (
    Panel("Cost, baseline = 100", 100.0, (("cost_index", BLUE), ("landed_index", TURQUOISE))),
    Panel("Units delivered, %", 0.0, (("units", BLUE),)),
    Panel("Harm, %", 0.0, (("harm", BLUE),)),
)
MEASURES = tuple(name for panel in PANELS for name, _ in panel.series)
Answers = Mapping[str, Mapping[str, Any]]


def countries(source: Material) -> Chart | None:
    """Changes by country, a panel for cost, units and harm, the countries where harm changes most."""
    told = [(arm, _told(source, arm)) for arm in source.arms]
    if not told or not any(_is_told(of) for of in told[0][1].values()):
        return None
    (arm, answers), called = told[0], source.study.manifest["world"].get("places", {})
    shown = _shown(answers)
    names = [str(called.get(place, {}).get("name", place)) for place in shown]
    return Chart(
        name="countries",
        title=countries_finding(arm.title, answers),
        subtitle=f"{arm.title} against its paired reference, all markets together, {window_in_words(source)}; the "
        f"{len(shown)} of {len(answers)} places where harm changes most in USD, greatest fall first; "
        "line: 80% interval over paired runs, dot: mean",
        source=source_line(source),
        alt=_alt(arm.title, names, [answers[place] for place in shown]),
        header=("scenario", "jurisdiction", "measure", "mean", "low", "high", "carried"),
        rows=[row for arm, of in told for row in _rows(arm, of)],
        draw=lambda width: _draw(names, [answers[place] for place in shown], width),
        note="Landed: at the wholesale market, before the trade at home. Grey: the interval holds no change, or the "
        "pairs do not carry it as one of all that is told of all places.",
    )


def _told(source: Material, arm: Arm) -> dict[str, Any]:
    """A scenario's answer for all markets together by country, in order of the change of harm."""
    answers = by_country(arm.runs, source.window, len(source.arms))
    return {place: of.get(ALL_MARKETS, {}) for place, of in answers.items()}


def _is_told(of: Mapping[str, Any]) -> bool:
    return any(is_known(of.get(name, {}).get("mean")) for name in MEASURES)


def _shown(answers: Answers) -> list[str]:
    """The countries where harm changes most, in the order they are told in; first come, where no harm is recorded."""
    sizes = {place: _change_of_harm(of) for place, of in answers.items() if _is_told(of)}
    most = sorted(sizes, key=lambda place: -sizes[place])[:MOST]
    return [place for place in answers if place in most]


def _change_of_harm(of: Mapping[str, Any]) -> float:
    """How much harm changes either way. USD per year"""
    harm = of.get("harm", {})
    return abs(float(harm.get("scenario") or 0.0) - float(harm.get("baseline") or 0.0))


def countries_finding(title: str, answers: Answers) -> str:
    """In how many places harm surely falls, and in how many it rises."""
    falls = sum(_sure(of.get("harm", {}), 0.0) < 0 for of in answers.values())
    rises = sum(_sure(of.get("harm", {}), 0.0) > 0 for of in answers.values())
    if not falls and not rises:
        said = "harm clearly changes in no single place"
    elif falls:
        said = f"harm falls in {falls} of {len(answers)} places, rises in {rises or 'none'}"
    else:
        said = f"harm rises in {rises} of {len(answers)} places, falls in none"
    return finding([f"{title}: {said}", capital(said)])


def _sure(told: Mapping[str, Any], unchanged: float) -> int:
    """1 for more, -1 for less, 0 where the interval holds no change or the pairs do not carry it."""
    if not is_known(told.get("mean")) or not told["carried"]:
        return 0
    return int(told["low"] > unchanged) - int(told["high"] < unchanged)


def _alt(title: str, names: list[str], answers: list[Mapping[str, Any]]) -> str:
    words = {"cost_index": "delivered {}", "landed_index": "landed {}", "units": "units {}%", "harm": "harm {}%"}
    parts = []
    for place, of in zip(names, answers, strict=True):
        known = {name: of[name] for name in words if is_known(of.get(name, {}).get("mean"))}
        texts = [words[name].format(from_to(told["low"], told["high"])) for name, told in known.items()]
        parts.append(f"{place}: {', '.join(texts)}")
    return f"Panels for cost (100 is no change), units and harm, rows by place. 80% intervals of {title}. " + (
        "; ".join(parts) + "."
    )


def _rows(arm: Arm, answers: Answers) -> list[tuple[Cell, ...]]:
    return [
        (arm.name, place, name, told["mean"], told["low"], told["high"], int(told["carried"]))
        for name in MEASURES
        for place, of in answers.items()
        if (told := of.get(name)) and is_known(told["mean"])
    ]


def _draw(names: list[str], answers: list[Mapping[str, Any]], width: float) -> "Figure":
    narrow = is_narrow(width)
    columns = 1 if narrow else len(PANELS)
    labels = [row_label(name, 16) for name in names]
    height = PITCH * len(names) + 0.7
    figure, shown = panels(width, len(PANELS), columns, height, share_x=False, share_y=False, extra=0.6)
    for place, (axes, panel) in enumerate(zip(shown, PANELS, strict=True)):
        row_axis(axes, labels, show=place % columns == 0)
        _marks(axes, panel, answers)
        few_ticks(axes, x=4)
        heading(axes, panel.heading)
    key(figure, [("Delivered to users", BLUE), ("Landed", TURQUOISE), ("Not carried by the pairs", GREY)])
    return figure


def _marks(axes: "Axes", panel: Panel, answers: list[Mapping[str, Any]]) -> None:
    """The intervals of a panel, grey where they hold no change or the pairs do not carry them."""
    rows, every = np.arange(len(answers), dtype=float), []
    for at, (name, colour) in enumerate(panel.series):
        offset = 0.3 * (at - (len(panel.series) - 1) / 2)
        edges, sure = _edges(answers, name), np.array([_sure(of.get(name, {}), panel.unchanged) for of in answers])
        for chosen, own in ((sure != 0, colour), (sure == 0, GREY)):
            mark_intervals(axes, np.where(chosen, edges, np.nan), rows + offset, own)
        every.append(edges)
    reference_line(axes, panel.unchanged)
    axes.set_xlim(*limits(np.concatenate(every), panel.unchanged))


def _edges(answers: list[Mapping[str, Any]], name: str) -> Floats:
    """Low, mean and high by country, NaN where undefined. (3, countries)"""
    told = [of.get(name, {}) for of in answers]
    return np.array([[one.get(side) for one in told] for side in ("low", "mean", "high")], dtype=float)
