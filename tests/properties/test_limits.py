"""Worlds and policies at the edge: the tables stay sensible, and nothing is undefined that need not be."""

from __future__ import annotations

import numpy as np
import pytest
from lucks import above, below
from small_runs import UNDEFINED, changed, few, followed, rows, run, small_world

from countermarket.declared.vocabulary import MODES
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import Outcome
from countermarket.parameters.load import ParameterError
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shock_values import Shock
from countermarket.world.load import load_world
from countermarket.world.structure import World
from countermarket.world.synthetic import synthetic_world

MONTHS = 12
GOODS = ("cocaine", "heroin", "synthetic", "firearms")


def at_the_edge(scenario: Scenario | None = None, world: World | None = None, **more: float) -> Outcome:
    """A run in the packaged world, unless another is given, that is checked every month."""
    return followed(scenario or load_scenario("baseline"), world or load_world(), MONTHS, few(**more))


def struck(*shocks: Shock) -> Scenario:
    return changed(shocks=shocks)


def monthly(outcome: Outcome, measure: str, market: str, months: int = MONTHS) -> np.ndarray:
    """A measure of a market month by month, in the packaged world."""
    found = rows(load_world(), months, outcome.values, measure, market=market, role="", jurisdiction="")
    return np.asarray(found[:months])


def goods(measure: str, month: int, scenario: Scenario | str = "baseline", **more: float) -> np.ndarray:
    """A measure of each good in one month, mean of six lucks. (goods,)."""
    runs = [run(scenario, MONTHS, replicate=luck, **more) for luck in range(6)]
    return np.mean([[monthly(one, measure, market)[month] for market in GOODS] for one in runs], axis=0)


# --- demand and supply ------------------------------------------------------------------------------------


@pytest.mark.parametrize("market", GOODS)
def test_without_demand_nothing_is_delivered(market: str) -> None:
    outcome = at_the_edge(struck(Shock(kind="demand", start=0, size=0.0)))
    assert (monthly(outcome, "units_delivered", market) == 0).all()
    assert np.isnan(monthly(outcome, "price", market)).all()
    assert (monthly(outcome, "expenditure", market) == 0).all()


def test_without_supply_the_shelves_empty() -> None:
    outcome, usual = at_the_edge(struck(Shock(kind="source_supply", start=0, size=0.0))), at_the_edge()
    for market in GOODS:
        with_none, with_all = (monthly(run_, "units_delivered", market) for run_ in (outcome, usual))
        assert with_none[-1] < 0.9 * with_all[-1], market


def test_ten_times_the_demand_is_served_as_far_as_it_can_be() -> None:
    """More is delivered of every good, mean of six lucks."""
    more = struck(Shock(kind="demand", start=3, size=10.0))
    outcome = at_the_edge(more)
    assert all(np.isfinite(monthly(outcome, "price", market)).all() for market in GOODS)
    served = goods("units_delivered", -1, more) / goods("units_delivered", -1)
    assert above("ten times the demand: units of the good that grows least", served.min(), 1.0)


def test_a_market_that_ends_leaves_the_others() -> None:
    outcome = at_the_edge(struck(Shock(kind="demand", start=0, size=0.0, market=("cocaine",))))
    assert (monthly(outcome, "units_delivered", "cocaine") == 0).all()
    assert (monthly(outcome, "units_delivered", "heroin") > 0).all()


# --- groups -----------------------------------------------------------------------------------------------


def test_one_group_is_the_least() -> None:
    outcome = at_the_edge(n_groups=1)
    assert rows(load_world(), MONTHS, outcome.values, "groups", jurisdiction="").max() <= 2 * few()["groups_per_slot"]
    with pytest.raises(ParameterError, match=r"n_groups: 0\.0 is not a number from 1"):
        few(n_groups=0)


