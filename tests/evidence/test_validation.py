"""Natural experiments: the table that was registered, how effects are judged, what the command gives."""

from __future__ import annotations

import csv
import hashlib
import html
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import FEW, changed, small_world
from typer.testing import CliRunner

from countermarket.cli.app import app
from countermarket.declared.mechanisms import MECHANISMS
from countermarket.evidence.validation.command import QUICK_MONTHS
from countermarket.evidence.validation.experiments import chosen, evidence_folder, experiments, load_scenarios
from countermarket.evidence.validation.judgement import answer, direction, judge
from countermarket.evidence.validation.measured import series_reader
from countermarket.evidence.validation.outcomes import COLUMNS, FILE, row_digest, ship
from countermarket.evidence.validation.page import page, write_report
from countermarket.evidence.validation.registration import Experiment, beside, start_of
from countermarket.evidence.validation.report import evidence_text, json_rows, profile_text, summary
from countermarket.evidence.validation.table import CLASSES, check_recorded, read_table
from countermarket.evidence.validation.trials import Outcomes, run_experiments, window
from countermarket.model.month import MONTH
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import simulate
from countermarket.parameters.load import load_parameters, replace
from countermarket.policy.scenario import Scenario
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.runs import packaged
from countermarket.runs.job import Runner

EVIDENCE = {
    *(1, 2, 3, 4, 5, 6, 9, 10, 11, 14, 17, 18, 20, 22, 24, 25, 26, 27, 29, 30, 31, 32, 34, 35, 36, 37),
    *(42, 43, 44, 45, 46),
}
"""Rows of the compilation of evidence, each of which must be classed."""
REGISTERED = "1979bd7d8a2eafc5"
"""Digest of all that was registered when nothing had been run and stands, notes and sources apart."""
ANEW = "d135fab85c79abd7"
"""Digest of what was registered anew on 2026-11-25, with its reason."""
MUST_INCLUDE = {
    "an input with a substitute": ("input", True),
    "an input without": ("input", False),
    "a supply drought": ("route_closure", None),
    "a platform takedown": ("enabler_takedown", None),
    "leader removal": ("leadership_removal", None),
    "a mass arrest": ("mass_arrest", None),
    "recruitment": ("recruitment", None),
    "scarcity": ("source_supply", None),
    "a community programme": ("labour_opportunity", None),
}
JSON_KEYS = {
    *("id", "measure", "mechanism", "sign", "evidence", "low", "high", "model", "model_low", "model_high"),
    *("model_error", "moved", "verdict", "within_factor_two", "pairs"),
}


def period(one: Experiment) -> int:
    """Months between the recorded values of an experiment's measure."""
    if not one.jurisdiction:
        return 1
    return 3 if one.measure == "units_delivered" else 12


# --- the table ----------------------------------------------------------------------------------------------


def test_every_row_of_the_evidence_is_classed_once_and_further_outcomes_carry_a_letter() -> None:
    rows = [one.evidence for one in experiments()]
    assert {int(row) for row in rows if row.isdecimal()} == EVIDENCE
    assert len(rows) == len(set(rows))
    assert len({one.id for one in experiments()}) == len(rows)


@pytest.mark.parametrize("one", experiments(), ids=lambda one: one.id)
def test_a_row_is_whole(one: Experiment) -> None:
    assert one.kind in CLASSES
    assert one.source
    assert one.confidence
    if not one.in_scope:
        assert one.note, "out of scope needs its reason"
        assert (one.scenario, one.measure, one.effect, one.low, one.high) == ("", "", None, None, None)
        return
    assert one.contrast
    assert one.measure
    assert 1 <= one.first <= one.last
    assert one.sign in (-1, 0, 1)
    assert (one.effect is None) == (one.low is None) == (one.high is None)
    if one.effect is not None:
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.effect <= one.high
        assert one.low < 0 < one.high if one.sign == 0 else one.low * one.sign > 0 < one.high * one.sign
    else:
        assert one.sign != 0, "no effect needs an equivalence band"
    if one.sign == 0:
        assert "equivalence band" in one.note


@pytest.mark.parametrize("one", chosen(()), ids=lambda one: one.id)
def test_a_window_holds_whole_periods_of_its_measure(one: Experiment) -> None:
    assert (one.first - 1) % period(one) == 0
    assert one.last % period(one) == 0
    first, last = window(one, QUICK_MONTHS)
    assert 1 <= first <= last <= QUICK_MONTHS
    assert (first - 1) % period(one) == last % period(one) == 0


