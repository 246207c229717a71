"""What agencies do: officers by kind of effort, technology, a queue of evidence, operations and what they cost."""

from __future__ import annotations

from collections import Counter
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import mesa

from countermarket.model.state.codes import DIGITAL_EFFORT, FINANCE_EFFORT, INTERDICTION, INVESTIGATION

if TYPE_CHECKING:
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

    def allocate(self) -> None:
        """Officers by kind of effort, per head of population, and analysts beside them."""
        p, population = self.model.p, self.place.population
        self.officers = population * p.officers_scale * self.budget * self.integrity
        self.effort = [share * self.officers / max(population, 1.0) for share in self.shares]
        self.analysts = self.officers * p.analyst_share

    def advance(self, best: float, ours: float) -> None:
        """Learn from own work, from the best, and from other members as far as evidence is shared; forget."""
        p, alliance = self.model.p, self.model.alliance
        staffing = self.officers / (self.place.population * p.officers_scale + 1e-9)
        imitation = p.imitation * max(0.0, best - self.technology)
        if self.standing > 0.0:
            drawn = alliance.sharing * self.contribution
            imitation += p.diffusion * drawn * max(0.0, ours - self.technology)
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
            scale * (work * attention + money * finance + traffic * digital)
            for attention, finance, digital in zip(p.attention, p.finance_trace, p.digital_trace, strict=True)
        ]
        self.load = self.presences = 0.0
        self.gives *= 1.0 - p.review_rate
        self.gets *= 1.0 - p.review_rate

    def part_shared_with(self, reader: Agency, domain: int) -> tuple[float, bool]:
        """Share of its evidence it gives another agency, and whether through the alliance's channel."""
        p, alliance = self.model.p, self.model.alliance
        trust = self.trust[reader.place.number][domain]
        if self.standing * reader.standing > 0.0:
            promised = alliance.sharing * self.contribution
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

    def chance_to_act(self, cases: int) -> float:
        """Chance that a ripe case is acted on."""
        room = self.effort[INVESTIGATION] * self.place.population * self.model.p.cases_per_officer
        return 1.0 - exp(-room / max(cases, 1e-9))

    def review(self) -> None:
        """A member compares what it gets with what it gives."""
        p = self.model.p
        fair = self.gets / (self.gets + p.own_weight * self.gives + 1e-9)
        wish = p.goodwill + (1.0 - p.goodwill) * fair
        self.contribution += p.review_rate * (min(1.0, wish * self.integrity) - self.contribution)

    def recover_trust(self) -> None:
        """Trust lost to leaks comes back slowly, by domain."""
        rate = self.model.p.agency_trust_recovery
        for usual, by_domain in zip(self.base_trust, self.trust, strict=True):
            for domain, trust in enumerate(by_domain):
                by_domain[domain] += rate * (usual - trust)

    def month_cost(self) -> float:
        """Officers, operations, prison, asset cases and supervision. USD."""
        p, home = self.model.p, self.place
        cost = self.officers * p.officer_cost * home.wage
        cost += self.operations * (p.operation_cost + p.asset_case_cost * self.pursuit)
        cost += p.supervision_share * self.diligence * home.population * home.wage
        for m in range(len(self.model.markets)):
            caught = home.arrests[m] + home.employed[m] * home.routine[m]
            cost += caught * p.sentence_months[m] * self.severity[m] * p.prison_cost * home.wage
        return cost


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
    chances = {agency: agency.chance_to_act(cases) for agency, cases in burden.items()}
    for group, cases in ripe.items():
        lead = next((case for case in cases if model.random.random() < chances[case.place.agency]), None)
        if lead is not None:
            group.be_raided(lead)
