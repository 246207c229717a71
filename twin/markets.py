"""Markets and their nodes: what is in stock where, what is wanted of it, and how its price moves."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

from countermarket.model.state.codes import CASH, CONSENT, DELAY, SEIZED
from twin.costs import add, incur, no_costs, scaled, total

if TYPE_CHECKING:
    from twin.legs import Leg
    from twin.model import TwinModel
    from twin.places import Community


class Market:
    """An illicit good or service, and what its month added up to."""

    def __init__(self, model: TwinModel, number: int, columns: dict[str, Any]) -> None:
        vars(self).update(columns)
        self.model = model
        self.number = number
        self.needs: list[float] = model.p.service_need[number]
        self.nodes: list[Node] = []
        self.legs_at: dict[Community, list[Leg]] = {}

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        self.incurred = no_costs()
        self.unallocated = no_costs()
        self.written_off = no_costs()
        self.delivered = self.spent = self.proceeds = self.profit = self.fees = self.workers = 0.0
        self.recruits = self.arrests = self.sellers_arrested = self.violence = self.seized = self.entered = 0.0
        self.recovery = self.produced = 0.0

    def close_books(self) -> None:
        """How good what was sold is, and the harm done."""
        p = self.model.p
        weights = [node.weight_of_quality() for node in self.nodes]
        units = sum(weights)
        good = sum(weight * node.quality for weight, node in zip(weights, self.nodes, strict=True))
        self.quality = good / units if units > 0.0 else 1.0
        crowding = 1.0 / self.quality if self.kind == CONSENT else 1.0
        self.harm = self.delivered * p.harm_per_unit[self.number] * crowding + self.violence * p.harm_per_death
        self.groups = self.members = 0.0

    def report(self) -> None:
        """Seizures enter the statistics of each place."""
        self.seizures_detected = 0.0
        for place in self.model.places:
            place.report(self)
            self.seizures_detected += place.detected[self.number]


class Node:
    """One layer at one place. What kinds of trade have in common; each kind is a class of its own."""

    def __init__(self, model: TwinModel, columns: dict[str, Any], market: Market, place: Community) -> None:
        vars(self).update(columns)
        self.model = model
        self.place = place
        self.market = market
        self.source: Node | None = None
        self.ways_out: list[Leg] = []
        market.nodes.append(self)

    def open_books(self) -> None:
        """Set what counts a month to zero."""
        self.use = self.taken = self.delivered = self.gone = self.spent = 0.0
        self.coming = self.expected = self.returned = self.arrived = 0.0
        self.produced = self.potential = self.requested = self.landed = 0.0
        self.seized_at_home = self.seized_at_source = 0.0
        self.incoming = no_costs()
        self.seized_cost = no_costs()
        self.cost = no_costs()

    def want(self) -> None:
        """Say what the domestic sector wants to take from stock."""

    def produce(self) -> None:
        """Make what is ordered."""

    def ration(self) -> None:
        """Say what share of what is wanted can be served, and what the places ahead can count on this month."""
        asked = self.requested + self.use
        self.fill = 1.0 if asked <= 0.0 else min(1.0, (self.stock + self.expected) / asked)
        for leg in self.ways_out:
            if leg.onward:
                leg.end.expected += sum(self.fill * held.offered * (1.0 - held.loss) for _, held in leg.ready)

    def demanded(self, volume: float, log_price: float) -> float:
        """Units wanted: prompt in the short-run elasticity, slow in the long-run one."""
        short, long = self.model.p.demand_short_run[self.layer], self.model.p.demand_long_run[self.layer]
        return volume * exp(short * log_price + (long - short) * self.habit)

    def adjust_quality(self, log_price: float) -> None:
        """Part of a price rise hides in quality for a while."""
        p = self.model.p
        self.quality += p.quality_speed * (exp(-p.quality_response * log_price) - self.quality)

    def weight_of_quality(self) -> float:
        """Units by which this node's quality counts."""
        return self.delivered

    def hand_over(self) -> None:
        """Users take what they are served, groups what they ship; both leave the stock with their cost."""
        p, before = self.model.p, self.stock
        used = self.use * self.fill if self.volume > 0.0 else 0.0
        if self.volume > 0.0:
            self.clear()
        if used > 0.0:
            self.deliver(used, before)
        for leg in self.ways_out:
            for group, held in leg.ready:
                if held.shipped > 0.0:
                    group.ship_on(held)
        leaving = min(1.0, (self.taken + used) / before) if before > 0.0 else 0.0
        self.embodied = scaled(self.embodied, 1.0 - leaving)
        self.stock = max(0.0, before - self.taken - used)
        self.hold()
        if self.volume > 0.0:
            self.remember_price()
        throughput = self.taken + (used if self.volume > 0.0 else self.gone)
        self.flow += p.flow_smoothing * (throughput - self.flow)

    def close_month(self) -> None:
        """Latecomers join, and what is in hand has cost another month's capital."""
        self.receive()
        incur(self.market, self.embodied, DELAY, self.model.p.capital_rate * total(self.embodied), 0.0)
        if self.volume > 0.0:
            self.market.delivered += self.delivered

    def clear(self) -> None:
        """Let the price to users rise while goods are short."""

    def remember_price(self) -> None:
        """Let users get used to the price."""

    def deliver(self, used: float, before: float) -> None:
        """Serve users with `used` units out of a stock of `before`."""

    def hold(self) -> None:
        """Keep what is held rather than sold for another month."""

    def bear_losses(self) -> None:
        """Arrivals bear what was lost on the way; with no arrival the loss is written off."""
        lost, market = self.seized_cost, self.market
        if self.coming > 0.0:
            amount = total(lost)
            self.incoming[SEIZED] += amount
            self.incoming[CASH] += lost[CASH]
            add(market.incurred, [*lost[:CASH], 0.0], -1.0)
            market.incurred[SEIZED] += amount
        else:
            add(market.written_off, lost)

    def take_in(self) -> None:
        """What has come can go on in the same month, if it is of that kind."""

    def receive(self) -> None:
        """What is on its way in arrives; more may come later."""
        self.bear_losses()
        self.join()
        self.arrived += self.coming
        self.coming = self.returned = 0.0
        self.incoming, self.seized_cost = no_costs(), no_costs()

    def join(self) -> None:
        """Arrivals join the stock."""
        add(self.embodied, self.incoming)
        self.stock += self.coming

    def hand_in(self) -> None:
        """What was seized here, from makers and from sellers, waits to enter the statistics."""
        if not self.feeds:
            self.place.unreported[self.market.number] += self.seized_at_home + self.seized_at_source

    def to_come(self, fee: float) -> float:
        """Fee that someone who arrives expects still to pay: that of going on, for the share that goes on."""
        return (1.0 - self.stay) * fee if self.stay < 1.0 else 0.0

    def set_price(self) -> None:
        """Move the price."""


