"""The same inputs give the same bits, and runs differ by what was changed and nothing else."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import lucks
import numpy as np
import pytest
from lucks import below
from small_runs import changed, few, run, same, small_world

from countermarket.declared.calendar import month_name
from countermarket.declared.levers import LEVERS
from countermarket.engine.streams import replicate_key
from countermarket.model.recording.invariants import worst_residuals
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import Outcome, advance, simulate, start
from countermarket.parameters.load import replace
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_names
from countermarket.policy.shock_values import Shock
from countermarket.runs.experiment import Experiment
from countermarket.runs.job import Runner
from countermarket.runs.study import run_study
from countermarket.world.load import load_world

MONTHS = 15


@cache
def baseline() -> Outcome:
    return run("baseline", MONTHS)


def before(months: int, first: int) -> np.ndarray:
    """Which rows belong to months before the change, quarters and years that end before it included."""
    return layout(load_world(), months).keys["month"] < month_name(first)


# --- the same bits ----------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_bits() -> None:
    assert same(baseline(), run("baseline", MONTHS))


def test_a_run_leaves_nothing_behind_for_the_next() -> None:
    run("alliance", MONTHS, seed=5)
    run("trust_shock", 3)
    assert same(baseline(), run("baseline", MONTHS))


def unshared(scenario: Scenario, months: int) -> Outcome:
    """A run from its own first month on, no month of it shared with another."""
    simulation = start(load_world(), few(), scenario, lucks.seed(), months=months)
    for _ in range(months):
        advance(simulation)
    residuals = worst_residuals(simulation.books, simulation.state)
    return Outcome(simulation.recorder.values(), residuals, None)


def test_months_shared_with_other_scenarios_are_those_a_run_would_have_had_alone() -> None:
    stricter, tougher = (
        changed(Change(month=month, lever="agencies.budget_multiplier", value=2.0)) for month in (0, 13)
    )
    recruiting = changed(shocks=(Shock(kind="recruitment", start=13, months=2, size=0.5),))
    late = changed(Change(month=20, lever="agencies.powers", value=0.9))
    for scenario in (tougher, recruiting, stricter, tougher, late, load_scenario("baseline")):
        assert same(run(scenario, MONTHS), unshared(scenario, MONTHS))


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    long, short = layout(load_world(), MONTHS), layout(load_world(), 6)
    price = {
        "long": baseline().values[(long.keys["measure"] == "price") & (long.keys["month"] < "2026-07")],
        "short": run("baseline", 6).values[short.keys["measure"] == "price"],
    }
    assert np.array_equal(price["long"], price["short"], equal_nan=True)


def test_a_trace_changes_nothing() -> None:
    traced = simulate(load_world(), few(), load_scenario("baseline"), lucks.seed(), months=MONTHS, trace=True)
    assert same(baseline(), traced)


def test_nought_is_a_seed_like_any_other() -> None:
    seeds = [run("baseline", 3, seed=seed).values for seed in (0, 1, 2)]
    assert not any(np.array_equal(seeds[a], seeds[b], equal_nan=True) for a, b in ((0, 1), (0, 2), (1, 2)))
    keys = {int(replicate_key(seed, replicate)) for seed in range(20) for replicate in range(20)}
    assert len(keys) == 400


def test_replicates_differ_but_have_the_same_rows() -> None:
    first, second = (run("baseline", 3, replicate=number).values for number in (0, 1))
    assert first.shape == second.shape
    assert not np.array_equal(first, second, equal_nan=True)


def hashes(folder: Path) -> dict[str, str]:
    """Hash of every table of a study; the manifest's hash leaves out when and how fast it ran."""
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    return found | {name: json.dumps(manifest[name]) for name in ("invariants", "hashes", "months")}


def test_any_number_of_workers_writes_the_same_tables(tmp_path: Path) -> None:
    runner = Runner(simulate, layout, replace, load_world(), few())
    studies = [
        run_study(
            Experiment("sanctions_only", 3, months=13, central=True), workers=workers,
            out=tmp_path / str(workers), runner=runner,
        )
        for workers in (1, 2)
    ]  # fmt: skip
    assert hashes(studies[0]) == hashes(studies[1])


# --- differing by policy alone ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "baseline"])
def test_a_scenario_is_its_baseline_until_its_first_change(name: str) -> None:
    scenario = load_scenario(name)
    dates = [change.month for change in scenario.changes] + [shock.start for shock in scenario.shocks]
    first = min(dates)
    assert first > 0
    months = min(first + 3, MONTHS)
    other = run(scenario, months).values
    plain = run("baseline", months).values
    early = before(months, first)
    assert early.any()
    assert np.array_equal(plain[early], other[early], equal_nan=True)
    if first < months:
        assert not np.array_equal(plain[~early], other[~early], equal_nan=True)


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_a_lever_set_to_its_baseline_value_changes_nothing(lever: str) -> None:
    value = load_scenario("baseline").policy[lever]
    untouched = changed(Change(month=2, lever=lever, value=value))
    assert same(run(untouched, 4), run("baseline", 4))


@pytest.mark.parametrize("ramp", [0, 6])
def test_a_ramp_to_the_baseline_value_changes_nothing(ramp: int) -> None:
    value = load_scenario("baseline").policy["agencies.budget_multiplier"]
    untouched = changed(Change(month=2, lever="agencies.budget_multiplier", value=value, ramp_months=ramp))
    assert same(run(untouched, 9), run("baseline", 9))


def test_a_scenario_is_known_by_what_it_changes_not_by_its_name() -> None:
    change = Change(month=2, lever="agencies.powers", value=0.9)
    first, second = (run(changed(change, name=name), 6) for name in ("a", "b"))
    assert same(first, second)


def test_a_change_in_one_month_is_felt_from_that_month() -> None:
    world = small_world()
    stricter = changed(Change(month=3, lever="agencies.budget_multiplier", value=3.0))
    months = layout(world, 6).keys["month"]
    differs = run(stricter, 6, world).values != run("baseline", 6, world).values
    differs &= ~np.isnan(run("baseline", 6, world).values)
    assert min(months[differs]) == "2026-04"


# --- luck -------------------------------------------------------------------------------------------------


def test_pairs_with_the_same_luck_lie_closer_than_pairs_without() -> None:
    """What keyed variates are for: a small change of policy should not reshuffle all luck. Half as far apart."""
    keys = layout(load_world(), 6).keys
    prices = keys["measure"] == "price"
    slightly = changed(Change(month=0, lever="agencies.budget_multiplier", value=1.01))
    plain, nudged, elsewhere = (
        np.log(outcome.values[prices])
        for outcome in (run("baseline", 6), run(slightly, 6), run("baseline", 6, seed=1))
    )
    distance = np.abs(nudged - plain).mean() / np.abs(elsewhere - plain).mean()
    assert below("pairs: distance of prices over that of strangers", distance, 0.5)
