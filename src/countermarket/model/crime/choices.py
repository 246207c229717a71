"""What groups choose month by month: where to work, and how much to move there."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.state.accounts import spend_on_search
from countermarket.model.state.codes import FRAUD, LEG_SLOTS, PRESENCES
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State
from countermarket.model.state.trade import Leg
from countermarket.model.trade.routes import a_month_on, output, value_share


@kernel
def leg_margin(p: Any, group: Group, leg: Leg, perceived: float) -> Any:
    """What a group expects to earn per member-month on a leg, and the outlay it handles in it. USD, USD."""
    return a_month_on(leg, perceived, value_share(group.fee, leg, p), output(group, leg, p))


@kernel
def utilisation(margin: float, value: float, softness: float, ordinary: float) -> float:
    """Share of its hands a group puts to work: most at an ordinary margin, none at a clear loss."""
    return 1.0 / (1.0 + exp(-(margin / (value * softness) + ordinary)))


@kernel
def choose_legs(state: State, parameters: Any, levers: Levers) -> None:
    """A noisy best response over current legs and a few alternatives within reach, with switching cost.

    After: McKelvey and Palfrey 1995 (quantal response); Magliocca et al. 2019 (routes move on).
    """
    p = parameters[0]
    clock = state.clock[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        worst, slot = _shift_effort(state, p, group)
        if streams.uniform(clock, streams.SEARCH_LEG, group.id, 0) < p.search_rate:
            _try_alternatives(state, p, clock, group, worst, slot)
        _note_presence(state, p, group)


@kernel
def _shift_effort(state: State, p: Any, group: Group) -> Any:
    """Move effort towards the legs that pay; return the worst leg's margin and its slot."""
    worst, slot, whole = np.inf, -1, 0.0
    for k in range(LEG_SLOTS):
        if group.leg[k] < 0:
            group.share[k] = 0.0
            if slot < 0 or worst > -np.inf:
                worst, slot = -np.inf, k
            continue
        margin, value = leg_margin(p, group, state.legs[group.leg[k]], group.perceived[k])
        gain = min(1.0, max(-1.0, margin / value))
        group.share[k] *= exp(p.effort_speed * gain)
        whole += group.share[k]
        if margin < worst:
            worst, slot = margin, k
    kept = 0.0
    for k in range(LEG_SLOTS):
        if group.leg[k] >= 0:
            group.share[k] = max(p.least_share, group.share[k] / whole)
            kept += group.share[k]
    for k in range(LEG_SLOTS):
        if group.leg[k] >= 0:
            group.share[k] /= kept
    return worst, slot


@kernel
def _try_alternatives(state: State, p: Any, clock: Clock, group: Group, worst: float, slot: int) -> None:
    """Look at a few legs that touch where the group already is; take the best if it beats the worst held."""
    jurisdictions = state.communities.size
    best, chosen, handled = -np.inf, -1, 1.0
    for option in range(int(p.alternatives)):
        market = group.market
        if streams.uniform(clock, streams.SEARCH_LEG, group.id, 10 + option) < p.diversification:
            market = int(
                streams.uniform(clock, streams.SEARCH_LEG, group.id, 20 + option) * state.tallies.size
            )
        place = _place_known(clock, group, option)
        first = state.reach_start[market * jurisdictions + place]
        count = state.reach_start[market * jurisdictions + place + 1] - first
        if count == 0:
            continue
        pick = int(streams.uniform(clock, streams.SEARCH_LEG, group.id, 40 + option) * count)
        n = state.reach_legs[first + pick]
        if n == group.leg[0] or n == group.leg[1] or n == group.leg[2]:
            continue
        leg = state.legs[n]
        margin, value = leg_margin(p, group, leg, leg.belief)
        noise = p.choice_noise * value * streams.gumbel(clock, streams.CHOOSE_LEG, group.id, n)
        if margin + noise > best:
            best, chosen, handled = margin + noise, n, value
    free = group.leg[slot] < 0
    hurdle = p.switching_cost * handled
    if chosen < 0 or (free and best < hurdle) or (not free and best < worst + hurdle):
        return
    group.leg[slot] = chosen
    group.perceived[slot] = state.legs[chosen].belief
    group.share[slot] = p.trial_share
    cost = p.retooling_months * state.communities[group.home].wage * group.members * p.trial_share
    spend_on_search(state, group, cost)


