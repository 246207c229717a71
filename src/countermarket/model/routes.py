"""Legs: what moving one unit costs, how likely it is to be lost, and the moving itself."""

from typing import Any

import numpy as np

from countermarket import streams
from countermarket.compiled import kernel
from countermarket.model.accounts import add, incur, pay, total
from countermarket.model.state import (
    CONSENT,
    CORRUPTION,
    DELAY,
    FEES,
    FRAUD,
    GROUPS_DIRTY,
    LEG_SLOTS,
    LEGAL_ECONOMY,
    MEMBERS,
    N_COMPONENTS,
    OFFICIALS,
    RETAILERS,
    RISK,
    TRANSPORT,
    USERS,
    VICTIMS,
    WAGES,
)
from countermarket.model.state import ENABLERS as ENABLER_SECTOR


@kernel
def loss_probability(exposure: float, pressure: float, ceiling: float) -> float:
    """Chance that a shipment is lost on a leg.

    p = p_max (1 - exp(-k effort / volume)); `exposure` is k effort/volume at the reference, `pressure` how
    much effort per volume has changed since. The first officers find most. Source: docs/model.md, Interdiction.
    """
    return ceiling * (1.0 - np.exp(-exposure * pressure))


@kernel
def congestion(flow: float, reference: float, elasticity: float) -> float:
    """How far unit transport cost has risen with flow: (flow / reference) ** elasticity, from half to double."""
    return min(2.0, max(0.5, ((flow + 1e-9) / (reference + 1e-9)) ** elasticity))


@kernel
def unit_transport(leg: Any, p: Any) -> float:
    """What moving a unit costs: dearer with flow, and while boats, vehicles and handsets are being replaced. USD."""
    bend = p.congestion_elasticity * p.congestion_of_enforcement
    craft = 1.0 + p.equipment_premium * (1.0 - leg.equipment)
    return leg.transport * congestion(leg.flow, leg.reference_flow, bend) * craft


@kernel
def fee_share(fees: Any, needs: Any) -> float:
    """Share of value that enablers take: each service's fee times how much of the value needs it."""
    share = 0.0
    for service in range(4):
        share += fees[service] * needs[service]
    return min(0.9, share)


@kernel
def hands_cost(leg: Any, p: Any) -> float:
    """What a member asks for a month's work on a leg: a legal wage and compensation for risk. USD."""
    return leg.wage * leg.pay * p.wage_markup + leg.risk


@kernel
def unit_margin(leg: Any, loss: float, shares: float, labour: float) -> float:
    """What moving one unit is expected to earn. USD per unit moved.

    gain (1 - p)(1 - phi) - [P_a (1 + rho) + transport + hands]; smuggling and fraud buy nothing.
    """
    return leg.gain * (1.0 - loss) * (1.0 - shares) - leg.outlay - labour * leg.hands


@kernel
def price_legs(state: Any, parameters: Any, levers: Any) -> None:
    """Set what each leg brings and costs per unit at this month's prices.

    After: Samuelson 1952 (spatial price equilibrium).
    """
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        start, end = state.nodes[leg.start].price, state.nodes[leg.end].price
        leg.gain = end
        leg.carriage = unit_transport(leg, p)
        if leg.kind == CONSENT:
            leg.gain = start - end
            leg.carriage *= state.nodes[leg.start].quality
        leg.outlay = leg.carriage
        if leg.kind != CONSENT and leg.kind != FRAUD:
            leg.outlay += start * (1.0 + p.capital_rate)
        leg.hands = hands_cost(leg, p)
        leg.served = 1.0 if leg.kind == FRAUD else state.nodes[leg.start].fill


