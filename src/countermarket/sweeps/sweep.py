"""A sweep: one scenario over a design of levers and parameters, each point beside the baseline of its draw.

Work is cut into chunks that depend on the design alone. A chunk is a file, written when it is finished and every
half minute before; a killed sweep takes up where it stopped, and shards on several machines share one folder.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.declared.calendar import dated
from countermarket.results import series
from countermarket.results.folders import refused
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.results.values import save_values
from countermarket.runs.experiment import foretold
from countermarket.runs.job import Job, Result, Runner
from countermarket.runs.packaged import packaged_runner
from countermarket.runs.processes import default_workers, run_all
from countermarket.sweeps.design import (
    Design,
    at_its_widest,
    has_own_reference,
    overrides_of,
    reference_at,
    scenario_of,
)
from countermarket.sweeps.file import read_design
from countermarket.sweeps.folder import (
    TABLE,
    Begun,
    Chunk,
    Point,
    begun_of,
    default_folder,
    identity_of,
    note_residuals,
    open_folder,
    part,
    reference_file,
    saved_reference,
    set_aside,
    worst,
)
from countermarket.sweeps.rows import headline_rows, join_parts, part_table, residuals_in, write_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

    Values = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
PAIRS_A_CHUNK = 16
SECONDS_A_PART = 30.0
"""What has finished is saved at least this often: so much a kill can cost."""


class Task(NamedTuple):
    """One run: a point's scenario, or the reference of a draw and replicate."""

    chunk: int
    point: Point
    is_reference: bool


class Sweep(NamedTuple):
    """A sweep that is open: where it stands, what it varies, and in what."""

    target: Path
    design: Design
    runner: Runner
    chunks: list[Chunk]

    @property
    def markets(self) -> list[str]:
        """Markets of its world."""
        return list(self.runner.world.market_names)


class Status(NamedTuple):
    """Points of a sweep, or of a shard of it."""

    done: int
    failed: int
    left: int


def run_sweep(
    path: Path | str | Design,
    *,
    workers: int | None = None,
    shard: tuple[int, int] | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    world: World | None = None,
    model: Model | None = None,
    runner: Runner | None = None,
    retry_failed: bool = False,
) -> Path:
    """Run what is left of a sweep (its file or its design), or of a shard (i, n) of it, and return its folder.

    In the packaged world and with the standard model where none is given; with `retry_failed` what failed is left too.

    sweep.parquet appears when every chunk of every shard is there.
    """
    sweep = _opened(path, out, progress, world, model, runner)
    left = [begun for chunk in _of_shard(sweep.chunks, shard) if (begun := _begun(sweep, chunk, retry_failed)).left]
    if left:
        (sweep.target / TABLE).unlink(missing_ok=True)
    _run_chunks(sweep, left, workers or default_workers(), progress)
    _finish(sweep)
    return sweep.target


def _opened(
    path: Path | str | Design,
    out: Path | None,
    progress: Progress | None,
    world: World | None,
    model: Model | None,
    runner: Runner | None,
    may_begin: bool = True,
) -> Sweep:
    """A sweep with its folder, begun or taken up."""
    design = path if isinstance(path, Design) else read_design(path, world, model)
    runner = runner or packaged_runner(progress, world, model)
    warnings = [*foretold(at_its_widest(design), design.months, runner.world), *alone(design)]
    identity = identity_of(design, runner)
    target = Path(out) if out is not None else default_folder(design, identity)
    if not may_begin and not (target / "manifest.json").exists():
        raise refused(target, "this sweep has not been begun here; leave out --status to begin it")
    open_folder(target, design, identity, runner, warnings)
    return Sweep(target, design, runner, chunks_of(design))


def _of_shard(chunks: Sequence[Chunk], shard: tuple[int, int] | None) -> list[Chunk]:
    """The chunks of shard i of n."""
    mine, of = shard or (1, 1)
    return [chunk for chunk in chunks if chunk.number % of == mine - 1]


def _begun(sweep: Sweep, chunk: Chunk, retry_failed: bool = False) -> Begun:
    """What is saved of a chunk; what failed does not count if it is to be tried again."""
    begun = begun_of(sweep.target, chunk, sweep.design, sweep.markets)
    if not retry_failed:
        return begun
    return begun._replace(rows=[row for row in begun.rows if row["status"] == "done"])


# --- the work ---------------------------------------------------------------------------------------------


