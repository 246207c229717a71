"""What else changes: the measures that must stand beside a higher cost before anyone calls it success."""

from typing import TYPE_CHECKING, Any

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.material import Arm, Floats, Material, source_line, window_in_words
from countermarket.charts.style import (
    BLUE,
    few_ticks,
    heading,
    interval_rows,
    is_narrow,
    limits,
    panels,
    row_pitch,
)
from countermarket.charts.words import capital, finding, from_to, is_known

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "units_delivered": "Units delivered",
    "price": "Price to the user",
    "profit": "Criminal profit",
    "harm": "Harm",
    "violence": "Deaths from violence",
    "seizures_detected": "Seizures reported",
}
"""Measures drawn, compared in per cent, and what readers call them; the brief's table holds them all."""


def beside_cost(source: Material) -> Chart | None:
    """Change of other measures against the reference, one panel per measure, one row per scenario."""
    names = [name for name in LABELS if any(_known(arm, name) for arm in source.arms)]
    if not names:
        return None
    return Chart(
        name="beside_cost",
        title=beside_finding(source.arms[0]),
        subtitle=f"Change against the paired reference, per cent, all markets and places, "
        f"{window_in_words(source)}; line: 80% interval over paired runs, dot: mean",
        source=source_line(source),
        alt=_alt(source.arms[0], names),
        header=("measure", "scenario", "mean", "low", "high", "carried"),
        rows=_rows(source.arms, names),
        draw=lambda width: _draw(source.arms, names, width),
        note="Units of different markets are added at their reference cost.",
    )


def _known(arm: Arm, name: str) -> bool:
    change = arm.entry["beside"].get(name)
    return change is not None and is_known(change["mean"])


def edges(arms: tuple[Arm, ...], name: str) -> Floats:
    """Low, mean and high of a measure's change, by scenario. (3, scenarios)"""
    changes: list[Any] = [arm.entry["beside"].get(name, {}) for arm in arms]
    return np.array([[one.get(side) for one in changes] for side in ("low", "mean", "high")], dtype=float)


def beside_finding(arm: Arm) -> str:
    """Direction of deliveries, profit and harm in the leading scenario; unclear if it may be none."""
    words = {1: "up", -1: "down", 0: "unclear"}
    parts = []
    for name, label in (("units_delivered", "deliveries"), ("profit", "profit"), ("harm", "harm")):
        low, _, high = edges((arm,), name)[:, 0]
        sure = bool(arm.entry["beside"].get(name, {}).get("carried"))
        parts.append(f"{label} {words[sure * (int(low > 0) - int(high < 0))]}")
    return finding([f"{arm.title}: {', '.join(parts)}", capital(", ".join(parts))])


def _alt(arm: Arm, names: list[str]) -> str:
    parts = [f"{LABELS[name]} {from_to(*edges((arm,), name)[::2, 0])}%" for name in names]
    return f"Panels by measure, rows by scenario. 80% intervals of {arm.title}: {'; '.join(parts)}."


def _rows(arms: tuple[Arm, ...], names: list[str]) -> list[tuple[Cell, ...]]:
    return [
        (name, arm.name, float(mean), float(low), float(high), int(arm.entry["beside"].get(name, {}).get("carried", 0)))
        for name in names
        for arm, (low, mean, high) in zip(arms, edges(arms, name).T, strict=True)
    ]


def _draw(arms: tuple[Arm, ...], names: list[str], width: float) -> "Figure":
    narrow = is_narrow(width)
    columns = 1 if narrow else 3
    characters = 18 if narrow else 22
    pitch = row_pitch([arm.title for arm in arms], characters)
    figure, shown = panels(width, len(names), columns, pitch * len(arms) + 0.75, share_x=False, share_y=False)
    for place, (axes, name) in enumerate(zip(shown, names, strict=True)):
        series = edges(arms, name)
        interval_rows(
            axes,
            [arm.title for arm in arms],
            [(series, BLUE)],
            0.0,
            narrow=False,
            show=place % columns == 0,
            characters=characters,
        )
        axes.set_xlim(*limits(series, 0.0))
        few_ticks(axes, x=4)
        heading(axes, f"{LABELS[name]}, %")
    return figure
