"""What every lever's value is in a month: the baseline, the dated changes and their ramps, resolved.

A ramp of N months that starts in month m has gone (t - m + 1) / N of its way in month t.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.lever_values import Value

if TYPE_CHECKING:
    from countermarket.policy.change_values import Change
    from countermarket.policy.scenario import Scenario

Path = tuple[str, str]  # scope (default, members, GBR, a place, a service) and market ("" for all)
EVERYWHERE: Path = ("default", "")
BEFORE = -1_000_000  # a month before any change
Anything = TypeVar("Anything")


class Course(NamedTuple):
    """A number on its way from one value to another; `fades` when it then gives way to the default."""

    start: float
    target: float
    month: int = BEFORE
    months: int = 0
    is_set: bool = False
    fades: bool = False


History = list[tuple[int, dict[Path, Course]]]


def course_value(course: Course, month: int) -> float:
    """Return a course's value in a month, exactly its target once it has arrived."""
    if month >= course.month + course.months - 1:
        return course.target
    return course.start + (course.target - course.start) * (month - course.month + 1) / course.months


def leaves(value: Value) -> dict[Path, float]:
    """Write a number or map out as one number a path."""
    if isinstance(value, int | float):
        return {EVERYWHERE: float(value)}
    assert isinstance(value, dict)
    flat: dict[Path, float] = {}
    for scope, inner in value.items():
        if isinstance(inner, dict):
            flat |= {(scope, "" if market == "default" else market): size for market, size in inner.items()}
        else:
            flat[scope, ""] = inner
    return flat


def history(scenario: Scenario, lever: str) -> History:
    """Return a numeric lever's courses after each change, with the month of the change."""
    known = {path: Course(size, size) for path, size in leaves(scenario.policy[lever]).items()}
    members = word_history(scenario, "alliance.members")
    states: History = [(BEFORE, known)]
    for change in in_order(scenario, lever):
        club = latest(members, change.month)
        assert isinstance(club, tuple)
        known = changed(known, change.value, change.month, change.ramp_months, club)
        states.append((change.month, known))
    return states


def word_history(scenario: Scenario, lever: str) -> list[tuple[int, Value]]:
    """Return the values of a lever that is not ramped, with the month each begins."""
    changes = [(change.month, change.value) for change in in_order(scenario, lever)]
    return [(BEFORE, scenario.policy[lever]), *changes]


def in_order(scenario: Scenario, lever: str) -> list[Change]:
    """Return a lever's changes by month."""
    own = [change for change in scenario.dated if change.lever == lever]
    return sorted(own, key=lambda change: change.month)


def latest(states: Sequence[tuple[int, Anything]], month: int) -> Anything:
    """Return the last state that began by a month."""
    return states[bisect_right(states, month, key=lambda state: state[0]) - 1][1]


def courses(states: History, month: int) -> dict[Path, Course]:
    """Return a lever's courses in a month, without those that have given way to the default."""
    known = latest(states, month)
    return {path: course for path, course in known.items() if not (course.fades and arrived(course, month))}


def arrived(course: Course, month: int) -> bool:
    """Say whether a course is at its target."""
    return month >= course.month + course.months - 1


def changed(
    known: dict[Path, Course], value: Value, month: int, ramp: int, members: Sequence[str]
) -> dict[Path, Course]:
    """Return the courses after a change: a bare number replaces all, a map only what it names."""
    known = {
        path: course for path, course in known.items() if not (course.fades and arrived(course, month - 1))
    }
    targets = leaves(value)
    replaced = replaced_paths(known, value)
    after = {path: course for path, course in known.items() if path not in replaced}
    for path in replaced if ramp > 1 else ():
        target = targets.get(path, targets.get((path[0], ""), targets.get(EVERYWHERE, 0.0)))
        start = course_value(known[path], month - 1)
        after[path] = Course(start, target, month, ramp, is_set=True, fades=path not in targets)
    for path, target in targets.items():
        start = start_value(known, path, month - 1, members)
        after[path] = Course(start, target, month, ramp, is_set=True)
    return after


def replaced_paths(known: dict[Path, Course], value: Value) -> list[Path]:
    """Return the paths a change overrides: all for a bare number, a scope's for a number under its name."""
    if not isinstance(value, dict):
        return list(known)
    return [path for path in known if path[0] in value and not isinstance(value[path[0]], dict)]


def start_value(known: dict[Path, Course], path: Path, month: int, members: Sequence[str]) -> float:
    """Return the value a path had before it was named: that of the next wider scope, else 0."""
    course = most_specific(known, path[0], path[1], members)
    return course_value(course, month) if course else 0.0


def most_specific(known: dict[Path, Course], scope: str, market: str, members: Sequence[str]) -> Course | None:
    """Return the most specific course: jurisdiction, members, default; in each, the market, then all."""
    wider = [scope, *(["members"] if scope in members else []), "default"]
    for place in wider:
        for path in ((place, market), (place, "")):
            if path in known:
                return known[path]
    return None


def members_at(scenario: Scenario, month: int) -> tuple[str, ...]:
    """Return the alliance's members by policy in a month."""
    members = latest(word_history(scenario, "alliance.members"), month)
    assert isinstance(members, tuple)
    return members


