"""Run the natural experiments: each scenario beside its reference, the same luck in both, many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from countermarket.analysis.intervals import Interval, interval
from countermarket.analysis.levels import mean
from countermarket.declared.calendar import month_of
from countermarket.evidence.validation.judgement import NOTHING_RAN, Judgement, judge
from countermarket.evidence.validation.measured import Reader, Series, series_reader
from countermarket.evidence.validation.registration import Experiment, beside, start_of
from countermarket.parameters.ensemble import Ensemble
from countermarket.policy.scenario import Scenario
from countermarket.runs.job import Runner
from countermarket.runs.packaged import packaged_runner
from countermarket.runs.plan import Plan, jobs_of, plan_study
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

YEAR = 12
Progress = Callable[[int, int, str], None]
Read = dict[tuple[str, str, int], Series]
"""Series by experiment, scenario and replicate."""


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
    error: float | None = None
    """Standard error of the mean effect, in the same per cent; None below two pairs."""
    moved: Interval | None = None
    """What the treatment does to something else, where no effect was found."""


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
    measured = with_sides(wanted)
    months = months_of(plan, measured, scenarios, most_months)
    jobs = jobs_of(plan, months, ensemble)
    readers = readers_of(plan, measured, months, runner)
    read: Read = {}
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
    return Outcomes(outcomes_of(wanted, scenarios, plan, read, replicates, most_months), failed)


def with_sides(wanted: Sequence[Experiment]) -> list[Experiment]:
    """All that must be read for some experiments: what their treatments move stands behind them."""
    return [*wanted, *(beside(one) for one in wanted if one.moves)]


def outcomes_of(
    wanted: Sequence[Experiment], scenarios: dict[str, Scenario], plan: Plan, read: Read, replicates: int,
    most: int | None = None,
) -> list[Outcome]:  # fmt: skip
    """The outcome of each experiment from what was read of its two arms."""
    return [
        _outcome(one, Arms(scenarios[one.scenario], _against(one, plan), read, replicates), most) for one in wanted
    ]


def months_of(
    plan: Plan, wanted: Sequence[Experiment], scenarios: dict[str, Scenario], most: int | None
) -> dict[str, int]:
    """Whole years of months each scenario must run; a reference as many as the longest it stands beside."""
    months = {scenario.name: YEAR for scenario in plan.scenarios}  # a reference that no contrast reads runs a year
    for experiment in wanted:
        last = window(experiment, most)[1]
        needed = -(-(start_of(scenarios[experiment.scenario]) + last) // YEAR) * YEAR
        for name in (experiment.scenario, _against(experiment, plan)):
            months[name] = max(months.get(name, 0), needed)
    return months


def _against(experiment: Experiment, plan: Plan) -> str:
    """The other arm: the scenario named, else the reference."""
    return experiment.against or plan.reference[experiment.scenario]


def window(experiment: Experiment, most: int | None) -> tuple[int, int]:
    """The months after the shock that are read: cut to those run, the last year run where all lie later."""
    if most is None or experiment.last <= most:
        return experiment.first, experiment.last
    return (experiment.first if experiment.first <= most - YEAR + 1 else most - YEAR + 1), most


def readers_of(
    plan: Plan, wanted: Sequence[Experiment], months: dict[str, int], runner: Runner
) -> dict[str, list[tuple[Experiment, Reader]]]:
    """For each scenario and reference, the experiments that read it and how."""
    keys = {count: runner.layout(runner.world, count).keys for count in set(months.values())}
    readers: dict[str, list[tuple[Experiment, Reader]]] = {name: [] for name in months}
    for experiment in wanted:
        for name in (experiment.scenario, _against(experiment, plan)):
            readers[name].append((experiment, series_reader(keys[months[name]], experiment, runner.world)))
    return readers


# --- effects ----------------------------------------------------------------------------------------------


class Arms(NamedTuple):
    """Where the two arms of an experiment stand among all that was read."""

    scenario: Scenario
    against: str
    read: Read
    replicates: int

    def paired(self, name: str) -> tuple[tuple[str, ...], Array, Array]:
        """Ends of periods, and the series of both arms of an experiment that finished. (pairs, periods) each"""
        import numpy as np

        numbers = [
            n
            for n in range(self.replicates)
            if (name, self.scenario.name, n) in self.read and (name, self.against, n) in self.read
        ]
        if not numbers:
            return (), np.empty((0, 0)), np.empty((0, 0))
        arms = [[self.read[name, arm, n] for n in numbers] for arm in (self.scenario.name, self.against)]
        shorter = min((one[0].months for one in arms), key=len)
        treated, plain = (np.stack([one.values[: len(shorter)] for one in arm]) for arm in arms)
        return shorter, treated, plain


def _outcome(experiment: Experiment, arms: Arms, most: int | None) -> Outcome:
    """Effects of all pairs of an experiment that finished, and their judgement."""
    import numpy as np

    months, treated, plain = arms.paired(experiment.id)
    first, last = window(experiment, most)
    if not months:
        nothing = interval(np.array([]), "no pair of runs finished")
        return Outcome(experiment, first, last, nothing, NOTHING_RAN, [], [], 0)
    after = np.array([month_of(label) - start_of(arms.scenario) + 1 for label in months])
    changes = _changes(experiment, arms, most)
    effect = interval(changes)
    moved = interval(_changes(beside(experiment), arms, most)) if experiment.moves else None
    read = np.flatnonzero(after <= max(last, YEAR))
    profile = [interval(percent(treated[:, n], plain[:, n])) for n in read]
    judgement = judge(effect, experiment.sign, experiment.low, experiment.high, moved)
    ends = after[read].tolist()
    return Outcome(experiment, first, last, effect, judgement, ends, profile, len(treated), _error(changes), moved)


def _changes(experiment: Experiment, arms: Arms, most: int | None) -> Array:
    """The effect of each pair over the window, in per cent. (pairs,)"""
    import numpy as np

    months, treated, plain = arms.paired(experiment.id)
    first, last = window(experiment, most)
    after = np.array([month_of(label) - start_of(arms.scenario) + 1 for label in months])
    inside = (after >= first) & (after <= last)
    return percent(mean(treated[:, inside]), mean(plain[:, inside]))


def _error(changes: Array) -> float | None:
    """The standard error of a mean over pairs."""
    import numpy as np

    known = changes[np.isfinite(changes)]
    return float(known.std(ddof=1) / len(known) ** 0.5) if len(known) > 1 else None


def percent(treated: Array, plain: Array) -> Array:
    """Change in per cent of the reference; NaN where the reference has nothing."""
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(plain > 0, 100.0 * (treated / plain - 1.0), np.nan)
