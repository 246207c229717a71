"""Action: cases become arrests, lost leaders and frozen assets; national law takes effect."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.law.arrests import arrest
from countermarket.model.law.assets import freeze
from countermarket.model.state.codes import CONSENT, INVESTIGATION, PRESENCES
from countermarket.model.state.crime import Group
from countermarket.model.state.law import Alliance
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State


@kernel
def set_powers(state: State, parameters: Any, levers: Levers) -> None:
    """National law takes effect: powers, sentences, the migration regime, pursuit of assets, duty of care."""
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        lever = levers.agencies[j]
        agency.powers = lever.powers
        agency.regime = lever.migration_sanctions
        agency.pursuit = lever.asset_recovery_share
        agency.diligence = lever.enabler_due_diligence
        for market in range(state.tallies.size):
            agency.severity[market] = lever.severity[market]


@kernel
def case_threshold(state: State, p: Any, place: int) -> float:
    """Evidence a case needs before an agency may act: lower with stronger powers and inside a blackout zone."""
    powers = min(1.0, state.agencies[place].powers + p.blackout_powers * state.communities[place].blackout)
    return p.case_threshold * (1.0 - p.powers_effect * powers)


@kernel
def ripeness(state: State, p: Any, group: Group, slot: int) -> float:
    """Evidence over threshold of one agency's case against a group; 0 where it is idle or has a patron's haven.

    evidence + received > threshold: a group spread over silent agencies stays under every threshold.
    """
    place = group.presence[slot]
    if place < 0 or group.activity[slot] <= 0.0 or (place == group.home and group.patron >= p.haven):
        return 0.0
    return (group.evidence[slot] + group.received[slot]) / case_threshold(state, p, place)


@kernel
def act_on_cases(state: State, parameters: Any, levers: Levers) -> None:
    """Whoever has a ripe case and officers free acts, once a group and month; partners who share may join.

    After: Tenney and Sandell 1981; assumption: first come, first served.
    """
    p = parameters[0]
    _count_cases(state, p)
    lend_officers(state)
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        agency.chance = 1.0 - exp(-agency.room / max(agency.cases, 1e-9))
    clock = state.clock[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active and group.ripe > 0:
            lead = _first_to_act(state, p, clock, group)
            if lead >= 0:
                _operate(state, p, clock, group, lead)


@kernel
def _count_cases(state: State, p: Any) -> None:
    """Ripe cases of each group and agency, and how many each agency has officers for."""
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        agency.cases = 0.0
        agency.operations = 0.0
        agency.room = agency.effort[INVESTIGATION] * state.communities[j].population * p.cases_per_officer
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        group.ripe = 0
        for slot in range(PRESENCES):
            if group.active and ripeness(state, p, group, slot) > 1.0:
                group.ripe += 1
                state.agencies[group.presence[slot]].cases += 1.0


@kernel
def lend_officers(state: State) -> None:
    """Joint teams: members lend case officers whom their own ripe cases leave free to those who have too few.

    After: Eurojust (joint investigation teams); as far as joint action goes.
    """
    spare, short = 0.0, 0.0
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        if agency.standing > 0.0:
            spare += max(0.0, agency.room - agency.cases) * agency.contribution
            short += max(0.0, agency.cases - agency.room)
    lent = min(short, state.alliance[0].joint_action * spare)
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        if agency.standing > 0.0 and lent > 0.0:
            free = agency.room - agency.cases
            agency.room -= lent * (free * agency.contribution / spare if free > 0.0 else free / short)


@kernel
def _first_to_act(state: State, p: Any, clock: Clock, group: Group) -> int:
    """Slot of the first agency with a ripe case against a group that has officers free this month, -1 if none."""
    for slot in range(PRESENCES):
        place = group.presence[slot]
        if ripeness(state, p, group, slot) > 1.0 and _has_officers(state, clock, group, place):
            return slot
    return -1


@kernel
def _has_officers(state: State, clock: Clock, group: Group, place: int) -> bool:
    """Whether an agency has officers free for a case against this group this month."""
    return streams.uniform(clock, streams.ACT_ON_CASE, group.id, place) < state.agencies[place].chance


@kernel
def _operate(state: State, p: Any, clock: Clock, group: Group, lead: int) -> None:
    """One operation: who joins, whether it leaks, whom and what it takes."""
    reach, risk = _joined(state, p, clock, group, lead)
    leaked = streams.uniform(clock, streams.LEAK, group.id, 0) < 1.0 - exp(-p.leak_rate * risk)
    if leaked:
        reach *= p.leak_spoils
        _lose_trust(state, p, group, lead)
    place = group.presence[lead]
    arrested = group.members * p.arrest_share * reach
    arrest(state, p, group, place, arrested)
    if streams.uniform(clock, streams.REMOVE_LEADER, group.id, 0) < p.leader_chance * reach:
        group.leaderless = p.succession_months
    frozen = freeze(state, p, group, reach, place)
    for slot in range(PRESENCES):
        group.evidence[slot] *= 1.0 - p.evidence_spent * reach
        group.received[slot] *= 1.0 - p.evidence_spent * reach
    state.agencies[place].operations += 1.0
    alliance = state.alliance[0]
    wrong = p.innocent_rate * (1.0 + p.innocent_powers * state.agencies[place].powers)
    state.agencies[place].innocent += wrong
    alliance.innocent += wrong
    _grade(
        alliance, p, arrested + frozen / max(group.takings, 1.0) * p.grade_assets, group.members + arrested
    )


@kernel
def _joined(state: State, p: Any, clock: Clock, group: Group, lead: int) -> Any:
    """Share of the group under the hand of those who act, and the leak risk of all who know."""
    place = group.presence[lead]
    alliance = state.alliance[0]
    reach = group.activity[lead]
    risk = state.communities[place].corruption
    for slot in range(PRESENCES):
        partner = group.presence[slot]
        if slot == lead or partner < 0 or group.activity[slot] <= 0.0:
            continue
        agency, first = state.agencies[partner], state.agencies[place]
        both = agency.standing * first.standing > 0.0
        joint = alliance.joint_action * agency.contribution if both else 0.0
        chance = max(joint, p.bilateral_action)
        if streams.uniform(clock, streams.JOIN_OPERATION, group.id, partner) < chance:
            reach += group.activity[slot]
            alliance.cost_alliance += p.joint_operation_cost * (1.0 if both else 0.0)
    if state.agencies[place].standing > 0.0:
        for j in range(state.agencies.size):
            agency = state.agencies[j]
            if j != place and agency.standing > 0.0:
                risk += state.communities[j].corruption * alliance.sharing * agency.contribution
    return min(1.0, reach + p.core_reach), risk


@kernel
def _lose_trust(state: State, p: Any, group: Group, lead: int) -> None:
    """After a leak the group has been warned, and members trust the one it is traced to less."""
    place = group.presence[lead]
    if state.agencies[place].member:
        culprit = _trace_leak(state, group, place)
        for i in range(state.agencies.size):
            if i != culprit and state.agencies[i].member:
                for domain in range(state.trust.shape[2]):
                    state.trust[i, culprit, domain] *= 1.0 - p.leak_blame
    group.stance += p.warned_stance * (1.0 - group.stance)


@kernel
def _trace_leak(state: State, group: Group, place: int) -> int:
    """Which holder of a member's case it leaked from: by corruption times what each holds of it."""
    whole = 0.0
    for j in range(state.agencies.size):
        whole += _leakiness(state, place, j)
    pick = streams.uniform(state.clock[0], streams.LEAK, group.id, 1) * whole
    for j in range(state.agencies.size):
        pick -= _leakiness(state, place, j)
        if pick < 0.0:
            return j
    return place


