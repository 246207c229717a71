"""Commands about files: briefs, checks, new scenarios."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countermarket.cli.endings import refuse, reported
from countermarket.cli.options import Against, BaselineFile, For, ModelName, Months, Window, WorldFolder
from countermarket.cli.setting import setting


def brief(
    folder: Annotated[Path, typer.Argument(metavar="STUDY", help="Folder of a saved study.")],
    out: Annotated[
        Path | None, typer.Option(help="File or folder of the page; brief.html in the study if left out.")
    ] = None,
    window: Window = None,
    against: Against = None,
    places: For = None,
    audience: Annotated[
        str,
        typer.Option(metavar="WHO", help="minister: the answer; treasury: and money; assurer: and quality; analyst."),
    ] = "analyst",
    policy: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the first page is about; else the first of the ranking.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="html, pdf, docx, pptx; several with commas between.")
    ] = "html",
) -> None:
    """Write the brief of a study: page, PDF, slides."""
    from countermarket.cli.console import say
    from countermarket.cli.runs import name_of, places_of, window_of

    with reported():
        from countermarket.brief.content import Wanted, write_briefs

        wanted = Wanted(audience, name_of(policy), formats=tuple(one for one in formats.split(",") if one))
        span, other = window_of(window), name_of(against)
        for written in write_briefs(folder, out, span, other, places_of(places), wanted):
            say(f"brief: {written}")


def check(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="Files to validate.")] = None,
    months: Months = 120,
    baseline: BaselineFile = None,
    world: WorldFolder = None,
    model: ModelName = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a scenario.")] = False,
) -> None:
    """Validate scenario, study or world files."""
    from countermarket.cli.checks import check_file
    from countermarket.cli.console import print_json

    with reported():
        where = setting(world, model, baseline)
        if schema:
            from countermarket.policy.schema import scenario_schema
            from countermarket.world.names import names_of

            print_json(scenario_schema(names_of(where.world, where.model)))
        elif not files:
            refuse("check needs files, or --schema")
        faults = [fault for file in files or () if (fault := check_file(file, months, where))]
        if faults:
            refuse("\n".join(faults))


def new_world(
    folder: Annotated[Path, typer.Argument(help="Folder to make.")],
    full: Annotated[bool, typer.Option("--full", help="Copy the packaged tables whole, to change.")] = False,
) -> None:
    """Write the start of a world; never overwrites."""
    from countermarket.cli import world_template
    from countermarket.cli.console import say

    with reported():
        say(f"wrote {world_template.new_world(folder, full)}")


def new(name: Annotated[str, typer.Argument(help="Name of the scenario, or path of its file.")]) -> None:
    """Write a commented scenario; never overwrites."""
    from countermarket.cli.console import say
    from countermarket.cli.template import new_scenario
    from countermarket.policy.baseline import load_baseline

    with reported():
        say(f"wrote {new_scenario(name, load_baseline())}")
