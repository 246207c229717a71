"""Commands that run for an answer: packages searched for, saved rows verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermarket.cli.endings import FAILED, refuse, reported
from countermarket.cli.options import AsJson, ModelName, Workers, WorldFolder
from countermarket.cli.setting import setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from countermarket.sweeps.design import Design
    from countermarket.sweeps.search import Aims


def search(
    study: Annotated[Path, typer.Argument(metavar="STUDY.yaml", help="A sweep's file: levers, parts, replicates.")],
    rise: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="More is better; may be repeated; index if left out.")
    ] = None,
    fall: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="Less is better; may be repeated.")
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(metavar="OUTCOME=MOST", help="May not lie above; public_cost is all public money added."),
    ] = None,
    population: Annotated[int, typer.Option(min=4, max=10_000, help="Packages of a generation.")] = 24,
    generations: Annotated[int, typer.Option(min=1, max=10_000, help="Generations.")] = 10,
    worst: Annotated[bool, typer.Option("--worst", help="Judge by the worst tenth of draws, not their mean.")] = False,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Luck of the search.")] = 0,
    workers: Workers = None,
    world: WorldFolder = None,
    model: ModelName = None,
    as_json: AsJson = False,
) -> None:
    """Search for packages that no other beats."""
    with reported():
        from countermarket.cli.console import print_json, progress_bar, screen
        from countermarket.runs.packaged import packaged_runner
        from countermarket.runs.processes import default_workers
        from countermarket.sweeps.evaluator import evaluator
        from countermarket.sweeps.file import read_design
        from countermarket.sweeps.search import Aims
        from countermarket.sweeps.search import search as look

        where = setting(world, model)
        design = read_design(study, where.world, where.model, is_drawn=False)
        over = "worst" if worst else "mean"
        limits = tuple(limit_of(one) for one in limit or ())
        aims = Aims(tuple(rise or ("index",)), tuple(fall or ()), limits, over, population, generations, seed)  # type: ignore[arg-type]
        names = names_asked(aims, design, where.world)
        with progress_bar("searching") as progress:
            runner = packaged_runner(progress, where.world, where.model)
            evaluate = evaluator(design, runner, names, workers or default_workers())
            document = look(design.factors, aims, evaluate, progress)
        if as_json:
            print_json(document)
        else:
            print_packages(screen(), document)


def verify(
    sweep: Annotated[Path, typer.Argument(metavar="SWEEP", help="Folder of a finished sweep.")],
    rows: Annotated[int, typer.Option(min=1, max=100_000, help="Rows to run again, spread over the table.")] = 4,
    workers: Workers = None,
    world: WorldFolder = None,
    model: ModelName = None,
    as_json: AsJson = False,
) -> None:
    """Run some rows of a sweep again and compare bits."""
    with reported():
        from countermarket.cli.console import print_json, progress_bar
        from countermarket.runs.packaged import packaged_runner
        from countermarket.runs.processes import default_workers
        from countermarket.sweeps.verify import verify_sweep

        where = setting(world, model)
        with progress_bar("verifying") as progress:
            runner = packaged_runner(progress, where.world, where.model)
            count = workers or default_workers()
            document = verify_sweep(sweep, runner, rows, count, where.world, where.model)
        if as_json:
            print_json(document)
        else:
            print_verified(document)
        if document["differing"]:
            raise SystemExit(FAILED)


def print_verified(document: Mapping[str, Any]) -> None:
    """Say how many rows are the same to the bit, which are not, and what else is another than it was."""
    from countermarket.cli.console import say_here
    from countermarket.reading.wording import listed, shown

    say_here(f"{shown(document['title'])}: {document['same']} of {document['checked']} rows are the same to the bit")
    for row in document["differing"]:
        say_here(f"row {row['design_row']}, replicate {row['replicate']}: {listed(row['columns'])} differ")
    if document["changed"]:
        say_here(f"not what it was when the sweep began: {', '.join(document['changed'])}")


def limit_of(text: str) -> tuple[str, float]:
    """OUTCOME=MOST as an outcome and a number."""
    name, _, most = text.partition("=")
    try:
        return name, float(most)
    except ValueError:
        refuse(f"--limit {text}: write OUTCOME=MOST, such as change_innocent_actions=200")
        raise


def names_asked(aims: Aims, design: Design, world: Any) -> list[str]:
    """Every outcome that is asked for. It is refused if there is no such column."""
    from countermarket.reading.spelling import nearest
    from countermarket.sweeps.evaluator import PUBLIC_COST
    from countermarket.sweeps.rows import columns
    from countermarket.world.load import load_world

    known = [*columns((world or load_world()).market_names, design.measures), PUBLIC_COST]
    names = list(dict.fromkeys((*aims.aims, *dict(aims.limits))))
    for name in names:
        if name not in known:
            refuse(f"no outcome is called {name}.{nearest(name, known)}")
    return names


def print_packages(console: Console, document: Mapping[str, Any]) -> None:
    """Print each package of the front as a paragraph: what it is, what it gives, what is regretted."""
    from countermarket.cli.analyses_view import interval_text
    from countermarket.reading.wording import shown

    for number, package in enumerate(document["packages"], start=1):
        values = [f"{name} {one if isinstance(one, str) else f'{one:.3g}'}" for name, one in package["values"].items()]
        console.print(f"{number}. {shown(', '.join(values), 1_000)}")
        for name, one in package["outcomes"].items():
            regret = package["most_regret"].get(name)
            more = f"; at worst {regret:.3g} behind the best" if regret is not None else ""
            console.print(f"   {name} {interval_text(one, 4)}{more}")
        if document["limits"]:
            console.print(f"   within every limit in {package['within_limits_share']:.0%} of the draws")
    if not document["packages"]:
        console.print("No package keeps every limit.")
    covered = ", ".join(f"{one:.2f}" for one in document["hypervolume"])
    tried = f"{document['tried']:,} packages tried in {document['draws']} draws"
    console.print(f"{tried}; covered by generation: {covered}\n")
