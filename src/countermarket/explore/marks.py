"""Shipped scenarios as marks on the sliders: run whole in the draws of the sweep, so that they stand beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.analysis.intervals import interval
from countermarket.analysis.swept import TABLE, as_matrix, as_numbers, read_columns
from countermarket.explore.controls import Control
from countermarket.explore.outcomes import Outcome
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_names
from countermarket.reading.errors import InputError
from countermarket.results.folders import check_out
from countermarket.results.studies import read_manifest
from countermarket.sweeps.design import Design, Factor
from countermarket.sweeps.draws import Plan
from countermarket.sweeps.sweep import run_sweep

if TYPE_CHECKING:
    from countermarket.runs.job import Progress, Runner
    from countermarket.world.names import Names
    from countermarket.world.structure import World

BESIDE = "-marks"
"""Their runs stand in a folder beside that of the sweep, of the same name with this after it."""


def marked(world: World | None = None) -> list[Scenario]:
    """The shipped policies that a world can hold: one that names places or markets it has not is left out."""
    policies: list[Scenario] = []
    for name in shipped_names():
        with suppress(InputError):
            policies.append(load_scenario(name, world=world))
    return [policy for policy in policies if not policy.is_baseline]


def marks_folder(folder: Path) -> Path:
    """Where the runs of the marks stand."""
    return folder.with_name(folder.name + BESIDE)


def run_marks(
    design: Design,
    folder: Path,
    scenarios: Sequence[Scenario],
    workers: int | None = None,
    progress: Progress | None = None,
    world: World | None = None,
    runner: Runner | None = None,
) -> Path:
    """Run shipped policies in the draws and months of a sweep, or what is left of it; the folder."""
    import numpy as np

    policy = Factor("policy", "policy", "", "", 0.0, len(scenarios) - 1.0, choices=tuple(scenarios))
    beside = design._replace(
        title=f"Shipped policies beside: {design.title}",
        factors=(policy,),
        plan=Plan("grid", len(scenarios), 0, 0),
        values=np.arange(len(scenarios), dtype=float)[:, None],
    )
    check_out(marks_folder(folder), "sweep")
    return run_sweep(
        beside, workers=workers, out=marks_folder(folder), progress=progress, world=world, runner=runner
    )


def marks_of(
    folder: Path,
    controls: Sequence[Control],
    outcomes: Sequence[Outcome],
    scenarios: Sequence[Scenario],
    names: Names,
    sweep: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Each shipped policy: where it puts the sliders, what else it sets, and its exact results where they are saved."""
    exact = _exact(marks_folder(folder), outcomes, sweep)
    return [
        {"name": one.name, "title": one.title, "exact": exact.get(one.name, {}), **placed(one, controls)}
        for one in scenarios
    ]


def placed(scenario: Scenario, controls: Sequence[Control]) -> dict[str, Any]:
    """Positions of a scenario on the controls (None where it is nowhere on one), and the levers that no control has."""
    values = {change.lever: change.value for change in scenario.changes}
    positions = [
        control.at(values[control.lever.name]) if control.lever.name in values else control.start
        for control in controls
    ]
    held = {control.lever.name for control in controls}
    near = [
        control.label
        for control in controls
        if control.lever.name in values and not control.says(values[control.lever.name])
    ]
    shocks = [f"shock: {shock.kind}" for shock in scenario.shocks]
    further = [*dict.fromkeys(lever for lever in values if lever not in held), *shocks]
    return {"at": positions, "further": further, "near": near}


def _exact(folder: Path, outcomes: Sequence[Outcome], sweep: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By policy and outcome the mean and 80% interval over the pairs; nothing if they were run with anything else."""
    if not (folder / TABLE).exists():
        return {}
    manifest = read_manifest(folder, "sweep")
    alike = ("code", "parameters", "world")
    same = [manifest["hashes"].get(name) == sweep["hashes"].get(name) for name in alike]
    same += [manifest[name] == sweep[name] for name in ("replicates", "months", "seed", "draws")]
    if not all(same):
        return {}
    columns = [outcome.column for outcome in outcomes if outcome.is_comparable]
    table = as_numbers(read_columns(folder, ["design_row", "replicate", "status", "policy", *columns]), manifest)
    policies = next(one["choices"] for one in manifest["factors"] if one["name"] == "policy")
    held: dict[str, dict[str, Any]] = {name: {} for name in policies}
    for column in columns:
        places, results = as_matrix(table, ["policy"], column)
        for place, row in zip(places[:, 0], results, strict=True):
            told = interval(row)
            if told["mean"] is not None:
                held[policies[int(place)]][column] = [float(f"{told[end]:.5g}") for end in ("mean", "low", "high")]
    return held
