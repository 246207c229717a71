"""Levers: declared once, every one with a baseline value, resolved month by month."""

from __future__ import annotations

import numpy as np
import pytest
from clone import ROOT
from hypothesis import given
from hypothesis import strategies as st

from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.model.running.schedule import levers_at
from countermarket.policy.arrays import (
    effort_shares,
    effort_split,
    jurisdiction_values,
    keyed_values,
    market_values,
)
from countermarket.policy.baseline import load_baseline
from countermarket.policy.change_values import Change
from countermarket.policy.courses import lever_at, months_of_change, policy_at, value_for
from countermarket.policy.lever_values import Value
from countermarket.policy.scenario import Scenario
from countermarket.world.load import load_world

MODEL = ROOT / "src" / "countermarket" / "model"
FIVE = ("GBR", "USA", "CAN", "AUS", "NZL")


def scenario(*changes: Change) -> Scenario:
    return Scenario(name="test", title="Test", changes=changes, policy=load_baseline().policy)


def change(month: int, lever: str, value: Value, ramp: int = 0) -> Change:
    return Change(month=month, lever=lever, value=value, ramp_months=ramp)


def test_every_lever_has_a_sourced_baseline_value() -> None:
    records = load_baseline().levers
    assert list(records) == list(LEVERS)
    assert all(len(record.source) > 10 for record in records.values())


def test_baseline_numbers_lie_within_their_bounds() -> None:
    for name, record in load_baseline().levers.items():
        if isinstance(record.value, float):
            assert LEVERS[name].admits(record.value), name


def test_effort_follows_the_audit_office_where_it_says_something() -> None:
    value = {name.removeprefix("agencies."): share for name, share in load_baseline().policy.items()}
    pursue = ("interdiction_share", "investigation_share", "enablers_share")
    assert sum(value[name] for name in pursue) == pytest.approx(0.79)  # type: ignore[misc]
    assert value["prevention_share"] == 0.04


def test_effort_shares_sum_to_one() -> None:
    policy = load_baseline().policy
    assert sum(policy[name] for name in EFFORT_SHARES) == pytest.approx(1, abs=1e-12)  # type: ignore[misc]


@pytest.mark.parametrize("lever", LEVERS.values(), ids=lambda lever: lever.name)
def test_the_mechanism_that_reads_a_lever_exists(lever: object) -> None:
    module, _, function = lever.read_by.partition(".")  # type: ignore[attr-defined]
    (file,) = MODEL.rglob(f"{module}.py")
    assert f"def {function}(" in file.read_text(encoding="utf-8")


def test_before_its_date_a_change_does_nothing() -> None:
    changed = scenario(change(12, "agencies.powers", 0.5), change(12, "alliance.channel", "federated"))
    assert policy_at(changed, 11) == policy_at(scenario(), 11) == load_baseline().policy
    assert policy_at(changed, 12)["agencies.powers"] == 0.5
    assert policy_at(changed, 12)["alliance.channel"] == "federated"


def test_a_ramp_goes_in_equal_steps_and_arrives_exactly() -> None:
    ramped = scenario(change(12, "alliance.federated_data", 0.6, ramp=3))
    path = [lever_at(ramped, "alliance.federated_data", month) for month in range(11, 16)]
    assert path == pytest.approx([0, 0.2, 0.4, 0.6, 0.6])
    assert path[3] == 0.6
    assert months_of_change(ramped) == [12, 13, 14]


def test_a_ramp_that_is_interrupted_goes_on_from_where_it_was() -> None:
    lever = "alliance.federated_data"
    ramped = scenario(change(0, lever, 1.0, ramp=10), change(5, lever, 0.0, ramp=5))
    assert lever_at(ramped, lever, 4) == pytest.approx(0.5)
    assert lever_at(ramped, lever, 5) == pytest.approx(0.4)
    assert lever_at(ramped, lever, 9) == 0.0


def test_the_most_specific_value_wins() -> None:
    value: Value = {"default": 0.1, "members": 0.3, "GBR": 0.6}
    assert [value_for(value, place, FIVE) for place in ("GBR", "USA", "FRA")] == [0.6, 0.3, 0.1]
    assert jurisdiction_values(value, ["FRA", "GBR"], FIVE).tolist() == [0.1, 0.6]


def test_omitted_keys_keep_their_value_and_a_bare_number_replaces_all() -> None:
    lever = "agencies.powers"
    changed = scenario(
        change(1, lever, {"GBR": 0.6}), change(2, lever, {"members": 0.3}), change(3, lever, 0.2)
    )
    assert lever_at(changed, lever, 2) == {"default": 0.0, "GBR": 0.6, "members": 0.3}
    assert lever_at(changed, lever, 3) == 0.2


