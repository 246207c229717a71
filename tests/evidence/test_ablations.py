"""Ablations: every change has a switch that does something, none is lost, and with all on nothing differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_runs import FEW, changed, few, same, small_world

from countermarket.evidence.ablations import __main__ as command
from countermarket.evidence.ablations import page, rows
from countermarket.evidence.ablations.measured import LEVELS
from countermarket.evidence.ablations.observe import Seen, Setup, observe
from countermarket.evidence.ablations.switches import (
    ALL_OFF,
    ALL_ON,
    ALONE,
    WITHOUT,
    Configuration,
    chosen,
    configurations,
    load_changes,
    overridden,
)
from countermarket.evidence.validation.experiments import chosen as experiments_of
from countermarket.evidence.validation.trials import run_experiments
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import Outcome, simulate
from countermarket.parameters.load import load_parameters, replace
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.runs.job import Runner
from countermarket.world.load import load_world

CHANGES = load_changes()
SWITCHES = chosen(CHANGES)
MONTHS = 30


# --- the table ----------------------------------------------------------------------------------------------


def test_each_change_can_be_taken_away_or_says_why_not() -> None:
    assert len(SWITCHES) == 21
    assert len(CHANGES) > len(SWITCHES)
    for change in CHANGES:
        assert change.title
        assert all(change.reasons)
        assert len(change.reasons) == max(1, len(change.off))


def test_no_parameter_stands_under_two_changes_and_none_is_off_at_its_central_value() -> None:
    every = [name for change in SWITCHES for name in change.off]
    assert len(every) == len(set(every))
    for change in SWITCHES:
        assert replace(load_parameters(), change.off) != load_parameters(), change.name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("one,One,replacement_shar,0,x", "Did you mean replacement_share"),
        ("one,One,replacement_share,2,x", "2.0 is not"),
        ("one,One,replacement_share,none,x", "could not convert"),
        ("one,One,capacity_months.digitl,3,x", "there is no 'digitl'"),
        ("one,,replacement_share,0,x", "has its title"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_line(tmp_path: Path, line: str, said: str) -> None:
    table = tmp_path / "switches.csv"
    table.write_text(f"change,title,parameter,off,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"switches\.csv:2") as refused:
        load_changes(table)
    assert said in str(refused.value)


def test_an_unknown_switch_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="replacement"):
        chosen(CHANGES, ["replacment"])
    assert [one.name for one in chosen(CHANGES, ["race"])] == ["race"]


# --- configurations -----------------------------------------------------------------------------------------


def test_configurations_take_each_change_away_and_leave_each_alone() -> None:
    built = configurations(SWITCHES, SWITCHES)
    assert len(built) == 2 + 2 * len(SWITCHES)
    assert built[0] == Configuration(ALL_ON, "", {})
    every = built[1].off
    assert all(set(change.off) <= set(every) for change in SWITCHES)
    for without, alone in zip(built[2::2], built[3::2], strict=True):
        assert (without.kind, alone.kind) == (WITHOUT, ALONE)
        assert {**without.off, **alone.off} == every
        assert not set(without.off) & set(alone.off)


def test_a_switch_outlives_a_draw_and_the_factor_on_its_map() -> None:
    draw = (("capacity_months", 1.5), ("replacement_share", 0.9), ("sighting", 0.2))
    off = {"capacity_months.digital": 10.0, "replacement_share": 0.0}
    drawn = replace(load_parameters(), dict(overridden(draw, off)))
    assert drawn["capacity_months"]["digital"] == 10.0
    assert drawn["capacity_months"]["finance"] == 15.0
    assert (drawn["replacement_share"], drawn["sighting"]) == (0.0, 0.2)
    assert overridden(draw, {}) == draw


def busy() -> Scenario:
    """The alliance while inputs fail, leaders fall, members are arrested, services close and the young find work."""
    shocks = (
        Shock(kind="input", start=2, market=("synthetic",), size=0.9),
        Shock(kind="leadership_removal", start=2, size=0.5),
        Shock(kind="mass_arrest", start=3, size=0.2),
        Shock(kind="labour_opportunity", start=4, months=12, size=1.0),
        Shock(kind="enabler_takedown", start=4, size=0.5),
        Shock(kind="patron_surge", start=4, months=12, size=1.0),
        Shock(kind="asset_seizure", start=5, size=0.5, reuse=1.0),
    )
    return load_scenario("alliance").model_copy(update={"shocks": shocks, "name": "busy"})


def run(**off: float) -> Outcome:
    return simulate(load_world(), replace(few(), off), busy(), 0, 0, MONTHS)


@pytest.fixture(scope="module")
def plain() -> Outcome:
    return run()


@pytest.mark.parametrize("change", SWITCHES, ids=lambda change: change.name)
def test_each_switch_changes_a_run(change: Any, plain: Outcome) -> None:
    assert not same(run(**change.off), plain)


# --- what is run --------------------------------------------------------------------------------------------


def tiny_runner() -> Runner:
    """The model in an invented world of few places."""
    return Runner(simulate, layout, replace, small_world(), replace(load_parameters(), FEW))


@pytest.fixture(scope="module")
def seen() -> tuple[Setup, list[Seen]]:
    """Demand halved, as experiment and as policy, with all on, all off and replacement alone."""
    shock = Shock(kind="demand", start=12, size=0.5)
    halved = changed(shocks=(shock,), name="halved").model_copy(update={"effect_of": "shocks"})
    one = experiments_of(["heroin_drought_use"])[0]
    used = one._replace(scenario="halved", jurisdiction="", market="cocaine", first=1, last=12)
    setup = Setup([used], {"halved": halved}, halved, 2, months=48)
    asked = configurations(SWITCHES, chosen(CHANGES, ["replacement"]))
    return setup, list(observe(setup, asked, tiny_runner(), workers=1))


def test_all_on_is_the_ordinary_run_bit_for_bit(seen: Any) -> None:
    setup, told = seen
    ordinary = run_experiments(setup.wanted, setup.scenarios, replicates=2, workers=1, runner=tiny_runner())
    first = ordinary.outcomes[0]
    assert told[0].configuration.name == ALL_ON
    assert (told[0].outcomes[0].model, told[0].outcomes[0].error) == (first.model, first.error)
    assert all(told[0].levels[name]["mean"] == 0.0 for name in LEVELS if name != "operations")


def test_every_configuration_answers_and_the_last_differs_from_the_first(seen: Any) -> None:
    _, told = seen
    assert [one.configuration.name for one in told] == [ALL_ON, ALL_OFF, "without replacement", "alone replacement"]
    assert not [run for one in told for run in one.failed]
    assert len({one.outcomes[0].model["mean"] for one in told}) == 4
    assert told[1].levels["units_delivered"]["mean"] != 0.0
    assert all(one.levels["index"]["mean"] is not None for one in told)


# --- the table and the page ---------------------------------------------------------------------------------


def test_rows_are_read_back_as_they_were_written(seen: Any, tmp_path: Path) -> None:
    told = [row for one in seen[1] for row in rows.rows_of(one)]
    rows.write(tmp_path, told, {"pairs": 2})
    back = rows.read(tmp_path)
    assert [row[:7] for row in back] == [row[:7] for row in told]
    assert back[0].value == pytest.approx(told[0].value, rel=1e-5)
    with pytest.raises(InputError, match="no such file"):
        rows.read(tmp_path / "elsewhere")


def told_of(kind: str, verdict: str, value: float, error: float = 1.0, change: str = "", **more: Any) -> rows.Row:
    """A row of an experiment, all else invented."""
    row = rows.Row(kind, change, "use", verdict, "-1", "yes", "no", value, value, value, error, None, None, None, 9)
    return row._replace(**more)


def test_a_verdict_is_turned_by_a_change_only_where_the_effect_moves_beyond_luck() -> None:
    weak, near, far = told_of(ALL_OFF, "weak", 0.0), told_of(ALL_ON, "shown", -2.0), told_of(ALL_ON, "shown", -9.0)
    assert page.turns({"use": weak}, {"use": far}) == [page.Turn("use", "weak", "shown", True)]
    assert page.turns({"use": weak}, {"use": near}) == [page.Turn("use", "weak", "shown", False)]
    assert page.turns({"use": weak}, {"use": weak}) == []
    nothing = told_of(ALL_OFF, "weak", 0.0, sign="0", moved=0.1, moved_low=-0.3, moved_high=0.5)
    holds = told_of(ALL_ON, "inside", 0.1, sign="0", moved=8.0, moved_low=4.0, moved_high=9.0)
    assert page.turns({"use": nothing}, {"use": holds})[0].carried


def test_tables_name_what_moved_and_every_configuration(seen: Any) -> None:
    text = page.results([row for one in seen[1] for row in rows.rows_of(one)], CHANGES)
    assert "(`replacement`)" in text
    assert "(`race`)" not in text, "it was not asked for"
    assert [text.count(f"| {name} |") for name in (ALL_ON, ALL_OFF, "without replacement")] == [1, 1, 1]
    assert "case officers" in page.fixed_table(CHANGES)
    assert page.switches_table(CHANGES).count("\n") == sum(len(change.off) for change in SWITCHES) + 1


def test_the_command_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["replacment", "--out", str(tmp_path)]) == 2
    assert "replacement" in capsys.readouterr().err
    assert command.main(["--experiments", "heroin", "--out", str(tmp_path)]) == 2
    with pytest.raises(SystemExit):
        command.main(["--pairs", "1"])


def test_the_command_writes_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: Any) -> None:
    monkeypatch.setattr(command, "observe", lambda *_: iter(seen[1]))
    monkeypatch.setattr(command, "packaged_runner", tiny_runner)
    assert command.main(["replacement", "--pairs", "2", "--out", str(tmp_path)]) == 0
    assert len(rows.read(tmp_path)) == sum(len(rows.rows_of(one)) for one in seen[1])
    assert '"pairs": 2' in (tmp_path / rows.HOW).read_text(encoding="utf-8")
