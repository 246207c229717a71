"""What a scenario writes for a shock, read into a checked record."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

from countermarket.declared.calendar import PRESENT, calendar_month, month_name
from countermarket.declared.quantity import Quantity
from countermarket.declared.shocks import SHOCKS, ShockKind
from countermarket.declared.vocabulary import ARMS
from countermarket.policy.lever_values import MAX_RAMP_MONTHS, number, whole_number
from countermarket.policy.named import known_name, place_name, states_of
from countermarket.reading.errors import each_read
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown
from countermarket.reading.yaml_reader import Node, spoken
from countermarket.world.names import Names, legs_called

LAST_MONTH = 1200
EARLIEST = calendar_month(1950, 1)
CALENDAR = re.compile(r"([0-9]{4})-([0-9]{2})\Z")
RELATIVE = re.compile(r"m\+([0-9]{1,4})\Z")
SHARE = Quantity("share", "share of those selected", 0, 1, "how many of those selected are hit, drawn by lot")


class Shock(BaseModel):
    """A shock: an empty selector means everywhere; months 0 means at once, or for good, as its kind says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    start: int
    size: float
    months: int = 0
    market: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    leg: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    rank: int = 0
    share: float = 1.0
    substitutable: bool = True
    successor: bool = True
    covert_takeover: bool = False
    for_agencies: bool = False
    severity: float = 1.0
    stocks: float = 0.0
    reuse: float = 0.0
    arms_leak: float = 0.0
    transfers: float = 0.0


def month_number(text: object, node: Node, key: str, begins: int = PRESENT) -> int:
    """Return months since January 2026 of `YYYY-MM` or `m+12` (12 months after the first reported month)."""
    calendar = CALENDAR.match(text) if isinstance(text, str) else None
    relative = RELATIVE.match(text) if isinstance(text, str) else None
    if relative:
        month = begins + int(relative[1])
    elif calendar and 1 <= int(calendar[2]) <= 12:
        month = calendar_month(int(calendar[1]), int(calendar[2]))
    else:
        first = month_name(begins)
        message = f"{spoken(text)} is not a month; write {month_name(begins + 12)}, or m+12 for 12 months after {first}"
        raise node.error(key, message, at=str(text))
    if not begins <= month <= LAST_MONTH:
        raise node.error(key, f"{spoken(text)} is outside the months {calendar_told(begins)}", at=str(text))
    return month


def calendar_told(begins: int) -> str:
    """Say from when to when months may be written, and how to begin earlier."""
    earlier = "" if begins else "; a calendar that starts in the past says so at the top, as in begins: 2013-01"
    return f"from {month_name(begins)} to {month_name(LAST_MONTH)}{earlier}"


def first_month(node: Node) -> int:
    """Read when a calendar begins: a January in the past, or the present one. Months since January 2026."""
    text = node.value
    calendar = CALENDAR.match(text) if isinstance(text, str) else None
    if not calendar or calendar[2] != "01":
        raise node.error("begins", f"{spoken(text)} is no January; a calendar begins with a year, as in 2013-01")
    month = calendar_month(int(calendar[1]), 1)
    if not EARLIEST <= month <= PRESENT:
        told = f"{spoken(text)} is outside the years from {month_name(EARLIEST)} to {month_name(PRESENT)}"
        raise node.error("begins", told)
    return month


def shock_value(node: Node, names: Names, place: int, begins: int = PRESENT) -> Shock:
    """Read one shock of the list."""
    label = f"shocks[{place}]"
    if not isinstance(node.value, dict):
        raise node.error(
            label, f"{spoken(node.value)} is not a shock; write {{kind: demand, start: 2028-01, size: 0.8}}"
        )
    kind = shock_kind(node, label)
    label = f"{label} {kind.name}"
    for key in node.value:
        if key not in kind.fields:
            raise node.error(label, unknown_field(key, kind), at=key)
    require_fields(kind, node, label)
    values = {
        key: field_value(kind, key, node, names, label, begins) for key in kind.fields if key in node.value
    }
    return Shock.model_validate(values)


