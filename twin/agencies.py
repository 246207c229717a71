"""What agencies do: officers by kind of effort, technology, a queue of evidence, operations and what they cost."""

from __future__ import annotations

from collections import Counter
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import mesa

from countermarket.model.state.codes import (
    DIGITAL_EFFORT,
    ENABLER_DOMAIN,
    ENABLER_EFFORT,
    FINANCE_EFFORT,
    INTERDICTION,
    INVESTIGATION,
)

if TYPE_CHECKING:
    from twin.alliance import Alliance
    from twin.model import TwinModel
    from twin.places import Community


class Agency(mesa.Agent):
    """The bodies of one state that fight organised crime."""

    def __init__(self, model: TwinModel, place: Community, columns: dict[str, Any], levers: dict[str, Any]) -> None:
        super().__init__(model)
        vars(self).update(columns)
        self.place = place
        place.agency = self
        self.budget: float = levers["budget_multiplier"]
        self.shares: list[float] = levers["effort"]
        self.abroad: list[list[Agency]] = []
        """Other agencies on whose ground enablers at home here serve, by service."""

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        self.recovered = self.innocent = 0.0

    def allocate(self) -> None:
        """Officers by kind of effort, per head of population, and analysts beside them."""
        p, population = self.model.p, self.place.population
        self.officers = population * p.officers_scale * self.budget * self.integrity
        self.effort = [share * self.officers / max(population, 1.0) for share in self.shares]
        self.analysts = self.officers * p.analyst_share

    def advance(self, best: float, ours: float) -> None:
        """Learn from own work, from the best, and from other members as far as evidence is shared; forget."""
        p = self.model.p
        staffing = self.officers / (self.place.population * p.officers_scale + 1e-9)
        imitation = p.imitation * max(0.0, best - self.technology)
        if self.standing > 0.0:
            imitation += p.diffusion * self.promised * max(0.0, ours - self.technology)
        self.technology += p.agency_research * sqrt(staffing) + imitation - p.technology_decay * self.technology
        self.gap = self.technology - self.model.group_technology

    def open_eyes(self) -> None:
        """Evidence a month on an ordinary, efficient group wholly on this ground, by market."""
        p, coverage = self.model.p, self.model.alliance.coverage
        partners = self.standing * p.partner_effect
        scale = p.sighting / p.officers_scale * exp(p.gap_effect * self.gap)
        work = self.effort[INVESTIGATION]
        money = self.effort[FINANCE_EFFORT] * (1.0 + partners * coverage[0])
        traffic = self.effort[DIGITAL_EFFORT] * (1.0 + partners * coverage[1])
        self.eyes = [
            scale * saturated(work * attention + money * finance + traffic * digital, usual, p.sight_exposure)
            for attention, finance, digital, usual in zip(
                p.attention, p.finance_trace, p.digital_trace, self.model.usual_eyes, strict=True
            )
        ]
        self.load = self.presences = 0.0
        self.gives *= 1.0 - p.review_rate
        self.gets *= 1.0 - p.review_rate

    def part_shared_with(self, reader: Agency, domain: int) -> tuple[float, bool]:
        """Share of its evidence it gives another agency, and whether through the alliance's channel."""
        p, alliance = self.model.p, self.model.alliance
        trust = self.trust[reader.place.number][domain]
        if self.standing * reader.standing > 0.0:
            promised = self.promised
            if promised > p.bilateral_sharing:
                return promised * trust * alliance.usable, True
        return p.bilateral_sharing * trust, False

    def work_the_queue(self) -> None:
        """Analysts read what they can; the rest waits, ages and at last is dropped."""
        p = self.model.p
        room = self.analysts * self.pace
        waiting = self.queue * (1.0 - p.queue_expiry) + self.load
        self.queue = waiting - min(waiting, room)
        self.wait = self.queue / max(room, 1e-9)
        served = min(1.0, room / max(self.load, 1e-9))
        self.throughput = served * exp(-p.evidence_decay * min(self.wait, 24.0))

    # Cases.

    def open_docket(self, cases: int) -> None:
        """Count the ripe cases, and how many there are officers for."""
        self.cases = float(cases)
        self.operations = 0
        self.room = self.effort[INVESTIGATION] * self.place.population * self.model.p.cases_per_officer

    @property
    def spare(self) -> float:
        """Cases it could lend officers for."""
        return max(0.0, self.room - self.cases)

    @property
    def short(self) -> float:
        """Cases it has no officers for."""
        return max(0.0, self.cases - self.room)

    @property
    def chance(self) -> float:
        """Chance that a ripe case is acted on."""
        return 1.0 - exp(-self.room / max(self.cases, 1e-9))

    # Enablers.

    def watch_enablers(self) -> None:
        """Officers per head that see an enabler at home here, by service, and the share of its business members see."""
        passed = {other: other.part_shared_with(self, ENABLER_DOMAIN)[0] for other in self.model.agencies}
        seen = {other: other.place.finance_weight * other.effort[ENABLER_EFFORT] * passed[other] for other in passed}
        told = {other: other.place.finance_weight * other.promised * other.standing for other in passed}
        here, outside = self.model.p.home_bite, 1.0 - self.model.p.home_bite
        for service, others in enumerate(self.abroad):
            self.served[service] = served = 1e-12 + sum(other.place.finance_weight for other in others)
            there = sum(seen[other] for other in others) / served
            self.watched[service] = self.effort[ENABLER_EFFORT] + outside / here * there
            members = sum(told[other] for other in others) / served
            self.touched[service] = here * self.standing + outside * members

    # The club.

    @property
    def promised(self) -> float:
        """Share of its evidence a member really gives other members."""
        return self.model.alliance.sharing * self.contribution

    def review(self) -> None:
        """A member gives as others do, by how far it trusts them in ordinary times; a free rider much less."""
        p = self.model.p
        cut = p.rider_part if self.rides else 1.0
        slope = p.club_slope * cut
        given, trusted = self.view_of_others()
        wish = p.goodwill * trusted * cut * (1.0 - slope) + slope * given
        self.contribution += p.review_rate * (min(1.0, wish * self.integrity) - self.contribution)

    def view_of_others(self) -> tuple[float, float]:
        """Mean contribution of the other members, and usual trust in them; of one alone its own."""
        others = [other for other in self.model.alliance.members if other is not self]
        if not others:
            return self.contribution, 1.0
        given = sum(other.contribution for other in others)
        trusted = sum(self.base_trust[other.place.number] for other in others)
        return given / len(others), trusted / len(others)

    def renew_trust(self) -> None:
        """Trust moves to what is usual between two states, and between members to what the other contributes."""
        p = self.model.p
        for other in self.model.agencies:
            deserved = self.base_trust[other.place.number]
            if other is not self and self.standing * other.standing > 0.0:
                given = min(1.0, other.contribution / p.first_contribution)
                deserved *= 1.0 - p.trust_of_givers * (1.0 - given)
            by_domain = self.trust[other.place.number]
            for domain, trust in enumerate(by_domain):
                by_domain[domain] += p.agency_trust_recovery * (deserved - trust)

    def trust_less(self, other: Agency) -> None:
        """A leak was traced to another member."""
        number = other.place.number
        self.trust[number] = [trust * (1.0 - self.model.p.leak_blame) for trust in self.trust[number]]

    def month_cost(self) -> float:
        """Officers, operations, prison, asset cases and supervision. USD."""
        p, home = self.model.p, self.place
        cost = self.officers * p.officer_cost * home.wage
        cost += self.operations * (p.operation_cost + p.asset_case_cost * self.pursuit)
        cost += p.supervision_share * self.diligence * home.population * home.wage
        for m in range(len(self.model.markets)):
            served = (home.arrests[m] + home.crowd[m] * home.routine[m]) * p.sentence_months[m]
            jailed = home.selling[m] * home.selling_routine[m] * p.seller_custody
            served += jailed * p.retail_sentence_months[m]
            cost += served * self.severity[m] * p.prison_cost * home.wage
        return cost


