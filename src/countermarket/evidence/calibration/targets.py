"""The one table of what the model is fitted to, and how far a run is from it. The only reader of targets.csv.

A target is used once: nothing here serves to validate, and nothing that validates stands here.
"""

from __future__ import annotations

import csv
import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FILE = packaged("evidence", "calibration", "targets.csv")
COLUMNS = ("measure", "value", "tolerance", "scale", "weight", "source", "note")
SCALES = ("linear", "log")


class Target(NamedTuple):
    """A published magnitude: a value and how far the evidence lets the truth lie from it."""

    measure: str
    value: float
    """In the unit of the output."""
    tolerance: float
    """One standard deviation, in the unit of the output or in natural logarithms."""
    scale: str
    """linear or log"""
    weight: float
    """0 is shown and not fitted."""
    source: str
    note: str


def load_targets(path: Path = FILE) -> tuple[Target, ...]:
    """Read and check the table. InputError names the file, the line and what is allowed."""
    from countermarket.evidence.calibration.outputs import OUTPUTS

    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(COLUMNS)}")
        targets = tuple(_target(path, line, row, OUTPUTS) for line, row in enumerate(reader, start=2))
    names = [target.measure for target in targets]
    for name in {name for name in names if names.count(name) > 1}:
        raise InputError(str(path), None, name, "stands twice; a measure has one target")
    if not any(target.weight > 0 for target in targets):
        raise InputError(str(path), None, "", "no target has a weight above 0")
    return targets


def _target(path: Path, line: int, row: dict[str, str], outputs: dict[str, str]) -> Target:
    """One row of the table."""
    name = row["measure"]
    if name not in outputs:
        allowed = ", ".join(outputs)
        raise InputError(str(path), line, name, f"no run gives this; allowed: {allowed}")
    try:
        value, tolerance, weight = (float(row[key]) for key in ("value", "tolerance", "weight"))
    except ValueError:
        raise InputError(str(path), line, name, "value, tolerance and weight must be numbers") from None
    finite = all(math.isfinite(number) for number in (value, tolerance, weight))
    if not (finite and tolerance > 0 and weight >= 0 and row["scale"] in SCALES):
        message = "needs a tolerance above 0, a weight of 0 or more, and a scale that is linear or log"
        raise InputError(str(path), line, name, message)
    if not row["source"] or (row["scale"] == "log" and value <= 0):
        raise InputError(str(path), line, name, "needs a source, and a value above 0 on a log scale")
    return Target(name, value, tolerance, row["scale"], weight, row["source"], row["note"])


def digest_of(targets: tuple[Target, ...]) -> str:
    """Hash of every target."""
    return hashlib.sha256(repr([tuple(target) for target in targets]).encode()).hexdigest()


def scaled(targets: tuple[Target, ...], outputs: Floats) -> Floats:
    """Outputs in tolerances of their targets, counted from nought; NaN where undefined. (runs, targets)."""
    import numpy as np

    in_tolerances = np.array(outputs, dtype=float)
    for column, target in enumerate(targets):
        if target.scale == "log":
            held = in_tolerances[:, column]
            in_tolerances[:, column] = np.log(np.where(held > 0, held, np.nan))
        in_tolerances[:, column] /= target.tolerance
    return in_tolerances


def scaled_values(targets: tuple[Target, ...]) -> Floats:
    """Values of the targets on the same scale. (targets,)."""
    import numpy as np

    values: Floats = scaled(targets, np.array([[target.value for target in targets]]))[0]
    return values
