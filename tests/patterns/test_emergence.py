"""What must emerge: never assigned anywhere, and to be found in at least 80% of draws of the calibrated ensemble.

Each test is named after its point in docs/model.md and states its tolerance. Under each draw, what is measured is
pooled over several lucks before it is judged. What holds in four draws in five by more than luck moves is asserted so;
where draws lie too near their bound for that, the mean over draws is asserted and the count is told: run with `-rP` to
see it. How far each number lies from its bound stands in `lucks.csv`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ensemble_runs import (
    COCAINE,
    LAST,
    PLACES,
    SMUGGLING,
    SYNTHETIC,
    WORLD,
    followed,
    in_most_draws,
    lever,
    pooled,
    tallies,
    told,
    usual,
)
from lucks import above, below
from small_runs import changed

from countermarket.model.state.codes import COMPONENTS, FINANCE, GOODS
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters
from countermarket.policy.shock_values import Shock

INTO_BRITAIN = [
    n
    for n, leg in enumerate(WORLD.legs)
    if WORLD.layers["market"][leg["layer"]] == COCAINE and PLACES[leg["destination"]] == "GBR"
]
BRITAIN = int(WORLD.legs["layer"][INTO_BRITAIN[0]]) * len(PLACES) + PLACES.index("GBR")
RICH = [PLACES[n] for n in np.argsort(-WORLD.jurisdictions["population"] * WORLD.jurisdictions["gdp_per_head"])[:15]]


# --- 1: squeezing one leg moves flow; the more of the cut is squeezed, the dearer ---------------------------


def into_britain(state: State) -> tuple[Any, float, float]:
    """Volume by leg, units delivered and their cost."""
    node = state.nodes[BRITAIN]
    return state.legs["volume"][INTO_BRITAIN].copy(), node["delivered"], node["cost"][: len(COMPONENTS)].sum()


def cost_and_flows(parameters: Parameters, closed: list[int], luck: int) -> tuple[float, Any]:
    """Cost per unit delivered in Britain and volume by leg, with these legs nine tenths closed."""
    names = tuple(WORLD.leg_names[n] for n in closed)
    shocks = (Shock(kind="route_closure", start=6, size=0.9, leg=names),) if names else ()
    seen = followed(parameters, changed(shocks=shocks), 42, into_britain, luck)[LAST]
    return sum(s[2] for s in seen) / max(sum(s[1] for s in seen), 1e-9), sum(s[0] for s in seen)


def squeezed(parameters: Parameters, luck: int) -> list[float]:
    """Flow on the other legs before and after the largest is squeezed; cost with none, one and three squeezed."""
    plain, flows = cost_and_flows(parameters, [], luck)
    largest = [INTO_BRITAIN[n] for n in np.argsort(-flows)]
    one, moved = cost_and_flows(parameters, largest[:1], luck)
    three, _ = cost_and_flows(parameters, largest[:3], luck)
    others = np.isin(INTO_BRITAIN, largest[1:])
    return [flows[others].sum(), moved[others].sum(), plain, one, three]


def test_point_1_squeezing_one_leg_moves_flow_and_squeezing_more_of_the_cut_raises_cost_more() -> None:
    """More goes by other legs, and one leg, then three, make goods dearer. In four draws in five, six lucks each."""
    before, after, plain, one, three = pooled(squeezed, 6).T
    margins = np.min([after / before - 1.0, one / plain - 1.0, three / one - 1.0], axis=0)
    told("flow moves and cost rises with the cut", margins)
    assert above("point 1: flow moves and cost rises with the cut", in_most_draws(margins), 0.0)


# --- 2: diminishing price gain of enforcement --------------------------------------------------------------


def sold_by_budget(parameters: Parameters, luck: int) -> Any:
    """Spent on and delivered of each good at one, two and three times the budget. (3, 2, goods)."""
    goods = WORLD.markets["kind"] == GOODS
    seen = [usual(parameters, luck)]
    seen += [tallies(parameters, changed(lever("agencies.budget_multiplier", x)), luck=luck) for x in (2.0, 3.0)]
    return [[run[LAST][name].sum(axis=0)[goods] for name in ("spent", "delivered")] for run in seen]


def test_point_2_the_price_gain_of_added_enforcement_declines_in_proportion() -> None:
    """Doubling effort raises the price, mean over goods, by more per cent than the same again does, mean over draws.

    Six lucks each. Draw by draw, and in dollars, it holds in some and not in others: those are told.
    """
    spent, delivered = np.moveaxis(pooled(sold_by_budget, 6), 2, 0)
    prices = spent / delivered
    rises = (prices / prices[:, :1]).mean(axis=2)
    first, second = np.diff(np.log(rises), axis=1).T
    told("the price gain declines in proportion, within 5% of the gain", 1.05 * first - second)
    dollars = np.diff(rises, axis=1).T
    told("the price gain declines in dollars, within 5% of the gain", 1.05 * dollars[0] - dollars[1])
    assert above("point 2: the second gain in price", in_most_draws(second), 0.0)
    assert above("point 2: the first gain beyond the second, per cent", np.mean(first - second), 0.0)


# --- 3: substitutable inputs --------------------------------------------------------------------------------


def sold_without_input(parameters: Parameters, luck: int) -> Any:
    """Spent on and delivered of synthetic drugs, by quarter: substitutes to be had, none, and no shock. (3, 2, 16)."""
    shocks = (Shock(kind="input", start=6, size=0.1, market=("synthetic",), substitutable=sub) for sub in (True, False))
    runs = [tallies(parameters, changed(shocks=(shock,)), 48, luck) for shock in shocks]
    seen = [run[:48, SYNTHETIC] for run in (*runs, usual(parameters, luck))]
    return [[run[name].reshape(-1, 3).sum(axis=1) for name in ("spent", "delivered")] for run in seen]


def test_point_3_a_shock_to_a_substitutable_input_fades_and_to_another_lasts() -> None:
    """Nine tenths of precursors gone: with substitutes the rise halves in 18 months, without it is 1.5 times as large.

    Means over draws, ten lucks each: in one draw the rise takes longer to halve, in another luck decides.
    """
    spent, delivered = np.moveaxis(pooled(sold_without_input, 10), 2, 0)
    prices = spent / delivered
    with_, without = prices[:, 0] / prices[:, 2] - 1.0, prices[:, 1] / prices[:, 2] - 1.0
    peaks = with_.argmax(axis=1)
    left = np.array([rise[peak : peak + 7].min() / rise[peak] for rise, peak in zip(with_, peaks, strict=True)])
    late = without[:, -6:].mean(axis=1) - 1.5 * with_[:, -6:].mean(axis=1)
    told("a shock to a substitutable input fades, to another it lasts", np.minimum(0.5 - left, late))
    assert below("point 3: what is left of a rise with substitutes", left.mean(), 0.5)
    assert above("point 3: the rise without substitutes beyond 1.5 times that with", late.mean(), 0.0)


# --- 8: sanctions by one leak, by many at once they bite ----------------------------------------------------


def finance_fee(parameters: Parameters, members: tuple[str, ...], luck: int) -> list[float]:
    """Mean fee of finance enablers, and the share of decentralised ones that are open, late in five years."""
    levers = {
        "alliance.members": members, "alliance.sanctions_per_year": 60.0,
        "alliance.sanctions_coordination": 1.0, "alliance.sanctions_target": "finance",
    }  # fmt: skip

    def watch(state: State) -> tuple[float, float]:
        finance = state.enablers["service"] == FINANCE
        return state.alliance["average_fee"][0, FINANCE], state.enablers["active"][finance].mean()

    policy = changed(*(lever(name, value) for name, value in levers.items())) if members else changed()
    return np.mean(followed(parameters, policy, 54, watch, luck)[LAST], axis=0).tolist()


def sanctioned(parameters: Parameters, luck: int) -> list[float]:
    """Fees under no sanctions, those of one state and those of fifteen; how much of the trade goes on."""
    (none, _), (one, _) = (finance_fee(parameters, members, luck) for members in ((), ("GBR",)))
    return [none, one, *finance_fee(parameters, tuple(RICH), luck)]


def test_point_8_sanctions_by_one_leak_by_many_bite_and_decentralised_enablers_survive() -> None:
    """One state raises the fee by less than a quarter of what fifteen at once do, and the sanctioned trade goes on.

    In four draws in five, four lucks each.
    """
    none, one, together, still_open = pooled(sanctioned, 4).T
    bite, leak = together / none - 1.0, one / none - 1.0
    margins = np.min([bite, 0.25 * bite - leak, still_open - 0.5], axis=0)
    told("one state's sanctions leak, many bite, enablers survive", margins)
    assert above("point 8: one state's sanctions leak, many bite, enablers survive", in_most_draws(margins), 0.0)


# --- 9: a demand fall lowers fees though enforcement tightens -----------------------------------------------


def crossings(parameters: Parameters, luck: int) -> Any:
    """Spent on and delivered of crossings by quarter of a year: demand down while budgets are up, and usual. (2, 2, 4).

    Two fifths fewer want to cross while budgets rise by a quarter.
    """
    fewer = Shock(kind="demand", start=6, size=0.6, market=("migrant_smuggling",))
    tight = changed(lever("agencies.budget_multiplier", 1.25), shocks=(fewer,))
    seen = [run[6:18, SMUGGLING] for run in (tallies(parameters, tight, 18, luck), usual(parameters, luck))]
    return [[run[name].reshape(4, 3).sum(axis=1) for name in ("spent", "delivered")] for run in seen]


def test_point_9_a_demand_fall_lowers_fees_within_a_year_even_while_enforcement_tightens() -> None:
    """The fee is lower in some quarter of the year, in four draws in five, eight lucks each."""
    spent, delivered = np.moveaxis(pooled(crossings, 8), 2, 0)
    fees = spent / delivered
    margins = 1.0 - (fees[:, 0] / fees[:, 1]).min(axis=1)
    told("a demand fall lowers the fee", margins)
    assert above("point 9: a demand fall lowers the fee", in_most_draws(margins), 0.0)


# --- 10: levers interact -----------------------------------------------------------------------------------

PARTS = (
    {
        "alliance.data_sharing_share": 0.8, "alliance.common_standards": 0.8, "alliance.channel": "joint_team",
        "alliance.federated_data": 0.8,
    },
    {"alliance.joint_action_share": 0.5},
    {"alliance.pooled_compute": 0.8, "alliance.innovation_budget": 5e8},
)  # fmt: skip
"""Sharing evidence, acting together, and computing power to read with, among the fifteen largest economies."""


def major_operations(parameters: Parameters, luck: int, parts: tuple[dict[str, Any], ...]) -> float:
    """Operations a month that take a group's strength in good part (moderate and major), late in six years."""

    def watch(state: State) -> float:
        return float(state.alliance["moderate"][0] + state.alliance["major"][0])

    levers = {"alliance.members": tuple(RICH)} | {name: value for part in parts for name, value in part.items()}
    policy = changed(*(lever(name, value) for name, value in levers.items()))
    return float(np.mean(followed(parameters, policy, 72, watch, luck)[24:]))


def added(parameters: Parameters, luck: int) -> list[float]:
    """Operations that each part adds alone, and all together."""
    none = major_operations(parameters, luck, ())
    each = [(part,) for part in PARTS]
    return [major_operations(parameters, luck, parts) - none for parts in (*each, PARTS)]


def test_point_10_the_package_differs_from_the_sum_of_its_parts() -> None:
    """On the mean of draws, each of four lucks, the parts together add more operations than the sum of each alone.

    Each draw counts alike: pooled, the one with most operations would decide; one in which no part adds any says
    nothing. In one draw it is a difference of differences of few operations: where it differs either way by 5% is
    told. Costs and prices do not show it: there package and sum differ by no more than luck.
    """
    *parts, package = pooled(added, 4).T
    some = np.abs(parts).sum(axis=0) > 0.0
    beyond, size = (package - np.sum(parts, axis=0))[some], np.abs(parts).sum(axis=0)[some]
    told("the package differs from the sum of its parts by 5%", np.abs(beyond) - 0.05 * size)
    assert above("point 10: the package beyond the sum of its parts", np.mean(beyond / size), 0.0)
