"""What arrives on each leg of a baseline, and the fit of access inside one draw of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.evidence.routes.facts import Fact, load_facts
from countermarket.evidence.routes.fit import fit_shares
from countermarket.model.running.simulate import Outcome, Simulation, advance, start
from countermarket.model.state.codes import FRAUD
from countermarket.parameters.load import Parameters, access_of, with_access

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario
    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

MONTHS = 6
"""Reported months over which a round of the fit takes its means."""
FIRST_ROUNDS, FIRST_RUNS = 120, 2
"""Rounds of a fit that begins with free access, and runs in each."""
ROUNDS, RUNS = 24, 1
"""The same where access is fitted already and only the other parameters have moved."""


class Legs(NamedTuple):
    """A month of every leg, on the mean. All (L,)."""

    arrived: Floats
    """Units that arrive; fraud: USD taken."""
    worth: Floats
    """Value a unit has there in ordinary times. USD."""


def arrivals(
    world: World, parameters: Parameters, scenario: Scenario, seed: int, replicate: int, months: int = MONTHS
) -> Legs:
    """Run a scenario and return the mean month of its legs."""
    simulation = start(world, parameters, scenario, seed, replicate, months)
    arrived = np.zeros(len(world.legs))
    for _ in range(months):
        advance(simulation)
        arrived += arrived_this_month(simulation) / months
    return Legs(arrived, simulation.state.legs["worth"].copy())


def arrived_this_month(simulation: Simulation) -> Floats:
    """Units that came in on each leg; in fraud, what was taken with them. (L,)"""
    legs = simulation.state.legs
    came = legs["volume"] - legs["lost"]
    units: Floats = np.where(legs["kind"] == FRAUD, came * legs["price"], came)
    return units


def fact_values(world: World, facts: tuple[Fact, ...], arrived: Floats) -> Floats:
    """Each fact as the model has it. (facts,); NaN where nothing moves."""
    return np.array([fact.value(arrived) for fact in facts])


def refitted(
    world: World, parameters: Parameters, scenario: Scenario, seed: int = 0, replicate: int = 0,
    months: int = MONTHS, trace: bool = False,
) -> Outcome:  # fmt: skip
    """Fit access to the facts within one draw of parameters, as a study runs a model. Values: USD per unit, (L,).

    A draw whose parameters carry an access begins with it, and takes fewer rounds.
    """
    begun = access_of(parameters, world)
    worth = arrivals(world, parameters, scenario, seed, replicate, 1).worth
    rounds, runs = (ROUNDS, RUNS) if begun.any() else (FIRST_ROUNDS, FIRST_RUNS)

    def came(shares: Floats, number: int) -> Floats:
        tried = with_access(parameters, world, shares * worth)
        lucks = [seed + 1000 * (1 + replicate) + runs * number + run for run in range(runs)]
        mean: Floats = np.mean([arrivals(world, tried, scenario, seed, luck).arrived for luck in lucks], axis=0)
        return mean

    fitted = fit_shares(world, load_facts(world), came, rounds, begun / np.maximum(worth, 1e-12))
    return Outcome(fitted.shares * worth, {}, None)
