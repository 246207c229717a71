"""Commands that say what is in sweeps, saved or run for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermarket.cli.endings import refuse, reported
from countermarket.cli.options import AsJson, Central, ModelName, Months, Out, Seed, Workers, WorldFolder
from countermarket.cli.setting import Setting, setting

if TYPE_CHECKING:
    from countermarket.charts.chart import Chart
    from countermarket.sweeps.design import Design

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


def attribute(
    what: Annotated[
        Path, typer.Argument(metavar="WHAT", help="A scenario, a study of parts, or the folder of its sweep.")
    ],
    outcome: Outcome = "index",
    replicates: Annotated[int, typer.Option(min=1, max=1_000, help="Draws and lucks; of a scenario.")] = 8,
    orders: Annotated[
        int, typer.Option(min=2, max=100_000, help="Orders drawn; of a scenario of more than 10 levers.")
    ] = 16,
    seed: Seed = 0,
    months: Months = 120,
    central: Central = False,
    workers: Workers = None,
    out: Out = None,
    world: WorldFolder = None,
    model: ModelName = None,
    as_json: AsJson = False,
) -> None:
    """Say how much each part of a package adds; resumes."""
    with reported():
        from countermarket.analysis.shapley import attribution
        from countermarket.analysis.swept import read_swept
        from countermarket.charts.of_analyses import parts_chart
        from countermarket.cli.analyses_view import print_parts
        from countermarket.sweeps.file import is_study, read_design
        from countermarket.sweeps.package import package_design

        where = setting(world, model)
        if what.is_dir():
            folder = what
        else:
            size = {"replicates": replicates, "orders": orders, "seed": seed, "months": months, "central": central}
            design = (
                read_design(what, where.world, where.model)
                if is_study(what)
                else package_design(what, **size, world=where.world, model=where.model)  # type: ignore[arg-type]
            )
            folder = swept(design, workers, out, where)
        document = attribution(read_swept(folder, outcome))
        keep(parts_chart(document), folder)
        show(document, as_json, print_parts)


def learn(
    sweep: SweepFolder,
    outcome: Outcome = "index",
    less: Annotated[bool, typer.Option("--less", help="Less of the outcome is better, as of change_harm.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say which doubtful number, if known, would change a choice."""
    with reported():
        from countermarket.analysis.information import information
        from countermarket.analysis.worlds import read_choice
        from countermarket.charts.of_analyses import information_chart
        from countermarket.cli.analyses_view import print_information

        document = information(read_choice(sweep, outcome, less))
        keep(information_chart(document), sweep)
        show(document, as_json, print_information)


def swept(design: Design, workers: int | None, out: Path | None, where: Setting) -> Path:
    """Run what is left of a design, and say where it stands."""
    from countermarket.cli.console import progress_bar, say
    from countermarket.sweeps.sweep import run_sweep

    with progress_bar("sweeping") as progress:
        folder = run_sweep(
            design, workers=workers, out=out, progress=progress, world=where.world, model=where.model
        )
    say(f"sweep: {folder}")
    return folder


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
