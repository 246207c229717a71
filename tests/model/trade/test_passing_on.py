"""Within a month: goods that come to a place go on from there, a shortage is felt at the end, short goods are dear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paired_months import WORLD, copied, levers_of, packed

from countermarket.model.month import run_month
from countermarket.model.state.tables import State
from countermarket.model.trade import inputs, selling

COCAINE = WORLD.market_names.index("cocaine")
BRITAIN = WORLD.jurisdiction_names.index("GBR")


def cocaine(state: State) -> Any:
    """Rows of the nodes of cocaine, and that of Britain's."""
    rows = np.flatnonzero(state.nodes["market"] == COCAINE)
    return rows, int(rows[state.nodes["jurisdiction"][rows] == BRITAIN][0])


def next_month(stocks: float = 1.0, supply: float = 1.0) -> State:
    """The next month with so much left of all stocks of cocaine, and of what its makers can make."""
    state = copied()
    rows, _ = cocaine(state)
    state.nodes["stock"][rows] *= stocks
    state.nodes["embodied"][rows] *= stocks
    state.nodes["supply_shift"][rows] = supply
    run_month(state, packed(), levers_of({}))
    return state


def test_goods_reach_users_two_borders_away_in_the_month_they_are_made() -> None:
    state = next_month(stocks=0.0)
    _, britain = cocaine(state)
    assert state.nodes["capacity"][britain] == 0.0
    assert state.nodes["delivered"][britain] > 0.0


def test_a_loss_at_the_sources_is_felt_by_users_in_the_same_month() -> None:
    whole, short = next_month(stocks=0.0).nodes, next_month(stocks=0.0, supply=0.1).nodes
    rows, britain = cocaine(copied())
    assert short["delivered"][rows].sum() < 0.3 * whole["delivered"][rows].sum()
    assert short["delivered"][britain] < 0.5 * whole["delivered"][britain]
    assert short["user_price"][britain] > 2.0 * whole["user_price"][britain]


def test_what_comes_against_the_order_of_trade_waits_a_month() -> None:
    state = copied()
    legs = state.legs
    rank = np.argsort(state.order)
    assert (legs["onward"] <= (rank[legs["end"]] > rank[legs["start"]])).all()
    goods = legs["onward"] & (legs["market"] == COCAINE)
    assert legs["volume"][goods].sum() > 0.99 * legs["volume"][legs["market"] == COCAINE].sum()


@pytest.mark.parametrize(("fill", "rent"), [(1.0, 1.0), (0.5, 0.5 ** (1.0 / -0.5)), (1e-9, 8.0)])
def test_short_goods_fetch_what_clears_them_up_to_where_users_stop(fill: float, rent: float) -> None:
    state, p = copied(), packed()[0]
    _, britain = cocaine(state)
    node = state.nodes[britain]
    node["fill"], node["user_price"] = fill, node["reference"]
    assert p["demand_short_run"][node["layer"]] == -0.5
    assert p["choke_price_ratio"] == 8.0
    assert selling.scarcity_rent(p, node) == pytest.approx(rent)


def test_the_rent_on_short_goods_is_the_sellers_and_no_cost() -> None:
    whole, short = next_month(stocks=0.0), next_month(stocks=0.0, supply=0.1)
    _, britain = cocaine(whole)

    def a_unit(state: State) -> Any:
        node = state.nodes[britain]
        return np.array([node["user_price"], node["cost"][:-1].sum() / node["delivered"]])

    price, cost = a_unit(short) / a_unit(whole)
    assert price > 2.0 * cost


def test_a_lost_input_is_not_to_be_had_at_any_price() -> None:
    state, p = copied(), packed()[0]
    nodes = state.nodes
    row = int(np.argmax(np.where(nodes["feeds"], nodes["capacity"], 0.0)))
    node = nodes[row]
    node["input_shift"], node["no_substitute"] = 0.5, True
    for _ in range(60):
        node["price"] *= 1.05
        usual, without = inputs.make_do(state, p, node, 0.0)
    assert without == 0.0
    assert usual == pytest.approx(0.5 * node["accustomed"])


@pytest.mark.parametrize("luck", range(3))
def test_makers_have_the_bought_input_they_need_when_reporting_begins(luck: int) -> None:
    nodes = copied(luck=luck).nodes
    makers = (nodes["input_node"] >= 0) & (nodes["capacity"] > 0.0)
    need = (nodes["need"] * nodes["capacity"])[makers].sum() / nodes["capacity"][makers].sum()
    assert need < 0.05