@pytest.mark.parametrize("one", chosen(()), ids=lambda one: one.id)
def test_what_a_row_measures_is_recorded(one: Experiment) -> None:
    keys = layout(packaged.packaged_runner().world, 24).keys
    for read in (one, *([beside(one)] if one.moves else [])):
        series = series_reader(keys, read, packaged.packaged_runner().world)(np.ones(len(keys["month"])))
        assert len(series.months) == 24 // period(read)
        assert (series.values >= 1).all()


def test_every_scenario_has_a_row_and_every_row_a_scenario() -> None:
    files = {path.stem for path in evidence_folder().glob("*.yaml")}
    assert files == {one.scenario for one in chosen(())}


def test_every_scenario_can_run_and_starts_with_a_year_of_its_reference_before_it() -> None:
    for name, scenario in load_scenarios(chosen(())).items():
        assert start_of(scenario) == 12, name
        assert scenario.effect_of == ("shocks" if scenario.shocks else "policy"), name
        assert not (scenario.shocks and scenario.changes), f"{name}: one treatment at a time"


def test_what_was_registered_has_not_been_touched_since() -> None:
    first = [one[:14] for one in experiments() if not one.registered or "chemicals" in one.id or "permang" in one.id]
    assert digest(first) == REGISTERED, "figures, windows and measures were fixed before the first run: never tune"
    anew = [(*one[:14], one.registered) for one in experiments() if one.registered]
    assert digest(anew) == ANEW, "registered anew with a date and a reason, or not at all"


def digest(rows: list[Any]) -> str:
    """A digest of what was registered."""
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


@pytest.mark.parametrize("one", experiments(), ids=lambda one: one.id)
def test_what_is_registered_anew_says_when_and_why(one: Experiment) -> None:
    assert bool(one.registered) == bool(one.reason)
    assert one.registered in ("", "2026-11-25")


@pytest.mark.parametrize("one", chosen(()), ids=lambda one: one.id)
def test_a_row_says_which_mechanism_it_tests_and_whether_it_was_blind(one: Experiment) -> None:
    assert one.mechanism in MECHANISMS
    assert one.blind in ("yes", "no")
    assert bool(one.moves) == (one.sign == 0), "a finding of no effect needs what the treatment moves"


@pytest.mark.parametrize("one", [one for one in chosen(()) if one.sign == 0], ids=lambda one: one.id)
def test_what_a_treatment_must_move_is_not_what_it_must_leave(one: Experiment) -> None:
    other = beside(one)
    assert (other.measure, other.where, other.first) != (one.measure, one.where, one.first)


def test_mechanisms_name_steps_of_the_month() -> None:
    steps = {f"{step.__module__.rpartition('.')[2]}.{step.__name__}" for step in MONTH}
    assert not {step for one in MECHANISMS.values() for step in one.steps} - steps


def test_the_list_holds_what_it_must() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in evidence_folder().glob("*.yaml")}
    sized = {one.scenario for one in chosen(()) if one.effect is not None}
    for what, (kind, substitutable) in MUST_INCLUDE.items():
        flag = "" if substitutable is None else f"substitutable: {str(substitutable).lower()}"
        found = {name for name, text in texts.items() if f"kind: {kind}," in text and flag in text}
        assert found & sized, f"{what} is missing"
    assert "alliance.sanctions_per_year" in texts["sanctions_by_one"]
    assert "agencies.severity" in texts["prison_risk"]
    assert {"sanctions_by_one", "prison_risk"} <= sized


@pytest.mark.skipif(not FILE.is_file(), reason="no outcome is shipped yet: countermarket validate --ship")
def test_the_outcome_that_ships_belongs_to_the_experiments_as_they_are() -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        shipped = {row["id"]: row["row"] for row in csv.DictReader(file)}
    assert shipped == {one.id: row_digest(one) for one in chosen(())}, "run countermarket validate --ship anew"


# --- judgement, with invented numbers -------------------------------------------------------------------------


