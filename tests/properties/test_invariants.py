"""What must hold whatever the policy, the shocks, the parameters and the world."""

from __future__ import annotations

from functools import cache
from typing import Any

import ensemble_runs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lucks import above, below
from small_runs import (
    assert_balanced,
    assert_defined,
    changed,
    few,
    followed,
    rows,
    run,
    small_world,
)

from countermarket.declared.lever import Lever
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.shocks import SHOCKS
from countermarket.declared.vocabulary import DOMAINS, MODES, PARTNERS, SERVICES
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_names
from countermarket.policy.shock_values import Shock
from countermarket.world.load import load_world

MONTHS = 9
SHORT = {"spin_up_months": 6.0}
few_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


# --- shipped scenarios ------------------------------------------------------------------------------------


def drawn_together(scenario: Scenario) -> Scenario:
    """The scenario with its dates one month apart and no ramps, so that a short run meets all of it."""
    dated = [*scenario.changes, *scenario.shocks]
    dates = sorted({getattr(one, "month", getattr(one, "start", 0)) for one in dated})
    soon = {date: place + 1 for place, date in enumerate(dates)}
    changes = tuple(c.model_copy(update={"month": soon[c.month], "ramp_months": 0}) for c in scenario.changes)
    shocks = tuple(s.model_copy(update={"start": soon[s.start]}) for s in scenario.shocks)
    return scenario.model_copy(update={"changes": changes, "shocks": shocks})


@pytest.mark.parametrize("name", shipped_names())
def test_books_balance_in_every_shipped_scenario(name: str) -> None:
    world = load_world()
    outcome = run(drawn_together(load_scenario(name)), 15)
    assert_balanced(outcome.residuals)
    assert_defined(world, 15, outcome.values)


def test_books_balance_and_no_birth_is_refused_at_full_size() -> None:
    outcome = run("alliance", 15, n_groups=1000, n_enablers=400, spin_up_months=24)
    assert_balanced(outcome.residuals)
    assert outcome.residuals["refused_births"] == 0


def test_the_parts_of_a_record_add_up() -> None:
    """Cost by component, units by role and by destination are parts of the same wholes."""
    world = load_world()
    values = run("baseline", 12).values
    units = rows(world, 12, values, "units_delivered", role="", jurisdiction="").reshape(12, -1)
    inside = rows(world, 12, values, "units_delivered", role="member").reshape(12, -1)
    outside = rows(world, 12, values, "units_delivered", role="non_member").reshape(12, -1)
    np.testing.assert_allclose(inside + outside, units, rtol=1e-12)
    markets = units.shape[1]
    total = rows(world, 12, values, "cost_of_illicit_activity", component="total", period="month").reshape(12, markets)
    spent = rows(world, 12, values, "delivered_cost").sum()
    np.testing.assert_allclose((total * units).sum(), spent, rtol=1e-9)
    components = set(world_components(world)) - {"total"}
    by_quarter = sum(
        rows(world, 12, values, "cost_of_illicit_activity", component=name).reshape(4, markets)
        for name in components
    )
    of_quarters = rows(world, 12, values, "cost_of_illicit_activity", component="total", period="quarter")
    np.testing.assert_allclose(by_quarter, of_quarters.reshape(4, markets), rtol=1e-12)
    quarter_units = units.reshape(4, 3, markets).sum(axis=1)
    quarter_cost = (total * units).reshape(4, 3, markets).sum(axis=1)
    np.testing.assert_allclose(by_quarter * quarter_units, quarter_cost, rtol=1e-9)


def world_components(world: Any) -> list[str]:
    """The labels that cost is recorded by."""
    from countermarket.model.recording.layout import layout

    keys = layout(world, 12).keys
    return list(np.unique(keys["component"][keys["measure"] == "cost_of_illicit_activity"]))


# --- any policy, any shock --------------------------------------------------------------------------------


@cache
def places() -> tuple[str, ...]:
    return small_world().jurisdiction_names


