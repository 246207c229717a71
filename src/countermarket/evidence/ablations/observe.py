"""Run the validation, the baseline and one policy under each configuration: the same luck and draws, in one pool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.analysis.intervals import Interval
from countermarket.analysis.levels import Pairs
from countermarket.analysis.pairing import window
from countermarket.evidence.ablations import measured
from countermarket.evidence.ablations.switches import Configuration, overridden
from countermarket.evidence.validation.trials import (
    Outcome,
    Progress,
    Read,
    months_of,
    outcomes_of,
    readers_of,
    with_sides,
)
from countermarket.runs.plan import Plan, jobs_of, plan_study
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.evidence.validation.measured import Reader
    from countermarket.evidence.validation.registration import Experiment
    from countermarket.parameters.ensemble import Ensemble
    from countermarket.policy.scenario import Scenario
    from countermarket.runs.job import Job, Result, Runner

    Keys = dict[str, NDArray[np.str_]]
    Values = dict[int, NDArray[np.float64]]
    Whole = dict[str, Values]

MONTHS = 120
"""Months of the baseline and of the policy, of which the last 36 are read."""


class Setup(NamedTuple):
    """What is run alike under every configuration."""

    wanted: Sequence[Experiment]
    scenarios: dict[str, Scenario]
    """Those of the experiments, by name."""
    policy: Scenario
    replicates: int
    seed: int = 0
    ensemble: Ensemble | None = None
    months: int = MONTHS
    """Of the policy and its reference."""


class Seen(NamedTuple):
    """What a configuration makes of the experiments, the baseline and the policy."""

    configuration: Configuration
    outcomes: list[Outcome]
    levels: dict[str, Interval]
    """The baseline's, in per cent of those with everything on; the policy's indices as they are."""
    failed: list[str]


class Course(NamedTuple):
    """The runs of a configuration, and what is kept of them."""

    plan: Plan
    months: dict[str, int]
    jobs: list[Job]
    readers: dict[str, list[tuple[Experiment, Reader]]]
    reference: str
    """The policy's."""


def observe(
    setup: Setup, asked: Sequence[Configuration], runner: Runner, workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Seen]:  # fmt: skip
    """What each configuration says, as soon as it is done; the baseline's levels stand beside the first's."""
    course = _course(setup, runner)
    jobs = [job._replace(overrides=overridden(job.overrides, one.off)) for one in asked for job in course.jobs]
    first: Whole = {}
    with closing(run_all(runner, jobs, min(workers or default_workers(), len(jobs)))) as results:
        for number, one in enumerate(asked):
            read: Read = {}
            whole: Whole = {setup.policy.name: {}, course.reference: {}}
            failed = []
            for place, result in enumerate(islice(results, len(course.jobs))):
                failed += _take_in(course, course.jobs[place], result, read, whole)
                if progress is not None:
                    progress(number * len(course.jobs) + place + 1, len(jobs), one.name)
            first = first or whole
            outcomes = outcomes_of(setup.wanted, setup.scenarios, course.plan, read, setup.replicates)
            yield Seen(one, outcomes, _levels(setup, course, runner, whole, first), failed)


def _course(setup: Setup, runner: Runner) -> Course:
    """Every run of one configuration; the reference of the policy is that of the experiments which change levers."""
    plan = plan_study([*setup.scenarios.values(), setup.policy], setup.replicates, setup.seed, setup.ensemble)
    sides, reference = with_sides(setup.wanted), plan.reference[setup.policy.name]
    months = months_of(plan, sides, setup.scenarios, None)
    longest = max(setup.months, months[setup.policy.name], months[reference])
    months |= {setup.policy.name: longest, reference: longest}
    jobs, readers = jobs_of(plan, months, setup.ensemble), readers_of(plan, sides, months, runner)
    return Course(plan, months, jobs, readers, reference)


def _take_in(course: Course, job: Job, result: Result, read: Read, whole: Whole) -> list[str]:
    """Keep what is read of a run; if it failed, say so."""
    name = job.scenario.name
    if result.values is None:
        return [f"{name}, replicate {job.replicate}: {result.message}"]
    for experiment, reader in course.readers[name]:
        read[experiment.id, name, job.replicate] = reader(result.values)
    if name in whole:
        whole[name][job.replicate] = result.values
    return []


def _levels(setup: Setup, course: Course, runner: Runner, whole: Whole, first: Whole) -> dict[str, Interval]:
    """The baseline's levels beside those of the first configuration, and the policy's index under this one."""
    months, policy = course.months[course.reference], setup.policy
    keys = runner.layout(runner.world, months).keys
    span, _ = window(sorted(set(keys["month"].tolist())))
    beside = measured.changes(_paired(keys, whole[course.reference], first[course.reference]), span)
    own = _paired(keys, whole[policy.name], whole[course.reference])
    return beside | measured.indices(own, policy, runner.world, span)


def _paired(keys: Keys, arm: Values, other: Values) -> Pairs:
    """Runs of two arms that both finished, by replicate."""
    both = sorted(set(arm) & set(other))
    return Pairs(keys, np.stack([arm[number] for number in both]), np.stack([other[number] for number in both]))