def of(mean: float | None, half: float = 0.5) -> Any:
    """An interval about a mean."""
    return {"mean": mean, "low": None, "high": None} if mean is None else {
        "mean": mean, "low": mean - half, "high": mean + half
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "half", "sign", "low", "high", "verdict", "near"),
    [
        (30.0, 5.0, 1, 36.5, 36.5, "shown", True),
        (18.2, 5.0, 1, 36.5, 36.5, "shown", False),
        (73.1, 5.0, 1, 36.5, 36.5, "shown", False),
        (-30.0, 5.0, 1, 36.5, 36.5, "wrong", False),
        (30.0, 31.0, 1, 36.5, 36.5, "weak", True),
        (-3.0, 4.0, 1, 36.5, 36.5, "weak", False),
        (0.0, 0.0, -1, -25.0, -8.0, "weak", False),
        (-0.9, 0.1, -1, -25.0, -8.0, "weak", False),
        (-0.9, 0.1, 1, 8.0, 25.0, "weak", False),
        (-1.0, 0.1, -1, -1.5, -1.0, "shown", True),
        (4.0, 1.0, 1, None, None, "shown", False),
        (None, 0.0, 1, 1.0, 2.0, "weak", False),
    ],
)
def test_a_direction_is_shown_by_a_whole_interval_and_one_per_cent(
    model: float | None, half: float, sign: int, low: float | None, high: float | None, verdict: str, near: bool
) -> None:
    assert judge(of(model, half), sign, low, high) == (verdict, near)


@pytest.mark.parametrize(
    ("model", "moved", "verdict"),
    [
        (9.9, of(5.0), "inside"),
        (9.9, of(-5.0), "inside"),
        (-10.1, of(5.0), "outside"),
        (0.0, of(0.5, 0.1), "weak"),
        (0.0, of(5.0, 6.0), "weak"),
        (0.0, None, "weak"),
        (None, of(5.0), "weak"),
    ],
)
def test_no_effect_counts_only_under_a_treatment_that_moves_something(
    model: float | None, moved: Any, verdict: str
) -> None:
    assert judge(of(model), 0, -10.0, 10.0, moved).verdict == verdict


@pytest.mark.parametrize(
    ("verdict", "mean", "said"),
    [("shown", 30.0, "shown"), ("shown", 5.0, "weak"), ("shown", 90.0, "wrong"), ("weak", 30.0, "weak"),
     ("wrong", -9.0, "wrong"), ("weak", None, "weak")],
)  # fmt: skip
def test_a_row_answers_for_its_mechanism_with_its_size_too(verdict: str, mean: float | None, said: str) -> None:
    assert answer(verdict, mean, 1, 20.0, 40.0) == said


def test_a_direction_needs_one_per_cent() -> None:
    assert [direction(of(mean)) for mean in (0.9, 1.0, -1.0, None)] == [0, 1, -1, 0]


def test_a_window_is_cut_to_the_months_run_and_moved_where_all_lie_later() -> None:
    one = chosen(["heroin_drought_use"])[0]
    assert window(one._replace(first=1, last=48), None) == (1, 48)
    assert window(one._replace(first=1, last=48), 24) == (1, 24)
    assert window(one._replace(first=49, last=60), 24) == (13, 24)


# --- running them ---------------------------------------------------------------------------------------------


def tiny_runner() -> Runner:
    """The model in an invented world of few places."""
    return Runner(simulate, layout, replace, small_world(), replace(load_parameters(), FEW))


def halved() -> Scenario:
    """Demand falls by half after a year."""
    shock = Shock(kind="demand", start=12, size=0.5)
    return changed(shocks=(shock,), name="halved").model_copy(update={"effect_of": "shocks"})


@pytest.fixture(scope="module")
def tiny() -> tuple[Experiment, Experiment, Outcomes]:
    """A fall in demand by half, measured two ways, two pairs of runs."""
    words = chosen(["heroin_drought_use"])[0]._replace(scenario="halved", jurisdiction="", first=1, last=12)
    used = words._replace(id="use", measure="units_delivered", market="cocaine", effect=-50.0, low=-50.0, high=-50.0)
    deaths = words._replace(id="deaths", measure="violence", market="", effect=None, low=None, high=None)
    found = run_experiments([used, deaths], {"halved": halved()}, replicates=2, workers=1, runner=tiny_runner())
    return used, deaths, found


def test_an_experiment_is_read_as_the_change_against_its_own_reference(tiny: Any) -> None:
    use = tiny[2].outcomes[0]
    assert tiny[2].failed == []
    assert use.pairs == 2
    assert use.after == list(range(-11, 13))
    before = [one["mean"] for month, one in zip(use.after, use.profile, strict=True) if month < 1]
    assert before == [0.0] * 12, "nothing differs before the shock"
    assert use.model["low"] <= use.model["mean"] <= use.model["high"] < 0
    assert use.judgement.verdict == "shown"
    assert use.error is not None
    assert use.error > 0


