"""Calibration: the table is checked, known truths are found again, and a killed one takes up where it stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from countermarket.evidence.calibration import command, emulator, findings, recovery, sampler, screening, space, targets
from countermarket.evidence.calibration.outputs import OUTPUTS, observed
from countermarket.evidence.calibration.targets import Target, load_targets
from countermarket.model.running.simulate import Outcome
from countermarket.parameters.ensemble import read_ensemble
from countermarket.parameters.load import load_parameters, replace
from countermarket.reading.errors import InputError
from countermarket.runs.job import Runner
from countermarket.world.load import load_world

RANGES = space.uncertain(load_parameters().records)
TARGETS = (
    Target("cocaine_risk_share", 0.5, 0.05, "linear", 1.0, "invented", ""),
    Target("recovered_share", 0.01, 0.1, "log", 1.0, "invented", ""),
    Target("specialised_share", 5.0, 0.1, "linear", 1.0, "invented: no draw comes near", ""),
    Target("membership_growth", 0.0, 0.1, "linear", 0.0, "invented", ""),
)
FITTED = ("capital_rate", "price_speed", "diversification")


class Invented:
    """A model whose outputs follow three parameters in ways that are known, with a little luck; it counts its runs."""

    def __init__(self, dies_at: int = 10**9) -> None:
        self.calls = 0
        self.dies_at = dies_at

    def __call__(self, world: Any, values: dict[str, float], *_: Any) -> Outcome:
        self.calls += 1
        if self.calls > self.dies_at:
            raise KeyboardInterrupt
        replicate = _[2]
        places = {each.name: space.place_of(each, values[each.name]) for each in RANGES if each.name in FITTED}
        one, other, _third = (places[name] for name in FITTED)
        luck = np.random.default_rng(replicate).normal(0, 0.02, 2)
        made = dict.fromkeys(OUTPUTS, np.nan)
        made["cocaine_risk_share"] = 0.2 + 0.5 * one + luck[0] * 0.5
        made["recovered_share"] = 0.01 * np.exp(1.5 * (other - 0.3) + 0.5 * (one - 0.6) + luck[1])
        made["specialised_share"] = 1.0
        made["membership_growth"] = 0.02
        return Outcome(np.array([made[name] for name in OUTPUTS]), {}, None)


def runner_of(simulate: Any) -> Runner:
    return Runner(simulate, None, lambda _, values: values, load_world(), load_parameters())  # type: ignore[arg-type]


def fitted(folder: Path, simulate: Any, **more: Any) -> Path:
    options = {"waves": 2, "runs": 60, "workers": 1, "targets": TARGETS, "fitted": FITTED} | more
    return command.calibrate(out=folder, runner=runner_of(simulate), routes=False, **options)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted(tmp_path_factory.mktemp("calibration") / "whole", Invented())


def rows_of(path: Path, key: str) -> dict[str, dict[str, str]]:
    import csv

    return {row[key]: row for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())}


# --- the table of targets ---------------------------------------------------------------------------------


def test_the_shipped_targets_are_given_by_runs_and_have_sources() -> None:
    shipped = load_targets()
    assert 15 <= len(shipped) <= len(OUTPUTS)
    assert all(len(target.source) > 10 for target in shipped)
    assert all(target.note for target in shipped if target.weight < 1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("no_such,1,1,linear,1,source,", "no run gives this"),
        ("finance_fee,one,1,linear,1,source,", "must be numbers"),
        ("finance_fee,1,0,linear,1,source,", "tolerance above 0"),
        ("finance_fee,1,1,cubic,1,source,", "linear or log"),
        ("finance_fee,1,1,linear,1,,", "needs a source"),
        ("finance_fee,-1,1,log,1,source,", "above 0 on a log scale"),
        ("digital_fee,1,1,linear,1,source,", "stands twice"),
        ("finance_fee,nan,1,linear,1,source,", "tolerance above 0"),
    ],
)
def test_a_wrong_table_is_refused_by_line(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(f"{','.join(targets.COLUMNS)}\ndigital_fee,1,1,linear,1,source,\n{row}\n")
    with pytest.raises(InputError, match=message):
        load_targets(path)


def test_distances_are_counted_in_tolerances() -> None:
    two = (TARGETS[0], TARGETS[1])
    made = targets.scaled(two, np.array([[0.6, 0.01 * np.e], [np.nan, -1.0]]))
    distance = sampler.implausibility(made, targets.scaled_values(two))
    np.testing.assert_allclose(distance[0], [2.0, 10.0])
    np.testing.assert_allclose(distance[1], sampler.FARTHEST)


# --- the space --------------------------------------------------------------------------------------------


def test_every_corner_of_the_space_is_allowed() -> None:
    for corner in (0.0, 1.0):
        values = space.values_at(RANGES, np.full((1, len(RANGES)), corner))[0]
        replace(load_parameters(), dict(space.overrides(RANGES, values)))


def test_coordinates_and_values_agree() -> None:
    points = np.random.default_rng(0).random((3, len(RANGES)))
    for point, values in zip(points, space.values_at(RANGES, points), strict=True):
        places = [space.place_of(each, value) for each, value in zip(RANGES, values, strict=True)]
        np.testing.assert_allclose(places, point, atol=1e-9)


def test_sizes_and_definitions_are_not_varied() -> None:
    names = {each.name for each in RANGES}
    assert "capital_rate" in names
    assert not names & {"n_groups", "spin_up_months", "case_threshold", "grade_major", "elastic_sources"}


def test_the_shipped_choice_of_parameters_can_be_varied() -> None:
    assert 15 <= len(space.load_fitted(RANGES)) <= screening.MOST


# --- screening, emulators, sampling -----------------------------------------------------------------------


def test_screening_finds_what_moves_a_target_and_nothing_else() -> None:
    points = np.random.default_rng(1).random((400, len(RANGES)))
    outputs = np.zeros((400, 2))
    outputs[:, 0] = 0.5 * points[:, 3] + np.random.default_rng(2).normal(0, 0.02, 400)
    outputs[:, 1] = 0.01 * np.exp(points[:, 5])
    found = screening.effects(RANGES, TARGETS[:2], points, outputs)
    assert {effect.parameter for effect in found if effect.effect > 0} == {RANGES[3].name, RANGES[5].name}
    by_name = {effect.parameter: effect for effect in found}
    assert by_name[RANGES[3].name].target == "cocaine_risk_share"
    assert by_name[RANGES[3].name].slope == pytest.approx(10.0, rel=0.05)


def test_an_emulator_learns_a_curve_and_knows_its_error() -> None:
    variates = np.random.default_rng(3)
    points = variates.random((150, 2))
    values = np.sin(5 * points[:, 0]) + points[:, 1] + variates.normal(0, 0.1, 150)
    values[0] = np.nan
    fit = emulator.fit(points, values)
    tried = variates.random((200, 2))
    error = emulator.predict(fit, tried) - np.sin(5 * tried[:, 0]) - tried[:, 1]
    assert np.sqrt(np.mean(error**2)) < 0.1
    assert 0.05**2 < fit.variance < 0.2**2
    assert fit.explained > 0.9


def test_an_output_that_never_moves_has_an_emulator() -> None:
    fit = emulator.fit(np.random.default_rng(4).random((20, 2)), np.full(20, 3.0))
    np.testing.assert_allclose(emulator.predict(fit, np.full((2, 2), 0.5)), 3.0)
    with pytest.raises(ValueError, match="at least 8"):
        emulator.fit(np.zeros((20, 2)), np.full(20, np.nan))


def test_the_sampler_draws_from_the_density_it_is_given() -> None:
    def density(points: Any) -> Any:
        return -0.5 * (((points - [0.3, 0.6]) / [0.05, 0.1]) ** 2).sum(axis=1)

    drawn = sampler.sample(density, 300, 2, 200, seed=0)
    np.testing.assert_allclose(drawn.mean(axis=0), [0.3, 0.6], atol=0.03)
    np.testing.assert_allclose(drawn.std(axis=0), [0.05, 0.1], rtol=0.25)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    np.testing.assert_array_equal(drawn, sampler.sample(density, 300, 2, 200, seed=0))


def test_rows_are_chosen_by_weight_and_never_without_one() -> None:
    weights = np.array([0.0, -np.inf, 8.0, 8.0, np.nan, -30.0])
    assert sampler.chosen(weights, 2, seed=0).tolist() == [2, 3]
    assert sampler.chosen(weights, 6, seed=0).tolist() == [0, 2, 3, 5]


def test_what_moves_nothing_is_not_recovered() -> None:
    variates = np.random.default_rng(5)
    points = variates.random((220, 2))
    made = np.column_stack([10 * points[:, 0] + variates.normal(0, 0.3, 220)])
    emulators = emulator.fit_all(points[20:], made[20:])
    moving, still = recovery.recover(("moving", "still"), emulators, points[:20], made[:20], np.ones(1), 60, 0)
    assert moving.is_recovered
    assert moving.contraction > 0.5
    assert not still.is_recovered


# --- the whole --------------------------------------------------------------------------------------------


def test_a_known_truth_is_found_and_the_rest_keep_their_priors(whole: Path) -> None:
    rows = rows_of(whole / "parameters_report.csv", "parameter")
    assert {name for name, row in rows.items() if row["fitted"] == "yes"} == {"capital_rate", "price_speed"}
    ranges = {each.name: each for each in RANGES}
    for name, truth in (("capital_rate", 0.6), ("price_speed", 0.3)):
        low, high = (space.place_of(ranges[name], float(rows[name][end])) for end in ("low", "high"))
        assert low - 0.05 < truth < high + 0.05
        assert float(rows[name]["contraction"]) > 0.3
    assert abs(float(rows["diversification"]["contraction"])) < 0.3


def test_targets_are_judged(whole: Path) -> None:
    rows = rows_of(whole / "targets_report.csv", "measure")
    verdicts = {name: row["verdict"] for name, row in rows.items()}
    assert verdicts == {
        "cocaine_risk_share": "met",
        "recovered_share": "met",
        "specialised_share": "not met: out of reach",
        "membership_growth": "shown only",
    }
    assert float(rows["cocaine_risk_share"]["median"]) == pytest.approx(0.5, abs=0.05)
    page = (whole / "report.md").read_text()
    assert "2 of 3 candidates are recovered" in page
    assert "2 met, 0 near, 0 not met, 1 not met: out of reach" in page


def test_the_ensemble_holds_every_uncertain_parameter_within_its_range(whole: Path) -> None:
    ensemble = read_ensemble(whole / "ensemble.csv")
    assert ensemble.names == tuple(each.name for each in RANGES)
    assert len(ensemble.values) == 60
    values = np.array(ensemble.values)
    assert (values >= [each.low - 1e-3 * abs(each.low) for each in RANGES]).all()
    assert (values <= [each.high + 1e-3 * abs(each.high) for each in RANGES]).all()
    assert ensemble.about["parameters"] == load_parameters().digest
    assert ensemble.draw_of(0) == 1
    assert ensemble.draw_of(60) == 1
    assert ensemble.overrides(0) == ()
    assert dict(ensemble.overrides(2))["capital_rate"] == values[1][ensemble.names.index("capital_rate")]


def test_a_killed_calibration_takes_up_where_it_stopped(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fitted(tmp_path / "killed", Invented(dies_at=150))
    first = min((tmp_path / "killed" / "parts").iterdir())
    first.write_bytes(first.read_bytes()[:-8])  # damaged, and so made again
    again = Invented()
    fitted(tmp_path / "killed", again)
    assert again.calls < 240 - 150 + 16 + 16
    for name in ("ensemble.csv", "report.md", "targets_report.csv"):
        assert (tmp_path / "killed" / name).read_bytes() == (whole / name).read_bytes()


def test_another_calibration_is_not_mixed_in(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="begun with another settings"):
        fitted(whole, Invented(), seed=1)
    with pytest.raises(InputError, match="begun with another targets"):
        fitted(whole, Invented(), targets=TARGETS[:2])
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt"):
        fitted(tmp_path, Invented())


def test_two_targets_that_pull_one_parameter_apart_conflict(tmp_path: Path) -> None:
    class Torn(Invented):
        def __call__(self, *arguments: Any) -> Outcome:
            made = super().__call__(*arguments)
            values = made.values.copy()
            values[list(OUTPUTS).index("specialised_share")] = values[list(OUTPUTS).index("cocaine_risk_share")]
            return made._replace(values=values)

    torn = (TARGETS[0], TARGETS[2]._replace(value=0.3, tolerance=0.05))
    page = fitted(tmp_path / "torn", Torn(), targets=torn) / "report.md"
    assert "`cocaine_risk_share` and `specialised_share`: nearest to both" in page.read_text()


def test_nothing_to_recover_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no parameter can be recovered"):
        fitted(tmp_path / "none", Invented(), fitted=("diversification",))


# --- runs of the model ------------------------------------------------------------------------------------


def test_outputs_of_a_run_are_shares_and_ladders() -> None:
    from small_runs import few

    from countermarket.policy.reading import load_scenario
    from countermarket.world.load import load_world

    made = observed(load_world(), few(), load_scenario("baseline"), 0, 0, 12).values
    assert made.shape == (len(OUTPUTS),)
    assert np.isfinite(made).all()
    found = dict(zip(OUTPUTS, made, strict=True))
    assert found["old_groups_share"] == 0, "no group is ten years old two years after the beginning"
    shares = [name for name in OUTPUTS if name.endswith("_share") and name != "old_groups_share"]
    assert all(0 < found[name] < 1 for name in shares)
    assert found["cocaine_end_to_end_usa"] > found["cocaine_ladder_mexico"] > 1
    parts = found["cocaine_risk_share"] + found["cocaine_seized_and_laundering_share"]
    assert parts < 1
    again = observed(load_world(), few(), load_scenario("baseline"), 0, 0, 12).values
    np.testing.assert_array_equal(made, again)


def test_a_world_without_these_markets_leaves_outputs_undefined() -> None:
    from small_runs import few, small_world

    from countermarket.policy.reading import load_scenario

    baseline = load_scenario("baseline").model_copy(update={"changes": ()})
    made = dict(zip(OUTPUTS, observed(small_world(), few(), baseline, 0, 0, 6).values, strict=True))
    assert np.isnan(made["heroin_ladder_iran"])
    assert np.isfinite(made["specialised_share"])


def test_help_leaves_scikit_learn_alone() -> None:
    code = (
        "import sys; sys.argv = ['countermarket', 'calibrate', '--help']\n"
        "from countermarket.cli.app import main\n"
        "try: main()\n"
        "finally: print('sklearn' in sys.modules, 'countermarket.evidence.calibration.fit' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "--waves" in told
    assert told.split()[-2:] == ["False", "False"]


def test_findings_count_every_target(whole: Path) -> None:
    about = json.loads((whole / "ensemble.json").read_text())
    rows = rows_of(whole / "targets_report.csv", "measure")
    assert sum(about["targets_met"].values()) == len(rows)
    assert findings.counts([{"verdict": "met"}])["met"] == 1
