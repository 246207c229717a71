"""Run and compare scenarios from Python; the command line does the same through these functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.runs.experiment import Experiment, Listed

if TYPE_CHECKING:
    from countermarket.runs.job import Progress
    from countermarket.runs.study import Judged


def run(
    what: Experiment | Sequence[Listed] | Listed,
    *,
    workers: int | None = None,
    out: str | Path | None = None,
    trace: bool = False,
    progress: Progress | None = None,
    judged: Judged | None = None,
    **options: Any,
) -> Path:
    """Run an experiment, each scenario beside its reference, and return the study folder.

    In place of an Experiment its scenarios will do; `options` are then the rest of it (replicates, seed, months, ...).
    `judged` is given the saved study with its comparison, for whoever goes on with them. InputError if a scenario
    cannot be read, or if nothing of it takes effect in the months run.
    """
    from countermarket.runs.study import run_study

    experiment = experiment_of(what, **options)
    _ = experiment.warnings  # nothing is run that could have no effect
    folder = Path(out) if out is not None else None
    return run_study(experiment, workers=workers, out=folder, trace=trace, progress=progress, judged=judged)


def experiment_of(what: Experiment | Sequence[Listed] | Listed, **options: Any) -> Experiment:
    """Return an experiment as it is, or make one of scenarios and options. TypeError for options to an experiment."""
    if not isinstance(what, Experiment):
        return Experiment(what, **options)
    if options:
        raise TypeError(f"{', '.join(options)}: part of the experiment; give them where it is made")
    return what


def compare(source: Experiment | Sequence[Listed] | Listed, **options: Any) -> dict[str, Any]:
    """Rank the scenarios of a saved study (its folder), or of an experiment that is run first."""
    from countermarket.analysis.comparison import Compared, compare_study

    if isinstance(source, str | Path) and Path(source).is_dir():
        return compare_study(Path(source))
    judged: list[Compared] = []
    run(source, judged=judged.append, **options)
    return judged[0].document
