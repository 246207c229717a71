"""Text of users as messages show it: short, printable, on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Letters that no XML may hold: control characters, half pairs, and what is no character at all."""


def fit_for_xml(text: str) -> str:
    """Return a text with a question mark for each letter that XML and HTML may not hold."""
    return NO_XML.sub("?", text)


def printable(text: str) -> str:
    """Return a text that a terminal shows and never obeys: no escapes, no marks that turn its direction."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def shown(text: object, limit: int = 60) -> str:
    """Return user text fit for an error message: short, printable, on one line."""
    short = str(text)[:limit]
    plain = "".join(letter if letter.isprintable() else " " for letter in short)
    return plain + ("..." if len(str(text)) > limit else "")


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Join names for a message, cutting a long list."""
    known = list(names)
    more = f", ... ({len(known)} in all)" if len(known) > limit else ""
    return ", ".join(known[:limit]) + more
