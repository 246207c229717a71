"""What the cost of a delivered unit is made of, with and without the leading scenario."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.analysis.levels import weighted_mean
from countermarket.charts.chart import Cell, Chart
from countermarket.charts.material import (
    Arm,
    Floats,
    Material,
    carried_in,
    edges_of,
    measured,
    ratio,
    said,
    source_line,
    unit_of,
    window_in_words,
)
from countermarket.charts.style import (
    BLUE,
    GREY,
    few_ticks,
    heading,
    interval_rows,
    is_narrow,
    key,
    limits,
    panels,
)
from countermarket.charts.words import finding, market_label, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "inputs": "Inputs",
    "transport": "Transport",
    "logistics": "Logistics fees",
    "finance": "Finance fees",
    "corporate": "Corporate fees",
    "digital": "Digital fees",
    "corruption": "Corruption",
    "wages": "Wages",
    "risk": "Risk pay",
    "seized": "Goods seized",
    "confiscated": "Confiscation",
    "delay": "Delay",
    "search": "Search, vetting",
}
"""Cost components in the order shown, as a reader calls them."""


class Decomposition(NamedTuple):
    """Cost per unit by pair, market and component over the window. (pairs, markets, components)"""

    arm: Arm
    markets: tuple[str, ...]
    components: tuple[str, ...]
    units: tuple[str, ...]
    before: Floats
    after: Floats


def cost_components(source: Material) -> Chart | None:
    """Cost per delivered unit by component, reference beside the leading scenario, one panel per market."""
    if not source.arms:
        return None
    parts = [decomposed for arm in source.arms if (decomposed := decomposition(source, arm)) is not None]
    if not parts:
        return None
    leading = parts[0]
    return Chart(
        name="cost_components",
        title=said(source, len(LABELS), components_finding(leading)),
        subtitle=f"What each component adds to the cost of a unit delivered, {leading.arm.title} against its paired "
        f"reference, per cent of that one's whole cost, {window_in_words(source)}; each market on its own scale; "
        "line: 80% interval over paired runs, dot: mean",
        source=source_line(source),
        alt=_components_alt(leading),
        header=("scenario", "market", "component", "unit", "arm", "mean", "low", "high", "carried"),
        rows=[row for part in parts for row in _component_rows(part, len(parts))],
        draw=lambda width: _draw_components(leading, width),
        note="Left of the line a component costs less than without the policy. Levels in USD stand in the data.",
    )


def decomposition(source: Material, arm: Arm) -> Decomposition | None:
    """Components of cost over the window, weighted by the units delivered each quarter."""
    cost = measured(
        source, arm, "cost_of_illicit_activity", by=("market", "component", "month"), period="quarter"
    )
    recorded = cost.labels["component"].tolist()
    names = tuple(name for name in LABELS if name in recorded)
    months = source.window.holds(cost.labels["month"])
    if not names or not months.any():
        return None
    delivered = measured(source, arm, "units_delivered", by=("market", "jurisdiction", "month"))
    wanted = [recorded.index(name) for name in names]
    before, after = (
        weighted_mean(costs[:, :, wanted][..., months], np.nansum(units, axis=2)[:, :, None, months])
        for costs, units in ((cost.before, delivered.before), (cost.after, delivered.after))
    )
    markets = tuple(str(name) for name in cost.labels["market"])
    return Decomposition(
        arm, markets, names, tuple(f"USD per {unit_of(source, name)}" for name in markets), before, after
    )


def added(part: Decomposition) -> Floats:
    """Change of each component in per cent of the reference's whole cost. (pairs, markets, components)"""
    whole = np.nansum(part.before, axis=2, keepdims=True)
    return ratio(100.0 * (part.after - part.before), whole)


def components_finding(part: Decomposition) -> str:
    """The component that adds most, averaged over markets, if its interval excludes zero."""
    low, mean, high = edges_of(np.nanmean(added(part), axis=1))
    if not np.isfinite(mean).any():
        return "Cost by component is undefined"
    sure = (low > 0) | (high < 0)
    if not sure.any():
        return finding(
            [f"No cost component clearly changes under {part.arm.title}", "No cost component clearly changes"]
        )
    most = int(np.nanargmax(np.where(sure, np.abs(mean), np.nan)))
    label, points = LABELS[part.components[most]], f"{plain(abs(float(mean[most])), 2)}%"
    what = f"most cost: {points}" if mean[most] > 0 else f"cost most: {points}"
    verb = _verb("add" if mean[most] > 0 else "cut", label)
    return finding([f"Under {part.arm.title}, {label.lower()} {verb} {what}", f"{label} {verb} {what}"])


