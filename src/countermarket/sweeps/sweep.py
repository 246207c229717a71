"""A sweep: one scenario over a design of levers and parameters, each point beside the baseline of its draw.

Work is cut into chunks that depend on the design alone. A finished chunk is a file; a killed sweep takes up
where it stopped, and shards on several machines share one folder.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.policy.scenario import reference_of
from countermarket.results import folders, provenance, studies
from countermarket.results.folders import check_out, refused
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.results.values import read_values, save_values
from countermarket.runs.experiment import foretold
from countermarket.runs.job import Job, Result, Runner
from countermarket.runs.packaged import keep_world, packaged_runner
from countermarket.runs.processes import default_workers, run_all
from countermarket.sweeps.design import Design, overrides_of, scenario_of
from countermarket.sweeps.draws import analysis
from countermarket.sweeps.file import read_design
from countermarket.sweeps.rows import columns, headline_rows, join_parts, write_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

    Values = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
PAIRS_A_CHUNK = 16


class Point(NamedTuple):
    """One row of the design with one replicate, and the draw of parameters it runs in."""

    row: int
    draw: int
    replicate: int

    @property
    def sample(self) -> tuple[int, int]:
        """What it shares with its reference."""
        return self.draw, self.replicate


class Chunk(NamedTuple):
    """Points that are saved together."""

    number: int
    points: tuple[Point, ...]


class Task(NamedTuple):
    """One run: a point's scenario, or the reference of a draw and replicate."""

    chunk: int
    point: Point
    is_reference: bool


def run_sweep(
    path: Path | str,
    *,
    workers: int | None = None,
    shard: tuple[int, int] | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    world: World | None = None,
    model: Model | None = None,
    runner: Runner | None = None,
) -> Path:
    """Run what is left of a sweep, or of a shard (i, n) of it, and return its folder.

    In the packaged world and with the standard model where none is given.

    sweep.parquet appears when every chunk of every shard is there.
    """
    design = read_design(path, world, model)
    runner = runner or packaged_runner(progress, world, model)
    warnings = foretold(scenario_of(design, 0), design.months, runner.world)
    identity = identity_of(design, runner)
    target = Path(out) if out is not None else _default_folder(design, identity)
    _open_folder(target, design, identity, runner, warnings)
    chunks = chunks_of(design)
    mine, of = shard or (1, 1)
    left = [
        chunk
        for chunk in chunks
        if chunk.number % of == mine - 1 and not _part(target, chunk.number).exists()
    ]
    _run_chunks(target, runner, design, left, workers or default_workers(), progress)
    _finish(target, design, chunks, runner)
    return target


# --- the folder -------------------------------------------------------------------------------------------


def identity_of(design: Design, runner: Runner) -> dict[str, str]:
    """Hashes of all that bears on the numbers: runs of different ones must not meet in one table."""
    from countermarket.engine.compiled import source_digest

    return {
        "design": design.digest,
        "world": provenance.digest_of(runner.world),
        "parameters": provenance.digest_of(runner.parameters),
        "code": source_digest(),
        **({"model": runner.model.digest} if runner.model is not None else {}),
    }


def _default_folder(design: Design, identity: dict[str, str]) -> Path:
    """results/<stem>-<hash8>; not by code, so that a sweep begun with other code is found and refused."""
    inputs = json.dumps([identity[name] for name in identity if name != "code"])
    return folders.default_folder(design.path.stem, hashlib.sha256(inputs.encode()).hexdigest())


def _open_folder(
    target: Path, design: Design, identity: dict[str, str], runner: Runner, warnings: Sequence[str]
) -> None:
    """Begin a sweep's folder, or make sure that the one there is of this very sweep."""
    check_out(target, "sweep")
    if (target / "manifest.json").exists():
        begun = studies.read_manifest(target, "sweep")["hashes"]
        other = [name for name in {**identity, **begun} if begun.get(name) != identity.get(name)]
        if other:
            raise refused(
                target,
                f"this sweep was begun with another {' and '.join(other)}; what is done and what is left may "
                "not be mixed. Choose another --out, or remove the folder to begin anew",
            )
        return
    (target / "parts").mkdir(parents=True, exist_ok=True)
    keep_world(runner, target)
    studies.write_manifest(target, _manifest(design, identity, runner) | {"warnings": list(warnings)})


def _manifest(design: Design, identity: dict[str, str], runner: Runner) -> dict[str, Any]:
    """What is swept, and with what: written once, before the first run."""
    return {
        "schema": folders.SCHEMA,
        "kind": "sweep",
        "title": design.title,
        "question": design.question,
        "scenario": design.scenario.name,
        "reference": reference_of(design.scenario).name,
        "factors": [factor._asdict() for factor in design.factors],
        "problem": design.problem,
        "design": design.plan._asdict(),
        "analysis": analysis(design.plan),
        "rows": len(design.values),
        "replicates": design.replicates,
        "months": design.months,
        "seed": design.seed,
        "columns": columns(runner.world.market_names, design.measures),
        "hashes": identity,
        "versions": provenance.versions(),
        **provenance.commit(),
        "machine": provenance.machine(),
    }


def _part(target: Path, number: int) -> Path:
    return target / "parts" / f"chunk-{number:06d}.parquet"


# --- the work ---------------------------------------------------------------------------------------------


