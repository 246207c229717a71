"""The pursuit of enablers: what is seen of them wherever they serve, and what a closed one's records show."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.crime.enablers import close
from countermarket.model.law.intelligence import shared_part
from countermarket.model.state.codes import ENABLER_DOMAIN, ENABLER_EFFORT, PRESENCES
from countermarket.model.state.crime import Enabler
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def pursue_enablers(state: State, parameters: Any, levers: Levers) -> None:
    """Evidence on enablers grows wherever they serve, as far as it reaches their home; the more, the sooner they close.

    Assumption: as for cases against groups; Tornado Cash against Hydra (centralised or not).
    """
    p = parameters[0]
    watch_enablers(state, p)
    for e in range(state.enablers.size):
        enabler = state.enablers[e]
        if enabler.active:
            touched = state.agencies[enabler.jurisdiction].touched[enabler.service]
            enabler.evidence += _seen_of(state, p, enabler) - p.evidence_decay * enabler.evidence
            ripe = enabler.evidence * enabler.evidence
            ripe /= ripe + p.enabler_threshold * p.enabler_threshold
            chance = p.enabler_action_chance * ripe * max(touched, p.home_bite)
            if streams.uniform(state.clock[0], streams.CLOSE_ENABLER, enabler.id, state.clock[0].month) < chance:
                _take_down(state, p, e)


@kernel
def watch_enablers(state: State, p: Any) -> None:
    """Officers per head that see an enabler at home in a place, by service, and the share of its business members see.

    A part of its business is at home, the rest by financial weight over what it serves, as for designations; what is
    seen elsewhere counts as far as it is passed on to its home.
    """
    alliance = state.alliance[0]
    for home in range(state.agencies.size):
        host = state.agencies[home]
        for service in range(4):
            host.watched[service], host.touched[service], host.served[service] = 0.0, 0.0, 1e-12
        for j in range(state.agencies.size):
            agency, weight = state.agencies[j], state.communities[j].finance_weight
            passed, _ = shared_part(state, p, j, home, ENABLER_DOMAIN)
            told = agency.standing * agency.contribution * alliance.sharing
            for service in range(4):
                if j != home and state.serves[service, home, j]:
                    host.served[service] += weight
                    host.watched[service] += weight * agency.effort[ENABLER_EFFORT] * passed
                    host.touched[service] += weight * told
        abroad = 1.0 - p.home_bite
        for service in range(4):
            seen = host.watched[service] / host.served[service]
            host.watched[service] = host.effort[ENABLER_EFFORT] + abroad / p.home_bite * seen
            members = host.touched[service] / host.served[service]
            host.touched[service] = p.home_bite * host.standing + abroad * members


@kernel
def _seen_of(state: State, p: Any, enabler: Enabler) -> float:
    """Evidence that one enabler's month adds: by officers and joint targeting, its clients, and the gap. Cases."""
    agency, service = state.agencies[enabler.jurisdiction], enabler.service
    eyes = agency.watched[service] / (p.officers_scale * p.reference_enabler_share)
    eyes += p.targeting_effect * state.alliance[0].targeting[service] * agency.touched[service]
    traced = 1.0 + p.diligence_trace * agency.diligence
    size = min(p.busiest, enabler.clients / p.reference_clients)
    return p.enabler_sighting * eyes * traced * size * exp(p.gap_effect * agency.gap)


@kernel
def _take_down(state: State, p: Any, e: int) -> None:
    """A ripe case ends: its records are read; a centralised enabler stops, a decentralised one shrinks and goes on."""
    enabler, clock = state.enablers[e], state.clock[0]
    enabler.evidence = 0.0
    _read_ledger(state, p, e)
    if streams.uniform(clock, streams.TAKE_OVER, enabler.id, clock.month) < enabler.centralised:
        close(state, p, enabler)
    else:
        enabler.capacity *= 1.0 - p.decentralised_loss


@kernel
def _read_ledger(state: State, p: Any, closed: int) -> None:
    """A closed enabler's records show its clients to the agency that took them, and to others as far as it shares.

    After: EncroChat 2020 (6,558 arrests from a service's own messages).
    """
    home, service = state.enablers[closed].jurisdiction, state.enablers[closed].service
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active and group.enabler[service] == closed:
            for slot in range(PRESENCES):
                place = group.presence[slot]
                if place >= 0 and group.activity[slot] > 0.0:
                    passed = 1.0
                    if place != home:
                        passed, _ = shared_part(state, p, home, place, ENABLER_DOMAIN)
                    group.evidence[slot] += p.ledger_evidence * passed * group.activity[slot]