def test_measures_of_all_markets_are_added_where_their_unit_allows() -> None:
    keys = layout(small_world(), 12).keys
    one = chosen(["heroin_drought_use"])[0]._replace(jurisdiction="", market="")
    deaths = series_reader(keys, one._replace(measure="violence"), small_world())(np.ones(len(keys["month"])))
    assert set(deaths.values) == {float(len(small_world().market_names))}
    with pytest.raises(ValueError, match="not recorded"):
        series_reader(keys, one._replace(measure="price"), small_world())


def test_rows_for_machines_have_the_form_agreed_and_no_null_booleans(tiny: Any) -> None:
    rows = json.loads(json.dumps(json_rows(tiny[2].outcomes)))
    assert [row["id"] for row in rows] == ["use", "deaths"]
    assert set(rows[0]) == JSON_KEYS
    assert rows[0]["verdict"] == "shown"
    assert isinstance(rows[0]["within_factor_two"], bool)
    assert all(isinstance(rows[0][name], float) for name in ("evidence", "model", "model_low", "model_error"))
    assert rows[1]["evidence"] is None


def test_undefined_effects_are_not_shown_never_null(tiny: Any) -> None:
    nothing = tiny[2].outcomes[0]._replace(
        model={"mean": None, "low": None, "high": None, "reason": "x"}, judgement=judge(of(None), -1, -50.0, -50.0)
    )
    row = json_rows([nothing])[0]
    assert (row["verdict"], row["within_factor_two"], row["model"]) == ("weak", False, None)


def test_screen_and_page_say_the_same(tiny: Any, tmp_path: Path) -> None:
    outcomes = tiny[2].outcomes
    assert evidence_text(outcomes[0]) == "-50"
    assert evidence_text(outcomes[1]) == "fall"
    assert len(profile_text(outcomes[0]).split("|")) == 3
    shown = sum(outcome.judgement.is_met for outcome in outcomes)
    assert summary(outcomes).startswith(f"Direction shown in {shown} of 2 effects, not shown in {2 - shown}, ")
    outside = [one for one in experiments() if not one.in_scope]
    written = write_report(tmp_path, outcomes, outside, {"paired_runs": 2, "seed": 0}).read_text(encoding="utf-8")
    assert summary(outcomes) in written
    assert all(one.note in html.unescape(written) for one in outside)
    assert written.count("<svg") == 4, "two charts at two widths"
    assert json.loads((tmp_path / "validation.json").read_text())["experiments"] == json_rows(outcomes)
    assert len((tmp_path / "validation.csv").read_text().splitlines()) == 3


def test_text_from_outside_is_escaped(tiny: Any) -> None:
    hostile = tiny[2].outcomes[0]
    hostile = hostile._replace(experiment=hostile.experiment._replace(note="<script>x</script>"))
    assert "<script>" not in page([hostile], [], {})


def test_the_same_seed_gives_the_same_effects_on_two_workers(tiny: Any) -> None:
    again = run_experiments(list(tiny[:2]), {"halved": halved()}, replicates=2, workers=2, runner=tiny_runner())
    assert again.outcomes == tiny[2].outcomes


def test_what_ships_can_be_read_back(tiny: Any, tmp_path: Path) -> None:
    with ship(tiny[2].outcomes, "code", tmp_path / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["id"], rows[0]["answer"], rows[0]["row"]) == ("use", "shown", row_digest(tiny[0]))


# --- a table of one's own -------------------------------------------------------------------------------------

OWN = "id,scenario,measure,market,jurisdiction,leg,against,first,last,sign,low,high,effect,moves,mechanism\n"


