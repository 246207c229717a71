"""Where a result came from: hashes of all that went in, versions, commit and machine."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import os
import platform
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from countermarket.reading.files import packaged

PACKAGES = ("countermarket", "numpy", "numba", "scipy", "pyarrow", "loky", "pydantic", "mesa", "SALib")


def digest_of(value: Any) -> str:
    """Hash of a value by its content: its own `digest` if it has one, else its fields."""
    own = getattr(value, "digest", None)
    if isinstance(own, str):
        return own
    text = json.dumps(_content(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _content(value: Any) -> Any:
    """A value as plain data, exact to the last bit."""
    from countermarket.engine.fingerprint import fingerprint

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _content(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return _content(value.model_dump())
    if hasattr(value, "_asdict"):
        return _content(value._asdict())
    if isinstance(value, dict):
        return {str(key): _content(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_content(item) for item in value]
    if hasattr(value, "dtype"):
        return [str(value.dtype), list(value.shape), fingerprint(value)]
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    return value.hex() if isinstance(value, float) else repr(value)


def code_of(*functions: Any) -> str:
    """Hash of the files that functions stand in and of what is bound to them; empty if all are the package's own."""
    own = [held for function in functions if (held := _source_of(function))]
    return digest_of(own) if own else ""


def _source_of(function: Any) -> list[Any]:
    """Where a function comes from, to the letter; nothing of one of the package, whose hash is known."""
    bound: list[Any] = []
    while isinstance(function, partial):
        bound += [list(function.args), function.keywords]
        function = function.func
    if str(getattr(function, "__module__", "")).split(".")[0] == "countermarket":
        return []
    known = function if inspect.isroutine(function) else type(function)
    try:
        source = Path(inspect.getsourcefile(known) or "").read_bytes()
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        source = code.co_code + repr(code.co_consts).encode() if code else b""
    return [known.__qualname__, hashlib.sha256(source).hexdigest(), bound]


def versions() -> dict[str, str]:
    """Versions of Python and of every package that bears on the numbers."""
    from importlib.metadata import PackageNotFoundError, version

    by_package = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            by_package[name] = version(name)
        except PackageNotFoundError:
            by_package[name] = "not installed"
    return by_package


def machine() -> dict[str, Any]:
    """What it ran on, without naming anyone."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "processors": os.cpu_count(),
        "byteorder": sys.byteorder,
    }


def commit() -> dict[str, Any]:
    """Commit of the source tree, and whether tracked files differ from it; None outside a repository."""
    folder = packaged()
    head = _git(folder, "rev-parse", "HEAD")
    if head is None or _git(folder, "ls-files", "--error-unmatch", "__init__.py") is None:
        return {"commit": None, "dirty": None}
    return {"commit": head, "dirty": bool(_git(folder, "status", "--porcelain", "-uno", "."))}


def _git(folder: Path, *arguments: str) -> str | None:
    """What git answers, or None if it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
