"""A scenario as arrays: every lever's value month by month, and every shock when it strikes."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.lever import Lever
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.vocabulary import MODES, PARTNERS, SERVICES
from countermarket.engine.keyed import Keyed
from countermarket.model.shocks.strike import strike
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.policy.arrays import effort_shares, jurisdiction_values, keyed_values, market_values
from countermarket.policy.courses import members_at, months_of_change, policy_at
from countermarket.policy.scenario import Scenario
from countermarket.world.structure import World


class Schedule(NamedTuple):
    """What a scenario does to a world: lever values from each month of change, and the shocks."""

    changes: dict[int, Levers]
    """Complete lever values from that month on; month -1 holds the baseline."""
    shocks: tuple[Any, ...]
    world: World
    own: Mapping[int, Mapping[str, Any]] = MappingProxyType({})
    """The same for levers of one's own, by column."""


@lru_cache(maxsize=64)
def _changes(scenario: Scenario, world: Keyed[World]) -> dict[int, Levers]:
    months = [-1, *(month for month in months_of_change(scenario) if month >= 0)]
    return {month: levers_at(scenario, world.value, month) for month in months}


def schedule(scenario: Scenario, world: World) -> Schedule:
    """Resolve a scenario's dated changes for a world; kept, since every replicate asks for the same."""
    return Schedule(_changes(scenario, Keyed(world.digest, world)), tuple(scenario.shocks), world)


def levers_at(scenario: Scenario, world: World, month: int) -> Levers:
    """Every lever's value in a month, in the column that its declaration names."""
    policy, members = policy_at(scenario, month), members_at(scenario, month)
    levers = empty_levers(world)
    tables = {"agencies": levers.agencies, "alliance": levers.alliance, "legs": levers.legs}
    for name, lever in LEVERS.items():
        if name not in EFFORT_SHARES:
            value = resolved(lever, policy[name], world, members)
            column = tables[lever.table][lever.column]
            several = column.ndim > 1  # of which a world with fewer markets uses the first
            (column[:, : np.shape(value)[-1]] if several else column)[:] = value
    levers.agencies["effort"] = effort_shares(scenario, month, world.jurisdiction_names)
    return levers


def resolved(lever: Lever, value: Any, world: World, members: Sequence[str]) -> Any:
    """A lever's value for every row of its table, by what the lever may vary over."""
    places = world.jurisdiction_names
    if lever.kind == "names":
        return np.isin(places, value)
    if lever.kind == "word":
        return lever.words.index(value)
    resolve: dict[tuple[str, ...], Callable[[], Any]] = {
        (): lambda: value,
        ("jurisdiction",): lambda: jurisdiction_values(value, places, members),
        ("jurisdiction", "market"): lambda: market_values(value, places, world.market_names, members),
        ("service",): lambda: keyed_values(value, SERVICES),
        ("partner",): lambda: keyed_values(value, PARTNERS),
        ("leg", "port", "mode"): lambda: chokepoints(value, world),
    }
    return resolve[lever.by]()


def chokepoints(value: dict[str, float], world: World) -> Any:
    """Intensity of extra control on every leg: a leg by name, else a port it touches, else its mode. (L,)."""
    names = world.jurisdiction_names
    intensity = np.zeros(len(world.legs))
    for n, leg in enumerate(world.legs):
        mode = MODES[leg["mode"]]
        own = (world.leg_names[n], world.leg_names[n].partition("/")[0])
        ports = (f"{names[leg['origin']]}:{mode}", f"{names[leg['destination']]}:{mode}")
        for keys in (own, ports, (mode,)):
            intensities = [value[key] for key in keys if key in value]
            if intensities:
                intensity[n] = max(intensities)
                break
    return intensity


def take_effect(state: State, parameters: Any, levers: Levers, plan: Schedule) -> None:
    """Month's step 1: dated lever changes and shocks."""
    month = int(state.clock["month"][0])
    current = plan.changes.get(month)
    if current is not None:
        for target, source in zip(levers, current, strict=True):
            target[:] = source
    if plan.shocks:
        strike(state, parameters, plan.shocks, plan.world, month)
