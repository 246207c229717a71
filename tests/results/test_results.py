"""Study folders: written whole or not at all, read back exactly, never over somebody else's files."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clone import ROOT

from countermarket.reading.errors import InputError
from countermarket.results import folders, placing, series, studies, writers
from countermarket.results.rows import KEYS
from countermarket.results.studies import RunRow

RUNS = [
    RunRow(0, "baseline", "", 0, 0, 7, 0),
    RunRow(1, "sharing", "baseline", 0, 0, 7, 1, "failed", "ValueError: no"),
    RunRow(2, "sharing", "baseline", 0, 1, 7, 1),
]


def some_keys() -> dict[str, np.ndarray]:
    rows = [
        ("2026-01", "cocaine", "", "price", "USD per kg"),
        ("2026-01", "heroin", "", "price", "USD per kg"),
        ("2026-02", "cocaine", "", "price", "USD per kg"),
        ("2026-02", "heroin", "", "price", "USD per kg"),
        ("2026-02", "heroin", "GBR", "price", "USD per kg"),
    ]
    keys = {name: np.full(len(rows), "", dtype="U20") for name in KEYS}
    for name, column in zip(
        ("month", "market", "jurisdiction", "measure", "unit"), zip(*rows, strict=True), strict=True
    ):
        keys[name] = np.array(column)
    return keys


def write(folder: Path, kind: str = "study") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    values = [(0, np.array([1.0, 2.0, 3.0, np.nan, 0.1])), (2, np.arange(5) / 3)]
    studies.write_runs(folder, RUNS)
    series.write_series(folder, some_keys(), values)
    studies.write_manifest(folder, {"schema": folders.SCHEMA, "kind": kind, "nothing": float("nan")})
    return folder


def test_a_study_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    study = studies.read_study(write(tmp_path / "s"))
    assert study.runs == RUNS
    assert {name: list(column) for name, column in study.keys.items()} == {
        name: list(column) for name, column in some_keys().items()
    }
    np.testing.assert_array_equal(study.values[0], [1.0, 2.0, 3.0, np.nan, 0.1])
    np.testing.assert_array_equal(study.values[2], np.arange(5) / 3)
    assert np.isnan(study.values[1]).all(), "a run that failed has no values"
    assert study.manifest["nothing"] is None


def test_parts_hold_whole_runs_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr(series, "ROWS_A_PART", 5)
    folder = write(tmp_path / "s")
    parts = sorted((folder / "series.parquet").iterdir())
    assert [part.name for part in parts] == ["part-00000.parquet", "part-00001.parquet"]
    assert studies.read_study(folder).values[2, 4] == 4 / 3
    whole = pq.read_table(folder / "series.parquet")
    assert tuple(whole.column_names) == series.COLUMNS
    assert whole.num_rows == 10


def test_rows_are_selected_and_laid_out(tmp_path: Path) -> None:
    study = studies.read_study(write(tmp_path / "s"))
    assert list(studies.select(study, market="cocaine")) == [0, 2]
    assert list(studies.select(study, month=("2026-02",), jurisdiction="")) == [2, 3]
    labels, values = studies.table(study, "price")
    assert list(labels["market"]) == ["cocaine", "heroin"]
    np.testing.assert_array_equal(values[0], [[1.0, 3.0], [2.0, np.nan]])
    by_place = studies.table(study, "price", ("jurisdiction", "market", "month"))
    assert by_place.values.shape == (3, 1, 1, 1)
    assert studies.table(study, "no such measure").values.shape == (3, 0, 0)
    with pytest.raises(KeyError, match="no key 'colour'"):
        studies.select(study, colour="red")


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "study"

    def interrupted() -> None:
        with folders.staging(out) as partial:
            write(partial)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(out.parent.iterdir()) == []
    with folders.staging(out) as partial:
        assert not out.exists()
        write(partial)
    assert [entry.name for entry in out.parent.iterdir()] == ["study"]


def test_a_study_replaces_its_own_kind_and_nothing_else(tmp_path: Path) -> None:
    out = write(tmp_path / "s")
    (out / "figures").mkdir()
    (out / "figures" / "ranking.svg").write_text("<svg/>")
    (out / ".partial-x-1-brief.html").write_text("killed")
    with folders.staging(out) as partial:
        write(partial)
    assert not (out / "figures").exists()
    with pytest.raises(InputError, match="no sweep of ours"):
        folders.check_out(out, "sweep")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"thesis.docx": "years of work"}, "thesis.docx"),
        ({"manifest.json": json.dumps({"schema": folders.SCHEMA, "kind": "sweep"})}, "no study of ours"),
        ({"manifest.json": "{"}, "no study of ours"),
        ({"manifest.json": "[1]"}, "no study of ours"),
        (
            {"manifest.json": json.dumps({"schema": folders.SCHEMA, "kind": "study"}), "notes.txt": "mine"},
            "notes.txt",
        ),
    ],
)
def test_foreign_folders_are_refused(tmp_path: Path, content: dict[str, str], message: str) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        folders.check_out(tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} == set(content)


def test_a_file_is_no_folder_and_an_empty_folder_is_fine(tmp_path: Path) -> None:
    folders.check_out(tmp_path)
    folders.check_out(tmp_path / "new")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="this is a file"):
        folders.check_out(tmp_path / "file")


def test_what_a_killed_writer_left_is_cleared(tmp_path: Path) -> None:
    here, there = writers._machine(), "0123456789ab"
    names = (f"{here}-999999999-s", f"{here}-999999999-other", f"{there}-999999999-s", f"{here}-1-s")
    dead, *others = [tmp_path / f".partial-{name}" for name in names]
    for left in (dead, *others):
        left.mkdir()
    with folders.staging(tmp_path / "s") as partial:
        write(partial)
    assert not dead.exists()
    assert all(left.exists() for left in others), "of another study, of another machine, of a living writer"


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_what_is_no_study_is_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="study folder"):
        studies.read_study(tmp_path / name)


def test_a_damaged_study_is_said_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "s")
    (folder / "runs.parquet").unlink()
    with pytest.raises(InputError, match="damaged"):
        studies.read_study(folder)


def test_a_broken_part_is_said_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "s")
    next((folder / "series.parquet").iterdir()).write_bytes(b"PAR1")
    with pytest.raises(InputError, match="damaged"):
        studies.read_study(folder)


def test_a_study_without_a_finished_run_can_be_read(tmp_path: Path) -> None:
    studies.write_runs(tmp_path, RUNS[1:2])
    series.write_series(tmp_path, some_keys(), [])
    studies.write_manifest(tmp_path, {"schema": folders.SCHEMA, "kind": "study"})
    study = studies.read_study(tmp_path)
    assert study.values.shape == (1, 0)


def test_the_trace_has_a_column_for_every_field(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    studies.write_trace(tmp_path, [{"run": 0, "kind": "born"}, {"run": 0, "kind": "arrest", "members": 3}])
    assert pq.read_table(tmp_path / "trace.parquet").to_pylist()[1] == {
        "run": 0,
        "kind": "arrest",
        "members": 3,
    }


def test_plain_data_is_json_without_nan() -> None:
    value = {
        "a": np.float64("nan"),
        "b": np.array([1, 2]),
        "c": (float("inf"), True, None),
        "d": {2, 1},
        "e": Path("x"),
    }
    assert studies.plain(value) == {"a": None, "b": [1, 2], "c": [None, True, None], "d": [1, 2], "e": "x"}


def test_the_readme_explains_every_column() -> None:
    from countermarket.analysis import tables
    from countermarket.declared.measures import HEADLINES

    text = (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    ranked = {"rank", "title", "pairs", *(f"{name}_*" for name in tables.HEADLINES), "displacement_*"}
    swept = {"moved_inside", "moved_outside", *HEADLINES}
    for name in {
        *RunRow._fields,
        *series.COLUMNS,
        *tables.MEASURE_COLUMNS,
        *tables.COUNTRY_COLUMNS,
        *folders.OWN_FILES,
        *ranked,
        *swept,
    }:
        assert f"`{name}`" in text or f"`{name}/`" in text, f"{name} is not explained"


def test_the_readme_explains_every_column_of_evidence() -> None:
    from countermarket.evidence.baseline.page import Row
    from countermarket.evidence.history.split import PARTS
    from countermarket.evidence.validation.report import CSV_COLUMNS

    evidence = (ROOT / "results" / "README.md").read_text(encoding="utf-8").partition("\n## Evidence\n")[2]
    of_page = {
        "validation.csv": CSV_COLUMNS,
        "routes.csv, levels.csv": Row._fields,
        "history.csv": ("number", "growth_low", "runs", *(f"log_{part}*" for part in ("detected", *PARTS))),
    }
    for name, columns in of_page.items():
        section = evidence.partition(f"### {name}\n")[2].partition("\n#")[0]
        assert [column for column in columns if f"`{column}`" not in section] == [], name


def test_fields_say_their_units(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    part = next((write(tmp_path / "s") / "series.parquet").glob("*.parquet"))
    field = pq.read_schema(part).field("value")
    assert json.loads(field.metadata[b"units"]) == {"price": "USD per kg"}
    assert pq.read_schema(part).field("period").metadata


def test_one_array_never_holds_two_periods() -> None:
    """A quarter's row and its last month's have one month label; the shortest period is meant if none is named."""
    from countermarket.results.rows import laid_out

    periods = ("month", "month", "month", "quarter")
    columns = {"month": ("2026-01", "2026-02", "2026-03", "2026-03"), "period": periods, "market": ("cocaine",) * 4}
    keys = {name: np.array(columns.get(name, ("",) * 4)) for name in KEYS} | {"measure": np.full(4, "price")}
    values = np.array([[1.0, 2.0, 3.0, 2.5]])
    assert laid_out(keys, values, "price").values.tolist() == [[[1.0, 2.0, 3.0]]]
    assert laid_out(keys, values, "price", period="quarter").values.tolist() == [[[2.5]]]


# --- damage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["series.parquet/part-00000.parquet", "runs.parquet", "manifest.json"])
def test_no_flipped_bit_is_believed(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "s")
    path = folder / name
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        with pytest.raises(InputError):
            studies.read_study(folder)
    path.write_bytes(whole)
    assert studies.read_study(folder).runs == RUNS


def rewritten(part: Path, change: Callable[[Any], Any], **options: Any) -> None:
    """Write a part anew, as another program would."""
    import pyarrow.parquet as pq

    pq.write_table(change(pq.read_table(part)), part, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table, "a row group of one run"),
        (lambda table: table.select(table.column_names[::-1]), "other columns"),
        (lambda table: table.drop_columns(["unit"]), "damaged"),
        (lambda table: table.slice(0, 9), "rows of every run"),
        (lambda table: table.take([0, 1, 2, 3, 4, 5, 6, 7, 0, 9]), "one run after the other"),
        (lambda table: table.slice(0, 5), "holds nothing of run 2"),
        (lambda table: table.take([*range(5), *range(5)]), "run 0, which is not to be there"),
    ],
)
def test_rows_and_columns_are_checked_whatever_the_checksums_say(
    tmp_path: Path, change: Callable[[Any], Any], message: str
) -> None:
    folder = write(tmp_path / "s")
    options = {} if message == "a row group of one run" else {"row_group_size": 5}
    rewritten(folder / "series.parquet" / "part-00000.parquet", change, **options)
    with pytest.raises(InputError, match=r"part-00000\.parquet is not as it was written"):
        studies.read_study(folder)
    studies.write_manifest(folder, json.loads((folder / "manifest.json").read_text()))
    with pytest.raises(InputError, match=message):
        studies.read_study(folder)


def test_parts_that_are_missing_or_foreign_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "s")
    part = folder / "series.parquet" / "part-00000.parquet"
    (part.with_name("part-00001.parquet")).write_bytes(part.read_bytes())
    with pytest.raises(InputError, match=r"part-00001\.parquet was not written by this study"):
        studies.read_study(folder)
    part.rename(part.with_name("part-00001.parquet"))
    with pytest.raises(InputError, match=r"part-00000\.parquet is missing"):
        studies.read_study(folder)


# --- where a study comes to stand --------------------------------------------------------------------------


def staged(out: Path) -> None:
    """Write a study where it is to stand, as a run does."""
    folders.check_out(out)
    with folders.staging(out) as partial:
        write(partial)


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


WHOLE = {"manifest.json", "runs.parquet", "series.parquet"}


@pytest.mark.parametrize("name", ["figures/notes.txt", "series.parquet/mine.csv", "world/legs.csv", "figures/a/b.svg"])
def test_a_strangers_file_in_a_folder_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    out = write(tmp_path / "s")
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(InputError, match=name.split("/")[1]):
        folders.check_out(out)


def test_a_study_in_a_world_of_ones_own_replaces_itself(tmp_path: Path) -> None:
    out = write(tmp_path / "s")
    for name in ("legs.csv", "base/legs.csv"):
        (out / "world" / name).parent.mkdir(parents=True, exist_ok=True)
        (out / "world" / name).write_text("ours")
    studies.write_manifest(out, json.loads((out / "manifest.json").read_text()))
    staged(out)
    assert names_in(out) == WHOLE


def test_names_of_charts_are_known_to_whoever_clears_them_away() -> None:
    from countermarket.charts import MAKERS

    assert tuple(name for name, _ in MAKERS) == folders.FIGURES


@pytest.mark.parametrize("name", ["\ud800", "a\udcff", "nul\0"])
def test_names_that_cannot_be_written_are_refused_first(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no file can have this name"):
        folders.check_out(tmp_path / name)


@pytest.mark.parametrize("name", ["word:study", "s" * 250, "[a-z]*", "Türkiye"])
def test_any_other_name_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        staged(Path(name))
        assert studies.read_study(Path(name)).runs == RUNS
    assert names_in(tmp_path) == {name}


def test_a_link_is_followed_and_a_dangling_one_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link, dangling = tmp_path / "link", tmp_path / "dangling"
    link.symlink_to(tmp_path / "real")
    dangling.symlink_to(tmp_path / "nowhere")
    staged(link)
    assert link.is_symlink()
    assert names_in(tmp_path / "real") == WHOLE
    with pytest.raises(InputError, match="leads nowhere"):
        folders.check_out(dangling)


def test_the_folder_one_stands_in_is_filled_not_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    number = tmp_path.stat().st_ino
    for _ in range(2):
        staged(Path())
        assert names_in(tmp_path) == WHOLE
    assert tmp_path.stat().st_ino == number
    assert studies.read_study(Path()).runs == RUNS


@pytest.mark.parametrize("is_known", [True, False])
def test_a_mount_is_filled_not_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_known: bool) -> None:
    out = tmp_path / "volume"
    out.mkdir()
    replace = os.replace

    def busy(source: Path, target: Path) -> None:
        if out in (Path(source), Path(target)):
            raise OSError(errno.EBUSY, "Device or resource busy")
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    if is_known:
        monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == out)
    for _ in range(2):
        staged(out)
        assert names_in(out) == WHOLE
        assert names_in(tmp_path) == {"volume"}
    assert studies.read_study(out).runs == RUNS


def test_a_killed_move_is_a_damaged_study_that_can_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "s"
    monkeypatch.setattr(folders, "is_fixed", lambda out: out.is_dir())
    out.mkdir()
    replace, moved = os.replace, []

    def killed(source: Path, target: Path) -> None:
        replace(source, target)
        moved.append(Path(target).name)
        if len(moved) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(placing.os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            staged(out)
    with pytest.raises(InputError, match="is missing"):
        studies.read_study(out)
    staged(out)
    assert names_in(out) == WHOLE


def test_two_writers_of_one_folder_leave_a_whole_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "s"
    with folders.staging(out) as first:
        write(first)
        with monkeypatch.context() as patched:
            patched.setattr(writers, "_machine", lambda: "another")
            with folders.staging(out) as second:
                assert first != second
                write(second)
    assert studies.read_study(out).runs == RUNS
    assert names_in(tmp_path) == {"s"}


def test_runs_that_cannot_come_to_their_place_are_kept_beside(tmp_path: Path) -> None:
    out = tmp_path / "s"

    def meanwhile_occupied() -> None:
        with folders.staging(out) as partial:
            write(partial)
            out.mkdir()
            (out / "thesis.docx").write_text("years of work")

    with pytest.raises(folders.NotPlacedError, match=r"thesis\.docx.*is kept in .*s-kept-1"):
        meanwhile_occupied()
    assert studies.read_study(tmp_path / "s-kept-1").runs == RUNS
    assert names_in(out) == {"thesis.docx"}


def test_what_fails_after_the_runs_loses_none(tmp_path: Path) -> None:
    def failing() -> None:
        with folders.staging(tmp_path / "s") as partial:
            write(partial)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert studies.read_study(tmp_path / "s").runs == RUNS
