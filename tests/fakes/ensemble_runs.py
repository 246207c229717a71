"""Draws of the calibrated ensemble, spread over it, and paired runs under them, each with several lucks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import lucks
import numpy as np

from countermarket.engine.compiled import in_order
from countermarket.model.month import MONTH, run_month
from countermarket.model.running.schedule import schedule, take_effect
from countermarket.model.running.simulate import Simulation, start
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.world.load import load_world

WORLD = load_world()
MARKETS, PLACES = WORLD.market_names, WORLD.jurisdiction_names
COCAINE, SYNTHETIC, SMUGGLING = (MARKETS.index(name) for name in ("cocaine", "synthetic", "migrant_smuggling"))
LAST = slice(-24, None)
"""The last two years of a run."""
DRAWS = int(os.environ.get("DRAWS", "8"))
"""Draws beside the central values; `DRAWS=20 pytest tests/patterns/test_emergence.py -rP` looks at more."""
MUST_HOLD = 0.8
"""Share of draws in which a behaviour must emerge."""
Watch = Callable[[State], Any]


@cache
def draw(number: int) -> Parameters:
    """The central values as draw 0; else a draw of the shipped ensemble, the first few far apart in it."""
    ensemble = shipped_ensemble()
    assert ensemble is not None
    spread = 1 + number * 37 % len(ensemble.values) if number else 0
    return replace(load_parameters(), dict(ensemble.overrides(spread)))


def lever(name: str, value: Any, month: int = 6) -> Change:
    return Change(month=month, lever=name, value=value)


@cache
def settled(parameters: Parameters, luck: int) -> Simulation:
    """The world after its spin-up with the luck of one replicate, kept for every test that asks: to be copied."""
    return start(WORLD, parameters, load_scenario("baseline"), lucks.seed(), luck, months=1)


def followed(parameters: Parameters, scenario: Scenario, months: int, watch: Watch, luck: int = 0) -> list[Any]:
    """What is watched after each reported month."""
    begun, plan = settled(parameters, luck), schedule(scenario, WORLD)
    state, levers = State(*map(np.copy, begun.state)), Levers(*map(np.copy, begun.levers))
    mechanisms = [in_order(MONTH, state, begun.parameters, levers)]
    seen = []
    for _ in range(months):
        take_effect(state, begun.parameters, levers, plan)
        run_month(state, begun.parameters, levers, mechanisms)
        seen.append(watch(state))
    return seen


def tallies(parameters: Parameters, scenario: Scenario, months: int = 60, luck: int = 0) -> Any:
    """The markets' tallies of every month. Tally (months, markets)."""
    return np.array(followed(parameters, scenario, months, lambda state: state.tallies.copy(), luck))


@cache
def usual(parameters: Parameters, luck: int) -> Any:
    """Tallies of sixty months of the baseline."""
    return tallies(parameters, load_scenario("baseline"), 60, luck)


def pooled(evidence: Callable[[Parameters, int], Any], lucks_: int) -> Any:
    """What is measured under each of the draws, mean of as many lucks. (draws, numbers)."""
    return np.array(
        [np.mean([evidence(draw(number), luck) for luck in range(lucks_)], axis=0) for number in range(DRAWS + 1)]
    )


def in_most_draws(margins: Sequence[float]) -> float:
    """By how much a behaviour holds in the last of the four draws in five in which it must, the surest first."""
    must = int(np.ceil(MUST_HOLD * len(margins)))
    return float(np.sort(margins)[::-1][must - 1])


def told(behaviour: str, margins: Sequence[float]) -> None:
    """Say in how many draws something holds: a count that luck may turn is told, not asserted."""
    held = int((np.asarray(margins) > 0.0).sum())
    print(f"{behaviour}: in {held} of {len(margins)} draws, by {np.round(margins, 3).tolist()}")
