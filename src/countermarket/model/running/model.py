"""A model: mechanisms in order. `MODEL` is the standard one; another is made of it, and nothing is patched."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from countermarket.declared.levers import LEVERS
from countermarket.declared.measures import MEASURES, Measure
from countermarket.declared.own import Column, OwnLever, OwnParameter
from countermarket.declared.parameters import PARAMETERS
from countermarket.model.month import MONTH
from countermarket.model.running.mechanism import Mechanism, Rule, mechanism
from countermarket.reading.spelling import nearest

Step = str | Mechanism


def _named(rule: Any) -> str:
    """The name of a standard mechanism: its file and its function, such as communities.reinvest."""
    return f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}"


STANDARD: dict[str, Any] = {_named(rule): rule for rule in MONTH}
"""The mechanisms of the standard model by name, in their order."""


@dataclass(frozen=True)
class Model:
    """Mechanisms in the order in which a month applies them: names of standard ones, and those of one's own."""

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: two mechanisms of one name; give one another with name=")
        _refuse_clashes(self.own)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the mechanisms, in their order."""
        return tuple(_name(step) for step in self.steps)

    @property
    def own(self) -> tuple[Mechanism, ...]:
        """The mechanisms that are not of the standard model."""
        return tuple(step for step in self.steps if isinstance(step, Mechanism))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Their columns."""
        return tuple(column for one in self.own for column in one.columns)

    @cached_property
    def parameters(self) -> tuple[OwnParameter, ...]:
        """Their parameters."""
        return tuple(parameter for one in self.own for parameter in one.parameters)

    @cached_property
    def levers(self) -> dict[str, OwnLever]:
        """Their levers by name."""
        return {lever.name: lever for one in self.own for lever in one.levers}

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Their measures."""
        return tuple(measure for one in self.own for measure in one.measures)

    @cached_property
    def digest(self) -> str:
        """Hash of the order and of every mechanism of one's own with its source; empty for the standard model."""
        if self.steps == tuple(STANDARD):
            return ""
        parts = [step if isinstance(step, str) else step.digest for step in self.steps]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def summaries(self) -> dict[str, str]:
        """The description of each mechanism by name, in their order."""
        rules = {_name(step): STANDARD[step] if isinstance(step, str) else step.rule for step in self.steps}
        return {name: inspect.getdoc(getattr(rule, "py_func", rule)) or "" for name, rule in rules.items()}

    def adding(self, rule: Mechanism | Rule, *, after: str = "", before: str = "") -> Model:
        """Return a model with one mechanism more, after or before another. ValueError if there is none of that name."""
        if bool(after) == bool(before):
            raise ValueError("say where the mechanism goes: after=, or before=, the name of another")
        place = self._place(after or before) + bool(after)
        return Model((*self.steps[:place], _own(rule), *self.steps[place:]))

    def without(self, *names: str) -> Model:
        """Return a model without some mechanisms. ValueError for a name that it has not."""
        gone = {self._place(name) for name in names}
        return Model(tuple(step for place, step in enumerate(self.steps) if place not in gone))

    def replacing(self, name: str, rule: Mechanism | Rule) -> Model:
        """Return a model in which a mechanism gives way to another. ValueError for a name that it has not."""
        place = self._place(name)
        return Model((*self.steps[:place], _own(rule), *self.steps[place + 1 :]))

    def _place(self, name: str) -> int:
        if name in self.names:
            return self.names.index(name)
        raise ValueError(f"there is no mechanism {name!r}.{nearest(name, self.names)} Model.names lists all")


def _name(step: Step) -> str:
    return step if isinstance(step, str) else step.name


def _own(rule: Mechanism | Rule) -> Mechanism:
    """A mechanism of one's own, of a bare function too."""
    made: Mechanism = rule if isinstance(rule, Mechanism) else mechanism(rule)
    return made


def _refuse_clashes(own: Sequence[Mechanism]) -> None:
    """Refuse what would be called like something that is there: each name means one number."""
    brought = [column.name for one in own for column in one.columns]
    brought += [parameter.name for one in own for parameter in one.parameters]
    brought += [lever.column for one in own for lever in one.levers]
    standard = {quantity.name for quantity in PARAMETERS} | {measure.name for measure in MEASURES}
    taken = [name for name in brought if name in standard or brought.count(name) > 1]
    taken += [lever.name for one in own for lever in one.levers if lever.name in LEVERS]
    if taken:
        raise ValueError(f"{', '.join(dict.fromkeys(taken))}: the name is taken; choose another")


MODEL = Model(tuple(STANDARD))
"""The standard model: every mechanism of MONTH in its order."""
