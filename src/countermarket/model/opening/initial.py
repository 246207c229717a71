"""The state before the first month: prices along the cheapest paths, flows over the better ones, groups on them."""

from typing import Any

import numpy as np

from countermarket.declared.slots import market_slots
from countermarket.declared.vocabulary import DOMAINS, SERVICES
from countermarket.engine.arrays import exps, logs, powers
from countermarket.engine.elementary import log
from countermarket.engine.streams import AUDIT, uniform
from countermarket.model.law import agencies, enforcement
from countermarket.model.opening import flows
from countermarket.model.opening.founding import add_enablers, add_groups
from countermarket.model.opening.order import leaving_legs
from countermarket.model.state.codes import FRAUD, MODE_DOMAIN, SECTORS
from countermarket.model.state.crime import Enabler, Group
from countermarket.model.state.law import Agency, Alliance
from countermarket.model.state.levers import Levers
from countermarket.model.state.row import table
from countermarket.model.state.society import Community
from countermarket.model.state.tables import Clock, State
from countermarket.model.state.trade import Leg, Node, Tally
from countermarket.model.trade import routes
from countermarket.world.structure import World

FREEZE_MONTHS = 12
"""Months from freezing to confiscation. Definition: a year."""


def initial_state(
    world: World, parameters: Any, present: Levers, levers: Levers, key: np.uint64, access: Any = 0.0
) -> State:
    """The world at the start of the spin-up, under present levers. `access`: USD per unit by leg, (L,)."""
    p = parameters[0]
    for target, source in zip(levers, present, strict=True):
        target[:] = source
    state = empty_state(world, p, key)
    _describe_communities(state, world, p)
    _describe_agencies(state, world, p)
    _describe_nodes(state, world, p)
    _describe_legs(state, world, p)
    enforcement.set_powers(state, parameters, levers)
    flows.start_trade(state, world, parameters, levers, access)
    agencies.allocate(state, parameters, levers)
    state.legs["reference_effort"] = state.legs["effort"]
    routes.assess_legs(state, parameters, levers)
    routes.price_legs(state, parameters, levers)
    add_enablers(state, world, parameters)
    add_groups(state, world, parameters)
    return state


def empty_state(world: World, p: Any, key: np.uint64) -> State:
    """Tables of the right size with nothing in them yet."""
    places, markets = len(world.jurisdictions), len(world.market_names)
    slots = market_slots(world.market_names)
    clock = table(Clock, 1)
    clock["key"] = key
    clock["month"] = -int(p["spin_up_months"])
    start, legs = _legs_by_place(world)
    leave_start, leave_legs = leaving_legs(world)
    return State(
        clock=clock,
        groups=table(Group, int(p["n_groups"] * p["spare_slots"]), slots),
        enablers=table(Enabler, int(p["n_enablers"])),
        enabler_slots=np.zeros(len(SERVICES) + 1, np.int64),
        serves=np.zeros((len(SERVICES), places, places), bool),
        agencies=table(Agency, places, slots),
        communities=table(Community, places, slots),
        alliance=table(Alliance, 1),
        trust=np.zeros((places, places, len(DOMAINS))),
        base_trust=np.zeros((places, places)),
        custody=np.zeros((FREEZE_MONTHS, places)),
        custody_market=np.zeros((FREEZE_MONTHS, markets)),
        nodes=table(Node, len(world.layers) * places),
        legs=table(Leg, len(world.legs)),
        order=np.zeros(len(world.layers) * places, np.int32),
        leave_start=leave_start,
        leave_legs=leave_legs,
        reach_start=start,
        reach_legs=legs,
        candidates=np.zeros((markets, places)),
        tallies=table(Tally, markets),
        ledger=np.zeros(len(SECTORS)),
    )


def _legs_by_place(world: World) -> tuple[Any, Any]:
    """Legs of each market that touch each jurisdiction, as one list with where each part starts."""
    markets = world.layers["market"][world.legs["layer"]]
    places = len(world.jurisdictions)
    keys = np.concatenate(
        [markets * places + world.legs["origin"], markets * places + world.legs["destination"]]
    )
    legs = np.tile(np.arange(len(world.legs)), 2)
    order = np.lexsort((legs, keys))
    start = np.searchsorted(keys[order], np.arange(len(world.market_names) * places + 1))
    return start.astype(np.int64), legs[order].astype(np.int32)


def _describe_communities(state: State, world: World, p: Any) -> None:
    places, communities = world.jurisdictions, state.communities
    communities["population"] = places["population"]
    communities["pay"] = 1.0
    communities["wage"] = places["legal_wage"]
    communities["corruption"] = communities["base_corruption"] = places["corruption"]
    communities["base_vulnerability"] = p["vulnerability_ceiling"] * (1.0 - places["effectiveness"])
    communities["base_vulnerability"] = np.maximum(0.05, communities["base_vulnerability"])
    communities["vulnerability"] = communities["base_vulnerability"]
    communities["patronage"] = places["patronage"]
    communities["patron_shift"] = 1.0
    communities["hiring"] = 1.0
    wealth = places["population"] * places["gdp_per_head"] * (1.0 + places["haven"])
    communities["finance_weight"] = wealth / wealth.sum()
    communities["hazard"] = communities["routine"] = p["routine_hazard"]
    communities["selling_hazard"] = communities["selling_routine"] = p["seller_hazard"]
    _describe_violence(communities, places, p)


