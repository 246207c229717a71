"""A study on disk: the one writer and the one reader of what is in study folders."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.reading.errors import InputError
from countermarket.results import checksums
from countermarket.results.folders import kind_of, refused, replace_text
from countermarket.results.rows import KEYS, Table, laid_out, matching, meanings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

COLUMNS = ("run", *KEYS[:-1], "value", "unit")
ROWS_A_PART = 1_000_000


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
    """A study read back: every run has the same rows, so the values are one matrix."""

    path: Path
    manifest: dict[str, Any]
    runs: list[RunRow]
    keys: dict[str, NDArray[np.str_]]
    """Columns month, market, ..., unit of the rows all runs share. str, (rows,)"""
    values: NDArray[np.float64]
    """(runs, rows); NaN where undefined, and throughout for a run that failed."""


# --- writing ----------------------------------------------------------------------------------------------


def write_json(path: Path, document: dict[str, Any]) -> Path:
    """One JSON document, undefined numbers as null, keys in the order given."""
    return replace_text(
        path, json.dumps(plain(document), indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    )


def write_manifest(folder: Path, document: dict[str, Any]) -> Path:
    """manifest.json, written last of all: with the checksums of what stands beside it, and its own."""
    held = plain(document | {"checksums": checksums.of_files(folder)})
    return write_json(folder / "manifest.json", held | {"checksum": checksums.of_document(held)})


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


def on_disk(path: Path) -> str:
    """A path as parquet files are asked for: `x:y` alone would be taken for an address of the web."""
    return os.path.join(os.curdir, path)


def write_table(table: Any, path: Path) -> None:
    """A table as a file of its own."""
    import pyarrow.parquet as pq

    pq.write_table(table, on_disk(path), compression="zstd")


def write_series(
    folder: Path, keys: dict[str, NDArray[np.str_]], outcomes: Iterable[tuple[int, Any]]
) -> None:
    """series.parquet: a folder of parts, each of whole runs in the order they are given.

    A part holds about a million rows and a row group is one run, so that a reader can take the keys from the
    first row group and only the values from the rest. Nothing is prepared before the first outcome is there: by then
    the processes that make them are at work.
    """
    target = folder / "series.parquet"
    target.mkdir()
    columns: dict[str, pa.DictionaryArray] = {}
    told = meanings(keys)
    runs_a_part = max(1, ROWS_A_PART // max(1, len(keys["month"])))
    writer: Any = None
    try:
        for count, (run, values) in enumerate(outcomes):
            columns = columns or {name: _dictionary_column(keys[name]) for name in KEYS}
            table = _run_table(run, columns, values, told)
            if count % runs_a_part == 0:
                writer = _next_part(writer, target / f"part-{count // runs_a_part:05d}.parquet", table)
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    finally:
        if writer is not None:
            writer.close()


def _next_part(writer: Any, path: Path, table: pa.Table) -> Any:
    """Close the part in hand and open the next."""
    import pyarrow.parquet as pq

    if writer is not None:
        writer.close()
    return pq.ParquetWriter(
        on_disk(path),
        table.schema,
        compression="lz4",  # a twentieth larger than zstd, a third less time
        use_dictionary=["run", *KEYS],
        write_statistics=["run"],  # nobody skips row groups by a key: half the time of writing
        column_encoding={"value": "BYTE_STREAM_SPLIT"},
    )


def _dictionary_column(column: NDArray[np.str_]) -> pa.DictionaryArray:
    """A text column as integers into its distinct values."""
    import pyarrow as pa

    return pa.array(column, pa.string()).dictionary_encode()


def _run_table(
    run: int,
    columns: dict[str, pa.DictionaryArray],
    values: NDArray[np.float64],
    meanings: dict[str, dict[str, str]],
) -> pa.Table:
    """The rows of one run, in the contract's order of columns.

    No column may hold nulls, or each value would be written with a mark that says it is none.
    """
    import numpy as np
    import pyarrow as pa

    held = dict(columns)
    held["run"] = pa.array(np.full(len(values), run, np.int32))
    held["value"] = pa.array(np.ascontiguousarray(values, np.float64))
    schema = pa.schema(
        [pa.field(name, held[name].type, nullable=False, metadata=meanings.get(name)) for name in COLUMNS]
    )
    return pa.Table.from_arrays([held[name] for name in COLUMNS], schema=schema)


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
    """The whole study in memory: manifest, runs, shared keys, and one matrix of values."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    try:
        if fault := checksums.damage(folder, manifest["checksums"]):
            raise ValueError(fault)
        runs = _read_runs(folder)
        keys, values = _read_series(folder, runs)
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise _damaged(folder, "study", error) from error
    return Study(folder, manifest, runs, keys, values)


