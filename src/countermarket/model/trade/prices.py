"""Prices at every node, and fees along every way, find their level."""

from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp
from countermarket.model.state.codes import CONSENT, FRAUD
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Leg
from countermarket.model.trade.routes import access_cost, hands_cost, to_come, value_share
from countermarket.model.trade.stocks import rebuilding


@kernel
def set_prices(state: State, parameters: Any, levers: Levers) -> None:
    """Prices move with the gap between what is wanted and what arrives; idle nodes follow the best onward bid.

    After: Samuelson 1941 (tatonnement); Enke 1951.
    """
    p = parameters[0]
    _find_bids(state, p)
    _set_fees(state, p)
    for n in range(state.nodes.size):
        node = state.nodes[n]
        kind = node.kind
        if kind in (FRAUD, CONSENT):
            continue
        idle = node.flow <= 1e-9 + p.idle_share * (node.volume + node.capacity)
        if idle and node.volume <= 0.0:
            if node.bid > 0.0:
                node.price += p.bid_speed * (node.bid - node.price)
            continue
        wanted = max(0.0, node.requested + node.use + rebuilding(p, node))
        came = node.arrived + node.potential
        gap = (wanted - came) / (wanted + came + 1e-9)
        if p.elastic_sources > 0.0 and node.capacity > 0.0:
            continue
        node.price *= exp(p.price_speed * gap)
        if p.elastic_sources == 0.0:
            node.price = (
                min(p.choke_price_ratio, max(p.floor_price_ratio, node.price / node.ordinary)) * node.ordinary
            )


@kernel
def _set_fees(state: State, p: Any) -> None:
    """Fees still to pay at every place of passage: V_a = min over legs [own cost x (1 + tightness_a) + V_b].

    Tightness grows while more wait than can go. It is a share of the next leg's own cost, and the rest of the
    way is added after, so that a crowd at one place does not swamp the fees of the legs before it.
    """
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.kind == CONSENT:
            waiting = node.stock / p.waiting_months
            gap = (waiting - node.requested) / (waiting + node.requested + 1e-9)
            node.tightness = min(p.choke_price_ratio, max(p.slack_floor, node.tightness + p.price_speed * gap))
            node.bid = 0.0 if node.stay >= 1.0 else np.inf
    changed = True
    while changed:
        changed = False
        for n in range(state.legs.size):
            leg = state.legs[n]
            if leg.kind != CONSENT or leg.closed >= 1.0:
                continue
            start = state.nodes[leg.start]
            own, through = leg_terms(state, p, leg)
            end = state.nodes[leg.end]
            asked = own / through * (1.0 + start.tightness) + to_come(end, end.bid)
            if asked < start.bid * (1.0 - 1e-12):
                start.bid = asked
                changed = True
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.kind == CONSENT:
            node.price = node.bid if np.isfinite(node.bid) else p.choke_price_ratio * node.ordinary


@kernel
def leg_terms(state: State, p: Any, leg: Leg) -> Any:
    """A leg's own cost per unit moved as outsiders see it (USD), and the share of value that comes through."""
    shares = value_share(state.alliance[0].average_fee, leg, p)
    moving = max(p.access_floor * leg.transport, leg.transport + access_cost(leg, p))
    return moving + leg.hands_needed * hands_cost(leg, p), (1.0 - leg.belief) * (1.0 - shares)


@kernel
def _find_bids(state: State, p: Any) -> None:
    """What the best onward path could pay at each node of goods."""
    for n in range(state.nodes.size):
        if state.nodes[n].kind != CONSENT:
            state.nodes[n].bid = 0.0
    for n in range(state.legs.size):
        leg = state.legs[n]
        if leg.kind == FRAUD or leg.kind == CONSENT or leg.closed >= 1.0:
            continue
        start = state.nodes[leg.start]
        own, through = leg_terms(state, p, leg)
        start.bid = max(start.bid, (state.nodes[leg.end].price * through - own) / (1.0 + p.capital_rate))
