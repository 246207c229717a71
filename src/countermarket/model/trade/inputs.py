"""What makers can make: capacity that follows the price slowly, the usual input, and the search for another."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import power
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Node


@kernel
def supplied(capacity: float, unit_cost: float, price: float, elasticity: float, reach: float) -> float:
    """Units a source makes a month: capacity is limited by rising cost.

    q = q0 K / (1 + (K - 1) (c0 / P) ** s), s = e K / (K - 1): q0 at the reference cost c0 with elasticity e there,
    and never more than K times q0.
    """
    slope = elasticity * reach / (reach - 1.0)
    return capacity * reach / (1.0 + (reach - 1.0) * power(unit_cost / max(price, 1e-9), slope))


@kernel
def substitute_cost(p: Any, node: Node) -> float:
    """What a substitute adds to the cost of one unit: dearer than the input makers were used to buying. USD.

    k times the accustomed cost of a bought input; of one made at home, the excess over its share of unit cost.
    """
    if node.input_node >= 0:
        return p.substitute_premium * node.input_cost
    return (p.substitute_premium - 1.0) * p.home_input_share * node.unit_cost


@kernel
def _wished(p: Any, node: Node, cost: float) -> float:
    """Units its makers would make at the price after paying `cost` a unit for the input, given time."""
    price = max(p.floor_price_ratio * node.price, node.price - cost)
    return supplied(node.capacity, node.unit_cost, price, p.supply_elasticity[node.layer], p.supply_reach)


@kernel
def _willing(p: Any, node: Node, cost: float) -> float:
    """Units they make of them this month: fields and laboratories follow the price slowly.

    q = K_built ** (1 - s) q_long_run ** s: with what is built only a share s of the response is prompt, so that
    supply is steep at once and flat in the end. A shift takes its share of what is built too.
    """
    return node.supply_shift * power(node.built, 1.0 - p.prompt_supply) * power(_wished(p, node, cost), p.prompt_supply)


@kernel
def build(p: Any, node: Node, cost: float) -> None:
    """What is built moves towards what makers would make in the long run at this month's price."""
    wished = _wished(p, node, cost)
    node.built = node.built + (wished - node.built) / p.building_months if node.built > 0.0 else wished


@kernel
def make_do(state: State, p: Any, node: Node, bought: float) -> Any:
    """Units that could be made with the usual input, and without it, at this month's price. Units, units.

    `bought`: what the usual input costs for one unit, USD. A substitute is used where it is cheaper, else only for
    what the usual input does not reach. What is accustomed is what the spin-up ends with, and no search starts in it.
    Of an input made at home a shock leaves a share of what used to be had, however dear the goods become.
    """
    if node.input_cost <= 0.0:
        node.input_cost = bought
    build(p, node, bought)
    settling = state.clock[0].month < 0
    if settling:
        node.input_cost += p.habit_rate * (bought - node.input_cost)
    willing = _willing(p, node, bought)
    if node.accustomed <= 0.0:
        node.accustomed = willing
    if settling:
        node.accustomed += p.habit_rate * (willing - node.accustomed)
    had = 1.0
    if node.input_shift < 1.0:
        had = min(1.0, node.input_shift * node.accustomed / max(willing, 1e-12))
    if node.input_node >= 0 and willing > 0.0:
        had = min(1.0, p.stock_drawn * state.nodes[node.input_node].stock / (willing * node.input_units))
    extra = substitute_cost(p, node)
    adopted = 0.0 if node.no_substitute else node.substitute
    share = adopted if node.input_node >= 0 and extra < bought else min(adopted, max(0.0, 1.0 - had))
    usual = willing * (min(had, 1.0 - share) if share > 0.0 else had)
    without = share * _willing(p, node, extra) if share > 0.0 else 0.0
    if not settling:
        _seek_substitute(p, node, usual + without, share)
    return usual, without


@kernel
def _seek_substitute(p: Any, node: Node, potential: float, used: float) -> None:
    """Unmet need starts a search; what it finds spreads along a logistic curve, faster the greater the need.

    need = 1 - what can be made / what could be at the accustomed cost of the input, fully supplied, smoothed. After
    `substitute_lag_months` of need above a threshold: s += r need s (1 - s), from a first share to which it falls
    back as it goes unused. Nothing is found where there is nothing to find.
    """
    full = _willing(p, node, node.input_cost)
    unmet = max(0.0, 1.0 - potential / full) if full > 0.0 else 0.0
    node.need += p.flow_smoothing * (unmet - node.need)
    if node.no_substitute:
        node.search = 0.0
    elif node.substitute > 0.0:
        spread = p.substitute_rate * node.need * node.substitute * (1.0 - node.substitute)
        idle = max(0.0, node.substitute - max(used, p.substitute_first))
        node.substitute += spread - p.substitute_forgotten * idle
    elif node.need > p.substitute_need:
        node.search += 1.0
        if node.search >= p.substitute_lag_months:
            node.substitute = p.substitute_first
    else:
        node.search = max(0.0, node.search - 1.0)
