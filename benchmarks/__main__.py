"""Speed and scale, shown side by side: `python -m benchmarks`, in a hurry `--quick`, for programs `--json`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from benchmarks.measure import Measured

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def main(
    quick: Annotated[bool, typer.Option("--quick", help="fewer sizes and months: under a minute")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document and nothing else")] = False,
    write: Annotated[Path | None, typer.Option(help="renew the tables in this page, between its markers")] = None,
) -> None:
    """Time the package beside a plain Mesa twin, against its own size and against the machine."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    from benchmarks import measure
    from benchmarks.page import renew
    from countermarket.cli.console import print_json, say

    first = time.perf_counter()
    measured = measure.measure(measure.QUICK if quick else measure.WHOLE, say)
    took = time.perf_counter() - first
    say(f"{took:.0f} seconds")
    if write is not None:
        renew(write, measured, quick)
    if as_json:
        print_json({**measure.as_json(measured), "seconds": took})
    elif write is None:
        _print_tables(measured)


def _print_tables(measured: Measured) -> None:
    """Every table on the screen, below the machine's name."""
    from benchmarks.machine import sentence
    from benchmarks.report import tables
    from countermarket.cli.console import grid, screen

    console = screen()
    console.print(sentence())
    for table in tables(measured):
        sides = ["left", *["right"] * (len(table.headings) - 1)]
        console.print(grid(table.title, list(zip(table.headings, sides, strict=True)), table.rows))


if __name__ == "__main__":
    app()
