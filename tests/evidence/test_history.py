"""Growth from 2013 to 2022: read, split exactly, and put on a page that says what is missing."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from small_runs import few, small_world

from countermarket.evidence.history import page, split
from countermarket.evidence.history.numbers import FILE, YEARS, coverage_of, load_numbers, yearly
from countermarket.evidence.history.observe import (
    HIGHEST,
    LOWEST,
    STILL,
    WHOLE,
    Seen,
    arms_of,
    coverages,
    driven_by,
    observed,
)
from countermarket.model.recording.layout import layout
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.runs import packaged
from countermarket.world.drivers import load_drivers, missing_series
from countermarket.world.load import load_world

DOCS = Path(__file__).parents[2] / "docs" / "history.md"
NUMBERS = load_numbers()


def seen(runs: int = 3) -> Seen:
    """Invented runs: activity doubles over the years and detections of each unit halve, a little more in each run."""
    arms = arms_of(load_drivers())
    years = np.linspace(0.0, 1.0, len(YEARS))
    activity = 100.0 * 2.0**years
    values = np.array([[activity, activity * 0.1 * 2.0 ** (-years * (1 + run / 10))] for run in range(runs)])
    whole = np.broadcast_to(values[None, :, None], (len(arms), runs, len(NUMBERS), 2, len(YEARS)))
    return Seen(NUMBERS, tuple(arms), whole.copy(), coverages(NUMBERS, arms), "invented draws")


# --- numbers ----------------------------------------------------------------------------------------------


def test_the_four_published_numbers_stand_as_the_report_has_them_and_firearms_weigh_nothing() -> None:
    assert [(one.name, one.growth) for one in NUMBERS] == [
        ("trafficking_victims", 2.92), ("fraud_cases", 1.42), ("drug_seizures", 1.72), ("firearms", 0.88),
    ]  # fmt: skip
    assert [one.name for one in NUMBERS if one.weight == 0.0] == ["firearms"]


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "published.csv"
    table.write_text(FILE.read_text(encoding="utf-8").replace("growth", "rise", 1), encoding="utf-8")
    with pytest.raises(InputError, match="the columns must be number, what, growth"):
        load_numbers(table)


def test_measures_are_summed_over_markets_and_years() -> None:
    months = 12 * len(YEARS)
    world = load_world()
    keys = layout(world, months).keys
    past = {**keys, "month": np.array([f"{int(name[:4]) - 13}{name[4:]}" for name in keys["month"]])}
    drugs = next(one for one in NUMBERS if one.name == "drug_seizures")
    sums = yearly(past, np.ones(len(keys["month"])), drugs, drugs.activity)
    assert sums.tolist() == [12.0 * 3 * 2] * len(YEARS)


def test_coverage_is_that_of_the_last_year_and_still_where_no_series_speaks() -> None:
    by_name = {one.name: coverage_of(one, load_drivers()) for one in NUMBERS}
    assert by_name["trafficking_victims"][-1] == 1.0
    assert by_name["trafficking_victims"][0] < 0.9
    assert by_name["firearms"] == [1.0] * len(YEARS)


# --- the split --------------------------------------------------------------------------------------------


def test_parts_of_growth_add_up_exactly() -> None:
    made = seen()
    for place in range(len(NUMBERS)):
        parts = split.split_of(made, place)
        counted = made.values[0, :, place, 1] * made.coverage[0, place]
        assert parts.detected == pytest.approx(np.log(counted[:, -1] / counted[:, 0]), abs=1e-12)
        assert parts.activity == pytest.approx(math.log(2.0))
    printed = page.growth_rows(made)[0]
    assert printed["log_detected"] == pytest.approx(sum(printed[f"log_{part}"] for part in split.PARTS), abs=1e-12)


def test_what_a_series_brings_is_what_goes_with_it() -> None:
    made = seen()
    arm = made.arms.index("cocaine_users")
    made.values[arm, :, 2, 1, -1] /= math.e
    assert split.owed_to(made, 2, arm) == pytest.approx(1.0)
    reporting = made.arms.index("countries_reporting_victims")
    assert split.owed_to(made, 0, reporting) == pytest.approx(split.split_of(made, 0).coverage)


def test_undefined_runs_are_left_out_and_none_at_all_is_said() -> None:
    assert split.spread(np.array([1.0, np.nan, 3.0]))[0] == 2.0
    assert all(math.isnan(one) for one in split.spread(np.array([np.nan])))
    made = seen()
    made.values[:] = np.nan
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning):
        assert "nothing of the kind was recorded" in page.markdown(made)


# --- arms and runs ----------------------------------------------------------------------------------------


def test_each_series_has_an_arm_without_it_and_powers_have_their_ends() -> None:
    arms = arms_of(load_drivers())
    assert next(iter(arms)) == WHOLE
    assert not arms[STILL]
    assert "cocaine_users" not in {one.series.name for one in arms["cocaine_users"]}
    assert [one.elasticity for one in arms[LOWEST]] == [one.low for one in arms[WHOLE]]
    assert [one.elasticity for one in arms[HIGHEST]] == [one.high for one in arms[WHOLE]]


def test_the_arm_of_every_series_is_the_shipped_scenario() -> None:
    whole = driven_by(load_drivers(), WHOLE, load_world())
    assert whole.digest == load_scenario("historical").digest
    still = driven_by((), STILL, load_world())
    assert (still.drivers, still.driven, still.begins) == ((), (), whole.begins)


def test_a_run_is_reduced_to_activity_and_detections_of_each_number() -> None:
    made = observed(small_world(), few(), driven_by((), STILL, small_world())).values
    by_year = made.reshape(len(NUMBERS), 2, len(YEARS))
    drugs = by_year[2]
    assert (drugs[0] > 0.0).all()
    assert (by_year[1, 0] == by_year[1, 1]).all()


def test_every_arm_is_run_in_every_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    from countermarket.evidence.history import observe

    runner = packaged.packaged_runner()._replace(world=small_world(), parameters=few())
    monkeypatch.setattr(observe, "packaged_runner", lambda progress: runner)
    monkeypatch.setattr(observe, "arms_of", lambda drivers: {WHOLE: drivers, STILL: ()})
    told: list[int] = []
    made = observe.observe(1, central=True, workers=1, progress=lambda done, of, name: told.append(of))
    assert made.values.shape == (len(made.arms), 1, len(NUMBERS), 2, len(YEARS))
    assert np.isfinite(made.values[:, 0, :, 0]).all()
    assert set(told) == {len(made.arms)}
    assert made.parameters == "central values, 1 runs"


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_has_the_four_numbers_the_drivers_and_what_is_missing(tmp_path: Path) -> None:
    text = page.write_page(tmp_path, seen()).read_text(encoding="utf-8")
    for number in NUMBERS:
        assert f"{number.growth:+.0%}" in text
    assert "Firearms trafficked (weight 0)" in text
    assert "sourced drivers make none of it" in text
    assert all(what[1:] in text for _, _, what in missing_series())
    with (tmp_path / "history.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["number"] for row in csv.DictReader(file)] == [one.name for one in NUMBERS]


def test_the_shipped_page_has_today_s_drivers_and_what_is_missing() -> None:
    """When a table changes, copy the page that `countermarket history` makes."""
    text = DOCS.read_text(encoding="utf-8")
    assert page.driver_table() in text
    assert page.missing_list() in text
    assert all(f"{number.growth:+.0%}" in text for number in NUMBERS)
