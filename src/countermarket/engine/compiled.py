"""How a kernel is compiled: ahead of its first call, once per version of the source, and kept."""

import atexit
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

from countermarket.reading.files import packaged

F = TypeVar("F", bound=Callable[..., Any])


def source_digest() -> str:
    """Hash of every Python file of the package: the code a result came from."""
    root = packaged()
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


KERNEL_ROOMS = ("engine", "model")
"""Folders of the package that hold kernels, with all folders in them."""
IMPORTS = re.compile(r"^ *(?:from (countermarket[.\w]*) import (\([^)]*\)|.*)|import (countermarket[.\w]*))", re.M)
"""Imports from the package in a source file: module and names, or module."""
NAMES = re.compile(r"\w+")


def kernel_files(root: Path) -> list[Path]:
    """Every file of the package that may hold a kernel, in the order of their names."""
    return [path for room in KERNEL_ROOMS for path in sorted((root / room).rglob("*.py"))]


def kernel_source(root: Path) -> str:
    """Hash of the files that hold kernels, and of where and how old they are, which numba's own index keeps too."""
    return _digest(kernel_files(root))


def _digest(paths: Iterable[Path]) -> str:
    """Hash of some files, with where and how old they are, and of numba's version."""
    return hashlib.sha256(numba.__version__.encode() + b"".join(_stamp(path) for path in paths)).hexdigest()


@cache
def _stamp(path: Path) -> bytes:
    """Hash of a file and of where and how old it is."""
    return hashlib.sha256(f"{path} {path.stat().st_mtime_ns}".encode() + path.read_bytes()).digest()


@cache
def _modules(root: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    paths = {}
    for path in root.rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        paths[".".join(("countermarket", *(parts[:-1] if parts[-1] == "__init__" else parts)))] = path
    return paths


@cache
def _imported(path: Path, root: Path) -> frozenset[str]:
    """Modules of the package that a source file imports itself."""
    known = _modules(root)
    imported: set[str] = set()
    for module, names, alone in IMPORTS.findall(path.read_text(encoding="utf-8")):
        whole = [f"{module}.{name}" for name in NAMES.findall(names)]
        imported.update(name if name in known else alone or module for name in whole or [alone])
    return frozenset(imported & known.keys())


def reached(path: Path, root: Path) -> list[Path]:
    """A source file and every file of the package that it imports, however far round, in the order of their names."""
    seen: set[str] = set()
    ahead = [path]
    while ahead:
        new = _imported(ahead.pop(), root) - seen
        seen |= new
        ahead += [_modules(root)[name] for name in new]
    return [path, *(_modules(root)[name] for name in sorted(seen))]


_FOLDER_OF_PARENT = "COUNTERMARKET_CACHE"
"""Environment variable that tells the processes of a run where its kernels are."""


def _cache_folder() -> Path:
    """The folder for compiled kernels. Where nothing can be kept, a temporary one serves this process and those it
    starts, and goes with it.
    """
    kept = os.environ.get(_FOLDER_OF_PARENT) or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(kept) / "countermarket" / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        passing = tempfile.mkdtemp(prefix="countermarket-")
        atexit.register(shutil.rmtree, passing, ignore_errors=True)
        os.environ[_FOLDER_OF_PARENT] = passing
        return _cache_folder()


CACHE = _cache_folder()


@cache
def kernels_of(file: str) -> Path:
    """Where the kernels of a source file are kept: a folder keyed by the file and all that it imports.

    numba does not notice an edit in a function that a kernel calls from another file, so a stale kernel could run
    against new source: the key makes that impossible. An edit compiles anew what imports the file, and nothing else.
    """
    return CACHE / f"{Path(file).stem}-{_digest(reached(Path(file), packaged()))[:16]}"


def kernel(function: F) -> F:
    """Compile a loop over agents that is the model (numba, cached; releases the interpreter lock).

    `kernel(f).py_func` is the same rule uncompiled. Division follows numpy (no exception), and no fast
    mathematics: the same bits on one machine matter more than the last percent. Kernels make no arrays and count no
    references to those of the state: counting all of them at every step took longer than most steps do.
    """
    numba.config.CACHE_DIR = str(kernels_of(function.__code__.co_filename))
    inline = function.__name__.startswith("_")
    options = {"forceinline": inline, "no_cpython_wrapper": inline, "no_cfunc_wrapper": True, "_nrt": False}
    compiled: F = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    return compiled


@cache
def own_kernel(function: Any) -> Any:
    """A user's rule compiled: kept between processes where it has a file, like the kernels of the package."""
    if Path(function.__code__.co_filename).is_file() and not function.__closure__:
        return kernel(function)
    return numba.njit(nogil=True, error_model="numpy", _nrt=False)(function)


def machine_code(kernels: Sequence[Any], *arguments: Any) -> tuple[Callable[..., Any], ...]:
    """Kernels as bare machine code for arguments of these types.

    An ordinary call first looks at every column of every table to find its types, which takes longer than most
    mechanisms do. The types of a run's tables never change, so that once is enough.
    """
    key = (tuple(kernels), tuple(_layout(argument) for argument in arguments))
    if key not in _machine_code:
        types = tuple(numba.typeof(argument) for argument in arguments)
        _machine_code[key] = tuple(each.compile(types) for each in kernels)
    return _machine_code[key]


_machine_code: dict[Any, tuple[Callable[..., Any], ...]] = {}
"""What has been looked up in this process: numba takes milliseconds to describe a run's tables."""


def _layout(argument: Any) -> Any:
    """All that matters of an argument to machine code: its type, and of a table its columns and order in memory."""
    if isinstance(argument, tuple):
        return type(argument), tuple(_layout(part) for part in argument)
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.ndim, argument.flags.num
    return type(argument)
