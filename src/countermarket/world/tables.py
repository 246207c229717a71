"""The one reader of world tables: CSV text to checked rows, with errors that say where and what."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

from countermarket.reading.spelling import closest
from countermarket.reading.yaml_reader import UNSAFE_LETTER
from countermarket.world.schema import KEYS, TABLES, Column

MAX_BYTES = 5_000_000
MAX_MESSAGE = 900  # a hostile cell may be long
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
SOURCE_OF_DERIVED = re.compile(r"derived: .{4,} \(([^()]+)\)")


class WorldError(ValueError):
    """A world table that cannot be used: file, line, column, what is wrong, what was perhaps meant."""

    def __init__(self, file: str, line: int, column: str, message: str, nearest: str = "") -> None:
        super().__init__(file, line, column, message, nearest)
        self.file, self.line, self.column, self.message, self.nearest = file, line, column, message, nearest

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        nearest = f" (nearest known name: {self.nearest})" if self.nearest else ""
        text = f"{self.file}{line}{column}: {self.message}{nearest}"
        return "".join(letter if letter.isprintable() else " " for letter in text[:MAX_MESSAGE])


class Row(NamedTuple):
    """One line of a table."""

    file: str
    line: int
    texts: dict[str, str]
    numbers: dict[str, float]
    world: str = ""
    """The world it is from, where the rows of several are put together."""

    def error(self, column: str, message: str, nearest: str = "") -> WorldError:
        """Make the error that points at a column of this row."""
        file = f"{self.world}/{self.file}" if self.world else self.file
        return WorldError(file, self.line, column, message, nearest)


def key_of(row: Row, key: tuple[str, ...]) -> tuple[str | float, ...]:
    """Return the values that tell a row from the others of its table."""
    return tuple(row.texts[name] if name in row.texts else row.numbers[name] for name in key)


def read_table(
    folder: Path, file: str, codes: frozenset[str] | None = None, may_be_empty: bool = False
) -> tuple[Row, ...]:
    """Read a table and check its cells, its keys and, if codes are given, its sources."""
    records = read_records(folder, file)
    line, header = records[0]
    check_header(file, line, header)
    rows = tuple(parse_row(file, line, header, cells) for line, cells in records[1:])
    if not rows and not may_be_empty:
        raise WorldError(file, line, "", "there is a header but no row")
    check_unique(rows, KEYS[file])
    check_ranges(rows)
    if codes is not None and rows:
        check_sources(rows, codes)
    return rows


def read_records(folder: Path, file: str) -> list[tuple[int, list[str]]]:
    """Read the lines of a CSV file that are not blank, each with its number."""
    path = folder / file
    if not path.is_file():
        raise WorldError(file, 0, "", f"no such file in {folder}")
    if path.stat().st_size > MAX_BYTES:
        raise WorldError(file, 0, "", f"the file is larger than {MAX_BYTES:,} bytes")
    try:
        reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        records = [(reader.line_num, cells) for cells in reader if cells]
    except UnicodeDecodeError as error:
        raise WorldError(file, 0, "", f"the file is not UTF-8 text ({error.reason})") from None
    except csv.Error as error:
        raise WorldError(file, 0, "", f"the file is not proper CSV ({error})") from None
    if not records:
        raise WorldError(file, 1, "", "the file is empty")
    return records


def check_header(file: str, line: int, header: list[str]) -> None:
    """Refuse a header that lacks, repeats or invents a column."""
    names = [column.name for column in TABLES[file]]
    for name in names:
        if name not in header:
            raise WorldError(file, line, name, f"missing column; the columns are {', '.join(names)}")
    for name in header:
        if name not in names:
            raise WorldError(file, line, name, "unknown column", closest(name, names))
        if header.count(name) > 1:
            raise WorldError(file, line, name, "the column is there twice")


def parse_row(file: str, line: int, header: list[str], cells: list[str]) -> Row:
    """Turn the cells of a line into texts and numbers."""
    if len(cells) != len(header):
        raise WorldError(file, line, "", f"{len(cells)} cells under {len(header)} columns")
    given = dict(zip(header, cells, strict=True))
    row = Row(file, line, {}, {})
    for column in TABLES[file]:
        read_cell(row, column, given[column.name].strip())
    return row


def read_cell(row: Row, column: Column, cell: str) -> None:
    """Check a cell against its column and keep it in the row."""
    if not cell and not column.blank:
        raise row.error(column.name, "the cell is empty")
    if UNSAFE_LETTER.search(cell):
        raise row.error(column.name, "control characters are not allowed")
    if column.choices and cell not in column.choices:
        allowed = ", ".join(column.choices)
        message = f"{cell!r} is not one of {allowed}"
        raise row.error(column.name, message, closest(cell, column.choices))
    if column.kind != "number":
        row.texts[column.name] = cell
    elif cell:
        row.numbers[column.name] = read_number(row, column, cell)


def read_number(row: Row, column: Column, cell: str) -> float:
    """Read a plain number within the bounds of its column."""
    if not NUMBER.fullmatch(cell):
        raise row.error(column.name, f"{cell!r} is not a number")
    value = float(cell)
    if not column.low <= value <= min(column.high, 1e300):
        bounds = (
            f"from {column.low:g} up" if column.high > 1e300 else f"from {column.low:g} to {column.high:g}"
        )
        raise row.error(column.name, f"{cell} is out of bounds; allowed: {bounds}")
    return value


def check_unique(rows: tuple[Row, ...], key: tuple[str, ...]) -> None:
    """Refuse two rows with the same key."""
    seen: dict[tuple[str | float, ...], int] = {}
    for row in rows:
        values = key_of(row, key)
        if values in seen:
            words = " ".join(str(value) for value in values)
            raise row.error(
                key[0], f"duplicate {'/'.join(key)} {words!r}, first given on line {seen[values]}"
            )
        seen[values] = row.line


def check_ranges(rows: tuple[Row, ...]) -> None:
    """Refuse a value outside its own low and high, in every column that has them."""
    names = rows[0].numbers if rows else {}
    value = "value" if "value" in names else "weight"
    triples = [(value, "low", "high")] if value in names and "low" in names else []
    triples += [(name[:-4], name, f"{name[:-4]}_high") for name in names if name.endswith("_low")]
    for row in rows:
        for value, low, high in triples:
            if value in row.numbers and not row.numbers[low] <= row.numbers[value] <= row.numbers[high]:
                raise row.error(value, f"{row.numbers[value]:g} lies outside its own low and high")


def check_sources(rows: tuple[Row, ...], codes: frozenset[str]) -> None:
    """Refuse a source that is neither known codes, nor derived from them, nor a stated assumption."""
    columns = [column.name for column in TABLES[rows[0].file] if column.kind == "source"]
    verdicts: dict[str, str | None] = {}
    for row in rows:
        for column in columns:
            cell = row.texts[column]
            if cell not in verdicts:
                verdicts[cell] = source_fault(cell, codes)
            fault = verdicts[cell]
            if fault is not None:
                raise row.error(
                    column, fault, closest(fault.split("'")[1], codes) if "'" in fault else ""
                )


def source_fault(cell: str, codes: frozenset[str]) -> str | None:
    """Say what is wrong with the text of a source, if anything."""
    if cell.startswith("assumption:"):
        return None if len(cell) > len("assumption: why") - 1 else "an assumption must say why"
    derived = SOURCE_OF_DERIVED.fullmatch(cell)
    if cell.startswith("derived:") and derived is None:
        return "write derived: how (CODE; CODE)"
    given = derived[1] if derived else cell
    unknown = [code.strip() for code in given.split(";") if code.strip() not in codes]
    return f"unknown source code '{unknown[0]}'" if unknown else None
