"""A calendar may begin in the past; runs of different years are never compared."""

from pathlib import Path

import pytest
from small_runs import few, small_world

from countermarket.declared.calendar import dated, month_name, month_of, reported_months
from countermarket.model.running.simulate import layout, simulate
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import advice, load_scenario, parse_scenario
from countermarket.policy.scenario import Scenario, counted_from_start, reference_of
from countermarket.reading.errors import InputError
from countermarket.runs.experiment import Experiment
from countermarket.world.names import load_names

SHOCK = "  - {kind: demand, start: %s, months: 3, size: 0.5}\n"


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "past.yaml", load_names(), load_baseline())


def shocked(begins: str, start: str) -> Scenario:
    return read(f"title: Past\neffect_of: shocks\n{begins}shocks:\n{SHOCK % start}")


def test_months_before_2026_have_names_and_numbers() -> None:
    assert month_name(month_of("2013-01")) == "2013-01"
    assert reported_months(2, month_of("2013-12")) == ["2013-12", "2014-01"]


def test_a_shock_may_lie_in_the_past_when_the_calendar_does() -> None:
    scenario = shocked("begins: 2013-01\n", "2020-06")
    assert month_name(scenario.shocks[0].start) == "2020-06"
    assert shocked("begins: 2013-01\n", "m+12").shocks[0].start == month_of("2014-01")
    assert counted_from_start(scenario).shocks[0].start == 89
    assert reference_of(scenario).begins == scenario.begins
    with pytest.raises(InputError, match=r"outside the months from 2026-01.*begins: 2013-01"):
        shocked("", "2020-06")
    with pytest.raises(InputError, match="outside the months from 2013-01"):
        shocked("begins: 2013-01\n", "2012-06")


@pytest.mark.parametrize(
    ("begins", "why"), [("2013-06", "no January"), ("2013", "no January"), ("2031-01", "outside the years")]
)
def test_a_calendar_begins_with_a_year_that_is_not_to_come(begins: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        shocked(f"begins: {begins}\n", "2040-01")


def test_what_lies_after_the_last_month_of_a_past_calendar_is_said() -> None:
    with pytest.raises(InputError, match="nothing takes effect by 2013-12"):
        advice(shocked("begins: 2013-01\n", "2020-06"), 12)


def test_the_same_policy_years_earlier_gives_the_same_rows_under_other_names() -> None:
    now, then = shocked("", "2026-03"), shocked("begins: 2013-01\n", "2013-03")
    world = small_world()
    runs = [simulate(world, few(), scenario, months=12).values for scenario in (now, then)]
    assert runs[0].tobytes() == runs[1].tobytes()
    keys = layout(world, 12).keys
    assert set(dated(keys, then.begins)["month"]) == set(reported_months(12, then.begins))
    assert dated(keys, now.begins) is keys
    assert now.digest != then.digest


def test_a_baseline_may_say_when_the_calendar_of_its_scenarios_begins(tmp_path: Path) -> None:
    text = Path(load_baseline().path).read_text(encoding="utf-8")
    (tmp_path / "baseline.yaml").write_text("begins: 2013-01\n" + text, encoding="utf-8")
    (tmp_path / "past.yaml").write_text(f"title: Past\neffect_of: shocks\nshocks:\n{SHOCK % '2014-01'}")
    assert load_scenario(tmp_path / "past.yaml").begins == month_of("2013-01")


def test_runs_of_different_years_are_not_compared() -> None:
    past = shocked("begins: 2013-01\n", "2020-06")
    assert Experiment([past]).begins == month_of("2013-01")
    with pytest.raises(InputError, match="past begins in 2013-01, alliance begins in 2026-01; run them apart"):
        Experiment([past, "alliance"])
