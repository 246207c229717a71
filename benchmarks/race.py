"""The package, its Mesa face and the twin side by side: months in turns from one start, medians and ratios of pairs."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from benchmarks.sizes import MONTHS, SPIN_UP, active, baseline, begun, parameters_for, seconds
from countermarket.mesa.model import CriminalMarketModel
from countermarket.model.running.simulate import advance, simulate
from countermarket.world.load import load_world
from twin.model import TwinModel

SIDES = ("ours", "face", "twin")


class Race(NamedTuple):
    """What was measured at one size."""

    groups: int
    """Asked for."""
    active: int
    """At work when the race was over."""
    months: int
    """Each side ran these in each round."""
    spin_up: int
    """Months before the first round."""
    seconds: dict[str, list[float]]
    """A month's, round by round, by side."""

    def month(self, side: str) -> float:
        """Median seconds of a month."""
        return median(self.seconds[side])

    def group_month(self, side: str) -> float:
        """Median seconds of a month for each active group."""
        return self.month(side) / self.active

    def ratios(self, slow: str, fast: str) -> list[float]:
        """How many times as long one side took as the other, round by round."""
        return [a / b for a, b in zip(self.seconds[slow], self.seconds[fast], strict=True)]

    def ratio(self, slow: str, fast: str) -> float:
        """Median of the rounds' ratios."""
        return median(self.ratios(slow, fast))


def race(groups: int, months: int, rounds: int, spin_up: int = SPIN_UP) -> Race:
    """Let the three sides run `months` each in turns; one month each beforehand is not counted."""
    parameters, whole = parameters_for(groups, spin_up_months=spin_up), months * rounds + 1
    simulation = begun(parameters, whole)
    face = CriminalMarketModel("baseline", months=whole, parameters=parameters)
    twin = TwinModel(simulation)
    step = {"ours": lambda: advance(simulation), "face": face.step, "twin": twin.step}
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    for side in SIDES:
        step[side]()
    for turn in range(rounds):
        for side in SIDES if turn % 2 else reversed(SIDES):
            found[side].append(seconds(lambda side=side: [step[side]() for _ in range(months)]) / months)
    return Race(groups, active(simulation), months, spin_up, found)


class DefaultRun(NamedTuple):
    """One default run: spin-up, 120 reported months, their record."""

    groups: int
    seconds: list[float]
    """Of each run."""
    is_scaled: bool
    """Whether months were timed and multiplied, instead of the whole run."""

    @property
    def median(self) -> float:
        """Median seconds."""
        return median(self.seconds)


def default_run(groups: int, times: int) -> DefaultRun:
    """Whole runs, each a replicate of its own."""
    world, parameters, scenario = load_world(), parameters_for(groups), baseline()
    simulate(world, parameters, scenario, 0, 0, 1)
    runs = range(1, times + 1)
    return DefaultRun(
        groups, [seconds(lambda r=r: simulate(world, parameters, scenario, 0, r, MONTHS)) for r in runs], False
    )


def scaled_run(raced: Race) -> DefaultRun:
    """What a whole run would take, from the time to set up and the months of a race."""
    parameters = parameters_for(raced.groups, spin_up_months=0)
    set_up = seconds(lambda: begun(parameters, 1, replicate=1))
    return DefaultRun(raced.groups, [set_up + (SPIN_UP + MONTHS) * month for month in raced.seconds["ours"]], True)
