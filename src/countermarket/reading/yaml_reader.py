"""The strict reader of YAML: plain trees with lines, or an error that says file, line and remedy.

YAML 1.2 core scalars with finite numbers; anchors, aliases, tags, merge keys and duplicate keys are refused;
size, depth and the number of nodes are limited on parser events, before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from countermarket.reading.errors import InputError
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 20_000
MAX_NUMBER_LETTERS = 60
MAX_TEXT = 2_000

NULL = re.compile(r"(null|Null|NULL|~|)\Z")
FLAG = re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")
WHOLE = re.compile(r"[-+]?[0-9]+\Z")
OCTAL_OR_HEX = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
UNSAFE_LETTER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What a terminal obeys, what turns the direction of a line, and what is no character."""

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Node:
    """A scalar, list or map of a YAML file with the line it starts on."""

    value: Any
    file: str
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)

    def error(self, key: str, message: str, at: str | None = None) -> InputError:
        """Return an error about this node, or about the line of one of its keys."""
        return InputError(self.file, self.key_lines.get(at or "", self.line), key, message)


def read_file(path: Path, shown_as: str | None = None) -> Node:
    """Read a YAML file of at most 1 MB."""
    return read_bytes(file_bytes(path, shown_as), shown_as or str(path))


def file_bytes(path: Path, shown_as: str | None = None) -> bytes:
    """Return the bytes of an ordinary file, never more than one beyond the limit."""
    name = shown_as or str(path)
    refuse_strange_name(name)
    try:
        if not path.is_file():
            raise InputError(name, None, "", "not a file" if path.exists() else "no such file")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise InputError(shown(name), None, "", f"cannot be read: {shown(problem)}") from None


