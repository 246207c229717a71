"""What a mechanism of one's own brings along: columns, parameters, levers and measures, each declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from countermarket.declared.lever import Lever
from countermarket.declared.measures import Measure
from countermarket.declared.quantity import Quantity

LeverValue = float | dict[str, float | dict[str, float]]
TABLES = ("groups", "enablers", "agencies", "communities", "nodes", "legs", "tallies")
"""Tables of the state that a column of one's own may run along."""


@dataclass(frozen=True)
class Column:
    """Numbers that are remembered between months: one for each row of a table of the state, or a single one.

    `by` is a table of the state (`communities` and `agencies` have a row for each jurisdiction, `tallies` for each
    market); empty for a single number. `start` is the value before the first month.
    """

    name: str
    unit: str
    by: str = ""
    start: float = 0.0

    def __post_init__(self) -> None:
        if self.by and self.by not in TABLES:
            raise ValueError(f"column {self.name}: by={self.by!r} is no table of the state: {', '.join(TABLES)}")


@dataclass(frozen=True, kw_only=True)
class OwnParameter(Quantity):
    """A doubtful number of one's own; swept, drawn and replaced by name as any parameter."""

    value: float
    source: str
    meaning: str = ""

    def __post_init__(self) -> None:
        if not self.admits(self.value):
            raise ValueError(f"parameter {self.name}: {self.value:g} is not {self.allowed()}")


@dataclass(frozen=True, kw_only=True)
class OwnLever(Lever):
    """A lever of one's own, with its value under the baseline: a number, or a map by what it may vary over."""

    value: LeverValue = 0.0
    source: str
    meaning: str = ""
    read_by: str = "a mechanism of one's own"
    public_cost: str = ""

    def __post_init__(self) -> None:
        if self.institution not in ("agencies", "alliance") or "." not in self.name:
            raise ValueError(f"lever {self.name}: name who holds it: agencies.{self.name}, or alliance.{self.name}")
        if self.by not in ((), ("jurisdiction",), ("jurisdiction", "market")):
            raise ValueError(f"lever {self.name}: it may vary by jurisdiction, or by jurisdiction and market")


class Additions(Protocol):
    """A model as those see it who need to know only what it adds to the standard one."""

    @property
    def levers(self) -> Mapping[str, OwnLever]:
        """Its own levers by name."""

    @property
    def parameters(self) -> tuple[OwnParameter, ...]:
        """Its own parameters."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Its own measures."""
