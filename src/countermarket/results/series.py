"""series.parquet: what every run recorded, in parts of whole runs; written and read nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.results.rows import KEYS, meanings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

COLUMNS = ("run", *KEYS[:-1], "value", "unit")
ROWS_A_PART = 1_000_000


def on_disk(path: Path) -> str:
    """A path as parquet files are asked for: `x:y` alone would be taken for an address of the web."""
    return os.path.join(os.curdir, path)


def write_table(table: Any, path: Path, **options: Any) -> None:
    """A table as a file of its own."""
    import pyarrow.parquet as pq

    pq.write_table(table, on_disk(path), compression="zstd", **options)


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
    told: dict[str, dict[str, str]],
) -> pa.Table:
    """The rows of one run, in the contract's order of columns.

    No column may hold nulls, or each value would be written with a mark that says it is none.
    """
    import numpy as np
    import pyarrow as pa

    held = dict(columns)
    held["run"] = pa.array(np.full(len(values), run, np.int32))
    held["value"] = pa.array(np.ascontiguousarray(values, np.float64))
    schema = pa.schema([pa.field(name, held[name].type, nullable=False, metadata=told.get(name)) for name in COLUMNS])
    return pa.Table.from_arrays([held[name] for name in COLUMNS], schema=schema)


class Values:
    """The values of a study's runs, (runs, rows): those of some runs are read when they are asked for.

    NaN throughout for a run that left none. A list of places gives those runs; the last two lists asked for are held,
    so that scenarios beside one reference do not read it again. Anything else reads all, as an array.
    """

    def __init__(self, folder: Path, rows: int, places: Sequence[tuple[str, int] | None]) -> None:
        self._folder, self._rows, self._places = folder, rows, tuple(places)
        self._held: dict[tuple[int, ...], NDArray[np.float64]] = {}

    @property
    def shape(self) -> tuple[int, int]:
        """Runs and rows."""
        return len(self._places), self._rows

    def moved(self, folder: Path) -> Values:
        """The same in a study that has been moved."""
        return Values(folder, self._rows, self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.float64]:
        return self._read(tuple(range(len(self))))

    def __getitem__(self, which: Any) -> Any:
        import numpy as np

        if not isinstance(which, list):
            return np.asarray(self)[which]
        asked = tuple(int(place) for place in which)
        if asked not in self._held:
            self._held = dict(list(self._held.items())[-1:])
            self._held[asked] = self._read(asked)
        else:
            self._held[asked] = self._held.pop(asked)  # the last asked for is kept longest
        return self._held[asked]

    def _read(self, asked: Sequence[int]) -> NDArray[np.float64]:
        """The values of these runs, in this order; nobody may change them, for others may hold them too."""
        import numpy as np

        values = np.full((len(asked), self._rows), np.nan)
        by_part: dict[str, list[tuple[int, int]]] = {}
        for row, place in enumerate(asked):
            where = self._places[place]
            if where is not None:
                by_part.setdefault(where[0], []).append((row, where[1]))
        for name, wanted in by_part.items():
            groups = [group for _, group in wanted]
            values[[row for row, _ in wanted]] = _values_in(self._folder / "series.parquet" / name, groups, self._rows)
        values.flags.writeable = False
        return values


def _values_in(part: Path, groups: list[int], rows: int) -> NDArray[np.float64]:
    """The values of some row groups of a part. (groups, rows)"""
    import pyarrow.parquet as pq

    with pq.ParquetFile(on_disk(part)) as file:
        column = file.read_row_groups(groups, columns=["value"], use_threads=False)["value"]
    if column.null_count:
        raise ValueError(f"{part.name} has empty values")
    values: NDArray[np.float64] = column.to_numpy().reshape(-1, rows)
    return values


def read_series(folder: Path, runs: int, done: Mapping[int, int]) -> tuple[dict[str, NDArray[np.str_]], Values]:
    """Keys from the first run, and the values of all, which are not read yet; `done` gives the place of each run."""
    import numpy as np

    parts = sorted((folder / "series.parquet").glob("part-*.parquet"))
    keys = _keys_of(parts[0]) if parts else {name: np.array([], dtype=np.str_) for name in KEYS}
    rows = len(keys["month"])
    places: list[tuple[str, int] | None] = [None] * runs
    left = dict(done)
    for part in parts:
        for group, run in enumerate(_runs_in(part, rows)):
            if run not in left:
                raise ValueError(f"{part.name} holds run {run}, which is not to be there, or not twice")
            places[left.pop(run)] = part.name, group
    if left:
        raise ValueError(f"series.parquet holds nothing of run {min(left)}, which is said to be done")
    return keys, Values(folder, rows, places)


def _keys_of(part: Path) -> dict[str, NDArray[np.str_]]:
    """The keys of the first run, which all runs share: the first row group."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(on_disk(part), read_dictionary=list(KEYS)) as file:
        first = file.read_row_group(0, columns=["run", *KEYS])
    if len(first["run"].unique()) != 1:
        raise ValueError(f"{part.name} does not begin with a row group of one run")
    return {name: _text_column(first[name]) for name in KEYS}


def _runs_in(part: Path, rows: int) -> list[int]:
    """The runs of a part, a row group each. ValueError unless columns and rows stand as they are written."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(on_disk(part)) as file:
        kinds = [file.schema_arrow.field(name).type for name in ("run", "value")]
        if tuple(file.schema_arrow.names) != COLUMNS or kinds != [pa.int32(), pa.float64()]:
            raise ValueError(f"{part.name} has other columns than a study has")
        sizes = {file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)}
        of_row = file.read(columns=["run"], use_threads=False)["run"].to_numpy()
    if sizes != {rows} or not np.array_equal(of_row, of_row[::rows].repeat(rows)):
        raise ValueError(f"{part.name} does not hold {rows:,} rows of every run, one run after the other")
    runs: list[int] = of_row[::rows].tolist()
    return runs


def _text_column(column: pa.ChunkedArray) -> NDArray[np.str_]:
    """A column of few distinct texts: each is decoded once."""
    import numpy as np

    whole = column.unify_dictionaries().combine_chunks()
    labels = np.array(whole.dictionary.to_pylist(), dtype=np.str_)
    texts: NDArray[np.str_] = labels[whole.indices.to_numpy()]
    return texts
