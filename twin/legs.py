"""Ways from one place to another: what moving a unit takes, how likely it is to be lost, what people know of it."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

from countermarket.model.state.codes import CONSENT, FRAUD

if TYPE_CHECKING:
    from twin.groups import Group
    from twin.markets import Market, Node
    from twin.model import TwinModel
    from twin.places import Community
    from twin.trade import Holding


class Leg:
    """A directed way for one layer by one mode. Columns of the package's table become attributes."""

    def __init__(self, model: TwinModel, columns: dict[str, Any], market: Market, ends: tuple[Node, Node]) -> None:
        vars(self).update(columns)
        self.model = model
        self.start, self.end = ends
        self.origin: Community = self.start.place
        self.destination: Community = self.end.place
        self.market = market
        p = model.p
        self.needs: list[float] = [need * self.journey for need in market.needs]
        self.bribe: float = p.bribe_share[market.number] * self.corruption * self.journey
        self.is_consent = self.kind == CONSENT
        self.is_fraud = self.kind == FRAUD
        self.is_goods = not (self.is_consent or self.is_fraud)

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        self.volume = self.lost = 0.0
        self.ready: list[tuple[Group, Holding]] = []

    def assess(self) -> None:
        """Set the true probability of loss and the compensation for risk that a member asks."""
        p = self.model.p
        here, there, m = self.origin, self.destination, self.market.number
        police, others = here.agency, there.agency
        self.pay = 0.5 * (here.pay + there.pay)
        self.risk = 0.5 * (here.risk_in(m) + there.risk_in(m))
        gap = 0.5 * (police.gap + others.gap)
        carriers = 0.5 * (police.standing + others.standing) * self.model.alliance.coverage[2]
        effort = self.effort / (self.reference_effort + 1e-12)
        usual = (1.0 + p.flow_floor) * self.reference_flow + 1e-12
        crowding = (self.flow + p.flow_floor * self.reference_flow) / usual
        pressure = effort / max(crowding, 1e-6) * exp(p.gap_effect * gap)
        pressure *= 1.0 + p.carrier_effect * carriers
        loss = p.loss_ceiling * (1.0 - exp(-self.exposure * pressure))
        self.probability = min(0.99, loss * (1.0 - p.bribe_effect * self.corruption))

    def set_terms(self) -> None:
        """What a unit brings and costs at this month's prices, to those who move it and to those who look on."""
        p, start = self.model.p, self.start
        crowding = ((self.flow + 1e-9) / (self.reference_flow + 1e-9)) ** p.congestion_elasticity
        access = self.access_cost()
        moved = self.transport * min(p.congestion_most, max(1.0 / p.congestion_most, crowding))
        self.carriage = max(p.access_floor * self.transport, moved + min(0.0, access))
        self.gain = self.end.price
        if self.is_consent:
            self.gain = start.price - self.end.to_come(self.end.price)
            self.carriage *= start.quality
        self.toll = max(0.0, access)
        self.outlay = self.carriage + self.toll
        if self.is_goods:
            self.outlay += start.price * (1.0 + p.capital_rate)
        self.monthly_pay = self.wage * self.pay * p.wage_markup
        self.hands = self.monthly_pay + self.risk
        self.served = 1.0 if self.is_fraud else start.fill

    def access_cost(self) -> float:
        """What getting onto the way costs: more as more want to use it, less than nothing where few do. USD."""
        p = self.model.p
        least = p.flow_floor * self.usual_access
        used = (self.flow + least) / (self.usual_access + least + 1e-12)
        return self.access + p.access_scarcity * self.worth * log(max(used, 1e-6))

    def value_share(self, fees: list[float]) -> float:
        """Share of value taken: each service's fee times how much of the value needs it, and bribes."""
        taken = sum(fee * need for fee, need in zip(fees, self.needs, strict=True))
        return min(self.model.p.shares_ceiling, taken + self.bribe)

    def outside_view(self) -> tuple[float, float]:
        """A unit's own cost as outsiders see it (USD), and the share of value that comes through."""
        shares = self.value_share(self.model.average_fee)
        moving = max(self.model.p.access_floor * self.transport, self.transport + self.access_cost())
        return moving + self.hands_needed * self.hands, (1.0 - self.belief) * (1.0 - shares)

    def share_out(self, earned: float, hands: float) -> None:
        """What a shipment brings to the places at its ends; nobody travels to defraud. USD, member-months."""
        there = 0.0 if self.is_fraud else 0.5
        for place, part in ((self.origin, 1.0 - there), (self.destination, there)):
            place.illicit_income += part * earned
            place.stake[self.market.number] += part * earned
            place.employed[self.market.number] += part * hands

    def hand_in(self) -> None:
        """What was lost on the way waits to enter the statistics, half at either end."""
        if not self.end.feeds:
            self.origin.unreported[self.market.number] += 0.5 * self.lost
            self.destination.unreported[self.market.number] += 0.5 * self.lost

    def observe(self) -> None:
        """Smooth the flow, and let what happened here become known."""
        p, volume = self.model.p, self.volume
        self.flow += p.flow_smoothing * (volume - self.flow)
        seen = self.lost / volume if volume > 0.0 else self.probability
        self.belief += p.rumour_rate * (seen - self.belief)
        value = volume * max(self.end.price, self.start.price)
        self.weight += p.picture_rate * (value - self.weight)