def _describe_violence(communities: Any, places: Any, p: Any) -> None:
    """Homicides in ordinary times, and how dangerous work in the trade is: by place, from published rates."""
    organised = places["homicide_rate"] * places["organised_share"]
    deaths = places["population"] * 1e-5 / 12.0
    communities["organised_deaths"] = organised * deaths
    communities["street_deaths"] = (places["homicide_rate"] - organised) * deaths
    communities["danger"] = powers(np.maximum(organised, 1e-3) / p["danger_reference"], p["danger_elasticity"])
    communities["death"] = communities["danger"][:, None] * p["death_rate"]


def _describe_agencies(state: State, world: World, p: Any) -> None:
    places, agencies_ = world.jurisdictions, state.agencies
    agencies_["integrity"] = 1.0 - p["corruption_loss"] * places["corruption"]
    agencies_["throughput"] = 1.0
    agencies_["contribution"] = p["first_contribution"]
    lots = [uniform(state.clock[0], AUDIT, j, 2) for j in range(len(places))]
    agencies_["rides"] = np.array(lots) < p["club_riders"]
    law = np.sqrt(np.outer(places["rule_of_law"], places["rule_of_law"]))
    trust = p["trust_other"] * law
    for column, level in (("eu", p["trust_union"]), ("five_eyes", p["trust_close"])):
        trust = np.where(np.outer(places[column], places[column]), level, trust)
    state.base_trust[:] = trust
    state.trust[:] = trust[:, :, None]


def _describe_nodes(state: State, world: World, p: Any) -> None:
    nodes, places = state.nodes, len(world.jurisdictions)
    layer = np.repeat(np.arange(len(world.layers)), places)
    nodes["layer"] = layer
    nodes["jurisdiction"] = np.tile(np.arange(places), len(world.layers))
    nodes["market"] = world.layers["market"][layer]
    nodes["kind"] = world.layers["kind"][layer]
    inputs = world.layers["input_layer"][layer]
    nodes["input_node"] = np.where(inputs >= 0, inputs * places + nodes["jurisdiction"], -1)
    nodes["input_units"] = world.layers["units_per_output"][layer]
    nodes["feeds"] = np.isin(layer, world.layers["input_layer"])
    nodes["demand_shift"] = nodes["supply_shift"] = nodes["input_shift"] = 1.0
    nodes["fill"] = nodes["quality"] = 1.0
    supplied = {(int(row["layer"]), int(row["jurisdiction"])) for row in world.supplies}
    supplied |= {(int(leg["layer"]), int(leg["destination"])) for leg in world.legs}
    known = np.array([divmod(int(node), places) in supplied for node in nodes["input_node"]])
    nodes["input_node"] = np.where(known, nodes["input_node"], -1)
    for supply in world.supplies:
        if world.layers["kind"][supply["layer"]] != FRAUD:
            node = supply["layer"] * places + supply["jurisdiction"]
            seized = min(supply["seized"], 0.98 * p["loss_ceiling"])
            nodes["capacity"][node] = supply["capacity"] * (1.0 - seized)
            nodes["home_exposure"][node] = -log(1.0 - seized / p["loss_ceiling"])
            nodes["unit_cost"][node] = max(supply["unit_cost"], 1e-6)
    derived = set(world.layers["input_layer"].tolist())
    for demand in world.demands:
        if demand["layer"] not in derived:
            node = demand["layer"] * places + demand["jurisdiction"]
            nodes["volume"][node], nodes["stay"][node] = demand["volume"], demand["stay"]
    nodes["traded"] = (nodes["capacity"] > 0.0) | (nodes["volume"] > 0.0)
    for end in ("origin", "destination"):
        nodes["traded"][world.legs["layer"] * places + world.legs[end]] = True
    state.tallies["kind"] = world.markets["kind"]
    state.tallies["quality"] = 1.0


def _describe_legs(state: State, world: World, p: Any) -> None:
    legs, places = state.legs, len(world.jurisdictions)
    for name in ("layer", "origin", "destination", "mode"):
        legs[name] = world.legs[name]
    layer = world.legs["layer"]
    legs["market"] = world.layers["market"][layer]
    legs["kind"] = world.layers["kind"][layer]
    legs["domain"] = np.asarray(MODE_DOMAIN)[legs["mode"]]
    legs["equipment"] = 1.0
    legs["start"] = layer * places + legs["origin"]
    legs["end"] = layer * places + legs["destination"]
    legs["journey"] = _journeys(world, p)
    legs["transport"] = p["transport_cost"][layer, legs["mode"]] * legs["journey"]
    legs["hands_needed"] = p["labour"][layer] * p["mode_labour"][layer, legs["mode"]] * legs["journey"]
    legs["wage"] = 0.5 * (
        world.jurisdictions["legal_wage"][legs["origin"]]
        + world.jurisdictions["legal_wage"][legs["destination"]]
    )
    legs["corruption"] = 0.5 * (
        world.jurisdictions["corruption"][legs["origin"]]
        + world.jurisdictions["corruption"][legs["destination"]]
    )
    loss = np.minimum(p["reference_loss"][layer, legs["mode"]], 0.98 * p["loss_ceiling"])
    legs["exposure"] = -logs(1.0 - loss / p["loss_ceiling"]) * legs["journey"]
    loss = p["loss_ceiling"] * (1.0 - exps(-legs["exposure"]))
    legs["probability"] = legs["belief"] = loss * (1.0 - p["bribe_effect"] * legs["corruption"])


def _journeys(world: World, p: Any) -> Any:
    """What each leg takes, in ordinary legs of its mode: a part at every border, the rest by distance. (L,)."""
    legs = world.legs
    at_border = p["border_part"][legs["mode"]]
    far = powers(legs["distance_km"] / p["ordinary_km"][legs["mode"]], p["distance_elasticity"])
    borders = legs["borders"] - (1.0 - p["open_border"]) * legs["open_borders"]
    return at_border * borders + (1.0 - at_border) * far
