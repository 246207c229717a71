"""The tables and the chart of the page on risks and prices."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from countermarket.charts.chart import Cell, Chart
from countermarket.charts.style import BLUE, ORANGE, few_ticks, heading, key, panels, row_axis
from countermarket.evidence.replications import zero_profit
from countermarket.evidence.replications.blocks import rise, share, table, whole
from countermarket.evidence.replications.risks_and_prices import (
    CASES,
    EFFORTS,
    FULL,
    Outcome,
    Size,
    arrested,
    enforced,
    outcome,
    run,
    served,
    weighted,
)
from countermarket.evidence.replications.zero_profit import USUAL
from countermarket.model.running.frictionless import Settled
from countermarket.model.state.codes import (
    CORRUPTION,
    DELAY,
    FEES,
    FINANCE,
    INPUTS,
    N_COMPONENTS,
    RISK,
    SEIZED,
    TRANSPORT,
    WAGES,
)
from countermarket.parameters.load import load_parameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PARTS = {
    "the goods at their source": [INPUTS],
    "transport": [TRANSPORT],
    "wages net of risk": [WAGES],
    "compensation for risk": [RISK],
    "seizures and fees for laundering": [SEIZED, FEES + FINANCE],
    "other enablers and bribes": [FEES, FEES + 2, FEES + 3, CORRUPTION],
    "interest": [DELAY],
}
PRINTED = {"compensation for risk": "over 50%", "seizures and fees for laundering": "10 to 15%"}
"""Caulkins and Reuter 1998 for cocaine sold in the United States, as summarised by NRC 2001."""


class Made(NamedTuple):
    """What the page is made of."""

    usual: Settled
    base: Outcome
    cases: dict[str, Outcome]
    efforts: dict[float, Outcome]
    """All enforcement at so many times what it is."""
    arrests: dict[float, Outcome]
    """Arrests alone."""


def made(size: Size = FULL) -> Made:
    """Run the market as it is and under every case (some minutes at full size)."""
    usual, parameters = run(USUAL, size), load_parameters()
    return Made(
        usual,
        outcome(usual, USUAL, size),
        {name: outcome(usual, case, size) for name, case in CASES.items()},
        {effort: outcome(usual, enforced(effort, parameters), size) for effort in EFFORTS},
        {effort: outcome(usual, arrested(effort, parameters), size) for effort in EFFORTS},
    )


def blocks(priced: Made) -> dict[str, str]:
    """The page's tables, by name."""
    return {
        "parts": _parts(priced), "cases": _cases(priced), "passed_on": _passed_on(priced),
        "effort": _effort(priced),
    }  # fmt: skip


def composition(usual: Settled, weights: Any) -> tuple[Any, Any]:
    """Parts of the price to users by theory and by the agents' books, USD per kg. (components,) twice."""
    there = weights > 0.0
    booked = usual.costs[there, :N_COMPONENTS] / usual.delivered[there, None]
    return weighted(weights, zero_profit.parts(usual)), weighted(weights[there], booked)


def in_the_states(usual: Settled) -> Any:
    """All weight on the market's users in the United States. (N,)."""
    nodes, place = usual.state.nodes, zero_profit.shipped_world().jurisdiction_names.index("USA")
    own = (nodes["market"] == zero_profit.market_number()) & (nodes["jurisdiction"] == place)
    return np.where(own & (nodes["volume"] > 0.0), 1.0, 0.0)


def _parts(priced: Made) -> str:
    theory, agents = composition(priced.usual, served(priced.usual))
    states = composition(priced.usual, in_the_states(priced.usual))
    rows = []
    for name, which in PARTS.items():
        cells = (column[which].sum() / column.sum() for column in (*states, theory, agents))
        rows.append([name, PRINTED.get(name, ""), *(share(cell) for cell in cells)])
    totals = (column.sum() for column in (*states, theory, agents))
    rows.append(["all, USD per kg to users", "", *(whole(value) for value in totals)])
    heads = ["", "printed, USA", "USA, theory", "USA, agents", "world, theory", "world, agents"]
    return table(heads, rows)


def changes(priced: Made, case: Outcome) -> list[float]:
    """Rise of each of a case's prices over the unchanged market's, theory over theory, agents over agents."""
    return [after / before - 1.0 for after, before in zip(case, priced.base, strict=True)]


def _cases(priced: Made) -> str:
    rows = []
    for name, case in priced.cases.items():
        agents, best, old, users, said = changes(priced, case)[:5]
        rows.append([name, *(rise(value) for value in (old, best, agents, said, users))])
    heads = [
        "", "wholesale: theory, old path", "wholesale: theory, cheapest path", "wholesale: agents",
        "users: theory", "users: agents",
    ]  # fmt: skip
    return table(heads, rows)


def _passed_on(priced: Made) -> str:
    """What a dearer source does further on: dollar for dollar, per cent for per cent, or between."""
    case, base = priced.cases["goods twice as dear at the source"], priced.base
    source = float(weighted(served(priced.usual), zero_profit.source_prices(priced.usual)))
    rows = [
        [
            name, whole(before), f"+{whole(source)}", f"+{whole(before)}", f"+{whole(said - theory)}",
            f"+{whole(after - before)}", f"{(after - before) / source:.2f}",
        ]
        for name, before, after, theory, said in (
            ("wholesale", base.agents, case.agents, base.predicted, case.predicted),
            ("users", base.agents_users, case.agents_users, base.predicted_users, case.predicted_users),
        )
    ]  # fmt: skip
    heads = [
        "USD per kg", "price before", "additive: as at the source", "multiplicative: doubled", "our theory",
        "our agents", "dollars for each dollar at the source",
    ]  # fmt: skip
    return table(heads, rows)


