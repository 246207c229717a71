"""Shocks: what no institution chose. Lasting ones set a multiplier; events strike once."""

from typing import Any

import numpy as np

from countermarket.model.state import DOMAINS, MODES, SERVICES, State
from countermarket.world.structure import World


def strike(state: State, parameters: Any, shocks: tuple[Any, ...], world: World, month: int) -> None:
    """Let every shock that runs in this month have its effect."""
    state.nodes["demand_shift"] = 1.0
    state.nodes["supply_shift"] = 1.0
    state.legs["closed"] = 0.0
    for shock in shocks:
        if (
            shock.kind in LASTING
            and shock.start <= month
            and (not shock.months or month < shock.start + shock.months)
        ):
            LASTING[shock.kind](state, parameters[0], shock, world)
        elif shock.kind in EVENTS and shock.start == month:
            EVENTS[shock.kind](state, parameters[0], shock, world)


def _chosen(names: tuple[str, ...], selected: tuple[str, ...], codes: Any) -> Any:
    """Rows whose code is among the selected names; every row when nothing is selected."""
    if not selected:
        return np.ones(len(codes), bool)
    return np.isin(np.asarray(names)[codes], selected)


def _nodes(state: State, shock: Any, world: World) -> Any:
    return _chosen(world.market_names, shock.market, state.nodes["market"]) & _chosen(
        world.jurisdiction_names, shock.jurisdiction, state.nodes["jurisdiction"]
    )


def shift_demand(state: State, p: Any, shock: Any, world: World) -> None:
    """Users want `size` times as much at a given price."""
    state.nodes["demand_shift"][_nodes(state, shock, world)] *= shock.size


def shift_supply(state: State, p: Any, shock: Any, world: World) -> None:
    """Sources can make `size` times as much at a given price."""
    state.nodes["supply_shift"][_nodes(state, shock, world)] *= shock.size


def close_route(state: State, p: Any, shock: Any, world: World) -> None:
    """Close a share of the legs selected."""
    legs = state.legs
    short = np.array([name.partition("/")[0] for name in world.leg_names])
    named = np.isin(world.leg_names, shock.leg) | np.isin(short, shock.leg)
    hit = named if shock.leg else _chosen(MODES, shock.mode, legs["mode"])
    hit &= _chosen(world.market_names, shock.market, legs["market"])
    places = world.jurisdiction_names
    touched = _chosen(places, shock.jurisdiction, legs["origin"]) | _chosen(
        places, shock.jurisdiction, legs["destination"]
    )
    hit &= touched
    legs["closed"][hit] = np.maximum(legs["closed"][hit], shock.size)


def breach_trust(state: State, p: Any, shock: Any, world: World) -> None:
    """The first of a pair loses a share of its trust in the second, in the domains named or in all."""
    first, second = (world.jurisdiction_names.index(name) for name in shock.pair)
    for domain, name in enumerate(DOMAINS):
        if not shock.domain or name in shock.domain:
            state.trust[first, second, domain] *= 1.0 - shock.size


def leak(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of the evidence held in the places selected is exposed; partners trust them less for it."""
    groups = state.groups
    places = _chosen(world.jurisdiction_names, shock.jurisdiction, np.arange(len(state.agencies)))
    domain = state.legs["domain"][np.maximum(groups["leg"][:, 0], 0)]
    open_to = groups["active"] & _chosen(DOMAINS, shock.domain, domain)
    known = (groups["presence"] >= 0) & places[np.maximum(groups["presence"], 0)] & open_to[:, None]
    for column in ("evidence", "received"):
        groups[column][known] *= 1.0 - shock.size
    warned = known.any(axis=1)
    groups["stance"][warned] += 0.5 * shock.size * (1.0 - groups["stance"][warned])
    for domain_number, name in enumerate(DOMAINS):
        if not shock.domain or name in shock.domain:
            state.trust[:, places, domain_number] *= 1.0 - 0.5 * shock.size


def take_down_enablers(state: State, p: Any, shock: Any, world: World) -> None:
    """Close the largest enablers of a service until `size` of its capacity is gone.

    With `rank` only that one, by size. A covert takeover lets the agencies read its customers first: they are
    seen better and trust one another less afterwards.
    """
    enablers = state.enablers
    hit = enablers["active"] & _chosen(SERVICES, shock.service, enablers["service"])
    hit &= _chosen(world.jurisdiction_names, shock.jurisdiction, enablers["jurisdiction"])
    rows = np.flatnonzero(hit)
    rows = rows[np.argsort(-enablers["business"][rows] - 1e-9 * enablers["capacity"][rows], kind="stable")]
    size = enablers["business"][rows] + 1.0
    before = np.concatenate([[0.0], np.cumsum(size)[:-1]]) if len(rows) else size
    chosen = rows[shock.rank - 1 : shock.rank] if shock.rank else rows[before < shock.size * size.sum()]
    if shock.covert_takeover:
        _read_customers(state, p, chosen)
    enablers["successor"][chosen] &= shock.successor
    enablers["active"][chosen] = False
    enablers["reopens"][chosen] = np.where(
        enablers["successor"][chosen], 0, p["reopen_months"][enablers["service"][chosen]]
    )
    np.add.at(state.alliance["enablers_closed"][0], enablers["service"][chosen], 1.0)


def _read_customers(state: State, p: Any, enablers: Any) -> None:
    groups = state.groups
    clients = groups["active"] & np.isin(groups["enabler"], enablers).any(axis=1)
    groups["evidence"][clients] += p["covert_evidence"] * (groups["presence"][clients] >= 0)
    groups["trust"][clients] *= 1.0 - p["covert_distrust"]


LASTING = {"demand": shift_demand, "source_supply": shift_supply, "route_closure": close_route}
EVENTS = {"trust_breach": breach_trust, "leak": leak, "enabler_takedown": take_down_enablers}
