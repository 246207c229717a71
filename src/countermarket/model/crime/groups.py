"""Groups come and go: what they learn, whom they hire and lose, when they give up, split or begin."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power, tanh
from countermarket.model.crime.choices import leg_margin
from countermarket.model.state.accounts import pay, spend_on_search, write_off_overheads
from countermarket.model.state.codes import (
    CONSENT,
    GROUPS_CLEAN,
    GROUPS_DIRTY,
    LEG_SLOTS,
    MEMBERS,
    OVERHEADS,
    PATRONS,
    PRESENCES,
)
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State
from countermarket.model.trade.routes import a_month_on, value_share


@kernel
def learn(state: State, parameters: Any, levers: Levers) -> None:
    """Perceived risk follows own and neighbours' losses; security follows the heat; profit is remembered.

    After: Morselli, Giguere and Petit 2007 (efficiency against security).
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        sold = 0.0
        for k in range(LEG_SLOTS):
            if group.leg[k] < 0:
                continue
            leg = state.legs[group.leg[k]]
            if group.shipped[k] > 0.0:
                group.perceived[k] += p.learning_rate * (group.loss[k] - group.perceived[k])
                sold += group.share[k]
            group.perceived[k] += p.neighbour_rate * (leg.belief - group.perceived[k])
            if p.perfect_perception > 0.0:
                group.perceived[k] = leg.probability
        hazard = state.communities[group.home].hazard[group.market]
        group.hazard += p.learning_rate * (hazard - group.hazard)
        wish = min(1.0, p.stance_response * group.hazard / p.routine_hazard[group.market])
        group.stance += p.stance_speed * (wish - group.stance)
        outlay = max(group.takings - group.profit + group.imputed, 1.0)
        group.returns += p.returns_rate * ((group.takings - outlay) / outlay - group.returns)
        group.losing = group.losing + 1 if sold <= 0.0 else 0
        group.leaderless = max(0.0, group.leaderless - 1.0)
        group.technology += p.group_research * _research(state, p, group)
        group.technology *= 1.0 - p.technology_decay
        group.trust += p.trust_recovery * (1.0 - state.alliance[0].distrust - group.trust)


@kernel
def _research(state: State, p: Any, group: Group) -> float:
    """How hard a group works on hiding itself: more with a patron's help, and the further agencies are ahead. Times.

    After: Ekblom 1997 (arms races between offender and defender).
    """
    behind = 0.0
    for slot in range(PRESENCES):
        if group.presence[slot] >= 0:
            behind += group.activity[slot] * state.agencies[group.presence[slot]].gap
    return 1.0 + min(1.0, group.patron) * p.patron_technology + p.race_response * max(0.0, behind)


@kernel
def recruit(state: State, parameters: Any, levers: Levers) -> None:
    """Fill the places of the lost, hire while work pays; lose some to the law, to violence and to a better life.

    Hires follow returns, local vulnerability and how tight the pool is; routine arrests follow the local hazard.

    After: Prieto-Curiel, Campedelli and Hope 2023 (recruits and losses); Levitt and Venkatesh 2000.
    """
    p = parameters[0]
    for j in range(state.communities.size):
        home = state.communities[j]
        open_pool = home.vulnerability / max(home.base_vulnerability, 1e-6)
        home.openness = power(open_pool, p.vulnerability_effect) * (1.0 - home.diverted)
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        home = state.communities[group.home]
        tally = state.tallies[group.market]
        pull = p.growth_speed * tanh(group.returns / p.growth_returns)
        usual = p.turnover_rate * (1.0 - p.replacement_share * (1.0 - p.voluntary_share))
        filled = p.replacement_share * group.vacant / p.replacement_months
        group.vacant -= group.vacant / p.replacement_months
        hires = (group.members * max(0.0, usual + pull) + filled) * home.openness
        hires *= home.hiring[group.market]
        shed = group.members * max(0.0, -pull)
        caught = group.members * home.routine[group.market]
        killed = group.members * home.death[group.market]
        left = group.members * p.turnover_rate * p.voluntary_share + shed
        group.members = max(0.0, group.members + hires - caught - killed - left)
        group.vacant += caught + killed
        tally.recruits += hires
        home.recruits += hires
        tally.arrests += caught


