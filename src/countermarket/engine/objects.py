"""The model's machine code as one file: kept, loaded in milliseconds without numba, and called.

Every kernel that Python calls stands in it under a name made of its own and its arguments' types. What a compiled
function is given is a table of words of eight bytes: room for its result, then each argument, an array as the seven
or more parts that numba passes it in. How the file is made stands in `making.py`; that both agree with the numba at
hand is tested in `tests/engine/test_objects.py`.
"""

import ctypes
import hashlib
import json
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.cache_folder import CACHE
from countermarket.reading.files import packaged

RESULT_WORDS = 8
"""Room for what a kernel returns."""
IN_ORDER = "in_order"
"""The function of the object that calls some of its kernels one after another."""
SOURCE_ROOMS = ("declared", "engine", "model")
"""Folders of the package that machine code depends on: kernels, and what declares the columns of their tables."""
BY_NUMBA = "COUNTERMARKET_NUMBA"
"""Environment variable of a process that is to use no object file."""
LETTERS = {float: "d", np.float64: "d", int: "q", np.int64: "q", np.uint64: "Q"}
"""Numbers that a kernel in the object file may be given, as the struct module calls them."""


# --- where the file is -----------------------------------------------------------------------------------


@cache
def source_key() -> str:
    """Hash of every file that machine code depends on, wherever they stand."""
    digest = hashlib.sha256()
    for room in SOURCE_ROOMS:
        for path in sorted(packaged(room).rglob("*.py")):
            digest.update(f"{room} {path.relative_to(packaged(room)).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def object_name() -> str:
    """What the file is called: for which kind of machine, of which source."""
    return f"{sys.platform}-{_machine()}-{source_key()[:20]}.o"


def _machine() -> str:
    """The kind of processor: one file serves every processor of a kind."""
    return os.uname().machine if hasattr(os, "uname") else ""


def can_be_made() -> bool:
    """Whether object files are made for this kind of machine, and wanted."""
    return sys.platform == "linux" and _machine() in ("x86_64", "aarch64") and BY_NUMBA not in os.environ


def own_object() -> Path:
    """Where the user's cache keeps the file."""
    return CACHE / "objects" / object_name()


def shipped_object() -> Path:
    """Where a wheel has the file, if it has one for this machine."""
    return packaged("objects") / object_name()


def write_object(path: Path, code: bytes, entries: dict[str, str]) -> None:
    """Keep machine code and the results of its entries: whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = json.dumps({"sha256": hashlib.sha256(code).hexdigest(), "entries": entries}, separators=(",", ":"))
    passing = path.with_name(f"{path.name}.{os.getpid()}")
    passing.write_bytes(listed.encode() + b"\n" + code)
    os.replace(passing, path)


# --- loading ------------------------------------------------------------------------------------------------


class Held(NamedTuple):
    """An object file loaded into this process."""

    entries: dict[str, tuple[int, str]]
    """Address and result of each kernel by name; the result in letters of the struct module."""
    in_order: Any
    """(addresses, how many, words) -> 0, or what the first kernel that failed says."""
    engine: Any
    """It owns the machine code."""


_held: list[Held] = []
"""The object file of this process, once it has been loaded."""


def kept_object() -> Held | None:
    """The machine code for this source and machine, if there is any; once loaded, it stays."""
    if not _held and can_be_made():
        held = _loaded(shipped_object()) or _loaded(own_object())
        _held[:] = [] if held is None else [held]
    return _held[0] if _held else None


def _loaded(path: Path) -> Held | None:
    """A file's machine code; none if there is none."""
    known = read_object(path)
    return None if known is None else _linked(*known)


def read_object(path: Path) -> tuple[bytes, dict[str, str]] | None:
    """What `write_object` kept; none if it is not there or not what was written."""
    try:
        listed, code = path.read_bytes().split(b"\n", 1)
        known = json.loads(listed)
        is_whole = known["sha256"] == hashlib.sha256(code).hexdigest()
    except (OSError, ValueError, KeyError):
        return None
    return (code, known["entries"]) if is_whole else None


def _linked(code: bytes, results: dict[str, str]) -> Held:
    """Machine code placed in memory, ready to be called."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    entries = {name: (engine.get_function_address(name), result) for name, result in results.items()}
    call = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
    return Held(entries, call(engine.get_function_address(IN_ORDER)), engine)


# --- calling ------------------------------------------------------------------------------------------------


class Routine:
    """Kernels of the object file, called one after another with the same arguments; the last one's result.

    The tables of a run stay where they are, so that they are described once; numbers are written at each call.
    """

    def __init__(self, held: Held, names: tuple[str, ...]) -> None:
        self.names = names
        self._run = held.in_order
        self._codes = np.array([held.entries[name][0] for name in names], np.int64)
        self._result = held.entries[names[-1]][1]
        self._given: tuple[tuple[Any, ...], Any, list[tuple[int, int, str]]] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Routine) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.names)

    def __call__(self, *arguments: Any) -> Any:
        given = self._given
        if given is None or not _same_tables(given[0], arguments):
            self._given = given = _laid_out(arguments)
        _, words, numbers = given
        for place, word, letter in numbers:
            struct.pack_into(letter, words, 8 * word, arguments[place])
        if self._run(_address(self._codes), len(self._codes), _address(words)):
            raise RuntimeError(f"machine code failed: {', '.join(self.names)}")
        if not self._result:
            return None
        result = struct.unpack_from(self._result, words)
        return result[0] if len(result) == 1 else result


def routine(held: Held, names: Sequence[str | None]) -> Routine | None:
    """Kernels by name as one routine, if the object file has all of them."""
    known = tuple(name for name in names if name in held.entries)
    return Routine(held, known) if len(known) == len(names) else None


def _same_tables(known: Sequence[Any], given: Sequence[Any]) -> bool:
    """Whether all arguments but numbers are the very same as before."""
    return all(old is new or type(new) in LETTERS for old, new in zip(known, given, strict=True))


def _laid_out(arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any, list[tuple[int, int, str]]]:
    """Arguments, their words, and the place, word and letter of each number among them."""
    words, numbers = [0] * RESULT_WORDS, []
    for place, argument in enumerate(arguments):
        if type(argument) in LETTERS:
            numbers.append((place, len(words), LETTERS[type(argument)]))
        words += _words(argument)
    return arguments, np.array(words, np.int64), numbers


def _words(argument: Any) -> Iterator[int]:
    """The parts in which numba passes an argument: of an array its owner and parent (none), size, item, place, shape
    and strides; of a row its place.
    """
    if isinstance(argument, tuple):
        for part in argument:
            yield from _words(part)
    elif isinstance(argument, np.ndarray):
        yield from (0, 0, argument.size, argument.itemsize, _address(argument), *argument.shape, *argument.strides)
    else:
        yield _address(argument) if isinstance(argument, np.void) else 0


def _address(table: Any) -> int:
    """Where an array or a row lies in memory."""
    place: int = table.__array_interface__["data"][0]
    return place


# --- names --------------------------------------------------------------------------------------------------


def name_of(function: Any, arguments: Sequence[Any]) -> str | None:
    """The name of a kernel for arguments of these types in an object file; none for types that are in no such file."""
    described = [_described(argument) for argument in arguments]
    if None in described:
        return None
    digest = hashlib.sha256("\n".join(str(one) for one in described).encode()).hexdigest()
    return f"{function.__module__}.{function.__qualname__}.{digest[:12]}"


def _described(argument: Any) -> str | None:
    """What machine code knows of an argument when it is made."""
    if isinstance(argument, tuple):
        parts = [None if type(part) in LETTERS else _described(part) for part in argument]
        return None if None in parts else f"{type(argument).__name__}({','.join(map(str, parts))})"
    if isinstance(argument, np.ndarray):
        flags = argument.flags
        plain = flags.c_contiguous and flags.aligned and flags.writeable
        return f"{argument.ndim} {_columns(argument.dtype)}" if plain else None
    return f"row {_columns(argument.dtype)}" if isinstance(argument, np.void) else LETTERS.get(type(argument))


def _columns(kind: Any) -> str:
    """The columns of a table: name, type and place of each."""
    if not kind.fields:
        return str(kind)
    return f"{kind.itemsize} {[(name, str(field[0]), field[1]) for name, field in kind.fields.items()]}"
