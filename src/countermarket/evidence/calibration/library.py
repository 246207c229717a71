"""Runs kept on disk by calibration: a chunk is a file, so that a killed one takes up where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.results.values import read_values, save_values, saved_values
from countermarket.runs.job import Job, Runner
from countermarket.runs.processes import run_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario

    Floats = NDArray[np.float64]

Progress = Callable[[int, int, str], None]
Draw = tuple[tuple[str, float], ...]
RUNS_A_CHUNK = 16


class Library(NamedTuple):
    """Where runs are kept and what they are runs of."""

    folder: Path
    runner: Runner
    scenario: Scenario
    seed: int
    months: int
    workers: int
    outputs: int
    """Numbers a run gives."""


def run_batch(
    library: Library, name: str, draws: Sequence[Draw], first: int, progress: Progress | None = None
) -> Floats:
    """Outputs of runs, each with its own luck (replicates from `first`); what is on disk is not run again.

    (runs, outputs); NaN throughout for a run that failed.
    """
    import numpy as np

    cuts = range(0, len(draws), RUNS_A_CHUNK)
    paths = {cut: library.folder / "parts" / f"{name}-{cut:05d}.npy" for cut in cuts}
    left = [cut for cut in cuts if saved_values(paths[cut]) is None]
    jobs = {cut: _jobs(library, draws[cut : cut + RUNS_A_CHUNK], first + cut) for cut in left}
    flat = [job for cut in left for job in jobs[cut]]
    done = len(draws) - len(flat)
    with closing(run_all(library.runner, flat, library.workers)) as results:
        for cut in left:
            rows = np.full((len(jobs[cut]), library.outputs), np.nan)
            for row in range(len(rows)):
                result = next(results)
                done += 1
                if result.values is not None:
                    rows[row] = result.values
                if progress is not None:
                    progress(done, len(draws), name)
            save_values(paths[cut], rows)
    return np.concatenate([read_values(paths[cut]) for cut in cuts])


def _jobs(library: Library, draws: Sequence[Draw], first: int) -> list[Job]:
    """Runs of some draws."""
    return [
        Job(library.scenario, library.seed, first + row, library.months, overrides=draw)
        for row, draw in enumerate(draws)
    ]
