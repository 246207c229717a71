"""What each change to the model's structure did, into a table: `python -m countermarket.evidence.ablations`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from countermarket.engine.compiled import source_digest
from countermarket.evidence.ablations import rows
from countermarket.evidence.ablations.observe import Setup, observe
from countermarket.evidence.ablations.switches import chosen, configurations, load_changes
from countermarket.evidence.validation.experiments import chosen as experiments_of
from countermarket.evidence.validation.experiments import load_scenarios
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.runs.packaged import packaged_runner

PAIRS = 8
POLICY = "alliance"


def parser() -> argparse.ArgumentParser:
    """What may be asked for."""
    asked = argparse.ArgumentParser(prog="python -m countermarket.evidence.ablations", description=__doc__)
    asked.add_argument("changes", nargs="*", help="switches to try (all of them), as the page names them")
    asked.add_argument("--pairs", type=int, default=PAIRS, help=f"paired runs of each experiment ({PAIRS})")
    asked.add_argument("--experiments", nargs="*", default=(), help="experiments to run (all in scope)")
    asked.add_argument("--seed", type=int, default=0, help="which luck (0)")
    asked.add_argument("--workers", type=int, help="processes (one for each core)")
    asked.add_argument("--out", type=Path, default=Path("results/ablations"), help="folder of the table")
    return asked


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for, or read it; write the table and the page. Returns the exit code."""
    options = parser().parse_args(words)
    if options.pairs < 2:
        parser().error("--pairs: two or more, or nothing has a standard error")
    try:
        _run(options)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    """Run every configuration; the table on disk grows with each."""
    started, changes = time.perf_counter(), load_changes()
    wanted, ensemble = experiments_of(options.experiments), shipped_ensemble()
    asked = configurations([one for one in changes if one.off], chosen(changes, options.changes))
    setup = Setup(wanted, load_scenarios(wanted), load_scenario(POLICY), options.pairs, options.seed, ensemble)
    how = {
        "pairs": options.pairs, "seed": options.seed, "code": source_digest()[:12],
        "parameters": "a draw of the calibrated ensemble each" if ensemble else "central values",
    }  # fmt: skip
    told: list[rows.Row] = []
    for seen in observe(setup, asked, packaged_runner(), options.workers):
        told += rows.rows_of(seen)
        spent = round((time.perf_counter() - started) / 60.0, 1)
        sys.stdout.write(f"{seen.configuration.name}: {spent} minutes\n")
        sys.stdout.writelines(f"failed: {run}\n" for run in seen.failed)
        sys.stdout.flush()
        rows.write(options.out, told, how | {"minutes": spent})
    sys.stdout.write(f"{options.out / rows.FILE}\n")


if __name__ == "__main__":
    sys.exit(main())
