"""Runs of the baseline reduced to facts about routes and to levels, over the ensemble."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.evidence.baseline.levels import MEASURED, Level, Run, load_levels
from countermarket.evidence.routes.facts import Fact, load_facts
from countermarket.evidence.routes.measure import arrived_this_month, fact_values
from countermarket.model.running.simulate import Outcome, advance, layout, start, values_of
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import Parameters
from countermarket.policy.reading import load_scenario
from countermarket.runs.job import Job, Progress
from countermarket.runs.packaged import packaged_runner
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario
    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

MONTHS = 24
"""Months of each run; the last twelve are read."""


class Observed(NamedTuple):
    """What runs of the baseline say of each fact and level. NaN = undefined."""

    facts: tuple[Fact, ...]
    levels: tuple[Level, ...]
    fact_values: Floats
    """(runs, facts)"""
    level_values: Floats
    """(runs, levels)"""
    parameters: str


def observe(
    replicates: int = 20,
    seed: int = 0,
    central: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Observed:
    """Run the baseline, each replicate in a draw of its own unless `central`, and read facts and levels off it."""
    runner = packaged_runner(progress)._replace(simulate=observed)
    ensemble = None if central else shipped_ensemble()
    baseline = load_scenario("baseline")
    jobs = [
        Job(baseline, seed, number, MONTHS, overrides=ensemble.overrides(ensemble.draw_of(number)) if ensemble else ())
        for number in range(replicates)
    ]
    facts, levels = facts_and_levels(runner.world)
    values = np.full((replicates, len(facts) + len(levels)), np.nan)
    with closing(run_all(runner, jobs, workers or default_workers())) as results:
        for number, result in enumerate(results):
            if result.values is not None:
                values[number] = result.values
            if progress is not None:
                progress(number + 1, replicates, "baseline")
    told = f"{replicates} draws from the calibrated ensemble" if ensemble else f"central values, {replicates} runs"
    return Observed(facts, levels, values[:, : len(facts)], values[:, len(facts) :], told)


def facts_and_levels(world: World) -> tuple[tuple[Fact, ...], tuple[Level, ...]]:
    """What is held against evidence in a world."""
    return load_facts(world), load_levels(world, {group.name: group.members for group in world.groups})


def observed(
    world: World, parameters: Parameters, scenario: Scenario, seed: int = 0, replicate: int = 0,
    months: int = MONTHS, trace: bool = False,
) -> Outcome:  # fmt: skip
    """One run reduced to its facts and levels, as a study runs a model. Values: (facts + levels,)."""
    facts, levels = facts_and_levels(world)
    simulation = start(world, parameters, scenario, seed, replicate, months)
    arrived = np.zeros(len(world.legs))
    for month in range(months):
        advance(simulation)
        if month >= months - 12:
            arrived += arrived_this_month(simulation) / 12.0
    run = Run(world, simulation.state, layout(world, months).keys, values_of(simulation))
    read_off = [MEASURED[level.measure](run, level) if level.measure else np.nan for level in levels]
    return Outcome(np.concatenate([fact_values(world, facts, arrived), read_off]), {}, None)
