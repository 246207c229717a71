"""How trade stands at the start: prices on the cheapest paths and flows spread over the better ones."""

from typing import Any

import numpy as np

from countermarket.engine.arrays import exps, logs, powers
from countermarket.engine.compiled import kernel
from countermarket.model.opening.oracle import Paths, fee_steps, path_prices, price_steps
from countermarket.model.opening.order import set_order
from countermarket.model.state.codes import CONSENT, EXPLOITED, FRAUD, GOODS, INPUTS
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.trade import markets, routes
from countermarket.world.structure import World


def start_trade(state: State, world: World, parameters: Any, levers: Levers, access: Any) -> None:
    """Prices, flows, stocks and reference prices of an ordinary month. `access`: USD per unit, (L,)."""
    p = parameters[0]
    state.alliance["average_fee"] = p["base_fee"]
    state.legs["reference_flow"] = state.legs["flow"] = 1.0
    state.legs["risk"] = leg_risk(state, p)
    _spread_inputs(state, p)
    state.legs["access"] = access
    for layer in _producers_last(world):
        kind = int(world.layers["kind"][layer])
        if kind == CONSENT:
            _start_passage(state, p, layer)
        elif kind == FRAUD:
            _start_fraud(state, world, p, layer)
        else:
            _start_goods(state, p, layer)
    legs, nodes = state.legs, state.nodes
    state.legs["usual_access"] = _usual_access(state)
    _floor_flows(state)
    _note_ordinary_prices(state)
    set_order(state)
    legs["worth"] = np.maximum(nodes["price"][legs["end"]], nodes["price"][legs["start"]])
    legs["weight"] = legs["flow"] * legs["worth"]
    legs["usual"] = legs["flow"]
    _stock_up(state, p)
    _set_references(state, parameters, levers)


def _producers_last(world: World) -> list[int]:
    """Layers in an order that prices inputs before what is made of them."""
    inputs = {int(layer) for layer in world.layers["input_layer"] if layer >= 0}
    return [*sorted(inputs), *(layer for layer in range(len(world.layers)) if layer not in inputs)]


def leg_risk(state: State, p: Any) -> Any:
    """Risk compensation per member-month at the reference hazards. USD, (L,)."""
    legs = state.legs
    prison = p["routine_hazard"] * p["sentence_months"] * p["prison_month_value"]
    return legs["wage"] * (prison + p["death_rate"] * p["life_value"])[legs["market"]]


def steps(state: State, p: Any, rows: Any) -> Paths:
    """Price steps of some legs at their true loss, ordinary fees and reference flow."""
    legs = state.legs[rows]
    shares = (p["service_need"][legs["market"]] * state.alliance["average_fee"][0]).sum(axis=1)
    shares = np.minimum(0.9, (shares + p["bribe_share"][legs["market"]] * legs["corruption"]) * legs["journey"])
    hands = legs["hands_needed"] * (legs["wage"] * p["wage_markup"] + legs["risk"])
    outlay = legs["transport"] + legs["access"] + hands
    if len(rows) and legs["kind"][0] == CONSENT:
        onward = 1.0 - state.nodes["stay"][legs["end"]]
        return fee_steps(legs["start"], legs["end"], outlay, legs["probability"], shares, onward)
    return price_steps(legs["start"], legs["end"], p["capital_rate"], outlay, legs["probability"], shares)


def _ends(state: State, own: Any, kind: int, prices: Any) -> Any:
    """Where a layer's paths begin: sources at their cost, or the last places of passage, from which values run back."""
    nodes = state.nodes
    if kind == CONSENT:
        return np.where(own & (nodes["stay"] >= 1.0), 0.0, np.inf)
    bought = np.where(nodes["input_node"] >= 0, prices[nodes["input_node"]], 0.0) * nodes["input_units"]
    return np.where(own & (nodes["capacity"] > 0.0), nodes["unit_cost"] + bought, np.inf)


def _usual_access(state: State) -> Any:
    """Flow at which a leg's access costs what is usual: the mean of logs over the ways it competes with. (L,).

    Weighted by flow, so that scarcity shifts cost between ways and adds nothing on the whole. Ways compete into a
    place, or out of it for people who want to leave; victims of fraud have only their own.
    """
    legs = state.legs
    flow = np.maximum(legs["flow"], 1e-12)
    contested = np.where(legs["kind"] == CONSENT, legs["start"], legs["end"])
    whole, size = _sum_at(contested, flow, len(state.nodes)), len(state.nodes)
    mean = _sum_at(contested, flow * logs(flow), size) / np.maximum(whole, 1e-12)
    return np.where(legs["kind"] == FRAUD, flow, exps(mean[contested]))


def _spread_inputs(state: State, p: Any) -> None:
    """Producers of goods made from bought inputs want those inputs in proportion to their capacity."""
    nodes = state.nodes
    users = np.flatnonzero((nodes["input_node"] >= 0) & (nodes["capacity"] > 0.0))
    nodes["use"][nodes["input_node"][users]] = nodes["capacity"][users] * nodes["input_units"][users]