def chunks_of(design: Design) -> list[Chunk]:
    """Points in the order of their draws, so that those that share references stand together."""
    draws: dict[tuple[tuple[str, float], ...], int] = {}
    points = [
        Point(row, draws.setdefault(overrides_of(design, row), len(draws)), replicate)
        for row in range(len(design.values))
        for replicate in range(design.replicates)
    ]
    points.sort(key=lambda point: (point.draw, point.row, point.replicate))
    cuts = range(0, len(points), PAIRS_A_CHUNK)
    return [Chunk(number, tuple(points[cut : cut + PAIRS_A_CHUNK])) for number, cut in enumerate(cuts)]


def _run_chunks(
    target: Path,
    runner: Runner,
    design: Design,
    left: Sequence[Chunk],
    workers: int,
    progress: Progress | None,
) -> None:
    """Run chunks and save each as soon as its last run is in."""
    keys = runner.layout(runner.world, design.months).keys
    entry = _entry(design, runner, keys)
    needed = last_needed(chunks_of(design))
    tasks = _tasks(target, left, needed)
    jobs = [_job(design, task) for task in tasks]
    references: dict[tuple[int, int], Values] = {}
    with closing(run_all(runner, jobs, workers)) as outcomes:
        told = _told(zip(tasks, outcomes, strict=True), len(tasks), progress)
        for number, group in groupby(told, key=lambda pair: pair[0].chunk):
            finished = list(group)
            _take_references(target, finished, references, needed)
            points = [(task.point, result) for task, result in finished if not task.is_reference]
            paired = [_reference(target, point, references) for point, _ in points]
            rows = headline_rows(design, entry, keys, points, paired)
            write_rows(_part(target, number), rows, design, _markets(runner))
            for sample in [sample for sample in references if needed[sample][1] <= number]:
                del references[sample]


def last_needed(chunks: Sequence[Chunk]) -> dict[tuple[int, int], tuple[int, int]]:
    """First and last chunk that need the reference of a draw and replicate."""
    needed: dict[tuple[int, int], tuple[int, int]] = {}
    for chunk in chunks:
        for point in chunk.points:
            first, _ = needed.get(point.sample, (chunk.number, 0))
            needed[point.sample] = (first, chunk.number)
    return needed


def _tasks(target: Path, left: Sequence[Chunk], needed: dict[tuple[int, int], tuple[int, int]]) -> list[Task]:
    """Runs to be made, chunk by chunk: references that are not there yet, then the points."""
    tasks: list[Task] = []
    seen: set[tuple[int, int]] = set()
    for chunk in left:
        for point in chunk.points:
            if point.sample not in seen and not _reference_file(target, point).exists():
                tasks.append(Task(chunk.number, point, is_reference=True))
            seen.add(point.sample)
        tasks += [Task(chunk.number, point, is_reference=False) for point in chunk.points]
    return tasks


def _job(design: Design, task: Task) -> Job:
    """A task as a run: the same draw, seed and replicate for a point and its reference."""
    point = task.point
    scenario = reference_of(design.scenario) if task.is_reference else scenario_of(design, point.row)
    overrides = overrides_of(design, point.row)
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
    needed: dict[tuple[int, int], tuple[int, int]],
) -> None:
    """Keep the references a chunk made, on disk too if another chunk needs them: none is run twice."""
    for task, result in finished:
        if not task.is_reference or result.values is None:
            continue
        sample = task.point.sample
        references[sample] = result.values
        if needed[sample][0] != needed[sample][1]:
            save_values(_reference_file(target, task.point), result.values)


def _reference(target: Path, point: Point, references: dict[tuple[int, int], Values]) -> Values | None:
    """The reference of a point: held, or on disk; None if it failed."""
    if point.sample not in references and _reference_file(target, point).exists():
        references[point.sample] = read_values(_reference_file(target, point))
    return references.get(point.sample)


def _reference_file(target: Path, point: Point) -> Path:
    return target / "references" / f"draw-{point.draw}-replicate-{point.replicate}.npy"


def _entry(design: Design, runner: Runner, keys: dict[str, Any]) -> dict[str, Any]:
    """The swept scenario as its arms need to know it: first change and places it acts in."""
    months = sorted(set(keys["month"].tolist()))
    return describe_scenario(scenario_of(design, 0), {}, months, describe_world(runner.world))


def _markets(runner: Runner) -> list[str]:
    return list(runner.world.market_names)


def _finish(target: Path, design: Design, chunks: Sequence[Chunk], runner: Runner) -> None:
    """Join the parts into sweep.parquet once all are there, whoever made them."""
    parts = [_part(target, chunk.number) for chunk in chunks]
    if (target / "sweep.parquet").exists() or not all(part.exists() for part in parts):
        return
    join_parts(parts, target / "sweep.parquet", design, _markets(runner))
    shutil.rmtree(target / "references", ignore_errors=True)


def failures(target: Path) -> list[dict[str, Any]]:
    """Points of a finished sweep that failed: design_row, replicate and message."""
    import pyarrow.parquet as pq

    if not (target / "sweep.parquet").exists():
        return []
    names = ["design_row", "replicate", "message"]
    failed = [("status", "=", "failed")]
    rows: list[dict[str, Any]] = pq.read_table(
        studies.on_disk(target / "sweep.parquet"), columns=names, filters=failed
    ).to_pylist()
    return rows
