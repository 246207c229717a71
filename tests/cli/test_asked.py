"""What a command is asked of a study: another window, one policy against another, and what it says of a lapsed one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from invented_study import Effect, write_study
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.cli.app import app
from countermarket.results.studies import read_study, write_manifest

EFFECTS = {"mine": Effect("Mine", cost=0.2), "other": Effect("Other", cost=0.05)}
LAPSING = """title: Brief
changes:
  2027-01:
    alliance.data_sharing_share: 0.9
  2028-07:
    alliance.data_sharing_share: 0.2
"""
LAPSED = "brief is not in force from 2028-07 on, and the window ends 2029-12: its index is "


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own, and a brief without charts, which take the longest."""
    monkeypatch.setattr("countermarket.brief.content.all_charts", lambda source: [])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a made-up model of three markets instead of the real one; draw nothing."""
    monkeypatch.setattr("countermarket.runs.study.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.charts.draw_all", lambda folder: [])


def call(*words: str) -> Any:
    told = CliRunner().invoke(app, list(words))
    assert told.exit_code == 0, told.output
    return told


def page() -> str:
    """The brief of the study that stands here, its white space evened out."""
    return " ".join(Path("here/brief.html").read_text(encoding="utf-8").split())


@pytest.mark.usefixtures("small")
def test_a_lapsed_policy_is_named_on_screen_in_json_and_in_the_brief() -> None:
    Path("brief.yaml").write_text(LAPSING, encoding="utf-8")
    ran = call("run", "brief.yaml", "--months", "48", "--replicates", "2", "--workers", "1", "--out", "here")
    assert LAPSED in ran.stderr
    (told,) = [text for text in json.loads(call("compare", "--from", "here", "--json").stdout)["warnings"]
               if text.startswith(LAPSED)]  # fmt: skip
    assert told.endswith(" in 2028-01 to 2028-06"), "what was in force after a year of it"
    assert float(told.removeprefix(LAPSED).split()[0]) > 100.0
    call("brief", "here")
    assert LAPSED in page()
    asked = json.loads(call("compare", "--from", "here", "--window", "2027-07:2028-06", "--json").stdout)
    assert not [text for text in asked["warnings"] if "not in force" in text], "it is, until that window ends"


@pytest.mark.usefixtures("small")
def test_a_run_is_ranked_on_the_window_asked_for() -> None:
    Path("brief.yaml").write_text(LAPSING, encoding="utf-8")
    options = ("--months", "48", "--replicates", "2", "--workers", "1", "--out", "here")
    plain = json.loads(call("run", "brief.yaml", *options, "--json").stdout)
    asked = call("run", "brief.yaml", *options, "--window", "2027-07:2028-06", "--json")
    document = json.loads(asked.stdout)
    assert plain["window"] == ["2027-01", "2029-12"]
    assert document["window"] == ["2027-07", "2028-06"]
    assert document["ranking"][0]["index"]["mean"] > plain["ranking"][0]["index"]["mean"], "in force all the while"
    on_screen = call("run", "brief.yaml", *options, "--window", "2027-07:2028-06").stdout
    assert "delivered and landed, 2027-07 to 2028-06" in on_screen


def test_one_policy_is_held_against_another_on_screen_in_json_and_in_the_brief() -> None:
    write_study(Path("here"), EFFECTS, replicates=8, markets=("cocaine", "heroin"))
    document = json.loads(call("compare", "--from", "here", "--against", "other", "--json").stdout)
    assert document["against"]["scenario"] == "other"
    for stage in ("index", "landed"):
        gap = document["against"][stage]["mine"]
        assert gap["carried"]
        assert gap["share_above"] == 1.0
        assert gap["low"] > 0.0
    on_screen = call("compare", "--from", "here", "--against", "other").stdout
    table = on_screen[on_screen.index("Against other, in the same worlds") :]
    assert "8 of 8" in table
    assert f"{document['against']['index']['mine']['mean']:+.0f} [" in table
    call("brief", "here", "--against", "other")
    assert "Against Other, in the same worlds" in page()
    assert f">{document['against']['index']['mine']['mean']:.2f}<" in page()
    assert f">{document['against']['landed']['mine']['mean']:.2f}<" in page()


def test_a_study_from_elsewhere_that_lapsed_is_warned_of_too() -> None:
    folder = write_study(Path("here"), EFFECTS, replicates=2, markets=("cocaine",))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    next(one for one in manifest["scenarios"] if one["name"] == "mine")["lapses"] = 36
    write_manifest(folder, manifest)
    assert read_study(folder)
    assert "warning: mine is not in force from 2029-01 on" in call("compare", "--from", "here").stderr
