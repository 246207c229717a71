"""Where a study may be written: its own folder, whole or not at all.

A folder is written as a temporary sibling and moved into place when it is complete, so whatever kills the run
leaves either a whole study or none.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from countermarket.reading.errors import InputError

SCHEMA = "countermarket/study/1"
OWN_FILES = frozenset(
    (
        *("manifest.json", "runs.parquet", "series.parquet", "trace.parquet"),
        *("measures.csv", "comparison.csv", "figures", "brief.html"),
    )
)


def refused(folder: Path, message: str) -> InputError:
    """A study folder that cannot be read or must not be written, and what to do."""
    return InputError(str(folder), None, "", message)


def check_out(out: Path, kind: str = "study") -> None:
    """Refuse a folder that holds anything but an earlier study of the same kind.

    Called before the first run, so that nobody waits an hour to hear it.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise refused(out, "this is a file; --out names a folder")
    held = sorted(entry.name for entry in out.iterdir())
    if not held:
        return
    if kind_of(out) != kind:
        raise refused(out, f"holds {', '.join(held[:3])}, which is no {kind} of ours; choose another --out")
    strangers = [name for name in held if kind == "study" and name not in OWN_FILES]
    if strangers:
        raise refused(
            out,
            f"this study would be replaced, but {', '.join(strangers[:3])} in it was not written by one; "
            "move it away or choose another --out",
        )


def kind_of(folder: Path) -> str:
    """What the manifest in a folder says it is: study, sweep, or nothing of ours."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        return ""
    return str(manifest.get("kind", ""))


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A temporary sibling to write in; moved to `out` on success, removed on any failure."""
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep_away_dead(out)
    partial = out.with_name(f".{out.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        _put_in_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _put_in_place(partial: Path, out: Path) -> None:
    """Move a complete folder to its name; an earlier study steps aside first and is then removed."""
    check_out(out)
    earlier = out.with_name(f".{out.name}.earlier-{os.getpid()}")
    if out.exists():
        os.replace(out, earlier)
    os.replace(partial, out)
    shutil.rmtree(earlier, ignore_errors=True)


def _sweep_away_dead(out: Path) -> None:
    """Remove what killed writers of the same folder left beside it."""
    for kind in ("partial", "earlier"):
        for left in out.parent.glob(f".{out.name}.{kind}-*"):
            process = left.name.rpartition("-")[2]
            if process.isdigit() and not _alive(int(process)):
                shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked, assume it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, which takes its place once the block ends well, and is gone if it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> Path:
    """Write a text file whole or not at all."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
    return path