@kernel
def leave(state: State, parameters: Any, levers: Levers) -> None:
    """Groups too small, broke, out of trade or without an heir wind up; large ones may split. Cash goes somewhere.

    After: Calderon et al. 2015, Lindo and Padilla-Romo 2018 (what follows lost leaders).
    """
    p = parameters[0]
    clock = state.clock[0]
    clock.free_from = 0
    for g in range(state.groups.size):
        group = state.groups[g]
        if not group.active:
            continue
        typical = state.tallies[group.market].typical
        broke = group.dirty + group.clean < -p.debt_months * max(group.takings, 1.0)
        spent = group.members < p.least_size * typical or group.losing > p.patience_months or broke
        if spent or _without_heir(p, clock, group):
            wind_up(state, group)
            clock.free_from = min(clock.free_from, g)
        elif group.members > _lasting_size(p, group) * typical:
            chance = p.split_rate * (1.0 + p.split_leaderless * (1.0 if group.leaderless > 0.0 else 0.0))
            if streams.uniform(clock, streams.SPLIT, group.id, 0) < chance:
                _split(state, p, g)


@kernel
def _lasting_size(p: Any, group: Group) -> float:
    """Size up to which a group stays whole, far smaller while it has no leader. Times the typical size."""
    return p.split_size_leaderless if group.leaderless > 0.0 else p.split_size


@kernel
def _without_heir(p: Any, clock: Clock, group: Group) -> bool:
    """When months without a leader end, some groups have found none and break up."""
    settled = 0.0 < group.leaderless <= 1.0
    return settled and streams.uniform(clock, streams.REMOVE_LEADER, group.id, 2) < p.succession_failure


@kernel
def wind_up(state: State, group: Group) -> None:
    """A group ends: its purse goes to (or is owed by) those who owned it, its overheads to no shipment."""
    pay(state.ledger, GROUPS_DIRTY, MEMBERS, group.dirty)
    pay(state.ledger, GROUPS_CLEAN, MEMBERS, group.clean)
    write_off_overheads(state.tallies[group.market], group)
    group.dirty = 0.0
    group.clean = 0.0
    group.active = False


@kernel
def free_slot(state: State) -> int:
    """The first slot without a group, -1 if all are taken; the search goes on where the last one ended."""
    clock = state.clock[0]
    for g in range(clock.free_from, state.groups.size):
        if not state.groups[g].active:
            clock.free_from = g
            clock.slots = max(clock.slots, g + 1)
            return g
    clock.free_from = state.groups.size
    return -1


@kernel
def _split(state: State, p: Any, g: int) -> None:
    """A faction takes its share of hands, purse and legs under a new name."""
    slot = free_slot(state)
    if slot < 0:
        state.alliance[0].refused_births += 1.0
        return
    parent = state.groups[g]
    state.groups[slot] = parent
    child = state.groups[slot]
    child.id = streams.identity(streams.SPLIT, g, state.clock[0].month, int(parent.id % np.uint64(1 << 30)))
    child.born = state.clock[0].month
    for group, share in ((child, p.faction_share), (parent, 1.0 - p.faction_share)):
        group.members *= share
        group.vacant *= share
        group.dirty *= share
        group.clean *= share
        for i in range(OVERHEADS):
            group.pending[i] *= share
    for k in range(LEG_SLOTS):
        child.shipped[k] = 0.0


@kernel
def enter(state: State, parameters: Any, levers: Levers) -> None:
    """New groups form where trade pays and people are vulnerable: a fixed list of candidates, keyed by place.

    After: Reuter and Kleiman 1986 (free entry).
    """
    p = parameters[0]
    clock = state.clock[0]
    markets, jurisdictions = state.candidates.shape
    for market in range(markets):
        for place in range(jurisdictions):
            expected = state.candidates[market, place]
            first = state.reach_start[market * jurisdictions + place]
            count = state.reach_start[market * jurisdictions + place + 1] - first
            if expected <= 0.0 or count == 0:
                continue
            home = state.communities[place]
            likely = expected * home.openness * (1.0 - home.blackout * p.blackout_effect)
            candidates = 1 + int(p.entry_most * expected)
            for number in range(candidates):
                name = streams.identity(streams.ENTER, market * jurisdictions + place, clock.month, number)
                variate = streams.uniform(clock, streams.ENTER, name, 1)
                if variate >= 1.0 - exp(-p.entry_most * likely / candidates):
                    continue
                leg, returns = _best_start(state, p, clock, name, first, count)
                pull = min(p.entry_most, max(0.0, 1.0 + p.entry_response * returns))
                if variate < 1.0 - exp(-pull * likely / candidates):
                    found_group(state, p, name, market, place, leg, p.new_size * state.tallies[market].typical)


