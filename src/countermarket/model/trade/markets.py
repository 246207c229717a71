"""Domestic markets: what users want, what they get, and what it costs."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log
from countermarket.model.state.accounts import add, incur, total
from countermarket.model.state.codes import (
    CASH,
    CONSENT,
    DELAY,
    EXPLOITED,
    FRAUD,
    GOODS,
    N_COMPONENTS,
    SEIZED,
)
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Leg, Node, Tally
from countermarket.model.trade.sellers import (
    note_risk,
    retail_cost,
    retail_price,
)
from countermarket.model.trade.selling import deliver, exploit, remember_price, scarcity_rent
from countermarket.model.trade.shipping import send


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
        seen = log(node.user_price / node.reference) + (log(node.quality) if kind == GOODS else 0.0)
        wanted = demanded(
            node.volume * node.demand_shift, seen, node.habit,
            p.demand_short_run[node.layer], p.demand_long_run[node.layer],
        )  # fmt: skip
        if kind == EXPLOITED:
            node.use = max(0.0, leaving * node.held + (wanted - node.held) / p.exploiter_adjustment_months)
        else:
            node.use = wanted / (1.0 - loss)


@kernel
def ration(state: State, parameters: Any, levers: Levers) -> None:
    """Say what share of what is wanted at each node can be served, and what each leg carries, from sources to users.

    What comes to a place can go on from there, or to users, in the same month, so that a shortage at a source is felt
    at the end of the way at once. Assumption: what there is is shared in proportion to what is asked.
    """
    for k in range(state.order.size):
        n = state.order[k]
        node = state.nodes[n]
        asked = node.requested + node.use
        node.fill = 1.0 if asked <= 0.0 else min(1.0, (node.stock + node.coming) / asked)
        node.coming = 0.0
        for i in range(state.leave_start[n], state.leave_start[n + 1]):
            _pass_on(state, state.legs[state.leave_legs[i]], node.fill)


@kernel
def _pass_on(state: State, leg: Leg, fill: float) -> None:
    """What a leg carries and loses of what it lets through, and what its end can count on this month."""
    served = 1.0 if leg.kind == FRAUD else fill
    leg.filled = leg.passing * served
    leg.volume = leg.asked * leg.filled
    leg.lost *= served
    if leg.onward:
        state.nodes[leg.end].coming += leg.volume - leg.lost


@kernel
def settle(state: State, parameters: Any, levers: Levers) -> None:
    """From sources to users: what came joins the stock, users take theirs, the rest goes on; then latecomers join.

    After: Caulkins and Reuter 1998 (what cost is made of).
    """
    p = parameters[0]
    for k in range(state.order.size):
        node = state.nodes[state.order[k]]
        if node.traded:
            if node.kind == GOODS or node.kind == EXPLOITED:
                _receive(p, node, state.tallies[node.market])
            _hand_over(state, p, state.order[k])
    for k in range(state.order.size):
        node = state.nodes[state.order[k]]
        if node.traded:
            tally = state.tallies[node.market]
            _receive(p, node, tally)
            if node.kind == FRAUD:
                node.delivered = node.spent / p.fraud_unit
                node.attempts += p.flow_smoothing * (node.arrived - node.attempts)
            incur(tally, node.embodied, DELAY, p.capital_rate * total(node.embodied), 0.0)
            tally.delivered += node.delivered if node.volume > 0.0 else 0.0


@kernel
def _hand_over(state: State, p: Any, n: int) -> None:
    """Users take what they are served at a node, legs what they carry; both leave its stock with their cost."""
    node = state.nodes[n]
    tally = state.tallies[node.market]
    before = node.stock
    used = node.use * node.fill if node.kind != CONSENT and node.volume > 0.0 else 0.0
    if node.kind == GOODS and node.volume > 0.0:
        node.user_price *= scarcity_rent(p, node)
    if used > 0.0:
        deliver(state, p, node, tally, node.kind, used, before)
    for i in range(state.leave_start[n], state.leave_start[n + 1]):
        send(state, p, state.legs[state.leave_legs[i]])
    leaving = min(1.0, (node.taken + used) / before) if before > 0.0 else 0.0
    for component in range(N_COMPONENTS + 1):
        node.embodied[component] *= 1.0 - leaving
    node.stock = max(0.0, before - node.taken - used)
    if node.kind == EXPLOITED and node.volume > 0.0:
        exploit(state, p, node, tally)
    if node.volume > 0.0:
        remember_price(p, node)
    throughput = node.taken + (used if node.volume > 0.0 else node.gone)
    node.flow += p.flow_smoothing * (throughput - node.flow)


@kernel
def _receive(p: Any, node: Node, tally: Tally) -> None:
    """What is coming joins the stock and bears what was lost on the way; if nothing comes, the loss is written off."""
    kind, coming = node.kind, node.coming
    if coming > 0.0:
        node.incoming[SEIZED] += total(node.seized_cost)
        node.incoming[CASH] += node.seized_cost[CASH]
        tally.incurred[SEIZED] += total(node.seized_cost)
        for component in range(N_COMPONENTS):
            tally.incurred[component] -= node.seized_cost[component]
    else:
        add(tally.written_off, node.seized_cost, 1.0)
    ends_here = 1.0 if kind == FRAUD else 0.0
    if kind == CONSENT and coming > 0.0:
        ends_here = node.stay * (coming - node.returned) / coming
        node.delivered += coming * ends_here
    if ends_here > 0.0:
        node.landed += total(node.incoming) * ends_here
    add(node.cost, node.incoming, ends_here)
    add(node.embodied, node.incoming, 1.0 - ends_here)
    node.stock += coming * (1.0 - ends_here)
    node.arrived += coming
    _await_more(node)


@kernel
def _await_more(node: Node) -> None:
    """Nothing more has come on its way to a node yet."""
    node.coming = 0.0
    node.returned = 0.0
    for component in range(N_COMPONENTS + 1):
        node.incoming[component] = 0.0
        node.seized_cost[component] = 0.0
