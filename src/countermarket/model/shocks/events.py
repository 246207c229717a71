"""Shocks that strike once: what they take, close, spoil or leave behind in the month they start."""

from typing import Any

import numpy as np

from countermarket.declared.vocabulary import DOMAINS, SERVICES
from countermarket.engine.elementary import log
from countermarket.model.shocks import targets
from countermarket.model.state.tables import State
from countermarket.world.structure import World


def hold_stocks(state: State, p: Any, shock: Any, world: World) -> None:
    """Sources start with `stocks` months of what they last made held back, to sell as orders go unmet."""
    hit = targets.nodes(state, shock, world) & (state.nodes["capacity"] > 0.0)
    state.nodes["hoard"][hit] += shock.stocks * state.nodes["produced"][hit]


def lose_equipment(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of the boats, vehicles or handsets on the legs selected is lost; they are replaced over months."""
    state.legs["equipment"][targets.legs(state, shock, world)] *= 1.0 - shock.size


def remove_leaders(state: State, p: Any, shock: Any, world: World) -> None:
    """Groups lose a share of their leaders: the larger it is, the longer until one is settled again."""
    rows = targets.groups(state, shock, world)
    months = p["succession_months"] * shock.size
    state.groups["leaderless"][rows] = np.maximum(state.groups["leaderless"][rows], months)


def arrest_members(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of the members of groups is arrested this month."""
    rows, due = targets.groups(state, shock, world), state.groups["arrest_due"]
    due[rows] = 1.0 - (1.0 - due[rows]) * (1.0 - shock.size)


def take_assets(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of the assets of groups is confiscated this month, part of it for social use where they live."""
    rows, due, reuse = (targets.groups(state, shock, world), state.groups["taken_due"], state.groups["reuse_due"])
    taken = due[rows] + (1.0 - due[rows]) * shock.size
    earlier = reuse[rows] * due[rows]
    reuse[rows] = (earlier + shock.reuse * (taken - due[rows])) / np.maximum(taken, 1e-12)
    due[rows] = taken


def jump_ahead(state: State, p: Any, shock: Any, world: World) -> None:
    """Groups, or agencies, have `size` times the technology: stocks are in log units, so that they gain its log."""
    if shock.for_agencies:
        state.agencies["technology"][targets.places(shock, world)] += log(shock.size)
    else:
        state.groups["technology"][targets.groups(state, shock, world)] += log(shock.size)


def breach_trust(state: State, p: Any, shock: Any, world: World) -> None:
    """The first of a pair loses a share of its trust in the second, in the domains named or in all."""
    first, second = (world.jurisdiction_names.index(name) for name in shock.pair)
    for domain, name in enumerate(DOMAINS):
        if not shock.domain or name in shock.domain:
            state.trust[first, second, domain] *= 1.0 - shock.size


def leak(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of the evidence held in the places selected is exposed; partners trust them less for it."""
    groups = state.groups
    places = targets.places(shock, world)
    domain = state.legs["domain"][np.maximum(groups["leg"][:, 0], 0)]
    open_to = groups["active"] & targets.chosen(DOMAINS, shock.domain, domain)
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
    hit = enablers["active"] & targets.chosen(SERVICES, shock.service, enablers["service"])
    hit &= targets.places(shock, world)[enablers["jurisdiction"]]
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
