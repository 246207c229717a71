"""Run and compare scenarios from Python; the command line does the same through these functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.parameters.ensemble import Ensemble, shipped_ensemble
from countermarket.policy.reading import advice, load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.reading.errors import InputError

if TYPE_CHECKING:
    from countermarket.analysis.comparison import Compared

Progress = Callable[[int, int, str], None]
Judged = Callable[["Compared"], None]
Listed = str | Path | Scenario

DEFAULT_REPLICATES = 20
DEFAULT_MONTHS = 120


def load_all(listed: Sequence[Listed], baseline: str | Path | None = None) -> list[Scenario]:
    """Load scenarios given by path, shipped name or as objects; each once, every file's errors together."""
    scenarios: list[Scenario] = []
    errors: list[InputError] = []
    for item in listed:
        try:
            scenario = item if isinstance(item, Scenario) else load_scenario(item, baseline)
        except InputError as error:
            errors.append(error)
            continue
        if scenario not in scenarios:
            scenarios.append(scenario)
    if errors:
        raise joined(errors)
    return scenarios


def joined(errors: list[InputError]) -> InputError:
    """Return one error that holds those of several files, each file's in order."""
    first, *rest = errors
    return InputError(first.file, first.line, first.key, first.message, (*first.also, *rest))


def warnings_of(scenarios: Sequence[Scenario], months: int) -> list[str]:
    """Return what in the scenarios can have no effect in time; an error when all of one has none."""
    return [warning for scenario in scenarios for warning in advice(scenario, months)]


def ensemble_for(central: bool) -> Ensemble | None:
    """Return the shipped ensemble of parameter draws; None if central values are wanted or none is shipped."""
    return None if central else shipped_ensemble()


def parameters_used(central: bool) -> str:
    """Return in words which parameter values runs will have, and what to know about them."""
    from countermarket.parameters.ensemble import staleness
    from countermarket.parameters.load import load_parameters

    ensemble = ensemble_for(central)
    if ensemble is None:
        return "central values" + ("" if central else " (no calibrated ensemble is shipped)")
    stale = staleness(ensemble, load_parameters().digest)
    return f"draws from the calibrated ensemble of {len(ensemble.values)}" + (f" ({stale})" if stale else "")


def run(
    scenarios: Sequence[Listed] | Listed,
    *,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    months: int = DEFAULT_MONTHS,
    workers: int | None = None,
    out: str | Path | None = None,
    baseline: str | Path | None = None,
    trace: bool = False,
    central: bool = False,
    progress: Progress | None = None,
    judged: Judged | None = None,
) -> Path:
    """Run scenarios beside their baseline, paired, and return the study folder.

    Replicate r of all runs in draw r of the shipped ensemble of parameters; at central values if `central`, or if no
    ensemble is shipped. `judged` is given the saved study with its comparison, for whoever goes on with them.
    """
    listed = [scenarios] if isinstance(scenarios, str | Path | Scenario) else list(scenarios)
    loaded = load_all(listed, baseline)
    warnings_of(loaded, months)
    ensemble = ensemble_for(central)
    from countermarket.runs.study import run_study

    return run_study(
        loaded,
        replicates=replicates,
        seed=seed,
        months=months,
        workers=workers,
        out=Path(out) if out is not None else None,
        trace=trace,
        progress=progress,
        ensemble=ensemble,
        judged=judged,
    )


def compare(source: Sequence[Listed] | Listed, **options: Any) -> dict[str, Any]:
    """Rank the scenarios of a saved study (its folder), or scenarios that are run first."""
    from countermarket.analysis.comparison import compare_study

    if isinstance(source, str | Path) and Path(source).is_dir():
        return compare_study(Path(source))
    found: list[Compared] = []
    run(source, judged=found.append, **options)
    return found[0].document
