"""Commands that read saved sweeps and say what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermarket.cli.endings import refuse, reported
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


def discover(
    sweep: SweepFolder,
    outcome: Outcome = "index",
    below: Annotated[float | None, typer.Option(help="It fails where the outcome lies below this.")] = None,
    above: Annotated[float | None, typer.Option(help="It fails where the outcome lies above this.")] = None,
    draws: Annotated[
        bool, typer.Option("--draws", help="Also look among the parameters of the calibrated ensemble.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say in which worlds an outcome of a saved sweep fails."""
    with reported():
        from countermarket.analysis.boxes import failures_in_boxes
        from countermarket.analysis.swept import read_points
        from countermarket.charts.of_analyses import box_chart
        from countermarket.cli.analyses_view import print_boxes

        rule, limit = rule_of(outcome, below, above)
        points = read_points(sweep, outcome, draws)
        failed = points.results < limit if rule == "below" else points.results > limit
        about = {"title": points.title, "outcome": outcome, "unit": points.unit, "rule": f"{rule} {limit:g}"}
        document = failures_in_boxes(points.names, points.factors, failed, about)
        chart = box_chart(document)
        if chart is not None:
            keep(chart, sweep)
        show(document, as_json, print_boxes)


def rule_of(outcome: str, below: float | None, above: float | None) -> tuple[str, float]:
    """When an outcome fails: as asked; an index that is not raised, if nothing is asked."""
    if below is not None and above is not None:
        refuse("--below or --above, not both")
    if above is not None:
        return "above", above
    if below is None and not outcome.startswith("index"):
        refuse(f"{outcome}: say when it fails, with --below or --above")
    return "below", 100.0 if below is None else below


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
