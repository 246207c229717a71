"""The functions of `elementary` over whole arrays."""

from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, log, power


@kernel
def fill_exp(filled: Any, x: Any) -> None:
    for n in range(filled.size):
        filled[n] = exp(x[n])


@kernel
def fill_log(filled: Any, x: Any) -> None:
    for n in range(filled.size):
        filled[n] = log(x[n])


@kernel
def fill_power(filled: Any, x: Any, y: Any) -> None:
    for n in range(filled.size):
        filled[n] = power(x[n], y[n])


def _over(fill: Any, *values: Any) -> Any:
    """A function over numbers or arrays of them, broadcast as numpy does: an array of their common shape."""
    spread = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in values))
    filled = np.empty(spread[0].size)
    fill(filled, *(np.array(each).reshape(-1) for each in spread))
    return filled.reshape(spread[0].shape)


def exps(x: Any) -> Any:
    """`exp` of every number of an array, in its shape."""
    return _over(fill_exp, x)


def logs(x: Any) -> Any:
    """`log` of every number of an array, in its shape."""
    return _over(fill_log, x)


def powers(x: Any, y: Any) -> Any:
    """`power` of every number of two arrays, or of an array and a number, broadcast."""
    return _over(fill_power, x, y)
