"""Who belongs to the alliance: admission, audits and warnings, trust, and what it all costs."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.model.law.alliance import club_size
from countermarket.model.state.accounts import pay
from countermarket.model.state.codes import AGENCIES, LEGAL_ECONOMY, TREASURIES
from countermarket.model.state.law import Agency
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def admit_members(state: State, parameters: Any, levers: Levers) -> None:
    """Who belongs this month, and where the blackout zone lies.

    After: Buchanan 1965 (clubs).
    """
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        agency.away = max(0, agency.away - 1)
        belongs = levers.agencies[j].member and agency.away == 0
        joins = belongs and not agency.member
        agency.member = belongs
        if joins:
            agency.contribution = parameters[0].first_contribution
        agency.suspended = max(0, agency.suspended - 1)
        agency.standing = 1.0 if agency.member and agency.suspended == 0 else 0.0
    club = min(1.0, club_size(state))
    for j in range(state.agencies.size):
        zone = 1.0 if levers.agencies[j].blackout else 0.0
        state.communities[j].blackout = zone * club * (0.5 + 0.5 * state.agencies[j].standing)


@kernel
def review(state: State, parameters: Any, levers: Levers) -> None:
    """Each member gives as others do and as audits make it; audits warn, then suspend; trust follows contribution.

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
        wish = _wish(state, p, lever, j)
        agency.contribution += p.review_rate * (min(1.0, wish * agency.integrity) - agency.contribution)
        if streams.uniform(clock, streams.AUDIT, j, 0) < lever.audit_share / 12.0:
            _audit(p, agency, lever.suspension_threshold)
        if _is_worse_off(p, agency) and streams.uniform(clock, streams.AUDIT, j, 1) < lever.exit_share / 12.0:
            agency.away = int(p.away_months)
    _recover_trust(state, p)
    state.alliance[0].cost_alliance += (
        p.secretariat_cost * members / 12.0 + p.audit_cost * lever.audit_share * members / 12.0
    )
    _pay_public_cost(state, p)


@kernel
def _wish(state: State, p: Any, lever: Any, j: int) -> float:
    """Share of its evidence a member would give: as others do, much less if it is a free rider, more if audits bite.

    own (1 - s) + s x mean of the others, own by how far it trusts them in ordinary times. Who would fall below the
    floor complies as far as audits are likely and it gets more than it gives: what it stands to lose.

    After: Fischbacher, Gaechter and Fehr 2001 (a third ride free); Becker 1968 (chance times loss).
    """
    agency = state.agencies[j]
    cut = p.rider_part if agency.rides else 1.0
    slope = p.club_slope * cut
    given, trusted = _of_others(state, j)
    wish = p.goodwill * trusted * cut * (1.0 - slope) + slope * given
    if wish < lever.suspension_threshold:
        complying = min(1.0, lever.audit_share * _fairness(p, agency) / p.even_exchange)
        wish += complying * (lever.suspension_threshold / max(agency.integrity, p.least_integrity) + p.margin - wish)
    return wish


@kernel
def _fairness(p: Any, agency: Agency) -> float:
    """What a member gets of all that changes hands with it, what it gives weighed at what giving costs. Share."""
    return agency.gets / (agency.gets + p.own_weight * agency.gives + 1e-9)


@kernel
def _is_worse_off(p: Any, agency: Agency) -> bool:
    """Whether a member in good standing gives more than it gets: what it would save by leaving is more."""
    return agency.standing > 0.0 and agency.gives > 0.0 and _fairness(p, agency) < p.even_exchange


@kernel
def _of_others(state: State, j: int) -> Any:
    """Mean contribution of the other members in good standing, and usual trust in them; of one alone its own."""
    given, trusted, others = 0.0, 0.0, 0.0
    for k in range(state.agencies.size):
        if k != j and state.agencies[k].standing > 0.0:
            given += state.agencies[k].contribution
            trusted += state.base_trust[j, k]
            others += 1.0
    if others == 0.0:
        return state.agencies[j].contribution, 1.0
    return given / others, trusted / others


@kernel
def _audit(p: Any, agency: Agency, threshold: float) -> None:
    """Below the floor a member is warned, and suspended if it was warned before; above it the warning lapses."""
    if agency.contribution >= threshold:
        agency.warned = False
    elif not agency.warned:
        agency.warned = True
        agency.contribution += p.warning_lift * max(0.0, threshold - agency.contribution)
    else:
        agency.suspended = int(p.suspension_months)
        agency.warned = False


@kernel
def _recover_trust(state: State, p: Any) -> None:
    """Trust moves slowly to what is usual between two states, and between members to what the other contributes."""
    for i in range(state.trust.shape[0]):
        for j in range(state.trust.shape[1]):
            deserved = state.base_trust[i, j]
            if i != j and state.agencies[i].member and state.agencies[j].member:
                given = min(1.0, state.agencies[j].contribution / p.first_contribution)
                deserved *= 1.0 - p.trust_of_givers * (1.0 - given)
            for domain in range(state.trust.shape[2]):
                state.trust[i, j, domain] += p.agency_trust_recovery * (deserved - state.trust[i, j, domain])


@kernel
def _agency_cost(state: State, p: Any, j: int) -> float:
    """What one agency's month costs: officers, operations, prison, assets, borders, supervision, designations. USD."""
    agency, home = state.agencies[j], state.communities[j]
    cost = agency.officers * p.officer_cost * home.wage
    cost += agency.operations * (p.operation_cost + p.asset_case_cost * agency.pursuit)
    cost += p.regime_cost * agency.regime / 12.0
    cost += p.chokepoint_cost * agency.guarded / 12.0
    cost += p.supervision_share * agency.diligence * home.population * home.wage
    for market in range(state.tallies.size):
        served = (home.arrests[market] + home.crowd[market] * home.routine[market]) * p.sentence_months[market]
        jailed = home.selling[market] * home.selling_routine[market] * p.seller_custody
        served += jailed * p.retail_sentence_months[market]
        cost += served * agency.severity[market] * p.prison_cost * home.wage
    return cost


@kernel
def _pay_public_cost(state: State, p: Any) -> None:
    """What each state's agencies, members' and the alliance cost this month. USD."""
    alliance = state.alliance[0]
    alliance.cost_members = 0.0
    everyone = 0.0
    for j in range(state.agencies.size):
        spent = _agency_cost(state, p, j)
        everyone += spent
        state.agencies[j].public_cost = spent
        if state.agencies[j].member:
            alliance.cost_members += spent
    pay(state.ledger, TREASURIES, AGENCIES, everyone + alliance.cost_alliance)
    pay(state.ledger, AGENCIES, LEGAL_ECONOMY, everyone + alliance.cost_alliance)
