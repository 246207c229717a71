"""A scenario as arrays: every lever's value month by month, and every shock when it strikes."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.lever import Lever
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.vocabulary import PARTNERS, SERVICES
from countermarket.engine.keyed import Keyed
from countermarket.model.shocks.strike import strike
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.policy.arrays import (
    effort_split,
    intensities,
    intensities_by_end,
    jurisdiction_values,
    keyed_values,
    market_values,
)
from countermarket.policy.courses import members_at, months_of_change, policy_at
from countermarket.policy.scenario import Scenario
from countermarket.world.structure import World


class Opening(NamedTuple):
    """Where a course finds the world in its first month: the spin-up runs under these values."""

    levers: Levers
    shocks: tuple[Any, ...]


class Schedule(NamedTuple):
    """What a scenario does to a world: lever values from each month of change, and the shocks."""

    changes: dict[int, Levers]
    """Complete lever values from that month on; month -1 holds the baseline."""
    shocks: tuple[Any, ...]
    world: World
    own: Mapping[int, Mapping[str, Any]] = MappingProxyType({})
    """The same for levers of one's own, by column."""
    opening: Opening | None = None
    """What holds during the spin-up where a course moves the world; None: what is present."""


@lru_cache(maxsize=64)
def _changes(scenario: Scenario, world: Keyed[World]) -> dict[int, Levers]:
    months = [-1, *(month for month in months_of_change(scenario) if month >= 0)]
    return {month: levers_at(scenario, world.value, month) for month in months}


def schedule(scenario: Scenario, world: World) -> Schedule:
    """Resolve a scenario's dated changes for a world; kept, since every replicate asks for the same."""
    shocks = (*scenario.drivers, *scenario.shocks)
    return Schedule(_changes(scenario, Keyed(world.digest, world)), shocks, world, opening=_opening(scenario, world))


def _opening(scenario: Scenario, world: World) -> Opening | None:
    """The first values of a scenario's course, which its own changes and shocks do not touch."""
    if not scenario.drivers and not scenario.driven:
        return None
    plain = scenario.model_copy(update={"changes": (), "shocks": ()})
    return Opening(levers_at(plain, world, 0), tuple(one for one in plain.drivers if one.start == 0))


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
    levers.agencies["effort"], officers = effort_split(scenario, month, world.jurisdiction_names)
    levers.agencies["budget_multiplier"] *= officers  # officers that are added are paid as all others are
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
        ("leg", "port", "mode"): lambda: (intensities_by_end if lever.by_end else intensities)(value, world),
    }
    return resolve[lever.by]()


def open_under(state: State, parameters: Any, levers: Levers, plan: Schedule) -> None:
    """Set a world that was laid out by the data of its own year to the values its course begins with."""
    if plan.opening is None:
        return
    for target, source in zip(levers, plan.opening.levers, strict=True):
        target[:] = source
    strike(state, parameters, plan.opening.shocks, plan.world, 0)


def take_effect(state: State, parameters: Any, levers: Levers, plan: Schedule) -> None:
    """Month's step 1: dated lever changes and shocks."""
    month = int(state.clock["month"][0])
    current = plan.changes.get(month)
    if current is not None:
        for target, source in zip(levers, current, strict=True):
            target[:] = source
    if plan.shocks:
        strike(state, parameters, plan.shocks, plan.world, month)
