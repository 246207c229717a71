"""Starting up, compiling, and running on several processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.sizes import MONTHS, baseline, seconds
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import Outcome, simulate
from countermarket.parameters.load import load_parameters, replace
from countermarket.policy.reading import load_scenario
from countermarket.runs.experiment import Experiment
from countermarket.runs.job import Job, Runner
from countermarket.runs.processes import run_all
from countermarket.runs.study import run_study
from countermarket.world.load import load_world

NOTHING = "pass"
IMPORT = "import countermarket.model.running.simulate"
FACE = "import countermarket.mesa.model"
COMPILE = "from countermarket.runs.warm_up import compile_kernels; compile_kernels()"
ONE_MONTH = (
    "from countermarket.model.running.simulate import simulate;"
    "from countermarket.parameters.load import load_parameters, replace;"
    "from countermarket.policy.reading import load_scenario;"
    "from countermarket.world.load import load_world;"
    "few = replace(load_parameters(), {'n_groups': 100, 'spin_up_months': 1});"
    "simulate(load_world(), few, load_scenario('baseline'), months=1)"
)


def run_python(code: str, **environment: str) -> float:
    """Seconds that a new interpreter takes for some code."""
    words = [sys.executable, "-c", code]
    return seconds(lambda: subprocess.run(words, check=True, env={**os.environ, **environment}))


def start_up(times: int) -> dict[str, float]:
    """Median seconds of a new process: nothing, importing the model, the Mesa face, and a first small run."""
    parts = {"interpreter": NOTHING, "import": IMPORT, "import_mesa": FACE, "first_run_cached": ONE_MONTH}
    return {name: median(run_python(code) for _ in range(times)) for name, code in parts.items()}


def first_compile() -> float:
    """Seconds to compile every kernel into an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        return run_python(COMPILE, XDG_CACHE_HOME=folder)


class Throughput(NamedTuple):
    """Seconds for few and for many pairs of runs by number of processes."""

    few: int
    many: int
    seconds: dict[int, list[tuple[float, float]]]
    """By number of processes, round by round: for few pairs, for many."""

    def rates(self, workers: int) -> list[float]:
        """Pairs a second once the processes have started, round by round."""
        return [(self.many - self.few) / max(many - few, 1e-9) for few, many in self.seconds[workers]]

    @property
    def gain(self) -> float:
        """How many times as many pairs on two processes as on one, median of rounds."""
        return median(two / one for one, two in zip(self.rates(1), self.rates(2), strict=True))


def throughput(few: int, many: int, rounds: int) -> Throughput:
    """Paired default runs (the baseline and the alliance with the same luck) on one and on two processes.

    The time to start processes is the same for few and for many pairs, and drops out of the difference.
    """
    runner = Runner(simulate, layout, replace, load_world(), load_parameters())
    scenarios = [baseline(), load_scenario("alliance")]

    def timed(pairs: Sequence[int], workers: int) -> float:
        jobs = [Job(scenario, 0, replicate, MONTHS) for replicate in pairs for scenario in scenarios]
        return seconds(lambda: [result.seconds for result in run_all(runner, jobs, workers)])

    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    for turn in range(rounds):
        first = turn * (few + many)
        for workers, times in found.items():
            short = timed(range(first, first + few), workers)
            times.append((short, timed(range(first + few, first + few + many), workers)))
    return Throughput(few, many, found)


def study_layer(replicates: int = 20) -> float:
    """What a study on one process takes beside its runs (streams, results, manifest, comparison), over what they take.

    Median of three. Libraries are imported and files have been written once before.
    """
    spent: list[float] = []

    def timed(*arguments: Any) -> Outcome:
        first = time.perf_counter()
        outcome = simulate(*arguments)
        spent.append(time.perf_counter() - first)
        return outcome

    def study(runs: int) -> float:
        spent.clear()
        experiment = Experiment(scenarios, runs, months=MONTHS, central=True)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "study"
            whole = seconds(
                lambda: run_study(experiment, workers=1, out=out, runner=runner)
            )
        return whole / sum(spent) - 1.0

    runner = Runner(timed, layout, replace, load_world(), load_parameters())
    scenarios = [load_scenario(name) for name in ("alliance", "sanctions_only", "technology_only")]
    study(1)
    return median(study(replicates) for _ in range(3))


def whole_study(replicates: int = 20) -> float:
    """Seconds of `countermarket compare` over every shipped scenario, on two processes."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "study"
        code = (
            "from countermarket.experiment import run; from countermarket.policy.shipped import shipped_names;"
            f"run(shipped_names(), replicates={replicates}, out={str(out)!r}, workers=2)"
        )
        return run_python(code)
