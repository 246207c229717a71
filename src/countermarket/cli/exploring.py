"""The command that makes a page to explore: a sweep over levers, shipped policies beside it, one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countermarket.cli.endings import reported
from countermarket.cli.options import Workers, WorldFolder
from countermarket.cli.setting import setting


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