def test_a_bare_number_ramps_every_value_to_itself() -> None:
    lever = "agencies.powers"
    changed = scenario(change(1, lever, {"GBR": 0.6}), change(10, lever, 0.2, ramp=2))
    assert lever_at(changed, lever, 10) == {"GBR": pytest.approx(0.4), "default": pytest.approx(0.1)}
    assert lever_at(changed, lever, 11) == 0.2


def test_severity_varies_by_market_and_place() -> None:
    lever = "agencies.severity"
    changed = scenario(
        change(1, lever, {"default": {"cocaine": 2.0}, "GBR": {"migrant_smuggling": 3.0}}),
        change(5, lever, {"GBR": 1.5}),
    )
    markets = ("cocaine", "migrant_smuggling", "heroin")
    before = market_values(lever_at(changed, lever, 1), ["GBR", "FRA"], markets, FIVE)
    assert before.tolist() == [[2, 3, 1], [2, 1, 1]]
    after = market_values(lever_at(changed, lever, 5), ["GBR", "FRA"], markets, FIVE)
    assert after.tolist() == [[1.5, 1.5, 1.5], [2, 1, 1]]


def test_values_by_service_fall_back_to_the_default() -> None:
    changed = scenario(change(1, "alliance.enabler_targeting", {"finance": 0.6}))
    value = lever_at(changed, "alliance.enabler_targeting", 1)
    assert keyed_values(value, ("logistics", "finance")).tolist() == [0.1, 0.6]


def test_a_ramp_for_members_starts_from_their_earlier_value() -> None:
    lever = "agencies.enabler_due_diligence"
    changed = scenario(change(0, lever, {"members": 0.7}, ramp=2))
    assert lever_at(changed, lever, 0) == {"default": 0.5, "members": pytest.approx(0.6)}


def test_set_shares_are_kept_and_the_others_rescale() -> None:
    changed = scenario(change(12, "agencies.interdiction_share", {"GBR": 0.665}))
    britain, france = effort_shares(changed, 12, ("GBR", "FRA"))
    assert britain[0] == 0.665
    assert britain[1:] == pytest.approx(france[1:] / 2)
    assert britain.sum() == pytest.approx(1)


def test_added_shares_leave_all_other_officers_where_they_are() -> None:
    more = scenario(change(12, "agencies.finance_share", {"GBR": 0.19}, ramp=2)).model_copy(update={"effort": "add"})
    (shares, none), (officers, same) = effort_split(more, 13, ("GBR", "FRA"))
    assert officers == pytest.approx(1.1)
    assert same == 1.0
    assert shares.sum() == pytest.approx(1)
    assert shares * officers == pytest.approx([0.33, 0.4, 0.19, 0.08, 0.06, 0.04])
    assert np.array_equal(none, effort_shares(scenario(), 13, ("FRA",))[0])
    assert effort_split(more, 12, ("GBR",))[1] == pytest.approx([1.05])


def test_added_officers_are_paid_by_those_who_add_them() -> None:
    world, value = load_world(), {"GBR": 0.19}
    budget = change(12, "agencies.budget_multiplier", {"GBR": 1.2})
    both = scenario(change(12, "agencies.finance_share", value), budget).model_copy(update={"effort": "add"})
    paid = levers_at(both, world, 12).agencies["budget_multiplier"]
    places = world.jurisdiction_names
    assert paid[places.index("GBR")] == pytest.approx(1.2 * 1.1)
    assert set(paid.tolist()) == {1.0, paid[places.index("GBR")]}


@pytest.mark.parametrize("effort", ["shift", "add"])
@pytest.mark.parametrize("name", EFFORT_SHARES)
def test_a_share_set_to_its_baseline_changes_no_bit(name: str, effort: str) -> None:
    base = effort_shares(scenario(), 12, FIVE)
    same = scenario(change(12, name, load_baseline().policy[name])).model_copy(update={"effort": effort})
    shares, officers = effort_split(same, 12, FIVE)
    assert np.array_equal(shares, base)
    assert set(officers.tolist()) == {1.0}


@given(
    month=st.integers(0, 100),
    ramp=st.integers(0, 60),
    target=st.floats(0, 1),
    at=st.integers(0, 200),
)
def test_a_ramped_value_stays_between_its_ends(month: int, ramp: int, target: float, at: int) -> None:
    lever = "alliance.data_sharing_share"
    value = lever_at(scenario(change(month, lever, target, ramp)), lever, at)
    assert isinstance(value, float)
    assert min(0.2, target) <= value <= max(0.2, target)
    if at >= month + max(0, ramp - 1):
        assert value == target


@given(st.sampled_from(sorted(LEVERS)), st.integers(0, 40), st.integers(0, 24))
def test_a_lever_set_to_its_baseline_changes_nothing(lever: str, month: int, ramp: int) -> None:
    same = scenario(change(month, lever, load_baseline().policy[lever], ramp))
    assert policy_at(same, month + 3) == policy_at(scenario(), month + 3)
