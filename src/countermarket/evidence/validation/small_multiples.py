"""The experiments as small multiples: the model's effect over time, the evidence over its window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.style import (
    BLUE,
    GREY,
    ORANGE,
    few_ticks,
    heading,
    is_narrow,
    key,
    limits,
    panels,
    reference_line,
)
from countermarket.evidence.validation.report import evidence_text, factor_word, met_word, model_text, verdict_word
from countermarket.evidence.validation.trials import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SOURCE = "countermarket, paired runs with and without the treatment; evidence as cited in the table."
HEADER = ("experiment", "month_after", "mean", "low", "high", "evidence_low", "evidence_high")


def small_multiples(outcomes: Sequence[Outcome]) -> list[Chart]:
    """A chart of the experiments with a figure, one of those with a sign alone; empty ones left out."""
    shown = [one for one in outcomes if len(one.after)]
    sized = [one for one in shown if one.experiment.effect is not None]
    signed = [one for one in shown if one.experiment.effect is None]
    near = sum(one.judgement.within_factor_two for one in sized)
    right = sum(one.judgement.is_met for one in signed)
    charts = []
    if sized:
        title = f"{near} of {len(sized)} findings with a figure are met"
        charts.append(_chart("experiments_with_figures", title, sized))
    if signed:
        title = f"Of {len(signed)} findings of a direction alone {right} are shown"
        charts.append(_chart("experiments_with_signs", title, signed))
    return charts


def _chart(name: str, title: str, outcomes: list[Outcome]) -> Chart:
    return Chart(
        name=name,
        title=title,
        subtitle="Effect in % of the paired reference by months after the shock, each panel on its own scale; "
        "line: mean, band: 80% interval over paired runs, orange: the evidence over the months it covers "
        "(a band round zero: no effect was found)",
        source=SOURCE,
        alt="; ".join(_panel_in_words(one) for one in outcomes) + ".",
        header=HEADER,
        rows=[row for one in outcomes for row in _rows(one)],
        draw=lambda width: _draw(outcomes, width),
    )


def _panel_in_words(outcome: Outcome) -> str:
    words = f"{outcome.experiment.id}: evidence {evidence_text(outcome)} %, model {model_text(outcome.model)} %"
    return f"{words}, {verdict_word(outcome)}, within a factor of two: {factor_word(outcome)}"


def _rows(outcome: Outcome) -> list[tuple[Cell, ...]]:
    one = outcome.experiment
    return [
        (one.id, month, interval["mean"], interval["low"], interval["high"], one.low, one.high)
        for month, interval in zip(outcome.after, outcome.profile, strict=True)
    ]


def _draw(outcomes: list[Outcome], width: float) -> Figure:
    narrow = is_narrow(width)
    columns = 2 if narrow else 4
    figure, shown = panels(width, len(outcomes), columns, 2.0, share_x=False, share_y=False, extra=0.5)
    for axes, outcome in zip(shown, outcomes, strict=True):
        _draw_panel(axes, outcome)
        heading(axes, f"{outcome.experiment.id.replace('_', ' ')}: {met_word(outcome)}", 15 if narrow else 24)
    key(figure, [("Model: mean and 80% interval", BLUE), ("Evidence", ORANGE), ("Months read", GREY)])
    return figure


def _draw_panel(axes: Axes, outcome: Outcome) -> None:
    """One experiment: zero line, window, evidence, fan."""
    edges = np.array(
        [[_number(interval[side]) for interval in outcome.profile] for side in ("low", "mean", "high")], dtype=float
    )
    low, mean, high = edges
    one, first = outcome.experiment, outcome.first - 0.5
    axes.axvspan(first, outcome.last + 0.5, color=GREY, alpha=0.25, linewidth=0)
    if one.low is not None and one.high is not None:
        axes.fill_between([first, outcome.last + 0.5], one.low, one.high, color=ORANGE, alpha=0.35, linewidth=0)
        axes.hlines([one.low, one.high], first, outcome.last + 0.5, color=ORANGE, linewidth=1.6)
    axes.fill_between(outcome.after, low, high, color=BLUE, alpha=0.35, linewidth=0)
    axes.plot(outcome.after, mean, color=BLUE, linewidth=1.6, marker="o" if len(mean) < 9 else None, markersize=4)
    reference_line(axes, 0.0, vertical=False)
    axes.set_xlim(min(outcome.after[0], -5), max(outcome.after[-1], outcome.last) + 1)
    evidence = [end for end in (one.low, one.high) if end is not None]
    axes.set_ylim(*limits(np.concatenate([edges.ravel(), evidence]), 0.0))
    few_ticks(axes, x=3, y=4, whole=True)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
