"""Cost against throughput: whether dearer also means less, market by market, for every scenario."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermarket.analysis.cost_index import market_index
from countermarket.analysis.levels import mean
from countermarket.analysis.verdicts import CLEAR
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
    window_in_words,
)
from countermarket.charts.style import (
    BLUE,
    GREY,
    TURQUOISE,
    few_ticks,
    heading,
    is_narrow,
    key,
    limits,
    panels,
    reference_line,
)
from countermarket.charts.words import count, finding, from_to, in_words, market_label, share_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Crossing(NamedTuple):
    """Low, mean and high of the cost index and of the units delivered, by scenario and market."""

    scenarios: tuple[str, ...]
    titles: tuple[str, ...]
    markets: tuple[str, ...]
    cost: Floats
    """(3, scenarios, markets), paired reference = 100"""
    units: Floats
    """(3, scenarios, markets), paired reference = 100"""
    landed: Floats
    """(3, scenarios, markets), the same of what has landed"""
    carried: NDArray[np.int64]
    """Whether the pairs carry the change of cost, and of units: 1 or 0. (2, scenarios, markets)"""


def cost_and_throughput(source: Material) -> Chart | None:
    """The cost index of each market against the units delivered there."""
    if not source.arms:
        return None
    crossing = crossings(source)
    if not np.isfinite(crossing.cost[1] + crossing.units[1]).any():
        return None
    return Chart(
        name="cost_and_throughput",
        title=said(source, 2 * len(source.markets), throughput_finding(crossing)),
        subtitle="Units delivered (upright) against cost per unit (across) by market, "
        f"{window_in_words(source)}; "
        "to users and landed; paired reference = 100; arms of each cross: 80% intervals over paired runs",
        source=source_line(source),
        alt=_alt(crossing),
        header=(
            "scenario",
            "market",
            "cost_mean",
            "cost_low",
            "cost_high",
            "cost_carried",
            "units_mean",
            "units_low",
            "units_high",
            "units_carried",
            *("landed_mean", "landed_low", "landed_high"),
        ),
        rows=_rows(crossing),
        draw=lambda width: _draw(crossing, width),
        note="Below the line of 100 less is delivered; right of 100 each unit costs more to deliver. "
        "Arms may run off a panel; the data hold them whole.",
    )


def _rows(crossing: Crossing) -> list[tuple[Cell, ...]]:
    """Both changes of each scenario and market, and whether the pairs carry each."""
    return [
        (
            *(name, market),
            *(float(crossing.cost[k, s, m]) for k in (1, 0, 2)),
            int(crossing.carried[0, s, m]),
            *(float(crossing.units[k, s, m]) for k in (1, 0, 2)),
            int(crossing.carried[1, s, m]),
            *(float(crossing.landed[k, s, m]) for k in (1, 0, 2)),
        )
        for s, name in enumerate(crossing.scenarios)
        for m, market in enumerate(crossing.markets)
    ]


def crossings(source: Material) -> Crossing:
    """Cost as the comparison gives it; units summed over the window and paired."""
    units, carried, markets = [], [], source.markets
    questions = 2 * len(source.arms) * len(markets)
    for arm in source.arms:
        delivered = measured(source, arm, "units_delivered")
        during = source.window.holds(delivered.labels["month"])
        after, before = (np.nansum(part[..., during], axis=-1) for part in (delivered.after, delivered.before))
        changes = 100.0 * ratio(after, before)
        units.append(edges_of(changes))
        carried.append([carried_in(samples, 100.0, questions) for samples in (_cost_of(source, arm), changes)])
    cost, landed = (
        np.moveaxis(
            np.array([[_edges(arm.entry[name].get(market)) for market in markets] for arm in source.arms], dtype=float),
            *(2, 0),
        )
        for name in ("cost_index", "landed_index")
    )
    return Crossing(
        tuple(arm.name for arm in source.arms),
        tuple(arm.title for arm in source.arms),
        markets,
        cost,
        np.moveaxis(np.array(units), 1, 0),
        landed,
        np.moveaxis(np.array(carried), 1, 0),
    )


def _cost_of(source: Material, arm: Arm) -> Floats:
    """The cost index of each market over the window, markets in the order they are shown. (pairs, markets)"""
    before, after = arm.runs.baseline, arm.runs.scenario
    index = mean(market_index(before, after).market[..., source.window.holds(before.quarters)])
    recorded = before.markets.tolist()
    none = np.full(len(index), np.nan)
    return np.stack([index[:, recorded.index(name)] if name in recorded else none for name in source.markets], axis=1)


def _edges(interval: dict[str, float | None] | None) -> list[float]:
    return [
        np.nan if not interval or interval[side] is None else float(interval[side] or 0.0)
        for side in ("low", "mean", "high")
    ]


def throughput_finding(crossing: Crossing) -> str:
    """In how many markets the leading scenario clearly delivers less, of those it clearly makes dearer."""
    dearer = crossing.cost[0, 0] > 100 + CLEAR
    less = crossing.units[2, 0] < 100 - CLEAR
    title, both, those = crossing.titles[0], int((dearer & less).sum()), int(dearer.sum())
    if not those:
        return finding(
            [f"{title} makes no market clearly dearer", "The leading scenario makes no market clearly dearer"]
        )
    if not both:
        return finding([f"Dearer in {count(those, 'market')} but clearly less in none"])
    where = share_of(both, len(crossing.markets), "market")
    if both == those:
        return finding([f"{title}: dearer and less in {where}", f"Dearer and less in {where}"])
    return finding([f"Dearer in {count(those, 'market')}, clearly less in {in_words(both)}"])


def _alt(crossing: Crossing) -> str:
    parts = [
        f"{market_label(market)}: cost {from_to(*crossing.cost[::2, 0, m])}, "
        f"units {from_to(*crossing.units[::2, 0, m])}"
        for m, market in enumerate(crossing.markets)
    ]
    return (
        f"Panels by market; each cross is a scenario, {crossing.titles[0]} in blue, the others grey. "
        f"80% intervals of {crossing.titles[0]}, reference 100: {'; '.join(parts)}."
    )


def _draw(crossing: Crossing, width: float) -> "Figure":
    narrow = is_narrow(width)
    columns = 1 if narrow else 3
    figure, shown = panels(
        width, len(crossing.markets), columns, 2.6, share_x=False, share_y=False, extra=0.5
    )
    for m, axes in enumerate(shown):
        for s in range(len(crossing.scenarios) - 1, -1, -1):
            _cross(
                axes,
                crossing.cost[:, s, m],
                crossing.units[:, s, m],
                BLUE if s == 0 else GREY,
                5 if s == 0 else 3,
            )
        _cross(axes, crossing.landed[:, 0, m], crossing.units[:, 0, m], TURQUOISE, 4)
        reference_line(axes, 100.0)
        reference_line(axes, 100.0, vertical=False)
        across = [_shown(crossing.cost[:, :, m]), crossing.landed[1, :1, m]]
        axes.set_xlim(*limits(np.concatenate(across), 100.0))
        axes.set_ylim(*limits(_shown(crossing.units[:, :, m]), 100.0))
        few_ticks(axes, x=4, y=5)
        heading(axes, f"{market_label(crossing.markets[m])}, units delivered", 24)
        if m + columns >= len(crossing.markets):
            axes.set_xlabel("Cost per unit")
    others = [("Other scenarios", GREY)] if len(crossing.scenarios) > 1 else []
    key(figure, [(f"{crossing.titles[0]}, to users", BLUE), ("the same landed", TURQUOISE), *others])
    return figure


def _shown(edges: Floats) -> Floats:
    """What a panel must hold: the leading scenario's interval and the means of the others."""
    return np.concatenate([edges[:, 0], edges[1]])


def _cross(axes: "Axes", across: Floats, up: Floats, colour: str, order: int) -> None:
    """Both intervals of one scenario, crossing at their means."""
    if not np.isfinite([*across, *up]).all():
        return
    for x, y in (([across[0], across[2]], [up[1], up[1]]), ([across[1], across[1]], [up[0], up[2]])):
        axes.plot(
            x, y, color=colour, linewidth=2.5 if order > 3 else 1.5, zorder=order, solid_capstyle="butt"
        )
    axes.plot([across[1]], [up[1]], "o", color=colour, markersize=7 if order > 3 else 5, zorder=order)
