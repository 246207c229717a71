"""How a kernel is compiled: ahead of its first call, once per version of the source, and kept.

The month and all else that a run calls come from one object file (`objects.py`), and numba is not even imported.
Where there is no such file, or a kernel is called with other types, numba compiles it here and keeps it too.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property, partial, update_wrapper
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from countermarket.engine.cache_folder import CACHE
from countermarket.engine.objects import Routine, kept_object, name_of, routine
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
    import numba

    return hashlib.sha256(numba.__version__.encode() + b"".join(_stamp(path) for path in paths)).hexdigest()


def file_key(file: str) -> str:
    """A short hash of a file, and of where and how old it is."""
    return _digest([Path(file)])[:8]


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


@cache
def kernels_of(file: str) -> Path:
    """Where the kernels of a source file are kept: a folder keyed by the file and all that it imports.

    numba does not notice an edit in a function that a kernel calls from another file, so a stale kernel could run
    against new source: the key makes that impossible. An edit compiles anew what imports the file, and nothing else.
    """
    return CACHE / f"{Path(file).stem}-{_digest(reached(Path(file), packaged()))[:16]}"


class Kernel:
    """A rule of the model: Python calls it as machine code, another kernel is compiled together with it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.py_func = function
        """The same rule uncompiled."""
        update_wrapper(self, function)

    def __call__(self, *arguments: Any) -> Any:
        called = _from_object((self,), arguments)
        return self.dispatcher(*arguments) if called is None else called(*arguments)

    @cached_property
    def dispatcher(self) -> Any:
        """The rule as numba compiles it, when somebody asks for the first time."""
        return compiled_by_numba(self.py_func)

    @property
    def _numba_type_(self) -> Any:
        """What numba takes a kernel for where another one calls it."""
        return self.dispatcher._numba_type_

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process it goes by its name."""
        return _named, (self.py_func.__module__, self.py_func.__qualname__)


def _named(module: str, name: str) -> Any:
    """What a module calls so."""
    return getattr(import_module(module), name)


def kernel(function: F) -> F:
    """Compile a loop over agents that is the model (cached; releases the interpreter lock).

    `kernel(f).py_func` is the same rule uncompiled. Division follows numpy (no exception), and no fast
    mathematics: the same bits on one machine matter more than the last percent. Kernels make no arrays and count no
    references to those of the state: counting all of them at every step took longer than most steps do.
    """
    return cast(F, Kernel(function))


INTO_OBJECT = "COUNTERMARKET_INTO_OBJECT"
"""Environment variable of a process whose kernels go into an object file: Python calls none of them there."""


def compiled_by_numba(function: Any, cache: bool = True) -> Any:
    """A rule as numba compiles it, kept between processes or not; Python may call it if its name is public."""
    import numba

    numba.config.CACHE_DIR = str(kernels_of(function.__code__.co_filename) if cache else CACHE)
    into_object = INTO_OBJECT in os.environ
    inline = function.__name__.startswith("_")
    options = {"forceinline": inline, "no_cpython_wrapper": inline or into_object, "no_cfunc_wrapper": True}
    options |= {"cache": cache and not into_object, "_nrt": False}
    return numba.njit(nogil=True, error_model="numpy", **options)(function)


@cache
def own_kernel(function: Any) -> Any:
    """A user's rule compiled: kept between processes where it has a file, like the kernels of the package."""
    return compiled_by_numba(function, Path(function.__code__.co_filename).is_file() and not function.__closure__)


def machine_code(kernels: Sequence[Any], *arguments: Any) -> tuple[Callable[..., Any], ...]:
    """Kernels as bare machine code for arguments of these types.

    An ordinary call first looks at every column of every table to find its types, which takes longer than most
    mechanisms do. The types of a run's tables never change, so that once is enough.
    """
    return tuple(_from_object((each,), arguments) or _from_numba(each, arguments) for each in kernels)


def in_order(kernels: Sequence[Any], *arguments: Any) -> Callable[..., Any]:
    """Kernels one after another as one piece of machine code, called once; where there is none, each by itself."""
    whole = _from_object(kernels, arguments)
    return whole or partial(_each, machine_code(kernels, *arguments))


def _each(codes: Sequence[Callable[..., Any]], *arguments: Any) -> None:
    """Call one after another."""
    for code in codes:
        code(*arguments)


def _from_object(kernels: Sequence[Any], arguments: Sequence[Any]) -> Routine | None:
    """Kernels from the object file, if there is one and it has all of them for such arguments."""
    held = kept_object()
    if held is None or not all(isinstance(each, Kernel) for each in kernels):
        return None
    key = (tuple(kernels), tuple(_layout(argument) for argument in arguments))
    if key not in _names:
        _names[key] = tuple(name_of(each.py_func, arguments) for each in kernels)
    return routine(held, _names[key])


_names: dict[Any, tuple[str | None, ...]] = {}
"""Under which names kernels for some types stand in an object file."""


def _from_numba(each: Any, arguments: Sequence[Any]) -> Callable[..., Any]:
    """A kernel as numba compiles it for such arguments, looked up once in a process."""
    key = (each, tuple(_layout(argument) for argument in arguments))
    if key not in _machine_code:
        import numba

        types = tuple(numba.typeof(argument) for argument in arguments)
        _machine_code[key] = getattr(each, "dispatcher", each).compile(types)
    return _machine_code[key]


_machine_code: dict[Any, Callable[..., Any]] = {}
"""What numba has been asked for in this process: it takes milliseconds to describe a run's tables."""


def _layout(argument: Any) -> Any:
    """All that matters of an argument to machine code: its type, and of a table its columns and order in memory."""
    if isinstance(argument, tuple):
        return type(argument), tuple(_layout(part) for part in argument)
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.ndim, argument.flags.num
    return (np.void, argument.dtype) if isinstance(argument, np.void) else type(argument)
