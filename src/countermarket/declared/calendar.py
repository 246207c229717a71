"""Months counted from January 2026, and how they are written."""

FIRST_YEAR = 2026


def month_name(month: int) -> str:
    """YYYY-MM of a reported month, 0 = January 2026."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def month_text(month: int) -> str:
    """Return a month number as `YYYY-MM`."""
    return f"{FIRST_YEAR + month // 12:04d}-{month % 12 + 1:02d}"
