"""What the command line shows: tables on standard output, everything else on standard error; never markup."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from countermarket.reading.wording import shown

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod
    from rich.table import Table

WIDTH_WITHOUT_TERMINAL = 120
SECONDS_A_LINE = 60.0
Progress = Callable[[int, int, str], None]


def screen(to_errors: bool = False) -> Console:
    """Return a console that takes text as it is: no markup, no emoji codes, no highlighting."""
    from rich.console import Console

    stream = sys.stderr if to_errors else sys.stdout
    fixed = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=fixed, soft_wrap=False)


def say(text: str) -> None:
    """Print a line on standard error, as it is."""
    print(text, file=sys.stderr)


def grid(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> Table:
    """Build a plain table; each column is a heading and `left` or `right`."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place, (heading, side) in enumerate(columns):
        is_right = side == "right"
        keeps_line = is_right or place == 0
        side_of_cells: JustifyMethod = "right" if is_right else "left"
        table.add_column(Text(heading), justify=side_of_cells, no_wrap=keeps_line, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def print_json(document: Any) -> None:
    """Print one JSON document on standard output, NaN and infinities as null."""
    json.dump(finite(document), sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def finite(value: Any) -> Any:
    """Return a document with every number that is not finite replaced by null."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """Give a callback (done, total, text) that draws a bar on standard error when that is a terminal.

    Where it is none, a line now and then says how far it is. What is told of no number at all (total 0) becomes a
    line there, terminal or not.
    """
    if not sys.stderr.isatty():
        yield lines_now_and_then(what)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=screen(to_errors=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int, text: str) -> None:
            if not total:
                say(text)
                return
            bar.update(task, completed=done, total=total, description=f"{what}: {shown(text)}")

        yield show


def lines_now_and_then(what: str) -> Progress:
    """Return a callback that prints a line a minute after the last, for logs."""
    last = time.monotonic()

    def show(done: int, total: int, text: str) -> None:
        nonlocal last
        if not total:
            say(text)
        elif time.monotonic() - last >= SECONDS_A_LINE:
            last = time.monotonic()
            say(f"{what}: {done:,} of {total:,}")

    return show


def short_number(value: float | None) -> str:
    """Return a number in three significant figures: 51,234 is 51.2k."""
    if value is None or not math.isfinite(value):
        return "-"
    for size, letter in ((1e12, "T"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= max(size * 0.9995, 9_999.5):
            return f"{value / size:.3g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 99.95 else f"{value:.3g}"
