"""Exact answers beside the emulator's: a policy run by the model itself, in a process that stays warm."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from countermarket.analysis.intervals import interval
from countermarket.declared.calendar import dated
from countermarket.explore.outcomes import Outcome
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario, reference_of
from countermarket.reading.errors import InputError
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.runs.experiment import foretold
from countermarket.runs.job import Job, Runner, run_job
from countermarket.sweeps.design import Design, overrides_of
from countermarket.sweeps.file import ensemble_of
from countermarket.sweeps.point import OneRun, one_point
from countermarket.sweeps.rows import headline_rows
from countermarket.world.names import names_of

if TYPE_CHECKING:
    from countermarket.world.structure import World

MOST_PAIRS = 64
"""Pairs that may be asked for at once."""


class Exact:
    """The model in a world, its references kept: one policy at a time, by its scenario file."""

    def __init__(
        self,
        runner: Runner,
        outcomes: Sequence[Outcome],
        months: int,
        seed: int,
        is_drawn: bool,
        world: World | None = None,
    ) -> None:
        self.runner, self.outcomes, self.months, self.seed, self.world = runner, outcomes, months, seed, world
        self.ensemble = ensemble_of(world) if is_drawn else None
        self.keys = runner.layout(runner.world, months).keys
        self.references: dict[int, Any] = {}
        self.pairs: dict[tuple[str, int], dict[str, Any]] = {}
        self.busy = Lock()

    def answer(self, text: str, pairs: int) -> dict[str, Any]:
        """Mean and 80% interval of each outcome over so many pairs. InputError says what is wrong with a policy."""
        if not 1 <= pairs <= MOST_PAIRS:
            raise InputError("", None, "pairs", f"from 1 to {MOST_PAIRS}")
        scenario = self._read(text)
        with self.busy:
            rows = [self._pair(scenario, replicate) for replicate in range(pairs)]
        return {"pairs": pairs, "exact": _ends(rows, self.outcomes)}

    def _read(self, text: str) -> Scenario:
        """A policy from the text of its file; it must do something in the months that are run."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "policy.yaml"
            file.write_text(text, encoding="utf-8")
            try:
                scenario = load_scenario(file, world=self.world)
            except InputError as problem:
                raise InputError("", None, "", str(problem).replace(f"{folder}/", "")) from None
        foretold(scenario, self.months, self.runner.world)
        return scenario

    def _pair(self, scenario: Scenario, replicate: int) -> dict[str, Any]:
        """The measures of a policy beside the baseline, with one luck and draw; kept. RuntimeError if a run fails."""
        known = (scenario.digest, replicate)
        if known not in self.pairs:
            self.pairs[known] = self._run_pair(scenario, replicate)
        return self.pairs[known]

    def _run_pair(self, scenario: Scenario, replicate: int) -> dict[str, Any]:
        """Run a policy, and the baseline unless it is there."""
        design = self._design(scenario)
        job = Job(scenario, self.seed, replicate, self.months, overrides=overrides_of(design, 0, replicate))
        if replicate not in self.references or scenario.shocks:
            self.references[replicate] = run_job(self.runner, job._replace(scenario=reference_of(scenario))).values
        keys = dated(self.keys, scenario.begins)
        months = sorted(set(keys["month"].tolist()))
        entry = describe_scenario(scenario, {}, months, describe_world(self.runner.world))
        points = [(OneRun(0, 0, replicate), run_job(self.runner, job))]
        row = headline_rows(design, entry, keys, points, [self.references[replicate]])[0]
        if row["status"] != "done":
            raise RuntimeError(row["message"])
        return row

    def _design(self, scenario: Scenario) -> Design:
        """The policy as a design of one row, in the draws of the ensemble."""
        design = one_point(scenario, {}, self.seed, self.months, names_of(self.world))
        return design._replace(ensemble=self.ensemble)


def _ends(rows: Sequence[dict[str, Any]], outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Mean, low and high of each outcome that the pairs define."""
    import numpy as np

    told = {one.column: interval(np.array([row[one.column] for row in rows])) for one in outcomes if one.is_comparable}
    return {
        column: [float(f"{one[end]:.5g}") for end in ("mean", "low", "high")]
        for column, one in told.items()
        if one["mean"] is not None
    }