def _start_goods(state: State, p: Any, layer: int) -> None:
    """Prices and flows at which sources make what the better paths ask of them."""
    nodes, own = state.nodes, state.nodes["layer"] == layer
    rows = np.flatnonzero(state.legs["layer"] == layer)
    source = own & (nodes["capacity"] > 0.0)
    bought = _input_cost(state)
    costs = np.where(source, nodes["unit_cost"] + bought, np.inf)
    wanted = _first_wants(state, p, own)
    paths = steps(state, p, rows)
    for _ in range(1 if p["elastic_sources"] else FIRST_ROUNDS):
        prices = path_prices(paths, costs)
        through, output, flow = _assign(p, paths, prices, wanted, costs)
        marginal = marginal_cost(
            output, nodes["capacity"], nodes["unit_cost"], p["supply_elasticity"][layer], p["supply_reach"]
        )
        costs[source] = np.sqrt(costs[source] * (marginal + bought)[source])
    nodes["price"][own] = np.where(np.isfinite(prices), prices, 0.0)[own]
    nodes["flow"][own] = through[own]
    state.legs["flow"][rows] = flow


FIRST_ROUNDS = 12
"""Rounds of prices and flows before the first month; what is left to settle, the spin-up settles."""


def _first_wants(state: State, p: Any, own: Any) -> Any:
    """Units users and producers of other goods take in an ordinary month. (N,)."""
    nodes = state.nodes
    wanted = np.where(own, nodes["volume"] + nodes["use"], 0.0)
    if nodes["kind"][own][0] == EXPLOITED:
        wanted *= p["escape_rate"] + p["loss_ceiling"] * (1.0 - exps(-p["rescue_exposure"]))
        nodes["held"][own] = nodes["volume"][own]
    return wanted


def marginal_cost(output: Any, capacity: Any, unit_cost: Any, elasticity: float, reach: float) -> Any:
    """The price at which a source makes a quantity: the inverse of `inputs.supplied`. USD per unit, (N,)."""
    slope = elasticity * reach / (reach - 1.0)
    used = np.clip(output / np.maximum(capacity, 1e-12), 1e-3, 0.98 * reach)
    return unit_cost * powers((reach - 1.0) / (reach / used - 1.0), 1.0 / slope)


def _input_cost(state: State) -> Any:
    """Cost of bought inputs for one unit made, where they can be had. USD, (N,)."""
    nodes = state.nodes
    price = np.where(nodes["input_node"] >= 0, nodes["price"][nodes["input_node"]], 0.0)
    return price * nodes["input_units"]


def _assign(p: Any, paths: Paths, prices: Any, wanted: Any, costs: Any) -> tuple[Any, Any, Any]:
    """Carry what is wanted back to the sources over the better legs: units through nodes, made at nodes, on legs.

    Dial-like: a node is served over legs from cheaper nodes with weight exp(-(offer / price - 1) / k), and by its
    own source if it has one. Losses on the way are made up.
    """
    need, made, flow = wanted.copy(), np.zeros(len(wanted)), np.zeros(len(paths.start))
    offers = prices[paths.start] * paths.factor + paths.cost
    onward = prices[paths.start] < prices[paths.end]
    with np.errstate(invalid="ignore", over="ignore"):
        weights = np.where(onward, exps(-(offers / prices[paths.end] - 1.0) / p["access_scarcity"]), 0.0)
        own = np.where(np.isfinite(costs), exps(-(costs / prices - 1.0) / p["access_scarcity"]), 0.0)
    whole = np.bincount(paths.end, weights=weights, minlength=len(wanted)) + own
    ways = np.flatnonzero(weights > 1e-6 * whole[paths.end])
    ways = ways[np.argsort(paths.end[ways], kind="stable")]
    first = np.searchsorted(paths.end[ways], np.arange(len(wanted) + 1))
    dearest_first = np.argsort(np.where(np.isfinite(prices), prices, -1.0), kind="stable")[::-1].copy()
    carry_back(dearest_first, first, ways, paths, weights, own, whole, need, made, flow)
    return need, made, flow


@kernel
def carry_back(
    nodes: Any, first: Any, ways: Any, paths: Any, weights: Any, own: Any, whole: Any, need: Any, made: Any, flow: Any,
) -> None:  # fmt: skip
    """From the dearest node to the cheapest, split what each needs over the legs into it and its own source.

    The legs into node n are `ways[first[n]:first[n + 1]]`.
    """
    for node in nodes:
        if need[node] <= 0.0 or whole[node] <= 0.0:
            continue
        made[node] = need[node] * own[node] / whole[node]
        for way in range(first[node], first[node + 1]):
            leg = ways[way]
            flow[leg] = need[node] * weights[leg] / whole[node] * paths.lost[leg]
            need[paths.start[leg]] += flow[leg]


