"""Sales to users: what the domestic sector delivers, what that costs and whom it pays, and what users remember."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log, power
from countermarket.model.state.accounts import add, incur, pay, total
from countermarket.model.state.codes import (
    CONFISCATED,
    CONSENT,
    EXPLOITED,
    FINANCE,
    FRAUD,
    GOODS,
    INPUTS,
    MEMBERS,
    N_COMPONENTS,
    PRODUCERS,
    RETAILERS,
    RISK,
    SEIZED,
    TREASURIES,
    USERS,
    WAGES,
)
from countermarket.model.state.codes import ENABLERS as ENABLER_SECTOR
from countermarket.model.state.codes import FEES as FIRST_FEE
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Node, Tally
from countermarket.model.trade.sellers import (
    exploitation_exit,
    retail_forfeit,
    retail_loss,
    seller_hands,
)


@kernel
def scarcity_rent(p: Any, node: Node) -> float:
    """What short goods fetch over what they cost: the price at which users want no more than there is. Ratio.

    P = P_cost (wanted / available) ** (1 / -e_s), up to where users stop; the rent is the sellers'.

    After: Deaton and Laroque 1992 (prices where nothing is left in store).
    """
    if node.fill >= 1.0:
        return 1.0
    highest = max(1.0, p.choke_price_ratio * node.reference / node.user_price)
    dearest = power(highest, p.demand_short_run[node.layer])  # the share of what is wanted that is bought at that price
    return power(max(node.fill, dearest), 1.0 / p.demand_short_run[node.layer])


@kernel
def remember_price(p: Any, node: Node) -> None:
    """Users get used to what they pay, and part of what is dear hides in quality."""
    if node.kind == CONSENT or node.kind == FRAUD:
        return
    log_price = log(node.user_price / node.reference)
    node.habit += p.habit_rate * (log_price - node.habit)
    if node.kind == GOODS:
        adjust_quality(p, node, log_price)


@kernel
def adjust_quality(p: Any, node: Node, log_price: float) -> None:
    """Dear goods are cut and dear crossings crowded: part of a price rise hides in quality for a while.

    Quality follows (P / P0) ** -mu. Users notice the price of what they buy at once, that of its content with habit.
    """
    node.quality += p.quality_speed * (exp(-p.quality_response * log_price) - node.quality)


@kernel
def deliver(
    state: State, p: Any, node: Node, tally: Tally, kind: int, used: float, before: float,
) -> None:  # fmt: skip
    """The domestic sector sells to users; exploiters take people into holding instead."""
    market = node.market
    if kind == EXPLOITED:
        add(node.held_embodied, node.embodied, used / before)
        node.held += used
        return
    add(node.cost, node.embodied, used / before)
    loss = retail_loss(state, p, node.jurisdiction, market)
    node.landed = total(node.embodied) * used / before * (1.0 - loss)
    _incur_retail(state, p, node, tally, market, used)
    for component in range(N_COMPONENTS):
        lost = node.cost[component] * loss
        node.cost[component] -= lost
        node.cost[SEIZED] += lost
        tally.incurred[component] -= lost
        tally.incurred[SEIZED] += lost
    node.delivered = used * (1.0 - loss)
    node.gone += used
    node.seized_at_home = used * loss
    tally.seized += used * loss
    node.spent = node.delivered * node.user_price
    tally.spent += node.spent
    pay(state.ledger, USERS, RETAILERS, node.spent)


@kernel
def _incur_retail(
    state: State, p: Any, node: Node, tally: Tally, market: int, units: float,
) -> None:  # fmt: skip
    """Hands, risk and laundering of the domestic sector for a month's units."""
    community = state.communities[node.jurisdiction]
    a_unit, pay_asked, risk_asked = seller_hands(state, p, node.jurisdiction, market)
    hands = units * a_unit
    wages, risk = hands * pay_asked, hands * risk_asked
    hired = 1.0 - p.retail_owner_share
    incur(tally, node.cost, WAGES, wages, hired)
    incur(tally, node.cost, RISK, risk, hired)
    pay(state.ledger, RETAILERS, MEMBERS, hired * (wages + risk))
    fee = units * node.user_price * p.retail_launder_share[market] * state.alliance[0].average_fee[FINANCE]
    incur(tally, node.cost, FIRST_FEE + FINANCE, fee, 1.0)
    pay(state.ledger, RETAILERS, ENABLER_SECTOR, fee)
    forfeited = units * node.user_price * retail_forfeit(state, p, node.jurisdiction, market)
    incur(tally, node.cost, CONFISCATED, forfeited, 1.0)
    pay(state.ledger, RETAILERS, TREASURIES, forfeited)
    tally.recovery += forfeited
    state.agencies[node.jurisdiction].recovered += forfeited
    community.employed[market] += hands
    community.selling[market] += hands
    tally.sellers_arrested += hands * community.selling_routine[market]
    community.illicit_income += units * (node.user_price - node.price)
    community.stake[market] += units * (node.user_price - node.price)
    tally.workers += hands


@kernel
def exploit(state: State, p: Any, node: Node, tally: Tally) -> None:
    """People held are exploited for a month; those who leave take the cost sunk in them with them."""
    market = node.market
    leaving = min(1.0, exploitation_exit(state, p, node.jurisdiction))
    node.landed = total(node.held_embodied) * leaving
    for component in range(N_COMPONENTS + 1):
        gone = node.held_embodied[component] * leaving
        node.held_embodied[component] -= gone
        node.cost[component] += gone
    _incur_retail(state, p, node, tally, market, node.held)
    keep = node.held * p.holding_cost * state.communities[node.jurisdiction].wage
    incur(tally, node.cost, INPUTS, keep, 1.0)
    pay(state.ledger, RETAILERS, PRODUCERS, keep)
    node.delivered = node.held
    node.spent = node.delivered * node.user_price
    tally.spent += node.spent
    pay(state.ledger, USERS, RETAILERS, node.spent)
    rescued = node.held * max(0.0, leaving - p.escape_rate)
    node.seized_at_home = rescued
    tally.seized += rescued
    node.gone += node.held * leaving
    node.held *= 1.0 - leaving
