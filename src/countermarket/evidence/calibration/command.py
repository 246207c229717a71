"""The command: which parameters and targets, in which folder, with how many runs; then fit and report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.evidence.calibration import screening, space
from countermarket.evidence.calibration.access import with_fitted_access
from countermarket.evidence.calibration.fit import Problem, fit, hypercube, run_points
from countermarket.evidence.calibration.folder import default_folder, identity_of, open_folder
from countermarket.evidence.calibration.library import Library
from countermarket.evidence.calibration.outputs import OUTPUTS, observed
from countermarket.evidence.calibration.report import write_report
from countermarket.evidence.calibration.targets import Target, load_targets
from countermarket.policy.reading import load_scenario
from countermarket.results.folders import refused
from countermarket.runs.job import Runner
from countermarket.runs.processes import default_workers

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

Progress = Callable[[int, int, str], None]
MONTHS = 36
"""Reported months of each run: ratios and shares have settled in the spin-up."""
SCREENED = 4
"""Runs of a screening for each uncertain parameter."""


def calibrate(
    *,
    waves: int = 3,
    runs: int = 300,
    seed: int = 0,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
    targets: tuple[Target, ...] | None = None,
    fitted: Sequence[str] | None = None,
    screen: bool = False,
    routes: bool = True,
) -> Path:
    """Fit, write ensemble and report, and return the folder; a folder begun before is taken up again.

    First access to legs is fitted to facts about routes, unless `routes` is false. Parameters to fit: `fitted`, or
    those the shipped screening chose, or with `screen` those a new one chooses.
    """
    runner = runner or packaged_observer(progress)
    targets = targets or load_targets()
    ranges = space.uncertain(runner.parameters.records)
    names = tuple(fitted) if fitted is not None else () if screen else space.load_fitted(ranges)
    baseline = load_scenario("baseline", world=runner.world, model=runner.model)
    library = Library(Path(), runner, baseline, seed, MONTHS, workers or default_workers(), len(OUTPUTS))
    problem = Problem(targets, ranges, names, library, waves, runs, seed)
    identity = identity_of(problem) | {"routes": "fitted" if routes else "kept"}
    target = Path(out) if out is not None else default_folder(identity)
    open_folder(target, identity)
    library = library._replace(folder=target)
    problem = problem._replace(library=with_fitted_access(library, progress) if routes else library)
    if screen:
        problem = problem._replace(fitted=screened(problem, progress))
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # sums differ with the number of threads
        write_report(target, fit(problem, progress), identity, progress, routes)
    return target


def screened(problem: Problem, progress: Progress | None = None) -> tuple[str, ...]:
    """Names of the parameters that a new screening chooses; its table is fitted.csv in the folder."""
    count = SCREENED * len(problem.ranges)
    points = hypercube(problem, count, "screening")
    runs = run_points(problem, "screening", points, 0, count, progress)
    effects = screening.effects(problem.ranges, problem.targets, points, runs.outputs)
    path = problem.library.folder / "fitted.csv"
    if not screening.write_fitted(path, effects):
        raise refused(problem.library.folder, "no parameter moves any target clearly; there is nothing to fit")
    return space.load_fitted(problem.ranges, path)


def packaged_observer(
    progress: Progress | None = None, world: World | None = None, model: Model | None = None
) -> Runner:
    """A model in a world, reduced to its outputs."""
    from countermarket.runs.packaged import packaged_runner

    runner = packaged_runner(progress, world, model)
    return runner._replace(simulate=observed if model is None else partial(observed, model=model))
