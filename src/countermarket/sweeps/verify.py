"""Whether a saved sweep comes out the same again: some of its rows run anew from its own texts, bit by bit."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.declared.calendar import dated
from countermarket.results.folders import refused
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.results.series import on_disk
from countermarket.results.studies import read_manifest
from countermarket.runs.job import Job, Runner
from countermarket.runs.processes import run_all
from countermarket.sweeps.design import Design, at_its_widest, overrides_of, reference_at, scenario_of
from countermarket.sweeps.file import read_design
from countermarket.sweeps.folder import TABLE, Point, identity_of
from countermarket.sweeps.rows import headline_rows

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.world.structure import World

CIRCUMSTANCES = ("draw", "message")
"""Columns that depend on which rows are run."""


def verify_sweep(
    folder: Path,
    runner: Runner,
    rows: int = 4,
    workers: int = 1,
    world: World | None = None,
    model: Additions | None = None,
) -> dict[str, Any]:
    """Run some rows of a finished sweep again and say which columns differ. InputError if it is unfinished."""
    manifest = read_manifest(folder, "sweep")
    saved = _saved(folder)
    design = design_in(folder, manifest, world, model)
    places = sorted({round(place * (len(saved) - 1) / max(1, rows - 1)) for place in range(rows)})
    points = [Point(saved[place]["design_row"], 0, saved[place]["replicate"]) for place in places]
    again = _again(design, runner, points, workers)
    differing = [
        {"design_row": point.row, "replicate": point.replicate, "columns": columns}
        for point, place, row in zip(points, places, again, strict=True)
        if (columns := [name for name, value in row.items() if not _same(value, saved[place].get(name), name)])
    ]
    hashes = identity_of(design, runner)
    return {
        "title": manifest["title"],
        "checked": len(points),
        "same": len(points) - len(differing),
        "differing": differing,
        "changed": [name for name, value in hashes.items() if manifest["hashes"].get(name) != value],
    }


def _saved(folder: Path) -> list[dict[str, Any]]:
    """The rows of the table."""
    import pyarrow.parquet as pq

    if not (folder / TABLE).exists():
        raise refused(folder, f"this sweep is not finished: {TABLE} comes when every part is there")
    rows: list[dict[str, Any]] = pq.read_table(on_disk(folder / TABLE)).to_pylist()
    return rows


def design_in(folder: Path, manifest: Mapping[str, Any], world: World | None, model: Additions | None) -> Design:
    """The design of a sweep from the texts in its manifest. InputError where it came from no study file."""
    texts = manifest["texts"]
    if "factors:" not in texts["study"]:
        raise refused(folder, "this sweep came from no study file: verify has nothing to read its design from")
    with tempfile.TemporaryDirectory() as place:
        names = {"study": "study.yaml", "scenario": f"{manifest['scenario']}.yaml", "baseline": "baseline.yaml"}
        for kind, name in names.items():
            if texts.get(kind):
                Path(place, name).write_text(texts[kind], encoding="utf-8")
        return read_design(Path(place, "study.yaml"), world, model)


def _again(design: Design, runner: Runner, points: list[Point], workers: int) -> list[dict[str, Any]]:
    """Some rows run anew, each beside its reference."""
    jobs = [_job(design, point, is_reference) for point in points for is_reference in (True, False)]
    results = list(run_all(runner, jobs, workers))
    keys = dated(runner.layout(runner.world, design.months).keys, design.scenario.begins)
    months = sorted(set(keys["month"].tolist()))
    entry = describe_scenario(at_its_widest(design), {}, months, describe_world(runner.world))
    pairs = list(zip(points, results[1::2], strict=True))
    return headline_rows(design, entry, keys, pairs, [result.values for result in results[::2]])


def _job(design: Design, point: Point, is_reference: bool) -> Job:
    """A row's run, or its reference's."""
    scenario = reference_at(design, point.row) if is_reference else scenario_of(design, point.row)
    overrides = overrides_of(design, point.row, point.replicate)
    return Job(scenario, design.seed, point.replicate, design.months, overrides=overrides)


def _same(value: Any, saved: Any, name: str) -> bool:
    """Whether a cell is what it was, to the bit; undefined is the same as undefined."""
    if name in CIRCUMSTANCES or value == saved:
        return True
    return isinstance(value, float) and value != value and (saved is None or saved != saved)
