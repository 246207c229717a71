"""The validation as one call: run the experiments, write the page, hand back what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.engine.compiled import source_digest
from countermarket.evidence.validation.experiments import chosen, experiments, load_scenarios
from countermarket.evidence.validation.page import write_report
from countermarket.evidence.validation.trials import Outcomes, Progress, run_experiments
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.reading.errors import InputError
from countermarket.runs.packaged import packaged_runner

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

QUICK_REPLICATES, QUICK_MONTHS = 3, 24
"""A quick run: so many pairs, so many months after the shock."""


class Validation(NamedTuple):
    """What was found, and the page it stands on."""

    trials: Outcomes
    page: Path


def validate(
    names: Sequence[str] = (),
    *,
    replicates: int = 20,
    seed: int = 0,
    quick: bool = False,
    workers: int | None = None,
    out: Path | None = None,
    scenarios: Path | None = None,
    progress: Progress | None = None,
    world: World | None = None,
    model: Model | None = None,
) -> Validation:
    """Run experiments (all, or those named by id or scenario) and write validation.html, .csv and .json.

    In the packaged world and with the standard model where none is given.

    InputError names every scenario file that is missing or cannot run, before anything is run.
    """
    wanted = chosen(names)
    workers = workers or (1 if quick else None)  # a quick run is over before others have started
    folder = out or Path("results") / "_".join(("validation", *["quick"] * quick, *names))[:80]
    if folder.exists() and not folder.is_dir():
        raise InputError(str(folder), None, "", "this is a file; --out names a folder")
    ensemble = shipped_ensemble()
    pairs = min(replicates, QUICK_REPLICATES) if quick else replicates
    trials = run_experiments(
        wanted,
        load_scenarios(wanted, scenarios, world, model),
        replicates=pairs,
        seed=seed,
        most_months=QUICK_MONTHS if quick else None,
        workers=workers,
        progress=progress,
        runner=packaged_runner(progress, world, model) if world is not None or model is not None else None,
        ensemble=ensemble,
    )
    outside = [] if names else [one for one in experiments() if not one.in_scope]
    read = f"at most {QUICK_MONTHS}" if quick else "all"
    told = {
        "paired_runs": pairs,
        "parameters": f"a draw of {ensemble.digest[:12]} each" if ensemble else "central values",
        "seed": seed,
        "months_after_the_shock": read,
        "code": source_digest()[:12],
    }
    return Validation(trials, write_report(folder, trials.outcomes, outside, told))
