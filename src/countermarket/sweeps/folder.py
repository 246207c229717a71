"""The folder of a sweep: begun by whichever shard comes first, its parts, and what is damaged among them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.policy.scenario import reference_of
from countermarket.results import folders, provenance, studies
from countermarket.results.folders import check_out, refused
from countermarket.results.manifest import text_of
from countermarket.results.values import saved_values
from countermarket.runs.job import Runner
from countermarket.runs.packaged import keep_world
from countermarket.sweeps.design import Design, Factor
from countermarket.sweeps.draws import UNIFORM, analysis
from countermarket.sweeps.rows import columns, part_table, residuals_in

if TYPE_CHECKING:
    from countermarket.results.values import Values

TABLE = "sweep.parquet"


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


class Begun(NamedTuple):
    """A chunk and what of it is saved already."""

    chunk: Chunk
    rows: list[dict[str, Any]]
    residuals: dict[str, float]

    @property
    def left(self) -> tuple[Point, ...]:
        """Points that are still to be run."""
        there = {(row["design_row"], row["replicate"]) for row in self.rows}
        return tuple(point for point in self.chunk.points if (point.row, point.replicate) not in there)


def identity_of(design: Design, runner: Runner) -> dict[str, str]:
    """Hashes of all that bears on the numbers: runs of different ones must not meet in one table."""
    from countermarket.engine.compiled import source_digest

    own = provenance.code_of(runner.simulate, runner.layout, runner.replace)
    return {
        "design": design.digest,
        "world": provenance.digest_of(runner.world),
        "parameters": provenance.digest_of(runner.parameters),
        "code": source_digest(),
        **({"model": runner.model.digest} if runner.model is not None else {}),
        **({"runner": own} if own else {}),
    }


def default_folder(design: Design, identity: Mapping[str, str]) -> Path:
    """results/<stem>-<hash8>; not by code, so that a sweep begun with other code is found and refused."""
    inputs = json.dumps([identity[name] for name in identity if name not in ("code", "runner")])
    return folders.default_folder(design.path.stem, hashlib.sha256(inputs.encode()).hexdigest())


def open_folder(
    target: Path, design: Design, identity: Mapping[str, str], runner: Runner, warnings: Sequence[str] = ()
) -> None:
    """Begin a sweep's folder, or make sure that the one there is of this very sweep.

    The manifest comes first and only one writer's: shards may be started together.
    """
    check_out(target, "sweep")
    target.mkdir(parents=True, exist_ok=True)
    if not (target / "manifest.json").exists():
        studies.begin_manifest(target, _manifest(design, identity, runner) | {"warnings": list(warnings)})
    begun = studies.read_manifest(target, "sweep")["hashes"]
    other = [name for name in {**identity, **begun} if begun.get(name) != identity.get(name)]
    if other:
        raise refused(
            target,
            f"this sweep was begun with another {' and '.join(other)}; what is done and what is left may "
            "not be mixed. Choose another --out, or remove the folder to begin anew",
        )
    (target / "parts").mkdir(exist_ok=True)
    keep_world(runner, target)


def _manifest(design: Design, identity: Mapping[str, str], runner: Runner) -> dict[str, Any]:
    """What is swept, and with what: written once, before the first run."""
    scenario = design.scenario
    return {
        "schema": folders.SCHEMA,
        "kind": "sweep",
        "title": design.title,
        "question": design.question,
        "scenario": scenario.name,
        "reference": reference_of(scenario).name,
        "factors": [described(factor) for factor in design.factors],
        "problem": design.problem,
        "design": design.plan._asdict(),
        "analysis": analysis(design.plan),
        "rows": len(design.values),
        "replicates": design.replicates,
        "months": design.months,
        "seed": design.seed,
        "columns": columns(runner.world.market_names, design.measures),
        "texts": {
            "study": text_of(design.path),
            "scenario": text_of(scenario.path),
            "baseline": text_of(scenario.baseline_path),
        },
        "draws": drawn_of(design),
        "hashes": dict(identity),
        "versions": provenance.versions(),
        **provenance.commit(),
        "machine": provenance.machine(),
    }


def described(factor: Factor) -> dict[str, Any]:
    """A factor as the manifest tells it: what it may be, or how its numbers lie."""
    told = {name: getattr(factor, name) for name in ("name", "kind", "target", "key", "low", "high")}
    further = {"levers": list(factor.levers), "choices": [factor.cell(place) for place in range(len(factor.choices))]}
    told |= {name: value for name, value in further.items() if value}
    return told | ({"distribution": factor.spread._asdict()} if factor.spread != UNIFORM else {})


def drawn_of(design: Design) -> dict[str, Any]:
    """The parameters of each replicate's draw from the ensemble; nothing where central values are run."""
    ensemble = design.ensemble
    if ensemble is None:
        return {}
    draws = [ensemble.draw_of(replicate) for replicate in range(design.replicates)]
    return {
        "ensemble": ensemble.digest,
        "of_replicates": draws,
        "names": list(ensemble.names),
        "values": {str(draw): list(ensemble.values[draw - 1]) for draw in dict.fromkeys(draws)},
    }


def note_residuals(target: Path, residuals: dict[str, float]) -> None:
    """Add the worst residuals of a finished sweep to its manifest."""
    manifest = studies.read_manifest(target, "sweep")
    studies.write_manifest(target, manifest | {"invariants": residuals})


def worst(residuals: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The worst of each residual, an undefined one the worst of all."""
    held: dict[str, float] = {}
    for one in residuals:
        for name, size in one.items():
            held[name] = max(held.get(name, 0.0), abs(size), key=lambda size: size if size == size else float("inf"))
    return held


def part(target: Path, number: int) -> Path:
    """The file of a chunk."""
    return target / "parts" / f"chunk-{number:06d}.parquet"


def begun_of(target: Path, chunk: Chunk, design: Design, markets: list[str]) -> Begun:
    """What is saved of a chunk: nothing, if what is there is damaged, which is then set aside."""
    path = part(target, chunk.number)
    if not path.exists():
        return Begun(chunk, [], {})
    try:
        table = part_table(path, design, markets, chunk.points)
    except ValueError:
        set_aside(target, path)
        return Begun(chunk, [], {})
    return Begun(chunk, table.to_pylist(), residuals_in(table))


def set_aside(target: Path, path: Path) -> Path:
    """Move a damaged file out of the way, for whoever wants to know."""
    aside = target / "damaged"
    aside.mkdir(exist_ok=True)
    places = (aside / f"{path.name}-{number}" for number in count())
    place = next(place for place in places if not place.exists())
    os.replace(path, place)
    return place


def reference_file(target: Path, point: Point) -> Path:
    """The file of a reference that several parts need."""
    return target / "references" / f"draw-{point.draw}-replicate-{point.replicate}.npy"


def saved_reference(target: Path, point: Point) -> Values | None:
    """The reference of a point, if it is on disk."""
    return saved_values(reference_file(target, point))
