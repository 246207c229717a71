"""Tables for spreadsheets: letters stay letters, and no cell is run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from invented_study import Effect, write_study

from countermarket.analysis.comparison import compare_study
from countermarket.analysis.tables import write_tables
from countermarket.results.sheets import harmless, sheet
from countermarket.results.studies import read_study


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_text(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-4.2", "+3", "Türkiye", "", None, -4.2, 3, "a=b"])
def test_what_is_no_formula_stays(cell: object) -> None:
    assert harmless(cell) == cell


def test_a_sheet_begins_with_the_mark_that_tells_its_letters() -> None:
    content = sheet(["name", "=1"], [["Türkiye", None]]).encode()
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [["name", "'=1"], ["Türkiye", ""]]


def test_a_title_that_is_a_formula_is_harmless_in_the_tables_of_a_study(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", {"a": Effect('=HYPERLINK("http://x")', 0.1)}, 2, 48, ("cocaine",))
    write_tables(read_study(folder), compare_study(folder))
    for name in ("comparison.csv", "measures.csv"):
        rows = list(csv.reader((folder / name).read_text(encoding="utf-8-sig").splitlines()))
        assert rows[0][0] in ("rank", "scenario")
        assert not [cell for row in rows for cell in row if cell.startswith("=")]
