"""The groups and enablers that exist when a run begins, drawn by keyed variates from the world's weights."""

from typing import Any

import numpy as np

from countermarket.declared.vocabulary import SERVICES
from countermarket.engine import streams
from countermarket.engine.compiled import kernel, machine_code
from countermarket.model.crime.groups import found_group
from countermarket.model.state.codes import CORPORATE, DIGITAL, FINANCE, LEG_SLOTS, LOGISTICS
from countermarket.model.state.tables import State
from countermarket.model.trade.routes import output
from countermarket.world.structure import World


def add_enablers(state: State, world: World, parameters: Any) -> None:
    """Spread enabler slots over services by fee income and over jurisdictions by the world's weights."""
    p = parameters[0]
    business = _service_business(state, p)
    income = business * p["base_fee"]
    counts = np.maximum(1, np.floor(len(state.enablers) * (0.5 * income / income.sum() + 0.125))).astype(int)
    counts[0] += len(state.enablers) - counts.sum()
    state.enabler_slots[:] = np.concatenate([[0], np.cumsum(counts)])
    state.serves[:] = _serves(world)
    for service, count in enumerate(counts):
        rows = np.arange(state.enabler_slots[service], state.enabler_slots[service + 1])
        weights = np.cumsum(world.enabler_weights[service] / world.enabler_weights[service].sum())
        where = [streams.uniform(state.clock[0], streams.INITIAL_ENABLERS, e, 0) for e in rows]
        place = np.minimum(np.searchsorted(weights, where), len(weights) - 1)
        state.enablers["id"][rows] = [streams.identity(streams.INITIAL_ENABLERS, int(e), 0, 0) for e in rows]
        state.enablers["service"][rows] = service
        state.enablers["jurisdiction"][rows] = place
        state.enablers["centralised"][rows] = p["centralised"][service]
        state.enablers["capacity"][rows] = business[service] / count / p["target_use"]
        state.enablers["fee"][rows] = p["base_fee"][service]
    state.enablers["active"] = True
    state.enablers["reputation"] = 0.8
    state.enablers["business"] = state.enablers["capacity"] * p["target_use"]


def _service_business(state: State, p: Any) -> Any:
    """Value that passes through each service in an ordinary month. USD, (services,)."""
    legs, nodes = state.legs, state.nodes
    value = legs["flow"] * np.abs(np.maximum(nodes["price"][legs["end"]], nodes["price"][legs["start"]]))
    return (p["service_need"][legs["market"]] * (value * legs["journey"])[:, None]).sum(axis=0) + 1.0


def _serves(world: World) -> Any:
    """Whether an enabler at home in one jurisdiction serves another. bool, (services, J, J).

    Logistics: along legs; finance: along laundering links, havens everywhere; companies and platforms: everywhere.
    """
    places = len(world.jurisdictions)
    serves = np.tile(np.eye(places, dtype=bool), (len(SERVICES), 1, 1))
    for service, links in ((LOGISTICS, world.legs), (FINANCE, world.laundering), (FINANCE, world.legs)):
        serves[service, links["origin"], links["destination"]] = True
        serves[service, links["destination"], links["origin"]] = True
    serves[FINANCE, world.jurisdictions["haven"]] = True
    serves[CORPORATE] = serves[DIGITAL] = True
    return serves


def add_groups(state: State, world: World, parameters: Any) -> None:
    """Found the first groups on the legs that carry value, with hands enough for the ordinary month's flow."""
    p = parameters[0]
    legs = state.legs
    labour = legs["flow"] * legs["hands_needed"]
    seats = _seats(legs, labour, int(p["n_groups"]))
    homes = _home_chances(world, legs)
    (crew,) = machine_code((crew_leg,), state, parameters, 0, 0, 0.0, 0.0)
    for leg in np.flatnonzero(seats):
        crew(state, parameters, int(leg), int(seats[leg]), float(labour[leg]), float(homes[leg]))
    groups = state.groups
    for market in range(len(world.market_names)):
        own = groups["active"] & (groups["market"] == market)
        if own.any():
            state.tallies["typical"][market] = groups["members"][own].mean()
        np.add.at(state.candidates[market], groups["home"][own], p["entry_rate"])
    settle_in(state, parameters)


def _seats(legs: Any, labour: Any, n_groups: int) -> Any:
    """Groups on each leg: one on every leg with flow, the rest by the root of its labour. Sums to n_groups."""
    used = labour > 0.0
    weight = np.where(used, np.sqrt(labour), 0.0)
    markets = np.bincount(legs["market"], weights=weight)
    weight = weight / np.sqrt(np.maximum(markets[legs["market"]], 1e-12))
    spare = n_groups - int(used.sum())
    if spare < 0:
        chosen = np.argsort(-weight, kind="stable")[:n_groups]
        return np.isin(np.arange(len(legs)), chosen).astype(int)
    exact = spare * weight / max(weight.sum(), 1e-12)
    seats = used + np.floor(exact).astype(int)
    rest = n_groups - seats.sum()
    if used.any():
        seats[np.argsort(-(exact % 1.0), kind="stable")[:rest]] += 1
    return seats


def _home_chances(world: World, legs: Any) -> Any:
    """Chance that a group on a leg is at home at its destination rather than its origin. (L,)."""
    weights = (
        world.initial_groups[legs["market"], legs["origin"]],
        world.initial_groups[legs["market"], legs["destination"]],
    )
    return (weights[1] + 1e-9) / (weights[0] + weights[1] + 2e-9)


@kernel
def crew_leg(
    state: State, parameters: Any, leg: int, count: int, labour: float, at_destination: float
) -> None:
    """Put groups of varied size on one leg, together able to move its flow at ordinary use."""
    clock = state.clock[0]
    row = state.legs[leg]
    whole = 0.0
    for n in range(count):
        name = streams.identity(streams.INITIAL_GROUPS, leg, 0, n)
        whole += 0.5 + streams.uniform(clock, streams.INITIAL_GROUPS, name, 0)
    for n in range(count):
        name = streams.identity(streams.INITIAL_GROUPS, leg, 0, n)
        size = 0.5 + streams.uniform(clock, streams.INITIAL_GROUPS, name, 0)
        inward = streams.uniform(clock, streams.INITIAL_GROUPS, name, 1) < at_destination
        home = row.destination if inward else row.origin
        found_group(state, parameters[0], name, row.market, home, leg, labour / 0.88 * size / whole)


@kernel
def settle_in(state: State, parameters: Any) -> None:
    """Make the first groups' hands fit their skill, give each the enablers it needs and a file opened some time ago."""
    p = parameters[0]
    clock = state.clock[0]
    for g in range(state.groups.size):
        group = state.groups[g]
        if not group.active:
            continue
        leg = state.legs[group.leg[0]]
        group.members /= output(group, leg, p) * leg.hands_needed
        for k in range(LEG_SLOTS):
            group.offered[k] = 0.0
        group.presence[0] = group.home
        opened = streams.uniform(clock, streams.INITIAL_GROUPS, group.id, 2)
        group.evidence[0] = 0.5 * p.case_threshold * opened
        for service in range(4):
            first, last = state.enabler_slots[service], state.enabler_slots[service + 1]
            if p.service_need[group.market, service] > 0.0 and last > first:
                pick = streams.uniform(clock, streams.INITIAL_GROUPS, group.id, 10 + service)
                group.enabler[service] = first + min(last - first - 1, int(pick * (last - first)))
                group.fee[service] = p.base_fee[service]
