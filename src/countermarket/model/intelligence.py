"""Evidence: what agencies see of groups, how long it waits for an analyst, and what reaches partners."""

from typing import Any

import numpy as np

from countermarket import streams
from countermarket.compiled import kernel
from countermarket.model.state import DIGITAL_EFFORT, FINANCE_EFFORT, INVESTIGATION, LEG_SLOTS, PRESENCES


@kernel
def aged(value: float, months: float, decay: float) -> float:
    """What evidence is still worth after some months: value x exp(-decay x age)."""
    return value * np.exp(-decay * months)


@kernel
def sighting_rate(state: Any, p: Any, group: Any, place: int) -> float:
    """Evidence a month an agency collects on a group wholly active under its eyes. Items.

    Officers per head by kind of effort, weighted by what betrays this market, times private partners'
    coverage, times the technology gap; less what a secure stance hides and a patron protects.
    """
    agency = state.agencies[place]
    market = group.market
    alliance = state.alliance[0]
    partners = agency.standing * p.partner_effect
    eyes = agency.effort[INVESTIGATION]
    eyes += agency.effort[FINANCE_EFFORT] * p.finance_trace[market] * (1.0 + partners * alliance.coverage[0])
    eyes += agency.effort[DIGITAL_EFFORT] * p.digital_trace[market] * (1.0 + partners * alliance.coverage[1])
    hidden = 1.0 - p.stance_effect * group.stance
    if place == group.home:
        hidden *= 1.0 - group.patron
    size = (group.members / state.tallies[market].typical) ** p.size_visibility
    return p.sighting * eyes / p.officers_scale * hidden * size * np.exp(p.gap_effect * agency.gap)


@kernel
def gather(state: Any, parameters: Any, levers: Any) -> None:
    """Evidence arrives, waits for an analyst, loses value with age; each agency sees only its own ground."""
    p = parameters[0]
    for j in range(state.agencies.size):
        state.agencies[j].load = 0.0
        state.agencies[j].presences = 0.0
    for g in range(state.groups.size):
        group = state.groups[g]
        if not group.active:
            continue
        for slot in range(PRESENCES):
            place = group.presence[slot]
            if place < 0:
                continue
            agency = state.agencies[place]
            seen = group.activity[slot] * sighting_rate(state, p, group, place)
            agency.load += seen
            agency.presences += group.activity[slot]
            group.evidence[slot] = aged(group.evidence[slot], 1.0, p.evidence_decay) + seen * agency.throughput


@kernel
def share(state: Any, parameters: Any, levers: Any) -> None:
    """What others hold reaches an agency through a channel, late and aged; it too must be read by an analyst."""
    p = parameters[0]
    alliance = state.alliance[0]
    for j in range(state.agencies.size):
        state.agencies[j].gives *= 1.0 - p.review_rate
        state.agencies[j].gets *= 1.0 - p.review_rate
    for g in range(state.groups.size):
        group = state.groups[g]
        if not group.active:
            continue
        domain = _domain(state, group)
        for to in range(PRESENCES):
            reader = group.presence[to]
            if reader < 0:
                continue
            sent, speed = 0.0, 0.0
            for source in range(PRESENCES):
                giver = group.presence[source]
                if giver < 0 or source == to or group.evidence[source] <= 0.0:
                    continue
                given, latency = shared_part(state, p, giver, reader, domain)
                given *= group.evidence[source]
                sent += aged(given, latency, p.evidence_decay)
                speed += given / max(latency, 1.0)
                state.agencies[giver].gives += p.review_rate * given
                state.agencies[reader].gets += p.review_rate * given
            whole = max(sent, 1e-12)
            pace = min(1.0, max(0.05, speed / whole))
            usable = state.agencies[reader].throughput * sent
            state.agencies[reader].load += p.reading_load * sent * (1.0 - p.standards_relief * alliance.standards)
            group.received[to] += pace * (usable - group.received[to])


@kernel
def shared_part(state: Any, p: Any, giver: int, reader: int, domain: int) -> Any:
    """Share of its evidence one agency gives another, and how many months it takes.

    Members give by the alliance's rule as far as they really contribute; others through mutual legal assistance.
    """
    alliance = state.alliance[0]
    giving, reading = state.agencies[giver], state.agencies[reader]
    trust = state.trust[giver, reader, domain]
    both = giving.standing * reading.standing > 0.0
    bilateral = p.bilateral_sharing * trust
    if both and alliance.sharing * giving.contribution > p.bilateral_sharing:
        usable = p.unstandardised + (1.0 - p.unstandardised) * alliance.standards
        return alliance.sharing * giving.contribution * trust * usable, alliance.latency
    return bilateral, p.bilateral_latency


@kernel
def _domain(state: Any, group: Any) -> int:
    """Domain of trust that a group's main leg falls under."""
    best, domain = -1.0, 1
    for k in range(LEG_SLOTS):
        if group.leg[k] >= 0 and group.share[k] > best:
            best, domain = group.share[k], state.legs[group.leg[k]].domain
    return domain


@kernel
def report(state: Any, parameters: Any, levers: Any) -> None:
    """What enters the statistics: seizures thinned by coverage, in bulk weight, some months late.

    Events are a Poisson thinning of those that happened; a unit is one consignment.
    """
    p = parameters[0]
    clock = state.clock[0]
    for market in range(state.tallies.size):
        tally = state.tallies[market]
        tally.unreported += tally.seized
        due = tally.unreported * p.reporting_rate
        tally.unreported -= due
        size = p.reported_load[market]
        variate = streams.uniform(clock, streams.DETECT, market, 0)
        events = streams.poisson(variate, due * p.detected_share[market] / size)
        tally.seizures_detected = events * size / p.purity[market]


@kernel
def work_the_queue(state: Any, parameters: Any, levers: Any) -> None:
    """Analysts read what they can; the rest waits, ages and at last is dropped.

    Throughput, the share of arriving evidence that becomes usable, is what next month's sightings meet.
    """
    p = parameters[0]
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        relief = 1.0 + p.compute_relief * state.alliance[0].compute * agency.standing
        room = agency.analysts * p.items_per_analyst * relief
        waiting = agency.queue * (1.0 - p.queue_expiry) + agency.load
        read = min(waiting, room)
        agency.queue = waiting - read
        agency.wait = agency.queue / max(room, 1e-9)
        served = min(1.0, room / max(agency.load, 1e-9))
        agency.throughput = aged(served, min(agency.wait, 24.0), p.evidence_decay)
