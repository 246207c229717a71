"""Write results into a page, between its markers: numbers on it are never typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.machine import sentence
from benchmarks.measure import Measured
from benchmarks.report import markdown, tables

BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->"


def renew(page: Path, measured: Measured, is_quick: bool) -> None:
    """Replace what stands between the markers of a page. Raises ValueError if it has none."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no {BEGIN.strip()} ... {END}")
    how = " In a hurry (`--quick`)." if is_quick else ""
    parts = [f"Measured on {date.today().isoformat()}: {sentence()}.{how}", *map(markdown, tables(measured))]
    page.write_text(before + begin + "\n\n".join(parts) + "\n" + end + after, encoding="utf-8")
