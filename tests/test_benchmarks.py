"""The benchmarks measure what they say: slopes, counts, races, and a page that is written between its markers."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clone import ROOT

from benchmarks import ceiling, measure, operations, page, race, report, scaling
from benchmarks.mechanisms import mechanism_shares
from countermarket.model.month import MONTH
from countermarket.model.state import crime
from twin import trade


def measured(months: float = 0.001) -> measure.Measured:
    """Invented times: the twin takes 150 times as long as the package, the face twice."""
    times = {"ours": [months, 2 * months], "face": [2 * months, 4 * months], "twin": [150 * months, 300 * months]}
    core = ceiling.Core(1e10, 2e10, 1e9)
    return measure.Measured(
        races=[race.Race(1_000, 1_100, 120, 120, times)],
        runs=[race.DefaultRun(1_000, [0.05, 0.07, 0.06], False)],
        shares=[],
        growth=[scaling.Growth("groups", [1_000, 10_000], [0.001, 0.01])],
        memory={"nothing": {0: 100.0}, "ours": {1_000: 200.0}},
        start_up={"import": 1.0},
        ceiling=ceiling.Ceiling(core, 4_000.0, 1_000.0, 8.0),
        profile=[("trade.ship", 0.2)],
        throughput=None,
        first_compile=None,
        study_layer=None,
        whole_study=None,
    )


def test_the_slope_of_a_power_is_its_exponent() -> None:
    assert scaling.slope([1, 10, 100], [3.0, 3.0 * 10**1.5, 3.0 * 10**3.0]) == pytest.approx(1.5)


def test_ratios_are_taken_within_rounds() -> None:
    assert measured().races[0].ratios("twin", "ours") == pytest.approx([150.0, 150.0])


def test_the_document_has_what_others_look_for() -> None:
    document = measure.as_json(measured())
    assert document["ratio_to_mesa_1000"] == pytest.approx(150.0)
    assert document["seconds_per_run_1000"] == 0.06
    assert document["scaling_exponent_groups"] == pytest.approx(1.0)
    assert str(ROOT) not in str(document)


def test_targets_say_what_was_met_and_leave_out_what_was_not_measured() -> None:
    verdicts = {row[0]: row[3] for row in report.aims(measured()).rows}
    assert verdicts["package over twin, 1,000 groups"] == "met"
    assert "throughput of two processes" not in verdicts
    slow = measured()._replace(runs=[race.DefaultRun(1_000, [1.0], False)])
    assert ["one default run, 1,000 groups", "at most 60 ms", "1,000", "missed"] in report.aims(slow).rows


def test_figures_are_written_between_the_markers_only(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{page.BEGIN}old\n{page.END}\nafter\n", encoding="utf-8")
    page.renew(file, measured(), is_quick=True)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{page.BEGIN}Measured on ")
    assert text.endswith(f"{page.END}\nafter\n")
    assert "old" not in text
    assert "| 1,000 | 1.5 | 3 | 225 | 150 | 150 to 150 | 75 | 75 to 75 |" in text
    file.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="no <!-- figures -->"):
        page.renew(file, measured(), is_quick=True)


def test_counted_numbers_count_what_is_done_with_them() -> None:
    operations.Tally.arithmetic = 0
    value = 2.0 * operations.Counted(3.0) + 1 - operations.Counted(2.0) ** 2
    assert value == 3.0
    assert operations.Tally.arithmetic == 4


def test_a_month_of_the_twin_is_counted() -> None:
    found = operations.operations(60)
    assert found.arithmetic > 500.0
    assert found.functions > 5.0
    assert trade.exp is math.exp


def test_bytes_are_those_of_columns_that_are_named() -> None:
    whole = sum(crime.GROUP[name].itemsize for name in crime.GROUP.names or ())
    assert 3 * whole < ceiling.touched_bytes() < len(MONTH) * whole


def test_every_side_runs_every_round() -> None:
    found = race.race(60, 1, 2, spin_up=3)
    assert {side: len(times) for side, times in found.seconds.items()} == {"ours": 2, "face": 2, "twin": 2}
    assert found.ratio("twin", "ours") > 1.0


def test_shares_of_a_month_add_up() -> None:
    found = mechanism_shares(60, 2, 3)
    assert len(found.seconds) == len(MONTH) + 2
    assert sum(found.share(name) for name in found.seconds) == pytest.approx(1.0)


def test_a_copy_of_the_folders_runs_beside_the_installed_package(tmp_path: Path) -> None:
    for folder in ("benchmarks", "twin"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    beside = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = "import benchmarks.__main__, benchmarks.measure, benchmarks.race, benchmarks.processes, benchmarks.ceiling"
    for words in (["-m", "benchmarks", "--help"], ["-c", code]):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=beside, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_page_shows_measured_figures() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    figures = text.partition(page.BEGIN)[2].partition(page.END)[0]
    assert figures.startswith("Measured on ")
    assert "In a hurry" not in figures
