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
def review(state: State, parameters: Any, levers: Levers) -> None:
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
def _audit(p: Any, agency: Agency, threshold: float) -> None:
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
def _recover_trust(state: State, p: Any) -> None:
    """Trust lost to leaks or misuse comes back slowly, by domain."""
    for i in range(state.trust.shape[0]):
        for j in range(state.trust.shape[1]):
            for domain in range(state.trust.shape[2]):
                state.trust[i, j, domain] += p.agency_trust_recovery * (
                    state.base_trust[i, j] - state.trust[i, j, domain]
                )


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
        caught = home.arrests[market] + home.employed[market] * home.routine[market]
        served = p.sentence_months[market] * agency.severity[market]
        cost += caught * served * p.prison_cost * home.wage
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