def own_table(folder: Path, *rows: str) -> Path:
    """A table of one's own."""
    (folder / "own.csv").write_text(OWN + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return folder / "own.csv"


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("a,alliance,price,cocaine,,,,x,12,1,,,,,", "first", "is not a whole number"),
        ("a,alliance,price,cocaine,,,,1,12,2,,,,,", "sign", "none of -1"),
        ("a,alliance,price,cocaine,,,,13,12,1,,,,,", "first", "months 13 to 12"),
        ("a,alliance,price,cocaine,,,,1,12,1,5,,,,", "low", "written together"),
        ("a,alliance,price,cocaine,,,,1,12,1,-5,5,,,", "low", "side of the sign"),
        ("a,alliance,price,cocaine,,,,1,12,1,5,9,20,,", "effect", "between low and high"),
        ("a,alliance,price,cocaine,,,,1,12,0,-5,5,0,,", "moves", "needs what the treatment moves"),
        ("a,,price,cocaine,,,,1,12,1,,,,,", "scenario", "is empty"),
        ("a,alliance,price,cocaine,,,,1,12,1,,,,,comunities", "mechanism", "communities"),
        ("a,alliance,price,cocaine,,,,1,12,1,,,,,,,", "", "more or fewer cells"),
        ("a,alliance,price,cocaine,,,,1,12,1,nan,nan,,,", "low", "no number"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_column(tmp_path: Path, row: str, column: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(own_table(tmp_path, row))
    assert caught.value.line == 2
    assert (caught.value.key, message in caught.value.message) == (column, True)


def test_a_table_with_a_wrong_column_or_two_rows_of_one_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("id,scenario,mesure,first,last,sign\n", encoding="utf-8")
    with pytest.raises(InputError, match="measure"):
        read_table(tmp_path / "bad.csv")
    row = "a,alliance,price,cocaine,,,,1,12,1,,,,,"
    with pytest.raises(InputError, match="stands in line 2 too"):
        read_table(own_table(tmp_path, row, row))
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("a,halved,prise,cocaine,,,,1,12,1,,,,,", "measure"),
        ("a,halved,units_arrived,,,L999,,1,12,1,,,,,", "measure"),
        ("a,halved,members,,XYZ,,,1,12,1,,,,,", "jurisdiction"),
        ("a,halved,price,,,,,1,12,1,,,,,", "measure"),
        ("a,halved,members,,@,,,1,3,1,,,,,", "last"),
        ("a,halved,units_delivered,cocaine,,,,1,12,0,-5,5,0,prise,", "moves"),
    ],
)
def test_what_is_not_recorded_is_refused_before_any_run(tmp_path: Path, row: str, column: str) -> None:
    place = small_world().jurisdiction_names[0]
    rows = read_table(own_table(tmp_path, row.replace("@", place)))
    with pytest.raises(InputError) as caught:
        check_recorded(tmp_path / "own.csv", rows, {"halved": halved()}, tiny_runner())
    assert (caught.value.line, caught.value.key) == (2, column)


def test_legs_sums_of_places_and_contrasts_are_measures(tmp_path: Path) -> None:
    world = small_world()
    keys = layout(world, 12).keys
    one, two = (str(name) for name in world.jurisdiction_names[:2])
    legs = "+".join(str(name) for name in world.leg_names[:2])
    path = own_table(
        tmp_path,
        f"a,halved,members,,{one}+{two},,,1,12,-1,,,,,",
        f"b,halved,units_arrived,,,{legs},,1,12,-1,,,,,",
        "c,halved,units_delivered,cocaine,,,doubled,1,12,-1,,,,,",
    )
    own = list(read_table(path).values())
    read = [series_reader(keys, row, world)(np.ones(len(keys["month"]))).values.tolist() for row in own[:2]]
    assert read == [[2.0], [2.0]]
    doubled = halved().model_copy(update={"name": "doubled", "shocks": (Shock(kind="demand", start=12, size=2.0),)})
    scenarios = {"halved": halved(), "doubled": doubled}
    contrast = run_experiments(own[2:], scenarios, replicates=1, workers=1, runner=tiny_runner()).outcomes[0]
    plain = own[2]._replace(against="")
    alone = run_experiments([plain], {"halved": halved()}, replicates=1, workers=1, runner=tiny_runner()).outcomes[0]
    assert contrast.model["mean"] < alone.model["mean"] < 0


# --- the command ----------------------------------------------------------------------------------------------


def test_unknown_experiments_and_broken_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="heroin_drought_2001"):
        chosen(["heroin_drougth_2001"])
    wanted = chosen(["heroin_drought_2001", "county_lines"])
    (tmp_path / "county_lines.yaml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenarios(wanted, tmp_path)
    assert "county_lines.yaml" in caught.value.render()
    assert "heroin_drought_2001.yaml" in caught.value.render()


def test_a_quick_validation_of_one_experiment_prints_rows_and_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = packaged.packaged_runner()
    few = few._replace(parameters=replace(few.parameters, FEW))
    monkeypatch.setattr("countermarket.evidence.validation.trials.packaged_runner", lambda progress: few)
    out = tmp_path / "page"
    words = ["validate", "platform_takedown_2013", "--quick", "--workers", "1", "--out", str(out), "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == ["platform_trade", "platform_replaced"]
    assert all(set(row) == JSON_KEYS for row in rows)
    assert (out / "validation.html").is_file()


def test_an_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    result = CliRunner().invoke(app, ["validate", "county_lines", "--out", str(tmp_path / "taken")])
    assert result.exit_code == 2
    assert "this is a file" in result.output
