"""What a page is made of, whatever file it becomes: headings, paragraphs, lists and tables of text."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """A table of text; the first column names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Block(NamedTuple):
    """One message: a heading that says it, and what stands behind it."""

    anchor: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
