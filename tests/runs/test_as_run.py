"""A study keeps what it ran: lines, members, sources and texts, whatever becomes of the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.analysis.comparison import compare_study
from countermarket.brief.content import write_brief
from countermarket.cli.app import app
from countermarket.runs.experiment import Experiment
from countermarket.runs.study import run_study

POLICY = """\
title: Share more
# a source of my own
effort: add
changes:
  2027-01:
    agencies.finance_share: {GBR: 0.19}
    alliance.members: [GBR, USA]
    alliance.data_sharing_share: {value: 0.9, ramp_months: 12}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study whose scenario was edited after it was read, and again after it ran."""
    path = tmp_path / "more.yaml"
    path.write_text(POLICY)
    experiment = Experiment(str(path), 2, months=36, central=True)
    path.write_text(POLICY.replace("0.9", "0.1"))
    return run_study(experiment, workers=1, out=tmp_path / "study", runner=small_runner())


def test_the_text_that_was_run_is_kept(study: Path) -> None:
    (ran,) = compare_study(study)["as_run"]
    assert ran["text"] == POLICY
    assert ran["baseline_text"].startswith("# Every lever at its present value")


def test_each_line_is_kept_with_dates_members_and_source(study: Path) -> None:
    (ran,) = compare_study(study)["as_run"]
    line = next(one for one in ran["lines"]["changes"] if one["lever"] == "alliance.data_sharing_share")
    assert (line["after"], line["when"], line["whom"]) == ("0.9", "2027-01 to 2027-12", "members (2)")
    assert line["source"]
    assert ["from 2027-01", ["GBR", "USA"]] in ran["lines"]["members"]


def test_the_brief_lists_each_line_and_shows_the_text(study: Path) -> None:
    page = write_brief(study).read_text(encoding="utf-8")
    assert "a source of my own" in page
    assert "2027-01 to 2027-12" in page
    assert "ramp_months: 12" in page
    assert "{value: 0.1" not in page


def test_what_effort_means_and_the_officers_it_takes_are_kept(study: Path) -> None:
    (ran,) = compare_study(study)["as_run"]
    told = "effort is added, and paid: from 2027-01 10.0% more officers for GBR, about 2,100"
    assert ran["lines"]["effort"] == told


def test_compare_from_shows_what_was_run_and_says_that_the_file_was_edited(study: Path) -> None:
    said = CliRunner().invoke(app, ["compare", "--from", str(study)])
    assert said.exit_code == 0, said.output
    assert "As run: more" in said.output
    assert "0.9" in said.output
    assert "has been edited since" in " ".join(said.output.split())


def test_the_window_and_the_other_are_asked_of_briefs_too(study: Path) -> None:
    asked = ["--window", "2027-07:2028-06"]
    assert CliRunner().invoke(app, ["brief", str(study), *asked]).exit_code == 0
    assert "July 2027" in (study / "brief.html").read_text(encoding="utf-8")
    document = CliRunner().invoke(app, ["compare", "--from", str(study), *asked, "--json"])
    assert json.loads(document.stdout)["window"] == ["2027-07", "2028-06"]
    refused = CliRunner().invoke(app, ["brief", str(study), "--window", "2050-01:2051-12"])
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--window", "2050-01:2051-12"], "the study has 2026-01 to 2028-12"),
        (["--window", "2027"], "FIRST:LAST"),
        (["--against", "nobody"], "is not ranked here"),
        (["--against", "baseline"], "is not ranked here"),
    ],
)
def test_what_cannot_be_answered_is_refused_before_any_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("runs were begun")

    monkeypatch.setattr("countermarket.experiment.run", never)
    asked = ["compare", "sanctions_only", "alliance", "--months", "36", "--out", str(tmp_path / "s"), *options]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 2, said.output
    assert message in " ".join(said.output.split())
