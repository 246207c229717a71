"""Action: cases become arrests, lost leaders, frozen assets, closed enablers and designations."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.crime.enablers import close
from countermarket.model.law.arrests import arrest
from countermarket.model.law.assets import freeze
from countermarket.model.state.codes import CONSENT, ENABLER_EFFORT, INVESTIGATION, PRESENCES
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
    for j in range(state.agencies.size):
        state.agencies[j].cases = 0.0
        state.agencies[j].operations = 0.0
        state.agencies[j].innocent = 0.0
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            group.ripe = 0
            for slot in range(PRESENCES):
                if ripeness(state, p, group, slot) > 1.0:
                    group.ripe += 1
                    state.agencies[group.presence[slot]].cases += 1.0
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        room = agency.effort[INVESTIGATION] * state.communities[j].population * p.cases_per_officer
        agency.chance = 1.0 - exp(-room / max(agency.cases, 1e-9))
    clock = state.clock[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active and group.ripe > 0:
            lead = _first_to_act(state, p, clock, group)
            if lead >= 0:
                _operate(state, p, clock, group, lead)


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
    arrest(state, group, place, arrested)
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
    """After a leak the agency that lost its case trusts the others less, and the group has been warned."""
    place = group.presence[lead]
    for j in range(state.agencies.size):
        if j != place and state.agencies[j].member and state.agencies[place].member:
            blame = p.leak_blame * state.communities[j].corruption
            for domain in range(state.trust.shape[2]):
                state.trust[place, j, domain] *= 1.0 - blame
    group.stance += 0.5 * (1.0 - group.stance)


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
def pursue_enablers(state: State, parameters: Any, levers: Levers) -> None:
    """Evidence on enablers grows with effort where they sit and joint targeting; above threshold they are closed.

    A centralised one stops; a decentralised one shrinks and goes on.

    Assumption: as for cases against groups; Tornado Cash against Hydra (centralised or not).
    """
    p = parameters[0]
    clock = state.clock[0]
    alliance = state.alliance[0]
    for e in range(state.enablers.size):
        enabler = state.enablers[e]
        if not enabler.active:
            continue
        agency = state.agencies[enabler.jurisdiction]
        eyes = agency.effort[ENABLER_EFFORT] / (p.officers_scale * p.reference_enabler_share)
        touched = members_served(state, enabler.service, enabler.jurisdiction)
        eyes += p.targeting_effect * alliance.targeting[enabler.service] * alliance.joint_action * touched
        traced = 1.0 + p.diligence_trace * agency.diligence
        size = min(4.0, enabler.clients / p.reference_clients)
        seen = p.enabler_sighting * eyes * traced * size * exp(p.gap_effect * agency.gap)
        enabler.evidence += seen - p.evidence_decay * enabler.evidence
        if enabler.evidence > p.enabler_threshold:
            variate = streams.uniform(clock, streams.CLOSE_ENABLER, enabler.id, clock.month)
            if variate < p.enabler_action_chance * (0.5 + 0.5 * touched):
                enabler.evidence = 0.0
                if streams.uniform(clock, streams.TAKE_OVER, enabler.id, clock.month) < enabler.centralised:
                    close(state, p, enabler)
                else:
                    enabler.capacity *= 1.0 - p.decentralised_loss


@kernel
def members_served(state: State, service: int, home: int) -> float:
    """Active members among the jurisdictions that enablers of a service at home in one serve. Share, 0..1."""
    members, served = 0.0, 0.0
    for j in range(state.agencies.size):
        if state.serves[service, home, j]:
            served += 1.0
            if state.agencies[j].standing > 0.0:
                members += 1.0
    return members / max(1.0, served)


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
