"""Tables as CSV for whoever opens them in a spreadsheet: letters stay letters, and no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Without it a spreadsheet reads Türkiye in the letters of its own machine."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would compute, or follow."""


def sheet(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV text; what is None is an empty cell."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(name) for name in header])
    writer.writerows([harmless(value) for value in row] for row in rows)
    return text.getvalue()


def harmless(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs: text that would be a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA) and not is_number(value):
        return "'" + value
    return value


def is_number(text: str) -> bool:
    """Whether a text is a plain number, such as -4.2."""
    try:
        float(text)
    except ValueError:
        return False
    return text.strip() == text
