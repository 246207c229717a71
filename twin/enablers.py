"""What enablers decide: their fee, their caution, whether a successor stands ready, when to stop."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

import mesa

if TYPE_CHECKING:
    from twin.groups import Group
    from twin.model import TwinModel
    from twin.places import Community


class Enabler(mesa.Agent):
    """One who sells a service to groups; when closed, its customers' contacts outlive the brand."""

    def __init__(self, model: TwinModel, place: Community, columns: dict[str, Any]) -> None:
        super().__init__(model)
        vars(self).update(columns)
        self.is_open: bool = columns["active"]
        self.place = place

    def open_books(self) -> None:
        """Clients' value counts anew; last month's is the room that is taken."""
        self.booked = self.business
        self.business = 0.0

    def asked_fee(self, client: Group) -> float:
        """Fee asked of one client: caution and a sanctioned client make it dearer. Share of value."""
        p = self.model.p
        fee = self.fee * (1.0 + p.risk_markup * self.caution)
        return min(p.fee_ceiling, fee * (1.0 + p.sanction_markup * client.designated))

    def be_pursued(self) -> None:
        """Evidence grows wherever it serves, as far as it reaches its home; the more, the sooner it is closed."""
        if not self.is_open:
            return
        p, touched = self.model.p, self.place.agency.touched[self.service]
        self.evidence += self.seen() - p.evidence_decay * self.evidence
        ripe = self.evidence**2 / (self.evidence**2 + p.enabler_threshold**2)
        if self.random.random() < p.enabler_action_chance * ripe * max(touched, p.home_bite):
            self.be_taken_down()

    def seen(self) -> float:
        """Evidence that one month adds: by officers and joint targeting, its clients, and the gap. Cases."""
        p, alliance, agency, service = self.model.p, self.model.alliance, self.place.agency, self.service
        eyes = agency.watched[service] / (p.officers_scale * p.reference_enabler_share)
        eyes += p.targeting_effect * alliance.targeting[service] * agency.touched[service]
        traced = 1.0 + p.diligence_trace * agency.diligence
        size = min(p.busiest, self.clients / p.reference_clients)
        return p.enabler_sighting * eyes * traced * size * exp(p.gap_effect * agency.gap)

    def be_taken_down(self) -> None:
        """A ripe case ends: the records are read; a centralised enabler stops, a decentralised one shrinks."""
        self.evidence = 0.0
        for group in self.model.groups:
            if group.enablers[self.service] is self:
                group.be_named(self.place.agency)
        if self.random.random() < self.centralised:
            self.close()
        else:
            self.capacity *= 1.0 - self.model.p.decentralised_loss

    def set_terms(self) -> None:
        """Fees follow use, capacity follows business over most of a year, caution follows exposure."""
        if not self.is_open:
            return
        p = self.model.p
        use = min(self.business / max(self.capacity, 1.0), 2.0)
        called = min(p.fee_ceiling, p.base_fee[self.service] * exp(p.fee_response * (use - p.target_use)))
        self.fee += p.fee_speed * (called - self.fee)
        growth = self.business / p.target_use - self.capacity
        self.capacity += (growth + p.capacity_floor) / p.capacity_months[self.service]
        alarm = self.place.agency.diligence * p.diligence_effect + self.evidence / p.enabler_threshold
        self.caution += p.caution_speed * (min(1.0, alarm) - self.caution)
        self.reputation += p.reputation_rate * (1.0 - self.reputation)

    def come_or_go(self) -> None:
        """The exposed register a successor beforehand, the idle stop, the closed return under a new brand."""
        p, random = self.model.p, self.random
        if not self.is_open:
            self.reopens -= 1
            if self.reopens < 0:
                self.reopen()
            return
        worried = self.evidence > p.successor_alarm * p.enabler_threshold
        if worried and random.random() < p.successor_rate[self.service]:
            self.successor = True
        idle = self.business < p.idle_business * self.capacity
        if idle and random.random() < p.enabler_exit_rate:
            self.close()

    def close(self) -> None:
        """Stop; a prepared successor opens at once, others after the delay of their trade."""
        self.is_open = False
        self.reopens = 0 if self.successor else int(self.model.p.reopen_months[self.service])
        self.model.alliance.enablers_closed[self.service] += 1

    def reopen(self) -> None:
        """A new brand: most of the customers' trust is gone, less so for a prepared successor."""
        p = self.model.p
        self.is_open = True
        self.reputation = p.successor_reputation if self.successor else p.new_reputation
        self.successor = False
        self.evidence = self.business = self.booked = self.caution = 0.0
        self.capacity *= p.new_capacity
        self.fee = self.model.average_fee[self.service]


def average_fees(model: TwinModel) -> list[float]:
    """Mean fee a client of each service pays, weighted by business. Share of value."""
    p, found = model.p, []
    for service, sellers in enumerate(model.sellers):
        fees = served = 0.0
        for enabler in sellers:
            if enabler.is_open:
                weight = enabler.business + 1.0
                fees += weight * min(p.fee_ceiling, enabler.fee * (1.0 + p.risk_markup * enabler.caution))
                served += weight
        found.append(fees / served if served > 0.0 else 3.0 * p.base_fee[service])
    return found
