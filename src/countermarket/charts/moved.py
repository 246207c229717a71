"""What moves elsewhere: deliveries where the scenario acts against deliveries everywhere else."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermarket.analysis.displacement import of_destinations
from countermarket.charts.chart import Chart
from countermarket.charts.material import (
    Arm,
    Floats,
    Material,
    carried_in,
    edges_of,
    ratio,
    said,
    source_line,
    window_in_words,
)
from countermarket.charts.style import (
    BLUE,
    DARK,
    ORANGE,
    few_ticks,
    heading,
    heading_room,
    interval_rows,
    is_narrow,
    key,
    limits,
    panels,
)
from countermarket.charts.words import capital, count, finding, from_to, market_label, share_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


HELD = 0.9
"""Share of all ends of intervals that the axis holds: one market must not set the scale of all."""


class Moved(NamedTuple):
    """Low, mean, high of the change inside and outside, % of the reference's whole. (3, markets)"""

    arm: Arm
    inside: Floats
    outside: Floats
    carried: dict[str, NDArray[np.int64]]
    """Whether the pairs carry each, by its name. (markets,)"""


def displacement(source: Material) -> Chart | None:
    """Change of deliveries inside and outside the places a scenario acts in, a panel per scenario."""
    shown = [moved(source, arm, places) for arm in source.arms if (places := inside_of(source, arm))]
    if not shown:
        return None
    return Chart(
        name="displacement",
        title=said(source, 2 * len(source.markets), displacement_finding(shown, source.markets)),
        subtitle="Change in units delivered, per cent of what the paired reference delivers everywhere, "
        f"{window_in_words(source)}; inside: where the scenario ever acts; line: 80% interval, dot: mean",
        source=source_line(source),
        alt=_alt(shown[0], source.markets),
        header=("scenario", "market", "place", "mean", "low", "high", "carried"),
        rows=[
            (
                *(part.arm.name, market, place, float(edges[1, m]), float(edges[0, m]), float(edges[2, m])),
                int(part.carried[place][m]),
            )
            for part in shown
            for place, edges in (("inside", part.inside), ("outside", part.outside))
            for m, market in enumerate(source.markets)
        ],
        draw=lambda width: _draw(shown, source.markets, width),
        note="Fewer units inside with more outside is displacement; fewer in both is diffusion of benefit. "
        "An arrowhead: the interval goes on; the data hold it whole.",
    )


def inside_of(source: Material, arm: Arm) -> tuple[str, ...]:
    """The jurisdictions that ever act in a scenario; none if that leaves no outside."""
    inside = tuple(arm.runs.entry["inside"]["jurisdictions"])
    return inside if set(source.study.manifest["world"]["jurisdictions"]) - set(inside) else ()


def moved(source: Material, arm: Arm, inside: tuple[str, ...]) -> Moved:
    """Changes at constant baseline cost, as a share of all the reference delivers in the market."""
    before, after = arm.runs.baseline, arm.runs.scenario
    shifts, _ = of_destinations(before, after, inside, source.window)
    everywhere, _ = of_destinations(before, after, before.jurisdictions.tolist(), source.window)
    recorded = before.markets.tolist()
    order = [recorded.index(market) for market in source.markets]
    whole = np.array([everywhere[m].baseline_inside for m in order]).T
    changes = {
        side: 100.0 * ratio(np.array([getattr(shifts[m], side) for m in order]).T, whole)
        for side in ("inside", "outside")
    }
    questions = len(changes) * len(order) * len(source.arms)
    carried = {side: carried_in(samples, 0.0, questions) for side, samples in changes.items()}
    return Moved(arm, edges_of(changes["inside"]), edges_of(changes["outside"]), carried)


def displacement_finding(shown: list[Moved], markets: tuple[str, ...]) -> str:
    """In how many markets deliveries surely fall inside and surely rise outside, leading scenario."""
    first = shown[0]
    fall, rise = first.inside[2] < 0, first.outside[0] > 0
    both, falls = int((fall & rise).sum()), int(fall.sum())
    if not falls:
        return finding(
            [
                f"{first.arm.title} clearly cuts deliveries inside in no market",
                "Deliveries clearly fall inside in no market",
            ]
        )
    if not both:
        return f"Deliveries fall inside in {count(falls, 'market')}; none clearly rise outside"
    if both == 1:
        one = market_label(markets[int(np.argmax(fall & rise))])
        return finding([f"{one} partly moves elsewhere"])
    return f"{capital(share_of(both, len(markets), 'market'))} partly move elsewhere"


def _alt(first: Moved, markets: tuple[str, ...]) -> str:
    parts = [
        f"{market_label(market)}: inside {from_to(*first.inside[::2, m])}%, "
        f"outside {from_to(*first.outside[::2, m])}%"
        for m, market in enumerate(markets)
    ]
    return f"Panels by scenario, rows by market. 80% intervals of {first.arm.title}: {'; '.join(parts)}."


def ends_of(shown: list[Moved]) -> tuple[float, float]:
    """Ends of the axis, the same in every panel: they hold most intervals, and a few run off."""
    ends = np.concatenate([[*part.inside[::2].ravel(), *part.outside[::2].ravel()] for part in shown])
    known = ends[np.isfinite(ends)]
    middle = np.concatenate([[*part.inside[1], *part.outside[1]] for part in shown])
    held = np.quantile(known, [1 - HELD, HELD]) if known.size else np.zeros(2)
    return limits(np.concatenate([held, middle]), 0.0)


def run_off(axes: "Axes", series: list[Floats], ends: tuple[float, float]) -> None:
    """An arrowhead at the edge of the panel for each interval that goes on beyond it."""
    for place, edges in enumerate(series):
        rows = np.arange(edges.shape[1]) + (place - (len(series) - 1) / 2) * 0.3
        for side, mark, beyond in ((0, "<", edges[0] < ends[0]), (1, ">", edges[2] > ends[1])):
            at = np.full(int(beyond.sum()), ends[side])
            (head,) = axes.plot(at, rows[beyond], mark, color=DARK, markersize=5, clip_on=False, zorder=6)
            head.set_in_layout(False)


def _draw(shown: list[Moved], markets: tuple[str, ...], width: float) -> "Figure":
    narrow = is_narrow(width)
    columns = 1 if narrow else 3
    characters = 22 if narrow else 28
    room = heading_room([part.arm.title for part in shown], characters)
    height = 0.42 * len(markets) + 0.85 + room
    extra = 0.6 if narrow else 0.4
    figure, grid = panels(width, len(shown), columns, height, share_x=False, share_y=False, extra=extra)
    ends = ends_of(shown)
    for place, (axes, part) in enumerate(zip(grid, shown, strict=True)):
        labels = [market_label(market) for market in markets]
        interval_rows(
            axes,
            labels,
            [(part.inside, BLUE), (part.outside, ORANGE)],
            0.0,
            narrow=False,
            show=place % columns == 0,
            characters=20,
        )
        run_off(axes, [part.inside, part.outside], ends)
        heading(axes, part.arm.title, characters)
        axes.set_xlim(*ends)
        few_ticks(axes, x=4)
        if place + columns >= len(shown):
            axes.set_xlabel("% of reference")
    key(figure, [("Inside: where the scenario acts", BLUE), ("Outside", ORANGE)])
    return figure
