"""Commands that run: scenarios, comparisons, sweeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermarket.cli.endings import end_with, refuse, reported
from countermarket.cli.options import (
    Against,
    AsJson,
    BaselineFile,
    ByCountry,
    Central,
    For,
    ModelName,
    Months,
    Out,
    Replicates,
    Scenarios,
    Seed,
    Trace,
    Window,
    Workers,
    WorldFolder,
)
from countermarket.cli.setting import Setting, setting

if TYPE_CHECKING:
    from countermarket.analysis.comparison import Compared
    from countermarket.analysis.levels import Months as Span
    from countermarket.runs.experiment import Experiment
    from countermarket.sweeps.sweep import Status


def run(
    scenarios: Scenarios,
    replicates: Replicates = 20,
    seed: Seed = 0,
    months: Months = 120,
    workers: Workers = None,
    out: Out = None,
    baseline: BaselineFile = None,
    world: WorldFolder = None,
    model: ModelName = None,
    trace: Trace = False,
    central: Central = False,
    window: Window = None,
    places: For = None,
    as_json: AsJson = False,
) -> None:
    """Run scenarios beside the baseline; table, charts."""
    with reported():
        experiment = listed(scenarios, replicates, seed, months, central, setting(world, model, baseline))
        compared = asked_of(experiment, window, None, places)(study(experiment, workers, out, trace))
        draw(compared)
        show_comparison(compared.document, as_json, experiment.warnings)


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
    world: WorldFolder = None,
    model: ModelName = None,
    trace: Trace = False,
    central: Central = False,
    window: Window = None,
    against: Against = None,
    places: For = None,
    countries: ByCountry = False,
    as_json: AsJson = False,
) -> None:
    """Rank scenarios, run now or saved, by cost."""
    from countermarket.analysis.comparison import compare_study

    with reported():
        if bool(scenarios) == (saved is not None):
            refuse("compare needs scenarios, or --from with the folder of a saved study; not both")
        if saved is not None:
            document = compare_study(saved, window_of(window), name_of(against), places_of(places), countries)
            show_comparison(document, as_json)
            show_as_run(document, as_json)
        else:
            where = setting(world, model, baseline)
            experiment = listed(scenarios or [], replicates, seed, months, central, where)
            done = asked_of(experiment, window, against, places, countries)(study(experiment, workers, out, trace))
            show_comparison(done.document, as_json, experiment.warnings)


def asked_of(
    experiment: Experiment,
    window: str | None,
    against: str | None,
    places: list[str] | None,
    countries: bool = False,
) -> Callable[[Compared], Compared]:
    """Check what is asked of a study before any run; return what answers it once the study is there."""
    from countermarket.analysis import by_place
    from countermarket.analysis.against import refuse_unranked as refuse_stranger
    from countermarket.analysis.comparison import Compared, compare
    from countermarket.analysis.pairing import window as windowed
    from countermarket.declared.calendar import reported_months
    from countermarket.results.manifest import describe_world
    from countermarket.world.load import load_world

    asked, other, named = window_of(window), name_of(against), places_of(places)
    if named:
        by_place.chosen(named, describe_world(experiment.world or load_world()))
    if asked:
        windowed(reported_months(experiment.months, experiment.begins), asked)
    if other:
        refuse_stranger([one.name for one in experiment.scenarios if not one.is_baseline], other)

    def answer(done: Compared) -> Compared:
        is_plain = not (asked or other or named or countries)
        return done if is_plain else Compared(done.study, compare(done.study, asked, other, named, countries))

    return answer


def show_as_run(document: dict[str, Any], as_json: bool) -> None:
    """Print what a saved study ran, line by line; a document of JSON holds it already."""
    from countermarket.cli.outline_view import print_as_run

    if not as_json:
        print_as_run(document["as_run"])


def name_of(scenario: str | None) -> str | None:
    """A scenario's name, given by name or by file."""
    return Path(scenario).stem if scenario else None


def places_of(named: list[str] | None) -> tuple[str, ...]:
    """Places asked for, one by one or with commas between."""
    return tuple(place for words in named or () for place in words.split(",") if place)


def window_of(text: str | None) -> Span | None:
    """FIRST:LAST as a span of months, if given."""
    from countermarket.analysis.levels import Months as Span

    if text is None:
        return None
    ends = text.split(":")
    if len(ends) != 2 or not all(re.fullmatch(r"\d{4}-\d{2}", end) for end in ends):
        refuse(f"--window is FIRST:LAST, as 2033-01:2035-12, not {text}")
    return Span(*ends)


