"""`world.yaml`: what a world is called, what it is based on, what it removes, and whose parameters it borrows."""

from __future__ import annotations

from typing import NamedTuple

from countermarket.reading.spelling import nearest
from countermarket.reading.yaml_reader import Node, expect_map, read_bytes, spoken, text_field

FILE = "world.yaml"
PARAMETERS = "parameters.yaml"
PUBLIC = "public"
"""What `based_on` calls the world that comes with the package."""
FIELDS = ("title", "based_on", "remove", "parameters_like")
REMOVABLE = ("jurisdictions", "legs", "markets", "layers")


class Description(NamedTuple):
    """What a world's `world.yaml` says."""

    title: str
    based_on: Node | None
    """None where the folder holds the tables whole."""
    remove: dict[str, tuple[Node, ...]]
    """Names of rows that go, by kind; each with its line."""
    parameters_like: dict[str, Node]
    """A market or layer, and the one whose parameter values it has."""


def read_description(text: str, file: str = FILE) -> Description:
    """Read `world.yaml`. InputError says file, line, key and what is allowed."""
    node = read_bytes(text.encode(), file)
    fields = expect_map(node, "", FIELDS)
    based_on = fields.get("based_on")
    if based_on is not None and (not isinstance(based_on.value, str) or not based_on.value.strip()):
        message = f"{spoken(based_on.value)} is neither `{PUBLIC}` nor the path of a world's folder"
        raise based_on.error("based_on", message)
    removed = fields.get("remove")
    if removed is not None and based_on is None:
        raise removed.error("remove", "only a world that is `based_on` another can remove what that one has")
    return Description(
        text_field(fields, "title", node), based_on, removals(removed), borrowings(fields.get("parameters_like"))
    )


def removals(node: Node | None) -> dict[str, tuple[Node, ...]]:
    """Read the lists of names to remove."""
    removed = {}
    for kind, names in expect_map(node, "remove", REMOVABLE).items() if node else ():
        if not isinstance(names.value, list):
            raise names.error(f"remove.{kind}", f"{spoken(names.value)} stands where a list [of, names] is needed")
        for name in names.value:
            as_text(name, f"remove.{kind}")
        removed[kind] = tuple(names.value)
    return removed


def borrowings(node: Node | None) -> dict[str, Node]:
    """Read whose parameter values a market or layer has."""
    likes = expect_map(node, "parameters_like", None) if node else {}
    for name, like in likes.items():
        as_text(like, f"parameters_like.{name}")
    return likes


def as_text(node: Node, key: str) -> str:
    """Return a name, which must be text."""
    if not isinstance(node.value, str):
        raise node.error(key, f"{spoken(node.value)} is not a name")
    return node.value


def known_name(node: Node, key: str, known: list[str], what: str) -> str:
    """Return a name that must be one of those known."""
    name = as_text(node, key)
    if name not in known:
        raise node.error(key, f"there is no {what} {name!r}.{nearest(name, known)}")
    return name


def with_base(text: str, written: Node, base: str) -> str:
    """Return the text of `world.yaml` with another base on its line: a copy stands beside a copy of its base."""
    lines = text.splitlines()
    if not lines[written.line - 1].startswith("based_on:"):
        raise written.error("based_on", "must stand on a line of its own: based_on: ../another_world")
    lines[written.line - 1] = f"based_on: {base}"
    return "\n".join(lines) + "\n"
