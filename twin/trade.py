"""How groups trade: what a leg promises, how much to offer, and the moving itself."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from countermarket.model.state.codes import (
    CASH,
    CORRUPTION,
    DELAY,
    ENABLERS,
    FEES,
    GROUPS_DIRTY,
    INPUTS,
    LEGAL_ECONOMY,
    MEMBERS,
    OFFICIALS,
    RETAILERS,
    RISK,
    TRANSPORT,
    USERS,
    VICTIMS,
    WAGES,
)
from twin.costs import Costs, add, incur, no_costs, pay, scaled, total

if TYPE_CHECKING:
    from twin.legs import Leg


@dataclass(slots=True, eq=False)
class Holding:
    """A group's place on a leg, and its month there."""

    leg: Leg
    share: float
    perceived: float
    offered: float = 0.0
    shipped: float = 0.0
    labour: float = 0.0
    loss: float = 0.0


class Trader:
    """What a group does on its legs."""

    def labour_on(self, leg: Leg) -> float:
        """Member-months this group needs to move one unit."""
        skill = self.skill[leg.market.number] * (1.0 - self.model.p.stance_cost * self.stance) * self.seasoned
        return leg.hands_needed / max(skill, 0.05)

    def margin_on(self, leg: Leg, perceived: float) -> tuple[float, float]:
        """What a member-month on a leg is expected to earn, and the outlay handled in it. USD, USD."""
        labour = self.labour_on(leg)
        shares = leg.value_share(self.fee)
        outlay = leg.outlay + labour * leg.hands
        margin = leg.gain * (1.0 - perceived) * (1.0 - shares) - outlay
        if margin > 0.0:
            margin *= leg.served
        return margin / labour, max(outlay, 1e-9) / labour

    def able_hands(self) -> float:
        """Members who can work: fewer without a leader, without an enabler the trade needs, or at a patron's tasks."""
        p = self.model.p
        able = self.members / (1.0 + p.confusion) if self.leaderless > 0.0 else self.members
        able *= 1.0 - min(p.most_tasked, p.tasking_hands * self.patron)
        for enabler, need in zip(self.enablers, self.market.needs, strict=True):
            if enabler is None:
                able *= 1.0 - p.self_supply_loss * min(1.0, need)
        return able

    def offer(self) -> None:
        """Say how much to move on each leg as hands and purse allow, and ask the nodes for it."""
        p, able = self.model.p, self.able_hands()
        purse = max(0.0, self.dirty) * p.credit_multiple
        for held in self.holdings:
            leg = held.leg
            margin, value = self.margin_on(leg, held.perceived)
            labour = self.labour_on(leg)
            ease = margin / value / p.utilisation_softness + p.ordinary_use
            at_work = 1.0 / (1.0 + exp(min(700.0, -ease)))
            quantity = min(able * held.share * at_work / labour, purse * held.share / (value * labour))
            held.offered = 0.0 if quantity < p.idle_share * leg.reference_flow else quantity
            if not leg.is_fraud:
                leg.start.requested += held.offered

    def set_out(self) -> None:
        """Make consignments ready on each leg, and let luck settle which share of them would be lost."""
        for held in self.holdings:
            held.loss = 0.0
            if held.offered > 0.0:
                held.loss = self.model.share_lost(held.leg, held.offered)
                held.leg.ready.append((self, held))

    def load(self) -> None:
        """What each leg's start can serve is shipped; it is known which shipments share the group's overheads."""
        self.takings = self.profit = self.imputed = 0.0
        for held in self.holdings:
            held.labour = 0.0
            held.shipped = held.offered if held.leg.is_fraud else held.offered * held.leg.start.fill
        self.moved = sum(held.share for held in self.holdings if held.shipped > 0.0)

    def ship_on(self, held: Holding) -> None:
        """One shipment, bearing its share of the group's overheads; embodied cost travels with what moves."""
        leg, quantity, loss, burden = held.leg, held.shipped, held.loss, held.share / self.moved
        start, end, market = leg.start, leg.end, leg.market
        carried = self.carried_from(leg, quantity)
        if leg.is_consent:
            # Those turned back keep what they had spent and return to the pool; the costs of this attempt are lost.
            add(start.incoming, carried, loss)
            start.coming += quantity * loss
            start.returned += quantity * loss
            attempt = self.incur_moving(held, quantity * (1.0 - loss), burden)
            add(end.incoming, carried, 1.0 - loss)
            add(end.incoming, attempt, 1.0 - loss)
            add(end.seized_cost, attempt, loss)
        else:
            add(carried, self.incur_moving(held, quantity * (1.0 - loss), burden))
            add(end.incoming, carried, 1.0 - loss)
            add(end.seized_cost, carried, loss)
        start.taken += quantity
        end.coming += quantity * (1.0 - loss)
        if not end.feeds:
            market.entered += quantity
            market.seized += quantity * loss
        leg.volume += quantity
        leg.lost += quantity * loss

    def carried_from(self, leg: Leg, quantity: float) -> Costs:
        """Cost embodied in what is taken from stock, with interest on it."""
        start = leg.start
        if leg.is_fraud or start.stock <= 0.0:
            return no_costs()
        carried = scaled(start.embodied, quantity / start.stock)
        incur(leg.market, carried, DELAY, self.model.p.capital_rate * total(carried), 0.0)
        return carried

    def incur_moving(self, held: Holding, kept: float, burden: float) -> Costs:
        """Pay for one shipment: purchase, transport, hands, fees, bribes; overheads are added to what it costs."""
        p, leg, quantity, ledger = self.model.p, held.leg, held.shipped, self.model.ledger
        market = leg.market
        held.labour = hands = quantity * self.labour_on(leg)
        transport, wages, risk = quantity * leg.carriage, hands * leg.monthly_pay, hands * leg.risk
        hired = (1.0 - p.owner_share) * (wages + risk)
        purchase, sales = self.buy_and_sell(leg, quantity, kept)
        fees = [sales * fee * need for fee, need in zip(self.fee, leg.needs, strict=True)]
        for enabler, need in zip(self.enablers, leg.needs, strict=True):
            if enabler is not None:
                enabler.business += sales * need
        fee, bribe = sum(fees), sales * leg.bribe + quantity * leg.toll
        pay(ledger, GROUPS_DIRTY, LEGAL_ECONOMY, transport)
        pay(ledger, GROUPS_DIRTY, MEMBERS, hired)
        pay(ledger, GROUPS_DIRTY, ENABLERS, fee)
        pay(ledger, GROUPS_DIRTY, OFFICIALS, bribe)
        costs = no_costs()
        costs[INPUTS if leg.is_fraud else TRANSPORT] = transport  # fraud carries nothing: data, scripts, devices
        costs[CORRUPTION], costs[WAGES], costs[RISK] = bribe, wages, risk
        costs[FEES : FEES + 4] = fees
        costs[CASH] = paid = transport + hired + fee + bribe
        add(market.incurred, costs)
        add(costs, self.pending, burden)
        market.proceeds += sales
        market.fees += fee
        self.imputed += p.owner_share * (wages + risk) + p.capital_rate * purchase
        self.takings += sales
        earned = sales - purchase - paid
        self.profit += earned
        self.dirty += earned
        leg.share_out(sales - purchase, hands)
        return costs

    def buy_and_sell(self, leg: Leg, quantity: float, kept: float) -> tuple[float, float]:
        """What is paid to the seller, and what those who take delivery pay. USD, USD."""
        ledger, start, end = self.model.ledger, leg.start, leg.end
        if leg.is_goods:
            purchase, sales = quantity * start.price, end.price * kept
            pay(ledger, GROUPS_DIRTY, RETAILERS, purchase)
            pay(ledger, RETAILERS, GROUPS_DIRTY, sales)
            return purchase, sales
        if leg.is_consent:
            sales = max(0.0, start.price - end.to_come(end.price)) * kept
            pay(ledger, USERS, GROUPS_DIRTY, sales)
        else:
            sales = end.price * kept
            end.spent += sales
            pay(ledger, VICTIMS, GROUPS_DIRTY, sales)
        leg.market.spent += sales
        return 0.0, sales

    def pay_idle_members(self) -> None:
        """Members without work are kept on a retainer, which no shipment bears."""
        used = sum(held.labour for held in self.holdings)
        idle = max(0.0, self.members - used)
        retainer = idle * self.model.p.retainer_share * self.home.wage
        incur(self.market, self.market.unallocated, WAGES, retainer)
        pay(self.model.ledger, GROUPS_DIRTY, MEMBERS, retainer)
        self.dirty -= retainer
        self.profit -= retainer
        if not self.moved:
            add(self.market.unallocated, self.pending)
        self.pending = no_costs()
