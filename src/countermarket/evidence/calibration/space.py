"""What calibration may vary: every parameter with a range, as a coordinate between 0 and 1.

The prior of a coordinate is uniform; its parameter is then uniform in its range, or log-uniform where the
range spans a factor of four or more. A whole map is multiplied.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.engine.arrays import powers
from countermarket.engine.elementary import log
from countermarket.parameters.load import Record, Value
from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.reading.spelling import nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FITTED_FILE = packaged("evidence", "calibration", "fitted.csv")
SIZES = ("n_groups", "spare_slots", "n_enablers", "spin_up_months", "idle_share")
"""Sizes of the simulated world and numerical settings: how finely we look is no doubt about the world."""
CONVENTIONS = ("definition", "illustrative", "fitted")
"""Sources of numbers that are agreed and not found out, or fitted apart."""
WIDE = 4.0


class Range(NamedTuple):
    """One uncertain parameter; low and high bound it, or a factor on the whole map."""

    name: str
    low: float
    high: float
    central: float
    """The value in use, or 1 for a factor."""

    @property
    def is_log(self) -> bool:
        """Whether the prior is uniform in the logarithm."""
        return self.low > 0 and self.high >= WIDE * self.low


def uncertain(records: Mapping[str, Record]) -> tuple[Range, ...]:
    """Every parameter that calibration may vary, in the order of the parameter file."""
    ranges = [_range(name, record) for name, record in records.items() if _is_doubtful(name, record)]
    return tuple(each for each in ranges if each is not None)


def _is_doubtful(name: str, record: Record) -> bool:
    return name not in SIZES and record.low < record.high and not record.source.startswith(CONVENTIONS)


def _range(name: str, record: Record) -> Range | None:
    """The range of a number or of a factor; of a map bounded by number, the factors that keep all in bounds."""
    if not isinstance(record.value, dict):
        return Range(name, record.low, record.high, record.value)
    if record.is_factor:
        return Range(name, record.low, record.high, 1.0)
    ends = [
        sorted((record.low / number, record.high / number)) for number in _numbers(record.value) if number != 0
    ]
    low, high = max(end[0] for end in ends), min(end[1] for end in ends)
    return Range(name, low, high, 1.0) if low < 1.0 < high else None


def _numbers(value: Value) -> list[float]:
    """Every number of a map."""
    if isinstance(value, dict):
        return [number for inner in value.values() for number in _numbers(inner)]
    return [value]


def values_at(ranges: Sequence[Range], points: Floats) -> Floats:
    """Parameters at points of the unit cube. (points, ranges), in each parameter's unit or as a factor."""
    import numpy as np

    low = np.array([each.low for each in ranges])
    high = np.array([each.high for each in ranges])
    is_log = np.array([each.is_log for each in ranges])
    safe_low, safe_high = np.where(is_log, low, 1.0), np.where(is_log, high, 1.0)
    logged = safe_low * powers(safe_high / safe_low, points)
    values: Floats = np.clip(np.where(is_log, logged, low + (high - low) * points), low, high)
    return values


def place_of(each: Range, value: float) -> float:
    """The coordinate of a value, between 0 and 1."""
    if each.is_log:
        return float(log(value / each.low) / log(each.high / each.low))
    return (value - each.low) / (each.high - each.low)


def overrides(ranges: Sequence[Range], values: Any) -> tuple[tuple[str, float], ...]:
    """One draw as a job carries it."""
    return tuple((each.name, float(value)) for each, value in zip(ranges, values, strict=True))


def load_fitted(ranges: Sequence[Range], path: Path = FITTED_FILE) -> tuple[str, ...]:
    """Names of the parameters to be fitted, chosen by screening. InputError if one cannot be varied."""
    with path.open(encoding="utf-8", newline="") as file:
        names = [row["parameter"] for row in csv.DictReader(file)]
    known = [each.name for each in ranges]
    for line, name in enumerate(names, start=2):
        if name not in known:
            message = f"there is no such uncertain parameter; run the screening again.{nearest(name, known)}"
            raise InputError(str(path), line, name, message)
    return tuple(dict.fromkeys(names))
