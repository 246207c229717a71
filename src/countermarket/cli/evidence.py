"""Commands that hold the model beside evidence: baseline, calibrate, history, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countermarket.cli.endings import end_with, reported
from countermarket.cli.options import AsJson, Central, ModelName, Out, Replicates, Seed, Workers, WorldFolder
from countermarket.cli.setting import setting


def calibrate(
    waves: Annotated[int, typer.Option(min=1, max=20, help="Waves of runs, each nearer to the targets.")] = 3,
    runs: Annotated[int, typer.Option(min=40, max=100_000, help="Runs of a wave; twice as many at the end.")] = 300,
    workers: Workers = None,
    seed: Seed = 0,
    out: Out = None,
    world: WorldFolder = None,
    model: ModelName = None,
    screen: Annotated[bool, typer.Option("--screen", help="Choose the parameters to fit anew, first.")] = False,
    no_routes: Annotated[
        bool, typer.Option("--no-routes", help="Keep access to legs; for worlds without the legs of the facts.")
    ] = False,
    ship: Annotated[bool, typer.Option("--ship", help="Put ensemble and report into the package.")] = False,
) -> None:
    """Fit uncertain parameters to targets; resumes."""
    from countermarket.cli.console import progress_bar, say, say_here

    with reported():
        from countermarket.evidence.calibration.command import calibrate as fit
        from countermarket.evidence.calibration.command import packaged_observer
        from countermarket.evidence.calibration.report import ship as put_into_package

        where = setting(world, model)
        with progress_bar("calibrating") as progress:
            runner = packaged_observer(progress, where.world, where.model)
            folder = fit(
                waves=waves, runs=runs, seed=seed, workers=workers, out=out, screen=screen, progress=progress,
                runner=runner, routes=not no_routes,
            )  # fmt: skip
        say_here((folder / "report.md").read_text(encoding="utf-8"))
        say(f"calibration: {folder}")
        if ship:
            say(f"shipped: {put_into_package(folder)}")


def baseline(
    replicates: Replicates = 20,
    seed: Seed = 0,
    central: Central = False,
    workers: Workers = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the page; results/baseline if left out.")] = None,
) -> None:
    """Hold routes and levels of the baseline to evidence."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.evidence.baseline.observe import observe
        from countermarket.evidence.baseline.page import write_page

        with progress_bar("baseline") as progress:
            seen = observe(replicates, seed, central, workers, progress)
        page = write_page(out or Path("results") / "baseline", seen)
        print(page.read_text(encoding="utf-8"))
        say(f"page: {page}")


def history(
    replicates: Replicates = 20,
    seed: Seed = 0,
    central: Central = False,
    workers: Workers = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the page; results/history if left out.")] = None,
) -> None:
    """Hold growth from 2013 to 2022 to four published numbers."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.evidence.history.observe import observe
        from countermarket.evidence.history.page import write_page

        with progress_bar("history") as progress:
            seen = observe(replicates, seed, central, workers, progress)
        page = write_page(out or Path("results") / "history", seen)
        print(page.read_text(encoding="utf-8"))
        say(f"page: {page}")


def validate(
    experiments: Annotated[
        list[str] | None, typer.Argument(metavar="EXPERIMENT", help="Ids or scenarios; all if left out.")
    ] = None,
    replicates: Replicates = 60,
    seed: Seed = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three pairs, 24 months after the shock: a look, no verdict.")
    ] = False,
    workers: Workers = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the page; results/validation if left out.")] = None,
    world: WorldFolder = None,
    model: ModelName = None,
    table: Annotated[
        Path | None, typer.Option("--experiments", metavar="FILE", help="A table of one's own in the same columns.")
    ] = None,
    ship: Annotated[bool, typer.Option("--ship", help="Put the outcome into the package.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run natural experiments; model beside evidence."""
    from countermarket.cli.console import print_json, progress_bar, say, screen
    from countermarket.cli.outcomes_view import print_outcomes
    from countermarket.evidence.validation import report
    from countermarket.evidence.validation.command import validate as run_all

    with reported():
        where = setting(world, model)
        with progress_bar("validating") as progress:
            trials, page = run_all(
                experiments or (),
                replicates=replicates,
                seed=seed,
                quick=quick,
                workers=workers,
                out=out,
                progress=progress,
                table=table,
                ship=ship,
                world=where.world,
                model=where.model,
            )
        if as_json:
            print_json(report.json_rows(trials.outcomes))
        else:
            print_outcomes(screen(), trials.outcomes, quick)
        say(f"page: {page}")
        end_with(trials.failed)
