"""The object file: what is called through it is what numba compiles, and nothing broken is ever loaded."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from clone import ROOT

from countermarket.engine import objects, streams
from countermarket.engine.compiled import INTO_OBJECT, Kernel, kernel, kernel_files
from countermarket.engine.making import compile_part, joined
from countermarket.engine.objects import BY_NUMBA, SOURCE_ROOMS, read_object, routine, write_object
from countermarket.model.state.row import table
from countermarket.model.state.tables import Clock
from countermarket.reading.files import packaged
from countermarket.runs import warm_up

FAKES = ROOT / "tests" / "fakes"
pytestmark = pytest.mark.skipif(not objects.can_be_made(), reason="no object files are made for this machine")


class Tables(NamedTuple):
    """Two tables, as the state is many."""

    numbers: Any
    clock: Any


@kernel
def weigh(tables: Any, flags: Any, factor: float, place: int) -> Any:
    """Numbers of each kind in and out, a table changed in place."""
    tables.numbers[place, 1] += factor
    tables.clock[0].month += 1
    total = 0.0
    for n in range(flags.size):
        if flags[n]:
            total += tables.numbers[n, 0]
    return total, tables.numbers[place, 1]


@kernel
def shift(tables: Any, flags: Any, factor: float, place: int) -> None:
    """A second kernel, to be called after the first."""
    tables.numbers[place, 0] -= factor


def given() -> tuple[Any, ...]:
    """Arguments of a call."""
    tables = Tables(np.arange(12.0).reshape(6, 2), table(Clock, 1))
    return tables, np.array([True, False, True, True, False, False]), 0.25, 3


def clock() -> Any:
    row = table(Clock, 1)
    row["key"], row["month"] = 2**63 + 11, -4
    return row[0]


def made(*calls: tuple[Any, tuple[Any, ...]]) -> tuple[bytes, dict[str, str]]:
    """An object file of some kernels, compiled in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(INTO_OBJECT, "1")
        return joined([compile_part([(Kernel(called.py_func), arguments)]) for called, arguments in calls])


@pytest.fixture(scope="module")
def held() -> objects.Held:
    return objects._linked(*made(
        (weigh, given()), (shift, given()), (streams.uniform, (clock(), 0, 0, 0)), (streams.identity, (0, 0, 0, 0)),
    ))  # fmt: skip


def called(held: objects.Held, arguments: tuple[Any, ...], *kernels: Any) -> Any:
    """What kernels of an object file say."""
    found = routine(held, [objects.name_of(each.py_func, arguments) for each in kernels])
    assert found is not None
    return found(*arguments)


def test_numba_passes_and_returns_what_the_object_file_takes_it_to(held: objects.Held) -> None:
    """A version of numba that passes arrays, rows or results otherwise fails here."""
    for arguments in ((clock(), streams.LEAK, 12345, 2), (clock(), streams.AUDIT, -1, 0)):
        assert called(held, arguments, streams.uniform) == streams.uniform.dispatcher(*arguments)  # type: ignore[attr-defined]
    assert called(held, (1, 2, 3, 4), streams.identity) == streams.identity.dispatcher(1, 2, 3, 4)  # type: ignore[attr-defined]
    ours, theirs = given(), given()
    assert called(held, ours, weigh) == weigh.dispatcher(*theirs) == (10.0, 7.25)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(ours[0].numbers, theirs[0].numbers)
    assert ours[0].clock["month"] == theirs[0].clock["month"] == 1


def test_several_kernels_are_one_call_and_numbers_may_change_between_calls(held: objects.Held) -> None:
    arguments = given()
    whole = routine(held, [objects.name_of(each.py_func, arguments) for each in (weigh, shift)])  # type: ignore[attr-defined]
    assert whole is not None
    whole(*arguments)
    whole(*arguments[:2], 0.5, 5)
    assert arguments[0].numbers[[3, 5]].tolist() == [[6.0 - 0.25, 7.25], [10.0 - 0.5, 11.5]]
    others = given()
    whole(*others)
    assert others[0].numbers[3].tolist() == arguments[0].numbers[3].tolist(), "other tables are seen as such"


def test_other_types_are_not_in_the_object_file(held: objects.Held) -> None:
    tables, flags, *numbers = given()
    spread = Tables(np.arange(24.0).reshape(6, 4)[:, ::2], tables.clock)
    for arguments in ((tables, flags.astype(np.int64), *numbers), (spread, flags, *numbers), (tables, flags, 1, 3)):
        assert routine(held, [objects.name_of(weigh.py_func, arguments)]) is None  # type: ignore[attr-defined]


def test_nothing_broken_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "some.o"
    write_object(path, b"code\nand more", {"a": "d"})
    assert read_object(path) == (b"code\nand more", {"a": "d"})
    assert [one.name for one in path.parent.iterdir()] == ["some.o"]
    whole = path.read_bytes()
    for broken in (b"", whole[:10], whole[:-1], whole[:-1] + b"x", whole.replace(b"\n", b"")):
        path.write_bytes(broken)
        assert read_object(path) is None
        assert objects._loaded(path) is None
    assert read_object(tmp_path / "none.o") is None


RUN = """
import sys
from small_runs import few
from countermarket.model.running.simulate import simulate
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world
simulate(load_world(), few(), load_scenario("alliance"), months=6)
print(sorted({"numba"} & set(sys.modules)))
"""


def python(*words: str, **environment: str) -> str:
    """What a new process says."""
    known = os.environ | {"PYTHONPATH": os.pathsep.join([str(FAKES), str(ROOT / "src")])} | environment
    return subprocess.run([sys.executable, *words], env=known, capture_output=True, text=True, check=True).stdout


def test_a_run_calls_nothing_that_is_not_in_the_object_file() -> None:
    assert python("-c", RUN).strip() == "[]"


@pytest.mark.slow
def test_numba_gives_the_bits_of_the_object_file() -> None:
    """Each kernel compiled by itself for this very processor, and all of them for every processor."""
    assert python(str(FAKES / "bits.py"), **{BY_NUMBA: "1"}) == python(str(FAKES / "bits.py"))


def test_one_process_compiles_and_the_others_wait(tmp_path: Path) -> None:
    seen: list[str] = []
    started = threading.Event()

    def wait() -> None:
        started.set()
        with warm_up._alone(tmp_path / "lock"):
            seen.append("second")

    other = threading.Thread(target=wait)
    with warm_up._alone(tmp_path / "lock"):
        other.start()
        started.wait()
        other.join(0.2)
        seen.append("first")
    other.join()
    assert seen == ["first", "second"]


def outside(path: Path) -> set[str]:
    """Names in a file that come from folders whose edits the key of the object file does not see."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("countermarket."):
            room = str(node.module).split(".")[1]
            names |= {alias.asname or alias.name for alias in node.names if room not in SOURCE_ROOMS}
    return names


@pytest.mark.parametrize("path", kernel_files(packaged()), ids=lambda path: path.relative_to(packaged()).as_posix())
def test_kernels_read_nothing_whose_edit_the_key_does_not_see(path: Path) -> None:
    text = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(text):
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "kernel" for one in node.decorator_list):
            read = {name.id for body in node.body for name in ast.walk(body) if isinstance(name, ast.Name)}
            assert not read & outside(path), node.name
