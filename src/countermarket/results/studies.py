"""A study on disk: the one writer and the one reader of what is in study folders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.reading.errors import InputError
from countermarket.results import checksums
from countermarket.results.folders import create_text, kind_of, refused, replace_text
from countermarket.results.rows import Table, laid_out, matching
from countermarket.results.series import Values, on_disk, read_series, write_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RunRow(NamedTuple):
    """One run of a study: who ran in which world with which luck, and how it went."""

    run: int
    scenario: str
    reference: str
    draw: int
    replicate: int
    seed: int
    design_row: int
    status: str = "done"
    message: str = ""


class Study(NamedTuple):
    """A study read back: every run has the same rows, so the values are as one matrix."""

    path: Path
    manifest: dict[str, Any]
    runs: list[RunRow]
    keys: dict[str, NDArray[np.str_]]
    """Columns month, market, ..., unit of the rows all runs share. str, (rows,)"""
    values: Values
    """(runs, rows); NaN where undefined, and throughout for a run that failed. Read when asked for."""

    def moved(self, path: Path) -> Study:
        """The same study at another place, to which it has been or will be moved."""
        return self._replace(path=path, values=self.values.moved(path))


# --- writing ----------------------------------------------------------------------------------------------


def write_json(path: Path, document: dict[str, Any]) -> Path:
    """One JSON document, undefined numbers as null, keys in the order given."""
    return replace_text(path, json_text(document))


def json_text(document: dict[str, Any]) -> str:
    """A document as it stands in its file."""
    return json.dumps(plain(document), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def write_manifest(folder: Path, document: dict[str, Any]) -> Path:
    """manifest.json, written last of all: with the checksums of what stands beside it, and its own."""
    return write_json(folder / "manifest.json", _sealed(folder, document))


def begin_manifest(folder: Path, document: dict[str, Any]) -> None:
    """manifest.json of a folder that is filled afterwards, unless another writer has begun it."""
    create_text(folder / "manifest.json", json_text(_sealed(folder, document)))


def _sealed(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    """A manifest with checksums."""
    held: dict[str, Any] = plain(document | {"checksums": checksums.of_files(folder)})
    return held | {"checksum": checksums.of_document(held)}


def plain(value: Any) -> Any:
    """The same value in types JSON knows: NaN and infinities become None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return str(value)


def write_runs(folder: Path, runs: Sequence[RunRow]) -> None:
    """runs.parquet: a row per run, failed ones too."""
    import pyarrow as pa

    columns = {name: [getattr(run, name) for run in runs] for name in RunRow._fields}
    types = {int: pa.int64(), str: pa.string()}
    fields = [(name, types[type(columns[name][0])]) for name in RunRow._fields]
    write_table(pa.table(columns, schema=pa.schema(fields)), folder / "runs.parquet")


def write_trace(folder: Path, events: Sequence[dict[str, Any]]) -> None:
    """trace.parquet: events in the lives of groups, enablers and cases; a column for every field any has."""
    import pyarrow as pa

    names = dict.fromkeys(name for event in events for name in event)
    table = pa.Table.from_pylist([{name: plain(event.get(name)) for name in names} for event in events])
    write_table(table, folder / "trace.parquet")


# --- reading ----------------------------------------------------------------------------------------------


def read_manifest(folder: Path, kind: str = "study") -> dict[str, Any]:
    """The manifest of a study folder, as it was written; InputError where there is none, or it is another's."""
    if not folder.is_dir():
        raise refused(folder, "there is no such folder; give the study folder that run or compare printed")
    if kind == "study" and kind_of(folder) == "sweep":
        raise refused(
            folder,
            "this is a sweep: it has no ranking and no brief. sweep.parquet in it has a row for each point, which its "
            "manifest.json explains; `countermarket sweep` with its study file goes on with it",
        )
    if kind_of(folder) != kind:
        raise refused(folder, f"this is no {kind} folder: its manifest.json is missing or is not one of ours")
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    try:
        is_whole = manifest.get("checksum") == checksums.of_document(manifest)
    except RecursionError:
        is_whole = False
    if not is_whole:
        raise _damaged(folder, kind, "manifest.json is not as it was written, or an earlier version wrote it")
    return manifest


def _damaged(folder: Path, kind: str, what: object) -> InputError:
    """What is damaged, and what to do."""
    remedy = "run it again" if kind == "study" else "remove the folder and begin it anew, or choose another --out"
    return refused(folder, f"this {kind} is damaged ({what}); {remedy}")


def read_study(folder: Path | str) -> Study:
    """A study: manifest, runs, shared keys, and values, of which what is asked for is read."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    try:
        if fault := checksums.damage(folder, manifest["checksums"]):
            raise ValueError(fault)
        runs = _read_runs(folder)
        done = {row.run: place for place, row in enumerate(runs) if row.status == "done"}
        keys, values = read_series(folder, len(runs), done)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise _damaged(folder, "study", error) from error
    return Study(folder, manifest, runs, keys, values)


def _read_runs(folder: Path) -> list[RunRow]:
    """Every run of a study, in order."""
    import pyarrow.parquet as pq

    columns = pq.read_table(on_disk(folder / "runs.parquet")).to_pydict()
    return [RunRow(*row) for row in zip(*(columns[name] for name in RunRow._fields), strict=True)]


def select(study: Study, **where: str | Sequence[str]) -> NDArray[np.intp]:
    """Rows whose keys have these values (one, or any of several); a key not named may be anything."""
    return matching(study.keys, **where)


def table(study: Study, measure: str, by: Sequence[str] = ("market", "month"), **where: str) -> Table:
    """One measure of every run by these keys; keys neither in `by` nor in `where` must be empty."""
    import numpy as np

    return laid_out(study.keys, np.asarray(study.values), measure, by, **where)
