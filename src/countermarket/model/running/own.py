"""The fourth record: what mechanisms of one's own remember, read and are steered by, and the rows they add."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from countermarket.declared.calendar import month_name
from countermarket.declared.own import Column
from countermarket.engine.compiled import in_order, machine_code, own_kernel
from countermarket.model.recording.layout import Layout, extended
from countermarket.model.running.mechanism import Mechanism
from countermarket.model.running.model import STANDARD, Model
from countermarket.model.running.schedule import Schedule, resolved, schedule
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters
from countermarket.policy.courses import lever_at, members_at
from countermarket.policy.scenario import Scenario, counted_from_start
from countermarket.world.structure import World

PLACES = ("agencies", "communities")


def own_record(model: Model, state: State, parameters: Parameters, world: World) -> Any:
    """The record at the start: columns at their first value, parameters, levers still 0. (1,)"""
    sizes = {column.name: (len(getattr(state, column.by)),) if column.by else () for column in model.columns}
    places, markets = len(world.jurisdiction_names), len(world.market_names)
    along = {(): (), ("jurisdiction",): (places,), ("jurisdiction", "market"): (places, markets)}
    fields: list[Any] = [(name, "f8", size) for name, size in sizes.items()]
    fields += [(parameter.name, "f8") for parameter in model.parameters]
    fields += [(lever.column, "f8", along[lever.by]) for lever in model.levers.values()]
    own = np.zeros(1, np.dtype(fields, align=True))
    for column in model.columns:
        own[column.name] = column.start
    for parameter in model.parameters:
        own[parameter.name] = parameters[parameter.name]
    return own


def planned(model: Model, scenario: Scenario, world: World) -> Schedule:
    """A scenario resolved for a world and a model: the standard levers, and the model's own."""
    scenario = counted_from_start(scenario)
    plan = schedule(scenario, world)
    if not model.levers:
        return plan
    return plan._replace(own={month: _levers_at(model, scenario, world, month) for month in plan.changes})


def _levers_at(model: Model, scenario: Scenario, world: World, month: int) -> dict[str, Any]:
    """The values of the model's own levers in a month, by column; at the baseline where a scenario is silent."""
    members = members_at(scenario, month)
    known = scenario.model_copy(update={"policy": _baseline(model) | scenario.policy})
    return {
        lever.column: resolved(lever, lever_at(known, name, month), world, members)
        for name, lever in model.levers.items()
    }


def _baseline(model: Model) -> dict[str, Any]:
    return {name: lever.value for name, lever in model.levers.items()}


def set_levers(own: Any, values: Mapping[str, Any]) -> None:
    """Let the model's own levers take these values."""
    for column, value in values.items():
        own[column] = value


def bound(model: Model, state: State, parameters: Any, levers: Levers, own: Any) -> tuple[Callable[..., None], ...]:
    """A month of the model as machine code: standard mechanisms in a row are one call, those of its own have their
    record at hand.
    """
    return tuple(
        _own(step, state, parameters, levers, own) if isinstance(step, Mechanism)
        else in_order(step, state, parameters, levers)
        for step in _stretches(model)
    )  # fmt: skip


@cache
def _stretches(model: Model) -> tuple[Any, ...]:
    """The steps of a model, standard mechanisms in a row taken together."""
    stretches: list[Any] = []
    for step in model.steps:
        if isinstance(step, Mechanism):
            stretches.append(step)
        elif stretches and isinstance(stretches[-1], tuple):
            stretches[-1] += (STANDARD[step],)
        else:
            stretches.append((STANDARD[step],))
    return tuple(stretches)


def _own(step: Mechanism, state: State, parameters: Any, levers: Levers, own: Any) -> Callable[..., None]:
    """A mechanism of one's own as a month calls it: it knows its record already."""
    if step.compiled:
        (code,) = machine_code((own_kernel(step.rule),), state, parameters, levers, own)
        return lambda state, parameters, levers: code(state, parameters, levers, own)
    views = tuple(_by_name(tables) for tables in (state, parameters, levers, own))
    return lambda state, parameters, levers: step.rule(*views)


def _by_name(tables: Any) -> Any:
    """Tables whose rows Python reads by name, as compiled code does: `state.groups[3].members`."""
    if isinstance(tables, tuple):
        return type(tables)(*(_by_name(table) for table in tables))
    return tables.view(np.recarray) if tables.dtype.names else tables


# --- rows -------------------------------------------------------------------------------------------------


def own_layout(model: Model, standard: Layout, world: World, months: int) -> Layout:
    """The rows of a run, those of the model's own measures after the standard ones, month by month."""
    rows = [
        (market, place, measure.name, measure.unit)
        for measure in model.measures
        for market, place in _labels(_column(model, measure.name), world)
    ]
    if not rows:
        return standard
    columns = dict(zip(("market", "jurisdiction", "measure", "unit"), map(list, zip(*rows, strict=True)), strict=True))
    return extended(standard, [month_name(month) for month in range(months)], columns)


def _column(model: Model, name: str) -> Column:
    return next(column for column in model.columns if column.name == name)


def _labels(column: Column, world: World) -> Sequence[tuple[str, str]]:
    """Market and jurisdiction of the rows of a column: the whole world first, then each place or market."""
    if column.by == "tallies":
        return [(market, "") for market in world.market_names]
    return [("", ""), *(("", place) for place in world.jurisdiction_names if column.by in PLACES)]


def own_values(model: Model, own: Any) -> npt.NDArray[np.float64]:
    """A month's values of the model's own measures, in the order of the layout. (rows a month,)"""
    parts = [np.zeros(0)]
    for measure in model.measures:
        values = np.atleast_1d(own[measure.name][0])
        is_spread = _column(model, measure.name).by in PLACES
        parts.append(np.append(values.sum(), values) if is_spread else values)
    return np.concatenate(parts)

