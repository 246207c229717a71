"""Sources: what is made, of what, and what it costs those who make it."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log
from countermarket.model.state.accounts import incur, pay
from countermarket.model.state.codes import (
    CONSENT,
    FRAUD,
    GOODS,
    INPUTS,
    INTERDICTION,
    LEGAL_ECONOMY,
    MEMBERS,
    N_COMPONENTS,
    PRODUCERS,
    RETAILERS,
    SEIZED,
    WAGES,
)
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Node, Tally
from countermarket.model.trade import inputs
from countermarket.model.trade.markets import demanded
from countermarket.model.trade.routes import loss_probability
from countermarket.model.trade.selling import adjust_quality
from countermarket.model.trade.stocks import rebuilding, stock_wanted


@kernel
def produce(state: State, parameters: Any, levers: Levers) -> None:
    """Sources make goods at rising cost, recruiters find the exploitable, those who want to leave turn up.

    After: Nerlove 1958 (supply adjusts in part); Griliches 1957 (substitutes spread along a logistic).
    """
    p = parameters[0]
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if not node.traded:
            continue
        node.produced = 0.0
        node.potential = 0.0
        kind = node.kind
        tally = state.tallies[node.market]
        if node.windfall > 0.0 and kind == GOODS:
            node.potential += node.windfall
            _pay_makers(state, p, node, tally, p.windfall_cost * node.price, node.windfall, 0.0)
        if node.capacity <= 0.0:
            continue
        if kind == CONSENT:
            log_price = log(max(node.price, 1.0) / node.reference)
            adjust_quality(p, node, log_price)
            node.habit += p.habit_rate * (log_price - node.habit)
            leaving = demanded(
                node.capacity * node.demand_shift, log_price, node.habit,
                p.demand_short_run[node.layer], p.demand_long_run[node.layer],
            )  # fmt: skip
            node.stock += leaving - p.give_up_rate * node.stock
            lost = p.give_up_rate
            for component in range(N_COMPONENTS + 1):
                tally.written_off[component] += node.embodied[component] * lost
                node.embodied[component] *= 1.0 - lost
            node.produced = leaving
            continue
        if kind == FRAUD:
            continue
        _make_goods(state, p, node, tally)


@kernel
def _make_goods(state: State, p: Any, node: Node, tally: Tally) -> None:
    """One source's month: what is ordered, up to where marginal cost meets the price, limited by its inputs."""
    needs, precursor = node.input_units, node.input_node
    bought = needs * state.nodes[precursor].price if precursor >= 0 else 0.0
    kept = _kept(state, p, node)
    ordered = node.requested + node.use + rebuilding(p, node)
    if p.elastic_sources > 0.0:
        node.price = node.unit_cost + bought
        usual = max(0.0, node.requested + node.use - node.stock + stock_wanted(p, node))
        without = 0.0
    else:
        usual, without = inputs.make_do(state, p, node, bought)
        usual *= kept
        without *= kept
        node.potential = usual + without
        made = max(0.0, min(1.0, ordered / max(node.potential, 1e-12)))
        usual *= made
        without *= made
    usual *= _draw_inputs(state, p, node, usual / kept)
    own_price = max(p.floor_price_ratio * node.price, node.price - bought)
    _pay_makers(state, p, node, tally, own_price, usual, node.home_loss)
    _make_without(state, p, node, tally, without)
    _sell_hoard(state, p, node, tally, max(0.0, ordered - usual - without))


@kernel
def _kept(state: State, p: Any, node: Node) -> float:
    """What makers keep of what they make, in what they usually keep: raids on fields, laboratories and depots.

    The loss saturates in officers on interdiction where the goods are made, as on a leg.
    """
    if node.home_exposure <= 0.0 or p.elastic_sources > 0.0:
        return 1.0
    agency = state.agencies[node.jurisdiction]
    pressure = agency.effort[INTERDICTION] / (p.reference_interdiction_share * p.officers_scale + 1e-12)
    usual = loss_probability(node.home_exposure, 1.0, p.loss_ceiling)
    node.home_loss = loss_probability(node.home_exposure, pressure * exp(p.gap_effect * agency.gap), p.loss_ceiling)
    return (1.0 - node.home_loss) / (1.0 - usual)


@kernel
def _draw_inputs(state: State, p: Any, node: Node, quantity: float) -> float:
    """Take bought inputs from their stock with the cost embodied in them. Returns the share of orders served."""
    if node.input_node < 0 or quantity <= 0.0:
        return 1.0
    source = state.nodes[node.input_node]
    source.use = quantity * node.input_units
    if source.stock <= 0.0:
        return 0.0
    available = min(1.0, source.stock * p.stock_drawn / (source.use + 1e-12))
    used = quantity * available * node.input_units
    share = used / source.stock
    for component in range(N_COMPONENTS + 1):
        moved = source.embodied[component] * share
        source.embodied[component] -= moved
        node.embodied[component] += moved
    source.stock -= used
    source.gone += used
    pay(state.ledger, PRODUCERS, RETAILERS, used * source.price)
    return available


@kernel
def _pay_makers(
    state: State, p: Any, node: Node, tally: Tally, own_price: float, quantity: float, lost: float,
) -> None:  # fmt: skip
    """Book what the makers add themselves to a quantity kept, and put it in stock. `own_price`: net of inputs.

    What was seized from them, a share `lost` of what they made, had cost as much a unit, which what they keep bears.
    """
    own_cost = own_price * quantity
    if p.elastic_sources == 0.0:
        own_cost *= p.supply_elasticity[node.layer] / (1.0 + p.supply_elasticity[node.layer])
    labour = own_cost * p.production_labour_share[node.layer]
    incur(tally, node.embodied, INPUTS, (own_cost - labour) * (1.0 - lost), 1.0)
    incur(tally, node.embodied, WAGES, labour * (1.0 - lost), 1.0)
    incur(tally, node.embodied, SEIZED, own_cost * lost, 1.0)
    seized = quantity * lost / (1.0 - lost)
    node.seized_at_source += seized
    tally.seized += 0.0 if node.feeds else seized
    pay(state.ledger, RETAILERS, PRODUCERS, quantity * node.price)
    pay(state.ledger, PRODUCERS, MEMBERS, labour)
    _put_in_stock(state, node, tally, quantity)


@kernel
def _put_in_stock(state: State, node: Node, tally: Tally, quantity: float) -> None:
    """Units made join the stock and count as produced."""
    state.communities[node.jurisdiction].illicit_income += quantity * node.price
    node.stock += quantity
    node.produced += quantity
    tally.produced += quantity


@kernel
def _make_without(state: State, p: Any, node: Node, tally: Tally, quantity: float) -> None:
    """Make a quantity with a substitute for the usual input, bought from the legal economy at its higher cost."""
    if quantity > 0.0:
        extra = inputs.substitute_cost(p, node)
        incur(tally, node.embodied, INPUTS, quantity * extra, 1.0)
        pay(state.ledger, PRODUCERS, LEGAL_ECONOMY, quantity * extra)
        own_price = max(p.floor_price_ratio * node.price, node.price - extra)
        _pay_makers(state, p, node, tally, own_price, quantity, node.home_loss)


@kernel
def _sell_hoard(state: State, p: Any, node: Node, tally: Tally, short: float) -> None:
    """Sell what was held back from before a ban as far as orders go unmet; its cost is booked as it is sold."""
    sold = min(node.hoard, short)
    if sold > 0.0:
        node.hoard -= sold
        node.potential += sold
        _pay_makers(state, p, node, tally, node.price, sold, 0.0)