def _effort(priced: Made) -> str:
    rows = []
    for effort in EFFORTS:
        alone, both = priced.arrests[effort], priced.efforts[effort]
        prices = (alone.predicted, alone.agents, both.predicted, both.followed, both.agents)
        rows.append([f"{effort:g}", *(whole(price) for price in prices)])
    heads = [
        "enforcement, times what it is", "arrests alone: theory", "arrests alone: agents",
        "all: theory, officers stay", "all: theory, officers where they ended", "all: agents",
    ]  # fmt: skip
    return table(heads, rows)


# The chart.


def chart(priced: Made) -> Chart:
    """Theory and agents side by side: left under single changes, right as enforcement grows."""
    names = list(CASES)
    said = [changes(priced, priced.cases[name])[1] for name in names]
    did = [changes(priced, priced.cases[name])[0] for name in names]
    rows: list[tuple[Cell, ...]] = [
        (name, "", 100.0 * theory, 100.0 * agents, "") for name, theory, agents in zip(names, said, did, strict=True)
    ]
    for effort in EFFORTS:
        for name, outcomes in (("arrests alone", priced.arrests), ("all enforcement", priced.efforts)):
            at = outcomes[effort]
            rows.append((name, effort, at.predicted, at.agents, at.followed))
    return Chart(
        "risks_and_prices",
        "Without frictions, agents set the price that theory predicts",
        "Left: rise of the wholesale price of cocaine, %. Right: price, thousand USD per kg. Frictionless limit",
        "Reuter and Kleiman (1986); Caulkins and Reuter (2010); countermarket, oracle mode",
        "Left, dots of theory and agents for six changes of risk or cost lie close together. Right, price by "
        "enforcement: with arrests alone it flattens; with interdiction too it bends up once officers follow "
        "the goods, far above what is predicted if officers stay and near what is predicted where they ended.",
        ("what", "times usual", "theory", "agents", "theory, officers where they ended"),
        rows,
        lambda width: _draw(priced, names, said, did, width),
        "Each price is the mean over destinations weighted by deliveries.",
    )


def _draw(priced: Made, names: list[str], said: list[float], did: list[float], width: float) -> "Figure":
    narrow = width < 6.0
    figure, (left, right) = panels(width, 2, 1 if narrow else 2, 3.6, share_x=False, share_y=False)
    places = np.arange(len(names))
    row_axis(left, [_broken(name) for name in names])
    left.plot(100.0 * np.array(said), places - 0.12, "o", color=BLUE, markersize=8)
    left.plot(100.0 * np.array(did), places + 0.12, "o", color=ORANGE, markersize=8)
    left.set_xlim(0, None)
    heading(left, "Rise of the wholesale price, %", 30)
    few_ticks(left, x=4)
    _draw_efforts(right, priced)
    key(figure, [("Theory, from the unchanged market (dashed: officers where they ended)", BLUE), ("Agents", ORANGE)])
    return figure


def _draw_efforts(axes: "Axes", priced: Made) -> None:
    efforts = np.array(EFFORTS)
    ends = []
    for outcomes, name in ((priced.arrests, "arrests alone"), (priced.efforts, "all enforcement")):
        theory = np.array([outcomes[effort].predicted for effort in EFFORTS]) / 1000.0
        agents = np.array([outcomes[effort].agents for effort in EFFORTS]) / 1000.0
        axes.plot(efforts, theory, color=BLUE)
        axes.plot(efforts, agents, "o-", color=ORANGE, linewidth=1.4)
        ends.append((float(agents[-1]), name))
    stay, followed = (
        np.array([getattr(priced.efforts[effort], name) for effort in EFFORTS]) / 1000.0
        for name in ("predicted", "followed")
    )
    axes.plot(efforts, followed, color=BLUE, linestyle="--", linewidth=1.4)
    ends += [(float(followed[-1]), "(officers follow)"), (float(stay[-1]), "(officers stay)")]
    axes.set_xlim(0, 6.3)
    axes.set_ylim(0, None)
    _name_ends(axes, ends)
    axes.set_xticks([0, 1, 2, 3, 4])
    axes.set_xlabel("Enforcement, times what it is")
    heading(axes, "Wholesale price, thousand USD per kg", 38)
    few_ticks(axes, y=5)


def _name_ends(axes: "Axes", ends: list[tuple[float, str]]) -> None:
    """A name at the end of each line; of two that would cover each other, the lower moves down."""
    room, place = 0.07 * axes.get_ylim()[1], float("inf")
    for height, name in sorted(ends, reverse=True):
        place = min(height, place - room)
        axes.text(4.1, place, name, va="center", ha="left")


def _broken(name: str) -> str:
    words = name.split()
    half = (len(words) + 1) // 2
    return " ".join(words[:half]) + ("\n" + " ".join(words[half:]) if len(words) > 2 else "")
