"""Where people live: vulnerability, institutions, and what reinvestment changes after years."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power
from countermarket.model.state.accounts import pay
from countermarket.model.state.codes import ALLIANCE_FUND, LEGAL_ECONOMY, PREVENTION, TREASURIES
from countermarket.model.state.levers import Levers
from countermarket.model.state.society import Community
from countermarket.model.state.tables import State


@kernel
def reinvest(state: State, parameters: Any, levers: Levers) -> None:
    """Members' share of what was confiscated goes to vulnerable communities; it takes one to three years to work.

    Three stages of equal mean stay make the lag (Erlang); only a fidelity share is spent as intended. What was
    taken in a place for reuse there is spent there at the same pace, and works as late.

    After: MacDonald 1978 (Erlang stages); Clear-Hold-Build 2025 (fidelity).
    """
    p = parameters[0]
    share = levers.alliance[0].reinvestment_share
    alliance = state.alliance[0]
    need = 0.0
    for j in range(state.communities.size):
        agency = state.agencies[j]
        if agency.standing > 0.0:
            paid = agency.recovered * share
            pay(state.ledger, TREASURIES, ALLIANCE_FUND, paid)
            alliance.fund += paid
            need += _need(state, j)
    spending = alliance.fund * p.fund_spending_rate
    alliance.fund -= spending
    pay(state.ledger, ALLIANCE_FUND, LEGAL_ECONOMY, spending)
    for j in range(state.communities.size):
        community = state.communities[j]
        agency = state.agencies[j]
        community.reinvested = 0.0
        if agency.standing > 0.0 and need > 0.0:
            community.reinvested = spending * _need(state, j) / need
        kept = community.earmarked * p.fund_spending_rate
        community.earmarked -= kept
        pay(state.ledger, ALLIANCE_FUND, LEGAL_ECONOMY, kept)
        community.reinvested += kept
        rate = 3.0 / p.reinvestment_lag_months
        flow = community.reinvested * p.reinvestment_fidelity
        for stage in range(3):
            out = community.pipeline[stage] * rate
            community.pipeline[stage] += flow - out
            flow = out
        community.relief += p.relief_rate * (flow - community.relief)


@kernel
def _need(state: State, j: int) -> float:
    """Weight of a community's claim: people times vulnerability."""
    return state.communities[j].population * state.communities[j].vulnerability


@kernel
def change(state: State, parameters: Any, levers: Levers) -> None:
    """Vulnerability moves with illicit income, violence, prevention and reinvestment; institutions with corruption.

    After: Pinotti 2015 (what organised crime does to a region); assumption: speeds and sizes.
    """
    p = parameters[0]
    for j in range(state.communities.size):
        community = state.communities[j]
        agency = state.agencies[j]
        income = relative(max(0.0, community.illicit_income), max(0.0, community.reference_income))
        violence = relative(community.violence, community.reference_violence)
        prevention = agency.effort[PREVENTION] / (p.officers_scale * p.reference_prevention_share)
        moved = 1.0 + p.income_effect * income + p.violence_effect * violence
        moved -= p.prevention_effect * (prevention - 1.0) / (prevention + 1.0)
        moved += p.conflict_effect * community.conflict
        pay(state.ledger, TREASURIES, LEGAL_ECONOMY, community.transfers)
        spent = community.transfers / (community.population * community.wage + 1e-9)
        moved -= p.relief_effect * (1.0 - exp(-spent / p.relief_scale))
        _divert(p, community)
        target = min(1.0, max(0.01, community.base_vulnerability * moved))
        community.vulnerability += p.community_speed * (target - community.vulnerability)
        eroded = max(0.2, 1.0 + p.erosion * income + p.conflict_effect * community.conflict)
        eroded = min(1.0, community.base_corruption * eroded)
        community.corruption += p.institution_speed * (eroded - community.corruption)
        agency.integrity = 1.0 - p.corruption_loss * community.corruption
        community.reference_income += p.reference_speed * (
            community.illicit_income - community.reference_income
        )
        community.reference_violence += p.reference_speed * (
            community.violence - community.reference_violence
        )


@kernel
def _divert(p: Any, community: Community) -> None:
    """Whom a programme keeps out of those at risk: it reaches people at a price each; they age, and effects fade.

    Whom a shock's offer of work reaches it reaches at once.

    After: Blattman, Jamison and Sheridan 2017 (price and lasting effect); Farrington 1986 (age and crime).
    """
    at_risk = community.population * community.vulnerability * p.at_risk_share + 1.0
    reached = community.relief / (p.reach_cost * community.wage + 1e-9) / at_risk
    community.diverted *= 1.0 - p.fade_rate - 1.0 / (12.0 * p.risk_years)
    community.diverted += p.opportunity_effect * min(1.0, reached) * (1.0 - community.diverted)
    community.diverted = max(community.diverted, p.opportunity_effect * community.reach)


@kernel
def set_pay(state: State, parameters: Any, levers: Levers) -> None:
    """The criminal wage rises when more hands are wanted than usual, or fewer people can be had.

    pay = (hands / usual hands x usual vulnerability / vulnerability) ** (1 / e), e the elasticity of labour supply.

    After: Levitt and Venkatesh 2000; assumption: elasticity of labour supply.
    """
    p = parameters[0]
    month = state.clock[0].month
    for j in range(state.communities.size):
        community = state.communities[j]
        working = 0.0
        for market in range(state.tallies.size):
            working += community.employed[market]
        community.hands += p.hands_rate * (working - community.hands)
        if month < 0:
            community.reference_hands = community.hands
        busy = (community.hands + 1.0) / (community.reference_hands + 1.0)
        open_pool = community.vulnerability / max(community.base_vulnerability, 1e-6) * (1.0 - community.diverted)
        community.pay = power(busy / max(open_pool, 1e-6), p.wage_response)


@kernel
def relative(value: float, reference: float) -> float:
    """How far a value stands from its reference: (v - r) / (v + r), between -1 and 1."""
    whole = value + reference
    return (value - reference) / whole if whole > 0.0 else 0.0
