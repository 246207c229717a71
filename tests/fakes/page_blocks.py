"""The fenced blocks of a page of docs, for tests that read them and tests that run them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def text(page: Path) -> str:
    """A page's text."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, kind: str = "") -> Iterator[tuple[str, str]]:
    """The fenced blocks of a page in order: language and content."""
    yield from ((name, body) for name, body in BLOCK.findall(text(page)) if kind in ("", name))
