"""What holds supply back at first: what is built, inputs, the width of a leg; and what arrests do to a group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lucks import above, below
from paired_months import WORLD, copied, levers_of, mean_of, packed, settled

from countermarket.model.crime import choices, groups
from countermarket.model.law import enforcement, raids
from countermarket.model.month import run_month
from countermarket.model.shocks.strike import strike
from countermarket.model.state.tables import State
from countermarket.model.trade import inputs
from countermarket.policy.shock_values import Shock

COCAINE = WORLD.market_names.index("cocaine")


def source() -> tuple[State, Any]:
    """A state and the row of its largest source of cocaine."""
    state = copied()
    nodes = state.nodes
    row = int(np.argmax(np.where(nodes["market"] == COCAINE, nodes["capacity"], 0.0)))
    return state, row


def makes_at_twice_the_price(months: int, **parameters: float) -> float:
    """Units willingly made at twice the price after some months of it, what was made after long at the old = 1."""
    state, row = source()
    p = packed(**parameters)[0]
    node = state.nodes[row]
    for _ in range(600):
        before, _ = inputs.make_do(state, p, node, 0.0)
    node["price"] *= 2.0
    for _ in range(months):
        after, _ = inputs.make_do(state, p, node, 0.0)
    return after / before


def test_sources_answer_a_price_little_at_once_and_wholly_in_time() -> None:
    prompt = makes_at_twice_the_price(1)
    assert 1.0 < prompt < makes_at_twice_the_price(6) < makes_at_twice_the_price(60)
    assert makes_at_twice_the_price(600) == pytest.approx(makes_at_twice_the_price(600, prompt_supply=1.0))


def test_an_input_cut_by_half_halves_what_is_made_however_dear_the_goods() -> None:
    state, row = source()
    p, node = packed()[0], state.nodes[row]
    node["no_substitute"] = True
    node["input_shift"] = 0.5
    node["price"] *= 8.0
    usual, without = inputs.make_do(state, p, node, 0.0)
    assert usual == pytest.approx(0.5 * node["accustomed"])
    assert without == 0.0


def test_a_part_closed_leg_carries_its_share_of_the_usual_flow_whoever_asks() -> None:
    assert choices.passage(0.0, 10.0, 500.0) == 1.0
    assert choices.passage(0.75, 100.0, 50.0) == 0.5
    assert choices.passage(0.75, 100.0, 20.0) == 1.0
    legs = settled().legs
    busy = WORLD.leg_names[int(np.argmax(np.where(legs["market"] == COCAINE, legs["usual"], 0.0)))]
    row, shock = WORLD.leg_names.index(busy), Shock(kind="route_closure", start=0, size=0.75, leg=(busy,))
    state, levers = copied(), levers_of({})
    usual = state.legs["usual"][row]
    for month in range(12):
        strike(state, packed(), (shock,), WORLD, month)
        run_month(state, packed(), levers)
        assert state.legs["volume"][row] <= 0.25 * usual * (1.0 + 1e-9)
    assert state.legs["usual"][row] == usual


def test_more_arrests_take_a_key_person_more_surely_each_further_one_adding_less() -> None:
    chances = [raids.caught(share, 3.0) for share in (0.0, 0.2, 0.4, 1.0)]
    assert chances == pytest.approx([0.0, 0.488, 0.784, 1.0])
    assert raids.caught(0.3, 1.0) == pytest.approx(0.3)


def leaderless(size: float, luck: int) -> float:
    """Share of groups without a leader after a month in which this share of all members is arrested."""
    state, p = copied(luck=luck), packed()
    strike(state, p, (Shock(kind="mass_arrest", start=0, size=size),), WORLD, 0)
    run_month(state, p, levers_of({}))
    without = state.groups["active"] & (state.groups["leaderless"] > 0)
    return float(without.sum() / settled(luck).groups["active"].sum())


def test_arrests_at_a_stroke_leave_groups_without_leaders() -> None:
    """Some where a tenth is arrested, more where six tenths are, never all. Mean of eight lucks."""
    few, many = mean_of(8, lambda luck: [leaderless(size, luck) for size in (0.1, 0.6)])
    assert above("arrests at a stroke: leaderless after a tenth", few, 0.0)
    assert above("arrests at a stroke: leaderless after six tenths beyond those after one", many - few, 0.0)
    assert below("arrests at a stroke: leaderless after six tenths", many, 0.99)


def test_some_groups_without_a_leader_find_no_heir() -> None:
    alive = []
    for failure in (0.0, 1.0):
        state = copied()
        state.groups["leaderless"][:] = 1.0
        groups.leave(state, packed(succession_failure=failure), levers_of({}))
        alive.append(state.groups["active"].sum())
    assert alive[0] > 0
    assert alive[1] == 0


def test_any_agency_with_a_ripe_case_and_officers_may_be_the_one_that_acts() -> None:
    state, p = copied(), packed()
    table = state.groups
    row = int(np.flatnonzero(table["active"] & ((table["activity"] > 0).sum(axis=1) >= 2))[0])
    group = table[row]
    table["evidence"], table["received"] = 0.0, 0.0
    slots = np.flatnonzero(group["activity"] > 0)
    group["evidence"][slots] = 1e6
    group["patron"] = 0.0
    enforcement.act_on_cases(state, p, levers_of({}))
    with_case = state.agencies["cases"] > 0
    assert set(np.flatnonzero(with_case)) == set(group["presence"][slots].tolist())
    assert state.agencies["operations"].sum() <= 1.0