@kernel
def assess_legs(state: Any, parameters: Any, levers: Any) -> None:
    """Set each leg's true loss probability and the risk compensation a member asks for working on it.

    After: Becker 1968 (probability and severity); Reuter and Kleiman 1986 (risks must be paid for).
    """
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        here, there = state.communities[leg.origin], state.communities[leg.destination]
        leg.pay = 0.5 * (here.pay + there.pay)
        hazard = 0.5 * (here.hazard[leg.market] + there.hazard[leg.market])
        agencies = (state.agencies[leg.origin], state.agencies[leg.destination])
        severity = 0.5 * (agencies[0].severity[leg.market] + agencies[1].severity[leg.market])
        death = 0.5 * (here.death[leg.market] + there.death[leg.market])
        prison = hazard * p.sentence_months[leg.market] * severity * p.prison_month_value
        leg.risk = leg.wage * (prison + death * p.life_value)
        if leg.peril > 0.0:
            value = max(state.nodes[leg.start].price, state.nodes[leg.end].price)
            leg.risk += p.peril_aversion * leg.peril * value / p.labour[leg.layer]
        gap = 0.5 * (agencies[0].gap + agencies[1].gap)
        carriers = 0.5 * (agencies[0].standing + agencies[1].standing) * state.alliance[0].coverage[2]
        effort = leg.effort / (leg.reference_effort + 1e-12)
        crowding = (leg.flow + p.flow_floor * leg.reference_flow) / (
            (1.0 + p.flow_floor) * leg.reference_flow + 1e-12
        )
        pressure = effort / max(crowding, 1e-6) * np.exp(p.gap_effect * gap)
        pressure *= 1.0 + p.chokepoint_effect * leg.intensity + p.carrier_effect * carriers
        if p.congestion_of_enforcement == 0.0:
            pressure = effort
        loss = loss_probability(leg.exposure, pressure, p.loss_ceiling)
        leg.probability = min(0.99, loss * (1.0 - p.bribe_effect * leg.corruption) + leg.added)


