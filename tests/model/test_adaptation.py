"""How trade adapts to cost: hands get dearer when they are scarce, wares worse when they are dear."""

from __future__ import annotations

from typing import Any

import numpy as np
from paired_months import WORLD, copied, followed, packed

from countermarket.model.society import communities
from countermarket.model.state.codes import CONSENT, GOODS
from countermarket.model.state.tables import State
from countermarket.model.trade import markets

MONTHS = 18


def fewer_people(state: State) -> None:
    state.communities["base_vulnerability"] *= 2.0  # half as many can be had as usually


def pay_after(state: State, **parameters: float) -> Any:
    levers: Any = None
    communities.set_pay(state, packed(**parameters), levers)
    return state.communities["pay"]


def test_pay_rises_where_more_hands_are_wanted_and_where_fewer_can_be_had() -> None:
    usual = pay_after(copied()).copy()
    busy, bare = copied(), copied()
    busy.communities["hands"] *= 2.0
    bare.communities["vulnerability"] *= 0.5
    worked = busy.communities["employed"].sum(axis=1) > 0.0
    assert (pay_after(busy)[worked] > usual[worked]).all()
    np.testing.assert_allclose(pay_after(bare), usual * 2.0**0.2)
    assert (pay_after(bare, wage_response=0.0) == 1.0).all()


def test_scarce_hands_make_every_unit_dearer() -> None:
    plain, scarce = followed({}, MONTHS)[-1], followed({}, MONTHS, fewer_people)[-1]
    assert scarce.legs["hands"].mean() > plain.legs["hands"].mean()
    goods = plain.nodes["kind"] == GOODS
    assert scarce.nodes["user_price"][goods].sum() > plain.nodes["user_price"][goods].sum()


def test_dear_drugs_are_cut_and_users_notice_late() -> None:
    state, p = copied(), packed()
    sold = (state.nodes["kind"] == GOODS) & (state.nodes["volume"] > 0.0)
    state.nodes["price"][sold] *= 4.0
    stubborn = copied(state)
    levers: Any = None
    for _ in range(6):
        markets.want(state, p, levers)
        markets.want(stubborn, packed(quality_response=0.0), levers)
    dear = sold & (state.nodes["user_price"] > state.nodes["reference"])
    assert (stubborn.nodes["quality"][dear] > state.nodes["quality"][dear]).all()
    assert state.nodes["use"][sold].sum() > stubborn.nodes["use"][sold].sum()


def test_dear_crossings_are_crowded_and_cheaper_to_carry() -> None:
    def dear(state: State) -> None:
        pools = (state.nodes["kind"] == CONSENT) & (state.nodes["capacity"] > 0.0)
        state.nodes["reference"][pools] *= 0.25

    plain, crowded = followed({}, 6)[-1], followed({}, 6, dear)[-1]
    market = WORLD.market_names.index("migrant_smuggling")
    assert crowded.tallies["quality"][market] < plain.tallies["quality"][market]
    legs = plain.legs["kind"] == CONSENT
    assert crowded.legs["carriage"][legs].sum() < plain.legs["carriage"][legs].sum()
    harm = [state.tallies["harm"][market] / state.tallies["delivered"][market] for state in (plain, crowded)]
    assert harm[1] > harm[0]
