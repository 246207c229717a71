"""What packages give in every draw: the evaluator that a search asks, a generation at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from countermarket.declared.calendar import dated
from countermarket.reading.errors import InputError
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.runs.job import Job, Runner
from countermarket.runs.processes import run_all
from countermarket.sweeps.design import Design, at_its_widest, overrides_of, reference_at, scenario_of
from countermarket.sweeps.folder import Point
from countermarket.sweeps.rows import headline_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.sweeps.search import Evaluate

    Floats = NDArray[np.float64]

PUBLIC_COST = "public_cost"
"""Public money of states and of the alliance together, more than in the reference."""
PUBLIC = ("change_public_cost_states", "change_public_cost_alliance")
POLICY = ("lever", "part", "date")
"""Factors that policy decides on: the others are worlds, not packages."""


def evaluator(design: Design, runner: Runner, names: Sequence[str], workers: int = 1) -> Evaluate:
    """Say what packages give, each in every replicate's draw, beside references that are run once."""
    import numpy as np

    strange = [factor.name for factor in design.factors if factor.kind not in POLICY]
    if strange:
        message = f"{', '.join(strange)}: a search varies what policy decides on alone; doubt comes from the draws"
        raise InputError(str(design.path), None, "factors", message)
    keys = dated(runner.layout(runner.world, design.months).keys, design.scenario.begins)
    months = sorted(set(keys["month"].tolist()))
    entry = describe_scenario(at_its_widest(design), {}, months, describe_world(runner.world))
    references: list[Any] = []

    def evaluate(values: Floats) -> dict[str, Floats]:
        batch = design._replace(values=values)
        if not references:
            jobs = [_job(batch, Point(0, 0, replicate), True) for replicate in range(design.replicates)]
            references.extend(result.values for result in run_all(runner, jobs, workers))
        points = [Point(row, one, one) for one in range(design.replicates) for row in range(len(values))]
        results = list(run_all(runner, [_job(batch, point, False) for point in points], workers))
        pairs = list(zip(points, results, strict=True))
        rows = headline_rows(batch, entry, keys, pairs, [references[point.replicate] for point in points])
        return {
            name: np.array([_outcome(row, name) for row in rows]).reshape(design.replicates, len(values)).T
            for name in names
        }

    return evaluate


def _job(design: Design, point: Point, is_reference: bool) -> Job:
    """A package, or the reference, in a replicate's draw."""
    scenario = reference_at(design, point.row) if is_reference else scenario_of(design, point.row)
    overrides = overrides_of(design, point.row, point.replicate)
    return Job(scenario, design.seed, point.replicate, design.months, overrides=overrides)


def _outcome(row: dict[str, Any], name: str) -> float:
    """An outcome of a pair; NaN where it failed."""
    if row["status"] != "done":
        return float("nan")
    return float(sum(row[one] for one in PUBLIC) if name == PUBLIC_COST else row[name])
