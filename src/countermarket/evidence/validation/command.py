"""The validation as one call: run the experiments, write the page, hand back what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from countermarket.engine.compiled import source_digest
from countermarket.evidence.validation.experiments import TABLE, chosen, experiments, load_scenarios
from countermarket.evidence.validation.outcomes import ship as ship_outcomes
from countermarket.evidence.validation.page import write_report
from countermarket.evidence.validation.table import check_recorded, read_table
from countermarket.evidence.validation.trials import Outcomes, Progress, run_experiments
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.reading.errors import InputError
from countermarket.runs.packaged import packaged_runner

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

PAIRS = 60
"""Paired runs of each experiment, unless told otherwise: standard errors of most rows are then below a point."""
QUICK_REPLICATES, QUICK_MONTHS = 3, 24
"""A quick run: so many pairs, so many months after the shock."""


class Validation(NamedTuple):
    """What was found, and the page it stands on."""

    trials: Outcomes
    page: Path


def validate(
    names: Sequence[str] = (),
    *,
    replicates: int = PAIRS,
    seed: int = 0,
    quick: bool = False,
    workers: int | None = None,
    out: Path | None = None,
    scenarios: Path | None = None,
    table: Path | None = None,
    ship: bool = False,
    progress: Progress | None = None,
    world: World | None = None,
    model: Model | None = None,
) -> Validation:
    """Run experiments (all, or those named by id or scenario) and write validation.html, .csv and .json.

    In the packaged world and with the standard model where none is given; those of a `table` of one's own instead of
    the packaged ones. `ship` puts the outcome into the package.

    InputError names every row, and every scenario file, that is wrong or missing before anything is run.
    """
    wanted = chosen(names, table or TABLE)
    _check_ship(ship, bool(names) or quick or table is not None or world is not None or model is not None)
    workers = workers or (1 if quick else None)  # a quick run is over before others have started
    folder = out or Path("results") / "_".join(("validation", *["quick"] * quick, *names))[:80]
    if folder.exists() and not folder.is_dir():
        raise InputError(str(folder), None, "", "this is a file; --out names a folder")
    where = scenarios or (table.parent if table else None)
    loaded = load_scenarios(wanted, where, world, model, or_shipped=table is not None)
    runner = packaged_runner(progress, world, model) if (table or world or model) is not None else None
    if table is not None and runner is not None:
        rows = {line: one for line, one in read_table(table).items() if one in wanted}
        check_recorded(table, rows, loaded, runner)
    ensemble, pairs = shipped_ensemble(), min(replicates, QUICK_REPLICATES) if quick else replicates
    started = perf_counter()
    trials = run_experiments(
        wanted, loaded, replicates=pairs, seed=seed, most_months=QUICK_MONTHS if quick else None, workers=workers,
        progress=progress, runner=runner, ensemble=ensemble,
    )  # fmt: skip
    outside = [] if names else [one for one in experiments(table or TABLE) if not one.in_scope]
    told = {
        "paired_runs": pairs,
        "parameters": f"a draw of {ensemble.digest[:12]} each" if ensemble else "central values",
        "seed": seed,
        "months_after_the_shock": f"at most {QUICK_MONTHS}" if quick else "all",
        "minutes": round((perf_counter() - started) / 60.0, 1),
        "code": source_digest()[:12],
        **({"quick": "few pairs and months: a look, no verdict to quote"} if quick else {}),
        **({"table": str(table)} if table else {}),
    }
    if ship and not trials.failed:
        ship_outcomes(trials.outcomes, source_digest()[:12])
    return Validation(trials, write_report(folder, trials.outcomes, outside, told))


def _check_ship(ship: bool, partial: bool) -> None:
    """Only a whole validation ships: every packaged row, in the packaged world, with all pairs."""
    if ship and partial:
        raise InputError("--ship", None, "", "ships all of it: no names, --quick, --experiments, --world, --model")
