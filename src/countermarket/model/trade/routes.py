"""Legs: what moving one unit costs, what it earns, and how likely it is to be lost."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log, power
from countermarket.model.state.codes import CONSENT, FRAUD, INVESTIGATION
from countermarket.model.state.crime import Group
from countermarket.model.state.law import Agency
from countermarket.model.state.levers import Levers
from countermarket.model.state.society import Community
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Leg, Node


@kernel
def loss_probability(exposure: float, pressure: float, ceiling: float) -> float:
    """Chance that a shipment is lost on a leg.

    p = p_max (1 - exp(-k effort / volume)); `exposure` is k effort/volume at the reference, `pressure` how
    much effort per volume has changed since. The first officers find most. Source: docs/model.md, Interdiction.
    """
    return ceiling * (1.0 - exp(-exposure * pressure))


@kernel
def investigators(p: Any, agency: Agency) -> float:
    """An agency's investigators per head over the usual number, 1 in ordinary times."""
    return agency.effort[INVESTIGATION] / (p.officers_scale * p.reference_investigation_share + 1e-12)


@kernel
def congestion(flow: float, reference: float, elasticity: float, most: float) -> float:
    """How far unit transport cost has risen with flow: (flow / reference) ** elasticity, within bounds."""
    return min(most, max(1.0 / most, power((flow + 1e-9) / (reference + 1e-9), elasticity)))


@kernel
def unit_transport(leg: Leg, access: float, p: Any) -> float:
    """What moving a unit costs: dearer with flow, and while boats, vehicles and handsets are being replaced. USD."""
    bend = p.congestion_elasticity * p.congestion_of_enforcement
    craft = 1.0 + p.equipment_premium * (1.0 - leg.equipment)
    moved = leg.transport * congestion(leg.flow, leg.reference_flow, bend, p.congestion_most) * craft
    return max(p.access_floor * leg.transport, moved + min(0.0, access))


@kernel
def access_cost(leg: Leg, p: Any) -> float:
    """What getting onto a way costs: dearer as more want to use it, below nought where few do. USD per unit.

    a + k W ln(flow / usual), the dual of a logit choice of ways with spread k (Anderson, de Palma and Thisse 1988).
    """
    used = (leg.flow + p.flow_floor * leg.usual_access) / ((1.0 + p.flow_floor) * leg.usual_access + 1e-12)
    scarce = p.access_scarcity * p.congestion_of_enforcement * leg.worth
    return leg.access + scarce * log(max(used, 1e-6))


@kernel
def value_share(fees: Any, leg: Leg, p: Any) -> float:
    """Share of value taken on a leg: each service's fee on the part that needs it, and bribes; less on a short leg."""
    share = p.bribe_share[leg.market] * leg.corruption
    for service in range(4):
        share += fees[service] * p.service_need[leg.market, service]
    return min(p.shares_ceiling, share * leg.journey)


@kernel
def to_come(node: Node, fee: float) -> float:
    """Fee that someone who arrives expects still to pay: that of going on, for the share that goes on. USD."""
    return (1.0 - node.stay) * fee if node.stay < 1.0 else 0.0


@kernel
def hands_cost(leg: Leg, p: Any) -> float:
    """What a member asks for a month's work on a leg: a legal wage and compensation for risk. USD."""
    return leg.wage * leg.pay * p.wage_markup + leg.risk


@kernel
def output(group: Group, leg: Leg, p: Any) -> float:
    """Units a member of this group moves on a leg in a month."""
    skill = group.skill[leg.market] * (1.0 - p.stance_cost * group.stance) * group.seasoned
    return max(skill, 0.05) / leg.hands_needed


@kernel
def a_month_on(leg: Leg, loss: float, shares: float, moved: float) -> Any:
    """What a member who moves so many units is expected to earn in a month, and the outlay handled. USD, USD.

    moved { gain (1 - p)(1 - phi) - [P_a (1 + rho) + transport] } - hands; smuggling and fraud buy nothing. A gain
    is only had on the share of what is asked for that the node there could serve last month.
    """
    outlay = max(leg.outlay * moved + leg.hands, 1e-9)
    margin = leg.gain * moved * (1.0 - loss) * (1.0 - shares) - outlay if leg.closed < 1.0 else -outlay
    return margin * leg.served if margin > 0.0 else margin, outlay


@kernel
def price_legs(state: State, parameters: Any, levers: Levers) -> None:
    """Set what each leg brings and costs per unit at this month's prices.

    After: Samuelson 1952 (spatial price equilibrium).
    """
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        start, end = state.nodes[leg.start].price, state.nodes[leg.end].price
        leg.gain = end
        access = access_cost(leg, p)
        leg.carriage = unit_transport(leg, access, p)
        if leg.kind == CONSENT:
            leg.gain = start - to_come(state.nodes[leg.end], end)
            leg.carriage *= state.nodes[leg.start].quality
        leg.toll = max(0.0, access)
        leg.outlay = leg.carriage + leg.toll
        if leg.kind != CONSENT and leg.kind != FRAUD:
            leg.outlay += start * (1.0 + p.capital_rate)
        leg.hands = hands_cost(leg, p)
        leg.served = 1.0 if leg.kind == FRAUD else state.nodes[leg.start].fill


@kernel
def risk_at(p: Any, home: Community, agency: Agency, market: int) -> float:
    """What a member asks for a month's risk of prison and death at one end of a leg, in that place's money. USD."""
    prison = home.hazard[market] * p.sentence_months[market] * agency.severity[market] * p.prison_month_value
    return home.wage * (prison + home.death[market] * p.life_value)


@kernel
def assess_legs(state: State, parameters: Any, levers: Levers) -> None:
    """Set each leg's true loss probability and the risk compensation a member asks for working on it.

    After: Becker 1968 (probability and severity); Reuter and Kleiman 1986 (risks must be paid for).
    """
    p = parameters[0]
    for n in range(state.legs.size):
        leg = state.legs[n]
        here, there = state.communities[leg.origin], state.communities[leg.destination]
        leg.pay = 0.5 * (here.pay + there.pay)
        agencies = (state.agencies[leg.origin], state.agencies[leg.destination])
        leg.risk = 0.5 * (risk_at(p, here, agencies[0], leg.market) + risk_at(p, there, agencies[1], leg.market))
        if leg.peril > 0.0:
            value = max(state.nodes[leg.start].price, state.nodes[leg.end].price)
            leg.risk += p.peril_aversion * leg.peril * value / leg.hands_needed
        gap = 0.5 * (agencies[0].gap + agencies[1].gap)
        carriers = 0.5 * (agencies[0].standing + agencies[1].standing) * state.alliance[0].coverage[2]
        effort = leg.effort / (leg.reference_effort + 1e-12)
        crowding = (leg.flow + p.flow_floor * leg.reference_flow) / (
            (1.0 + p.flow_floor) * leg.reference_flow + 1e-12
        )
        pressure = effort / max(crowding, 1e-6) * exp(p.gap_effect * gap)
        pressure *= 1.0 + p.chokepoint_effect * max(leg.intensity, leg.guard) + p.carrier_effect * carriers
        if p.congestion_of_enforcement == 0.0:
            pressure = effort
        loss = loss_probability(leg.exposure, pressure, p.loss_ceiling)
        leg.probability = min(0.99, loss * (1.0 - p.bribe_effect * leg.corruption) + leg.added)


@kernel
def observe_legs(state: State, parameters: Any, levers: Levers) -> None:
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