def chunks_of(design: Design) -> list[Chunk]:
    """Points in the order of their draws, so that those that share references stand together."""
    draws: dict[tuple[object, ...], int] = {}
    references = [reference_at(design, row).digest if has_own_reference(design) else "" for row in rows_of(design)]
    points = [
        Point(row, draws.setdefault((*overrides_of(design, row, replicate), references[row]), len(draws)), replicate)
        for row in rows_of(design)
        for replicate in range(design.replicates)
    ]
    points.sort(key=lambda point: (point.draw, point.row, point.replicate))
    cuts = range(0, len(points), PAIRS_A_CHUNK)
    return [Chunk(number, tuple(points[cut : cut + PAIRS_A_CHUNK])) for number, cut in enumerate(cuts)]


def rows_of(design: Design) -> range:
    """The rows of a design."""
    return range(len(design.values))


def alone(design: Design) -> list[str]:
    """What to say of a design that runs in one draw of an ensemble."""
    if design.ensemble is None or design.replicates > 1:
        return []
    return ["one replicate runs in one draw of the calibrated ensemble; more replicates hold more of what is not known"]


def _run_chunks(sweep: Sweep, left: Sequence[Begun], workers: int, progress: Progress | None) -> None:
    """Run what is left of chunks and save it as it comes."""
    keys = dated(sweep.runner.layout(sweep.runner.world, sweep.design.months).keys, sweep.design.scenario.begins)
    entry = _entry(sweep.design, sweep.runner, keys)
    needed = last_needed(sweep.chunks)
    references: dict[tuple[int, int], Values] = {}
    tasks = _tasks(sweep.target, left)
    jobs = [_job(sweep.design, task) for task in tasks]
    begun = {one.chunk.number: one for one in left}
    with closing(run_all(sweep.runner, jobs, workers)) as outcomes:
        told = _told(zip(tasks, outcomes, strict=True), len(tasks), progress)
        for number, group in groupby(told, key=lambda pair: pair[0].chunk):
            for finished in _by_time(group):
                _take_references(sweep.target, finished, references, needed)
                points = [(task.point, result) for task, result in finished if not task.is_reference]
                paired = [_reference(sweep.target, point, references) for point, _ in points]
                rows = headline_rows(sweep.design, entry, keys, points, paired)
                begun[number] = _saved(sweep, begun[number], rows, [result.residuals for _, result in finished])
            for sample in [sample for sample in references if needed[sample][1] <= number]:
                del references[sample]


def _by_time(finished: Iterable[tuple[Task, Result]]) -> Iterator[list[tuple[Task, Result]]]:
    """What has finished, together: as much as comes in half a minute, then the rest."""
    held: list[tuple[Task, Result]] = []
    since = time.monotonic()
    for one in finished:
        held.append(one)
        if time.monotonic() - since >= SECONDS_A_PART:
            yield held
            held, since = [], time.monotonic()
    if held:
        yield held


def _saved(sweep: Sweep, begun: Begun, rows: list[dict[str, Any]], residuals: list[dict[str, float]]) -> Begun:
    """A chunk with more of its points, written."""
    more = begun._replace(rows=[*begun.rows, *rows], residuals=worst([begun.residuals, *residuals]))
    if more.rows:
        write_rows(part(sweep.target, more.chunk.number), more.rows, sweep.design, sweep.markets, more.residuals)
    return more


def last_needed(chunks: Sequence[Chunk]) -> dict[tuple[int, int], tuple[int, int]]:
    """First and last chunk that need the reference of a draw and replicate."""
    needed: dict[tuple[int, int], tuple[int, int]] = {}
    for chunk in chunks:
        for point in chunk.points:
            first, _ = needed.get(point.sample, (chunk.number, 0))
            needed[point.sample] = (first, chunk.number)
    return needed


def _tasks(target: Path, left: Sequence[Begun]) -> list[Task]:
    """Runs to be made, chunk by chunk: references that are not there yet, then the points."""
    tasks: list[Task] = []
    seen: set[tuple[int, int]] = set()
    for begun in left:
        for point in begun.left:
            if point.sample not in seen and saved_reference(target, point) is None:
                tasks.append(Task(begun.chunk.number, point, is_reference=True))
            seen.add(point.sample)
        tasks += [Task(begun.chunk.number, point, is_reference=False) for point in begun.left]
    return tasks


def _job(design: Design, task: Task) -> Job:
    """A task as a run: the same draw, seed and replicate for a point and its reference."""
    point = task.point
    scenario = reference_at(design, point.row) if task.is_reference else scenario_of(design, point.row)
    overrides = overrides_of(design, point.row, point.replicate)
    return Job(scenario, design.seed, point.replicate, design.months, overrides=overrides)


