"""What is run: the shipped world under the baseline policy, with more or fewer groups."""

from __future__ import annotations

import time
from collections.abc import Callable

from countermarket.model.running.simulate import Simulation, start
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.world.load import load_world
from countermarket.world.structure import World

ENABLERS_PER_GROUP = 0.4
"""As by default: 400 enablers for 1,000 groups."""
SPIN_UP, MONTHS = 120, 120
"""Months of a default run before its first reported month, and reported."""


def parameters_for(groups: int, **more: float) -> Parameters:
    """The shipped parameters with so many groups, each standing for fewer real ones the more there are."""
    enablers = max(8.0, ENABLERS_PER_GROUP * groups)
    return replace(load_parameters(), {"n_groups": groups, "n_enablers": enablers, **more})


def baseline() -> Scenario:
    """The policy under which everything is run."""
    return load_scenario("baseline")


def begun(parameters: Parameters, months: int, world: World | None = None, replicate: int = 0) -> Simulation:
    """A simulation at its first reported month."""
    return start(world or load_world(), parameters, baseline(), 0, replicate, months)


def active(simulation: Simulation) -> int:
    """Groups now active."""
    return int(simulation.state.groups["active"].sum())


def seconds(action: Callable[[], object]) -> float:
    """How long it takes to do something once."""
    first = time.perf_counter()
    action()
    return time.perf_counter() - first