def shock_kind(node: Node, label: str) -> ShockKind:
    """Return the declared kind of a shock."""
    if "kind" not in node.value:
        raise node.error(label, f"needs a kind: one of {listed(SHOCKS, 30)}")
    name = node.value["kind"].value
    if not isinstance(name, str) or name not in SHOCKS:
        hint = nearest(name, SHOCKS) if isinstance(name, str) else ""
        raise node.value["kind"].error(
            f"{label}.kind", f"{spoken(name)} is no shock.{hint} Known: {listed(SHOCKS, 30)}"
        )
    return SHOCKS[name]


def unknown_field(key: str, kind: ShockKind) -> str:
    """Say which keys a kind of shock may have."""
    if key == "months":
        return f"{kind.name} happens at once; leave months out"
    return f"{shown(key)} may not stand here.{nearest(key, kind.fields)} Allowed: {', '.join(kind.fields)}"


def require_fields(kind: ShockKind, node: Node, label: str) -> None:
    """Raise when a field every shock needs is missing, or all of those of which one is needed."""
    for key in ("start", "size"):
        if key not in node.value:
            example = "2028-06" if key == "start" else f"{kind.size.allowed()}: {kind.size.meaning}"
            raise node.error(label, f"needs {key} ({example})")
    if kind.needs and not any(key in node.value for key in kind.needs):
        raise node.error(label, f"needs {' or '.join(kind.needs)}")


def field_value(kind: ShockKind, key: str, node: Node, names: Names, label: str, begins: int) -> object:
    """Read one field of a shock."""
    child: Node = node.value[key]
    label = f"{label}.{key}"
    numbers = {"size": kind.size, "share": SHARE, **{extra.name: extra for extra in kind.numbers}}
    if key == "kind":
        return kind.name
    if key == "start":
        return month_number(child.value, child, label, begins)
    if key == "arms_leak" and ARMS not in names.markets:
        raise child.error(label, f"this world has no market {ARMS} for arms to leak into; leave {key} out")
    if key in numbers:
        return number(child, label, numbers[key])
    if key == "months":
        return whole_number(child, label, 1, 10 * MAX_RAMP_MONTHS)
    if key == "rank":
        return whole_number(child, label, 1, 1000)
    if key in kind.flags:
        return flag(child, label)
    return selected(child, key, names, label)


def flag(node: Node, key: str) -> bool:
    """Return true or false."""
    if not isinstance(node.value, bool):
        raise node.error(key, f"{spoken(node.value)} is neither true nor false")
    return node.value


def selected(node: Node, key: str, names: Names, label: str) -> tuple[str, ...]:
    """Read a selector: one name, or a list of names, each once."""
    items = node.value if isinstance(node.value, list) else [node]
    if not items:
        raise node.error(label, f"an empty list selects nothing; leave {key} out to select all")
    meant = each_read(items, lambda item: selectable(item, key, names, label))
    if len(set(meant)) < len(meant):
        raise node.error(label, "a name is listed twice; keep one")
    chosen = tuple(dict.fromkeys(name for several in meant for name in several))
    if key == "pair" and len(chosen) != 2:
        raise node.error(label, "a pair is two jurisdictions, such as [GBR, USA]")
    return chosen


def selectable(node: Node, key: str, names: Names, label: str) -> tuple[str, ...]:
    """Return what one name in a selector stands for."""
    if key in ("jurisdiction", "pair"):
        return states_of(place_name(node, label, names), names)
    known = {
        "market": names.markets,
        "leg": names.legs,
        "mode": names.modes,
        "service": names.services,
        "domain": names.domains,
    }[key]
    if key == "leg" and isinstance(node.value, str) and legs_called(node.value, names):
        return legs_called(node.value, names)
    return (known_name(node, label, known, key, names),)
