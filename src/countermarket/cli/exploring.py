"""Commands to explore: a page from a sweep over levers, and the same page with exact runs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermarket.cli.endings import reported
from countermarket.cli.options import Workers, WorldFolder
from countermarket.cli.setting import setting

if TYPE_CHECKING:
    from countermarket.explore.exact import Exact
    from countermarket.world.structure import World


def explore(
    what: Annotated[
        Path, typer.Argument(metavar="WHAT", help="A study of levers, or the folder of its finished sweep.")
    ] = Path("explore"),
    out: Annotated[
        Path | None, typer.Option(help="File or folder of the page; explore.html in the sweep's folder if left out.")
    ] = None,
    sweep: Annotated[
        Path | None, typer.Option("--sweep", metavar="FOLDER", help="Folder of the sweep; results/... if left out.")
    ] = None,
    workers: Workers = None,
    world: WorldFolder = None,
) -> None:
    """Write a page on which levers can be moved; resumes."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.explore.marks import marked, run_marks
        from countermarket.explore.page import explore_page
        from countermarket.sweeps.file import read_design
        from countermarket.sweeps.sweep import run_sweep

        where, folder = setting(world, None), what
        if not (what / "manifest.json").exists():
            design = read_design(what, where.world)
            with progress_bar("sweeping") as progress:
                folder = run_sweep(design, workers=workers, out=sweep, progress=progress, world=where.world)
            say(f"sweep: {folder}")
            with progress_bar("running shipped policies") as progress:
                beside = run_marks(design, folder, marked(where.world), workers, progress, where.world)
            say(f"shipped policies: {beside}")
        say(f"page: {explore_page(folder, out, where.world)}")


def live(
    folder: Annotated[
        Path, typer.Argument(metavar="SWEEP", help="Folder of a finished sweep of levers, as explore leaves it.")
    ],
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; any that is free if 0.")] = 0,
    world: WorldFolder = None,
) -> None:
    """Serve the page on this machine alone, with exact runs."""
    from countermarket.cli.console import say

    with reported():
        from countermarket.explore.page import document, page
        from countermarket.explore.server import server

        where = setting(world, None)
        held = document(folder, where.world)
        exact = exact_of(folder, where.world)
        served, address = server(page({**held, "live": True}), exact.answer, port)
        say(f"page: {address} (end with Ctrl+C)")
        with served:
            served.serve_forever()


def exact_of(folder: Path, world: World | None) -> Exact:
    """The model made ready to answer in the months, luck and draws of a sweep."""
    from countermarket.cli.console import progress_bar
    from countermarket.explore.exact import Exact
    from countermarket.explore.outcomes import outcomes_in
    from countermarket.results.studies import read_manifest
    from countermarket.runs.packaged import packaged_runner

    manifest = read_manifest(folder, "sweep")
    with progress_bar("making ready") as progress:
        runner = packaged_runner(progress, world)
    outcomes = outcomes_in(manifest["columns"])
    return Exact(runner, outcomes, manifest["months"], manifest["seed"], bool(manifest["draws"]), world)
