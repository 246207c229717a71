"""What one run of the benchmarks measures, in order, and how much of it in a hurry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks.ceiling import Ceiling
from benchmarks.mechanisms import Shares
from benchmarks.processes import Throughput
from benchmarks.race import DefaultRun, Race
from benchmarks.scaling import Growth

Say = Callable[[str], None]


class Effort(NamedTuple):
    """How much is measured."""

    races: tuple[tuple[int, int, int, int], ...]
    """Groups, months a round, rounds, months of spin-up."""
    runs: dict[int, int]
    """Default runs timed by number of groups."""
    groups: tuple[int, ...]
    """Sizes of the scaling in groups."""
    memory: tuple[int, ...]
    """Sizes of the runs whose memory is measured."""
    starts: int
    is_whole: bool
    """Whether other dimensions, processes, compiling and a whole study are measured too."""


QUICK = Effort(((100, 8, 5, 120), (1_000, 4, 5, 120)), {1_000: 5}, (1_000, 3_000, 10_000), (), 1, False)
WHOLE = Effort(
    ((100, 120, 5, 120), (1_000, 120, 5, 120), (10_000, 6, 5, 120), (100_000, 1, 5, 12)),
    {100: 5, 1_000: 5, 10_000: 5},
    (1_000, 10_000, 30_000, 100_000),
    (100, 1_000, 10_000, 100_000),
    3,
    True,
)


class Measured(NamedTuple):
    """Everything that was measured; None where a hurried run leaves it out."""

    races: list[Race]
    runs: list[DefaultRun]
    shares: list[Shares]
    growth: list[Growth]
    memory: dict[str, dict[int, float]]
    """MiB by side and groups; side `nothing` has size 0 only."""
    start_up: dict[str, float]
    ceiling: Ceiling
    profile: list[tuple[str, float]]
    throughput: Throughput | None
    first_compile: float | None
    study_layer: float | None
    whole_study: float | None

    def race(self, groups: int) -> Race | None:
        """The race at a size, if it was run."""
        return next((race for race in self.races if race.groups == groups), None)

    def run(self, groups: int) -> DefaultRun | None:
        """Default runs at a size, if they were timed."""
        return next((run for run in self.runs if run.groups == groups), None)


def measure(effort: Effort, say: Say) -> Measured:
    """Measure everything asked for, one thing at a time."""
    from benchmarks import ceiling, mechanisms, processes, twin_profile
    from countermarket.runs.warm_up import compile_kernels

    say("compiling what is not yet compiled")
    compile_kernels(lambda done, total, text: say(text))
    races = _races(effort, say)
    runs = _runs(effort, races, say)
    say("mechanisms, scaling, ceiling, profile")
    shares = [mechanisms.mechanism_shares(size, 60, 120) for size in (1_000, 10_000)[: 1 + effort.is_whole]]
    growth = _growth(effort)
    found = ceiling.ceiling(1_000), twin_profile.profile(1_000, 3)
    say("memory, start-up and processes")
    memory = _memory(effort)
    start_up = processes.start_up(effort.starts)
    whole = effort.is_whole
    throughput = processes.throughput(4, 16, 5) if whole else None
    first_compile = processes.first_compile() if whole else None
    layer = processes.study_layer() if whole else None
    study = processes.whole_study() if whole else None
    return Measured(races, runs, shares, growth, memory, start_up, *found, throughput, first_compile, layer, study)


def _races(effort: Effort, say: Say) -> list[Race]:
    from benchmarks.race import race

    found = []
    for groups, months, rounds, spin_up in effort.races:
        say(f"race of {groups:,} groups: {rounds} rounds of {months} months")
        found.append(race(groups, months, rounds, spin_up))
    return found


def _runs(effort: Effort, races: list[Race], say: Say) -> list[DefaultRun]:
    from benchmarks.race import default_run, scaled_run

    found = []
    for groups, times in effort.runs.items():
        say(f"default runs of {groups:,} groups")
        found.append(default_run(groups, times))
    return found + [scaled_run(raced) for raced in races if raced.groups not in effort.runs and effort.is_whole]


def _growth(effort: Effort) -> list[Growth]:
    from benchmarks import scaling

    found = [scaling.in_groups(effort.groups, 5, 2)]
    if effort.is_whole:
        found += [
            scaling.in_jurisdictions((12, 25, 50, 100), 5, 12),
            scaling.in_legs((100, 200, 400, 800), 5, 12),
            scaling.in_enablers((100, 400, 1_600, 6_400), 5, 12),
            scaling.in_months((30, 60, 120, 240), 5),
        ]
    return found


def _memory(effort: Effort) -> dict[str, dict[int, float]]:
    from benchmarks.memory import peak_memory

    sides = ("ours", "twin") if effort.is_whole else ("ours",)
    found: dict[str, dict[int, float]] = {side: {n: peak_memory(side, n) for n in effort.memory} for side in sides}
    return {"nothing": {0: peak_memory("nothing", 0)}, **found}


def as_json(measured: Measured) -> dict[str, Any]:
    """One document with the figures others look for first, then everything."""
    from benchmarks.machine import described

    document: dict[str, Any] = {}
    for race in measured.races:
        document[f"ratio_to_mesa_{race.groups}"] = race.ratio("twin", "ours")
        document[f"ratio_face_to_mesa_{race.groups}"] = race.ratio("twin", "face")
        document[f"seconds_per_group_month_{race.groups}"] = race.group_month("ours")
    for run in measured.runs:
        document[f"seconds_per_run_{run.groups}"] = run.median
    for growth in measured.growth:
        document[f"scaling_exponent_{growth.dimension}"] = growth.exponent
    return document | {"machine": described(), **_sections(measured)}


def _sections(measured: Measured) -> dict[str, Any]:
    sections = measured._asdict()
    for name in ("races", "runs", "shares", "growth"):
        sections[name] = [part._asdict() for part in sections[name]]
    sections["ceiling"] = {**measured.ceiling._asdict(), "core": measured.ceiling.core._asdict()}
    sections["throughput"] = measured.throughput and {**measured.throughput._asdict(), "gain": measured.throughput.gain}
    return sections
