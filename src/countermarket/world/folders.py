"""A folder of a world: the tables it holds whole, or the differences from another world that it states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.reading.spelling import closest
from countermarket.world import description
from countermarket.world.description import Description, read_description
from countermarket.world.differences import Counts, differing
from countermarket.world.schema import EVIDENCE_TABLES, MODEL_TABLES, OPTIONAL_TABLES, TABLES
from countermarket.world.tables import MAX_BYTES, Row, WorldError, check_sources, read_table

PACKAGED = packaged("world", "public")
BASE = "base"
"""Where a study keeps the tables that a world is based on, within the folder of the world."""
DEEPEST = 8
KNOWN = (*TABLES, description.FILE, description.PARAMETERS)

Rows = tuple[Row, ...]
Tables = dict[str, Rows]


class Contents(NamedTuple):
    """What a folder says, all that it is based on included."""

    title: str
    tables: Tables
    digest: str
    """sha256 of all that was read; of a world's tables alone where nothing else was."""
    files: dict[str, str]
    """Text of each file by its path within the folder; of the packaged world nothing."""
    changes: dict[str, Counts]
    """Rows added, replaced and removed, by table; of a world with whole tables nothing."""

    @property
    def removes(self) -> bool:
        """Whether rows of the base are gone."""
        return any(counts.removed for counts in self.changes.values())


def read_folder(home: Path, depth: int = 0) -> Contents:
    """Read a folder of whole tables, or of differences. WorldError or InputError says where and what."""
    if not home.is_dir():
        raise WorldError(str(home), 0, "", f"no such folder; {what_a_world_has()}")
    refuse_unknown(home)
    raw = {file: table_bytes(home / file) for file in KNOWN if (home / file).is_file()}
    texts = {file: as_text(file, content) for file, content in raw.items()}
    about = read_description(texts[description.FILE], shown(home)) if description.FILE in texts else None
    if about is not None and about.based_on is not None:
        return read_differences(home, texts, about, depth)
    return read_whole(home, raw, texts, about)


def shown(home: Path) -> str:
    """The path of a folder's `world.yaml`, as messages name it."""
    return str(home / description.FILE)


def what_a_world_has() -> str:
    """Return in words which files make up a world."""
    differences = "or, for differences, a world.yaml that says `based_on` and any of them"
    return f"a world has the tables {', '.join(TABLES)}, {differences}"


def refuse_unknown(home: Path) -> None:
    """Refuse a table that nothing would read, and a YAML file whose name looks misspelt."""
    for path in sorted(home.iterdir()):
        alike = get_close_matches(path.name, (description.FILE, description.PARAMETERS), cutoff=0.85)
        if path.name not in KNOWN and (path.suffix == ".csv" or alike):
            message = f"no file of a world has this name; the names are {', '.join(KNOWN)}"
            raise WorldError(path.name, 0, "", message, closest(path.name, KNOWN))


def table_bytes(path: Path) -> bytes:
    """Return the bytes of a file with plain line ends."""
    if path.stat().st_size > MAX_BYTES:
        raise WorldError(path.name, 0, "", f"the file is larger than {MAX_BYTES:,} bytes")
    return path.read_bytes().replace(b"\r\n", b"\n")


