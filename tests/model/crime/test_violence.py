"""Violence by place: its ordinary level is data, and contest, new groups, programmes and truces move it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paired_months import WORLD, copied, packed

from countermarket.model.crime import groups, violence
from countermarket.model.society import communities
from countermarket.model.state.tables import State

MEX, GBR = WORLD.jurisdiction_names.index("MEX"), WORLD.jurisdiction_names.index("GBR")
LEVERS: Any = None


def fought(state: State, **parameters: float) -> State:
    """A month's fighting alone, with the month's deaths not yet counted."""
    state.communities["deaths"] = 0.0
    state.tallies["violence"] = 0.0
    violence.fight(state, packed(**parameters), LEVERS)
    return state


def test_ordinary_homicides_are_the_published_ones_wherever_anybody_works() -> None:
    state = copied()
    state.communities["diverted"] = 0.0
    state.communities["usual_killing"] = fought(copied()).communities["deaths"].sum(axis=1)
    fought(state)
    places = WORLD.jurisdictions
    organised = places["population"] * 1e-5 / 12 * places["homicide_rate"] * places["organised_share"]
    at_work = state.communities["usual_killing"] > 0.0
    np.testing.assert_allclose(state.communities["violence"][at_work], organised[at_work], rtol=1e-9)
    assert state.tallies["violence"].sum() == pytest.approx(state.communities["violence"][at_work].sum())


def test_work_is_deadlier_where_more_are_killed() -> None:
    danger = copied().communities["danger"]
    assert danger[MEX] > 5.0 > 1.0 > danger[GBR]


def test_more_rivals_and_a_greater_stake_are_fought_over_harder_within_bounds() -> None:
    p, home = packed()[0], copied().communities[MEX]
    home["usual_stake"], home["stake"], home["rivalry"], home["usual_rivalry"] = 1.0, 1.0, 0.5, 0.5
    assert violence.contest(p, home, 0) == pytest.approx(1.0)
    home["stake"] = 2.0
    assert violence.contest(p, home, 0) == pytest.approx(2.0 ** p["scarcity_violence"])
    home["stake"], home["rivalry"] = 1.0, 1.0
    assert violence.contest(p, home, 0) == pytest.approx(1.5)
    home["stake"] = 1e9
    assert violence.contest(p, home, 0) == p["contest_bound"]


def test_a_new_group_fights_until_it_is_known() -> None:
    fresh, known = copied(), copied()
    for state, age in ((fresh, 0), (known, 240)):
        state.groups["born"] = state.clock["month"][0] - age
        state.groups["leaderless"] = 0.0
        fought(state)
    assert fresh.communities["deaths"].sum() > 1.5 * known.communities["deaths"].sum()
    assert (known.groups["members"] == copied().groups["members"]).all()


def test_those_whom_work_reaches_neither_join_nor_kill() -> None:
    state, plain = copied(), copied()
    state.communities["reach"][MEX] = 0.5
    for each in (state, plain):
        communities.change(each, packed(), LEVERS)
        fought(each)
        groups.recruit(each, packed(), LEVERS)
    diverted = state.communities["diverted"][MEX]
    assert diverted == pytest.approx(0.5 * packed()["opportunity_effect"][0])
    spared = 1.0 - packed()["at_risk_violence"][0] * diverted
    assert state.communities["violence"][MEX] == pytest.approx(plain.communities["violence"][MEX] * spared)
    assert state.communities["openness"][MEX] < plain.communities["openness"][MEX]


def test_the_places_of_the_lost_are_filled_and_no_others() -> None:
    state, p = copied(), packed(growth_speed=0.0, turnover_rate=0.0, hiring_limit=1.0)
    state.communities["routine"], state.communities["death"] = 0.0, 0.0
    state.communities["hiring"], state.communities["diverted"] = 1.0, 0.0
    state.communities["vulnerability"] = state.communities["base_vulnerability"]
    state.groups["vacant"] = np.where(state.groups["active"], 10.0, 0.0)
    before = state.groups["members"].copy()
    groups.recruit(state, p, LEVERS)
    active = state.groups["active"]
    np.testing.assert_allclose((state.groups["members"] - before)[active], 10.0 / p["replacement_months"][0])
