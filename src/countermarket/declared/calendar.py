"""Months counted from January 2026, earlier ones negative, and how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FIRST_YEAR = 2026
PRESENT = 0
"""The first reported month unless a scenario says when its calendar begins: January 2026."""


def month_name(month: int) -> str:
    """YYYY-MM of a month, 0 = January 2026."""
    return f"{FIRST_YEAR + month // 12:04d}-{month % 12 + 1:02d}"


def calendar_month(year: int, month: int) -> int:
    """Number of a month of a year, 1 to 12: months since January 2026."""
    return (year - FIRST_YEAR) * 12 + month - 1


def month_of(name: str) -> int:
    """Number of the month of a name YYYY-MM, the inverse of `month_name`."""
    return calendar_month(int(name[:4]), int(name[5:]))


def reported_months(months: int, begins: int = PRESENT) -> list[str]:
    """Names of the months that a run reports, by how many they are and when its calendar begins."""
    return [month_name(begins + month) for month in range(months)]


def dated(keys: dict[str, NDArray[np.str_]], begins: int) -> dict[str, NDArray[np.str_]]:
    """Keys of recorded rows as a calendar names their months that begins then; a layout counts from January 2026."""
    if begins == PRESENT:
        return keys
    import numpy as np

    known, place = np.unique(keys["month"], return_inverse=True)
    return {**keys, "month": np.array([month_name(begins + month_of(str(name))) for name in known])[place]}