@kernel
def _leakiness(state: State, place: int, holder: int) -> float:
    """Corruption of a holder of an agency's case, times the share of it that it holds."""
    agency = state.agencies[holder]
    held = agency.standing * state.alliance[0].sharing * agency.contribution
    return state.communities[holder].corruption * (1.0 if holder == place else held)


@kernel
def _grade(alliance: Alliance, p: Any, taken: float, strength: float) -> None:
    """Grade an operation by the share of the group's strength it took (illustrative, not any agency's scale)."""
    lost = taken / max(strength, 1.0)
    if lost > p.grade_major:
        alliance.major += 1.0
    elif lost > p.grade_moderate:
        alliance.moderate += 1.0
    else:
        alliance.minor += 1.0


@kernel
def apply_migration_regime(state: State, parameters: Any, levers: Levers) -> None:
    """A dedicated regime against smugglers: asset freezes and refusals where they work under it.

    After: HM Government 2025 (a regime of its own); assumption: its bite.
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        bite = 0.0
        if state.tallies[group.market].kind == CONSENT:
            for slot in range(PRESENCES):
                if group.presence[slot] >= 0:
                    bite += group.activity[slot] * state.agencies[group.presence[slot]].regime
        target = min(1.0, p.regime_bite * bite)
        if group.designated < target:
            group.designated = target
        else:
            group.designated += p.evasion_rate * (target - group.designated)
