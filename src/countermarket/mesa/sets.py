"""Sets of agents for Mesa that work on whole columns: rows of the model's tables, not objects.

A set is made when it is asked for, so that a month costs the same however many agents there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

try:
    from mesa.agentset import AgentSet
except ImportError:  # before it moved
    from mesa.agent import AgentSet

from countermarket.mesa.views import KINDS, RowAgent, WithTables, active_rows, identities, table
from countermarket.reading.spelling import nearest

Rows = NDArray[np.int64]


class RowAgents(AgentSet):  # type: ignore[misc]
    """Agents by row, in order: Mesa's AgentSet, column by column where it can.

    Agents that end leave it. A set is of one kind or of several.
    """

    def __init__(self, model: WithTables, kind: NDArray[np.int8], row: Rows, identity: Any) -> None:
        # AgentSet.__init__ would keep references to agents, which are views made when they are asked for.
        self.model, self.random = model, model.random
        self._kind, self._row, self._identity = kind, row, identity

    # --- who is in it ---------------------------------------------------------------------------------

    def _now(self) -> RowAgents:
        """The same without those that have ended."""
        alive = np.ones(len(self._row), bool)
        for number in np.unique(self._kind):
            of, kind = self._kind == number, KINDS[number]
            rows = self._row[of]
            same = identities(self.model, kind)[rows] == self._identity[of]
            alive[of] = active_rows(self.model, kind)[rows] & same
        return self if alive.all() else self._at(alive)

    def _at(self, places: Any) -> RowAgents:
        """Some of them, by mask or by place."""
        return RowAgents(self.model, self._kind[places], self._row[places], self._identity[places])

    def _single(self) -> type[RowAgent] | None:
        """The one kind of all agents; None if there are several or none."""
        kinds = np.unique(self._kind)
        return KINDS[kinds[0]] if len(kinds) == 1 else None

    def __len__(self) -> int:
        return len(self._now()._row)

    def __iter__(self) -> Iterator[RowAgent]:
        now = self._now()
        for number, row in zip(now._kind.tolist(), now._row.tolist(), strict=True):
            yield KINDS[number](self.model, row)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, RowAgent) or agent.model is not self.model or not agent.is_alive:
            return False
        here = (self._kind == KINDS.index(type(agent))) & (self._row == agent.row)
        return bool((here & (self._identity == np.uint64(agent.unique_id))).any())

    @overload
    def __getitem__(self, item: int) -> RowAgent: ...
    @overload
    def __getitem__(self, item: slice) -> list[RowAgent]: ...
    def __getitem__(self, item: int | slice) -> RowAgent | list[RowAgent]:
        now = self._now()
        if isinstance(item, slice):
            return list(now._at(item))
        kind: type[RowAgent] = KINDS[int(now._kind[item])]
        return kind(self.model, int(now._row[item]))

    def add(self, agent: Any) -> None:
        """Take one more agent of this model into the set."""
        if not isinstance(agent, RowAgent) or agent.model is not self.model:
            raise TypeError("only agents of this model can be in the set: they are rows of its tables")
        if agent not in self:
            self._kind = np.append(self._kind, np.int8(KINDS.index(type(agent))))
            self._row = np.append(self._row, np.int64(agent.row))
            self._identity = np.append(self._identity, np.uint64(agent.unique_id))

    def discard(self, agent: Any) -> None:
        """Leave one agent out of the set; it stays in the model."""
        if agent in self:
            it = (self._kind == KINDS.index(type(agent))) & (self._row == agent.row)
            self._become(self._at(~it), inplace=True)

    def remove(self, agent: Any) -> None:
        """The same. KeyError if it is not in the set."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def pop(self) -> RowAgent:
        """Take the first agent out of the set. KeyError if there is none."""
        if not len(self):
            raise KeyError("the set is empty")
        first = self[0]
        self.discard(first)
        return first

    def clear(self) -> None:
        """Leave all agents out of the set."""
        self._become(self._at(slice(0)), inplace=True)

    def _from_iterable(self, agents: Iterable[Any]) -> RowAgents:
        """A set of these, as `|`, `&` and `-` make it."""
        made = self._at(slice(0))
        for agent in agents:
            made.add(agent)
        return made

    def to_list(self) -> list[RowAgent]:
        """All of them as views."""
        return list(self)

    def copy(self) -> RowAgents:
        """The same agents; sets never change in place unless told to."""
        return self._at(slice(None))

    # --- columns --------------------------------------------------------------------------------------

    def column(self, name: str) -> NDArray[Any]:
        """A copy of one column, for agents of one kind. (agents, ...)"""
        now, kind = self._now(), self._single()
        if kind is None:
            raise TypeError("a column is of one kind of agent; take agents_by_type or select(agent_type=...)")
        columns = table(self.model, kind).dtype.names or ()
        if name not in columns:
            raise AttributeError(f"{kind.__name__} has no column {name!r}.{nearest(name, columns)}")
        values: NDArray[Any] = table(self.model, kind)[name][now._row]
        return values

    def _is_column(self, name: str) -> bool:
        kind = self._single()
        return kind is not None and name in (table(self.model, kind).dtype.names or ())

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """An attribute of each agent, or a list of several attributes for each."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing must be 'error' or 'default', not {handle_missing!r}")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*columns, strict=True)]
        if self._is_column(attr_names):
            return list(self.column(attr_names).tolist())
        if handle_missing == "error":
            return [getattr(agent, attr_names) for agent in self]
        return [getattr(agent, attr_names, default_value) for agent in self]

    def set(self, attr_name: str, value: Any) -> RowAgents:
        """Give all agents one value."""
        kind = self._single()
        if kind is not None and self._is_column(attr_name):
            table(self.model, kind)[attr_name][self._now()._row] = value
            return self
        return self.do(setattr, attr_name, value)

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """One or several functions of an attribute of all agents."""
        values = self.column(attribute) if self._is_column(attribute) else self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    # --- sets of them ---------------------------------------------------------------------------------

    def _become(self, other: RowAgents, inplace: bool) -> RowAgents:
        if not inplace:
            return other
        self._kind, self._row, self._identity = other._kind, other._row, other._identity
        return self

    def select(
        self,
        filter_func: Callable[[RowAgent], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[RowAgent] | None = None,
    ) -> RowAgents:
        """Those of a kind for which a function is true; at most so many, or that share of all."""
        kept = self._now()
        limit = int(len(kept) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        if agent_type is not None:
            wanted = [number for number, kind in enumerate(KINDS) if issubclass(kind, agent_type)]
            kept = kept._at(np.isin(kept._kind, wanted))
        if filter_func is not None:
            kept = kept._at(np.array([bool(filter_func(agent)) for agent in kept], dtype=bool))
        if limit < len(kept._row):
            kept = kept._at(slice(int(limit)))
        return self._become(kept, inplace)

    def shuffle(self, inplace: bool = False) -> RowAgents:
        """In random order, from the model's own `random`, which the simulation itself does not use."""
        now = self._now()
        order = list(range(len(now._row)))
        self.random.shuffle(order)
        return self._become(now._at(np.array(order, dtype=np.int64)), inplace)

    def sort(
        self, key: Callable[[RowAgent], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> RowAgents:
        """By a column or function, the highest first unless `ascending`."""
        now = self._now()
        values = now.get(key) if isinstance(key, str) else [key(agent) for agent in now]
        order = sorted(range(len(values)), key=values.__getitem__, reverse=not ascending)
        return self._become(now._at(np.array(order, dtype=np.int64)), inplace)

    def groupby(self, by: Callable[[RowAgent], Any] | str, result_type: str = "agentset") -> Any:
        """Mesa's GroupBy, by a column or function."""
        now = self._now()
        values = now.get(by) if isinstance(by, str) else [by(agent) for agent in now]
        places: dict[Any, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(value, []).append(place)
        parts: dict[Any, Any] = {value: now._at(np.array(here)) for value, here in places.items()}
        if result_type != "agentset":
            parts = {value: list(part) for value, part in parts.items()}
        return group_by_class()(parts)

    # --- doing something with each --------------------------------------------------------------------

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method or function returns for each agent."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> RowAgents:
        """Call a method or function for each agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> RowAgents:
        """The same in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self


def group_by_class() -> Any:
    """Mesa's GroupBy, which moved between versions."""
    try:
        from mesa.agentset import GroupBy
    except ImportError:
        from mesa.agent import GroupBy
    return GroupBy


def agents_of(model: WithTables, *kinds: type[RowAgent]) -> RowAgents:
    """All agents of some kinds that are in the model now."""
    rows = [np.flatnonzero(active_rows(model, kind)) for kind in kinds]
    numbers = [np.full(len(own), KINDS.index(kind), np.int8) for kind, own in zip(kinds, rows, strict=True)]
    who = [identities(model, kind)[own] for kind, own in zip(kinds, rows, strict=True)]
    return RowAgents(model, np.concatenate(numbers), np.concatenate(rows), np.concatenate(who))
