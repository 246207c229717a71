"""Worlds of any number of markets and places: few compile nothing anew, many are told apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numba
import numpy as np
import pytest
from small_runs import assert_balanced, assert_defined, few, small_world

from countermarket.declared.slots import LAYER_SLOTS, MARKET_SLOTS
from countermarket.model.law.pursuit import watch_enablers
from countermarket.model.law.sanctions import sanction_bite
from countermarket.model.opening.founding import _serves
from countermarket.model.opening.initial import empty_state
from countermarket.model.recording.record import series_for, sheet_for
from countermarket.model.running.simulate import simulate
from countermarket.model.state.codes import FINANCE, LOGISTICS
from countermarket.model.state.levers import empty_levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, pack
from countermarket.policy.reading import load_scenario
from countermarket.world.drafts import RECIPES, connect_precursors, draft_layer
from countermarket.world.load import load_world
from countermarket.world.structure import World
from countermarket.world.synthetic import MARKETS, assemble, draw_jurisdictions, synthetic_world

MANY = 70
"""Places; more than a word has bits."""
MADE_UP = ("wildlife", "antiquities")


def types_of_a_run(world: World) -> tuple[Any, ...]:
    """What machine code is chosen by: the types of all that a run's kernels are given."""
    packed = pack(few(), world)
    month = (empty_state(world, packed[0], np.uint64(0)), packed, empty_levers(world))
    record = (sheet_for(world), series_for(world, 12, 1))
    return tuple(numba.typeof(argument) for argument in (*month, *record))


def test_the_packaged_world_is_the_usual_one() -> None:
    world = load_world()
    assert len(world.market_names) == MARKET_SLOTS
    assert len(world.layer_names) == LAYER_SLOTS, "LAYER_SLOTS in declared/slots.py is to be that of the packaged world"


def test_a_world_of_two_markets_runs_on_the_same_machine_code() -> None:
    usual = types_of_a_run(load_world())
    assert types_of_a_run(small_world()) == usual
    assert types_of_a_run(synthetic_world(5, markets=["firearms", "cyber_fraud"])) == usual


def test_slots_of_markets_that_a_world_does_not_have_stay_empty() -> None:
    world = synthetic_world(5, markets=["firearms", "cyber_fraud"])
    packed = pack(few(), world)
    known = few()
    assert packed["death_rate"][0].tolist() == [known["death_rate"][name] for name in world.market_names] + [0.0] * 5
    assert packed["transport_cost"].shape[1] == LAYER_SLOTS
    assert (packed["transport_cost"][0, len(world.layer_names) :] == 0.0).all()


def large() -> tuple[World, State]:
    """A world of more places than a word has bits, and who serves whom in it."""
    world = synthetic_world(MANY, markets=["firearms"])
    state = empty_state(world, pack(few(), world)[0], np.uint64(0))
    state.serves[:] = _serves(world)
    return world, state


def test_seventy_places_are_told_apart() -> None:
    """An enabler of logistics serves its home and the other ends of its legs, no others."""
    world, state = large()
    for home in range(MANY):
        ends = {int(leg["destination"]) for leg in world.legs if leg["origin"] == home}
        ends |= {int(leg["origin"]) for leg in world.legs if leg["destination"] == home}
        assert set(np.flatnonzero(state.serves[LOGISTICS, home]).tolist()) == ends | {home}


def test_those_who_act_beyond_the_sixty_second_place_count_as_themselves() -> None:
    _, state = large()
    state.serves[FINANCE] = np.eye(MANY, dtype=bool)
    state.communities["finance_weight"] = 1.0 / MANY
    state.agencies["standing"][65] = state.agencies["acts"][65] = 1.0
    p = pack(few(), load_world())[0]
    watch_enablers(state, p)
    assert state.agencies["touched"][[65, 65 - 62], FINANCE].tolist() == [p["home_bite"], 0.0]
    assert sanction_bite(state, p, FINANCE, 65) > 0.99
    assert sanction_bite(state, p, FINANCE, 65 - 62) == 0.0


def nine_markets() -> World:
    """A made-up world of more markets than usual: two more kinds of goods."""
    random = np.random.default_rng(0)
    like = RECIPES[0]
    recipes = [*RECIPES, *(like._replace(layer=name, market=name) for name in MADE_UP)]
    drafts = connect_precursors([draft_layer(recipe, 5, 15, random) for recipe in recipes], random)
    return assemble("nine", (*MARKETS, *MADE_UP), draw_jurisdictions(5, random), drafts, random)


def with_made_up(parameters: Parameters) -> Parameters:
    """Parameters with values for the added markets: those of cocaine."""
    records = {
        name: record._replace(value={**record.value, **dict.fromkeys(MADE_UP, record.value["cocaine"])})
        if isinstance(record.value, dict) and "cocaine" in record.value
        else record
        for name, record in parameters.records.items()
    }
    return replace(parameters, records=records)


@pytest.mark.slow
def test_nine_markets_run() -> None:
    world, months = nine_markets(), 3
    outcome = simulate(world, with_made_up(few(spin_up_months=3)), load_scenario("baseline"), months=months)
    assert len(world.market_names) == 9
    assert_balanced(outcome.residuals)
    assert_defined(world, months, outcome.values)