def _verb(verb: str, label: str) -> str:
    """The verb as it follows a component's name: 'fees add', 'corruption adds'."""
    return verb if label.endswith(("fees", "Wages", "Inputs", "seized", "vetting")) else f"{verb}s"


def _components_alt(part: Decomposition) -> str:
    _, change, _ = edges_of(added(part))
    pieces = []
    for place, market in enumerate(part.markets):
        if np.isfinite(change[place]).any():
            most = int(np.nanargmax(np.abs(change[place])))
            pieces.append(
                f"{market_label(market)}: {LABELS[part.components[most]].lower()} "
                f"{plain(float(change[place][most]), 2)}% of the reference's cost"
            )
    return f"Panels by market of cost components; the largest change in each: {'; '.join(pieces)}."


def _component_rows(part: Decomposition, company: int) -> list[tuple[Cell, ...]]:
    """Both arms' costs; beside the scenario's, whether the pairs carry its change."""
    rows: list[tuple[Cell, ...]] = _change_rows(part, company)
    carried = carried_in(part.after, part.before, company * len(part.markets) * len(part.components))
    for name, samples in (("reference", part.before), ("scenario", part.after)):
        low, mean, high = edges_of(samples)
        rows += [
            (
                part.arm.name,
                market,
                component,
                part.units[m],
                name,
                float(mean[m, c]),
                float(low[m, c]),
                float(high[m, c]),
                int(carried[m, c]) if name == "scenario" else None,
            )
            for m, market in enumerate(part.markets)
            for c, component in enumerate(part.components)
        ]
    return rows


def _change_rows(part: Decomposition, company: int) -> list[tuple[Cell, ...]]:
    """What the picture shows: each component's change, and all together."""
    gaps = with_total(added(part))
    low, mean, high = edges_of(gaps)
    carried = carried_in(gaps, 0.0, company * gaps[0].size)
    unit = "% of the reference's cost"
    return [
        (
            *(part.arm.name, market, component, unit, "change"),
            *(float(of[m, c]) for of in (mean, low, high)),
            int(carried[m, c]),
        )
        for m, market in enumerate(part.markets)
        for c, component in enumerate((*part.components, "total"))
    ]


def _draw_components(part: Decomposition, width: float) -> "Figure":
    """What each component adds to the reference's cost, and all together; grey where it may be luck."""
    narrow = is_narrow(width)
    columns = 1 if narrow else 3
    labels = [*(LABELS[name] for name in part.components), "All together"]
    figure, shown = panels(
        width, len(part.markets), columns, 0.34 * len(labels) + 0.75, share_x=False, share_y=False, extra=0.35
    )
    gaps = with_total(added(part))
    sure = carried_in(gaps, 0.0, gaps[0].size).astype(bool)
    for place, axes in enumerate(shown):
        edges = np.array(edges_of(gaps[:, place]))
        for chosen, colour in ((sure[place], BLUE), (~sure[place], GREY)):
            series = [(np.where(chosen, edges, np.nan), colour)]
            interval_rows(axes, labels, series, 0.0, narrow=False, show=place % columns == 0)
        axes.axhline(len(labels) - 1.5, color=GREY, linewidth=0.8)
        heading(axes, market_label(part.markets[place]), 22 if narrow else 30)
        axes.set_xlim(*limits(edges, 0.0))
        few_ticks(axes, x=4)
        if place + columns >= len(shown):
            axes.set_xlabel("% of the cost without it")
    key(figure, [(f"{part.arm.title}, carried by the pairs", BLUE), ("May be luck", GREY)])
    return figure


def with_total(gaps: Floats) -> Floats:
    """Changes by component, and last their sum. (pairs, markets, components + 1)"""
    return np.concatenate([gaps, gaps.sum(axis=-1, keepdims=True)], axis=-1)
