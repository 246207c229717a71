"""The command line. Results go to standard output, everything else to standard error.

Exit codes: 0 done, 1 something failed while running, 2 the input is wrong, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from countermarket.analysis.comparison import Compared

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="countermarket",
    help="Simulate criminal markets against enforcement: which policy raises the cost of illicit activity?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Scenarios = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenario files, or names of shipped scenarios.")
]
Replicates = Annotated[int, typer.Option(min=1, max=100_000, help="Paired runs of each scenario.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The same seed gives the same results.")]
Months = Annotated[int, typer.Option(min=12, max=1_200, help="Months reported, from 2026-01.")]
Workers = Annotated[int | None, typer.Option(min=1, max=4_096, help="Processes; all processors if left out.")]
Out = Annotated[Path | None, typer.Option(help="Study folder; results/... if left out.")]
BaselineFile = Annotated[Path | None, typer.Option("--baseline", help="Baseline file to compare with.")]
Trace = Annotated[bool, typer.Option("--trace", help="Also save the events of the first replicate.")]
Central = Annotated[
    bool, typer.Option("--central", help="Central parameter values, not draws from the calibrated ensemble.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]


@contextmanager
def reported() -> Iterator[None]:
    """Turn wrong input into a message and code 2, an interruption into code 130."""
    from countermarket.reading.errors import InputError

    try:
        yield
    except InputError as error:
        refuse(error.render())
    except KeyboardInterrupt:
        print("interrupted; nothing half-written is left", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except ValueError as error:
        from countermarket.cli.checks import is_wrong_input

        if not is_wrong_input(error):
            raise
        refuse(str(error))


def refuse(message: str) -> None:
    """Print what is wrong with the input and stop with code 2."""
    print("error: " + message.replace("\n", "\nerror: "), file=sys.stderr)
    raise SystemExit(WRONG_INPUT)


@app.command()
def run(
    scenarios: Scenarios,
    replicates: Replicates = 20,
    seed: Seed = 0,
    months: Months = 120,
    workers: Workers = None,
    out: Out = None,
    baseline: BaselineFile = None,
    trace: Trace = False,
    central: Central = False,
    as_json: AsJson = False,
) -> None:
    """Run scenarios beside the baseline; table, charts."""
    with reported():
        found = study(scenarios, replicates, seed, months, workers, out, baseline, trace, central)
        draw(found)
        show_comparison(found.document, as_json)


@app.command()
def compare(
    scenarios: Annotated[list[str] | None, typer.Argument(metavar="SCENARIO", help="Scenarios.")] = None,
    saved: Annotated[
        Path | None, typer.Option("--from", metavar="STUDY", help="Re-rank a saved study.")
    ] = None,
    replicates: Replicates = 20,
    seed: Seed = 0,
    months: Months = 120,
    workers: Workers = None,
    out: Out = None,
    baseline: BaselineFile = None,
    trace: Trace = False,
    central: Central = False,
    as_json: AsJson = False,
) -> None:
    """Rank scenarios, run now or saved, by cost."""
    from countermarket.analysis.comparison import compare_study

    with reported():
        if bool(scenarios) == (saved is not None):
            refuse("compare needs scenarios, or --from with the folder of a saved study; not both")
        if saved is not None:
            show_comparison(compare_study(saved), as_json)
        else:
            found = study(scenarios or [], replicates, seed, months, workers, out, baseline, trace, central)
            show_comparison(found.document, as_json)


def study(
    scenarios: list[str],
    replicates: int,
    seed: int,
    months: int,
    workers: int | None,
    out: Path | None,
    baseline: Path | None,
    trace: bool,
    central: bool,
) -> Compared:
    """Load scenarios, run them beside their baseline, and say where the study stands."""
    from countermarket import api
    from countermarket.cli.console import progress_bar, say

    loaded = api.load_all(scenarios, baseline)
    for warning in api.warnings_of(loaded, months):
        say(f"warning: {warning}")
    for path in dict.fromkeys(scenario.baseline_path for scenario in loaded):
        say(f"baseline: {path}")
    say(f"parameters: {api.parameters_used(central)}")
    found: list[Compared] = []
    with progress_bar("running") as progress:
        folder = api.run(
            loaded,
            replicates=replicates,
            seed=seed,
            months=months,
            workers=workers,
            out=out,
            trace=trace,
            central=central,
            progress=progress,
            judged=found.append,
        )
    say(f"study: {folder}")
    return found[0]


def draw(found: Compared) -> None:
    """Draw the charts of a study."""
    from countermarket.charts import draw_all
    from countermarket.cli.console import say

    drawn = draw_all(found)
    say(f"charts: {drawn[0].parent if drawn else 'none'}")


def show_comparison(document: dict[str, Any], as_json: bool) -> None:
    """Print a study's comparison; code 1 if a run of it failed."""
    from countermarket.cli.comparison_view import print_comparison
    from countermarket.cli.console import print_json, say, screen
    from countermarket.reading.wording import shown

    for warning in document["warnings"]:
        say(f"warning: {shown(warning, 300)}")
    if as_json:
        print_json(document)
    else:
        print_comparison(screen(), document)
    end_with(document["failed"])


def end_with(failed: Sequence[str]) -> None:
    """Name the runs that failed, the first few, and end with code 1 if any did."""
    from countermarket.cli.console import say
    from countermarket.reading.wording import shown

    for failure in failed[:10]:
        say(f"failed: {shown(failure, 300)}")
    if failed:
        say(f"{len(failed)} runs failed; the others are counted")
        raise SystemExit(FAILED)