def as_text(file: str, content: bytes) -> str:
    """Return the text of a file."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WorldError(file, 0, "", f"the file is not UTF-8 text ({error.reason})") from None


def read_whole(
    home: Path, raw: Mapping[str, bytes], texts: dict[str, str], about: Description | None
) -> Contents:
    """Read a folder that holds every table."""
    missing = [file for file in TABLES if file not in texts and file not in OPTIONAL_TABLES]
    if missing:
        raise WorldError(", ".join(missing), 0, "", f"no such file in {home}; {what_a_world_has()}")
    tables: Tables = dict.fromkeys(TABLES, ())
    tables |= {file: read_table(home, file, may_be_empty=file in EVIDENCE_TABLES) for file in TABLES if file in texts}
    check_cited(tables)
    title = about.title if about else home.resolve().name
    return Contents(title, tables, digest_of(raw), {} if home == PACKAGED else texts, {})


def check_cited(tables: Tables) -> None:
    """Check the sources of every table against the codes of the world."""
    codes = frozenset(row.texts["code"] for row in tables["source_codes.csv"])
    for file, rows in tables.items():
        if file != "source_codes.csv" and rows:
            check_sources(rows, codes)


def digest_of(raw: Mapping[str, bytes]) -> str:
    """Return the sha256 of the tables of the model, then of all else that is not as in the packaged world."""
    further = [file for file in KNOWN if file in raw and file not in MODEL_TABLES]
    further = [file for file in further if raw[file] != packaged_bytes(file)]
    return sha256({file: raw[file] for file in (*MODEL_TABLES, *further) if file in raw})


def packaged_bytes(file: str) -> bytes:
    """Return the packaged world's own file, or nothing."""
    path = PACKAGED / file
    return table_bytes(path) if path.is_file() else b""


def sha256(files: Mapping[str, bytes], start: bytes = b"") -> str:
    """Return the sha256 of names and contents in their order."""
    total = hashlib.sha256(start)
    for file, content in files.items():
        total.update(f"{file} {len(content)}\n".encode() + content)
    return total.hexdigest()


def read_differences(home: Path, texts: dict[str, str], about: Description, depth: int) -> Contents:
    """Read a folder that states how a world differs from another."""
    base = read_base(home, about, depth)
    own = {file: own_rows(home, file) for file in TABLES if file in texts}
    with labelled(home.resolve().name):
        tables, changes = differing(base.tables, own, about)
        check_cited(tables)
    kept = dict(texts)
    if base.files and about.based_on:
        kept[description.FILE] = description.with_base(texts[description.FILE], about.based_on, BASE)
    digest = sha256({file: text.encode() for file, text in kept.items()}, base.digest.encode())
    files = kept | {f"{BASE}/{file}": text for file, text in base.files.items()}
    return Contents(about.title, tables, digest, files, changes)


def read_base(home: Path, about: Description, depth: int) -> Contents:
    """Read the world that a folder is based on, its rows marked with its name."""
    assert about.based_on is not None
    name, folder = str(about.based_on.value), home / str(about.based_on.value)
    if depth >= DEEPEST:
        raise about.based_on.error("based_on", f"more than {DEEPEST} worlds stand on one another; is it a circle?")
    if name != description.PUBLIC and not folder.is_dir():
        raise about.based_on.error("based_on", f"there is no folder {folder}; write `public` or a path from here")
    base = read_folder(PACKAGED if name == description.PUBLIC else folder, depth + 1)
    label = name if name == description.PUBLIC else folder.resolve().name
    marked = {
        file: tuple(row if row.world else row._replace(world=label) for row in rows)
        for file, rows in base.tables.items()
    }
    return base._replace(tables=marked)


def own_rows(home: Path, file: str) -> Rows:
    """Read the rows that a folder of differences adds or replaces."""
    with labelled(home.resolve().name):
        rows = read_table(home, file, may_be_empty=True)
    return tuple(row._replace(world=home.resolve().name) for row in rows)


@contextmanager
def labelled(world: str, removes: bool = False) -> Iterator[None]:
    """Say in an error which world's table it is about, and of a world that removes rows that this may be why."""
    try:
        yield
    except WorldError as error:
        file = error.file if "/" in error.file else f"{world}/{error.file}"
        hint = f"; {world}/world.yaml removes rows: remove what hung on them too, or give it anew" if removes else ""
        raise WorldError(file, error.line, error.column, error.message + hint, error.nearest) from None


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write the files of a world into a folder, those of its base below."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def refuse_occupied(folder: Path) -> None:
    """Refuse a folder that holds something already."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(str(folder), None, "", "exists already and is not empty; choose another name")