def _start_passage(state: State, p: Any, layer: int) -> None:
    """Fees on the cheapest ways, and people spread over the better ones from their homes to where they stay."""
    nodes, legs, own = state.nodes, state.legs, state.nodes["layer"] == layer
    rows = np.flatnonzero(legs["layer"] == layer)
    ends = _ends(state, own, CONSENT, nodes["price"])
    if not len(rows):
        return
    paths = steps(state, p, rows)
    fees = path_prices(paths, ends, passage=True)
    nodes["price"][own] = np.where(np.isfinite(fees), fees, 0.0)[own]
    waiting, going = np.where(own, nodes["capacity"], 0.0), np.zeros(len(nodes))
    flow = np.zeros(len(rows))
    starts, stops = legs["start"][rows], legs["end"][rows]
    left = path_prices(paths._replace(factor=np.ones(len(rows))), ends)  # the whole way, whoever stays: falls along it
    for node in np.argsort(np.where(np.isfinite(left), left, -1.0), kind="stable")[::-1]:
        going[node] = waiting[node] - nodes["stay"][node] * (waiting[node] - nodes["capacity"][node])
        if going[node] <= 0.0:
            continue
        out = np.flatnonzero((starts == node) & (left[stops] < left[node]))
        if not len(out):
            continue
        asked = paths.cost[out] + paths.factor[out] * fees[stops[out]]
        weights = exps(-(asked / asked.min() - 1.0) / p["access_scarcity"])
        for position, weight in zip(out, weights / weights.sum(), strict=True):
            moved = going[node] * weight
            flow[position] += moved / (1.0 - legs["probability"][rows[position]])
            waiting[legs["end"][rows[position]]] += moved
    legs["flow"][rows] = flow
    nodes["flow"][own] = np.where(nodes["stay"] < 1.0, going, waiting)[own]


def _start_fraud(state: State, world: World, p: Any, layer: int) -> None:
    nodes, legs = state.nodes, state.legs
    rows = np.flatnonzero(legs["layer"] == layer)
    supplies = world.supplies[world.supplies["layer"] == layer]
    strength = np.zeros(len(world.jurisdictions))
    strength[supplies["jurisdiction"]] = supplies["capacity"]
    weights = np.maximum(strength[legs["origin"][rows]], 1e-3)
    weights = weights * exps(-legs["access"][rows] / (p["access_scarcity"] * p["fraud_yield"]))
    share = weights / _sum_at(legs["end"][rows], weights, len(nodes))[legs["end"][rows]]
    legs["flow"][rows] = share * nodes["volume"][legs["end"][rows]] / (1.0 - legs["probability"][rows])
    own = nodes["layer"] == layer
    nodes["attempts"][own] = nodes["volume"][own]
    nodes["price"][own] = np.where(nodes["volume"][own] > 0.0, p["fraud_yield"], 0.0)


def _sum_at(rows: Any, values: Any, size: int) -> Any:
    return np.bincount(rows, weights=values, minlength=size)


def _floor_flows(state: State) -> None:
    """A leg without flow at the start gets the reference flow of a small one, a twentieth of its layer's mean."""
    legs = state.legs
    for layer in np.unique(legs["layer"]):
        own = legs["layer"] == layer
        used = legs["flow"][own]
        floor = 0.05 * (used[used > 0.0].mean() if (used > 0.0).any() else 1.0)
        legs["reference_flow"][own] = np.maximum(used, floor)


def _note_ordinary_prices(state: State) -> None:
    """The first price is what is ordinary at a node; where no path leads, its layer's median."""
    nodes = state.nodes
    nodes["ordinary"] = nodes["price"]
    for layer in np.unique(nodes["layer"]):
        own = nodes["layer"] == layer
        known = nodes["price"][own & (nodes["price"] > 0.0)]
        nodes["ordinary"][own & (nodes["price"] <= 0.0)] = np.median(known) if len(known) else 1.0


def _stock_up(state: State, p: Any) -> None:
    """Stocks at their cover; what they cost is booked as inputs until the spin-up has replaced it."""
    nodes = state.nodes
    goods = (nodes["kind"] == GOODS) | (nodes["kind"] == EXPLOITED)
    cover = np.where(nodes["feeds"], p["input_cover"], p["stock_cover"])
    cover = np.where(goods, cover, p["waiting_months"] * (nodes["kind"] == CONSENT))
    nodes["stock"] = cover * nodes["flow"]
    nodes["embodied"][:, INPUTS] = np.where(goods, nodes["stock"] * nodes["price"] * 0.5, 0.0)
    nodes["held_embodied"][:, INPUTS] = nodes["held"] * nodes["price"] * 0.5


def _set_references(state: State, parameters: Any, levers: Levers) -> None:
    """Reference prices: what users pay in the ordinary month, at which they want the documented volume."""
    nodes = state.nodes
    nodes["reference"] = 1.0
    routes.assess_legs(state, parameters, levers)
    markets.want(state, parameters, levers)
    passage = nodes["kind"] == CONSENT
    nodes["reference"] = np.where(
        passage, np.maximum(nodes["price"], 1.0), np.maximum(nodes["user_price"], 1e-6)
    )
    nodes["habit"] = 0.0
