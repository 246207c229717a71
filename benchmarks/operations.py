"""How much arithmetic a month is: the twin's, counted by numbers that count what is done with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

from benchmarks.sizes import begun, parameters_for
from twin import (
    agencies,
    alliance,
    build,
    cases,
    clients,
    enablers,
    goods,
    groups,
    legs,
    luck,
    markets,
    model,
    newcomers,
    places,
    trade,
)

MODULES: tuple[ModuleType, ...] = (
    agencies, alliance, build, cases, clients, enablers, goods, groups, legs, luck, markets, model, newcomers, places,
    trade,
)  # fmt: skip
ARITHMETIC = ("add", "sub", "mul", "truediv", "pow", "radd", "rsub", "rmul", "rtruediv", "rpow", "neg")
FUNCTIONS = ("exp", "log", "sqrt", "tanh")
FUNCTION_OPERATIONS = 20
"""Additions and multiplications that an exponential or a logarithm stands for, about."""


class Tally:
    """What has been counted."""

    arithmetic = 0
    functions = 0


class Counted(float):
    """A number whose arithmetic is counted, and gives counted numbers."""

    __slots__ = ()


def _counted(plain: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Counted, *others: Any) -> Any:
        Tally.arithmetic += 1
        found = plain(self, *others)
        return Counted(found) if type(found) is float else found

    return method


for _name in ARITHMETIC:
    setattr(Counted, f"__{_name}__", _counted(getattr(float, f"__{_name}__")))


class Operations(NamedTuple):
    """Arithmetic of one month for each active group, nodes, legs and agencies included."""

    arithmetic: float
    functions: float
    """Exponentials, logarithms and the like."""

    @property
    def whole(self) -> float:
        """All of it in additions and multiplications."""
        return self.arithmetic + FUNCTION_OPERATIONS * self.functions


def operations(size: int) -> Operations:
    """Count one month of the twin."""
    twin = model.TwinModel(begun(parameters_for(size, spin_up_months=6), 1))
    for one in (twin, twin.p, twin.alliance, *twin.markets, *twin.places, *twin.nodes, *twin.legs, *twin.agents):
        _count_attributes(one)
    for group in twin.groups:
        for one in (*group.holdings, *group.presences):
            for name in one.__slots__:
                setattr(one, name, _as_counted(getattr(one, name)))
    Tally.arithmetic = Tally.functions = 0
    with _functions_counted():
        twin.step()
    return Operations(Tally.arithmetic / len(twin.groups), Tally.functions / len(twin.groups))


def _count_attributes(one: Any) -> None:
    for name, value in vars(one).items():
        if name not in ("datacollector", "holdings", "presences"):
            vars(one)[name] = _as_counted(value)


def _as_counted(value: Any) -> Any:
    """Numbers that count, also in lists of lists; anything else as it is."""
    if type(value) is float:
        return Counted(value)
    if type(value) is list and value and type(value[0]) in (float, list):
        return [_as_counted(inner) for inner in value]
    return value


@contextmanager
def _functions_counted() -> Iterator[None]:
    """The twin's exponentials and the like count their calls meanwhile."""
    for module in MODULES:
        for name in FUNCTIONS:
            if hasattr(module, name):
                setattr(module, name, _counted_function(getattr(math, name)))
    try:
        yield
    finally:
        for module in MODULES:
            for name in FUNCTIONS:
                if hasattr(module, name):
                    setattr(module, name, getattr(math, name))


def _counted_function(plain: Callable[[float], float]) -> Callable[[float], float]:
    def function(value: float) -> float:
        Tally.functions += 1
        return Counted(plain(value))

    return function
