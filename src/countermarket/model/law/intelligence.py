"""Evidence: what agencies see of groups, how long it waits for an analyst, and what reaches partners."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power
from countermarket.model.state.codes import DIGITAL_EFFORT, FINANCE_EFFORT, INVESTIGATION, LEG_SLOTS, PRESENCES
from countermarket.model.state.crime import Group
from countermarket.model.state.law import Agency
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State


@kernel
def aged(value: float, months: float, decay: float) -> float:
    """What evidence is still worth after some months: value x exp(-decay x age)."""
    return value * exp(-decay * months)


@kernel
def open_eyes(state: State, p: Any) -> None:
    """Evidence a month each agency collects on an ordinary, efficient group wholly on its ground, by market. Items.

    Officers per head by kind of effort, weighted by what betrays the market, times private partners' coverage,
    times the technology gap.
    """
    alliance = state.alliance[0]
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        partners = agency.standing * p.partner_effect
        scale = p.sighting / p.officers_scale * exp(p.gap_effect * agency.gap)
        for market in range(state.tallies.size):
            eyes = agency.effort[INVESTIGATION] * p.attention[market]
            eyes += (
                agency.effort[FINANCE_EFFORT]
                * p.finance_trace[market]
                * (1.0 + partners * alliance.coverage[0])
            )
            eyes += (
                agency.effort[DIGITAL_EFFORT]
                * p.digital_trace[market]
                * (1.0 + partners * alliance.coverage[1])
            )
            agency.eyes[market] = scale * saturated(p, market, eyes)
        agency.load = 0.0
        agency.presences = 0.0


@kernel
def saturated(p: Any, market: int, eyes: float) -> float:
    """What so many eyes find: the more search already, the more of what is seen was seen before.

    e0 (1 - exp(-x e / e0)) / (1 - exp(-x)), e0 the eyes of ordinary efforts, at which nothing changes.

    After: Koopman 1956 (random search).
    """
    usual = p.reference_investigation_share * p.attention[market]
    usual += p.reference_finance_share * p.finance_trace[market] + p.reference_digital_share * p.digital_trace[market]
    usual *= p.officers_scale
    return usual * (1.0 - exp(-p.sight_exposure * eyes / usual)) / (1.0 - exp(-p.sight_exposure))


@kernel
def gather(state: State, parameters: Any, levers: Levers) -> None:
    """Evidence arrives, waits for an analyst, loses value with age; each agency sees only its own ground.

    Large groups are seen more; a secure stance and better technology than others' hide part, and a patron hides what
    is done at home.

    After: Tenney and Sandell 1981 (detection with distributed sensors).
    """
    p = parameters[0]
    open_eyes(state, p)
    kept = aged(1.0, 1.0, p.evidence_decay)
    ordinary = state.alliance[0].group_technology
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        size = power(group.members / state.tallies[group.market].typical, p.size_visibility)
        visible = size * (1.0 - p.stance_effect * group.stance)
        hidden = exp(p.gap_effect * (ordinary - group.technology))
        for slot in range(PRESENCES):
            place = group.presence[slot]
            if place < 0:
                continue
            agency = state.agencies[place]
            seen = group.activity[slot] * agency.eyes[group.market] * visible
            if place == group.home:
                seen *= max(0.0, 1.0 - group.patron)
            seen *= hidden
            agency.load += seen
            agency.presences += group.activity[slot]
            group.evidence[slot] = group.evidence[slot] * kept + seen * agency.throughput


@kernel
def share(state: State, parameters: Any, levers: Levers) -> None:
    """What others hold reaches an agency through a channel, late and aged; an analyst must read what is new in it.

    After: Tenney and Sandell 1981; latencies: European Judicial Network, Regulation (EU) 2023/1543.
    """
    p = parameters[0]
    alliance = state.alliance[0]
    fresh = aged(1.0, alliance.latency, p.evidence_decay), 1.0 / max(alliance.latency, 1.0)
    stale = aged(1.0, p.bilateral_latency, p.evidence_decay), 1.0 / max(p.bilateral_latency, 1.0)
    new = 1.0 - aged(1.0, 1.0, p.evidence_decay)
    for j in range(state.agencies.size):
        state.agencies[j].gives *= 1.0 - p.review_rate
        state.agencies[j].gets *= 1.0 - p.review_rate
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        domain = _domain(state, group)
        for to in range(PRESENCES):
            reader = group.presence[to]
            if reader < 0:
                continue
            got, sent, speed, spared = 0.0, 0.0, 0.0, 0.0
            for source in range(PRESENCES):
                giver = group.presence[source]
                if giver < 0 or source == to or group.evidence[source] <= 0.0:
                    continue
                given, together = shared_part(state, p, giver, reader, domain)
                given *= group.evidence[source]
                if giver == group.home:
                    given *= max(0.0, 1.0 - group.patron)  # a patron's state answers no request about those it backs
                got += given
                worth, pace = fresh if together else stale
                sent += given * worth
                speed += given * worth * pace
                if together:
                    spared += given * worth * p.standards_relief * alliance.standards
                state.agencies[giver].gives += p.review_rate * given
            state.agencies[reader].gets += p.review_rate * got
            pace = min(1.0, max(0.05, speed / max(sent, 1e-12)))
            usable = state.agencies[reader].throughput * sent
            state.agencies[reader].load += p.reading_load * (sent - spared) * new
            group.received[to] += pace * (usable - group.received[to])


@kernel
def shared_part(state: State, p: Any, giver: int, reader: int, domain: int) -> Any:
    """Share of its evidence one agency gives another, and whether it goes through the alliance's channel.

    Members give by the alliance's rule as far as they really contribute; others through mutual legal assistance.
    """
    alliance = state.alliance[0]
    giving, reading = state.agencies[giver], state.agencies[reader]
    trust = state.trust[giver, reader, domain]
    both = giving.standing * reading.standing > 0.0
    bilateral = p.bilateral_sharing * trust
    if both and alliance.sharing * giving.contribution > p.bilateral_sharing:
        usable = p.unstandardised + (1.0 - p.unstandardised) * alliance.standards
        return alliance.sharing * giving.contribution * trust * usable, True
    return bilateral, False


@kernel
def _domain(state: State, group: Group) -> int:
    """Domain of trust that a group's main leg falls under."""
    best, domain = -1.0, 1
    for k in range(LEG_SLOTS):
        if group.leg[k] >= 0 and group.share[k] > best:
            best, domain = group.share[k], state.legs[group.leg[k]].domain
    return domain


