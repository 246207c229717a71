"""The cheapest open path to every node as groups perceive it, and what users would pay behind it."""

from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.model.state.codes import CONSENT, EXPLOITED, FRAUD
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Leg, Node
from countermarket.model.trade.prices import leg_terms
from countermarket.model.trade.sellers import retail_cost, retail_price


@kernel
def find_paths(state: State, parameters: Any, reach: Any) -> None:
    """Perceived cost of one unit delivered over the cheapest open path. USD per unit, (N,); inf = no path.

    Relaxes P_b = min [P_a (1 + rho) + c] / [(1 - p)(1 - phi)] over all legs until nothing changes.
    """
    p = parameters[0]
    for n in range(state.nodes.size):
        node = state.nodes[n]
        reach[n] = np.inf
        if node.capacity > 0.0:
            reach[n] = 0.0 if node.kind == CONSENT else node.unit_cost
    for _ in range(state.nodes.size):
        changed = False
        for n in range(state.legs.size):
            leg = state.legs[n]
            offer = _offer(state, p, leg, reach[leg.start])
            if offer < reach[leg.end] * (1.0 - 1e-12):
                reach[leg.end] = offer
                changed = True
        if not changed:
            break
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.volume > 0.0 and np.isfinite(reach[n]):
            reach[n] = _to_users(state, p, node, reach[n])


@kernel
def _offer(state: State, p: Any, leg: Leg, start: float) -> float:
    """Cost at the end of a leg from the cost at its start, as those who are not on it believe."""
    own, through = leg_terms(state, p, leg)
    if leg.closed >= 1.0:
        return np.inf
    if leg.kind == FRAUD:
        return own / through * p.fraud_unit / max(state.nodes[leg.end].price, 1e-9)
    if leg.kind == CONSENT:
        return start + own / through
    return (start * (1.0 + p.capital_rate) + own) / through


@kernel
def _to_users(state: State, p: Any, node: Node, wholesale: float) -> float:
    """What the domestic sector adds. USD per unit delivered."""
    if node.kind == CONSENT or node.kind == FRAUD:
        return wholesale
    loss, cost, shares, leaving = retail_cost(state, p, node)
    if node.kind == EXPLOITED:
        return (wholesale * leaving + cost) / (1.0 - shares)
    return retail_price(wholesale, p.capital_rate, cost, loss, shares)
