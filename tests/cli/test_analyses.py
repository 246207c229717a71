"""Commands that read a saved sweep: what they print, write and refuse."""

from __future__ import annotations

import io
import json
import statistics
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.analysis.swept import read_points
from countermarket.cli.analyses_view import print_drivers
from countermarket.cli.app import app
from countermarket.sweeps import sweep

FILE = """\
title: Sharing in dear and cheap worlds
factors:
  - {lever: alliance.data_sharing_share, low: 0.5, high: 1.0}
  - {parameter: capital_rate, low: 0.01, high: 0.02}
design: {kind: latin_hypercube, samples: 16}
replicates: 2
months: 24
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("swept")
    (folder / "question.yaml").write_text(FILE)
    return sweep.run_sweep(folder / "question.yaml", workers=1, out=folder / "sweep", runner=small_runner())


def call(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def test_analyse_prints_and_keeps_its_chart_and_table(swept: Path) -> None:
    told = call("analyse", str(swept), "--json")
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert (document["method"], document["rows"], document["replicates"]) == ("pawn", 16, 2)
    assert {path.suffix for path in (swept / "figures").glob("drivers_index.*")} == {".svg", ".png", ".csv", ".txt"}
    console = Console(file=io.StringIO(), width=120)
    print_drivers(console, document)
    assert "alliance.data_sharing_share" in console.file.getvalue()  # type: ignore[attr-defined]


def test_discover_says_where_it_fails(swept: Path) -> None:
    middle = str(statistics.median(read_points(swept).results))
    told = call("discover", str(swept), "--below", middle, "--json")
    assert told.exit_code == 0, told.output
    box = json.loads(told.stdout)["boxes"][0]
    assert [one["factor"] for one in box["limits"]] == ["alliance.data_sharing_share"]
    assert box["density"] == 1.0
    assert "alliance.data_sharing_share" in call("discover", str(swept), "--below", middle, "--draws").stdout
    assert "No box" in call("discover", str(swept)).stdout
    assert call("discover", str(swept), "--outcome", "change_harm").exit_code == 2


PACKAGE = """\
title: Mine
changes:
  2027-01:
    alliance.data_sharing_share: 0.8
    alliance.stings: 0.4
"""


def test_attribute_runs_a_package_and_takes_its_folder_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countermarket.sweeps.sweep.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.cli.analyses.keep", lambda chart, folder: None)
    (tmp_path / "mine.yaml").write_text(PACKAGE)
    words = ("--replicates", "2", "--months", "24", "--workers", "1", "--out", str(tmp_path / "s"), "--json")
    told = call("attribute", str(tmp_path / "mine.yaml"), *words)
    assert told.exit_code == 0, told.output
    first, second = json.loads(told.stdout)["parts"]
    assert (first["lever"], second["lever"]) == ("alliance.data_sharing_share", "alliance.stings")
    assert second["value"]["mean"] == pytest.approx(0.0, abs=1e-9), "the small model knows no stings"
    assert first["value"]["mean"] == pytest.approx(json.loads(told.stdout)["package"]["mean"])
    again = call("attribute", str(tmp_path / "s"))
    assert "alliance.stings" in again.stdout
    assert "every combination run, 2 paired draws" in again.stdout


def test_verify_runs_rows_again_and_names_what_differs(swept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countermarket.runs.packaged.packaged_runner", small_runner)
    told = json.loads(call("verify", str(swept), "--workers", "1", "--json").stdout)
    assert (told["checked"], told["same"], told["changed"]) == (4, 4, [])

    def simulate(*run: Any) -> Any:
        outcome = small_runner().simulate(*run)
        return outcome._replace(values=outcome.values * (1 + 1e-12)) if run[2].changes else outcome

    monkeypatch.setattr(
        "countermarket.runs.packaged.packaged_runner", lambda *_: small_runner()._replace(simulate=simulate)
    )
    told = call("verify", str(swept), "--rows", "1", "--workers", "1")
    assert told.exit_code == 1
    assert "0 of 1 rows are the same" in told.stdout
    assert "index" in told.stdout


CHOICE = """\
title: Much sharing or little
factors:
  - {lever: alliance.data_sharing_share, values: [0.2, 0.8]}
design: {kind: grid}
replicates: 10
months: 24
"""


def test_learn_sees_the_options_of_a_sweep_in_its_worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countermarket.cli.analyses.keep", lambda chart, folder: None)
    (tmp_path / "choice.yaml").write_text(CHOICE)
    folder = sweep.run_sweep(tmp_path / "choice.yaml", workers=1, out=tmp_path / "s", runner=small_runner())
    document = json.loads(call("learn", str(folder), "--json").stdout)
    assert document["worlds"] == 10
    assert [(one["option"], one["best_share"]) for one in document["options"]] == [("0.2", 0.0), ("0.8", 1.0)]
    assert document["everything"] == 0.0
    assert "capital_rate" in {one["parameter"] for one in document["parameters"]}
    assert "Best now" not in call("learn", str(folder)).stdout, "nothing is worth knowing"
    assert json.loads(call("learn", str(folder), "--less", "--json").stdout)["best"] == "0.2"


def test_learn_refuses_what_is_not_crossed(swept: Path) -> None:
    told = call("learn", str(swept))
    assert told.exit_code == 2
    assert "Cross them" in told.stderr


@pytest.mark.parametrize("command", ["analyse", "discover"])
def test_what_is_no_sweep_or_no_outcome_is_refused(swept: Path, tmp_path: Path, command: str) -> None:
    assert call(command, str(tmp_path)).exit_code == 2
    told = call(command, str(swept), "--outcome", "indx", *(() if command == "analyse" else ("--below", "1")))
    assert told.exit_code == 2
    assert "Did you mean index?" in told.stderr
