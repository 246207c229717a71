"""Goods and people on the move: what groups buy, pay, lose and sell, and what each leg's month cost whom."""

from typing import Any

import numpy as np

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.model.state.accounts import add, incur, pay, total, write_off_overheads
from countermarket.model.state.codes import (
    CASH,
    CONFISCATED,
    CONSENT,
    CORRUPTION,
    DELAY,
    FEES,
    FRAUD,
    GROUPS_DIRTY,
    INPUTS,
    LEG_SLOTS,
    LEGAL_ECONOMY,
    MEMBERS,
    N_COMPONENTS,
    OFFICIALS,
    OVERHEADS,
    RETAILERS,
    RISK,
    SEARCH,
    TRANSPORT,
    USERS,
    VICTIMS,
    WAGES,
)
from countermarket.model.state.codes import ENABLERS as ENABLER_SECTOR
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import Clock, State
from countermarket.model.state.trade import Leg, Node, Tally
from countermarket.model.trade.routes import output, to_come


@kernel
def set_out(state: State, parameters: Any, levers: Levers) -> None:
    """Settle which share of each consignment would be lost on its way, were there goods for all that is let through.

    Assumption: consignments are lost independently of one another.
    """
    p = parameters[0]
    for n in range(state.legs.size):
        state.legs[n].lost = 0.0
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        for k in range(LEG_SLOTS):
            group.loss[k] = 0.0
            if group.offered[k] > 0.0:
                leg = state.legs[group.leg[k]]
                quantity = group.offered[k] * leg.passing
                group.loss[k] = _share_lost(p, state.clock[0], group, k, leg, quantity)
                leg.lost += quantity * group.loss[k]


@kernel
def ship(state: State, parameters: Any, levers: Levers) -> None:
    """Move goods and people: groups buy, pay, lose some, sell; then who paid whom on each leg is booked.

    After: Reuter and Kleiman 1986.
    """
    p = parameters[0]
    for n in range(state.legs.size):
        _open(state, state.legs[n])
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            _trade(state, p, state.groups[g])
    for n in range(state.legs.size):
        if state.legs[n].volume > 0.0:
            _book_costs(p, state.legs[n], state.tallies[state.legs[n].market])
            _book_payments(state, p, state.legs[n])


@kernel
def _open(state: State, leg: Leg) -> None:
    """What units are bought and sold for on a leg this month; nothing is spent on it yet."""
    start, end = state.nodes[leg.start], state.nodes[leg.end]
    leg.purchase = 0.0 if leg.kind == CONSENT or leg.kind == FRAUD else start.price
    leg.price = max(0.0, start.price - to_come(end, end.price)) if leg.kind == CONSENT else end.price
    leg.labour = 0.0
    for component in range(N_COMPONENTS + 1):
        leg.cost[component] = 0.0
        leg.lost_cost[component] = 0.0


@kernel
def _trade(state: State, p: Any, group: Group) -> None:
    """One group's month: each shipment bears its share of the group's overheads."""
    group.takings = 0.0
    group.profit = 0.0
    group.imputed = 0.0
    moved = 0.0
    for k in range(LEG_SLOTS):
        group.shipped[k] = 0.0
        group.labour[k] = 0.0
        if group.offered[k] > 0.0:
            group.shipped[k] = group.offered[k] * state.legs[group.leg[k]].filled
            moved += group.share[k] if group.shipped[k] > 0.0 else 0.0
    for k in range(LEG_SLOTS):
        if group.shipped[k] > 0.0:
            _ship_on_leg(state, p, group, k, group.share[k] / moved)
    _pay_idle_members(state, p, group)
    if moved > 0.0:
        for i in range(OVERHEADS):
            group.pending[i] = 0.0
    else:
        write_off_overheads(state.tallies[group.market], group)


