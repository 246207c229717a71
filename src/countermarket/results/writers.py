"""Who writes: a mark in the names of unfinished files, by which the dead are told from the living."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import threading
from functools import cache
from pathlib import Path

PARTIAL = ".partial-"
"""Names of what is not finished begin with it, whoever writes it."""
LONGEST_NAME = 100
"""Letters of a name that the name of its unfinished version repeats: no file may have more than 255 bytes."""


def partial_of(path: Path, kind: str = "") -> Path:
    """The unfinished version of a file or folder, beside it: this thread writes it and no other."""
    writer = f"{_machine()}-{os.getpid()}.{threading.get_native_id()}"
    return path.with_name(f"{PARTIAL}{kind}{writer}-{_short(path.name)}")


def _short(name: str) -> str:
    """A name short enough to stand in another, different for different names."""
    if len(os.fsencode(name)) <= LONGEST_NAME:
        return name
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:16]


@cache
def _machine() -> str:
    """Where a process number means a process: this computer since it was started, this container of it."""
    said = [platform.node()]
    for source in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            said.append(os.readlink(source) if "/ns/" in source else Path(source).read_text(encoding="ascii"))
        except OSError:
            continue
    return hashlib.sha256("\n".join(said).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def sweep_away_dead(folder: Path, name: str) -> None:
    """Remove what killed writers of this name left in a folder; those of other machines may be alive."""
    for left in folder.iterdir() if folder.is_dir() else ():
        mark = left.name.removeprefix(PARTIAL).removeprefix("earlier-").split("-", 2)
        if left.name.startswith(PARTIAL) and len(mark) == 3 and mark[2] == _short(name) and _is_dead(*mark[:2]):
            shutil.rmtree(left, ignore_errors=True)


def _is_dead(machine: str, thread: str) -> bool:
    """Whether the process of a thread was of this machine and is gone."""
    process = thread.partition(".")[0]
    return machine == _machine() and process.isdecimal() and not _alive(int(process))


def _alive(process: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked, assume it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
