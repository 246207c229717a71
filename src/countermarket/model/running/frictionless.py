"""Oracle mode: the model without frictions, whose prices must be the generalised shortest path."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.compiled import in_order
from countermarket.engine.streams import replicate_key
from countermarket.model.month import MONTH, run_month
from countermarket.model.opening.flows import steps
from countermarket.model.opening.initial import initial_state
from countermarket.model.opening.oracle import path_prices
from countermarket.model.running.schedule import schedule
from countermarket.model.state.codes import CONSENT, FRAUD
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, access_of, pack, replace
from countermarket.policy.reading import load_scenario
from countermarket.world.structure import World

FRICTIONLESS = {
    "elastic_sources": 1, "proportional_losses": 1, "perfect_perception": 1, "congestion_of_enforcement": 0,
    "technology_drift": 0, "fixed_fees": 1, "choice_noise": 0.01, "switching_cost": 0, "retooling_months": 0,
    "search_rate": 0.1, "effort_speed": 0.2, "entry_rate": 0.0005, "n_groups": 8000, "alternatives": 6,
    "skill_spread": 0, "foreign_skill": 1, "stance_cost": 0, "confusion": 0,
    "informal_markup": 1, "risk_markup": 0, "sanction_markup": 0, "self_supply_loss": 0, "vetting_months": 0,
    "retainer_share": 0, "sighting": 0, "succession_violence": 0, "patron_pay": 0, "give_up_rate": 0,
    "turnover_rate": 0, "growth_returns": 0.1, "utilisation_softness": 0.02, "price_speed": 0.1, "least_share": 0.01,
    "patience_months": 240, "waiting_months": 2, "forfeiture_rate": 0, "wage_response": 0, "quality_response": 0,
    "diversification": 0.02, "tasking_hands": 0, "replacement_share": 0, "enabler_action_chance": 0,
}  # fmt: skip
"""Elastic sources, constant returns, free search, true perception, expected losses, fixed wages and fees.

Eight thousand groups, so that even a small leg has several: with few, its lumpy supply pulls its mean price down.
"""


def frictionless(parameters: Parameters) -> Parameters:
    """Parameters with every friction off. What stays is what the shortest path knows of."""
    return replace(parameters, FRICTIONLESS)


class Settled(NamedTuple):
    """A market without frictions after it has settled: means over its last months."""

    state: State
    parameters: Any
    prices: Any
    """Mean price at each node. USD per unit, (N,)."""
    flows: Any
    """Mean flow through each node, units a month; smuggling: persons taken on. (N,)."""
    user_prices: Any
    """Mean price to users at each node. USD per unit, (N,)."""
    delivered: Any
    """Mean units delivered to users at each node a month. (N,)."""
    costs: Any
    """Mean embodied cost of what was delivered at each node a month, by component. USD, (N, components + 1)."""


LAST = 100
"""Months over which means are taken."""


def settle(
    world: World,
    parameters: Parameters,
    months: int = 600,
    seed: int = 0,
    change: Callable[[Levers], None] | None = None,
    groups: int | None = None,
) -> Settled:
    """Run `months` without frictions; `change` moves levers once the first prices and flows are set.

    `groups` is the number of slots in use, by default that of oracle mode.
    """
    free = frictionless(parameters)
    packed = pack(replace(free, {"n_groups": groups or free["n_groups"]}), world)
    levers = empty_levers(world)
    present = schedule(load_scenario("baseline"), world).changes[-1]
    state = initial_state(world, packed, present, levers, replicate_key(seed, 0), access_of(free, world))
    if change is not None:
        change(levers)
    mechanisms = [in_order(MONTH, state, packed, levers)]
    nodes = state.nodes
    passage = nodes["kind"] == CONSENT
    prices, flows, user_prices, delivered = np.zeros((4, len(nodes)))
    costs = np.zeros_like(nodes["cost"])
    for month in range(months):
        run_month(state, packed, levers, mechanisms)
        if month >= months - LAST:
            prices += nodes["price"] / LAST
            flows += np.where(passage, nodes["taken"], nodes["flow"]) / LAST
            user_prices += nodes["user_price"] / LAST
            delivered += nodes["delivered"] / LAST
            costs += nodes["cost"] / LAST
    return Settled(state, packed, prices, flows, user_prices, delivered, costs)


def price_errors(
    world: World, parameters: Parameters, months: int = 600, seed: int = 0, runs: int = 1
) -> dict[str, Any]:
    """Relative error of each node's price against the oracle, by market, after `months` without frictions.

    Mean price of the last 100 months, and of as many runs with seeds from `seed` on, at nodes through which at least
    half a per cent of the layer's largest flow passes. Smuggling: fee still to pay. Arrays (nodes,), by market name.
    """
    settled_runs = [settle(world, parameters, months, seed + number) for number in range(runs)]
    prices, flows = (np.mean([getattr(run, name) for run in settled_runs], axis=0) for name in ("prices", "flows"))
    exact = np.mean([shortest_paths(run.state, run.parameters) for run in settled_runs], axis=0)
    settled = settled_runs[0]._replace(prices=prices, flows=flows)
    traded = well_traded(settled, exact)
    errors = settled.prices / np.where(traded, exact, 1.0) - 1.0
    markets = settled.state.nodes["market"]
    return {
        name: errors[traded & (markets == market)]
        for market, name in enumerate(world.market_names)
        if (traded & (markets == market)).any()
    }


def well_traded(settled: Settled, exact: Any) -> Any:
    """Nodes with a price and at least half a per cent of their layer's largest flow. (N,)."""
    layers = settled.state.nodes["layer"]
    largest = np.zeros(layers.max() + 1)
    np.maximum.at(largest, layers, settled.flows)
    return (settled.flows > 0.005 * largest[layers]) & np.isfinite(exact) & (exact > 0.0)


def shortest_paths(state: State, parameters: Any) -> Any:
    """Price that the generalised shortest path gives each node of goods, fee of each place of passage. (N,)."""
    p, nodes = parameters[0], state.nodes
    prices = np.full(len(nodes), np.nan)
    inputs = nodes["input_node"]
    for layer in sorted(
        np.unique(nodes["layer"]), key=lambda layer: bool((inputs[nodes["layer"] == layer] >= 0).any())
    ):
        own = nodes["layer"] == layer
        rows = np.flatnonzero(state.legs["layer"] == layer)
        kind = nodes["kind"][own][0]
        if kind == FRAUD or not len(rows):
            continue
        if kind == CONSENT:
            sources = np.where(own & (nodes["stay"] >= 1.0), 0.0, np.inf)
        else:
            bought = np.where(inputs >= 0, np.nan_to_num(prices[inputs]), 0.0) * nodes["input_units"]
            sources = np.where(own & (nodes["capacity"] > 0.0), nodes["unit_cost"] + bought, np.inf)
        prices[own] = path_prices(steps(state, p, rows), sources, passage=kind == CONSENT)[own]
    return prices
