"""Groups and enablers meet: search, vetting, fees, backups and the loss of one's enabler."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.model.state.accounts import pay, spend_on_search
from countermarket.model.state.codes import FINANCE, GROUPS_CLEAN, GROUPS_DIRTY, MEMBERS, PRESENCES
from countermarket.model.state.crime import Enabler, Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State


@kernel
def asked_fee(p: Any, enabler: Enabler, group: Group) -> float:
    """Fee asked of one client: cautious enablers and sanctioned clients make it dearer. Share of value."""
    fee = enabler.fee * (1.0 + p.risk_markup * enabler.caution)
    return min(p.fee_ceiling, fee * (1.0 + p.sanction_markup * (enabler.bite + group.designated)))


@kernel
def match_enablers(state: State, parameters: Any, levers: Levers) -> None:
    """Replace lost enablers, leave designated ones, keep a backup when the present one is exposed.

    After: Mortensen and Pissarides 1994 (search); Gambetta 2009 (trust among criminals).
    """
    p = parameters[0]
    clock = state.clock[0]
    for e in range(state.enablers.size):
        state.enablers[e].clients = 0.0
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        for service in range(4):
            if p.service_need[group.market, service] <= 0.0:
                continue
            _keep_or_lose(state, p, clock, group, service)
            if group.enabler[service] < 0:
                _look_for_enabler(state, p, clock, group, service)
            _agree_fee(state, p, group, service)


@kernel
def _keep_or_lose(state: State, p: Any, clock: Clock, group: Group, service: int) -> None:
    """A closed enabler is lost; a designated one is left in proportion to the bite; a backup steps in."""
    hired = group.enabler[service]
    if hired < 0:
        return
    enabler = state.enablers[hired]
    if enabler.active and _leaves_the_dear(state, p, clock, group, service):
        return
    wary = enabler.evidence > p.backup_alarm and group.backup[service] < 0
    if enabler.active and enabler.bite <= 0.0 and not wary:
        return
    variate = streams.uniform(clock, streams.LEAVE_ENABLER, group.id, service)
    if enabler.active and variate >= p.desertion_rate * enabler.bite:
        if wary and variate < p.backup_rate:
            group.backup[service] = _best_of_few(state, p, clock, group, service, 100)
            _pay_vetting(state, p, group)
        return
    group.enabler[service] = -1
    backup = group.backup[service]
    group.backup[service] = -1
    if backup >= 0 and state.enablers[backup].active and backup != hired:
        group.enabler[service] = backup


@kernel
def _leaves_the_dear(state: State, p: Any, clock: Clock, group: Group, service: int) -> bool:
    """Whether a client asked for more than is usual has met somebody clearly cheaper and gone there.

    The dearer, the more often it looks: so a listing by one state moves business, and one by many shuts it out.
    """
    hired = group.enabler[service]
    asked = asked_fee(p, state.enablers[hired], group)
    dear = min(1.0, max(0.0, asked / max(state.alliance[0].average_fee[service], 1e-6) - 1.0))
    if streams.uniform(clock, streams.LEAVE_ENABLER, group.id, 20 + service) >= p.search_speed[service] * dear:
        return False
    other = _best_of_few(state, p, clock, group, service, 200)
    if other < 0:
        return False
    offered = asked_fee(p, state.enablers[other], group)
    if offered >= p.clearly_cheaper * asked:
        return False
    _hire(state, p, group, service, other)
    return True


@kernel
def _look_for_enabler(state: State, p: Any, clock: Clock, group: Group, service: int) -> None:
    """Search takes time, more of it when counterparties are not trusted."""
    chance = p.search_speed[service] * (1.0 - p.trust_of_search * (1.0 - group.trust))
    if streams.uniform(clock, streams.SEARCH_ENABLER, group.id, service) < chance:
        _hire(state, p, group, service, _best_of_few(state, p, clock, group, service, 0))


@kernel
def _hire(state: State, p: Any, group: Group, service: int, chosen: int) -> None:
    """Take on an enabler, whose room this fills by an ordinary client's part, and pay for finding out about it."""
    group.enabler[service] = chosen
    if chosen >= 0:
        enabler = state.enablers[chosen]
        enabler.booked += enabler.capacity / p.reference_clients
    _pay_vetting(state, p, group)


