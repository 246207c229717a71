"""A mechanism of one's own: a rule, and the columns, parameters, levers and measures that it brings along.

    @mechanism(columns=[Column("informants", "persons", by="communities")], measures=["informants"])
    def inform(state, parameters, levers, own):
        for j in range(state.communities.size):
            own[0].informants[j] += ...

Its fourth record holds what it brings, each under its name (a lever under what follows the dot): the standard tables
stay as they are, so that nothing else compiles anew.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from countermarket.declared.measures import Measure, OverMarkets
from countermarket.declared.own import Column, OwnLever, OwnParameter

Rule = Callable[..., None]
"""rule(state, parameters, levers, own) -> None"""


@dataclass(frozen=True)
class Mechanism:
    """A rule of one's own with all that it brings along."""

    rule: Rule
    """The Python function; it is compiled when it first runs, if `compiled`."""
    name: str
    """How it is called in a model: `own.` and the function's name, unless another is given."""
    columns: tuple[Column, ...] = ()
    parameters: tuple[OwnParameter, ...] = ()
    levers: tuple[OwnLever, ...] = ()
    measures: tuple[Measure, ...] = ()
    compiled: bool = True

    def __call__(self, *records: Any) -> None:
        """Apply the rule, uncompiled: for tests."""
        self.rule(*records)

    @property
    def digest(self) -> str:
        """Hash of the source of the rule and of all that it calls outside the package, and of what it brings."""
        declared = (self.name, self.columns, self.parameters, self.levers, self.measures, self.compiled)
        return hashlib.sha256("\n".join([repr(declared), *_sources(self.rule, set())]).encode()).hexdigest()


def mechanism(
    rule: Rule | None = None,
    *,
    name: str = "",
    columns: Sequence[Column] = (),
    parameters: Sequence[OwnParameter] = (),
    levers: Sequence[OwnLever] = (),
    measures: Sequence[Measure | str] = (),
    compiled: bool = True,
) -> Any:
    """Make a Mechanism of a function, as a decorator or by a call.

    A measure is the name of one of its columns, or a Measure of that name. ValueError for a measure without a column.
    `compiled=False` leaves a rule that numba cannot compile as Python, which is slower.
    """
    if rule is None:
        return partial(
            mechanism, name=name, columns=columns, parameters=parameters, levers=levers, measures=measures,
            compiled=compiled,
        )  # fmt: skip
    plain = getattr(rule, "py_func", rule)
    measured = tuple(_measure(one, columns) for one in measures)
    called = name or f"own.{plain.__name__}"
    return Mechanism(plain, called, tuple(columns), tuple(parameters), tuple(levers), measured, compiled)


def _measure(given: Measure | str, columns: Sequence[Column]) -> Measure:
    """The measure of a column: as it is declared, or a stock compared by difference if only named."""
    name = given if isinstance(given, str) else given.name
    column = next((column for column in columns if column.name == name), None)
    if column is None or column.by not in ("", "agencies", "communities", "tallies"):
        raise ValueError(
            f"measure {name}: name a column that is single, or runs along agencies, communities or tallies"
        )
    if not isinstance(given, str):
        return given
    over_markets: OverMarkets = "sum" if column.by == "tallies" else "world"
    meaning = f"{name.replace('_', ' ')}, of a mechanism of one's own"
    return Measure(name, column.unit, meaning, "mean", over_markets, "difference")


def _sources(function: Any, seen: set[int]) -> Iterator[str]:
    """The source of a function, then of all it names: functions outside the package whole, other values as text."""
    plain = getattr(function, "py_func", function)
    if id(plain) in seen or not isinstance(plain, FunctionType):
        return
    seen.add(id(plain))
    try:
        yield inspect.getsource(plain)
    except (OSError, TypeError):
        yield plain.__code__.co_code.hex() + repr(plain.__code__.co_consts)
    for name in plain.__code__.co_names:
        value = plain.__globals__.get(name)
        if str(getattr(value, "__module__", "")).partition(".")[0] == "countermarket":
            continue
        yield from _sources(value, seen)
        if isinstance(value, int | float | str | tuple):
            yield f"{name} = {value!r}"
