"""Where a study may be written: its own folder, whole or not at all.

A folder is written under another name and moved into place when it is complete, so whatever kills the run
leaves either a whole study or none. A finished one is never lost: where it cannot come to its place it is kept.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown
from countermarket.results.placing import is_fixed, keep_beside, put_in_place
from countermarket.results.writers import PARTIAL, partial_of, sweep_away_dead

SCHEMA = "countermarket/study/1"
OWN_FILES = frozenset(
    (
        *("manifest.json", "runs.parquet", "series.parquet", "trace.parquet", "world"),
        *("measures.csv", "countries.csv", "comparison.csv", "appraisal.csv", "figures"),
        *("brief.html", "brief.pdf", "brief.docx", "brief.pptx"),
    )
)
FIGURES = (
    *("ranking", "cost_over_time", "cost_components", "cost_and_throughput", "beside_cost", "displacement"),
    *("countries", "flow_map", "alliance_trust", "alliance_members"),
)
"""Names of the charts in `figures`."""
LONGEST_STEM = 150
OWN_INSIDE = {
    "figures": re.compile(rf"({'|'.join(FIGURES)})\.(svg|png|csv|txt)"),
    "series.parquet": re.compile(r"part-\d{5,}\.parquet"),
}


def refused(folder: Path, message: str) -> InputError:
    """A study folder that cannot be read or must not be written, and what to do."""
    return InputError(shown(folder, 200), None, "", message)


class NotPlacedError(OSError):
    """A folder that is complete and could not come to its place; its message says where it is."""


def check_out(out: Path, kind: str = "study") -> None:
    """Refuse a folder that holds anything but an earlier study of the same kind, or that cannot be looked into.

    Called before the first run, so that nobody waits an hour to hear it.
    """
    _refuse_strange_name(out)
    with _said_of(out):
        _refuse_occupied(out, kind)


@contextmanager
def _said_of(out: Path) -> Iterator[None]:
    """What the system says of a folder that is asked for is about wrong input."""
    try:
        yield
    except OSError as problem:
        raise refused(out, f"cannot be used: {problem.strerror}; choose another --out") from None


def _refuse_occupied(out: Path, kind: str) -> None:
    """Refuse what is no folder, or one that something else is in."""
    if os.path.islink(out) and not os.path.exists(out):
        raise refused(out, "this link leads nowhere; make the folder it names, or choose another --out")
    if not os.path.exists(out):
        return
    if not out.is_dir():
        raise refused(out, "this is a file; --out names a folder")
    held = sorted(entry.name for entry in out.iterdir() if not entry.name.startswith(PARTIAL))
    if not held:
        return
    if kind_of(out) != kind:
        names = shown(", ".join(held[:3]), 200)
        raise refused(out, f"holds {names}, which is no {kind} of ours; choose another --out")
    strangers = _strangers(out) if kind == "study" else []
    if strangers:
        raise refused(
            out,
            f"this study would be replaced, but {shown(', '.join(strangers[:3]), 200)} in it was not written by one; "
            "move it away or choose another --out",
        )


def _refuse_strange_name(out: Path) -> None:
    """Refuse a name that the tables of a study could not be written under."""
    try:
        named = b"\0" not in os.fsencode(out) and bool(str(out).encode())
    except UnicodeEncodeError:
        named = False
    if not named:
        raise refused(out, "no file can have this name here; choose another --out, of plain letters")


def _refuse_long_name(out: Path) -> None:
    """OSError where a name is longer than the system takes, or leads through a file."""
    with suppress(FileNotFoundError):
        out.lstat()


def default_folder(stem: str, digest: str) -> Path:
    """results/<stem>-<hash8>, where a long stem is cut: no name may have more than 255 bytes."""
    short = stem.encode()[:LONGEST_STEM].decode(errors="ignore")
    return Path("results") / f"{short}-{digest[:8]}"


def _strangers(out: Path) -> list[str]:
    """What in the folder of a study no study wrote, in the folders within it too."""
    written = _manifest_in(out).get("checksums")
    strangers = []
    for path in sorted(out.rglob("*")):
        first, *rest = path.relative_to(out).parts
        inside = OWN_INSIDE.get(first)
        is_own = first in OWN_FILES and (
            not rest
            or path.name.startswith(PARTIAL)
            or (inside is not None and inside.fullmatch("/".join(rest)) is not None)
            or (first == "world" and (path.is_dir() or path.relative_to(out).as_posix() in (written or ())))
        )
        if not (is_own or first.startswith(PARTIAL)):
            strangers.append(path.relative_to(out).as_posix())
    return strangers


def kind_of(folder: Path) -> str:
    """What the manifest in a folder says it is: study, sweep, or nothing of ours."""
    manifest = _manifest_in(folder)
    return str(manifest.get("kind", "")) if manifest.get("schema") == SCHEMA else ""


def _manifest_in(folder: Path) -> dict[str, Any]:
    """The manifest in a folder, whatever it is; empty if there is none that can be read."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A temporary folder to write in, moved to `out` on success and removed on failure.

    What fails once its manifest is there leaves a whole study, which is put in its place all the same.
    """
    out = Path(os.path.realpath(out))
    within = out if is_fixed(out) else out.parent
    partial = partial_of(within / (out.name or "root"))
    with _said_of(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _refuse_long_name(out)
        sweep_away_dead(within, out.name)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
    try:
        yield partial
        _place(partial, out)
    except Exception:
        if (partial / "manifest.json").exists():
            _place(partial, out)
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _place(partial: Path, out: Path) -> None:
    """Move a complete folder to its name, or keep it beside and say where."""
    try:
        check_out(out)
        put_in_place(partial, out)
    except (OSError, InputError) as problem:
        kept = keep_beside(partial, out)
        reason = problem.message if isinstance(problem, InputError) else problem.strerror
        raise NotPlacedError(f"{out}: {reason}; the study is whole and is kept in {kept}") from problem


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, which takes its place once the block ends well, and is gone if it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
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


def create_text(path: Path, text: str) -> bool:
    """Write a text file whole unless there is one; whether it was written: of several writers one is first."""
    partial = partial_of(path)
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.link(partial, path)
    except FileExistsError:
        return False
    except OSError:
        os.replace(partial, path)  # a disk without links
    finally:
        partial.unlink(missing_ok=True)
    return True