@kernel
def _best_of_few(state: State, p: Any, clock: Clock, group: Group, service: int, salt: int) -> int:
    """The best of a few enablers met: cheap, reputable, with room, and reaching where the group is."""
    first = state.enabler_slots[service]
    count = state.enabler_slots[service + 1] - first
    best, chosen = -np.inf, -1
    for option in range(int(p.enablers_met)):
        variate = streams.uniform(clock, streams.SEARCH_ENABLER, group.id, salt + 10 + 10 * service + option)
        e = first + min(count - 1, int(variate * count))
        enabler = state.enablers[e]
        if not enabler.active or enabler.booked > enabler.capacity or not _reaches(state, enabler, group):
            continue
        noise = p.enabler_noise * streams.gumbel(clock, streams.CHOOSE_ENABLER, group.id, e)
        score = (
            enabler.reputation
            - asked_fee(p, enabler, group) / p.base_fee[service]
        )
        if score + noise > best:
            best, chosen = score + noise, e
    return chosen


@kernel
def _reaches(state: State, enabler: Enabler, group: Group) -> bool:
    """Whether an enabler serves any jurisdiction where the group is active."""
    if state.serves[enabler.service, enabler.jurisdiction, group.home]:
        return True
    for slot in range(PRESENCES):
        place = group.presence[slot]
        if place >= 0 and state.serves[enabler.service, enabler.jurisdiction, place]:
            return True
    return False


@kernel
def _pay_vetting(state: State, p: Any, group: Group) -> None:
    """Finding out whom one deals with costs time and money, more of it when trust is low."""
    cost = p.vetting_months * state.communities[group.home].wage * np.sqrt(group.members) * (2.0 - group.trust)
    spend_on_search(state, group, cost)


@kernel
def _agree_fee(state: State, p: Any, group: Group, service: int) -> None:
    """Fee of the enabler hired, or the dearer price of doing without one."""
    hired = group.enabler[service]
    if hired >= 0:
        enabler = state.enablers[hired]
        enabler.clients += 1.0
        group.fee[service] = asked_fee(p, enabler, group)
    else:
        markup = p.informal_markup * (1.0 + p.sanction_markup * group.designated)
        group.fee[service] = min(p.fee_ceiling, state.alliance[0].average_fee[service] * markup)


@kernel
def launder(state: State, parameters: Any, levers: Levers) -> None:
    """Turn sales into clean money as far as a finance enabler serves; owners live off what is clean.

    The fee was paid with the sale (routes). What cannot be laundered piles up dirty, where it can be found.

    After: Europol 2016; assumption: what cannot be laundered waits.
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        able = 1.0 if group.enabler[FINANCE] >= 0 else p.informal_laundering
        scale = max(group.takings, group.members * p.float_floor)
        spare = max(0.0, group.dirty - p.float_months * scale)
        washed = min(spare, group.takings * min(1.0, p.service_need[group.market, FINANCE])) * able
        pay(state.ledger, GROUPS_DIRTY, GROUPS_CLEAN, washed)
        group.dirty -= washed
        group.clean += washed
        if group.dirty < 0.0 and group.clean > 0.0:
            back = min(group.clean, -group.dirty)
            pay(state.ledger, GROUPS_CLEAN, GROUPS_DIRTY, back)
            group.clean -= back
            group.dirty += back
        keep = p.reserve_months * max(group.takings, 0.0)
        drawn = max(0.0, group.clean - keep) * p.withdrawal_rate
        pay(state.ledger, GROUPS_CLEAN, MEMBERS, drawn)
        group.clean -= drawn
        purse = max(0.0, group.dirty - p.purse_months * scale)
        pay(state.ledger, GROUPS_DIRTY, MEMBERS, purse * p.purse_spending)
        group.dirty -= purse * p.purse_spending
