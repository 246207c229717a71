"""The posterior ensemble: draws of uncertain parameters that calibration left, shipped with the package.

Replicate r of every scenario, and of its reference, runs in draw r: pairs differ by policy alone, and intervals
hold what is not known beside luck. Without the file everything runs at central values.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.results.folders import replace_text

FILE = packaged("parameters", "ensemble.csv")
DIGITS = 4
"""Significant digits kept of each number: far finer than what is known of it."""


class Ensemble(NamedTuple):
    """Draws of parameters, numbered from 1; draw 0 is the central values."""

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    """A row for each draw: a value, or a factor on a whole map."""
    digest: str
    """sha256 of the file."""
    about: dict[str, Any]
    """How it was made, from the file beside it."""

    def draw_of(self, replicate: int) -> int:
        """The draw a replicate runs in; more replicates than draws begin again with other luck."""
        return 1 + replicate % len(self.values)

    def overrides(self, draw: int) -> tuple[tuple[str, float], ...]:
        """The parameters of a draw that differ from central values; none for draw 0."""
        return tuple(zip(self.names, self.values[draw - 1], strict=True)) if draw else ()


def shipped_ensemble(path: Path = FILE) -> Ensemble | None:
    """The ensemble in the package, or None if there is none. InputError if it does not fit the parameters."""
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Ensemble:
    return read_ensemble(path)


def read_ensemble(path: Path) -> Ensemble:
    """Read and check an ensemble. InputError names what is wrong and how to make another."""
    from countermarket.parameters.load import ParameterError, load_parameters, replace

    raw = path.read_bytes()
    header, *rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    beside = path.with_suffix(".json")
    about = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    try:
        values = tuple(tuple(float(cell) for cell in row[1:]) for row in rows)
        if not values or header[0] != "draw":
            raise ValueError("the first column must be draw, and there must be a row")
        if not all(math.isfinite(value) for row in values for value in row):
            raise ValueError("every value must be a finite number")
        columns = list(zip(header[1:], zip(*values, strict=True), strict=True))
        for end in (min, max):  # every other draw lies between, and bounds have no holes
            replace(load_parameters(), {name: end(column) for name, column in columns})
    except (ParameterError, ValueError) as error:
        remedy = "run `countermarket calibrate` again, or use central values with --central"
        raise InputError(str(path), None, "", f"this ensemble cannot be used ({error}); {remedy}") from None
    return Ensemble(tuple(header[1:]), values, hashlib.sha256(raw).hexdigest(), about)


def write_ensemble(
    path: Path, names: Sequence[str], values: Sequence[Sequence[float]], about: Mapping[str, Any]
) -> None:
    """Write draws, and how they were made in a file beside them."""
    lines = [",".join(["draw", *names])]
    for draw, row in enumerate(values, start=1):
        lines.append(",".join([str(draw), *(f"{float(value):.{DIGITS}g}" for value in row)]))
    replace_text(path, "\n".join(lines) + "\n")
    replace_text(path.with_suffix(".json"), json.dumps(dict(about), indent=1, sort_keys=True) + "\n")


def staleness(ensemble: Ensemble, parameters_digest: str) -> str:
    """What to say of an ensemble made for other parameters; empty if it fits."""
    if ensemble.about.get("parameters", parameters_digest) == parameters_digest:
        return ""
    return "the shipped ensemble was fitted with other parameter values; `countermarket calibrate` makes it again"
