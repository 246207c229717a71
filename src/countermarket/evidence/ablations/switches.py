"""The switches: for each change to the model's structure the parameter values at which it does nothing.

A switch is a value after every draw: draws move doubtful numbers, switches what is there at all.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from countermarket.parameters.load import ParameterError, load_parameters, replace
from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed

FILE = packaged("evidence", "ablations", "switches.csv")
COLUMNS = ("change", "title", "parameter", "off", "reason")
ALL_ON, ALL_OFF, WITHOUT, ALONE = "all on", "all off", "without", "alone"


class Change(NamedTuple):
    """One change to the structure, and what takes it away."""

    name: str
    title: str
    off: Mapping[str, float]
    """Parameter values at which it does nothing; none where no value takes it away."""
    reasons: tuple[str, ...]
    """What each value means; where there is none, why."""


class Configuration(NamedTuple):
    """A model with some changes taken away."""

    kind: str
    """One of ALL_ON, ALL_OFF, WITHOUT, ALONE."""
    change: str
    """The change that is missing, or the only one there."""
    off: Mapping[str, float]

    @property
    def name(self) -> str:
        """In words: `without sighting`."""
        return f"{self.kind} {self.change}".strip()


def load_changes(path: Path = FILE) -> tuple[Change, ...]:
    """Read a table of switches. InputError names the line and what is allowed."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(str(path), 1, "", f"the columns must be {', '.join(COLUMNS)}")
        changes: dict[str, Change] = {}
        for row in reader:
            _add(changes, path, reader.line_num, row)
    return tuple(changes.values())


def _add(changes: dict[str, Change], path: Path, line: int, row: dict[str, str]) -> None:
    """Take in a row: a change's first has its title, each of them one value."""
    name = row["change"]
    known = changes.get(name)
    if not name or (known is None) != bool(row["title"]):
        raise InputError(str(path), line, name, "the first row of a change has its title, and no other")
    change = known or Change(name, row["title"], {}, ())
    value = _value(path, line, row)
    changes[name] = change._replace(off={**change.off, **value}, reasons=(*change.reasons, row["reason"]))


def _value(path: Path, line: int, row: dict[str, str]) -> dict[str, float]:
    """The parameter of a row and its value, as parameters may be replaced; nothing where no value is given."""
    if not row["parameter"] and not row["off"]:
        return {}
    try:
        value = {row["parameter"]: float(row["off"])}
        replace(load_parameters(), value)
    except (ParameterError, ValueError) as error:
        raise InputError(str(path), line, row["parameter"], str(error)) from None
    return value


def chosen(changes: Sequence[Change], names: Sequence[str] = ()) -> list[Change]:
    """Changes that can be taken away; those named, or all. InputError for a name that is none of them."""
    known = {change.name: change for change in changes if change.off}
    for name in names:
        if name not in known:
            message = f"no such switch.{nearest(name, known)} Known: {listed(list(known), 100)}"
            raise InputError(name, None, "", message)
    return [change for change in known.values() if not names or change.name in names]


def configurations(changes: Sequence[Change], asked: Sequence[Change]) -> list[Configuration]:
    """All on, all off, and for each change asked for: without it, and with it alone of all."""
    every = {name: value for change in changes for name, value in change.off.items()}
    built = [Configuration(ALL_ON, "", {}), Configuration(ALL_OFF, "", every)]
    for change in asked:
        others = {name: value for name, value in every.items() if name not in change.off}
        built += [Configuration(WITHOUT, change.name, change.off), Configuration(ALONE, change.name, others)]
    return built


def overridden(draw: Sequence[tuple[str, float]], off: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """A draw with some changes taken away: switches last, so that a factor on a whole map does not move them."""
    return (*((name, value) for name, value in draw if name not in off), *off.items())