def _read_runs(folder: Path) -> list[RunRow]:
    """Every run of a study, in order."""
    import pyarrow.parquet as pq

    columns = pq.read_table(on_disk(folder / "runs.parquet")).to_pydict()
    return [RunRow(*row) for row in zip(*(columns[name] for name in RunRow._fields), strict=True)]


def _read_series(
    folder: Path, runs: Sequence[RunRow]
) -> tuple[dict[str, NDArray[np.str_]], NDArray[np.float64]]:
    """Keys from the first run, values of all; rows of runs that left none stay NaN."""
    import numpy as np

    parts = sorted((folder / "series.parquet").glob("part-*.parquet"))
    keys = _keys_of(parts[0]) if parts else {name: np.array([], dtype=np.str_) for name in KEYS}
    rows = len(keys["month"])
    values = np.full((len(runs), rows), np.nan)
    left = {row.run: place for place, row in enumerate(runs) if row.status == "done"}
    for part in parts:
        for run, of_run in _runs_in(part, rows):
            if run not in left:
                raise ValueError(f"{part.name} holds run {run}, which is not to be there, or not twice")
            values[left.pop(run)] = of_run
    if left:
        raise ValueError(f"series.parquet holds nothing of run {min(left)}, which is said to be done")
    return keys, values


def _keys_of(part: Path) -> dict[str, NDArray[np.str_]]:
    """The keys of the first run, which all runs share: the first row group."""
    import pyarrow.parquet as pq

    first = pq.ParquetFile(on_disk(part), read_dictionary=list(KEYS)).read_row_group(0, columns=["run", *KEYS])
    if len(first["run"].unique()) != 1:
        raise ValueError(f"{part.name} does not begin with a row group of one run")
    return {name: _text_column(first[name]) for name in KEYS}


def _runs_in(part: Path, rows: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """The runs of a part with their values. ValueError unless columns and rows stand as they are written."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(on_disk(part))
    kinds = [file.schema_arrow.field(name).type for name in ("run", "value")]
    if tuple(file.schema_arrow.names) != COLUMNS or kinds != [pa.int32(), pa.float64()]:
        raise ValueError(f"{part.name} has other columns than a study has")
    table = file.read(columns=["run", "value"], use_threads=False)
    of_row = table["run"].to_numpy()
    if table["value"].null_count or len(of_row) % rows or not np.array_equal(of_row, of_row[::rows].repeat(rows)):
        raise ValueError(f"{part.name} does not hold {rows:,} rows of every run, one run after the other")
    values: NDArray[np.float64] = table["value"].to_numpy().reshape(-1, rows)
    yield from zip(of_row[::rows].tolist(), values, strict=True)


def _text_column(column: pa.ChunkedArray) -> NDArray[np.str_]:
    """A column of few distinct texts: each is decoded once."""
    import numpy as np

    whole = column.unify_dictionaries().combine_chunks()
    labels = np.array(whole.dictionary.to_pylist(), dtype=np.str_)
    texts: NDArray[np.str_] = labels[whole.indices.to_numpy()]
    return texts


def select(study: Study, **where: str | Sequence[str]) -> NDArray[np.intp]:
    """Rows whose keys have these values (one, or any of several); a key not named may be anything."""
    return matching(study.keys, **where)


def table(study: Study, measure: str, by: Sequence[str] = ("market", "month"), **where: str) -> Table:
    """One measure of every run by these keys; keys neither in `by` nor in `where` must be empty."""
    return laid_out(study.keys, study.values, measure, by, **where)