class Fraud(Node):
    """A pool of victims: yield falls with attempts per head."""

    def want(self) -> None:
        """Set what one bundle of attempts yields."""
        if self.volume > 0.0:
            self.price = self.model.p.fraud_yield * 2.0 / (1.0 + self.attempts / (self.volume + 1e-12))

    def join(self) -> None:
        """Attempts are made, and leave nothing in stock."""
        add(self.cost, self.incoming)
        self.landed += total(self.incoming)

    def close_month(self) -> None:
        """What was taken from victims is delivered; attempts are remembered."""
        p = self.model.p
        self.receive()
        self.delivered = self.spent / p.fraud_unit
        self.attempts += p.flow_smoothing * (self.arrived - self.attempts)
        if self.volume > 0.0:
            self.market.delivered += self.delivered


class Passage(Node):
    """People who pay to move: they wait, go on, or give up; the price is the fee still to pay."""

    def produce(self) -> None:
        """Those who want to leave turn up, more of them when it is cheap; some of those waiting give up."""
        if self.capacity <= 0.0:
            return
        p = self.model.p
        log_price = log(max(self.price, 1.0) / self.reference)
        self.adjust_quality(log_price)
        self.habit += p.habit_rate * (log_price - self.habit)
        self.produced = self.demanded(self.capacity, log_price)
        self.stock += self.produced - p.give_up_rate * self.stock
        add(self.market.written_off, self.embodied, p.give_up_rate)
        self.embodied = scaled(self.embodied, 1.0 - p.give_up_rate)

    def weight_of_quality(self) -> float:
        """Crossings count as people set out."""
        return self.produced

    def join(self) -> None:
        """Some of those who come stay, the rest wait to go on."""
        staying = self.stay * (self.coming - self.returned) / self.coming if self.coming > 0.0 else 0.0
        self.landed += total(self.incoming) * staying
        add(self.cost, self.incoming, staying)
        add(self.embodied, self.incoming, 1.0 - staying)
        self.delivered += self.coming * staying
        self.stock += self.coming * (1.0 - staying)

    def crowd(self) -> None:
        """Tightness grows while more wait than can go."""
        p = self.model.p
        waiting = self.stock / p.waiting_months
        gap = (waiting - self.requested) / (waiting + self.requested + 1e-9)
        self.tightness = min(p.choke_price_ratio, max(p.slack_floor, self.tightness + p.price_speed * gap))
        self.bid = 0.0 if self.stay >= 1.0 else float("inf")

    def set_price(self) -> None:
        """The fee still to pay; where no way leads on, the highest."""
        known = self.bid < float("inf")
        self.price = self.bid if known else self.model.p.choke_price_ratio * self.ordinary


def set_fees(model: TwinModel) -> None:
    """Fees still to pay: V_a = min over legs [own cost x (1 + tightness_a) + V_b], relaxed until nothing changes."""
    ways = []
    for leg in model.passages:
        own, through = leg.outside_view()
        ways.append((leg.start, leg.end, own / through * (1.0 + leg.start.tightness)))
    changed = True
    while changed:
        changed = False
        for start, end, step in ways:
            asked = step + end.to_come(end.bid)
            if asked < start.bid * (1.0 - 1e-12):
                start.bid = asked
                changed = True


def find_bids(model: TwinModel) -> None:
    """What the best onward path could pay at each node of goods."""
    capital = 1.0 + model.p.capital_rate
    for node in model.goods:
        node.bid = 0.0
    for leg in model.trade_legs:
        own, through = leg.outside_view()
        bid = (leg.end.price * through - own) / capital
        if bid > leg.start.bid:
            leg.start.bid = bid
