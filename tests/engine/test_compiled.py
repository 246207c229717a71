"""Compiled kernels: where they are kept, and that they run where nothing can be kept."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from countermarket.engine import compiled
from countermarket.engine.compiled import Kernel, kernel_files, kernel_source, machine_code, reached
from countermarket.model.state.accounts import pay
from countermarket.reading.files import packaged

ASK = """
import os, subprocess, sys
import numba
from countermarket.engine import streams
assert streams.binomial(0.5, 10, 0.3) == streams.binomial.py_func(0.5, 10, 0.3)
print(numba.config.CACHE_DIR, flush=True)
if len(sys.argv) > 1:
    subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""


def folders(environment: dict[str, str]) -> list[str]:
    """Where a process and one that it starts keep their kernels."""
    command = [sys.executable, "-c", ASK, ASK]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_kernels_are_kept_in_the_users_cache(tmp_path: Path) -> None:
    own, childs = folders({"XDG_CACHE_HOME": str(tmp_path), "COUNTERMARKET_CACHE": ""})
    assert own == childs
    assert Path(own).is_relative_to(tmp_path)
    assert any(Path(own).rglob("*.nbi"))


def test_kernels_run_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """A file stands where the cache folder and the home folder would be, which stops even a superuser."""
    blocked = tmp_path / "file"
    blocked.touch()
    place = {"XDG_CACHE_HOME": str(blocked), "HOME": str(blocked), "COUNTERMARKET_CACHE": ""}
    own, childs = folders(place)
    assert own == childs, "a process does not compile again what its parent compiled"
    assert not Path(own).is_relative_to(blocked)
    assert not Path(own).exists(), "a temporary folder goes with the process"


def test_machine_code_is_looked_up_by_type_alone() -> None:
    first, second = np.zeros(3), np.zeros(7)
    (code,) = machine_code((pay,), first, 0, 1, 2.0)
    known = set(compiled._machine_code)
    assert machine_code((pay,), second, 1, 0, 5.0) == (code,)
    assert set(compiled._machine_code) == known
    code(first, 0, 2, 1.5)
    assert first.tolist() == [-1.5, 0.0, 1.5]


def test_every_kernel_stands_where_the_key_of_the_cache_looks() -> None:
    holders = {path for path in packaged().rglob("*.py") if "@kernel" in path.read_text(encoding="utf-8")}
    assert holders
    assert holders <= set(kernel_files(packaged()))


def key_of(root: Path) -> str:
    """The key as a new process finds it: one process reads a file once."""
    compiled._stamp.cache_clear()
    return kernel_source(root)


def test_an_edit_in_any_folder_of_the_model_is_another_key(tmp_path: Path) -> None:
    for name in ("engine/streams.py", "model/month.py", "model/law/raids.py", "analysis/levels.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    keys = {key_of(tmp_path)}
    for name in ("engine/streams.py", "model/month.py", "model/law/raids.py"):
        (tmp_path / name).write_text("x = 2\n")
        keys.add(key_of(tmp_path))
    assert len(keys) == 4
    (tmp_path / "analysis/levels.py").write_text("x = 2\n")
    assert key_of(tmp_path) in keys, "what holds no kernels compiles nothing anew"


def kernel_modules() -> list[ModuleType]:
    """Every module that holds kernels."""
    names = (path.relative_to(packaged().parent).with_suffix("").parts for path in kernel_files(packaged()))
    modules = [import_module(".".join(parts).removesuffix(".__init__")) for parts in names]
    return [module for module in modules if any(isinstance(each, Kernel) for each in vars(module).values())]


@pytest.mark.parametrize("module", kernel_modules(), ids=lambda module: module.__name__)
def test_the_key_of_a_modules_kernels_sees_every_file_that_they_call(module: ModuleType) -> None:
    seen = reached(Path(module.__file__ or ""), packaged())
    for value in vars(module).values():
        if isinstance(value, Kernel):
            assert Path(value.py_func.__code__.co_filename) in seen, value
        elif isinstance(value, ModuleType) and value.__name__.startswith("countermarket"):
            assert Path(value.__file__ or "") in seen, value


def test_an_edit_compiles_anew_what_imports_the_file_and_nothing_else(tmp_path: Path) -> None:
    files = {
        "model/a.py": "from countermarket.model import b\n",
        "model/b.py": "from countermarket.model.state.c import (\n    X,\n)\n",
        "model/state/c.py": "X = 1\n",
        "model/d.py": "import numpy\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    names = {name: {path.name for path in reached(tmp_path / name, tmp_path)} for name in files}
    assert names["model/a.py"] == {"a.py", "b.py", "c.py"}
    assert names["model/b.py"] == {"b.py", "c.py"}
    assert names["model/d.py"] == {"d.py"}
