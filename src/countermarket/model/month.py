"""A month: the table of contents of the model."""

from collections.abc import Callable, Sequence
from typing import Any

from countermarket.engine.compiled import in_order, kernel
from countermarket.model.crime import choices, enablers, groups, services, violence
from countermarket.model.law import (
    agencies,
    alliance,
    assets,
    enforcement,
    intelligence,
    membership,
    pursuit,
    raids,
    sanctions,
    technology,
)
from countermarket.model.society import communities
from countermarket.model.state.codes import N_COMPONENTS
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.model.trade import markets, prices, production, routes, shipping


@kernel
def open_books(state: State, parameters: Any, levers: Levers) -> None:
    """Set everything that counts a month to zero."""
    alliance_row = state.alliance[0]
    alliance_row.innocent = 0.0
    alliance_row.minor = 0.0
    alliance_row.moderate = 0.0
    alliance_row.major = 0.0
    for sector in range(state.ledger.size):
        state.ledger[sector] = 0.0
    for m in range(state.tallies.size):
        _open_tally(state.tallies[m])
    for n in range(state.nodes.size):
        if state.nodes[n].traded:
            _open_node(state.nodes[n])
    for e in range(state.enablers.size):
        state.enablers[e].booked = state.enablers[e].business
        state.enablers[e].business = 0.0
    for j in range(state.communities.size):
        community = state.communities[j]
        state.agencies[j].recovered = 0.0
        state.agencies[j].innocent = 0.0
        community.illicit_income = 0.0
        community.recruits = 0.0
        for m in range(state.tallies.size):
            community.arrests[m] = 0.0
            community.deaths[m] = 0.0
            community.employed[m] = 0.0
            community.stake[m] = 0.0
            community.selling[m] = 0.0


@kernel
def _open_tally(tally: Any) -> None:
    """Nothing of a market's month is added up yet."""
    for component in range(N_COMPONENTS + 1):
        tally.incurred[component] = 0.0
        tally.unallocated[component] = 0.0
        tally.written_off[component] = 0.0
    tally.delivered = 0.0
    tally.spent = 0.0
    tally.proceeds = 0.0
    tally.profit = 0.0
    tally.fees = 0.0
    tally.workers = 0.0
    tally.recruits = 0.0
    tally.arrests = 0.0
    tally.sellers_arrested = 0.0
    tally.violence = 0.0
    tally.seized = 0.0
    tally.entered = 0.0
    tally.recovery = 0.0
    tally.produced = 0.0


@kernel
def _open_node(node: Any) -> None:
    """Nothing has come to a node or left it yet."""
    node.use = 0.0
    node.arrived = 0.0
    node.coming = 0.0
    node.returned = 0.0
    node.taken = 0.0
    node.delivered = 0.0
    node.landed = 0.0
    node.seized_at_home = 0.0
    node.seized_at_source = 0.0
    node.gone = 0.0
    node.spent = 0.0
    for component in range(N_COMPONENTS + 1):
        node.incoming[component] = 0.0
        node.seized_cost[component] = 0.0
        node.cost[component] = 0.0


MONTH = (
    open_books,
    # agencies allocate, the alliance sets priorities and tasks joint operations
    enforcement.set_powers,
    membership.admit_members,
    alliance.open_channel,
    alliance.task,
    agencies.allocate,
    # technology on both sides
    technology.advance,
    # intelligence: gathered, shared, read
    intelligence.gather,
    intelligence.share,
    intelligence.work_the_queue,
    # groups choose legs and match with enablers
    routes.assess_legs,
    routes.price_legs,
    choices.choose_legs,
    services.match_enablers,
    # trade
    markets.want,
    choices.offer,
    production.produce,
    shipping.set_out,
    markets.ration,
    shipping.ship,
    markets.settle,
    prices.set_prices,
    routes.observe_legs,
    # money
    groups.serve_patrons,
    services.launder,
    # enforcement
    enforcement.act_on_cases,
    assets.confiscate,
    raids.carry_out,
    assets.forfeit,
    pursuit.pursue_enablers,
    enforcement.apply_migration_regime,
    sanctions.designate,
    alliance.sting,
    # adaptation
    groups.learn,
    groups.recruit,
    violence.fight,
    violence.fear,
    groups.leave,
    groups.enter,
    enablers.set_terms,
    enablers.come_and_go,
    # communities
    communities.reinvest,
    communities.change,
    communities.set_pay,
    # the alliance reviews itself
    membership.review,
    # what enters the statistics
    intelligence.report,
    groups.count,
)
"""Mechanisms in order. Shocks and dated levers take effect before them, the record is taken after them."""


Mechanisms = Sequence[Callable[..., None]]


def run_month(state: State, parameters: Any, levers: Levers, mechanisms: Mechanisms = MONTH) -> None:
    """One month of the model; `mechanisms` may be machine code already, which saves looking up tables every month."""
    if mechanisms is MONTH:
        mechanisms = (in_order(MONTH, state, parameters, levers),)
    for mechanism in mechanisms:
        mechanism(state, parameters, levers)
    state.clock["month"] += 1
