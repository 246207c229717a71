"""Draws of the calibrated ensemble, spread over it, and paired runs under them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from countermarket.model.running.simulate import Simulation, advance, start
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.policy.change_values import Change
from countermarket.policy.scenario import Scenario
from countermarket.world.load import load_world

WORLD = load_world()
MARKETS, PLACES = WORLD.market_names, WORLD.jurisdiction_names
COCAINE, SYNTHETIC, SMUGGLING = (MARKETS.index(name) for name in ("cocaine", "synthetic", "migrant_smuggling"))
LAST = slice(-24, None)
"""The last two years of a run."""
DRAWS = int(os.environ.get("DRAWS", "5"))
"""Draws beside the central values; `DRAWS=20 pytest tests/patterns/test_emergence.py -rP` looks at more."""
MUST_HOLD = 0.8
"""Share of draws in which a behaviour must emerge."""
MORE_OFTEN_THAN_NOT = 0.5
"""What is asked of a behaviour that emerges in too few draws: about two thirds of twenty and the central values."""
Watch = Callable[[Simulation], Any]


@cache
def draw(number: int) -> Parameters:
    """The central values as draw 0; else a draw of the shipped ensemble, the first few far apart in it."""
    ensemble = shipped_ensemble()
    assert ensemble is not None
    spread = 1 + number * 37 % len(ensemble.values) if number else 0
    return replace(load_parameters(), dict(ensemble.overrides(spread)))


def lever(name: str, value: Any, month: int = 6) -> Change:
    return Change(month=month, lever=name, value=value)


def followed(parameters: Parameters, scenario: Scenario, months: int, watch: Watch, luck: int = 0) -> list[Any]:
    """What is watched after each reported month, with the luck of one replicate."""
    simulation = start(WORLD, parameters, scenario, replicate=luck, months=months)
    seen = []
    for _ in range(months):
        advance(simulation)
        seen.append(watch(simulation))
    return seen


def tallies(parameters: Parameters, scenario: Scenario, months: int = 60, luck: int = 0) -> Any:
    """The markets' tallies of every month. Tally (months, markets)."""
    return np.array(followed(parameters, scenario, months, lambda run: run.state.tallies.copy(), luck))


def emerges(holds: Callable[[Parameters], bool], share: float = MUST_HOLD) -> bool:
    """Whether a behaviour shows in enough of the central values and the draws."""
    found = [holds(draw(number)) for number in range(DRAWS + 1)]
    print(f"holds in {sum(found)} of {len(found)}: {found}")
    return float(np.mean(found)) >= share
