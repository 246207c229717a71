"""What the operating system refuses is one line and a documented code, whatever the command and the path."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clone import ROOT
from invented_study import Effect, write_study
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.cli import console
from countermarket.cli.app import app
from countermarket.results import folders, studies

GOOD = "title: Mine\nchanges:\n  2027-01:\n    alliance.data_sharing_share: 0.6\n"
LONG = "x" * 3000
SMALL = ("--replicates", "1", "--months", "24")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("countermarket.runs.study.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.charts.draw_all", lambda folder: [])
    Path("file").write_text("mine")
    Path("folder").mkdir()
    Path("good.yaml").write_text(GOOD)


def call(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    """The one line that a command says before it ends with a documented code."""
    told = call(*words)
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code in (1, 2)
    lines = [line for line in told.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert len(lines[0]) < 700
    return str(lines[0])


@pytest.mark.parametrize(
    "words",
    [
        ("levers", "--baseline", LONG), ("levers", "--baseline", "folder"), ("levers", "--baseline", "file/x"),
        ("run", LONG), ("run", "folder"), ("run", "good.yaml", "--world", LONG), ("run", "good.yaml", "--model", LONG),
        ("compare", "--from", LONG), ("compare", "--from", "file"), ("compare", "--from", "file/x"),
        ("brief", LONG), ("brief", "folder"), ("check", LONG), ("check", "folder", "--world", "file"),
        ("sweep", LONG), ("sweep", "folder"), ("new-world", LONG), ("new-world", "file/x"), ("new", "file/x"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_one_line_and_wrong_input(words: tuple[str, ...]) -> None:
    said(*words)
    assert call(*words).exit_code == 2


@pytest.mark.parametrize("out", ["file", "file/x", LONG, "x" * 256, "a\udcff", "folder"])
@pytest.mark.parametrize("command", ["run", "sweep"])
def test_an_out_that_cannot_be_is_one_line_before_the_first_run(
    out: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("folder", "thesis.docx").write_text("years of work")
    monkeypatch.setattr("countermarket.sweeps.sweep.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.runs.study.run_all", None)
    monkeypatch.setattr("countermarket.sweeps.sweep.run_all", None)
    words = ("run", "good.yaml", *SMALL) if command == "run" else ("sweep", "alliance_levers")
    said(*words, "--out", out)


@pytest.mark.parametrize("name", ["a**b.yaml", "🚀" * 60 + ".yaml", "word:x.yaml", "[a].yaml", "-a b.yaml", "é.yaml"])
def test_any_name_of_a_file_will_do(name: str) -> None:
    Path(name).write_text(GOOD)
    told = call("run", *SMALL, "--", name)
    assert told.exit_code == 0, told.stderr
    (folder,) = Path("results").iterdir()
    assert studies.read_study(folder).manifest["scenarios"][1]["title"] == "Mine"


def test_a_full_disk_is_one_line_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "series.parquet")

    monkeypatch.setattr(studies, "write_runs", full)
    assert said("run", "good.yaml", *SMALL, "--out", "s") == "error: series.parquet: No space left on device"
    assert call("run", "good.yaml", *SMALL, "--out", "s").exit_code == 1
    assert not [name for name in os.listdir() if name not in ("file", "folder", "good.yaml")]


def test_runs_kept_elsewhere_are_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(folders, "put_in_place", refuse)
    line = said("run", "good.yaml", *SMALL, "--out", "s")
    assert "Input/output error; the study is whole and is kept in" in line
    assert studies.read_study(Path("s-kept-1")).runs


def test_a_brief_that_cannot_be_written_is_one_line() -> None:
    folder = write_study(Path("s"), {"a": Effect("A", 0.1)}, 2, 12, ("cocaine",))
    (folder / "brief.html").mkdir()
    assert "brief.html: Is a directory" in said("brief", "s")


def test_a_baseline_without_levers_is_one_line() -> None:
    Path("file").write_text("title: T\nquestion: Q\n")
    assert "levers: is missing" in said("levers", "--baseline", "file")
    assert "levers: is missing" in said("run", "good.yaml", "--baseline", "file")


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "manifest",
    ["", "{", "[]", "null", "7", '{"schema": 3}', '{"schema": "countermarket/study/1", "kind": []}', DEEP,
     '{"schema": "countermarket/study/1", "kind": "study"}', "\ufeff{}", "9" * 5000,
     '{"schema": "countermarket/study/1", "kind": "study", "checksums": 3, "checksum": []}',
     f'{{"schema": "countermarket/study/1", "kind": "study", "a": {"[" * 900 + "]" * 900}}}'],
)  # fmt: skip
@pytest.mark.parametrize("words", [("brief", "s"), ("compare", "--from", "s")])
def test_any_manifest_is_read_or_refused(manifest: str, words: tuple[str, ...]) -> None:
    write_study(Path("s"), {"a": Effect("A", 0.1)}, 2, 12, ("cocaine",))
    Path("s", "manifest.json").write_text(manifest)
    line = said(*words)
    assert "no study" in line or "damaged" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full device is a thing of Linux")
@pytest.mark.parametrize("words", [("levers",), ("levers", "--help"), ("check", "--schema"), ("check", "good.yaml")])
@pytest.mark.parametrize("output", [">/dev/full", ">&-", "| true"])
def test_an_output_that_takes_nothing_is_one_line(words: tuple[str, ...], output: str) -> None:
    line = f"{sys.executable} -m countermarket {' '.join(words)} {output}"
    paths = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], env=os.environ | paths, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 1 or output == "| true"
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


SWEPT = """\
title: How much sharing?
factors:
  - {lever: alliance.data_sharing_share, low: 0.5, high: 1.0}
design: {kind: grid, levels: 3}
months: 24
"""


def test_a_sharded_sweep_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countermarket.sweeps.sweep.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.sweeps.sweep.PAIRS_A_CHUNK", 2)
    Path("question.yaml").write_text(SWEPT)
    assert "has not been begun" in said("sweep", "question.yaml", "--status", "--out", "s")
    told = call("sweep", "question.yaml", "--shard", "1/2", "--out", "s", "--workers", "1")
    assert told.exit_code == 0
    assert "--status says how far" in told.stderr
    told = call("sweep", "question.yaml", "--shard", "1/2", "--status", "--out", "s")
    assert told.stdout.splitlines() == [
        "1/2: 2 points done, 0 failed, 0 left", "2/2: 0 points done, 0 failed, 1 left",
        "all: 2 points done, 0 failed, 1 left",
    ]  # fmt: skip
    assert call("sweep", "question.yaml", "--out", "s", "--workers", "1", "--retry-failed").exit_code == 0
    assert "this is a sweep" in said("compare", "--from", "s")


def test_without_a_terminal_a_line_now_and_then_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter((0.0, 1.0, 61.0, 61.0, 62.0, 125.0, 125.0))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    with console.progress_bar("sweeping") as progress:
        for done in range(1, 5):
            progress(done, 2000, "row 1")
    assert capsys.readouterr().err.splitlines() == ["sweeping: 2 of 2,000", "sweeping: 4 of 2,000"]