def sizes(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers between bounds, the bounds themselves often."""
    return st.sampled_from((low, high)) | st.floats(low, high)


def spread(number: st.SearchStrategy[float], keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """A number, or a map with a default and some keys of its own."""
    own = st.dictionaries(st.sampled_from(keys), number, max_size=2)
    return number | st.builds(lambda default, more: {"default": default, **more}, number, own)


def lever_values(lever: Lever) -> st.SearchStrategy[Any]:
    """Any value a lever may have."""
    number = sizes(lever.low, lever.high)
    if lever.kind == "word":
        return st.sampled_from(lever.words)
    if lever.kind == "names":
        return st.lists(st.sampled_from(places()), unique=True).map(tuple)
    if "leg" in lever.by:
        return st.dictionaries(st.sampled_from((*MODES, *small_world().leg_names[:20])), number, max_size=4)
    if lever.name == "alliance.private_partners":
        return st.dictionaries(st.sampled_from(PARTNERS), number)
    if "service" in lever.by:
        return spread(number, SERVICES)
    return spread(number, (*places()[:3], "members")) if lever.by else number


@st.composite
def policies(draw: st.DrawFn) -> list[Change]:
    """Some levers changed at once or in steps; shares of effort set together, so that they sum to 1."""
    others = sorted(set(LEVERS) - set(EFFORT_SHARES))
    names = draw(st.lists(st.sampled_from(others), unique=True, max_size=10))
    changes = [
        Change(month=draw(st.integers(0, MONTHS - 1)), lever=name, value=draw(lever_values(LEVERS[name])))
        for name in names
    ]
    if draw(st.booleans()):
        weights = np.array(draw(st.lists(st.floats(0, 1), min_size=6, max_size=6))) + 1e-3
        shares = dict(zip(EFFORT_SHARES, (weights / weights.sum()).tolist(), strict=True))
        changes += [Change(month=1, lever=name, value=share) for name, share in shares.items()]
    return sorted(changes, key=lambda change: change.month)


@st.composite
def shocks(draw: st.DrawFn) -> Shock:
    """Any shock."""
    kind = draw(st.sampled_from(list(SHOCKS.values())))
    world = small_world()
    known = {
        "market": world.market_names, "jurisdiction": world.jurisdiction_names, "service": SERVICES,
        "mode": MODES, "domain": DOMAINS, "leg": world.leg_names[:20],
    }  # fmt: skip
    fields: dict[str, Any] = {"size": draw(sizes(kind.size.low, kind.size.high))}
    for selector in kind.selectors:
        if selector in known and (selector in kind.needs[:1] or draw(st.booleans())):
            fields[selector] = (draw(st.sampled_from(known[selector])),)
    if "pair" in kind.selectors:
        fields["pair"] = tuple(draw(st.permutations(places()))[:2])
    if "months" in kind.fields:
        fields["months"] = draw(st.integers(0, 4))
    for flag in kind.flags:
        fields[flag] = draw(st.booleans())
    for number in kind.numbers:
        fields[number.name] = draw(st.floats(number.low, number.high))
    if "share" in kind.selectors:
        fields["share"] = draw(st.floats(0, 1))
    if "rank" in kind.selectors:
        fields["rank"] = draw(st.integers(0, 5))
    return Shock(kind=kind.name, start=draw(st.integers(0, MONTHS - 1)), **fields)


@few_examples
@given(policies(), st.lists(shocks(), max_size=3), st.integers(0, 5))
def test_any_policy_under_any_shocks_is_sound(policy: list[Change], struck: list[Shock], seed: int) -> None:
    followed(changed(*policy, shocks=tuple(struck)), small_world(), MONTHS, few(**SHORT), seed)


# --- any parameters, any world ----------------------------------------------------------------------------


def drawn(random: np.random.Generator) -> Parameters:
    """Every parameter drawn from its own range."""
    numbers = {
        name: random.uniform(record.low, record.high)
        for name, record in load_parameters().records.items()
        if name not in ("n_groups", "n_enablers", "spin_up_months", "spare_slots")
        and (record.is_factor or not isinstance(record.value, dict))
    }
    return replace(few(**SHORT), numbers)


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_parameter_may_take_both_ends_of_its_range(end: str) -> None:
    for name, record in load_parameters().records.items():
        if record.is_factor or not isinstance(record.value, dict):
            replace(load_parameters(), {name: getattr(record, end)})


@few_examples
@given(st.integers(0, 2**32 - 1))
def test_any_parameters_within_their_ranges_are_sound(seed: int) -> None:
    followed(load_scenario("baseline"), small_world(), MONTHS, drawn(np.random.default_rng(seed)), seed % 7)


@settings(max_examples=12, deadline=None)
@given(size=st.integers(1, 14), seed=st.integers(0, 1000), groups=st.integers(1, 400))
def test_any_world_is_sound(size: int, seed: int, groups: int) -> None:
    followed(load_scenario("baseline"), small_world(size, seed), MONTHS, few(**SHORT, n_groups=groups))


def test_the_first_groups_can_trade_and_the_baseline_stands_still() -> None:
    """Nothing drains away in the first month, and a decade without a policy moves no market far.

    One by less than a fifth (synthetic drugs rise by some seven per cent), the others by less than a tenth; mean of
    twelve lucks.
    """
    shipped, plain = load_parameters(), load_scenario("baseline")
    courses = [ensemble_runs.followed(shipped, plain, 120, groups_and_deliveries, luck) for luck in range(12)]
    groups, delivered = np.split(np.mean(courses, axis=0), [1], axis=1)
    founded = shipped["n_groups"]
    assert above("baseline: groups after a decade over those founded", groups[-1, 0] / founded, 0.7)
    assert below("baseline: groups after a decade over those founded, at most", groups[-1, 0] / founded, 1.5)
    moved = np.sort(abs(delivered[-24:].mean(axis=0) / delivered[:24].mean(axis=0) - 1.0))
    assert below("baseline: how far the market that moves most has moved", moved[-1], 0.2)
    assert below("baseline: how far the next has moved", moved[-2], 0.1)


def groups_and_deliveries(state: State) -> Any:
    return [state.groups["active"].sum(), *state.tallies["delivered"]]
