"""Where people live: what they earn and fear, how vulnerable they are, and what reinvestment changes."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

from countermarket.model.state.codes import INVESTIGATION, PREVENTION
from twin.violence import Contested

if TYPE_CHECKING:
    from twin.agencies import Agency
    from twin.markets import Market
    from twin.model import TwinModel


def relative(value: float, reference: float) -> float:
    """How far a value stands from its reference, between -1 and 1."""
    whole = value + reference
    return (value - reference) / whole if whole > 0.0 else 0.0


class Community(Contested):
    """The people of one jurisdiction."""

    agency: Agency

    def __init__(self, model: TwinModel, number: int, columns: dict[str, Any]) -> None:
        vars(self).update(columns)
        self.model = model
        self.number = number
        self.bit = 1 << number
        self.patron = self.patronage

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        markets = len(self.model.markets)
        self.illicit_income = self.recruits = 0.0
        for book in ("arrests", "deaths", "employed", "stake", "selling"):
            setattr(self, book, [0.0] * markets)

    @property
    def open_pool(self) -> float:
        """Vulnerability over the usual."""
        return self.vulnerability / max(self.base_vulnerability, 1e-6)

    @property
    def need(self) -> float:
        """Weight of the claim on reinvestment: people times vulnerability."""
        return self.population * self.vulnerability

    @property
    def open_to_offers(self) -> float:
        """How readily those at risk join, 1 as at the start; less those whom programmes keep out."""
        return self.open_pool**self.model.p.vulnerability_effect * (1.0 - self.diverted)

    def risk_in(self, market: int) -> float:
        """What a member of a group asks for a month's risk of prison and death here, in this place's money. USD."""
        p, severity = self.model.p, self.agency.severity[market]
        prison = self.hazard[market] * p.sentence_months[market] * severity * p.prison_month_value
        return self.wage * (prison + self.death[market] * p.life_value)

    def sell(self, market: Market, hands: float, earned: float) -> None:
        """A month's sales to users, or of the exploited: hands at work, some of them arrested. Persons, USD."""
        m = market.number
        self.employed[m] += hands
        self.selling[m] += hands
        self.illicit_income += earned
        self.stake[m] += earned
        market.workers += hands
        market.sellers_arrested += hands * self.selling_routine[m]

    def report(self, market: Market) -> None:
        """Seizures here enter the statistics thinned by coverage, in bulk weight, some months late."""
        p, m = self.model.p, market.number
        due = self.unreported[m] * p.reporting_rate
        self.unreported[m] -= due
        size = p.reported_load[m]
        events = self.model.poisson(due * p.detected_share[m] / size) if due > 0.0 else 0
        self.detected[m] = events * size / (p.purity[m] * market.quality)

    def fear(self) -> None:
        """Believed hazards of arrest, in groups and as a seller, and of death follow what is seen here."""
        p, agency = self.model.p, self.agency
        reference = p.officers_scale * p.reference_investigation_share + 1e-12
        pressure = agency.effort[INVESTIGATION] / reference * exp(p.gap_effect * agency.gap)
        heat = (1.0 - exp(-p.routine_exposure * pressure)) / (1.0 - exp(-p.routine_exposure))
        for m in range(len(self.model.markets)):
            self.routine[m] = routine = heat * p.routine_hazard[m]
            self.selling_routine[m] = selling = heat * p.seller_hazard[m]
            seen = routine + self.arrests[m] / (self.crowd[m] + p.least_workers)
            prior = self.danger * p.death_rate[m] * p.least_workers
            died = (prior + self.deaths[m]) / (self.employed[m] + p.least_workers)
            self.hazard[m] += p.fear_rate * (seen - self.hazard[m])
            self.selling_hazard[m] += p.fear_rate * (selling - self.selling_hazard[m])
            self.death[m] += p.fear_rate * (died - self.death[m])

    def spend(self, granted: float) -> None:
        """Put a grant to work: three stages of equal mean stay, as far as it is spent as intended."""
        p = self.model.p
        self.reinvested = granted
        flow = granted * p.reinvestment_fidelity
        for stage, held in enumerate(self.pipeline):
            out = held * 3.0 / p.reinvestment_lag_months
            self.pipeline[stage] += flow - out
            flow = out
        self.relief += p.relief_rate * (flow - self.relief)

    def change(self) -> None:
        """Vulnerability and institutions move with illicit income, violence and prevention."""
        p, agency = self.model.p, self.agency
        income = relative(max(0.0, self.illicit_income), max(0.0, self.reference_income))
        violence = relative(self.violence, self.reference_violence)
        prevention = agency.effort[PREVENTION] / (p.officers_scale * p.reference_prevention_share)
        moved = 1.0 + p.income_effect * income + p.violence_effect * violence
        moved -= p.prevention_effect * (prevention - 1.0) / (prevention + 1.0)
        self.divert()
        target = min(1.0, max(0.01, self.base_vulnerability * moved))
        self.vulnerability += p.community_speed * (target - self.vulnerability)
        eroded = min(1.0, self.base_corruption * max(0.2, 1.0 + p.erosion * income))
        self.corruption += p.institution_speed * (eroded - self.corruption)
        agency.integrity = 1.0 - p.corruption_loss * self.corruption
        self.reference_income += p.reference_speed * (self.illicit_income - self.reference_income)
        self.reference_violence += p.reference_speed * (self.violence - self.reference_violence)

    def divert(self) -> None:
        """Whom a programme keeps out of those at risk: it reaches people at a price each; they age, effects fade."""
        p = self.model.p
        at_risk = self.population * self.vulnerability * p.at_risk_share + 1.0
        reached = self.relief / (p.reach_cost * self.wage + 1e-9) / at_risk
        self.diverted *= 1.0 - p.fade_rate - 1.0 / (12.0 * p.risk_years)
        self.diverted += p.opportunity_effect * min(1.0, reached) * (1.0 - self.diverted)

    def set_pay(self) -> None:
        """The criminal wage rises when more hands are wanted than usual, or fewer people can be had."""
        p = self.model.p
        self.hands += p.hands_rate * (sum(self.employed) - self.hands)
        busy = (self.hands + 1.0) / (self.reference_hands + 1.0)
        self.pay = (busy / max(self.open_pool * (1.0 - self.diverted), 1e-6)) ** p.wage_response
