"""What a scenario does, line by line: each lever from, to, when and for whom, and how effort is then split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from countermarket.declared.calendar import month_name
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.courses import (
    BEFORE,
    EVERYWHERE,
    Path,
    courses,
    history,
    latest,
    leaves,
    members_at,
    replaced_paths,
    start_value,
    turning_months,
    word_history,
)

if TYPE_CHECKING:
    from countermarket.declared.lever import Lever
    from countermarket.policy.change_values import Change
    from countermarket.policy.lever_values import Value
    from countermarket.policy.scenario import Scenario
    from countermarket.policy.shock_values import Shock


class Line(NamedTuple):
    """A lever's change for those whom it moves alike."""

    lever: str
    whom: str
    before: str
    after: str
    when: str


class Split(NamedTuple):
    """How those who do it alike share out their effort, in the order of the six shares, from a month on."""

    when: str
    whom: str
    shares: tuple[float, ...]
    officers: float
    """In times of those whom the budget pays without it."""
    places: tuple[int, ...] = ()
    """Their numbers in the list of jurisdictions."""


def outline(scenario: Scenario, levers: dict[str, Lever], jurisdictions: Sequence[str]) -> list[Line]:
    """Every change of a scenario, in order of months."""
    return [
        line for change in scenario.changes for line in _lines(scenario, change, levers[change.lever], jurisdictions)
    ]


def _lines(scenario: Scenario, change: Change, lever: Lever, jurisdictions: Sequence[str]) -> list[Line]:
    """One change: a line for all whom it moves from and to the same."""
    members = members_at(scenario, change.month)
    when = _when(change)
    if lever.kind in ("word", "names"):
        before = latest(word_history(scenario, change.lever), change.month - 1)
        whom = "" if lever.kind == "names" else _whom(("default", ""), lever, members, jurisdictions, False)
        return [Line(change.lever, whom, _spoken(before), _spoken(change.value), when)]
    known = courses(history(scenario, change.lever), change.month - 1)
    targets = leaves(change.value)
    alike: dict[tuple[str, str], list[str]] = {}
    paths = dict.fromkeys([*targets, *replaced_paths(known, change.value)])
    for path in paths:
        target = targets.get(path, targets.get((path[0], ""), targets.get(EVERYWHERE, 0.0)))
        start = start_value(known, path, change.month - 1, members)
        whom = _whom(path, lever, members, jurisdictions, len(paths) > 1)
        alike.setdefault((f"{start:g}", f"{target:g}"), []).append(whom)
    return [Line(change.lever, _several(whoms), start, end, when) for (start, end), whoms in alike.items()]


def membership(scenario: Scenario) -> list[tuple[str, tuple[str, ...]]]:
    """Who belongs to the alliance, from when on."""
    return [
        ("at first" if month == BEFORE else f"from {month_name(month)}", members)
        for month, members in word_history(scenario, "alliance.members")
        if isinstance(members, tuple)
    ]


def _when(change: Change) -> str:
    """From which month, and until when the value moves."""
    first = month_name(change.month)
    return f"{first} to {month_name(change.month + change.ramp_months - 1)}" if change.ramp_months > 1 else first


def _spoken(value: Value) -> str:
    """A word, or a list of names."""
    return (", ".join(value) or "nobody") if isinstance(value, tuple) else str(value)


def _whom(path: Path, lever: Lever, members: Sequence[str], jurisdictions: Sequence[str], is_rest: bool) -> str:
    """For whom a number holds: a place, the members by name, or all."""
    scope, market = path
    if scope == "members" or (scope == "default" and lever.institution == "alliance" and "service" not in lever.by):
        scope = f"members ({len(members)})"
    elif scope == "default":
        scope = "all others" if is_rest and not market else f"all {len(jurisdictions)} jurisdictions"
    return f"{scope}, {market}" if market else scope


def _several(whoms: Sequence[str]) -> str:
    """Those whom a change moves alike, and how many they are."""
    modes = {whom.partition(":")[2] for whom in whoms}
    if len(whoms) > 1 and len(modes) == 1 and "" not in modes:
        return f"{modes.pop()} of {_several([whom.partition(':')[0] for whom in whoms])}"
    return ", ".join(whoms) + (f" ({len(whoms)})" if len(whoms) > 3 else "")


def effort_told(scenario: Scenario, jurisdictions: Sequence[str], present: Sequence[float] = ()) -> str:
    """At whose expense shares of effort are set, in a sentence; `present` officers by place, where known."""
    if not scenario.sets_effort:
        return ""
    if not scenario.adds_officers:
        unsaid = "" if scenario.effort else " (the file does not say: shift)"
        return f"effort is shifted{unsaid}: the same officers, shares that are not set make room"
    parts = [
        f"from {split.when} {split.officers - 1:.1%} more officers for {split.whom}{_persons(split, present)}"
        for split in splits_of_effort(scenario, jurisdictions)
        if split.officers != 1.0
    ]
    return "effort is added, and paid: " + ("; ".join(parts) or "no officers more than there are")


def _persons(split: Split, present: Sequence[float]) -> str:
    """How many officers a split adds, to two digits; nothing where those present are not known."""
    if not present:
        return ""
    more = (split.officers - 1) * sum(present[place] for place in split.places)
    return f", about {float(f'{more:.2g}'):,.0f}"


def splits_of_effort(scenario: Scenario, jurisdictions: Sequence[str]) -> list[Split]:
    """How effort is split before and after each move of its shares; nothing where none of them is set."""
    from countermarket.policy.arrays import effort_split

    if not any(change.lever in EFFORT_SHARES for change in scenario.changes):
        return []
    splits: list[Split] = []
    for month in (BEFORE, *turning_months(scenario)):
        alike: dict[tuple[float, ...], list[int]] = {}
        shares, officers = effort_split(scenario, month, jurisdictions)
        for place, (own, times) in enumerate(zip(shares.tolist(), officers.tolist(), strict=True)):
            alike.setdefault(tuple(round(number, 4) for number in (*own, times)), []).append(place)
        most = max(alike.values(), key=len)
        when = "before" if month == BEFORE else month_name(month)
        for numbers, places in alike.items():
            is_rest = places is most and len(places) > len(jurisdictions) / 2
            rest = "all others" if len(alike) > 1 else f"all {len(jurisdictions)} jurisdictions"
            whom = rest if is_rest else _several([jurisdictions[place] for place in places])
            splits.append(Split(when, whom, numbers[:-1], numbers[-1], tuple(places)))
    return splits


def shock_line(shock: Shock) -> tuple[str, str, str, str]:
    """A shock: its kind, where it strikes, its size, and when."""
    fields = shock.model_dump(exclude={"kind", "start", "months", "size"}, exclude_defaults=True)
    where = "; ".join(f"{key} {_said(value)}" for key, value in fields.items())
    first = month_name(shock.start)
    when = f"{first} to {month_name(shock.start + shock.months - 1)}" if shock.months else first
    return shock.kind, where or "everywhere", f"{shock.size:g}", when


def _said(value: object) -> str:
    """A list of names or a number, in words."""
    return ", ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)
