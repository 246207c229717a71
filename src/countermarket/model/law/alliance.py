"""What the alliance decides: who belongs, what is shared how fast, whom to act on together, whom to designate."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import log
from countermarket.model.state.accounts import pay
from countermarket.model.state.codes import AGENCIES, LEGAL_ECONOMY, PRESENCES, TREASURIES


@kernel
def club_size(state: Any) -> float:
    """Members in good standing: without any there is nobody to act or to pay."""
    members = 0.0
    for j in range(state.agencies.size):
        members += state.agencies[j].standing
    return members


@kernel
def admit_members(state: Any, parameters: Any, levers: Any) -> None:
    """Who belongs this month, and where the blackout zone lies.

    After: Buchanan 1965 (clubs).
    """
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        joins = levers.agencies[j].member and not agency.member
        agency.member = levers.agencies[j].member
        if joins:
            agency.contribution = parameters[0].first_contribution
        agency.suspended = max(0, agency.suspended - 1)
        agency.standing = 1.0 if agency.member and agency.suspended == 0 else 0.0
    club = min(1.0, club_size(state))
    for j in range(state.agencies.size):
        zone = 1.0 if levers.agencies[j].blackout else 0.0
        state.communities[j].blackout = zone * club * (0.5 + 0.5 * state.agencies[j].standing)


@kernel
def open_channel(state: Any, parameters: Any, levers: Any) -> None:
    """How much members owe one another, over which channel, and how usable it is as it comes.

    Federated matching shortens the wait of the share of holdings it covers to about a day.

    After: European Judicial Network; FCInet (matching in real time).
    """
    p = parameters[0]
    lever = levers.alliance[0]
    alliance = state.alliance[0]
    alliance.sharing = lever.data_sharing_share
    alliance.standards = lever.common_standards
    slow = p.channel_latency[lever.channel]
    alliance.latency = slow + lever.federated_data * (min(slow, p.matching_latency) - slow)
    club = club_size(state)
    alliance.cost_alliance = min(1.0, club) * p.platform_cost * lever.federated_data / 12.0
    alliance.cost_alliance += min(1.0, club) * p.standards_cost * lever.common_standards / 12.0
    alliance.cost_alliance += club * p.sharing_cost * lever.data_sharing_share / 12.0


@kernel
def task(state: Any, parameters: Any, levers: Any) -> None:
    """Joint tasking: operations, chokepoints, enablers by service, and the private partners who report in real time.

    After: Eurojust 2022 (joint teams on 2.3% of cases).
    """
    p = parameters[0]
    lever = levers.alliance[0]
    alliance = state.alliance[0]
    alliance.joint_action = lever.joint_action_share
    effort = 0.0
    for service in range(4):
        alliance.targeting[service] = lever.enabler_targeting[service]
        effort += lever.enabler_targeting[service]
    partners = 0.0
    for partner in range(3):
        alliance.coverage[partner] = lever.private_partners[partner]
        partners += lever.private_partners[partner]
    controls = 0.0
    for n in range(state.legs.size):
        leg = state.legs[n]
        inside = max(state.agencies[leg.origin].standing, state.agencies[leg.destination].standing)
        leg.intensity = levers.chokepoints[n] * inside
        controls += leg.intensity
    bill = p.targeting_cost * effort + p.chokepoint_cost * controls + p.partner_cost * partners
    alliance.cost_alliance += min(1.0, club_size(state)) * bill / 12.0
    alliance.compliance = 0.0
    for j in range(state.agencies.size):
        base = state.communities[j].population * state.communities[j].wage * p.compliance_share
        extra = p.partner_compliance * partners * state.agencies[j].standing
        alliance.compliance += base * (1.0 + p.diligence_compliance * state.agencies[j].diligence + extra)


@kernel
def designate(state: Any, parameters: Any, levers: Any) -> None:
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
def _list_one(state: Any, p: Any, lever: Any, occasion: int) -> None:
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
    bite = sanction_bite(state, p, enabler.jurisdiction, enabler.reach)
    bite *= 1.0 - p.decentralised_immunity * (1.0 - enabler.centralised)
    enabler.bite = max(enabler.bite, bite)


@kernel
def sanction_bite(state: Any, p: Any, home: int, reach: int) -> float:
    """Share of a designated enabler's business under the designating jurisdictions' reach.

    bite = h [home acts] + (1 - h) x financial weight of those who act in its reach / weight of its reach.
    """
    under, whole = 0.0, 1e-12
    for j in range(state.agencies.size):
        if (reach >> (j % 62)) & 1:
            whole += state.communities[j].finance_weight
            under += state.communities[j].finance_weight * state.agencies[j].acts
    return p.home_bite * state.agencies[home].acts + (1.0 - p.home_bite) * under / whole


@kernel
def _ask_members(state: Any, coordination: float, occasion: int) -> float:
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
def _pick(clock: Any, occasion: int, option: int) -> float:
    """Where in a list the next name considered stands, in (0, 1)."""
    return streams.uniform(clock, streams.DESIGNATE, 1000 + occasion, option)


@kernel
def _list_leader(state: Any, p: Any, occasion: int) -> None:
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
    group.designated = max(group.designated, min(1.0, 0.5 * under + 0.5 * reach))


@kernel
def sting(state: Any, parameters: Any, levers: Any) -> None:
    """False offers and covert platforms: counterparties are trusted less; the effect builds up, fades and wears out.

    After: Gambetta 2009 (trust among criminals).
    """
    p = parameters[0]
    alliance = state.alliance[0]
    effort = levers.alliance[0].stings * min(1.0, club_size(state))
    wear = 1.0 - p.sting_fatigue * alliance.distrust
    alliance.distrust += p.sting_effect * effort * wear * (1.0 - alliance.distrust)
    alliance.distrust *= 1.0 - p.distrust_decay
    alliance.innocent += p.sting_errors * effort
    alliance.cost_alliance += p.sting_cost * effort / 12.0


@kernel
def review(state: Any, parameters: Any, levers: Any) -> None:
    """Each member compares what it gets with what it gives; audits warn, then suspend; trust recovers slowly.

    After: Fischbacher, Gaechter and Fehr 2001 (conditional cooperation); Ostrom 1990 (graduated sanctions).
    """
    p = parameters[0]
    lever = levers.alliance[0]
    clock = state.clock[0]
    members = 0.0
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        if not agency.member:
            continue
        members += 1.0
        fair = agency.gets / (agency.gets + p.own_weight * agency.gives + 1e-9)
        wish = p.goodwill + (1.0 - p.goodwill) * fair + p.audit_pressure * lever.audit_share
        agency.contribution += p.review_rate * (min(1.0, wish * agency.integrity) - agency.contribution)
        if streams.uniform(clock, streams.AUDIT, j, 0) < lever.audit_share / 12.0:
            _audit(p, agency, lever.suspension_threshold)
    _recover_trust(state, p)
    state.alliance[0].cost_alliance += (
        p.secretariat_cost * members / 12.0 + p.audit_cost * lever.audit_share * members / 12.0
    )
    _pay_public_cost(state, p)


@kernel
def _audit(p: Any, agency: Any, threshold: float) -> None:
    """Below the floor a member is warned, and suspended if it was warned before; above it the warning lapses."""
    if agency.contribution >= threshold:
        agency.warned = False
    elif not agency.warned:
        agency.warned = True
        agency.contribution += 0.5 * max(0.0, threshold - agency.contribution)
    else:
        agency.suspended = int(p.suspension_months)
        agency.warned = False


@kernel
def _recover_trust(state: Any, p: Any) -> None:
    """Trust lost to leaks or misuse comes back slowly, by domain."""
    for i in range(state.trust.shape[0]):
        for j in range(state.trust.shape[1]):
            for domain in range(state.trust.shape[2]):
                state.trust[i, j, domain] += p.agency_trust_recovery * (
                    state.base_trust[i, j] - state.trust[i, j, domain]
                )


@kernel
def _agency_cost(state: Any, p: Any, j: int) -> float:
    """What one agency's month costs: officers, operations, prison, asset cases, supervision, designations. USD."""
    agency, home = state.agencies[j], state.communities[j]
    cost = agency.officers * p.officer_cost * home.wage
    cost += agency.operations * (p.operation_cost + p.asset_case_cost * agency.pursuit)
    cost += p.regime_cost * agency.regime / 12.0
    cost += p.supervision_share * agency.diligence * home.population * home.wage
    for market in range(state.tallies.size):
        caught = home.arrests[market] + home.employed[market] * home.routine[market]
        served = p.sentence_months[market] * agency.severity[market]
        cost += caught * served * p.prison_cost * home.wage
    return cost


@kernel
def _pay_public_cost(state: Any, p: Any) -> None:
    """What members' agencies and the alliance cost this month. USD."""
    alliance = state.alliance[0]
    alliance.cost_members = 0.0
    everyone = 0.0
    for j in range(state.agencies.size):
        spent = _agency_cost(state, p, j)
        everyone += spent
        if state.agencies[j].member:
            alliance.cost_members += spent
    pay(state.ledger, TREASURIES, AGENCIES, everyone + alliance.cost_alliance)
    pay(state.ledger, AGENCIES, LEGAL_ECONOMY, everyone + alliance.cost_alliance)