@kernel
def _ship_on_leg(state: State, p: Any, group: Group, k: int, burden: float) -> None:
    """One shipment: what it cost and brought. `burden` is its share of the group's overheads."""
    leg = state.legs[group.leg[k]]
    quantity = group.shipped[k]
    loss = group.loss[k]
    hands = quantity / output(group, leg, p)
    group.labour[k] = hands
    leg.labour += hands
    sales = quantity * (1.0 - loss) * leg.price
    fees = _pay_enablers(state, p, group, leg, sales, loss)
    bribe = sales * p.bribe_share[leg.market] * leg.corruption * leg.journey + quantity * leg.toll
    wages, risk = hands * leg.wage * leg.pay * p.wage_markup, hands * leg.risk
    _charge(leg, CORRUPTION, bribe, loss)
    _charge(leg, WAGES, wages, loss)
    _charge(leg, RISK, risk, loss)
    for i in range(OVERHEADS):
        _charge(leg, CONFISCATED + i, group.pending[i] * burden, loss)
    purchase = quantity * leg.purchase
    spent = purchase + quantity * leg.carriage + (1.0 - p.owner_share) * (wages + risk) + fees + bribe
    group.imputed += p.owner_share * (wages + risk) + p.capital_rate * purchase
    group.takings += sales
    group.profit += sales - spent
    group.dirty += sales - spent


@kernel
def _share_lost(p: Any, clock: Clock, group: Group, k: int, leg: Leg, quantity: float) -> float:
    """Share of this month's consignments that is lost: binomial over consignments, keyed by group and leg."""
    if quantity <= 0.0:
        return 0.0
    if p.proportional_losses > 0.0:
        return leg.probability
    trials = int(min(p.most_consignments, np.ceil(quantity / p.consignment[leg.layer])))
    variate = streams.uniform(clock, streams.LOSE_GOODS, group.id, group.leg[k])
    return streams.binomial(variate, trials, leg.probability) / trials


@kernel
def _charge(leg: Leg, component: int, amount: float, loss: float) -> None:
    """A cost of one shipment; what is lost of the shipment takes its part with it. USD."""
    leg.cost[component] += amount
    leg.lost_cost[component] += amount * loss


@kernel
def _pay_enablers(state: State, p: Any, group: Group, leg: Leg, sales: float, loss: float) -> float:
    """Fees on what was sold, by service, each for the part of the value that needs it. USD."""
    fees = 0.0
    for service in range(4):
        served = sales * p.service_need[leg.market, service] * leg.journey
        _charge(leg, FEES + service, served * group.fee[service], loss)
        fees += served * group.fee[service]
        if group.enabler[service] >= 0:
            state.enablers[group.enabler[service]].business += served
    return fees


@kernel
def _pay_idle_members(state: State, p: Any, group: Group) -> None:
    """Members without work this month are kept on a retainer, which no shipment bears."""
    tally = state.tallies[group.market]
    used = 0.0
    for k in range(LEG_SLOTS):
        used += group.labour[k]
    idle = max(0.0, group.members - used)
    retainer = idle * p.retainer_share * state.communities[group.home].wage
    incur(tally, tally.unallocated, WAGES, retainer, 1.0)
    pay(state.ledger, GROUPS_DIRTY, MEMBERS, retainer)
    group.dirty -= retainer
    group.profit -= retainer


@kernel
def send(state: State, p: Any, leg: Leg) -> None:
    """What a leg carried leaves its start: units and what they cost go with what arrives or is lost."""
    start, end, tally = state.nodes[leg.start], state.nodes[leg.end], state.tallies[leg.market]
    start.taken += leg.volume
    end.coming += leg.volume - leg.lost
    if not end.feeds:
        tally.entered += leg.volume
        tally.seized += leg.lost
    if leg.kind == CONSENT:
        start.coming += leg.lost  # those turned back return to the pool
        start.returned += leg.lost
    if leg.kind != FRAUD and start.stock > 0.0:
        _carry_embodied(p, leg, start, end, tally)
    add(end.incoming, leg.cost, 1.0)
    add(end.incoming, leg.lost_cost, -1.0)
    add(end.seized_cost, leg.lost_cost, 1.0)


