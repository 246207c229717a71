"""How trade adapts to cost: hands get dearer when they are scarce, wares worse when they are dear."""

from __future__ import annotations

from typing import Any

import numpy as np
from lucks import above, below
from paired_months import WORLD, copied, followed, mean_of, packed

from countermarket.model.society import communities
from countermarket.model.state.codes import CONSENT, GOODS
from countermarket.model.state.tables import State
from countermarket.model.trade import markets, selling

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
    """Mean of sixteen lucks."""

    def dearer(luck: int) -> list[float]:
        plain, scarce = followed({}, MONTHS, luck=luck)[-1], followed({}, MONTHS, fewer_people, luck)[-1]
        goods = plain.nodes["kind"] == GOODS
        prices = [state.nodes["user_price"][goods].sum() for state in (plain, scarce)]
        return [scarce.legs["hands"].mean() / plain.legs["hands"].mean(), prices[1] / prices[0]]

    hands, price = mean_of(16, dearer)
    assert above("scarce hands: cost of hands", hands, 1.0)
    assert above("scarce hands: price to users", price, 1.0)


def test_dear_drugs_are_cut_and_users_notice_late() -> None:
    state, p = copied(), packed()
    sold = (state.nodes["kind"] == GOODS) & (state.nodes["volume"] > 0.0)
    state.nodes["price"][sold] *= 4.0
    stubborn = copied(state)
    levers: Any = None
    for each, given in ((state, p), (stubborn, packed(quality_response=0.0))):
        for _ in range(6):
            markets.want(each, given, levers)
            for n in np.flatnonzero(sold):
                selling.remember_price(given[0], each.nodes[n])
        markets.want(each, given, levers)
    dear = sold & (state.nodes["user_price"] > state.nodes["reference"])
    assert (stubborn.nodes["quality"][dear] > state.nodes["quality"][dear]).all()
    assert state.nodes["use"][sold].sum() > stubborn.nodes["use"][sold].sum()


def test_dear_crossings_are_crowded_and_cheaper_to_carry() -> None:
    def dear(state: State) -> None:
        pools = (state.nodes["kind"] == CONSENT) & (state.nodes["capacity"] > 0.0)
        state.nodes["reference"][pools] *= 0.25

    def changes(luck: int) -> list[float]:
        """Quality, cost of carriage and harm a crossing over those of ordinary fees."""
        plain, crowded = followed({}, 6, luck=luck)[-1], followed({}, 6, dear, luck)[-1]
        legs = plain.legs["kind"] == CONSENT
        found = [
            [s.tallies["quality"][m], s.legs["carriage"][legs].sum(), s.tallies["harm"][m] / s.tallies["delivered"][m]]
            for s in (crowded, plain)
        ]
        return (np.array(found[0]) / found[1]).tolist()

    m = WORLD.market_names.index("migrant_smuggling")
    quality, carriage, harm = mean_of(8, changes)
    assert below("dear crossings: quality", quality, 1.0)
    assert below("dear crossings: carriage", carriage, 1.0)
    assert above("dear crossings: harm", harm, 1.0)