def listed(
    scenarios: list[str], replicates: int, seed: int, months: int, central: bool, where: Setting
) -> Experiment:
    """Read the scenarios of a command, and say what they will be run with."""
    from countermarket.cli.console import say
    from countermarket.runs.experiment import Experiment, parameters_used

    experiment = Experiment(
        scenarios, replicates, seed, months, where.baseline, central, world=where.world, model=where.model
    )
    for warning in experiment.warnings:
        say(f"warning: {warning}")
    for path in dict.fromkeys(scenario.baseline_path for scenario in experiment.scenarios):
        say(f"baseline: {path}")
    say(f"parameters: {parameters_used(experiment)}")
    return experiment


def study(experiment: Experiment, workers: int | None, out: Path | None, trace: bool) -> Compared:
    """Run an experiment, and say where the study stands."""
    from countermarket.cli.console import progress_bar, say
    from countermarket.experiment import run as run_experiment

    judged: list[Compared] = []
    with progress_bar("running") as progress:
        folder = run_experiment(
            experiment, workers=workers, out=out, trace=trace, progress=progress, judged=judged.append
        )
    say(f"study: {folder}")
    return judged[0]


def draw(compared: Compared) -> None:
    """Draw the charts of a study."""
    from countermarket.charts import draw_all
    from countermarket.cli.console import say

    drawn = draw_all(compared)
    say(f"charts: {drawn[0].parent if drawn else 'none'}")


def show_comparison(document: dict[str, Any], as_json: bool, said: Sequence[str] = ()) -> None:
    """Print a study's comparison, with warnings that have not been said; code 1 if a run of it failed."""
    from countermarket.cli.comparison_view import print_comparison
    from countermarket.cli.console import print_json, say, screen
    from countermarket.cli.country_view import print_by_country
    from countermarket.reading.wording import shown

    for warning in [one for one in document["warnings"] if one not in said]:
        say(f"warning: {shown(warning, 300)}")
    if as_json:
        print_json(document)
    else:
        if "by_country" in document:
            print_by_country(screen(), document)
        print_comparison(screen(), document)
    end_with(document["failed"])


def sweep(
    design: Annotated[Path, typer.Argument(metavar="STUDY.yaml", help="What to vary, and how.")],
    workers: Workers = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Run part I of N of the design.")] = None,
    out: Out = None,
    world: WorldFolder = None,
    model: ModelName = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run again what failed, too.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Run nothing; say how far each shard is.")] = False,
) -> None:
    """Vary levers and parameters over a design; resumes."""
    from countermarket.cli.console import progress_bar, say

    with reported():
        from countermarket.sweeps.sweep import failures, run_sweep, status_of

        where, part = setting(world, model), shard_of(shard)
        if status:
            folder, told = status_of(
                design, shards=part[1] if part else 1, out=out, world=where.world, model=where.model
            )
            say(f"sweep: {folder}")
            print("\n".join(status_lines(told)))
            return
        with progress_bar("sweeping") as progress:
            folder = run_sweep(
                design,
                workers=workers,
                shard=part,
                out=out,
                progress=progress,
                world=where.world,
                model=where.model,
                retry_failed=retry_failed,
            )
        say(f"sweep: {folder}")
        if not (folder / "sweep.parquet").exists():
            say("sweep.parquet comes when every shard is done; --status says how far each is")
        end_with(
            [f"row {f['design_row']}, replicate {f['replicate']}: {f['message']}" for f in failures(folder)]
        )


def status_lines(told: Sequence[Status]) -> list[str]:
    """Say of each shard, and of all, how many points are done, failed and left."""
    lines = [
        f"{part}/{len(told)}: {one.done:,} points done, {one.failed:,} failed, {one.left:,} left"
        for part, one in enumerate(told, start=1)
    ]
    done, failed, left = (sum(column) for column in zip(*told, strict=True))
    return [*lines, f"all: {done:,} points done, {failed:,} failed, {left:,} left"] if len(told) > 1 else lines


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Read `1/4` as part 1 of 4."""
    if text is None:
        return None
    part, _, parts = text.partition("/")
    if not (part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts) <= 100_000):
        refuse(f"--shard {text}: write I/N, such as 1/4 for the first of four parts")
    return int(part), int(parts)