@app.command()
def sweep(
    design: Annotated[Path, typer.Argument(metavar="STUDY.yaml", help="What to vary, and how.")],
    workers: Workers = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Run part I of N of the design.")] = None,
    out: Out = None,
) -> None:
    """Vary levers and parameters over a design; resumes."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.sweeps.sweep import failures, run_sweep

        with progress_bar("sweeping") as progress:
            folder = run_sweep(design, workers=workers, shard=shard_of(shard), out=out, progress=progress)
        say(f"sweep: {folder}")
        end_with([f"row {f['design_row']}, replicate {f['replicate']}: {f['message']}" for f in failures(folder)])


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Read `1/4` as part 1 of 4."""
    if text is None:
        return None
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts) <= 100_000):
        refuse(f"--shard {text}: write I/N, such as 1/4 for the first of four parts")
    return int(part), int(parts)


@app.command()
def calibrate(
    waves: Annotated[int, typer.Option(min=1, max=20, help="Waves of runs, each nearer to the targets.")] = 3,
    runs: Annotated[int, typer.Option(min=40, max=100_000, help="Runs of a wave; twice as many at the end.")] = 300,
    workers: Workers = None,
    seed: Seed = 0,
    out: Out = None,
    screen: Annotated[bool, typer.Option("--screen", help="Choose the parameters to fit anew, first.")] = False,
    ship: Annotated[bool, typer.Option("--ship", help="Put ensemble and report into the package.")] = False,
) -> None:
    """Fit uncertain parameters to targets; resumes."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.evidence.calibration.command import calibrate as fit
        from countermarket.evidence.calibration.report import ship as put_into_package

        with progress_bar("calibrating") as progress:
            folder = fit(
                waves=waves, runs=runs, seed=seed, workers=workers, out=out, screen=screen, progress=progress
            )
        print((folder / "report.md").read_text(encoding="utf-8"))
        say(f"calibration: {folder}")
        if ship:
            say(f"shipped: {put_into_package(folder)}")


@app.command()
def validate(
    experiments: Annotated[
        list[str] | None, typer.Argument(metavar="EXPERIMENT", help="Ids or scenarios; all if left out.")
    ] = None,
    replicates: Replicates = 20,
    seed: Seed = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three pairs, 24 months after the shock: under a minute.")
    ] = False,
    workers: Workers = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the page; results/validation if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run natural experiments; model beside evidence."""
    from countermarket.cli.console import print_json, progress_bar, say, screen
    from countermarket.cli.outcomes_view import print_outcomes
    from countermarket.evidence.validation import report
    from countermarket.evidence.validation.command import validate as run_all

    with reported():
        with progress_bar("validating") as progress:
            found, page = run_all(
                experiments or (),
                replicates=replicates,
                seed=seed,
                quick=quick,
                workers=workers,
                out=out,
                progress=progress,
            )
        if as_json:
            print_json(report.json_rows(found.outcomes))
        else:
            print_outcomes(screen(), found.outcomes)
        say(f"page: {page}")
        end_with(found.failed)


@app.command()
def brief(folder: Annotated[Path, typer.Argument(metavar="STUDY", help="Folder of a saved study.")]) -> None:
    """Write the brief of a study: one HTML page."""
    from countermarket.cli.console import say

    with reported():
        from countermarket.brief.content import write_brief

        say(f"brief: {write_brief(folder)}")


@app.command()
def check(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="Files to validate.")] = None,
    months: Months = 120,
    baseline: BaselineFile = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a scenario.")] = False,
) -> None:
    """Validate scenario, study or world files."""
    from countermarket.cli.checks import check_file
    from countermarket.cli.console import print_json

    with reported():
        if schema:
            from countermarket.policy.schema import scenario_schema

            print_json(scenario_schema())
        elif not files:
            refuse("check needs files, or --schema")
        faults = [fault for file in files or () if (fault := check_file(file, months, baseline))]
        if faults:
            refuse("\n".join(faults))


@app.command()
def levers(
    name: Annotated[str | None, typer.Argument(help="A lever, or agencies, or alliance.")] = None,
    baseline: BaselineFile = None,
) -> None:
    """List levers: unit, bounds, baseline, source."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen
    from countermarket.policy.baseline import load_baseline

    with reported():
        chosen = load_baseline(baseline)
        if name is None:
            listings.print_levers(screen(), chosen)
        else:
            listings.print_lever(screen(), name, chosen)


@app.command()
def shocks(name: Annotated[str | None, typer.Argument(help="A kind of shock.")] = None) -> None:
    """List shocks: what they mean and may select."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_shocks(screen(), name)


@app.command()
def measures() -> None:
    """List what is measured."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_measures(screen())


@app.command()
def parameters(
    name: Annotated[str | None, typer.Argument(help="A parameter, or part of a name.")] = None,
) -> None:
    """List parameters: value, range, source."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_parameters(screen(), name)


@app.command()
def new(name: Annotated[str, typer.Argument(help="Name of the scenario, or path of its file.")]) -> None:
    """Write a commented scenario; never overwrites."""
    from countermarket.cli.template import new_scenario
    from countermarket.policy.baseline import load_baseline

    with reported():
        print(f"wrote {new_scenario(name, load_baseline())}", file=sys.stderr)


def main() -> Any:
    """Run the command line; a letter the terminal cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    return app()
