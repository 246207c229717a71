"""What configurations said, as rows of a table: one for each experiment, level and index under each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from countermarket.evidence.ablations.observe import Seen
from countermarket.evidence.validation.trials import Outcome
from countermarket.reading.errors import InputError
from countermarket.results.folders import replace_text
from countermarket.results.studies import write_json

FILE, HOW = "ablations.csv", "ablations.json"
"""The table, and beside it how it was made."""


class Row(NamedTuple):
    """One experiment, level or index under one configuration; figures in per cent, indices as they are."""

    kind: str
    change: str
    row: str
    """The experiment; a level of the baseline or an index of the policy by its name."""
    verdict: str
    """Of an experiment; empty for a level."""
    sign: str
    """What was found: 1, -1 or 0."""
    figure: str
    """Whether the evidence gives one: yes or no."""
    near: str
    """Whether the size is within a factor of two."""
    value: float | None
    low: float | None
    high: float | None
    error: float | None
    moved: float | None
    """What the treatment does to something else, where no effect was found."""
    moved_low: float | None
    moved_high: float | None
    pairs: int


NUMBERS = ("value", "low", "high", "error", "moved", "moved_low", "moved_high")


def rows_of(seen: Seen) -> list[Row]:
    """A row for each experiment, then for each level and index."""
    one = seen.configuration
    told = [_experiment(one.kind, one.change, outcome) for outcome in seen.outcomes]
    pairs = max((row.pairs for row in told), default=0)
    for name, level in seen.levels.items():
        ends = (level["mean"], level["low"], level["high"])
        told.append(Row(one.kind, one.change, name, "", "", "", "", *ends, None, None, None, None, pairs))
    return told


def _experiment(kind: str, change: str, outcome: Outcome) -> Row:
    """An experiment's outcome as a row."""
    one, model, judged = outcome.experiment, outcome.model, outcome.judgement
    moved = outcome.moved or {"mean": None, "low": None, "high": None}
    words = (str(one.sign), _yes(one.sign != 0 and one.low is not None), _yes(judged.within_factor_two))
    figures = (model["mean"], model["low"], model["high"], outcome.error, moved["mean"], moved["low"], moved["high"])
    return Row(kind, change, one.id, judged.verdict, *words, *figures, outcome.pairs)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def write(folder: Path, rows: Iterable[Row], how: Mapping[str, Any]) -> Path:
    """Write the table and how it was made; what is already done is never lost with what is not."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([_cell(value) for value in row] for row in rows)
    write_json(folder / HOW, dict(how))
    return replace_text(folder / FILE, text.getvalue())


def _cell(value: str | float | int | None) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value if value is not None else "")


def read(folder: Path) -> list[Row]:
    """Read a table again. InputError for a folder without one, or with other columns."""
    path = folder / FILE
    if not path.is_file():
        raise InputError(str(path), None, "", "no such file: `python -m countermarket.evidence.ablations` writes it")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != Row._fields:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(Row._fields)}")
        return [_row(row) for row in reader]


def _row(row: Mapping[str, str]) -> Row:
    numbers = {name: float(row[name]) if row[name] else None for name in NUMBERS}
    return Row(**{**row, **numbers, "pairs": int(row["pairs"])})  # type: ignore[arg-type]
