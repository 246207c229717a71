"""The page: what it holds, that nothing comes from elsewhere, what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explored import STUDY, small_document, small_sweep
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.cli.app import app
from countermarket.explore.answers import answer, log_percent, runs_of
from countermarket.explore.controls import controls_of
from countermarket.explore.marks import marked, marks_of, placed, run_marks
from countermarket.explore.outcomes import outcomes_in
from countermarket.explore.page import explore_page, page
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.results.studies import read_manifest
from countermarket.sweeps.file import read_design
from countermarket.world.names import load_names
from countermarket.world.synthetic import synthetic_world


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_sweep(tmp_path_factory.mktemp("explored"))


@pytest.fixture(scope="module")
def held(swept: Path) -> dict[str, Any]:
    return small_document(swept)


def controls(swept: Path) -> list[Any]:
    return controls_of(swept, read_manifest(swept, "sweep"), load_names(), load_scenario("baseline"))


def test_the_sweep_is_held_with_an_error_beside_every_number(held: dict[str, Any]) -> None:
    assert (held["run"], held["replicates"], held["effort"], held["start"]) == (30, 2, "add", "2027-01")
    assert held["anchored"]
    assert len(held["rows"]) == 31
    index = next(one for one in held["outcomes"] if one["column"] == "index")
    assert index["mean"]["explained"] > 0.8
    for one in held["outcomes"]:
        for curve in ("mean", "down", "up"):
            assert {"family", "error", "explained"} <= set(one[curve])
    assert held["outcomes"][-1]["label"] == "Cocaine"


def test_levers_stand_at_the_baseline(held: dict[str, Any]) -> None:
    assert [one["start"] for one in held["controls"]] == [0.2, 0.0, 0.06, 0, 0, 0]
    assert [one["effort"] for one in held["controls"]] == [False, False, True, False, False, False]
    assert held["controls"][4]["words"] == ["5 states: five eyes", "7 states: the present ones, COL, ECU"]
    assert json.loads(held["controls"][5]["yaml"][1]) == {"GBR:container": 0.6, "small_boat": 0.3}


def test_shipped_policies_are_marks_with_what_the_sliders_leave_out(swept: Path) -> None:
    told = placed(load_scenario("alliance"), controls(swept))
    assert told["at"] == [0.6, 0.3, 0.12, 1, 0, 1]
    assert "alliance.stings" in told["further"]
    assert told["near"] == ["Powers, members", "Chokepoints"]
    assert placed(load_scenario("route_alliance"), controls(swept))["at"][4] == 1
    nothing = placed(load_scenario("sanctions_only"), controls(swept))["at"]
    assert nothing[:5] == [0.2, 0.0, 0.06, 0, 0]


def test_marks_are_run_in_the_draws_of_the_sweep(tmp_path: Path) -> None:
    folder = small_sweep(tmp_path)
    shipped = [load_scenario(name) for name in ("alliance", "technology_only")]
    run_marks(read_design(tmp_path / "levers.yaml"), folder, shipped, 1, runner=small_runner())
    manifest = read_manifest(folder, "sweep")
    outcomes = outcomes_in(manifest["columns"])
    marks = marks_of(folder, controls(folder), outcomes, shipped, load_names(), manifest)
    mean, low, high = marks[0]["exact"]["index"]
    assert low <= mean <= high
    assert mean > 105
    assert {one.column for one in outcomes} - set(marks[0]["exact"]) == {"moved_inside", "moved_outside"}
    longer = {**manifest, "months": 36}
    assert marks_of(folder, controls(folder), outcomes, shipped, load_names(), longer)[0]["exact"] == {}


def test_a_world_has_the_marks_that_it_can_hold() -> None:
    assert {"alliance", "technology_only"} <= {one.name for one in marked()}
    few = {one.name for one in marked(synthetic_world(6, seed=0))}
    assert "gates" not in few
    assert "baseline" not in few


def test_nothing_comes_from_elsewhere(held: dict[str, Any]) -> None:
    text = page(held)
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["'](?!#)""", text.partition("<script")[0])
    assert "url(data:" in text
    assert set(re.findall(r"url\((\w+)", text)) == {"data"}
    assert set(re.findall(r"https?://[^\"' ]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_a_policy_lets_its_own_script_and_style_alone_run(held: dict[str, Any]) -> None:
    text = page(held)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_a_title_cannot_end_the_script(held: dict[str, Any]) -> None:
    text = page({**held, "title": "</script><img src=x>", "question": "<b>"})
    assert "</script><img" not in text
    assert "<b>" not in text.partition('<script type="application/json"')[0].replace("<body", "")


def test_the_page_is_small_and_written_where_it_is_asked_for(
    swept: Path, held: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countermarket.explore.page.document", lambda *_: held)
    told = CliRunner().invoke(app, ["explore", str(swept), "--out", str(tmp_path / "a.html")])
    assert told.exit_code == 0, told.output
    assert (tmp_path / "a.html").stat().st_size < 300_000
    assert explore_page(swept, tmp_path) == tmp_path / "explore.html"


def test_what_cannot_be_explored_is_said(swept: Path, tmp_path: Path) -> None:
    manifest = read_manifest(swept, "sweep")
    doubtful = {**manifest["factors"][0], "kind": "parameter", "name": "capital_rate"}
    for change, message in (
        ({"scenario": "technology_only"}, "it varies technology_only"),
        ({"factors": [doubtful]}, "it varies capital_rate"),
    ):
        with pytest.raises(InputError, match=message):
            controls_of(swept, {**manifest, **change}, load_names(), load_scenario("baseline"))
    few = small_sweep(tmp_path, STUDY.replace("samples: 30", "samples: 4"))
    with pytest.raises(InputError, match="4 rows have a result; an emulator needs 12"):
        runs_of(few, read_manifest(few, "sweep"), controls(few))


def test_the_baseline_is_no_anchor_where_it_was_not_run(swept: Path) -> None:
    moved = [controls(swept)[0]._replace(start=None), *controls(swept)[1:]]
    runs, outcomes = runs_of(swept, read_manifest(swept, "sweep"), moved)
    assert runs.anchor is None
    assert len(runs.rows) == len(runs.points)
    told = answer(runs, outcomes[0])
    assert told
    assert np.isfinite(told["mean"]["error"])


def test_a_ratio_is_fitted_by_its_logarithm(swept: Path, held: dict[str, Any]) -> None:
    by_name = {one["column"]: one for one in held["outcomes"]}
    assert by_name["index"]["log"]
    assert not by_name["change_public_cost_states"]["log"]
    assert log_percent(np.array([100.0, 200.0]), 100.0) == pytest.approx([0, 100 * np.log(2)])
    assert log_percent(np.array([-50.0]), 0.0) == pytest.approx([100 * np.log(0.5)])
