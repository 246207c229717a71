"""Compile every kernel before the first run of a new version, on as many processors as there are.

`python -m countermarket.runs.warm_up` puts the object file of this machine into the package, before a wheel is built.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from countermarket.engine import arrays, circles, elementary, making, streams
from countermarket.engine.cache_folder import CACHE
from countermarket.engine.compiled import INTO_OBJECT, file_key, kernel_source, kernels_of, machine_code
from countermarket.engine.making import PLAINEST, Part, compile_part, joined
from countermarket.engine.objects import (
    can_be_made,
    kept_object,
    own_object,
    read_object,
    shipped_object,
    write_object,
)
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
    """Have the model's machine code, made now if neither the package nor the user's cache has it.

    Of processes that come at once, one makes it and the others wait. `progress` is told so first. Where no object
    files are made, what numba's cache does not hold yet is compiled, once.
    """
    if kept_object() is not None:
        return
    with _alone(CACHE / "compiling"):
        if kept_object() is None and not _by_numba().exists():
            if progress is not None:
                progress(0, 0, "compiling the model, once for this version: some twenty seconds on two processors")
            _compile()


def _by_numba() -> Path:
    """A file that says that numba's cache holds all kernels."""
    return CACHE / f"compiled-{kernel_source(packaged())[:16]}"


def _compile() -> None:
    """Make the object file, or where there are none, fill numba's cache."""
    if can_be_made():
        make_object(own_object())
    else:
        _at_once(compile_module, {})
        _by_numba().touch()


def make_object(path: Path) -> None:
    """Compile all kernels that a run calls into one object file, on all processors."""
    write_object(path, *joined(_at_once(part_of, PLAINEST | {INTO_OBJECT: "1"})))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let only one process at a time do this; where nothing can be locked, all of them."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _at_once(work: Callable[[str], Any], environment: dict[str, str]) -> list[Any]:
    """Do something for every module with kernels, the longest first, so that no process is left alone with one."""
    modules = sorted({function.__module__ for function, _ in _calls()}, key=_length, reverse=True)
    with pool_of(default_workers(), environment=environment) as pool:
        waiting = [pool.submit(work, module) for module in modules]
        return [one.result() for one in waiting]


def _length(module: str) -> int:
    """How long a module is."""
    return len(inspect.getsource(sys.modules[module]))


def _calls_of(module: str) -> list[tuple[Any, tuple[Any, ...]]]:
    """The kernels of a module that a run calls."""
    return [(function, arguments) for function, arguments in _calls() if function.__module__ == module]


def compile_module(module: str) -> None:
    """Compile a module's kernels for the packaged world's tables into numba's cache."""
    for function, arguments in _calls_of(module):
        machine_code((function,), *arguments)


def part_of(module: str) -> Part:
    """A module's kernels as a part of the object file: what an edit does not reach is taken from the last one."""
    source = sys.modules[module].__file__ or ""
    kept = kernels_of(source) / f"part-{file_key(making.__file__)}.bc"
    known = read_object(kept)
    if known is None:
        calls = _calls_of(module)
        known = compile_part(calls)
        write_object(kept, *known)
    return Part(*known)


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
    clock, x = state.clock[0], 0.5
    return [
        (carry_back, (rows, rows, rows, paths, *[numbers] * 6)),
        (crew_leg, (state, parameters, 0, 0, x, x)),
        *((mechanism, month) for mechanism in MONTH),
        (settle_in, (state, parameters)),
        (audit, (state,)),
        (take, (state, parameters, sheet_for(world), series_for(world, 0, 0), 0)),
        *((function, (x,)) for function in (elementary.log, circles.sine, circles.cosine, circles.arcsine)),
        *((function, (numbers, numbers)) for function in (arrays.fill_exp, arrays.fill_log)),
        (arrays.fill_power, (numbers, numbers, numbers)),
        (streams.identity, (0, 0, 0, 0)),
        (streams.uniform, (clock, 0, 0, 0)),
        (streams.uniform, (clock, 0, np.uint64(0), 0)),
    ]


if __name__ == "__main__":  # for who builds a wheel: the object file of this machine goes into the package
    make_object(shipped_object())