def refuse_strange_name(name: str) -> None:
    """Refuse a file whose name is no text: nothing could be called by it, no table name it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InputError(shown(name), None, "", "its name is not UTF-8 text; rename it, with plain letters") from None


def read_bytes(data: bytes, file: str) -> Node:
    """Read YAML bytes (UTF-8) into a tree."""
    if len(data) > MAX_BYTES:
        raise InputError(file, None, "", f"larger than {MAX_BYTES:,} bytes, the limit for an input file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise InputError(file, line, "", "not UTF-8 text; save the file as UTF-8") from None
    return compose(checked_events(text, file), file)


def checked_events(text: str, file: str) -> Iterator[Any]:
    """Yield parser events, refusing what is too large, too deep, or not plain data."""
    nodes = depth = documents = 0
    for event in raw_events(text, file):
        line = event.start_mark.line + 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        opens = isinstance(event, yaml.CollectionStartEvent)
        depth += opens - isinstance(event, yaml.CollectionEndEvent)
        nodes += opens or isinstance(event, yaml.ScalarEvent)
        refuse_large(file, line, nodes, depth, documents)
        refuse_fancy(event, file, line)
        yield event


def raw_events(text: str, file: str) -> Iterator[Any]:
    """Yield the parser's events; what it cannot read becomes an InputError."""
    try:
        yield from yaml.parse(text, Loader=Loader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        what = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "not YAML"
        advice = " (indent with spaces, never tabs)" if "'\\t'" in str(what) else ""
        line = mark.line + 1 if mark else None
        raise InputError(file, line, "", f"cannot be read as YAML: {shown(what, 120)}{advice}") from None


def refuse_large(file: str, line: int, nodes: int, depth: int, documents: int) -> None:
    """Raise when a limit is passed."""
    if depth > MAX_DEPTH:
        raise InputError(file, line, "", f"nested deeper than {MAX_DEPTH} levels, the limit")
    if nodes > MAX_NODES:
        raise InputError(file, line, "", f"more than {MAX_NODES:,} values, the limit for an input file")
    if documents > 1:
        raise InputError(file, line, "", "a second document (---) starts here; a file holds one")


def refuse_fancy(event: Any, file: str, line: int) -> None:
    """Raise on aliases, anchors and tags."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise InputError(file, line, "", "anchors and aliases (& and *) are not allowed; write the value out")
    if getattr(event, "tag", None):
        raise InputError(file, line, "", f"tags are not allowed ({shown(event.tag)}); write plain values")


def compose(events: Iterator[Any], file: str) -> Node:
    """Build the tree from events, with a stack of the collections still open."""
    open_nodes: list[Node] = []
    keys: list[str | None] = []
    root: Node | None = None
    event: Any
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.CollectionStartEvent):
            is_map = isinstance(event, yaml.MappingStartEvent)
            if open_nodes and isinstance(open_nodes[-1].value, dict) and keys[-1] is None:
                raise InputError(file, line, "", "a key must be a word, not a list or map")
            open_nodes.append(Node({} if is_map else [], file, line))
            keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            keys.pop()
            root = attach(open_nodes.pop(), open_nodes, keys)
        elif isinstance(event, yaml.ScalarEvent):
            root = take_scalar(event, file, open_nodes, keys)
    if root is None:
        raise InputError(file, None, "", "the file is empty")
    return root


def take_scalar(event: Any, file: str, open_nodes: list[Node], keys: list[str | None]) -> Node:
    """Use a scalar as the next key of a map, or as a value."""
    line = event.start_mark.line + 1
    if open_nodes and isinstance(open_nodes[-1].value, dict) and keys[-1] is None:
        keys[-1] = new_key(event, open_nodes[-1], line)
        return open_nodes[-1]
    value = scalar(event.value, event.style in (None, ""), file, line)
    return attach(Node(value, file, line), open_nodes, keys)


def new_key(event: Any, node: Node, line: int) -> str:
    """Return a map's next key and note its line; keys are always text."""
    key = str(event.value)
    if key == "<<" and event.style in (None, ""):
        raise InputError(node.file, line, "<<", "merge keys are not allowed; write the values out")
    if UNSAFE_LETTER.search(key):
        raise InputError(node.file, line, shown(key), "control characters are not allowed")
    if key in node.key_lines:
        first = node.key_lines[key]
        raise InputError(node.file, line, shown(key), f"written twice (first on line {first}); keep one")
    node.key_lines[key] = line
    return key


def attach(node: Node, open_nodes: list[Node], keys: list[str | None]) -> Node:
    """Put a finished node into the collection it belongs to and return it."""
    if not open_nodes:
        return node
    parent = open_nodes[-1].value
    if isinstance(parent, list):
        parent.append(node)
    else:
        parent[keys[-1]] = node
        keys[-1] = None
    return node


def scalar(text: str, is_plain: bool, file: str, line: int) -> str | float | int | bool | None:
    """Read a scalar by the YAML 1.2 core schema: `NO` is text, `1e-3` a number, infinities are refused."""
    if UNSAFE_LETTER.search(text):
        raise InputError(file, line, "", "control characters are not allowed in text")
    if not is_plain:
        return text
    if NULL.match(text):
        return None
    if FLAG.match(text):
        return text.lower() == "true"
    if NOT_FINITE.match(text):
        raise InputError(file, line, "", f"{shown(text)} is not a finite number")
    return plain_number(text, file, line)


def plain_number(text: str, file: str, line: int) -> str | float | int:
    """Return the number a plain scalar spells, or its text."""
    whole, based, decimal = WHOLE.match(text), OCTAL_OR_HEX.match(text), DECIMAL.match(text)
    if not (whole or based or decimal):
        return text
    if len(text) > MAX_NUMBER_LETTERS:
        raise InputError(file, line, "", f"{shown(text, 20)} has too many digits")
    if whole:
        return int(text)
    if based:
        return int(text, 0)
    if not isfinite(float(text)):
        raise InputError(file, line, "", f"{shown(text)} is too large a number")
    return float(text)


def spoken(value: object) -> str:
    """Name a value in an error message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "a map" if isinstance(value, dict) else "a list"
    return shown(value)


def expect_map(node: Node, key: str, known: Iterable[str] | None) -> dict[str, Node]:
    """Return a map's children, refusing keys that are not known."""
    if not isinstance(node.value, dict):
        raise node.error(key, f"{spoken(node.value)} stands where a map (key: value) is needed")
    for name in node.value:
        if known is not None and name not in known:
            message = f"may not stand here.{nearest(name, known)} Allowed: {', '.join(known)}"
            raise node.error(".".join(filter(None, (key, shown(name)))), message, at=name)
    children: dict[str, Node] = node.value
    return children


def text_field(fields: dict[str, Node], key: str, parent: Node) -> str:
    """Return a line or paragraph of text that must be there."""
    if key not in fields:
        raise parent.error(key, f"is missing; say in a line what this file's {key} is")
    value = fields[key].value
    if not isinstance(value, str) or not value.strip():
        raise fields[key].error(
            key, f"{spoken(value)} is not text; write words, in quotation marks if need be"
        )
    if len(value) > MAX_TEXT:
        raise fields[key].error(key, f"longer than {MAX_TEXT:,} letters")
    return " ".join(value.split())
