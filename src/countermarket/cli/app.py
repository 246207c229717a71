"""The command line. Results go to standard output, everything else to standard error.

Exit codes: 0 done, 1 something failed while running, 2 the input is wrong, 130 interrupted.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from countermarket.cli import analyses, appraising, evidence, exploring, files, lists, runs, searching
from countermarket.cli.endings import reported
from countermarket.cli.output import flush, prepare_streams

app = typer.Typer(
    name="countermarket",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

COMMANDS = (
    runs.run, runs.compare, runs.sweep, evidence.baseline, evidence.calibrate, evidence.history, evidence.validate,
    analyses.analyse, analyses.attribute, analyses.discover, analyses.learn, searching.search, searching.verify,
    exploring.explore, exploring.live,
    files.brief, appraising.appraise, files.check,
    lists.levers, lists.shocks, lists.measures, lists.parameters, lists.mechanisms, lists.places,
    files.new, files.new_world,
)  # fmt: skip
for command in COMMANDS:
    app.command()(command)


def say_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        from importlib.metadata import version as version_of

        print(f"countermarket {version_of('countermarket')}")
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, typer.Option("--version", callback=say_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Simulate criminal markets against enforcement: which policy raises the cost of illicit activity?"""


def main() -> Any:
    """Run the command line; what it printed is written out, or that it could not be is said."""
    prepare_streams()
    with reported():
        try:
            return app()
        finally:
            flush()
