"""Text of users as messages show it: short, printable, on one line."""

from __future__ import annotations

from collections.abc import Iterable


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