@kernel
def _best_start(state: State, p: Any, clock: Clock, name: Any, first: int, count: int) -> Any:
    """The leg a newcomer would start on: the best of a few by expected margin, and the return it promises."""
    best, chosen, returns = -np.inf, state.reach_legs[first], -1.0
    for option in range(4):
        n = state.reach_legs[first + int(streams.uniform(clock, streams.ENTER, name, 10 + option) * count)]
        leg = state.legs[n]
        shares = value_share(state.alliance[0].average_fee, leg, p)
        margin, outlay = a_month_on(leg, leg.belief, shares, 1.0 / leg.hands_needed)
        if margin > best and leg.closed < 1.0:
            best, chosen, returns = margin, n, margin / outlay
    return chosen, returns


@kernel
def found_group(state: State, p: Any, name: Any, market: int, home: int, leg: int, members: float) -> int:
    """Fill a free slot with a new group; its starting purse comes from its founders. Returns the slot, -1 none."""
    slot = free_slot(state)
    if slot < 0:
        state.alliance[0].refused_births += 1.0
        return -1
    clock = state.clock[0]
    group = state.groups[slot]
    group.active = True
    group.id = name
    group.born = clock.month
    group.home = home
    group.market = market
    group.members = members
    group.vacant = 0.0
    group.stance = streams.uniform(clock, streams.TRAITS, name, 1) * p.stance_spread
    for m in range(state.tallies.size):
        spread = 2.0 * streams.uniform(clock, streams.TRAITS, name, 10 + m) - 1.0
        own = 1.0 if m == market else p.foreign_skill
        group.skill[m] = own * (1.0 + p.skill_spread * spread)
    group.technology = state.alliance[0].group_technology
    group.leaderless = 0.0
    group.trust = 1.0 - state.alliance[0].distrust
    group.patron = state.communities[home].patronage
    for k in range(LEG_SLOTS):
        group.leg[k] = leg if k == 0 else -1
        group.share[k] = 1.0 if k == 0 else 0.0
        group.perceived[k] = state.legs[leg].belief
        group.offered[k] = 0.0
        group.shipped[k] = 0.0
        group.labour[k] = 0.0
    for service in range(4):
        group.enabler[service] = -1
        group.backup[service] = -1
        group.fee[service] = state.alliance[0].average_fee[service] * p.informal_markup
    for s in range(PRESENCES):
        group.presence[s] = -1
        group.activity[s] = 0.0
        group.evidence[s] = 0.0
        group.received[s] = 0.0
    for i in range(OVERHEADS):
        group.pending[i] = 0.0
    group.hazard = state.communities[home].hazard[market]
    group.returns = 0.0
    group.takings = 0.0
    group.profit = 0.0
    group.imputed = 0.0
    group.losing = 0
    group.designated = 0.0
    _, value = leg_margin(p, group, state.legs[leg], state.legs[leg].belief)
    group.dirty = members * value * p.founding_months
    group.clean = 0.0
    pay(state.ledger, MEMBERS, GROUPS_DIRTY, group.dirty)
    return slot


@kernel
def count(state: State, parameters: Any, levers: Levers) -> None:
    """What groups of each market add up to, how good their wares are, and the harm done. Groups, persons, USD."""
    p = parameters[0]
    for m in range(state.tallies.size):
        tally = state.tallies[m]
        tally.groups = 0.0
        tally.members = 0.0
        tally.quality = _mean_quality(state, m)
        crowding = 1.0 / tally.quality if tally.kind == CONSENT else 1.0
        tally.harm = tally.delivered * p.harm_per_unit[m] * crowding + tally.violence * p.harm_per_death
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            tally = state.tallies[group.market]
            tally.groups += 1.0
            tally.members += group.members
            tally.profit += group.profit


@kernel
def _mean_quality(state: State, market: int) -> float:
    """Quality of what users take, or of crossings as people set out, weighted by units."""
    units, good = 0.0, 0.0
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.market == market:
            weight = node.produced if node.kind == CONSENT else node.delivered
            units += weight
            good += weight * node.quality
    return good / units if units > 0.0 else 1.0


@kernel
def serve_patrons(state: State, parameters: Any, levers: Levers) -> None:
    """Hostile-state patrons pay, and take tasking in return: some of their groups' hands do other work.

    After: NCA 2023 (states tolerate and task cyber groups).
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        home = state.communities[group.home]
        group.patron = home.patronage * home.patron_shift
        if group.active and group.patron > 0.0:
            pension = group.patron * p.patron_pay * group.members * state.communities[group.home].wage
            pay(state.ledger, PATRONS, GROUPS_DIRTY, pension)
            group.dirty += pension
            spend_on_search(state, group, pension * p.tasking_share)