def saturated(eyes: float, usual: float, exposure: float) -> float:
    """What so many eyes find: the more search already, the more of what is seen was seen before."""
    return usual * (1.0 - exp(-exposure * eyes / usual)) / (1.0 - exp(-exposure))


def usual_eyes(p: Any) -> list[float]:
    """The eyes of ordinary efforts, by market."""
    kinds = zip(p.attention, p.finance_trace, p.digital_trace, strict=True)
    shares = p.reference_investigation_share, p.reference_finance_share, p.reference_digital_share
    return [
        p.officers_scale * sum(share * trace for share, trace in zip(shares, traces, strict=True)) for traces in kinds
    ]


def lend_officers(alliance: Alliance) -> None:
    """Joint teams: members lend case officers whom their own ripe cases leave free to those who have too few."""
    spare = sum(agency.spare * agency.contribution for agency in alliance.members)
    short = sum(agency.short for agency in alliance.members)
    lent = min(short, alliance.joint_action * spare)
    for agency in alliance.members if lent > 0.0 else ():
        agency.room += lent * agency.short / short
        agency.room -= lent * agency.spare * agency.contribution / spare


def place_interdiction(model: TwinModel) -> None:
    """Each agency spreads interdiction over the legs that touch it, by the value it believes moves there."""
    whole = dict.fromkeys(model.places, 0.0)
    weights = [leg.weight**model.p.concentration for leg in model.legs]
    for leg, weight in zip(model.legs, weights, strict=True):
        whole[leg.origin] += weight
        whole[leg.destination] += weight
    for leg, weight in zip(model.legs, weights, strict=True):
        leg.effort = 0.0
        for place in (leg.origin, leg.destination):
            officers = place.agency.effort[INTERDICTION] * place.population
            leg.effort += officers * weight / max(whole[place], 1e-9)


def advance_technology(model: TwinModel) -> None:
    """Groups imitate their mean, agencies the best among them."""
    groups, p = model.groups, model.p
    model.group_technology = mean = sum(group.technology for group in groups) / max(len(groups), 1)
    for group in groups:
        group.technology += p.imitation * max(0.0, mean - group.technology)
    best = max(agency.technology for agency in model.agencies)
    ours = max((agency.technology for agency in model.alliance.members), default=0.0)
    model.agencies.do("advance", best, ours)


def act_on_cases(model: TwinModel) -> None:
    """Whoever has a ripe case and officers free acts, once a group and month."""
    ripe = {group: cases for group in model.groups if (cases := group.ripe_cases())}
    burden = Counter(case.place.agency for cases in ripe.values() for case in cases)
    for agency in model.agencies:
        agency.open_docket(burden[agency])
    lend_officers(model.alliance)
    chances = {agency: agency.chance for agency in burden}
    for group, cases in ripe.items():
        lead = next((case for case in cases if model.random.random() < chances[case.place.agency]), None)
        if lead is not None:
            group.be_raided(lead)
