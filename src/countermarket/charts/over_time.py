"""How the cost of illicit activity, and the alliance itself, develop from quarter to quarter."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermarket.analysis.cost_index import market_index, total_index
from countermarket.charts.chart import Cell, Chart
from countermarket.charts.material import (
    Arm,
    Floats,
    Material,
    Paired,
    carried_in,
    edges_of,
    measured,
    months_in_words,
    said,
    source_line,
)
from countermarket.charts.style import (
    BLUE,
    GREY,
    TURQUOISE,
    few_ticks,
    heading,
    heading_room,
    is_narrow,
    key,
    limits,
    panels,
    reference_line,
)
from countermarket.charts.words import capital, count, finding, in_words, plain, share_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


LANDED = ("landed_mean", "landed_low", "landed_high")
TWO_YEARS = 8
"""In quarters."""
LEAST = 0.03
"""Share of the reference below which a scenario leaves a measure as it is."""
CLEAR = 0.02
"""Share of the reference by which an end must differ to be called higher or lower."""


class Fan(NamedTuple):
    """An interval over time for one scenario, and the one it is shown against if it has its own."""

    title: str
    low: Floats
    mean: Floats
    high: Floats
    against: tuple[Floats, Floats] | None = None
    carried: NDArray[np.int64] | None = None
    """Whether the pairs carry the change in each month: 1 or 0, nothing where no one has asked."""
    landed: Floats | None = None
    """Low, mean and high of what has landed, where that is told beside. (3, months)"""


def cost_over_time(source: Material) -> Chart | None:
    """The headline index by quarter, one panel per scenario, the others' intervals in grey behind."""
    quarters, fans = _index_fans(source)
    if not len(quarters) or not any(np.isfinite(fan.mean).any() for fan in fans):
        return None
    period = months_in_words(str(quarters[0]), str(quarters[-1]))
    return Chart(
        name="cost_over_time",
        title=said(source, len(fans), over_time_finding(fans)),
        subtitle="Cost of illicit activity over the trailing twelve months, all markets and places, of what reaches "
        f"users and of what has landed, {period}; paired reference = 100; band: 80% interval over paired runs, "
        "line: mean",
        source=source_line(source),
        alt=_over_time_alt(fans),
        header=("scenario", "month", "mean", "low", "high", "carried", *LANDED),
        rows=_fan_rows(source.arms, fans, quarters),
        draw=lambda width: draw_fans(fans, quarters, width, 100.0, ""),
    )


def _index_fans(source: Material) -> tuple[np.ndarray, list[Fan]]:
    quarters: np.ndarray = np.array([], dtype=np.str_)
    fans = []
    for arm in source.arms:
        quarters = arm.runs.baseline.quarters
        by_market = market_index(arm.runs.baseline, arm.runs.scenario).market
        index = total_index(by_market, arm.runs.weights)
        carried = carried_in(index, 100.0, len(source.arms) * len(quarters))
        low, middle, high = edges_of(index)
        fans.append(Fan(arm.title, low, middle, high, landed=_landed(arm), carried=carried))
    return quarters, fans


def _landed(arm: Arm) -> Floats:
    """Low, mean and high of the index of what has landed. (3, quarters)"""
    by_market = market_index(arm.runs.baseline, arm.runs.scenario, of="landed_cost").market
    return edges_of(total_index(by_market, arm.runs.weights))


def over_time_finding(fans: list[Fan]) -> str:
    """Whether the leading scenario's effect lasts, grows or fades by the last quarter."""
    first = fans[0]
    if not (np.isfinite(first.low[-1]) and first.low[-1] > 100):
        return finding(
            [
                f"{first.title} ends with no clear rise in costs",
                "The leading scenario ends with no clear rise",
            ]
        )
    fate = _fate(first.mean - 100)
    return finding([f"The effect of {first.title} {fate}", f"The leading scenario's effect {fate}"])


def _fate(effect: Floats) -> str:
    """What becomes of an effect: against its peak, and against two years before."""
    share = float(effect[-1] / np.nanmax(effect))
    earlier = effect[-1 - TWO_YEARS] if len(effect) > TWO_YEARS else np.nan
    if share < 0.7:
        return f"fades to {plain(100 * share, 2)}% of its peak"
    return "is still growing" if share > 0.98 and effect[-1] > 1.1 * earlier else "lasts"


def _over_time_alt(fans: list[Fan]) -> str:
    parts = [
        f"{fan.title} ends at {plain(float(fan.mean[-1]), 4)} "
        f"(80% interval {plain(float(fan.low[-1]), 4)} to {plain(float(fan.high[-1]), 4)})"
        for fan in fans
    ]
    panels_of = f"{capital(count(len(fans), 'panel'))}, one per scenario, of the cost index by quarter."
    return f"{panels_of} {'; '.join(parts)}."


def _fan_rows(arms: tuple[Arm, ...], fans: list[Fan], months: np.ndarray) -> list[tuple[Cell, ...]]:
    return [
        (
            *(arm.name, str(month), float(fan.mean[place]), float(fan.low[place]), float(fan.high[place])),
            None if fan.carried is None else int(fan.carried[place]),
            *(() if fan.landed is None else (float(fan.landed[side, place]) for side in (1, 0, 2))),
        )
        for arm, fan in zip(arms, fans, strict=True)
        for place, month in enumerate(months)
    ]


