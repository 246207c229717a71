"""Domestic markets: what users want, what they get, and what it costs."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log
from countermarket.model.state.accounts import add, incur, pay, total
from countermarket.model.state.codes import (
    CASH,
    CONFISCATED,
    CONSENT,
    DELAY,
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
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Node, Tally
from countermarket.model.trade.sellers import (
    exploitation_exit,
    note_risk,
    retail_cost,
    retail_forfeit,
    retail_loss,
    retail_price,
    seller_hands,
)


@kernel
def demanded(volume: float, log_price: float, habit: float, short_run: float, long_run: float) -> float:
    """Units wanted a month: isoelastic, prompt in the short-run elasticity and slow in the long-run one.

    q = q0 exp(e_s ln(P/P0) + (e_l - e_s) h), h the smoothed ln(P/P0). Elasticities: parameters.yaml.
    """
    return volume * exp(short_run * log_price + (long_run - short_run) * habit)


@kernel
def want(state: State, parameters: Any, levers: Levers) -> None:
    """Domestic sectors say what they want to take from stock, at the price users would pay behind them.

    After: Becker, Grossman and Murphy 1994 (habit); AIC T&I 606 (elasticities).
    """
    p = parameters[0]
    note_risk(state, p)
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.volume <= 0.0:
            continue
        kind = node.kind
        if kind == CONSENT:
            continue
        if kind == FRAUD:
            yielded = 2.0 / (1.0 + node.attempts / (node.volume * node.demand_shift + 1e-12))
            node.price = p.fraud_yield * yielded
            continue
        loss, cost, fees, leaving = retail_cost(state, p, node)
        if kind == EXPLOITED:
            node.user_price = (node.price * leaving + cost) / (1.0 - fees)
        else:
            node.user_price = retail_price(node.price, p.capital_rate, cost, loss, fees)
        log_price = log(node.user_price / node.reference)
        node.habit += p.habit_rate * (log_price - node.habit)
        seen = log_price
        if kind == GOODS:
            adjust_quality(p, node, log_price)
            seen += log(node.quality)
        wanted = demanded(
            node.volume * node.demand_shift, seen, node.habit,
            p.demand_short_run[node.layer], p.demand_long_run[node.layer],
        )  # fmt: skip
        if kind == EXPLOITED:
            node.use = max(0.0, leaving * node.held + (wanted - node.held) / p.exploiter_adjustment_months)
        else:
            node.use = wanted / (1.0 - loss)


@kernel
def adjust_quality(p: Any, node: Node, log_price: float) -> None:
    """Dear goods are cut and dear crossings crowded: part of a price rise hides in quality for a while.

    Quality follows (P / P0) ** -mu. Users notice the price of what they buy at once, that of its content with habit.
    """
    node.quality += p.quality_speed * (exp(-p.quality_response * log_price) - node.quality)


@kernel
def ration(state: State, parameters: Any, levers: Levers) -> None:
    """Say what share of what is wanted at each node its stock can serve.

    Assumption: in proportion to what is asked.
    """
    for n in range(state.nodes.size):
        node = state.nodes[n]
        asked = node.requested + node.use
        node.fill = 1.0 if asked <= 0.0 else min(1.0, node.stock / asked)


@kernel
def settle(state: State, parameters: Any, levers: Levers) -> None:
    """Users take their goods; what was taken leaves the stock and what arrived joins it.

    After: Caulkins and Reuter 1998 (what cost is made of).
    """
    p = parameters[0]
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if not node.traded:
            continue
        tally = state.tallies[node.market]
        kind = node.kind
        before = node.stock
        used = node.use * node.fill if kind != CONSENT and node.volume > 0.0 else 0.0
        if used > 0.0:
            _deliver(state, p, node, tally, kind, used, before)
        leaving = min(1.0, (node.taken + used) / before) if before > 0.0 else 0.0
        for component in range(N_COMPONENTS + 1):
            node.embodied[component] *= 1.0 - leaving
        node.stock = max(0.0, before - node.taken - used)
        if kind == EXPLOITED and node.volume > 0.0:
            _exploit(state, p, node, tally)
        _receive(p, node, tally, kind)
        throughput = node.taken + (used if node.volume > 0.0 else node.gone)
        node.flow += p.flow_smoothing * (throughput - node.flow)
        interest = p.capital_rate * total(node.embodied)
        incur(tally, node.embodied, DELAY, interest, 0.0)
        tally.delivered += node.delivered if node.volume > 0.0 else 0.0


@kernel
def _receive(p: Any, node: Node, tally: Tally, kind: int) -> None:
    """Arrivals join the stock and bear what was lost on the way; with no arrival the loss is written off."""
    if node.arrived > 0.0:
        node.incoming[SEIZED] += total(node.seized_cost)
        node.incoming[CASH] += node.seized_cost[CASH]
        tally.incurred[SEIZED] += total(node.seized_cost)
        for component in range(N_COMPONENTS):
            tally.incurred[component] -= node.seized_cost[component]
    else:
        add(tally.written_off, node.seized_cost, 1.0)
    ends_here = 1.0 if kind == FRAUD else 0.0
    if kind == CONSENT and node.arrived > 0.0:
        ends_here = node.stay * (node.arrived - node.returned) / node.arrived
    if ends_here > 0.0:
        node.landed = total(node.incoming) * ends_here
    add(node.cost, node.incoming, ends_here)
    add(node.embodied, node.incoming, 1.0 - ends_here)
    if kind == FRAUD:
        node.delivered = node.spent / p.fraud_unit
        node.attempts += p.flow_smoothing * (node.arrived - node.attempts)
        return
    if kind == CONSENT:
        node.delivered = node.arrived * ends_here
    node.stock += node.arrived * (1.0 - ends_here)


@kernel
def _deliver(
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
def _exploit(state: State, p: Any, node: Node, tally: Tally) -> None:
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
