"""Compile every kernel before the first run of a new version, on as many processors as there are."""

import inspect
import sys
from functools import cache
from typing import Any

import numba
import numpy as np

from countermarket.engine.compiled import CACHE, kernel_source
from countermarket.model.month import MONTH
from countermarket.model.opening.flows import carry_back
from countermarket.model.opening.founding import crew_leg, settle_in
from countermarket.model.opening.initial import empty_state
from countermarket.model.opening.oracle import Paths
from countermarket.model.recording.invariants import audit
from countermarket.model.recording.record import series_for, sheet_for
from countermarket.model.recording.rows import take
from countermarket.model.state.levers import empty_levers
from countermarket.parameters.load import load_parameters, pack
from countermarket.reading.files import packaged
from countermarket.runs.job import Progress
from countermarket.runs.processes import default_workers, pool_of
from countermarket.world.load import load_world


def compile_kernels(progress: Progress | None = None) -> None:
    """Compile what the cache does not hold yet, on all processors; nothing once done. `progress` is told so first."""
    done = CACHE / f"compiled-{kernel_source(packaged())[:16]}"
    if done.exists():
        return
    if progress is not None:
        progress(0, 0, "compiling the model, once for this version: about half a minute on two processors")
    modules = sorted({function.__module__ for function, _ in _calls()}, key=_length, reverse=True)
    with pool_of(default_workers()) as pool:
        waiting = [pool.submit(compile_module, module) for module in modules]
        for one in waiting:
            one.result()
    if done.parent.exists():
        done.touch()


def _length(module: str) -> int:
    """How long a module is: the longest are begun first, so that no process is left alone with one."""
    return len(inspect.getsource(sys.modules[module]))


def compile_module(module: str) -> None:
    """Compile a module's kernels for the packaged world's tables: what they share is compiled in one process."""
    for function, arguments in _calls():
        if function.__module__ == module:
            function.compile(tuple(numba.typeof(argument) for argument in arguments))


@cache
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
