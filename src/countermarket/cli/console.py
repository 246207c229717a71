"""What the command line shows: tables on standard output, everything else on standard error; never markup."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from countermarket.reading.wording import printable, shown

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod
    from rich.table import Table

WIDTH_WITHOUT_TERMINAL = 120
SECONDS_A_LINE = 60.0
NEWLINE = "\n"
GAP = 3  # letters between two columns
Progress = Callable[[int, int, str], None]


def screen(to_errors: bool = False) -> Console:
    """Return a console that takes text as it is: no markup, no emoji codes, no highlighting, and no escapes."""
    from rich.console import Console

    class PlainConsole(Console):
        """What is printed as text cannot command the terminal."""

        def print(self, *objects: Any, **options: Any) -> None:
            """Print text without the letters that a terminal obeys."""
            super().print(*(printable(one) if isinstance(one, str) else one for one in objects), **options)

    stream = sys.stderr if to_errors else sys.stdout
    fixed = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH_WITHOUT_TERMINAL
    return PlainConsole(file=stream, markup=False, emoji=False, highlight=False, width=fixed, soft_wrap=False)


def say(text: str) -> None:
    """Print on standard error; a terminal gets lines that end between words, whatever else reads it one line."""
    print(in_lines(printable(text), to_errors=True), file=sys.stderr)


def say_here(text: str) -> None:
    """Print on standard output, words and paths whole."""
    print(in_lines(printable(text)))


def in_lines(text: str, to_errors: bool = False) -> str:
    """Return a text in lines that fit the terminal it goes to, or as it is where there is none."""
    if not (sys.stderr if to_errors else sys.stdout).isatty():
        return text
    width = screen(to_errors).width
    lines = [wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""] for line in text.split("\n")]
    return "\n".join(line for parts in lines for line in parts)


def grid(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], width: int = 0) -> Table:
    """Build a plain table; each column is a heading and `left` or `right`. Words stay whole where a width has room."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    widths = column_widths(columns, rows, width) if width else None
    table = Table(title=Text(printable(title), style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place, (heading, side) in enumerate(columns):
        is_right = side == "right"
        keeps_line = is_right or place == 0
        side_of_cells: JustifyMethod = "right" if is_right else "left"
        own = widths[place] if widths else None
        head = Text(printable(heading))
        table.add_column(head, justify=side_of_cells, no_wrap=keeps_line, overflow="fold", width=own)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def print_rows(
    console: Console, title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]
) -> None:
    """Print a table, or, where its words have no room beside one another, a paragraph for each row."""
    from rich.padding import Padding
    from rich.text import Text

    if column_widths(columns, rows, console.width):
        console.print(grid(title, columns, rows, console.width))
        return
    console.print(Text(printable(title), style="bold"))
    for first, *rest in rows:
        said = "; ".join(
            f"{' '.join(name.split())} {cell.strip().replace(NEWLINE, ' / ')}"
            for (name, _), cell in zip(columns[1:], rest, strict=True)
            if cell
        )
        console.print(Padding(Text(printable(f"{first}: {said}")), (0, 0, 0, 2)))
    console.print()


def column_widths(
    columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """Return how wide each column may be so that all fit and no word is broken; None if that cannot be."""
    cells = [[heading, *(row[place] for row in rows)] for place, (heading, _) in enumerate(columns)]
    lines = [[line for cell in column for line in cell.split("\n")] for column in cells]
    wide = [max(map(len, column)) for column in lines]
    least = [
        whole if side == "right" or place == 0 else max(len(word) for line in lines[place] for word in line.split())
        for place, (whole, (_, side)) in enumerate(zip(wide, columns, strict=True))
    ]
    room = width - (GAP * len(columns) - 1)
    while sum(wide) > room:
        place = max(range(len(wide)), key=lambda number: (wide[number] - least[number] > 0) * wide[number])
        if wide[place] == least[place]:
            return None
        wide[place] -= 1
    return wide


def print_json(document: Any) -> None:
    """Print one JSON document on standard output, NaN and infinities as null."""
    text = json.dumps(finite(document), indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("".join(letter if letter.isprintable() or letter == "\n" else escaped(letter) for letter in text))
    sys.stdout.write("\n")


def escaped(letter: str) -> str:
    """Return a letter as JSON writes it without showing it."""
    return json.dumps(letter)[1:-1]


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