def draw_fans(fans: list[Fan], months: np.ndarray, width: float, around: float | None, note: str) -> "Figure":
    """A panel per scenario: its interval over time, beside it what has landed or, in grey, its reference."""
    narrow = is_narrow(width)
    columns = 2 if narrow else 4 if len(fans) > 6 else 3
    characters = 18 if narrow else 24
    height = (1.75 if narrow else 2.0) + heading_room([fan.title for fan in fans], characters)
    figure, shown = panels(width, len(fans), columns, height, extra=0.5)
    years = years_of(months)
    for place, (axes, fan) in enumerate(zip(shown, fans, strict=True)):
        if fan.against is not None:
            axes.fill_between(years, *fan.against, color=GREY, alpha=0.8, linewidth=0)
        if fan.landed is not None:
            _draw_fan(axes, years, fan.landed, TURQUOISE)
        _draw_fan(axes, years, np.array([fan.low, fan.mean, fan.high]), BLUE)
        if around is not None:
            reference_line(axes, around, vertical=False)
        heading(axes, fan.title, characters)
        axes.set_xlim(years[0], years[-1])
        few_ticks(axes, x=2 if narrow else 3, y=4, whole=True)
        if place % columns:
            axes.tick_params(labelleft=False)
    every = np.concatenate([[*fan.low, *fan.high, *(() if fan.landed is None else fan.landed[1])] for fan in fans])
    shown[0].set_ylim(*limits(every, around if around is not None else float(np.nanmean(every)), least=0.5))
    two = [("Delivered to users", BLUE), ("Landed", TURQUOISE)]
    key(figure, two if fans[0].landed is not None else [("80% interval and mean", BLUE), (note, GREY)])
    return figure


def _draw_fan(axes: "Axes", years: np.ndarray, edges: Floats, colour: str) -> None:
    """A band and its mean."""
    axes.fill_between(years, edges[0], edges[2], color=colour, alpha=0.3, linewidth=0)
    axes.plot(years, edges[1], color=colour, linewidth=1.6)


def years_of(months: np.ndarray) -> Floats:
    """Months YYYY-MM as years with a fraction, each at its end."""
    return np.array([int(month[:4]) + int(month[5:]) / 12 for month in months.tolist()])


def alliance_trust(source: Material) -> Chart | None:
    """Mean trust within the alliance, month by month."""
    return _over_months(
        source,
        "alliance_trust",
        "Mean trust between members (0 none, 1 full)",
        lambda fans: _trend_finding(fans, "Alliance trust"),
    )


def alliance_members(source: Material) -> Chart | None:
    """How many jurisdictions are active members, month by month."""
    return _over_months(
        source,
        "alliance_members",
        "Active members of the alliance",
        lambda fans: _trend_finding(fans, "Active membership"),
    )


def _over_months(
    source: Material, measure: str, what: str, title: Callable[[list[Fan]], str]
) -> Chart | None:
    pairs = [measured(source, arm, measure, by=("month",)) for arm in source.arms]
    if not pairs or not len(pairs[0].labels["month"]):
        return None
    months = pairs[0].labels["month"]
    questions = len(pairs) * len(months)
    fans = [_beside_reference(arm, one, questions) for arm, one in zip(source.arms, pairs, strict=True)]
    if not any(np.isfinite(fan.mean).any() for fan in fans):
        return None
    touched = [fan for fan, one in zip(fans, pairs, strict=True) if _is_touched(one)] or fans[:1]
    return Chart(
        name=measure,
        title=said(source, len(fans), title(fans)),
        subtitle=f"{what}, {months_in_words(str(months[0]), str(months[-1]))}; "
        "band: 80% interval over runs, line: mean",
        source=source_line(source),
        alt=f"{capital(count(len(fans), 'panel'))}, one per scenario. "
        + "; ".join(
            f"{fan.title}: from {plain(float(fan.mean[0]))} to {plain(float(fan.mean[-1]))}" for fan in fans
        )
        + ".",
        header=("scenario", "month", "mean", "low", "high", "carried"),
        rows=_fan_rows(source.arms, fans, months),
        draw=lambda width: draw_fans(touched, months, width, None, "Paired reference's interval"),
        note=_step_note(measure, len(fans) - len(touched)),
    )


def _is_touched(paired: Paired) -> bool:
    """Whether a scenario moves a measure by a hundredth of its reference at any time, on average."""
    gaps = np.abs(np.nan_to_num(paired.after - paired.before)).mean(axis=0)
    return bool((gaps > LEAST * np.abs(np.nan_to_num(paired.before)).mean(axis=0)).any())


def _step_note(measure: str, left_out: int) -> str:
    """Why a line may fall in a step, and how many scenarios are not drawn."""
    step = "Trust is a mean over pairs of members: it falls in a step when states join that trust one another less. "
    out = f"Not drawn: {count(left_out, 'scenario')} that leave it as it is." if left_out else ""
    return f"{step if measure == 'alliance_trust' else ''}{out}".strip()


def _beside_reference(arm: Arm, paired: Paired, questions: int) -> Fan:
    below, _, above = edges_of(paired.before)
    low, mean, high = edges_of(paired.after)
    return Fan(arm.title, low, mean, high, (below, above), carried_in(paired.after, paired.before, questions))


def _trend_finding(fans: list[Fan], what: str) -> str:
    """Where the last interval lies against that of the reference, by 2% or more, over all scenarios."""
    above = sum(bool(fan.against and fan.low[-1] > fan.against[1][-1] * (1 + CLEAR)) for fan in fans)
    below = sum(bool(fan.against and fan.high[-1] < fan.against[0][-1] * (1 - CLEAR)) for fan in fans)
    if not above and not below:
        return f"{what} ends clearly changed in no scenario"
    if not (above and below):
        where = share_of(above or below, len(fans), "scenario")
        return f"{what} ends {'higher' if above else 'lower'} in {where}"
    return f"{what} ends higher in {count(above, 'scenario')}, lower in {in_words(below)}"
