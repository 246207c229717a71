"""A table of experiments read and checked, the packaged one or one of somebody's own, before anything is run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.declared.calendar import month_of
from countermarket.declared.mechanisms import MECHANISMS
from countermarket.evidence.validation.measured import places_of, series_reader
from countermarket.evidence.validation.registration import Experiment, beside, start_of
from countermarket.reading.errors import InputError, each_read, together
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown

if TYPE_CHECKING:
    from countermarket.policy.scenario import Scenario
    from countermarket.runs.job import Runner

CLASSES = ("direct", "analogue", "out of scope")
"""direct: the model holds what was treated and measured; analogue: something near stands for one of them."""
NEEDED = ("id", "scenario", "measure", "first", "last", "sign")
WHOLE, NUMBERS = ("first", "last", "sign"), ("effect", "low", "high")
COLUMNS = tuple("class" if name == "kind" else name for name in Experiment._fields)
MOVES = re.compile(r"\w+( (market|jurisdiction|service|leg)=\S+)*( months=\d+-\d+)?")
LAST_MONTH = 240
"""Months after the shock that may be asked for."""


def read_table(path: Path) -> dict[int, Experiment]:
    """Every row of a table by its line. InputError names row and column of all that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(str(path), None, "", f"cannot be read: {error}") from None
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InputError(str(path), reader.line_num, "", f"is no CSV: {error}") from None
    _check_columns(path, list(reader.fieldnames or ()))
    if not rows:
        raise InputError(str(path), None, "", "has no row")
    read = dict(each_read(rows, lambda numbered: (numbered[0], _experiment(path, *numbered))))
    _check_ids(path, read)
    return read


def _check_columns(path: Path, columns: list[str]) -> None:
    """Refuse a table without the columns that are needed, or with unknown ones."""
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise InputError(str(path), 1, listed(missing), f"missing; the columns are {', '.join(COLUMNS)}")
    for name in columns:
        if name not in COLUMNS:
            raise InputError(str(path), 1, shown(str(name)), f"no such column.{nearest(str(name), COLUMNS)}")


def _check_ids(path: Path, read: dict[int, Experiment]) -> None:
    """Refuse two rows of one name."""
    lines: dict[str, int] = {}
    for line, one in read.items():
        if one.id in lines:
            raise InputError(str(path), line, "id", f"{shown(one.id)} stands in line {lines[one.id]} too")
        lines[one.id] = line


def _experiment(path: Path, line: int, row: dict[str, Any]) -> Experiment:
    """A row as a record: numbers read, empty ones None (or 0 for months)."""
    if None in row or None in row.values():
        raise InputError(str(path), line, "", "has more or fewer cells than the table has columns")
    cells = {name: cell.strip() for name, cell in row.items()}
    kind = cells.pop("class", "") or "direct"
    whole = {name: int(_number(path, line, name, cells[name], whole=True) or 0) for name in WHOLE}
    numbers = {name: _number(path, line, name, cells.get(name, "")) for name in NUMBERS}
    blank = {name: "" for name in ("evidence", "market", "jurisdiction", "service", "contrast")}
    words = {name: cell for name, cell in cells.items() if name not in (*WHOLE, *NUMBERS)}
    one = Experiment(**(blank | words), **whole, **numbers, kind=kind)  # type: ignore[arg-type]
    wrong = [InputError(str(path), line, column, message) for column, message in _wrong(one)]
    if wrong:
        raise together(wrong)
    return one


def _number(path: Path, line: int, name: str, cell: str, whole: bool = False) -> float | None:
    """A number, or None for an empty cell."""
    if not cell:
        return None
    try:
        value = float(int(cell)) if whole else float(cell)
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise InputError(str(path), line, name, f"{shown(cell)} is not {kind}") from None
    if not abs(value) < 1e9:
        raise InputError(str(path), line, name, f"{shown(cell)} is no number of per cent")
    return value


def _wrong(one: Experiment) -> Iterator[tuple[str, str]]:
    """What is wrong with a row, by column."""
    if not one.id:
        yield "id", "is empty"
    if one.kind not in CLASSES:
        yield "class", f"{shown(one.kind)} is none of {', '.join(CLASSES)}"
    if not one.in_scope:
        return
    for name in ("scenario", "measure"):
        if not getattr(one, name):
            yield name, "is empty"
    if one.mechanism and one.mechanism not in MECHANISMS:
        yield "mechanism", f"no such mechanism: {shown(one.mechanism)}.{nearest(one.mechanism, list(MECHANISMS))}"
    if not 1 <= one.first <= one.last <= LAST_MONTH:
        yield "first", f"months {one.first} to {one.last}: the shock's month is 1, the last at most {LAST_MONTH}"
    yield from _wrong_figures(one)


def _wrong_figures(one: Experiment) -> Iterator[tuple[str, str]]:
    """What is wrong with a row's sign, ends and side effect."""
    if one.sign not in (-1, 0, 1):
        yield "sign", f"{one.sign} is none of -1 (a fall), 0 (no effect), 1 (a rise)"
    if (one.low is None) != (one.high is None) or (one.effect is not None and one.low is None):
        yield "low", "low and high are written together, and with every effect"
    elif one.low is not None and one.high is not None:
        if not one.low <= (one.effect if one.effect is not None else one.low) <= one.high:
            yield "effect", "must lie between low and high"
        if one.sign and not (one.low * one.sign > 0 < one.high * one.sign):
            yield "low", "low and high lie on the side of the sign"
    if one.sign == 0 and (one.low is None or one.high is None or not one.low < 0 < one.high):
        yield "low", "a finding of no effect needs a band about zero: low below it, high above"
    if one.sign == 0 and not MOVES.fullmatch(one.moves):
        yield "moves", "a finding of no effect needs what the treatment moves, as: price market=cocaine months=1-12"


def check_recorded(path: Path, rows: dict[int, Experiment], scenarios: dict[str, Scenario], runner: Runner) -> None:
    """Refuse rows that read what is not recorded, or months in which no period ends; before any run."""
    wrong = [
        InputError(str(path), line, column, message)
        for line, one in rows.items()
        for column, message in _unrecorded(one, scenarios, runner)
    ]
    if wrong:
        raise together(wrong)


def _unrecorded(one: Experiment, scenarios: dict[str, Scenario], runner: Runner) -> Iterator[tuple[str, str]]:
    """What of a row is not in the world, or not recorded."""
    import numpy as np

    for read, column in ((one, "measure"), *(((beside(one), "moves"),) if one.moves else ())):
        unknown = set(places_of(read.jurisdiction, runner.world)) - {"", *runner.world.jurisdiction_names}
        if unknown:
            known = list(runner.world.jurisdiction_names)
            yield "jurisdiction", f"no such place: {shown(min(unknown))}.{nearest(min(unknown), known)}"
            continue
        start = start_of(scenarios[one.scenario])
        months = -(-(start + read.last) // 12) * 12
        keys = runner.layout(runner.world, months).keys
        try:
            series = series_reader(keys, read, runner.world)(np.ones(len(keys["month"])))
        except ValueError as error:
            yield column, str(error)
            continue
        ends = [month_of(label) - start + 1 for label in series.months]
        if not any(read.first <= end <= read.last for end in ends):
            yield "last", f"{read.measure} of {read.where} has no period that ends in months {read.first}-{read.last}"
