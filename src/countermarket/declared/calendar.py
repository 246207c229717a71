"""Months counted from January 2026, and how they are written."""

FIRST_YEAR = 2026


def month_name(month: int) -> str:
    """YYYY-MM of a reported month, 0 = January 2026."""
    return f"{FIRST_YEAR + month // 12:04d}-{month % 12 + 1:02d}"


def calendar_month(year: int, month: int) -> int:
    """Number of a month of a year, 1 to 12: months since January of the first reported year."""
    return (year - FIRST_YEAR) * 12 + month - 1


def month_of(name: str) -> int:
    """Number of the month of a name YYYY-MM, the inverse of `month_name`."""
    return calendar_month(int(name[:4]), int(name[5:]))