@kernel
def report(state: State, parameters: Any, levers: Levers) -> None:
    """What enters the statistics of each place: seizures thinned by coverage, in bulk weight, some months late.

    Events are a Poisson thinning of those that happened; a unit is one consignment. What is lost on a leg is counted
    half at either end.

    After: Kingman 1993 (thinning of a Poisson process).
    """
    p = parameters[0]
    _hand_in_reports(state)
    for market in range(state.tallies.size):
        tally = state.tallies[market]
        tally.seizures_detected = 0.0
        for j in range(state.communities.size):
            home = state.communities[j]
            due = home.unreported[market] * p.reporting_rate
            home.unreported[market] -= due
            size = p.reported_load[market]
            variate = streams.uniform(state.clock[0], streams.DETECT, market, j)
            events = streams.poisson(variate, due * p.detected_share[market] / size)
            home.detected[market] = events * size / (p.purity[market] * tally.quality)
            tally.seizures_detected += home.detected[market]


@kernel
def _hand_in_reports(state: State) -> None:
    """What was seized this month, on legs, at home and at source, waits to enter its place's statistics."""
    for n in range(state.legs.size):
        leg = state.legs[n]
        if leg.lost > 0.0 and not state.nodes[leg.end].feeds:
            state.communities[leg.origin].unreported[leg.market] += 0.5 * leg.lost
            state.communities[leg.destination].unreported[leg.market] += 0.5 * leg.lost
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if not node.feeds:
            taken = node.seized_at_home + node.seized_at_source
            state.communities[node.jurisdiction].unreported[node.market] += taken


@kernel
def work_the_queue(state: State, parameters: Any, levers: Levers) -> None:
    """Analysts read what they can; the rest waits, ages and at last is dropped.

    Throughput, the share of arriving evidence that becomes usable, is what next month's sightings meet.

    After: Newell 1982 (queues as fluids); Cellebrite: 58 hours of analysis a case.
    """
    p = parameters[0]
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        _post_analysts(p, state.clock[0], agency)
        relief = 1.0 + p.compute_relief * state.alliance[0].compute * agency.standing
        room = agency.analysts * agency.pace * relief
        waiting = agency.queue * (1.0 - p.queue_expiry) + agency.load
        read = min(waiting, room)
        agency.queue = waiting - read
        agency.wait = agency.queue / max(room, 1e-9)
        served = min(1.0, room / max(agency.load, 1e-9))
        agency.throughput = aged(served, min(agency.wait, 24.0), p.evidence_decay)


@kernel
def _post_analysts(p: Any, clock: Clock, agency: Agency) -> None:
    """Until the first reported month staff goes where the reading is, everywhere somewhat too little of it."""
    if clock.month < 0:
        fitting = agency.load / (p.overload * max(agency.analysts, 1e-9))
        agency.pace += (p.picture_rate if agency.pace > 0.0 else 1.0) * (fitting - agency.pace)
