"""Compile every kernel before the first run of a new version, half of them in a second process."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np

from countermarket.model.flows import carry_back
from countermarket.model.founding import crew_leg, settle_in
from countermarket.model.initial import empty_levers, empty_state
from countermarket.model.invariants import audit
from countermarket.model.record import series_for, sheet_for, take
from countermarket.model.step import MONTH
from countermarket.oracle import Paths
from countermarket.parameters import load_parameters, pack
from countermarket.world.load import load_world

HALVES = 2


def compile_kernels() -> None:
    """Compile what the cache does not hold yet; about half a minute on two cores, nothing once done."""
    done = Path(numba.config.CACHE_DIR) / "compiled"
    if done.exists():
        return
    other = subprocess.Popen([sys.executable, "-m", __name__, "1"], stdout=subprocess.DEVNULL)
    compile_half(0)
    if other.wait() == 0 and done.parent.exists():
        done.touch()


def compile_half(half: int) -> None:
    """Compile every second kernel for the packaged world's tables."""
    for number, (function, arguments) in enumerate(_calls()):
        if number % HALVES == half:
            function.compile(tuple(numba.typeof(argument) for argument in arguments))


def _calls() -> list[tuple[Any, tuple[Any, ...]]]:
    """Every kernel a run calls from Python, with arguments of the types it meets."""
    world = load_world()
    parameters = pack(load_parameters(), world)
    state, levers = empty_state(world, parameters[0], np.uint64(0)), empty_levers(world)
    month = (state, parameters, levers)
    rows, numbers = np.empty(0, np.int64), np.empty(0)
    ends: Any = np.empty(0, np.int32)
    paths = Paths(ends, ends, numbers, numbers, numbers)
    return [
        (carry_back, (rows, rows, rows, paths, *[numbers] * 6)),
        (crew_leg, (state, parameters, 0, 0, 0.0, 0.0)),
        *((mechanism, month) for mechanism in MONTH),
        (settle_in, (state, parameters)),
        (audit, (state,)),
        (take, (state, parameters, sheet_for(world), series_for(world, 0, 0), 0)),
    ]


if __name__ == "__main__":
    compile_half(int(sys.argv[1]))
