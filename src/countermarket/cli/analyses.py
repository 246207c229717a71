"""Commands that read saved sweeps and say what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermarket.cli.endings import reported
from countermarket.cli.options import AsJson

if TYPE_CHECKING:
    from countermarket.charts.chart import Chart

SweepFolder = Annotated[Path, typer.Argument(metavar="SWEEP", help="Folder of a finished sweep.")]
Outcome = Annotated[str, typer.Option(metavar="COLUMN", help="A column of sweep.parquet.")]


def analyse(
    sweep: SweepFolder,
    outcome: Outcome = "index",
    as_json: AsJson = False,
) -> None:
    """Say what drives an outcome of a saved sweep."""
    with reported():
        from countermarket.analysis.drivers import drivers
        from countermarket.analysis.swept import read_swept
        from countermarket.charts.of_analyses import drivers_chart
        from countermarket.cli.analyses_view import print_drivers

        document = drivers(read_swept(sweep, outcome))
        keep(drivers_chart(document), sweep)
        show(document, as_json, print_drivers)


def keep(chart: Chart, folder: Path) -> None:
    """Write a chart and its table beside what it was made from, and say where."""
    from countermarket.charts.chart import save_chart
    from countermarket.cli.console import say

    say(f"chart and table: {save_chart(chart, folder / 'figures')[2]}")


def show(document: dict[str, Any], as_json: bool, printed: Any) -> None:
    """Print a document as JSON, or as tables."""
    from countermarket.cli.console import print_json, screen

    if as_json:
        print_json(document)
    else:
        printed(screen(), document)