def test_births_that_find_no_room_are_counted() -> None:
    outcome = at_the_edge(n_groups=40, spare_slots=1.0, entry_rate=0.3)
    assert outcome.residuals["refused_births"] > 0
    by_market = rows(load_world(), MONTHS, outcome.values, "groups", jurisdiction="")
    assert by_market.reshape(MONTHS, -1).sum(axis=1).max() <= 40 * few()["groups_per_slot"]


def test_few_enablers_and_no_spin_up() -> None:
    at_the_edge(n_enablers=4, spin_up_months=0)


# --- places and markets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2])
def test_the_smallest_worlds(size: int) -> None:
    world = small_world(size)
    outcome = at_the_edge(world=world)
    assert rows(world, MONTHS, outcome.values, "units_delivered", market="cocaine", role="").sum() > 0


def test_a_world_of_few_markets() -> None:
    """Kernels are compiled anew for another number of markets: one such world has to do."""
    world = synthetic_world(5, markets=["synthetic", "cyber_fraud"])
    outcome = followed(load_scenario("baseline"), world, 3, few(spin_up_months=6))
    assert set(layout(world, 3).keys["market"]) == {"synthetic", "cyber_fraud", ""}
    assert rows(world, 3, outcome.values, "units_delivered", role="", jurisdiction="").sum() > 0


# --- enforcement ------------------------------------------------------------------------------------------


def test_when_every_leg_is_closed_nothing_moves() -> None:
    outcome = at_the_edge(struck(Shock(kind="route_closure", start=0, size=1.0, mode=MODES)))
    assert rows(load_world(), MONTHS, outcome.values, "units_shipped").sum() == 0
    paths = rows(load_world(), MONTHS, outcome.values, "path_cost")
    assert np.isnan(paths).any()
    assert not np.isnan(paths).all(), "what is made where it is used needs no leg"


def test_near_total_seizure() -> None:
    """More is seized at once; later there is less to seize, because less is sent and less arrives. Six lucks."""
    everywhere = changed(
        Change(month=0, lever="alliance.chokepoints", value=dict.fromkeys(MODES, 1.0)),
        Change(month=0, lever="alliance.members", value=load_world().jurisdiction_names),
        Change(month=0, lever="agencies.budget_multiplier", value=5.0),
    )
    ceiling = {"loss_ceiling": 1.0}
    harsh = {"chokepoint_effect": 20.0, **ceiling}
    at_the_edge(everywhere, **harsh)
    seized, delivered = (
        goods(measure, month, everywhere, **harsh) / goods(measure, month, **ceiling)
        for measure, month in (("seizure_rate", 0), ("units_delivered", -1))
    )
    assert above("near-total seizure: rate at once, of the good where it rises least", seized.min(), 1.0)
    assert below("near-total seizure: units late, of the good that falls least", delivered.max(), 1.0)


def test_without_an_alliance_only_what_is_its_own_is_undefined() -> None:
    outcome = at_the_edge(changed(Change(month=0, lever="alliance.members", value=())))
    measures = layout(load_world(), MONTHS).keys["measure"]
    assert set(measures[np.isnan(outcome.values)]) <= set(UNDEFINED)
    assert np.isnan(rows(load_world(), MONTHS, outcome.values, "alliance_trust")).all()
    assert (rows(load_world(), MONTHS, outcome.values, "alliance_members") == 0).all()
    assert (rows(load_world(), MONTHS, outcome.values, "units_delivered", role="member") == 0).all()


def test_an_alliance_of_the_whole_world() -> None:
    everyone = load_world().jurisdiction_names
    outcome = at_the_edge(changed(Change(month=0, lever="alliance.members", value=everyone)))
    assert (rows(load_world(), MONTHS, outcome.values, "units_delivered", role="non_member") == 0).all()


# --- time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [1, 2, 3, 11, 13])
def test_runs_of_any_length_fill_their_rows(months: int) -> None:
    outcome = followed(load_scenario("baseline"), small_world(), months, few())
    keys = layout(small_world(), months).keys
    assert len(outcome.values) == len(keys["month"])
    assert len(set(keys["month"])) == months
    path = keys["measure"] == "path_cost"
    assert path.any() == (months >= 12)
