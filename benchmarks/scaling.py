"""How the time of a month grows with each dimension of the world: slopes of log time in log size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from statistics import median
from typing import NamedTuple

from benchmarks.sizes import active, baseline, begun, parameters_for, seconds
from countermarket.model.running.simulate import Simulation, advance, simulate
from countermarket.world.load import load_world
from countermarket.world.synthetic import synthetic_world

FEW_GROUPS = 300
"""Where another dimension grows."""


class Growth(NamedTuple):
    """Seconds by size."""

    dimension: str
    sizes: list[int]
    seconds: list[float]
    """Of a month; of a run where months are what grows."""

    @property
    def exponent(self) -> float:
        """Least-squares slope of log seconds in log size: 1 is linear."""
        return slope(self.sizes, self.seconds)

    @property
    def last_exponent(self) -> float:
        """The same between the two largest sizes, where what does not grow weighs least."""
        return slope(self.sizes[-2:], self.seconds[-2:])


def slope(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Least-squares slope of log time in log size."""
    x, y = [log(size) for size in sizes], [log(time) for time in times]
    centre, level = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - centre) * (b - level) for a, b in zip(x, y, strict=True))
    return rise / sum((a - centre) ** 2 for a in x)


def timed_months(sizes: Sequence[int], make: Callable[[int], Simulation], rounds: int, months: int) -> list[float]:
    """Median seconds of a month at each size, in turns."""
    simulations = {size: make(size) for size in sizes}
    found: dict[int, list[float]] = {size: [] for size in sizes}
    for simulation in simulations.values():
        advance(simulation)
    for _ in range(rounds):
        for size, simulation in simulations.items():
            found[size].append(seconds(lambda one=simulation: [advance(one) for _ in range(months)]) / months)
    return [median(found[size]) for size in sizes]


def in_groups(sizes: Sequence[int], rounds: int, months: int) -> Growth:
    """More groups, with enablers in proportion, in the shipped world; sizes are active groups."""
    whole, at_work = months * rounds + 1, {}

    def make(size: int) -> Simulation:
        simulation = begun(parameters_for(size, spin_up_months=6), whole)
        at_work[size] = active(simulation)
        return simulation

    times = timed_months(sizes, make, rounds, months)
    return Growth("groups", [at_work[size] for size in sizes], times)


def in_enablers(sizes: Sequence[int], rounds: int, months: int) -> Growth:
    """More enablers for as many groups."""
    whole = months * rounds + 1

    def make(size: int) -> Simulation:
        return begun(parameters_for(FEW_GROUPS, n_enablers=size, spin_up_months=6), whole)

    return Growth("enablers", list(sizes), timed_months(sizes, make, rounds, months))


def in_jurisdictions(sizes: Sequence[int], rounds: int, months: int) -> Growth:
    """Larger made-up worlds, with three legs a place in each layer, for as many groups."""
    whole = months * rounds + 1

    def make(size: int) -> Simulation:
        return begun(parameters_for(FEW_GROUPS, spin_up_months=6), whole, synthetic_world(size))

    return Growth("jurisdictions", list(sizes), timed_months(sizes, make, rounds, months))


def in_legs(sizes: Sequence[int], rounds: int, months: int) -> Growth:
    """More legs in each layer of a made-up world of 50 places, for as many groups. Sizes are all legs."""
    worlds = {size: synthetic_world(50, size) for size in sizes}
    whole = months * rounds + 1

    def make(size: int) -> Simulation:
        return begun(parameters_for(FEW_GROUPS, spin_up_months=6), whole, worlds[size])

    times = timed_months(sizes, make, rounds, months)
    return Growth("legs", [len(worlds[size].legs) for size in sizes], times)


def in_months(sizes: Sequence[int], rounds: int) -> Growth:
    """Longer runs of few groups, their spin-up left out: it is remembered from the first."""
    world, scenario, parameters = load_world(), baseline(), parameters_for(FEW_GROUPS, spin_up_months=6)
    found: dict[int, list[float]] = {size: [] for size in sizes}
    for size in sizes:
        simulate(world, parameters, scenario, 0, 0, size)
    for _ in range(rounds):
        for size in sizes:
            found[size].append(seconds(lambda n=size: simulate(world, parameters, scenario, 0, 0, n)))
    return Growth("months", list(sizes), [median(found[size]) for size in sizes])