@kernel
def _place_known(clock: Clock, group: Group, option: int) -> int:
    """One of the jurisdictions in which the group is active, its home among them."""
    pick = int(streams.uniform(clock, streams.SEARCH_LEG, group.id, 60 + option) * (PRESENCES + 1))
    place = group.home if pick == PRESENCES else group.presence[pick]
    return group.home if place < 0 else place


@kernel
def _note_presence(state: State, p: Any, group: Group) -> None:
    """Home and both ends of every leg worked; evidence stays with an agency while its slot does."""
    for slot in range(PRESENCES):
        group.activity[slot] = 0.0
    _take_slot(group, group.home, p.home_activity)
    at_an_end = 0.5 * (1.0 - p.home_activity)
    for k in range(LEG_SLOTS):
        if group.leg[k] >= 0:
            leg = state.legs[group.leg[k]]
            _take_slot(group, leg.origin, at_an_end * group.share[k])
            _take_slot(group, leg.destination, at_an_end * group.share[k])


@kernel
def _take_slot(group: Group, place: int, weight: float) -> None:
    """Count activity in the slot that already names the place, else in an idle slot with the least evidence."""
    named = -1
    for slot in range(PRESENCES):
        named = slot if group.presence[slot] == place else named
    if named >= 0:
        group.activity[named] += weight
        return
    free = -1
    for slot in range(PRESENCES):
        idle = group.presence[slot] < 0 or group.activity[slot] <= 0.0
        if idle and (free < 0 or group.evidence[slot] < group.evidence[free]):
            free = slot
    if free >= 0:
        group.presence[free] = place
        group.activity[free] = weight
        group.evidence[free] = 0.0
        group.received[free] = 0.0


@kernel
def offer(state: State, parameters: Any, levers: Levers) -> None:
    """Say how much each group wants to move on each leg, and ask the nodes for what the legs let through.

    Assumption: hands, purse and open road; a sigmoid in the margin stands for who finds it worth while.
    """
    p = parameters[0]
    for n in range(state.legs.size):
        state.legs[n].asked = 0.0
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            _ask(state, p, state.groups[g])
    for n in range(state.nodes.size):
        state.nodes[n].requested = 0.0
    for n in range(state.legs.size):
        leg = state.legs[n]
        leg.passing = passage(leg.closed, leg.usual, leg.asked)
        if leg.kind != FRAUD:
            state.nodes[leg.start].requested += leg.asked * leg.passing


@kernel
def passage(closed: float, usual: float, asked: float) -> float:
    """Share of what is asked of a leg that gets through: what is left open carries its share of the usual flow."""
    if closed <= 0.0:
        return 1.0
    return min(1.0, (1.0 - min(1.0, closed)) * usual / max(asked, 1e-12))


@kernel
def _ask(state: State, p: Any, group: Group) -> None:
    """What a group would move on its legs if all were open."""
    able = _able_hands(p, group)
    for k in range(LEG_SLOTS):
        group.offered[k] = 0.0
        if group.leg[k] < 0:
            continue
        leg = state.legs[group.leg[k]]
        quantity = _wished(p, group, leg, k, able)
        if quantity < p.idle_share * leg.reference_flow:
            continue
        group.offered[k] = quantity
        leg.asked += quantity


@kernel
def _able_hands(p: Any, group: Group) -> float:
    """Members who can work: fewer without a leader, without an enabler the trade needs, or at a patron's tasks."""
    able = group.members / (1.0 + p.confusion * (1.0 if group.leaderless > 0.0 else 0.0))
    able *= 1.0 - min(p.most_tasked, p.tasking_hands * group.patron)
    for service in range(4):
        if group.enabler[service] < 0:
            able *= 1.0 - p.self_supply_loss * min(1.0, p.service_need[group.market, service])
    return able


@kernel
def _wished(p: Any, group: Group, leg: Leg, k: int, able: float) -> float:
    """Units a group wants to move on one of its legs: what hands, purse and craft allow. Units."""
    margin, value = leg_margin(p, group, leg, group.perceived[k])
    working = able * utilisation(margin, value, p.utilisation_softness, p.ordinary_use)
    if p.elastic_sources == 0.0:
        working = min(working, max(0.0, group.dirty) * p.credit_multiple / value)
    return working * group.share[k] * output(group, leg, p) * leg.equipment