@kernel
def _carry_embodied(p: Any, leg: Leg, start: Node, end: Node, tally: Tally) -> None:
    """Cost embodied in what is taken from stock, with interest on it; those turned back keep what they had spent."""
    interest = p.capital_rate * total(start.embodied)
    tally.incurred[DELAY] += interest * leg.volume / start.stock
    kept, lost = (leg.volume - leg.lost) / start.stock, leg.lost / start.stock
    add(end.incoming, start.embodied, kept)
    end.incoming[DELAY] += interest * kept
    left = start.incoming if leg.kind == CONSENT else end.seized_cost
    add(left, start.embodied, lost)
    left[DELAY] += interest * lost


@kernel
def _book_costs(p: Any, leg: Leg, tally: Tally) -> None:
    """Costs of moving enter the month; overheads were incurred before.

    Fraud carries nothing: what an attempt takes beside hands is its data, scripts, numbers and devices.
    """
    outlay = INPUTS if leg.kind == FRAUD else TRANSPORT
    leg.cost[outlay] = leg.volume * leg.carriage
    leg.lost_cost[outlay] = leg.lost * leg.carriage
    for component in range(INPUTS, RISK + 1):
        tally.incurred[component] += leg.cost[component]
    tally.incurred[CASH] += _paid(p, leg.cost)
    for costs in (leg.cost, leg.lost_cost):
        costs[CASH] = _paid(p, costs) + costs[CONFISCATED] + costs[SEARCH]


@kernel
def _paid(p: Any, costs: Any) -> float:
    """What was paid in cash of the costs of moving: owners who work are not. USD."""
    hired = (1.0 - p.owner_share) * (costs[WAGES] + costs[RISK])
    return costs[INPUTS] + costs[TRANSPORT] + _fees(costs) + costs[CORRUPTION] + hired


@kernel
def _fees(costs: Any) -> float:
    """Fees of all services. USD."""
    return costs[FEES] + costs[FEES + 1] + costs[FEES + 2] + costs[FEES + 3]


@kernel
def _book_payments(state: State, p: Any, leg: Leg) -> None:
    """Who paid whom for a leg's month, and what it brought to the places at its ends."""
    end, tally = state.nodes[leg.end], state.tallies[leg.market]
    purchase, sales = leg.volume * leg.purchase, (leg.volume - leg.lost) * leg.price
    pay(state.ledger, GROUPS_DIRTY, LEGAL_ECONOMY, leg.cost[INPUTS] + leg.cost[TRANSPORT])
    pay(state.ledger, GROUPS_DIRTY, MEMBERS, (1.0 - p.owner_share) * (leg.cost[WAGES] + leg.cost[RISK]))
    pay(state.ledger, GROUPS_DIRTY, ENABLER_SECTOR, _fees(leg.cost))
    pay(state.ledger, GROUPS_DIRTY, OFFICIALS, leg.cost[CORRUPTION])
    pay(state.ledger, GROUPS_DIRTY, RETAILERS, purchase)
    buyer = USERS if leg.kind == CONSENT else (VICTIMS if leg.kind == FRAUD else RETAILERS)
    pay(state.ledger, buyer, GROUPS_DIRTY, sales)
    if leg.kind == FRAUD:
        end.spent += sales
    if buyer != RETAILERS:
        tally.spent += sales
    tally.proceeds += sales
    tally.fees += _fees(leg.cost)
    there = 0.0 if leg.kind == FRAUD else 0.5  # nobody travels to defraud
    for place, part in ((leg.origin, 1.0 - there), (leg.destination, there)):
        state.communities[place].illicit_income += part * (sales - purchase)
        state.communities[place].stake[leg.market] += part * (sales - purchase)
        state.communities[place].employed[leg.market] += part * leg.labour
