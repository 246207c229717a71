"""Run the natural experiments: each scenario beside its reference, the same luck in both, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis.intervals import Interval, interval
from countermarket.analysis.levels import mean
from countermarket.declared.calendar import month_of
from countermarket.evidence.validation.experiments import Experiment, start_of
from countermarket.evidence.validation.judgement import Judgement, judge
from countermarket.parameters.ensemble import Ensemble
from countermarket.policy.scenario import Scenario
from countermarket.results.rows import matching
from countermarket.runs.job import Runner
from countermarket.runs.packaged import packaged_runner
from countermarket.runs.plan import Plan, jobs_of, plan_study
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Keys = dict[str, NDArray[np.str_]]

YEAR = 12
SUMMED = ("persons", "deaths", "USD", "groups")
"""Units that add up over markets, where a row names none."""
Progress = Callable[[int, int, str], None]


class Series(NamedTuple):
    """What an experiment measures in one run."""

    months: tuple[str, ...]
    """Ends of the periods as recorded: months, quarters or years."""
    values: Array
    """(periods,)"""


class Outcome(NamedTuple):
    """An experiment, and what the model says of it."""

    experiment: Experiment
    first: int
    last: int
    """The months after the shock that were read: fewer than registered in a quick run."""
    model: Interval
    """Effect over them in per cent of the reference: mean and 80% interval."""
    judgement: Judgement
    after: list[int]
    """Months after the shock at which the periods of the profile end."""
    profile: list[Interval]
    """Effect in each period."""
    pairs: int


class Outcomes(NamedTuple):
    """Outcomes of every experiment, and the runs that failed."""

    outcomes: list[Outcome]
    failed: list[str]


def run_experiments(
    wanted: Sequence[Experiment],
    scenarios: dict[str, Scenario],
    *,
    replicates: int,
    seed: int = 0,
    most_months: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
    ensemble: Ensemble | None = None,
) -> Outcomes:
    """Run all experiments with paired replicates; `most_months` after the shock are run at most.

    With an ensemble each replicate has its own draw of the parameters.
    """
    runner = runner or packaged_runner(progress)
    plan = plan_study([scenarios[name] for name in scenarios], replicates, seed, ensemble)
    months = _months_of(plan, wanted, scenarios, most_months)
    jobs = jobs_of(plan, months, ensemble)
    readers = _readers(plan, wanted, months, runner)
    read: dict[tuple[str, str, int], Series] = {}
    failed = []
    with closing(run_all(runner, jobs, min(workers or default_workers(), len(jobs)))) as results:
        for done, (run, result) in enumerate(zip(plan.runs, results, strict=True), start=1):
            if progress is not None:
                progress(done, len(jobs), run.scenario)
            if result.values is None:
                failed.append(f"{run.scenario}, replicate {run.replicate}: {result.message}")
                continue
            for experiment, reader in readers[run.scenario]:
                read[experiment.id, run.scenario, run.replicate] = reader(result.values)
    outcomes = [
        _outcome(one, scenarios[one.scenario], plan.reference[one.scenario], read, replicates, most_months)
        for one in wanted
    ]
    return Outcomes(outcomes, failed)


def _months_of(
    plan: Plan, wanted: Sequence[Experiment], scenarios: dict[str, Scenario], most: int | None
) -> dict[str, int]:
    """Whole years of months each scenario must run; a reference as many as the longest it stands beside."""
    months: dict[str, int] = {}
    for experiment in wanted:
        last = window(experiment, most)[1]
        needed = -(-(start_of(scenarios[experiment.scenario]) + last) // YEAR) * YEAR
        for name in (experiment.scenario, plan.reference[experiment.scenario]):
            months[name] = max(months.get(name, 0), needed)
    return months


def window(experiment: Experiment, most: int | None) -> tuple[int, int]:
    """The months after the shock that are read: cut to those run, the last year run where all lie later."""
    if most is None or experiment.last <= most:
        return experiment.first, experiment.last
    return (experiment.first if experiment.first <= most - YEAR + 1 else most - YEAR + 1), most


# --- what is read of a run --------------------------------------------------------------------------------

Reader = Callable[[Any], Series]


def _readers(
    plan: Plan, wanted: Sequence[Experiment], months: dict[str, int], runner: Runner
) -> dict[str, list[tuple[Experiment, Reader]]]:
    """For each scenario and reference, the experiments that read it and how."""
    keys = {count: runner.layout(runner.world, count).keys for count in set(months.values())}
    readers: dict[str, list[tuple[Experiment, Reader]]] = {name: [] for name in months}
    for experiment in wanted:
        for name in (experiment.scenario, plan.reference[experiment.scenario]):
            readers[name].append((experiment, series_reader(keys[months[name]], experiment)))
    return readers


def series_reader(keys: Keys, experiment: Experiment) -> Reader:
    """A function from a run's values to the experiment's series. ValueError if nothing of the kind is recorded."""
    import numpy as np

    where = {name: "" for name in ("role", "leg", "component")}
    where |= {"jurisdiction": experiment.jurisdiction, "service": experiment.service}
    by_market = {"market": experiment.market} if experiment.market else {}
    rows = matching(keys, measure=experiment.measure, **where, **by_market)
    labels, place = np.unique(keys["month"][rows], return_inverse=True)
    units = set(keys["unit"][rows].tolist())
    if not len(rows) or (len(rows) > len(labels) and not units <= set(SUMMED)):
        raise ValueError(f"{experiment.id}: {experiment.measure} of {experiment.where or 'all'} is not recorded")
    months = tuple(labels.tolist())

    def read(values: Any) -> Series:
        return Series(months, np.bincount(place, weights=values[rows]).astype(np.float64))

    return read


# --- effects ----------------------------------------------------------------------------------------------


def _outcome(
    experiment: Experiment,
    scenario: Scenario,
    reference: str,
    read: dict[tuple[str, str, int], Series],
    replicates: int,
    most: int | None,
) -> Outcome:
    """Effects of all pairs of an experiment that finished, and their judgement."""
    import numpy as np

    numbers = [
        n
        for n in range(replicates)
        if (experiment.id, scenario.name, n) in read and (experiment.id, reference, n) in read
    ]
    first, last = window(experiment, most)
    if not numbers:
        nothing = interval(np.array([]), "no pair of runs finished")
        return Outcome(experiment, first, last, nothing, Judgement(False, False), [], [], 0)
    arms = [[read[experiment.id, name, n] for n in numbers] for name in (scenario.name, reference)]
    months = arms[0][0].months
    after = np.array([month_of(label) - start_of(scenario) + 1 for label in months])
    treated, plain = (np.stack([one.values[: len(months)] for one in arm]) for arm in arms)
    inside = (after >= first) & (after <= last)
    effect = interval(percent(mean(treated[:, inside]), mean(plain[:, inside])))
    shown = np.flatnonzero(after <= max(last, YEAR))
    profile = [interval(percent(treated[:, n], plain[:, n])) for n in shown]
    judgement = judge(effect["mean"], experiment.sign, experiment.low, experiment.high)
    return Outcome(experiment, first, last, effect, judgement, after[shown].tolist(), profile, len(numbers))


def percent(treated: Array, plain: Array) -> Array:
    """Change in per cent of the reference; NaN where the reference has nothing."""
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(plain > 0, 100.0 * (treated / plain - 1.0), np.nan)
