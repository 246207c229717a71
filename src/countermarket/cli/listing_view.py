"""A listing on screen or as JSON: all of it, or what somebody looks for by part of a name or of what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from countermarket.cli.console import column_widths, grid, print_json, say_here, screen
from countermarket.reading.errors import InputError
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, printable, shown

ASIDE = ("source", "read by", "legs", "since", "note")
"""Facts that name much that a thing is not about."""


class Thing(NamedTuple):
    """Something that may be named: its row in the table, its facts, and what of it only JSON has."""

    name: str
    row: tuple[str, ...]
    facts: dict[str, str]
    document: dict[str, Any]
    title: str = ""
    """What it is called in print, where that is not its name."""

    @property
    def text(self) -> str:
        """All that is said of it and is about it."""
        said = [fact for label, fact in self.facts.items() if label not in ASIDE]
        return " ".join([self.name.replace("_", " "), *said])


class Listing(NamedTuple):
    """Things of one kind; `near` suggests one of them for a name that none has."""

    what: str
    title: str
    columns: tuple[str, ...]
    things: Sequence[Thing]
    note: str = ""
    near: Callable[[str, Mapping[str, Any]], str] = nearest


class Sought(NamedTuple):
    """What a text finds: things by their name, and further ones that speak of it."""

    named: list[Thing]
    speaking: list[Thing]


def show_listing(listing: Listing, text: str | None, as_json: bool) -> None:
    """Print all of a listing, or what the text finds in it. InputError if that is nothing."""
    if text is None:
        show_things(listing, listing.things, as_json)
        return
    sought = look_for(text, listing)
    if as_json:
        print_json([document(thing) for thing in (*sought.named, *sought.speaking)])
        return
    in_full = sought.named or sought.speaking
    for thing in in_full:
        print_facts(thing)
    if sought.named and sought.speaking:
        also = ", ".join(thing.name for thing in sought.speaking)
        screen().print(f"Others that speak of {shown(text)}: {also}")


def show_things(listing: Listing, things: Sequence[Thing], as_json: bool) -> None:
    """Print the table of a listing, with the note below it, or all of it as JSON."""
    if as_json:
        print_json([document(thing) for thing in things])
        return
    console = screen()
    columns = [(heading, "left") for heading in listing.columns]
    rows = [thing.row for thing in things]
    sizes = range(len(columns), 0, -1)
    kept = next(size for size in sizes if size <= 2 or column_widths(columns[:size], rows, console.width))
    console.print(grid(listing.title, columns[:kept], [row[:kept] for row in rows], console.width))
    if kept < len(columns):
        console.print(f"No room for {' and '.join(listing.columns[kept:])}: a wider screen or --json shows them.")
    if listing.note:
        say_here(listing.note)


def document(thing: Thing) -> dict[str, Any]:
    """Return a thing for JSON: facts in words, and numbers, lists and maps where there are any."""
    return {"name": thing.name, **thing.facts, **thing.document}


def look_for(text: str, listing: Listing) -> Sought:
    """Find things by their whole name or its last part, else by part of it; then by what is said of them."""
    exact = [thing for thing in listing.things if text in (thing.name, thing.name.rpartition(".")[2], thing.title)]
    words = re.findall(r"\w+", text.casefold().replace("_", " "))
    called = [(thing, f"{thing.name.replace('_', ' ')} {thing.title}") for thing in listing.things]
    named = exact or [thing for thing, name in called if begins(words, name)]
    speaking = [thing for thing in listing.things if thing not in named and begins(words, thing.text)]
    if not words or not (named or speaking):
        known = {thing.name: thing for thing in listing.things}
        hint = listing.near(text, known)
        message = f"there is no such {listing.what}, and none speaks of it.{hint} Known: {listed(known, 40)}"
        raise InputError(shown(text), None, "", message)
    return Sought(named, speaking)


def begins(words: Sequence[str], text: str) -> bool:
    """Say whether each word begins a word of a text (`port` of `ports`, not of `support`); a short one is it."""
    ends = [r"\b" if len(word) <= 3 else "" for word in words]
    return all(re.search(rf"\b{word}{end}", text.casefold()) for word, end in zip(words, ends, strict=True))


def print_facts(thing: Thing) -> None:
    """Print a name and labelled lines, leaving out what is empty."""
    from rich.table import Table
    from rich.text import Text

    console = screen()
    console.print(Text(printable(thing.name), style="bold"))
    lines = Table.grid(padding=(0, 2))
    for label, fact in thing.facts.items():
        if fact:
            lines.add_row(Text("  " + label), Text(printable(fact)))
    console.print(lines)
    console.print()
