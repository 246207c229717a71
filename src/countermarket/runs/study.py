"""A study: every scenario and its reference, paired replicate by replicate, run and saved.

A run is (scenario, draw, replicate). References that scenarios share are run once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.declared.calendar import dated
from countermarket.parameters.ensemble import Ensemble
from countermarket.policy.reading import idle_in
from countermarket.results import folders, provenance, series, studies
from countermarket.results.folders import check_out, staging
from countermarket.results.manifest import describe_scenario, describe_world, described_model
from countermarket.results.studies import RunRow
from countermarket.runs.experiment import Experiment
from countermarket.runs.job import Progress, Result, Runner
from countermarket.runs.packaged import keep_world, packaged_runner
from countermarket.runs.plan import Plan, jobs_of, plan_study
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.analysis.comparison import Compared

Judged = Callable[["Compared"], None]

LONGEST_STEMS = 60


class Log(NamedTuple):
    """What the runs said beside their values, gathered as they finish."""

    runs: list[RunRow]
    residuals: dict[str, float]
    trace: list[dict[str, Any]]
    seconds: list[float]


def folder_for(experiment: Experiment, runner: Runner) -> Path:
    """results/<stems>-<hash8>: the same inputs have the same folder."""
    scenarios = experiment.scenarios
    stems = "-".join(dict.fromkeys(scenario.name for scenario in scenarios))
    if len(stems) > LONGEST_STEMS:
        count = len({scenario.name for scenario in scenarios})
        stems = f"{scenarios[0].name[:LONGEST_STEMS]}-and-{count - 1}-more"
    digests = sorted(scenario.digest for scenario in scenarios)
    sizes = [experiment.seed, experiment.replicates, experiment.months]
    inputs = [digests, *sizes, *_hashes(runner, experiment.ensemble).values()]
    return folders.default_folder(stems, hashlib.sha256(json.dumps(inputs).encode()).hexdigest())


def _hashes(runner: Runner, ensemble: Ensemble | None) -> dict[str, str]:
    """Hashes of the world, the parameters, and the ensemble if there is one."""
    hashes = {
        "world": provenance.digest_of(runner.world),
        "parameters": provenance.digest_of(runner.parameters),
    }
    models = {"model": runner.model, "against": runner.against}
    hashes |= {name: model.digest for name, model in models.items() if model is not None}
    return hashes | ({"ensemble": ensemble.digest} if ensemble else {})


def run_study(
    experiment: Experiment,
    *,
    workers: int | None = None,
    out: Path | None = None,
    trace: bool = False,
    progress: Progress | None = None,
    judged: Judged | None = None,
    runner: Runner | None = None,
) -> Path:
    """Run the scenarios and their references, save everything, and return the study folder.

    The folder appears when it is complete. Failed runs are listed in runs.parquet and never stop the rest.
    `judged` is then given the study as read back and compared for its tables: nobody need do so again.
    """
    if out is not None:
        check_out(Path(out))
    other = experiment.against is not None
    plan = plan_study(experiment.scenarios, experiment.replicates, experiment.seed, experiment.ensemble, other)
    runner = runner or packaged_runner(progress, experiment.world, experiment.model, experiment.against)
    target = Path(out) if out is not None else folder_for(experiment, runner)
    check_out(target)
    started = time.time()
    keys = dated(runner.layout(runner.world, experiment.months).keys, experiment.begins)
    workers = min(workers or default_workers(), len(plan.runs))
    with staging(target) as folder:
        lengths = dict.fromkeys((scenario.name for scenario in plan.scenarios), experiment.months)
        jobs = jobs_of(plan, lengths, experiment.ensemble, trace)
        log = Log([], {}, [], [])
        with closing(run_all(runner, jobs, workers)) as outcomes:
            series.write_series(folder, keys, _followed(plan, outcomes, log, progress))
        studies.write_runs(folder, log.runs)
        keep_world(runner, folder)
        if trace:
            studies.write_trace(folder, log.trace)
        manifest = _manifest(experiment, plan, runner, keys, log)
        studies.write_manifest(folder, manifest | _circumstances(started, workers, log))
        compared = _write_tables(folder, target)
    if judged is not None:
        judged(compared)
    return target


def _write_tables(folder: Path, target: Path) -> Compared:
    """measures.csv and comparison.csv, made from the saved files alone before they are moved to `target`."""
    from countermarket.analysis.comparison import Compared, compare
    from countermarket.analysis.tables import write_tables

    study = studies.read_study(folder)
    document = compare(study._replace(path=target))
    write_tables(study, document)
    return Compared(study.moved(target), document)


def _followed(
    plan: Plan, outcomes: Iterator[Result], log: Log, progress: Progress | None
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Pass on the values of each run that finished, and note everything else it said."""
    for done, (run, result) in enumerate(zip(plan.runs, outcomes, strict=True), start=1):
        _note(log, run, result)
        if progress is not None:
            progress(done, len(plan.runs), run.scenario)
        if result.values is not None:
            yield run.run, result.values


def _note(log: Log, run: RunRow, result: Result) -> None:
    """Add a run's status, worst residuals, time and events to the log."""
    status = "failed" if result.values is None else "done"
    log.runs.append(run._replace(status=status, message=result.message))
    log.seconds.append(result.seconds)
    for name, size in result.residuals.items():
        log.residuals[name] = max(log.residuals.get(name, 0.0), abs(float(size)), key=_worse)
    who = {"run": run.run, "scenario": run.scenario, "replicate": run.replicate}
    log.trace.extend(who | event for event in result.trace or ())


def _worse(size: float) -> float:
    """Order by size, with an undefined residual the worst of all."""
    return size if size == size else float("inf")


def _manifest(
    experiment: Experiment, plan: Plan, runner: Runner, keys: dict[str, NDArray[np.str_]], log: Log
) -> dict[str, Any]:
    """What was run, and of which world: the same for the same inputs."""
    import numpy as np

    months = [str(month) for month in np.unique(keys["month"])]
    world = describe_world(runner.world)
    return {
        "schema": folders.SCHEMA,
        "kind": "study",
        "seed": experiment.seed,
        "replicates": experiment.replicates,
        "draws": len({run.draw for run in plan.runs}) if experiment.ensemble else 0,
        "months": {"first": months[0], "last": months[-1], "count": len(months), "all": months},
        "scenarios": [
            describe_scenario(scenario, plan.reference, months, world)
            | {"lines": experiment.told.get(scenario.name)}
            for scenario in plan.scenarios
        ],
        "texts": experiment.texts,
        "failed": sum(run.status != "done" for run in log.runs),
        "warnings": [line for one in experiment.scenarios for line in idle_in(one, experiment.world)],
        "invariants": log.residuals,
        "hashes": _hashes(runner, experiment.ensemble)
        | {scenario.name: scenario.digest for scenario in plan.scenarios},
        "world": world,
        **described_model(runner.model),
    }


def _circumstances(started: float, workers: int, log: Log) -> dict[str, Any]:
    """When, where and how fast it ran: everything volatile."""
    import statistics

    from countermarket.engine.compiled import source_digest

    return {
        "code": source_digest(),
        "versions": provenance.versions(),
        **provenance.commit(),
        "machine": provenance.machine(),
        "workers": workers,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "wall_seconds": round(time.time() - started, 2),
        "run_seconds_median": round(statistics.median(log.seconds), 4),
    }
