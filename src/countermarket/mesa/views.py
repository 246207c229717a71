"""Agents for Mesa as live views of rows in the model's tables, made only when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from countermarket.reading.spelling import nearest

if TYPE_CHECKING:
    from countermarket.model.state.tables import State

OWN = ("model", "row", "unique_id", "pos")


class WithTables(Protocol):
    """What agents know of their model: the tables they are rows of, and its random numbers."""

    random: Any

    @property
    def state(self) -> State:
        """Everything a month reads and writes."""


class RowAgent(Agent):  # type: ignore[misc]
    """An agent as a live view of a row: its columns are attributes, read from and written to the table.

    Writing is an intervention from outside: the conservation checks report money that comes from nowhere.
    """

    TABLE: ClassVar[str]

    def __init__(self, model: WithTables, row: int) -> None:
        # Agent.__init__ would register this object; Mesa 3.3 then never frees the model.
        identity = int(identities(model, type(self))[row])
        self.__dict__.update(model=model, row=row, unique_id=identity, pos=None)

    @property
    def is_alive(self) -> bool:
        """Whether the agent is still in the model; its row may since have gone to another."""
        alive = active_rows(self.model, type(self))[self.row]
        return bool(alive) and int(identities(self.model, type(self))[self.row]) == self.unique_id

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = self._row_with(name)[name]
        return value.item() if isinstance(value, np.generic) else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name in OWN:
            self.__dict__[name] = value
        else:
            self._row_with(name)[name] = value

    def _row_with(self, name: str) -> Any:
        """The row; AttributeError if the table has no such column, ReferenceError if the agent has ended."""
        columns = table(self.model, type(self)).dtype.names or ()
        kind = type(self).__name__
        if name not in columns:
            raise AttributeError(f"{kind} has no column {name!r}.{nearest(name, columns)}")
        if not self.is_alive:
            raise ReferenceError(f"{kind} {self.unique_id} has ended; its row may hold another by now")
        return table(self.model, type(self))[self.row]

    def remove(self) -> None:
        """Refused: agents come and go by the model's own rules."""
        kind = type(self).__name__
        raise TypeError(f"a {kind} cannot be removed from outside; write a shock into the scenario")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self.unique_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id}, row {self.row})"


class Group(RowAgent):
    """A criminal group."""

    TABLE = "groups"


class Enabler(RowAgent):
    """A seller of logistics, finance, corporate or digital services."""

    TABLE = "enablers"


class Agency(RowAgent):
    """The agencies of one jurisdiction; its number is the jurisdiction's."""

    TABLE = "agencies"


KINDS: tuple[type[RowAgent], ...] = (Group, Enabler, Agency)


def table(model: WithTables, kind: type[RowAgent]) -> NDArray[np.void]:
    """The table that holds this kind of agent."""
    rows: NDArray[np.void] = getattr(model.state, kind.TABLE)
    return rows


def active_rows(model: WithTables, kind: type[RowAgent]) -> NDArray[np.bool_]:
    """Which rows hold an agent now. (slots,)"""
    rows = table(model, kind)
    return rows["active"] if "active" in (rows.dtype.names or ()) else np.ones(len(rows), bool)


def identities(model: WithTables, kind: type[RowAgent]) -> NDArray[np.uint64]:
    """Who each row holds: agents that enter get new numbers, also in an old row. (slots,)"""
    rows = table(model, kind)
    return rows["id"] if "id" in (rows.dtype.names or ()) else np.arange(len(rows), dtype=np.uint64)