def _told(
    finished: Iterator[tuple[Task, Result]], total: int, progress: Progress | None
) -> Iterator[tuple[Task, Result]]:
    """Pass results on and say how far the sweep is."""
    for done, (task, result) in enumerate(finished, start=1):
        if progress is not None:
            progress(done, total, "reference" if task.is_reference else f"row {task.point.row}")
        yield task, result


def _take_references(
    target: Path,
    finished: Sequence[tuple[Task, Result]],
    references: dict[tuple[int, int], Values],
    needed: Mapping[tuple[int, int], tuple[int, int]],
) -> None:
    """Keep the references a chunk made, on disk too if another chunk needs them: none is run twice."""
    for task, result in finished:
        if not task.is_reference or result.values is None:
            continue
        sample = task.point.sample
        references[sample] = result.values
        if needed[sample][0] != needed[sample][1]:
            save_values(reference_file(target, task.point), result.values)


def _reference(target: Path, point: Point, references: dict[tuple[int, int], Values]) -> Values | None:
    """The reference of a point: held, or on disk; None if it failed."""
    if point.sample not in references:
        saved = saved_reference(target, point)
        if saved is None:
            return None
        references[point.sample] = saved
    return references[point.sample]


def _entry(design: Design, runner: Runner, keys: dict[str, Any]) -> dict[str, Any]:
    """The swept scenario as its arms need to know it: first change and places it acts in."""
    months = sorted(set(keys["month"].tolist()))
    return describe_scenario(at_its_widest(design), {}, months, describe_world(runner.world))


# --- the table --------------------------------------------------------------------------------------------


def _finish(sweep: Sweep) -> None:
    """Join the parts into sweep.parquet once all are whole, whoever made them."""
    if _is_joined(sweep) or not all(part(sweep.target, chunk.number).exists() for chunk in sweep.chunks):
        return
    tables = [_table_of(sweep, chunk) for chunk in sweep.chunks]
    if any(table.num_rows < len(chunk.points) for table, chunk in zip(tables, sweep.chunks, strict=True)):
        return
    join_parts(tables, sweep.target / TABLE)
    note_residuals(sweep.target, worst(residuals_in(table) for table in tables))
    shutil.rmtree(sweep.target / "references", ignore_errors=True)


def _is_joined(sweep: Sweep) -> bool:
    """Whether the whole table is there; one that is damaged is set aside, and joined anew."""
    path = sweep.target / TABLE
    if not path.exists():
        return False
    try:
        part_table(path, sweep.design, sweep.markets, [point for chunk in sweep.chunks for point in chunk.points])
    except ValueError:
        set_aside(sweep.target, path)
        return False
    return True


def _table_of(sweep: Sweep, chunk: Chunk) -> Any:
    """The table of a chunk. InputError if it is damaged: another shard's, for our own were looked at."""
    path = part(sweep.target, chunk.number)
    try:
        return part_table(path, sweep.design, sweep.markets, chunk.points)
    except ValueError as problem:
        aside = set_aside(sweep.target, path)
        raise refused(sweep.target, f"{problem}; it is set aside as {aside}: start its shard again") from None


def failures(target: Path) -> list[dict[str, Any]]:
    """Points of a sweep that failed, up to now if it is not finished: design_row, replicate and message."""
    import pyarrow.parquet as pq

    whole = target / TABLE
    files = [whole] if whole.exists() else sorted((target / "parts").glob("chunk-*.parquet"))
    names, failed = ["design_row", "replicate", "message"], [("status", "=", "failed")]
    tables = (pq.read_table(series.on_disk(file), columns=names, filters=failed) for file in files)
    return [row for table in tables for row in table.to_pylist()]


def status_of(
    path: Path | str,
    *,
    shards: int = 1,
    out: Path | None = None,
    world: World | None = None,
    model: Model | None = None,
    runner: Runner | None = None,
) -> tuple[Path, list[Status]]:
    """The folder of a sweep, and how far each of so many shards of it is."""
    sweep = _opened(path, out, None, world, model, runner, may_begin=False)
    return sweep.target, [_status(sweep, _of_shard(sweep.chunks, (mine, shards))) for mine in range(1, shards + 1)]


def _status(sweep: Sweep, chunks: Sequence[Chunk]) -> Status:
    """How far some chunks are."""
    begun = [_begun(sweep, chunk) for chunk in chunks]
    failed = sum(row["status"] != "done" for one in begun for row in one.rows)
    left = sum(len(one.left) for one in begun)
    return Status(sum(len(chunk.points) for chunk in chunks) - failed - left, failed, left)
