"""Designations: whom the alliance lists, who acts on it, how deep it bites."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import log
from countermarket.model.law.alliance import club_size
from countermarket.model.state.codes import PRESENCES
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State


@kernel
def designate(state: State, parameters: Any, levers: Levers) -> None:
    """Designations: the most exposed and busiest are listed, by one member or by many at once.

    After: Farrell and Newman 2019 (chokepoints of networks); TRM Labs on Garantex, Chainalysis on Tornado Cash.
    """
    p = parameters[0]
    lever = levers.alliance[0]
    alliance = state.alliance[0]
    if club_size(state) == 0.0:
        return
    alliance.carry += lever.sanctions_per_year / 12.0
    listed = int(alliance.carry)
    alliance.carry -= listed
    for occasion in range(listed):
        _list_one(state, p, lever, occasion)
    alliance.cost_alliance += listed * p.designation_cost
    alliance.innocent += listed * p.wrong_designation


@kernel
def _list_one(state: State, p: Any, lever: Any, occasion: int) -> None:
    """One designation: choose the target, then see how many members act."""
    acting = _ask_members(state, lever.sanctions_coordination, occasion)
    state.alliance[0].cost_alliance += p.coordination_cost * (acting - 1.0)
    if lever.sanctions_target == 0:
        _list_leader(state, p, occasion)
        return
    first, last = 0, state.enablers.size
    if lever.sanctions_target > 1:
        service = lever.sanctions_target - 2
        first, last = state.enabler_slots[service], state.enabler_slots[service + 1]
    clock = state.clock[0]
    best, chosen = -np.inf, -1
    for option in range(int(p.targets_considered)):
        e = first + min(last - first - 1, int(_pick(clock, occasion, option) * (last - first)))
        enabler = state.enablers[e]
        if enabler.active and enabler.bite < 0.9:
            score = log(1.0 + enabler.clients) + log(0.05 + enabler.evidence / p.enabler_threshold)
            score += streams.gumbel(clock, streams.DESIGNATE, enabler.id, occasion) - 2.0 * enabler.bite
            if score > best:
                best, chosen = score, e
    if chosen < 0:
        return
    enabler = state.enablers[chosen]
    bite = sanction_bite(state, p, enabler.service, enabler.jurisdiction)
    bite *= 1.0 - p.decentralised_immunity * (1.0 - enabler.centralised)
    enabler.bite += (1.0 - enabler.bite) * largest_share(p) * bite


@kernel
def largest_share(p: Any) -> float:
    """Share of a slot's business with the busiest of the real services it stands for: what one listing can hit.

    1 / (ln N + 0.577): the n-th busiest of N holds 1 / (n H_N).

    After: Zipf 1949; Chainalysis 2023 (five of 915 services have two thirds of volume).
    """
    return 1.0 / (log(p.services_per_slot) + 0.5772)


@kernel
def sanction_bite(state: State, p: Any, service: int, home: int) -> float:
    """Share of a designated enabler's business under the designating jurisdictions' reach.

    bite = h [home acts] + (1 - h) x financial weight of those who act in its reach / weight of its reach.
    """
    under, whole = 0.0, 1e-12
    for j in range(state.agencies.size):
        if state.serves[service, home, j]:
            whole += state.communities[j].finance_weight
            under += state.communities[j].finance_weight * state.agencies[j].acts
    return p.home_bite * state.agencies[home].acts + (1.0 - p.home_bite) * under / whole


@kernel
def _ask_members(state: State, coordination: float, occasion: int) -> float:
    """Which members act on one designation: one leads, each other joins with the chance of coordination. How many."""
    clock = state.clock[0]
    acting, best, lead = 0.0, -1.0, -1
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        agency.acts = 0.0
        if agency.standing == 0.0:
            continue
        if streams.uniform(clock, streams.COORDINATE, j, 2 * occasion) < coordination * agency.contribution:
            agency.acts = 1.0
            acting += 1.0
        turn = (
            streams.uniform(clock, streams.COORDINATE, j, 2 * occasion + 1)
            * state.communities[j].finance_weight
        )
        if turn > best:
            best, lead = turn, j
    if lead >= 0 and state.agencies[lead].acts == 0.0:
        state.agencies[lead].acts = 1.0
        acting += 1.0
    return acting


@kernel
def _pick(clock: Clock, occasion: int, option: int) -> float:
    """Where in a list the next name considered stands, in (0, 1)."""
    return streams.uniform(clock, streams.DESIGNATE, 1000 + occasion, option)


@kernel
def _list_leader(state: State, p: Any, occasion: int) -> None:
    """Leaders of large, known groups: those who serve them ask more, and what is clean abroad is out of reach."""
    clock = state.clock[0]
    best, chosen = -np.inf, -1
    for option in range(int(p.targets_considered)):
        g = int(_pick(clock, occasion, option) * state.groups.size)
        group = state.groups[g]
        if not group.active or group.designated > 0.9:
            continue
        known = 0.0
        for slot in range(PRESENCES):
            known += group.evidence[slot]
        score = log(1.0 + group.members) + log(0.05 + known / p.case_threshold)
        score += streams.gumbel(clock, streams.DESIGNATE, group.id, occasion)
        if score > best:
            best, chosen = score, g
    if chosen < 0:
        return
    group = state.groups[chosen]
    under = 0.0
    for slot in range(PRESENCES):
        if group.presence[slot] >= 0:
            under += group.activity[slot] * state.agencies[group.presence[slot]].acts
    reach = 0.0
    for j in range(state.agencies.size):
        reach += state.agencies[j].acts * state.communities[j].finance_weight
    group.designated = max(group.designated, min(1.0, p.personal_bite * under + (1.0 - p.personal_bite) * reach))