@kernel
def ship(state: Any, parameters: Any, levers: Any) -> None:
    """Move goods and people: buy, pay, lose some, sell; embodied cost travels with what moves.

    After: Reuter and Kleiman 1986.
    """
    p = parameters[0]
    clock = state.clock[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active:
            continue
        group.takings = 0.0
        group.profit = 0.0
        group.imputed = 0.0
        moved = 0.0
        for k in range(LEG_SLOTS):
            group.shipped[k] = 0.0
            group.labour[k] = 0.0
            group.loss[k] = 0.0
            if group.leg[k] >= 0 and group.offered[k] > 0.0:
                leg = state.legs[group.leg[k]]
                filled = 1.0 if leg.kind == FRAUD else state.nodes[leg.start].fill
                group.shipped[k] = group.offered[k] * filled
                moved += group.share[k] if group.shipped[k] > 0.0 else 0.0
        for k in range(LEG_SLOTS):
            if group.shipped[k] > 0.0:
                _ship_on_leg(state, p, clock, group, k, group.share[k] / moved)
        _pay_idle_members(state, p, group, moved > 0.0)


@kernel
def _ship_on_leg(state: Any, p: Any, clock: Any, group: Any, k: int, burden: float) -> None:
    """One shipment: `burden` is its share of the group's overheads."""
    leg = state.legs[group.leg[k]]
    start = state.nodes[leg.start]
    end = state.nodes[leg.end]
    tally = state.tallies[leg.market]
    quantity = group.shipped[k]
    loss = _share_lost(p, clock, group, k, leg, quantity)
    group.loss[k] = loss
    kept = quantity * (1.0 - loss)
    carried, attempt = state.scratch[0], state.scratch[1]
    carried[:] = 0.0
    if leg.kind != FRAUD and start.stock > 0.0:
        add(carried, start.embodied, quantity / start.stock)
        incur(tally, carried, DELAY, p.capital_rate * total(carried), 0.0)
    if leg.kind == CONSENT:
        # those turned back keep what they had spent and return to the pool; this attempt's costs are lost
        for component in range(N_COMPONENTS + 1):
            start.incoming[component] += carried[component] * loss
            carried[component] *= 1.0 - loss
        returned = quantity * loss
        start.arrived += returned
        attempt[:] = 0.0
        _incur_moving(state, p, group, k, leg, tally, attempt, quantity, kept, burden)
        add(carried, attempt, 1.0 - loss)
        add(end.seized_cost, attempt, loss)
        add(end.incoming, carried, 1.0)
    else:
        _incur_moving(state, p, group, k, leg, tally, carried, quantity, kept, burden)
        add(end.incoming, carried, 1.0 - loss)
        add(end.seized_cost, carried, loss)
    start.taken += quantity
    end.arrived += kept
    tally.entered += quantity
    tally.seized += quantity * loss
    leg.volume += quantity
    leg.lost += quantity * loss


@kernel
def _share_lost(p: Any, clock: Any, group: Any, k: int, leg: Any, quantity: float) -> float:
    """Share of this month's consignments that is lost: binomial over consignments, keyed by group and leg."""
    if p.proportional_losses > 0.0:
        return leg.probability
    trials = int(min(60.0, np.ceil(quantity / p.consignment[leg.layer])))
    variate = streams.uniform(clock, streams.LOSE_GOODS, group.id, group.leg[k])
    return streams.binomial(variate, trials, leg.probability) / trials


@kernel
def _incur_moving(
    state: Any, p: Any, group: Any, k: int, leg: Any, tally: Any, carried: Any, quantity: float, kept: float,
    burden: float,
) -> None:  # fmt: skip
    """Pay for one shipment and book its costs: purchase, transport, hands, fees, bribes, overheads."""
    start = state.nodes[leg.start]
    end = state.nodes[leg.end]
    transport = quantity * leg.carriage
    incur(tally, carried, TRANSPORT, transport, 1.0)
    pay(state.ledger, GROUPS_DIRTY, LEGAL_ECONOMY, transport)
    hands = quantity * unit_labour(group, leg, p)
    group.labour[k] = hands
    wages = hands * leg.wage * leg.pay * p.wage_markup
    risk = hands * leg.risk
    hired = 1.0 - p.owner_share
    incur(tally, carried, WAGES, wages, hired)
    incur(tally, carried, RISK, risk, hired)
    pay(state.ledger, GROUPS_DIRTY, MEMBERS, hired * (wages + risk))
    price = end.price
    purchase = 0.0
    if leg.kind == CONSENT:
        price = max(0.0, start.price - end.price)
        tally.spent += price * kept
        pay(state.ledger, USERS, GROUPS_DIRTY, price * kept)
    elif leg.kind == FRAUD:
        end.spent += price * kept
        tally.spent += price * kept
        pay(state.ledger, VICTIMS, GROUPS_DIRTY, price * kept)
    else:
        purchase = quantity * start.price
        pay(state.ledger, GROUPS_DIRTY, RETAILERS, purchase)
        pay(state.ledger, RETAILERS, GROUPS_DIRTY, price * kept)
    sales = price * kept
    fees = 0.0
    for service in range(4):
        fee = sales * group.fee[service] * p.service_need[leg.market, service]
        incur(tally, carried, FEES + service, fee, 1.0)
        fees += fee
        if group.enabler[service] >= 0:
            state.enablers[group.enabler[service]].business += sales * p.service_need[leg.market, service]
    pay(state.ledger, GROUPS_DIRTY, ENABLER_SECTOR, fees)
    bribe = sales * p.bribe_share[leg.market] * leg.corruption
    incur(tally, carried, CORRUPTION, bribe, 1.0)
    pay(state.ledger, GROUPS_DIRTY, OFFICIALS, bribe)
    add(carried, group.pending, burden)
    tally.proceeds += sales
    tally.fees += fees
    spent = purchase + transport + hired * (wages + risk) + fees + bribe
    group.imputed += p.owner_share * (wages + risk) + p.capital_rate * purchase
    group.takings += sales
    group.profit += sales - spent
    group.dirty += sales - spent
    for community in (leg.origin, leg.destination):
        state.communities[community].illicit_income += 0.5 * (sales - purchase)
        state.communities[community].employed[leg.market] += 0.5 * hands


@kernel
def unit_labour(group: Any, leg: Any, p: Any) -> float:
    """Member-months this group needs to move one unit on a leg."""
    skill = group.skill[leg.market] * (1.0 - p.stance_cost * group.stance)
    return p.labour[leg.layer] / max(skill, 0.05)


@kernel
def _pay_idle_members(state: Any, p: Any, group: Any, traded: bool) -> None:
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
    if not traded:
        add(tally.unallocated, group.pending, 1.0)
    for component in range(N_COMPONENTS + 1):
        group.pending[component] = 0.0


@kernel
def observe_legs(state: Any, parameters: Any, levers: Any) -> None:
    """Smooth each leg's flow, replace lost craft, and let what happened on it become known among those not on it.

    Assumption: rumour and the picture agencies have are months behind.
    """
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        leg.equipment += (1.0 - leg.equipment) / p.equipment_months
        leg.flow += p.flow_smoothing * (leg.volume - leg.flow)
        seen = leg.lost / leg.volume if leg.volume > 0.0 else leg.probability
        leg.belief += p.rumour_rate * (seen - leg.belief)
        if leg.closed <= 0.0:
            leg.usual += p.picture_rate * (leg.volume - leg.usual)
        value = leg.volume * max(state.nodes[leg.end].price, state.nodes[leg.start].price)
        leg.weight += p.picture_rate * (value - leg.weight)
