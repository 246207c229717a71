"""Draws of every uncertain parameter over its whole range, and paired runs under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

from countermarket.model.simulate import Simulation, advance, start
from countermarket.parameters import Parameters, load_parameters, replace
from countermarket.scenario import Change, Scenario
from countermarket.world.load import load_world

WORLD = load_world()
MARKETS, PLACES = WORLD.market_names, WORLD.jurisdiction_names
SIZES = {"n_groups", "n_enablers", "spare_slots", "spin_up_months"}
DRAWS = 5
MUST_HOLD = 0.8
"""Share of draws in which a behaviour must emerge."""
Watch = Callable[[Simulation], Any]


@cache
def draw(number: int) -> Parameters:
    """The central values as draw 0; else every parameter with a range, drawn over it (maps as a whole)."""
    shipped = load_parameters()
    if number == 0:
        return shipped
    luck = np.random.default_rng(number)
    factors = {name: low + (high - low) * luck.random() for name, low, high in uncertain(shipped)}
    return replace(shipped, factors)


def uncertain(parameters: Parameters) -> Iterator[tuple[str, float, float]]:
    """Each parameter that is neither a size nor a definition: its range, of a factor if it is a map."""
    for name, record in parameters.records.items():
        if name in SIZES or record.source.startswith("definition") or record.low >= record.high:
            continue
        if not isinstance(record.value, dict):
            yield name, record.low, record.high
            continue
        entries = [entry for entry in leaves(record.value) if entry]
        mean = 1.0 if record.is_factor else float(np.mean(entries))
        top = 1.0 / max(entries) if 0.0 < max(entries) <= 1.0 else np.inf  # shares stay shares
        low, high = sorted((record.low / mean, record.high / mean))
        yield name, min(low, top), min(high, top)


def leaves(value: Any) -> Iterator[float]:
    """Numbers of a map of any depth."""
    for inner in value.values():
        if isinstance(inner, dict):
            yield from leaves(inner)
        else:
            yield inner


def lever(name: str, value: Any, month: int = 6) -> Change:
    return Change(month=month, lever=name, value=value)


def followed(parameters: Parameters, scenario: Scenario, months: int, watch: Watch) -> list[Any]:
    """What is watched after each reported month, with the luck of replicate 0."""
    simulation = start(WORLD, parameters, scenario, months=months)
    seen = []
    for _ in range(months):
        advance(simulation)
        seen.append(watch(simulation))
    return seen


def tallies(parameters: Parameters, scenario: Scenario, months: int = 60) -> Any:
    """The markets' tallies of every month. TALLY (months, markets)."""
    return np.array(followed(parameters, scenario, months, lambda run: run.state.tallies.copy()))


def emerges(holds: Callable[[Parameters], bool], draws: int = DRAWS) -> bool:
    """Whether a behaviour shows at the central values and in enough draws."""
    found = [holds(draw(number)) for number in range(draws + 1)]
    print(f"holds in {sum(found)} of {len(found)}: {found}")
    return float(np.mean(found)) >= MUST_HOLD
