"""How far a group-month is from what the core could do: bytes against its copying, arithmetic against its rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.operations import operations
from benchmarks.sizes import seconds
from countermarket.model.month import MONTH
from countermarket.model.state.crime import GROUP

TIMES = 5
LARGE = 2**24
"""Numbers in an array that no cache holds."""
MATRIX = 512
CHAIN = 10**6


class Core(NamedTuple):
    """What one core was measured to do."""

    copied: float
    """Bytes read and written a second, copying what no cache holds."""
    peak: float
    """Operations a second in a matrix product: vectors, fused, nothing to wait for."""
    in_turn: float
    """Operations a second when each waits for the one before."""


class Ceiling(NamedTuple):
    """What a group-month takes at least."""

    core: Core
    bytes: float
    """Of a group's columns that mechanisms touch, each time."""
    operations: float
    functions: float

    @property
    def copying(self) -> float:
        """Seconds if only memory counted."""
        return self.bytes / self.core.copied

    @property
    def vector(self) -> float:
        """Seconds if all arithmetic ran at the peak."""
        return self.operations / self.core.peak

    @property
    def sequential(self) -> float:
        """Seconds if each operation waited for the one before."""
        return self.operations / self.core.in_turn


def ceiling(size: int) -> Ceiling:
    """Measure the core, and count what a group-month asks of it."""
    done = operations(size)
    return Ceiling(measured_core(), float(touched_bytes()), done.whole, done.functions)


def measured_core() -> Core:
    """Best rates of this core now."""
    here, there = np.ones(LARGE), np.zeros(LARGE)
    copying = quickest(lambda: np.copyto(there, here))
    matrix = np.random.default_rng(0).random((MATRIX, MATRIX))
    with threadpool_limits(limits=1):
        product = quickest(lambda: matrix @ matrix)
    chain = numba.njit(_chain)
    waiting = quickest(lambda: chain(CHAIN, 2.0, 0.999, 0.0005))
    return Core(2.0 * here.nbytes / copying, 2.0 * MATRIX**3 / product, 2.0 * CHAIN / waiting)


def _chain(links: int, value: float, factor: float, term: float) -> float:
    """A product and a sum at each link, each of which needs the result of the one before."""
    for _ in range(links):
        value = value * factor + term
    return value


def quickest(action: Callable[[], object]) -> float:
    """Least seconds of a few tries, after one that is not counted: others may be using the machine."""
    action()
    return min(seconds(action) for _ in range(TIMES))


def touched_bytes() -> int:
    """Bytes of a group's columns that the month's mechanisms name, added over those that go through all groups."""
    return sum(_columns_bytes(mechanism) for mechanism in MONTH if _goes_through_groups(mechanism))


def _columns_bytes(mechanism: Any) -> int:
    names = {name for kernel in _kernels(mechanism) for name in kernel.__code__.co_names}
    return sum(GROUP[name].itemsize for name in names & set(GROUP.names or ()))


def _goes_through_groups(mechanism: Any) -> bool:
    named = [set(kernel.__code__.co_names) for kernel in _kernels(mechanism)]
    return any("groups" in names and names & {"size", "slots"} for names in named)


def _kernels(mechanism: Any, seen: set[Any] | None = None) -> Iterator[Any]:
    """A kernel's Python function and those of all kernels it calls."""
    seen = set() if seen is None else seen
    function = getattr(mechanism, "py_func", None)
    if function is None or function in seen:
        return
    seen.add(function)
    yield function
    for name in function.__code__.co_names:
        yield from _kernels(function.__globals__.get(name), seen)
