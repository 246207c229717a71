"""Those who sell to users or exploit people at home: what they lose, fear and ask."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, power
from countermarket.model.state.codes import EXPLOITED, FINANCE
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Node
from countermarket.model.trade.routes import investigators, loss_probability


@kernel
def retail_price(wholesale: float, capital: float, cost: float, loss: float, shares: float) -> float:
    """What a competitive domestic sector asks: the last step of the path. USD per unit to the user."""
    return (wholesale * (1.0 + capital) + cost) / ((1.0 - loss) * (1.0 - shares))


@kernel
def retail_risk(state: State, p: Any, jurisdiction: int, market: int) -> float:
    """Risk compensation a domestic seller asks: few of those arrested go to prison. USD per worker-month."""
    community = state.communities[jurisdiction]
    prison = community.selling_hazard[market] * p.seller_custody * p.retail_sentence_months[market]
    prison *= state.agencies[jurisdiction].severity[market] * p.prison_month_value
    return community.wage * (prison + community.death[market] * p.retail_death_ratio * p.life_value)


@kernel
def seller_hands(state: State, p: Any, jurisdiction: int, market: int) -> Any:
    """Hands that sell a unit, and what each asks for its work and its risk: the riskier, the more each sells.

    Sales per seller grow with (R / R0) ** a, and the pay for that harder work with R / R0, R the risk and R0 what it
    used to be: a hand is a fixed cost that is used more as it grows dear. Member-months, USD, USD.

    After: Oi 1962 (labour as a quasi-fixed factor).
    """
    community = state.communities[jurisdiction]
    risk = retail_risk(state, p, jurisdiction, market)
    usual = community.usual_risk[market]
    dearer = min(p.intensity_bound, max(1.0 / p.intensity_bound, risk / usual)) if usual > 0.0 else 1.0
    hands = p.retail_labour[market] / power(dearer, p.intensity_response)
    return hands, community.wage * community.pay * dearer, risk


@kernel
def retail_loss(state: State, p: Any, jurisdiction: int, market: int) -> float:
    """Share of goods lost between the wholesaler and the user: saturating in domestic officers."""
    agency = state.agencies[jurisdiction]
    pressure = investigators(p, agency)
    pressure *= exp(p.gap_effect * agency.gap)
    return loss_probability(p.retail_exposure[market], pressure, p.loss_ceiling)


@kernel
def retail_forfeit(state: State, p: Any, jurisdiction: int, market: int) -> float:
    """Share of sellers' takings that is forfeited: those arrested lose what they have in hand, as far as pursued."""
    return (
        state.communities[jurisdiction].selling_routine[market]
        * p.retail_cash_months
        * state.agencies[jurisdiction].pursuit
    )


@kernel
def retail_cost(state: State, p: Any, node: Node) -> Any:
    """Loss, cost per unit (USD), shares on value and (exploited people) monthly exits of a domestic sector."""
    loss = retail_loss(state, p, node.jurisdiction, node.market)
    fees = p.retail_launder_share[node.market] * state.alliance[0].average_fee[FINANCE]
    fees += retail_forfeit(state, p, node.jurisdiction, node.market)
    wage = state.communities[node.jurisdiction].wage
    hands, pay, risk = seller_hands(state, p, node.jurisdiction, node.market)
    cost = hands * (pay + risk)
    leaving = 0.0
    if node.kind == EXPLOITED:
        leaving = exploitation_exit(state, p, node.jurisdiction)
        cost += p.holding_cost * wage
    return loss, cost, fees, leaving


@kernel
def note_risk(state: State, p: Any) -> None:
    """Until the first reported month what sellers ask for risk becomes what they are used to."""
    if state.clock[0].month >= 0:
        return
    for j in range(state.communities.size):
        for market in range(state.tallies.size):
            asked, usual = retail_risk(state, p, j, market), state.communities[j].usual_risk[market]
            state.communities[j].usual_risk[market] = usual + p.picture_rate * (asked - usual) if usual > 0.0 else asked


@kernel
def exploitation_exit(state: State, p: Any, jurisdiction: int) -> float:
    """Share of exploited people who leave in a month: rescue rises with officers, escape and end do not."""
    agency = state.agencies[jurisdiction]
    pressure = investigators(p, agency)
    return p.escape_rate + loss_probability(
        p.rescue_exposure, pressure * exp(p.gap_effect * agency.gap), p.rescue_ceiling
    )