def policy_at(scenario: Scenario, month: int) -> dict[str, Value]:
    """Return every lever's value in a month (0 is the first reported month; earlier months are baseline)."""
    return {name: lever_at(scenario, name, month) for name in scenario.policy}


def lever_at(scenario: Scenario, lever: str, month: int) -> Value:
    """Return one lever's value in a month, in the form a scenario file would write it."""
    if isinstance(scenario.policy[lever], str | tuple):
        return latest(word_history(scenario, lever), month)
    now = courses(history(scenario, lever), month)
    sizes = {path: course_value(course, month) for path, course in now.items()}
    if set(sizes) == {EVERYWHERE}:
        return sizes[EVERYWHERE]
    return nested(sizes)


def nested(sizes: dict[Path, float]) -> dict[str, float | dict[str, float]]:
    """Fold paths back into a map, and into maps by market where markets differ."""
    value: dict[str, float | dict[str, float]] = {}
    for scope in dict.fromkeys(path[0] for path in sizes):
        inner = {market or "default": size for (place, market), size in sizes.items() if place == scope}
        value[scope] = inner["default"] if set(inner) == {"default"} else inner
    return value


def months_of_change(scenario: Scenario) -> list[int]:
    """Return every month in which some lever's value differs from the month before."""
    return sorted({month for change in scenario.dated for month in span(change.month, change.ramp_months)})


def span(month: int, ramp: int) -> range:
    """Return the months a change moves in."""
    return range(month, month + max(1, ramp))


def value_for(value: Value, jurisdiction: str, members: Sequence[str], market: str = "") -> float:
    """Return a lever's value for a jurisdiction (and market): the most specific, 0 where nothing is said."""
    known = {path: Course(size, size) for path, size in leaves(value).items()}
    course = most_specific(known, jurisdiction, market, members)
    return course.target if course else 0.0


def shares_of(
    known: dict[str, dict[Path, Course]], place: str, month: int, members: Sequence[str]
) -> tuple[list[float], list[bool]]:
    """Return a jurisdiction's shares of effort in a month, and which of them a scenario has set."""
    shares = [most_specific(known[name], place, "", members) or Course(0.0, 0.0) for name in EFFORT_SHARES]
    return [course_value(share, month) for share in shares], [share.is_set for share in shares]


def shifted(base: list[float], now: list[float], is_set: list[bool]) -> tuple[list[float], float]:
    """Scale unset shares by (1 - set now) / (1 - the same at baseline), exactly 1 when nothing differs."""
    room = 1.0 - sum(share for share, fixed in zip(base, is_set, strict=True) if fixed)
    left = 1.0 - sum(share for share, fixed in zip(now, is_set, strict=True) if fixed)
    scale = left / room if room > 1e-9 else 1.0
    return [share * (1.0 if fixed else scale) for share, fixed in zip(now, is_set, strict=True)], 1.0


def added(base: list[float], now: list[float], is_set: list[bool]) -> tuple[list[float], float]:
    """Let unset shares keep their officers; return shares of all there are then, and how many times as many."""
    known = [share if fixed else before for before, share, fixed in zip(base, now, is_set, strict=True)]
    times = sum(known) / sum(base) if known != base else 1.0
    return [share / times for share in known], times


def set_shares(
    scenario: Scenario, jurisdictions: Sequence[str]
) -> Iterator[tuple[int, str, dict[str, float]]]:
    """Yield month, jurisdiction and the shares of effort set there, wherever their sum may be highest."""
    for month, place, sizes, is_set in turning_shares(scenario, jurisdictions):
        named = zip(EFFORT_SHARES, sizes, is_set, strict=True)
        yield month, place, {name: size for name, size, fixed in named if fixed}


def added_officers(scenario: Scenario, jurisdictions: Sequence[str]) -> Iterator[tuple[int, str, float]]:
    """Yield month, jurisdiction and its officers in times of the present ones, wherever they may be fewest."""
    before = members_at(scenario, BEFORE)
    known = {name: courses(history(scenario, name), BEFORE) for name in EFFORT_SHARES}
    base = {place: shares_of(known, place, BEFORE, before)[0] for place in jurisdictions}
    for month, place, sizes, is_set in turning_shares(scenario, jurisdictions):
        yield month, place, added(base[place], sizes, is_set)[1]


def turning_shares(
    scenario: Scenario, jurisdictions: Sequence[str]
) -> Iterator[tuple[int, str, list[float], list[bool]]]:
    """Yield month, jurisdiction, its shares of effort and which of them are set, wherever a move begins or ends."""
    histories = {name: history(scenario, name) for name in EFFORT_SHARES}
    clubs = word_history(scenario, "alliance.members")
    for month in turning_months(scenario):
        known = {name: courses(histories[name], month) for name in EFFORT_SHARES}
        members = latest(clubs, month)
        assert isinstance(members, tuple)
        for place in jurisdictions:
            yield month, place, *shares_of(known, place, month, members)


def turning_months(scenario: Scenario) -> list[int]:
    """Return the months in which shares of effort, or who is a member, begin or end a move."""
    own = [change for change in scenario.dated if change.lever in (*EFFORT_SHARES, "alliance.members")]
    return sorted(
        {month for change in own for month in (change.month, span(change.month, change.ramp_months)[-1])}
    )
