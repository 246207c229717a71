"""Runs of 2013 to 2022 reduced to how much there is and how much is detected, year by year, over the ensemble."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.declared.calendar import dated
from countermarket.evidence.history.numbers import YEARS, Number, coverage_of, load_numbers, yearly
from countermarket.model.running.simulate import Outcome, layout, simulate
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import Parameters
from countermarket.policy.driving import course_of
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import HISTORICAL, Scenario
from countermarket.runs.job import Job, Progress
from countermarket.runs.packaged import packaged_runner
from countermarket.runs.processes import default_workers, run_all
from countermarket.world.drivers import Driver, load_drivers
from countermarket.world.names import names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

MONTHS = 12 * len(YEARS)
WHOLE, STILL = "", "every series"
"""Arms: every series moves the world; none does."""
LOWEST, HIGHEST = "powers at their lowest", "powers at their highest"
"""Arms in which the world follows every series as little, or as much, as is thought possible."""


class Seen(NamedTuple):
    """What runs of the historical world say of each number."""

    numbers: tuple[Number, ...]
    arms: tuple[str, ...]
    """Every series (the first), then each arm without one of them, by its name, without any, and with other powers."""
    values: Floats
    """Activity and detections by year; NaN = undefined. (arms, runs, numbers, 2, years)"""
    coverage: Floats
    """Of what is detected, how much is counted, the last year = 1. (arms, numbers, years)"""
    parameters: str

    @property
    def series(self) -> list[tuple[int, str]]:
        """The arms without one series, or without any, with their numbers."""
        return [(place, name) for place, name in enumerate(self.arms) if name not in (WHOLE, LOWEST, HIGHEST)]


def observe(
    replicates: int = 20,
    seed: int = 0,
    central: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Seen:
    """Run the historical world, and again without each series, each replicate in a draw of its own unless `central`."""
    runner = packaged_runner(progress)._replace(simulate=observed)
    ensemble = None if central else shipped_ensemble()
    arms = arms_of(load_drivers())
    scenarios = [driven_by(drivers, name, runner.world) for name, drivers in arms.items()]
    jobs = [
        Job(one, seed, number, MONTHS, overrides=ensemble.overrides(ensemble.draw_of(number)) if ensemble else ())
        for number in range(replicates)
        for one in scenarios
    ]
    numbers = load_numbers()
    values = np.full((replicates, len(arms), len(numbers), 2, len(YEARS)), np.nan)
    with closing(run_all(runner, jobs, workers or default_workers())) as results:
        for place, result in enumerate(results):
            if result.values is not None:
                values[divmod(place, len(arms))] = result.values.reshape(values.shape[2:])
            if progress is not None:
                progress(place + 1, len(jobs), HISTORICAL)
    told = f"{replicates} draws from the calibrated ensemble" if ensemble else f"central values, {replicates} runs"
    return Seen(numbers, tuple(arms), values.swapaxes(0, 1), coverages(numbers, arms), told)


def coverages(numbers: tuple[Number, ...], arms: dict[str, tuple[Driver, ...]]) -> Floats:
    """How much of what is detected is counted. (arms, numbers, years)"""
    return np.array([[coverage_of(number, drivers) for number in numbers] for drivers in arms.values()])


def arms_of(drivers: tuple[Driver, ...]) -> dict[str, tuple[Driver, ...]]:
    """What moves the world in each arm; a series that is left out stands where the world's data have it."""
    names = dict.fromkeys(one.series.name for one in drivers)
    without = {name: tuple(one for one in drivers if one.series.name != name) for name in names}
    lowest, highest = (
        tuple(replace(one, elasticity=getattr(one, end)) for one in drivers) for end in ("low", "high")
    )
    return {WHOLE: drivers, **without, STILL: (), LOWEST: lowest, HIGHEST: highest}


def driven_by(drivers: tuple[Driver, ...], arm: str, world: World) -> Scenario:
    """The historical world as these drivers move it."""
    whole = load_scenario(HISTORICAL)
    course = course_of(drivers, whole.begins, names_of(world))
    return whole.model_copy(update={"name": arm or whole.name, "drivers": course.shocks, "driven": course.changes})


def observed(
    world: World, parameters: Parameters, scenario: Scenario, seed: int = 0, replicate: int = 0,
    months: int = MONTHS, trace: bool = False,
) -> Outcome:  # fmt: skip
    """One run reduced to its numbers, as a study runs a model: activity, then detections of each, year by year."""
    outcome = simulate(world, parameters, scenario, seed, replicate, months)
    keys = dated(layout(world, months).keys, scenario.begins)
    rows = [
        yearly(keys, outcome.values, number, measures)
        for number in load_numbers()
        for measures in (number.activity, (number.counted,))
    ]
    return Outcome(np.concatenate(rows), {}, None)
