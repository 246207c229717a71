"""Checksums: what was written is what is read, or its damage is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COVERED = ("runs.parquet", "series.parquet/*.parquet", "trace.parquet", "world/**/*")
"""Files of a folder that are vouched for: what runs said. Tables and charts are made again from them."""


def of_files(folder: Path) -> dict[str, str]:
    """Checksum of every file of a folder that tables are made from, by its path in the folder."""
    files = sorted(path for pattern in COVERED for path in folder.glob(pattern) if path.is_file())
    return {path.relative_to(folder).as_posix(): of_file(path) for path in files}


def of_file(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_document(document: Mapping[str, Any]) -> str:
    """Checksum of a manifest without its own."""
    held = {name: value for name, value in document.items() if name != "checksum"}
    text = json.dumps(held, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def damage(folder: Path, expected: Mapping[str, str]) -> str:
    """Which file is not as it was written, first of all one that is missing or foreign; nothing if all are."""
    there = of_files(folder)
    missing = [f"{name} is missing" for name in expected if name not in there]
    foreign = [f"{name} was not written by this study" for name in there if name not in expected]
    changed = [f"{name} is not as it was written" for name in expected if there.get(name) != expected[name]]
    return next(iter((*missing, *foreign, *changed)), "")
