"""What was aimed at, and whether it was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.measure import Measured


class Target(NamedTuple):
    """One aim; `value` gives None where it was not measured."""

    aim: str
    value: Callable[[Measured], float | None]
    bound: float
    is_least: bool
    """Whether the bound is the least that will do, else the most."""
    unit: str

    def is_met(self, value: float) -> bool:
        """Whether a value will do."""
        return value >= self.bound if self.is_least else value <= self.bound


def _ratio(slow: str, fast: str, groups: int) -> Callable[[Measured], float | None]:
    def value(measured: Measured) -> float | None:
        race = measured.race(groups)
        return race.ratio(slow, fast) if race else None

    return value


def _run(measured: Measured) -> float | None:
    run = measured.run(1_000)
    return 1e3 * run.median if run else None


def _exponent(dimension: str) -> Callable[[Measured], float | None]:
    def value(measured: Measured) -> float | None:
        found = [growth for growth in measured.growth if growth.dimension == dimension]
        return found[0].exponent if found else None

    return value


TARGETS = (
    Target("package over twin, 1,000 groups", _ratio("twin", "ours", 1_000), 100.0, True, "times"),
    Target("package over twin, 10,000 groups", _ratio("twin", "ours", 10_000), 200.0, True, "times"),
    Target("Mesa face over twin, 1,000 groups", _ratio("twin", "face", 1_000), 10.0, True, "times"),
    Target("one default run, 1,000 groups", _run, 60.0, False, "ms"),
    Target("time in groups, exponent", _exponent("groups"), 1.05, False, ""),
    Target("time in months, exponent", _exponent("months"), 1.05, False, ""),
    Target("memory, 100,000 groups", lambda m: m.memory["ours"].get(100_000), 2_000.0, False, "MiB"),
    Target("throughput of two processes", lambda m: m.throughput and m.throughput.gain, 1.9, True, "times"),
    Target("study layer over its runs", lambda m: m.study_layer and 100.0 * m.study_layer, 10.0, False, "%"),
    Target("first compilation", lambda m: m.first_compile, 15.0, False, "s"),
    Target("ten scenarios, 20 replicates", lambda m: m.whole_study, 15.0, False, "s"),
)
