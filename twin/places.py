"""Where people live: what they earn and fear, how vulnerable they are, and what reinvestment changes."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

from countermarket.model.state.codes import INVESTIGATION, PREVENTION

if TYPE_CHECKING:
    from twin.agencies import Agency
    from twin.model import TwinModel


def relative(value: float, reference: float) -> float:
    """How far a value stands from its reference, between -1 and 1."""
    whole = value + reference
    return (value - reference) / whole if whole > 0.0 else 0.0


class Community:
    """The people of one jurisdiction."""

    agency: Agency

    def __init__(self, model: TwinModel, number: int, columns: dict[str, Any]) -> None:
        vars(self).update(columns)
        self.model = model
        self.number = number
        self.bit = 1 << number
        self.patron = min(1.0, self.patronage)

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        markets = len(self.model.markets)
        self.illicit_income = 0.0
        self.arrests = [0.0] * markets
        self.deaths = [0.0] * markets
        self.employed = [0.0] * markets

    @property
    def open_pool(self) -> float:
        """Vulnerability over the usual."""
        return self.vulnerability / max(self.base_vulnerability, 1e-6)

    @property
    def need(self) -> float:
        """Weight of the claim on reinvestment: people times vulnerability."""
        return self.population * self.vulnerability

    def count_deaths(self, scarcity: list[float]) -> None:
        """Deaths among all who work here, more where a scarce trade is contested."""
        self.violence = 0.0
        for market in self.model.markets:
            m = market.number
            rate = self.model.p.death_rate[m] * self.model.p.routine_violence
            deaths = self.employed[m] * rate * scarcity[m]
            self.deaths[m] += deaths
            self.violence += deaths
            market.violence += deaths

    def fear(self) -> None:
        """Believed hazards of arrest and death follow what is seen here."""
        p, agency = self.model.p, self.agency
        reference = p.officers_scale * p.reference_investigation_share + 1e-12
        pressure = agency.effort[INVESTIGATION] / reference * exp(p.gap_effect * agency.gap)
        policing = (1.0 - exp(-p.routine_exposure * pressure)) / (1.0 - exp(-p.routine_exposure))
        for m in range(len(self.model.markets)):
            self.routine[m] = routine = policing * p.routine_hazard[m]
            workers = self.employed[m] + p.least_workers
            seen = routine + self.arrests[m] / workers
            died = (p.death_rate[m] * p.least_workers + self.deaths[m]) / workers
            self.hazard[m] += p.fear_rate * (seen - self.hazard[m])
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
        """Vulnerability and institutions move with illicit income, violence, prevention and relief."""
        p, agency = self.model.p, self.agency
        income = relative(max(0.0, self.illicit_income), max(0.0, self.reference_income))
        violence = relative(self.violence, self.reference_violence)
        prevention = agency.effort[PREVENTION] / (p.officers_scale * p.reference_prevention_share)
        moved = 1.0 + p.income_effect * income + p.violence_effect * violence
        moved -= p.prevention_effect * (prevention - 1.0) / (prevention + 1.0)
        spent = self.relief / (self.population * self.wage + 1e-9)
        moved -= p.relief_effect * (1.0 - exp(-spent / p.relief_scale))
        target = min(1.0, max(0.01, self.base_vulnerability * moved))
        self.vulnerability += p.community_speed * (target - self.vulnerability)
        eroded = min(1.0, self.base_corruption * max(0.2, 1.0 + p.erosion * income))
        self.corruption += p.institution_speed * (eroded - self.corruption)
        agency.integrity = 1.0 - p.corruption_loss * self.corruption
        self.reference_income += p.reference_speed * (self.illicit_income - self.reference_income)
        self.reference_violence += p.reference_speed * (self.violence - self.reference_violence)

    def set_pay(self) -> None:
        """The criminal wage rises when more hands are wanted than usual, or fewer people can be had."""
        p = self.model.p
        self.hands += p.hands_rate * (sum(self.employed) - self.hands)
        busy = (self.hands + 1.0) / (self.reference_hands + 1.0)
        self.pay = (busy / max(self.open_pool, 1e-6)) ** p.wage_response
