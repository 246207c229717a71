"""A course moves the world of a scenario and of its reference alike, spin-up included."""

from dataclasses import replace
from pathlib import Path

import pytest
from small_runs import few, small_world

from countermarket.declared.calendar import month_of
from countermarket.model.running.model import MODEL
from countermarket.model.running.own import planned
from countermarket.model.running.simulate import simulate, start
from countermarket.policy.baseline import load_baseline
from countermarket.policy.courses import lever_at
from countermarket.policy.driving import course_of
from countermarket.policy.reading import load_scenario, parse_scenario
from countermarket.policy.scenario import HISTORICAL, Scenario, common_start, counted_from_start, reference_of
from countermarket.policy.shipped import scenario_path, shipped_folder
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.runs.plan import plan_study
from countermarket.world.drivers import load_drivers
from countermarket.world.load import load_world
from countermarket.world.names import Names, load_names

BEGINS = month_of("2013-01")
PAST = sorted((shipped_folder() / "history").glob("*.yaml"))


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "past.yaml", load_names(), load_baseline())


def driven(size: float) -> Scenario:
    """The plain baseline in a small world in which users want `size` times as much from the first month on."""
    return load_scenario("baseline").model_copy(update={"drivers": (Shock(kind="demand", start=0, size=size),)})


# --- reading ----------------------------------------------------------------------------------------------


def test_the_historical_world_is_a_baseline_of_its_own_years() -> None:
    scenario = load_scenario("historical")
    assert (scenario.begins, scenario.is_baseline, scenario.name) == (BEGINS, True, HISTORICAL)
    assert reference_of(scenario) is scenario
    assert plan_study([scenario], 2, 0).reference == {}


def test_a_year_of_a_driver_is_a_shock_of_its_twelve_months_and_the_last_is_for_good() -> None:
    colombia = [shock for shock in load_scenario("historical").drivers if shock.jurisdiction == ("COL",)]
    assert [shock.start for shock in colombia] == [BEGINS + 12 * year for year in range(10)]
    assert [shock.months for shock in colombia] == [12] * 9 + [0]
    assert colombia[0].size == pytest.approx(290 / 1400)


def test_spending_moves_a_lever_of_agencies() -> None:
    scenario = counted_from_start(load_scenario("historical"))
    value = lever_at(scenario, "agencies.budget_multiplier", 0)
    assert isinstance(value, dict)
    assert (value["USA"], value["default"]) == (pytest.approx(19.4 / 17.5), 1.0)


def test_a_calendar_that_begins_later_takes_the_years_that_are_left() -> None:
    later = course_of(load_drivers(), month_of("2020-01"), load_names())
    assert {shock.start for shock in later.shocks} == {month_of(f"{year}-01") for year in (2020, 2021, 2022)}


@pytest.mark.parametrize(
    ("line", "said"), [("drivers: history", "write begins: 2013-01"), ("drivers: histori", "Did you mean history?")]
)
def test_drivers_need_years_of_theirs(line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(f"title: Past\n{line}\nchanges:\n  2027-01:\n    agencies.powers: 0.2\n")


@pytest.mark.parametrize("path", PAST, ids=[path.stem for path in PAST])
def test_shipped_scenarios_of_the_past_are_well_formed(path: Path) -> None:
    scenario = load_scenario(path.stem)
    assert scenario_path(path.stem) == path
    assert scenario.begins == BEGINS
    assert reference_of(scenario).digest == load_scenario("historical").digest
    assert reference_of(scenario).name == HISTORICAL
    with pytest.raises(InputError, match="cannot be compared"):
        common_start([scenario, load_scenario("alliance")])


# --- running ----------------------------------------------------------------------------------------------


def test_a_course_that_changes_nothing_changes_no_bit() -> None:
    still, plain = (
        simulate(small_world(), few(), one, months=6).values for one in (driven(1.0), load_scenario("baseline"))
    )
    assert still.tobytes() == plain.tobytes()


def test_the_spin_up_runs_under_the_first_values() -> None:
    """A world that its course finds small is small in its first month, and stays what it settled at."""
    plain, small = (start(small_world(), few(), driven(size), months=6).state for size in (1.0, 0.5))
    assert (small.nodes["demand_shift"] == 0.5).all()
    assert small.nodes["delivered"].sum() < 0.8 * plain.nodes["delivered"].sum()


def test_the_spin_up_has_the_spending_of_the_first_year_and_is_laid_out_by_that_of_the_data() -> None:
    world = load_world()
    plan = planned(MODEL, load_scenario("historical"), world)
    usa = world.jurisdiction_names.index("USA")
    assert plan.opening is not None
    assert plan.opening.levers.agencies["budget_multiplier"][usa] == pytest.approx(19.4 / 17.5)
    assert plan.changes[-1].agencies["budget_multiplier"][usa] == 1.0
    assert len(plan.opening.shocks) == len({(one.market, one.jurisdiction, one.kind) for one in plan.opening.shocks})
    assert planned(MODEL, load_scenario("baseline"), world).opening is None


def test_markets_and_places_that_a_world_has_not_are_left_out() -> None:
    names = replace_names(markets=("cocaine",), jurisdictions=("COL",))
    course = course_of(load_drivers(), BEGINS, names)
    assert {shock.market for shock in course.shocks} == {("cocaine",)}
    assert course.changes == ()


def replace_names(**less: tuple[str, ...]) -> Names:
    return load_names()._replace(**less)


def test_a_drivers_power_says_how_far_the_world_follows() -> None:
    half = [replace(one, elasticity=one.elasticity / 2) for one in load_drivers()]
    whole, less = (course_of(drivers, BEGINS, load_names()).shocks[0].size for drivers in (load_drivers(), half))
    assert less == pytest.approx(whole**0.5)
