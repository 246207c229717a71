"""A finished folder comes to its place: by its name where the place can be renamed, entry by entry where it cannot."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from countermarket.results.writers import PARTIAL, partial_of


def is_fixed(out: Path) -> bool:
    """Whether a folder is there that cannot be renamed: a mount, one we stand in, or in a place that is read-only."""
    if not out.is_dir():
        return False
    here = Path.cwd()
    return os.path.ismount(out) or out in (here, *here.parents) or not os.access(out.parent, os.W_OK | os.X_OK)


def put_in_place(partial: Path, out: Path) -> None:
    """Move a finished folder to its name; an earlier study steps aside first and is then removed."""
    if partial.parent == out:
        _move_inside(partial, out)
        return
    earlier = partial_of(out, "earlier-")
    try:
        if out.exists():
            os.replace(out, earlier)
        os.replace(partial, out)
    except OSError:
        # A mount that does not look like one, or another writer who was faster.
        if earlier.exists() and not out.exists():
            os.replace(earlier, out)
        _copy_inside(partial, out)
    shutil.rmtree(earlier, ignore_errors=True)


def _copy_inside(partial: Path, out: Path) -> None:
    """Copy a finished folder into one that cannot be renamed, then move it as if it had been written there."""
    inside = partial_of(out / (out.name or "root"))
    shutil.copytree(partial, inside, dirs_exist_ok=True)
    _move_inside(inside, out)
    shutil.rmtree(partial, ignore_errors=True)


def _move_inside(partial: Path, out: Path) -> None:
    """Move the entries of a finished folder up into the one around it, in the place of an earlier study's.

    The manifest goes first: whatever stops the rest, its checksums then tell that something is missing.
    """
    earlier = partial_of(out / (out.name or "root"), "earlier-")
    earlier.mkdir(exist_ok=True)
    leaving = [entry.name for entry in out.iterdir() if not entry.name.startswith(PARTIAL)]
    coming = [entry.name for entry in partial.iterdir()]
    for name in sorted({*leaving, *coming}, key=lambda name: (name != "manifest.json", name)):
        if name in leaving:
            os.replace(out / name, earlier / name)
        if name in coming:
            os.replace(partial / name, out / name)
    partial.rmdir()
    shutil.rmtree(earlier, ignore_errors=True)


def keep_beside(partial: Path, out: Path) -> Path:
    """Keep a finished folder that could not come to its place under the first free name; where it is, else."""
    for number in range(1, 1000):
        kept = out.with_name(f"{out.name[:200]}-kept-{number}")
        if not os.path.lexists(kept):
            break
    try:
        os.replace(partial, kept)
    except OSError:
        kept = partial.with_name(f"kept-{os.getpid()}")
        os.replace(partial, kept)
    return kept
