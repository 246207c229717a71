"""The comparison document: ranking, intervals, verdicts, and what is said when something is missing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from invented_study import Effect, write_study
from small_model import scenario, sharing, small_runner

from countermarket.analysis import comparison, pairing
from countermarket.analysis.levels import Months
from countermarket.analysis.verdicts import CLEAR
from countermarket.brief.sentences import lead
from countermarket.charts.ranking import ranking_finding
from countermarket.cli.comparison_view import ranking_row
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.results import studies
from countermarket.results.series import Values
from countermarket.runs.experiment import Experiment
from countermarket.runs.study import run_study


def study(out: Path, *scenarios: Any, replicates: int = 20, months: int = 48) -> Path:
    return run_study(
        Experiment(scenarios, replicates, months=months, central=True),
        workers=1,
        out=out,
        runner=small_runner(),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "s"
    return study(out, scenario(), sharing(0.5, "half"), sharing(1.0), sharing(0.0, "nothing"))


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    return comparison.compare_study(folder)


def row(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in document["ranking"] if row["scenario"] == name)
    return found


def test_scenarios_are_ranked_by_index_and_the_baseline_is_not(document: dict[str, Any]) -> None:
    assert [(row["rank"], row["scenario"]) for row in document["ranking"]] == [
        *((1, "sharing"), (2, "half"), (3, "nothing"))
    ]
    assert row(document, "sharing")["index"]["mean"] == pytest.approx(125.0)
    assert row(document, "half")["index"]["mean"] == pytest.approx(112.5)


def test_the_document_has_every_promised_field(document: dict[str, Any]) -> None:
    assert {
        "schema",
        "seed",
        "replicates",
        "months",
        "window",
        "ranking",
        "failed",
        "warnings",
        "provenance",
    } <= set(document)
    assert {
        *(
            "rank",
            "scenario",
            "title",
            "reference",
            "shocks",
            "index",
            "cost_usd",
            "cost_index",
            "beside",
            "verdict",
        ),
        *("probability_better_than_baseline", "probability_better_than_next"),
    } <= set(document["ranking"][0])
    assert document["months"] == ["2026-01", "2029-12"]
    assert document["window"] == ["2027-01", "2029-12"]
    assert document["failed"] == []
    assert document["warnings"] == [
        "nothing: alliance.data_sharing_share in 2027-01 cannot act: it has this value already",
        "nothing did nothing: every run of it equals its reference bit for bit",
    ]


def test_probabilities_are_over_paired_replicates(document: dict[str, Any]) -> None:
    assert row(document, "sharing")["probability_better_than_baseline"] == 1.0
    assert row(document, "sharing")["probability_better_than_next"] == 1.0
    assert row(document, "nothing")["probability_better_than_baseline"] is None
    assert row(document, "nothing")["probability_better_than_next"] is None


def test_a_scenario_equal_to_its_baseline_scores_exactly_one_hundred(document: dict[str, Any]) -> None:
    same = row(document, "nothing")
    assert same["index"] == {"mean": 100.0, "low": 100.0, "high": 100.0}
    assert set(same["verdict"].values()) == {"did nothing"}
    assert same["beside"]["harm"]["mean"] == 0.0
    assert same["displacement"]["destinations"]["mean"] is None


def test_the_short_run_does_not_look_back_beyond_the_change(document: dict[str, Any]) -> None:
    best = row(document, "sharing")
    assert best["short_run_window"] == ["2027-01", "2028-12"]
    assert best["index_short_run"]["mean"] == pytest.approx(125.0)
    assert best["index_cash"]["mean"] == pytest.approx(125.0)


def test_cost_is_given_in_dollars_with_the_baseline_beside_it(document: dict[str, Any]) -> None:
    cost = row(document, "sharing")["cost_usd"]["cocaine"]
    assert cost["mean"] == pytest.approx(1.25 * cost["baseline"])
    assert cost["low"] <= cost["mean"] <= cost["high"]


def test_what_stands_beside_says_its_unit(document: dict[str, Any]) -> None:
    beside = row(document, "sharing")["beside"]
    assert beside["units_delivered"]["mean"] == pytest.approx(-5.0)
    assert beside["units_delivered"]["unit"] == "% of baseline"
    assert beside["alliance_trust"]["mean"] == pytest.approx(0.2)
    assert beside["alliance_trust"]["baseline"] == pytest.approx(0.5)


def test_displacement_and_verdict_by_market(document: dict[str, Any]) -> None:
    best = row(document, "sharing")
    assert best["displacement"]["destinations"]["mean"] == pytest.approx(0.5)
    assert best["displacement"]["modes"]["reason"] == "the scenario singles out no mode"
    assert best["verdict"] == dict.fromkeys(best["cost_index"], "cost up, throughput down")
    assert CLEAR == 2.0


def test_pairing_removes_almost_all_variance_here(document: dict[str, Any]) -> None:
    found = row(document, "sharing")["pairing"]
    assert found["variance_ratio"] > 1e6
    assert found["replicates_for_one_point"] == 2


def test_the_document_is_json_and_the_same_every_time(folder: Path, document: dict[str, Any]) -> None:
    again = comparison.compare_study(folder)
    assert json.dumps(studies.plain(again), allow_nan=False) == json.dumps(
        studies.plain(document), allow_nan=False
    )


def test_everything_volatile_stands_in_provenance(tmp_path: Path, document: dict[str, Any]) -> None:
    other = comparison.compare_study(
        study(tmp_path / "other", scenario(), sharing(0.5, "half"), sharing(1.0), sharing(0.0, "nothing"))
    )
    assert {**other, "provenance": {}} == {**document, "provenance": {}}
    assert other["provenance"]["folder"] != document["provenance"]["folder"]


def test_the_tables_say_what_the_document_says(folder: Path, document: dict[str, Any]) -> None:
    with (folder / "comparison.csv").open(encoding="utf-8-sig") as lines:
        ranked = list(csv.DictReader(lines))
    assert [line["scenario"] for line in ranked] == ["sharing", "half", "nothing"]
    assert float(ranked[0]["index_mean"]) == pytest.approx(document["ranking"][0]["index"]["mean"])
    with (folder / "measures.csv").open(encoding="utf-8-sig") as lines:
        held = {(line["scenario"], line["market"], line["measure"]): line for line in csv.DictReader(lines)}
    assert float(held["half", "", "harm"]["change_mean"]) == pytest.approx(-5.0)
    assert float(held["sharing", "cocaine", "units_delivered"]["baseline_level"]) == pytest.approx(48.0)


def test_a_short_study_says_so_and_leaves_out_the_months_before_the_change(tmp_path: Path) -> None:
    short = comparison.compare_study(study(tmp_path / "s", sharing(1.0), replicates=2, months=24))
    assert short["window"] == ["2027-01", "2027-12"]
    assert any("only 24 months" in warning for warning in short["warnings"])
    assert any("only 2 paired replicates" in warning for warning in short["warnings"])
    assert short["ranking"][0]["index"]["mean"] == pytest.approx(125.0)


def test_a_change_after_the_last_month_has_no_short_run(tmp_path: Path) -> None:
    never = comparison.compare_study(study(tmp_path / "s", sharing(1.0), replicates=2, months=12))
    assert never["ranking"][0]["index"]["mean"] == 100.0
    assert never["ranking"][0]["index_short_run"]["reason"] == "the change comes after the last month"


def test_failed_runs_are_listed_and_pairs_that_broke_are_left_out(tmp_path: Path) -> None:
    found = comparison.compare_study(
        study(
            tmp_path / "s",
            scenario("bad", test__fails=1, alliance__data_sharing_share=1.0),
            sharing(0.5),
            replicates=5,
        )
    )
    assert [(run["scenario"], run["replicate"]) for run in found["failed"]] == [("bad", 1)]
    assert row(found, "bad")["pairs"] == 4
    assert any("bad: 4 of 5" in warning for warning in found["warnings"])
    assert row(found, "bad")["probability_better_than_next"] == 1.0


def test_a_scenario_of_which_nothing_finished_is_unranked_and_named(tmp_path: Path) -> None:
    found = comparison.compare_study(study(tmp_path / "s", scenario("bad", test__fails=0), replicates=1))
    assert found["ranking"] == []
    assert any("bad is not ranked" in warning for warning in found["warnings"])


def test_different_references_are_pointed_out(tmp_path: Path) -> None:
    shock = Shock(kind="demand", start=24, months=0, size=0.7)
    shocked = sharing(1.0, "shocked").model_copy(update={"shocks": (shock,)})
    found = comparison.compare_study(study(tmp_path / "s", sharing(1.0), shocked, replicates=2))
    assert any("different references" in warning for warning in found["warnings"])
    assert row(found, "shocked")["shocks"] == ["demand 2028-01"]


def test_few_pairs_carry_no_finding_and_no_verdict(tmp_path: Path) -> None:
    few = comparison.compare_study(study(tmp_path / "s", sharing(1.0), replicates=5))["ranking"][0]
    assert not few["carried"]
    assert not few["beside"]["units_delivered"]["carried"]
    assert set(few["verdict"].values()) == {"too few pairs to say"}


def test_twenty_pairs_carry_what_all_of_them_say(document: dict[str, Any]) -> None:
    assert row(document, "sharing")["carried"]
    assert row(document, "sharing")["beside"]["units_delivered"]["carried"]
    assert not row(document, "nothing")["carried"]


def test_runs_equal_bit_for_bit_did_nothing_and_are_not_half_likely(document: dict[str, Any]) -> None:
    same = row(document, "nothing")
    assert same["did_nothing"]
    assert same["probability_better_than_baseline"] is None
    assert not row(document, "half")["did_nothing"]
    assert ranking_row(same)["better than\nbaseline"] == "did nothing"
    assert "did nothing" in lead([same], "2027")
    assert ranking_finding([same]) == f"{same['title']} did nothing"


def test_the_window_can_be_asked_for_and_must_lie_in_the_study(folder: Path) -> None:
    asked = comparison.compare_study(folder, Months("2028-01", "2028-12"))
    assert asked["window"] == ["2028-01", "2028-12"]
    for first, last in (("2025-01", "2028-12"), ("2028-12", "2028-01"), ("2028-01", "2028-02")):
        with pytest.raises(InputError, match="window"):
            comparison.compare_study(folder, Months(first, last))


@pytest.mark.parametrize("months", [6, 24, 47, 48, 120])
def test_the_default_window_depends_on_the_months_alone(months: int) -> None:
    names = [f"{2026 + place // 12}-{place % 12 + 1:02d}" for place in range(months)]
    span, _ = pairing.window(names)
    assert span.last == names[-1]
    assert span.first == names[max(months - 36, 12 if months > 12 else 0)]


def test_the_index_is_given_by_year_and_over_the_scenarios_own_months(document: dict[str, Any]) -> None:
    best = row(document, "sharing")
    assert list(best["index_by_year"]) == ["2026", "2027", "2028", "2029"]
    assert best["index_by_year"]["2026"]["mean"] == 100.0
    assert best["index_by_year"]["2029"]["mean"] == pytest.approx(125.0)
    assert best["own_window"] == ["2028-01", "2029-12"]
    assert best["index_own"]["mean"] == pytest.approx(125.0)


def test_a_late_policy_is_named_with_its_own_months_beside_it(folder: Path) -> None:
    saved = studies.read_study(folder)
    for entry in saved.manifest["scenarios"]:
        if entry["name"] == "sharing":
            entry["first_change"] = 18
    warned = [text for text in comparison.compare(saved)["warnings"] if text.startswith("sharing first")]
    assert len(warned) == 1
    assert "2027-07" in warned[0]
    assert "125.0 in 2028-07 to 2029-12" in warned[0]


def test_two_scenarios_are_held_against_each_other_pair_by_pair(folder: Path) -> None:
    held = comparison.compare_study(folder, other="half")["against"]
    assert held["scenario"] == "half"
    assert set(held["index"]) == {"sharing", "nothing"}
    assert held["index"]["sharing"]["mean"] == pytest.approx(12.5)
    assert held["index"]["sharing"]["carried"]
    assert held["index"]["nothing"]["high"] < 0
    with pytest.raises(InputError, match="not ranked here"):
        comparison.compare_study(folder, other="nowhere")


def test_two_scenarios_of_one_title_are_told_apart(folder: Path) -> None:
    saved = studies.read_study(folder)
    for entry in saved.manifest["scenarios"]:
        entry["title"] = "One title"
    titles = [row["title"] for row in comparison.compare(saved)["ranking"]]
    assert titles == ["One title (sharing)", "One title (half)", "One title (nothing)"]


def test_a_comparison_reads_an_arm_at_a_time_and_the_reference_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    effects = {f"s{number}": Effect(f"S{number}", 0.01 * number) for number in range(5)}
    study = write_study(tmp_path / "s", effects, replicates=3, months=24, markets=("cocaine",))
    asked: list[tuple[int, ...]] = []
    read = Values._read

    def noted(values: Values, places: tuple[int, ...]) -> Any:
        asked.append(tuple(places))
        return read(values, places)

    monkeypatch.setattr(Values, "_read", noted)
    assert len(comparison.compare_study(study)["ranking"]) == 5
    assert sorted(asked) == [tuple(range(first, first + 3)) for first in range(0, 18, 3)]
    saved = studies.read_study(study)
    assert saved.values.shape == (18, len(saved.keys["month"]))
    assert not saved.values[[0, 1]].flags.writeable
