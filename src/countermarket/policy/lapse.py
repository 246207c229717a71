"""When a policy has ended: every lever back at its first value, and no shock acting any more."""

from __future__ import annotations

from collections.abc import Callable

from countermarket.policy.courses import (
    BEFORE,
    EVERYWHERE,
    Path,
    course_value,
    courses,
    history,
    in_order,
    latest,
    word_history,
)
from countermarket.policy.scenario import Scenario

Standing = Callable[[int], object]


def lapses(scenario: Scenario, months: int) -> int | None:
    """The reported month from which nothing of a scenario is in force any more; None if some is at the end.

    What only a reference shares with it does not count: shocks of a scenario whose effect is that of its policy.
    """
    ends = [_levers_end(scenario, months) if scenario.effect_of != "shocks" else 0]
    if scenario.effect_of != "policy":
        ends += [_shock_end(shock.start, shock.months, months) for shock in scenario.shocks]
    end = max(ends)
    return end if 0 < end < months else None


def _shock_end(start: int, lasts: int, months: int) -> int:
    """The month after a shock's last; one without a length may last for good."""
    return start + lasts if lasts > 0 else months


def _levers_end(scenario: Scenario, months: int) -> int:
    """The month after the last in which any lever is not where it was at first; 0 if none ever moves."""
    end = 0
    for lever in {change.lever for change in scenario.changes}:
        standing = _standing(scenario, lever)
        first = standing(-1)
        end = max([end, *(month + 1 for month in range(months) if standing(month) != first)])
    return end


def _standing(scenario: Scenario, lever: str) -> Standing:
    """A lever's value in any month, in a form in which equal policies are equal."""
    if lever not in scenario.policy:  # a model's own: where it stands at first, its declaration says
        changes = [(BEFORE, None), *((change.month, change.value) for change in in_order(scenario, lever))]
        return lambda month: latest(changes, month)
    if isinstance(scenario.policy[lever], int | float | dict):
        states = history(scenario, lever)
        return lambda month: _plain({path: course_value(of, month) for path, of in courses(states, month).items()})
    words = word_history(scenario, lever)
    return lambda month: latest(words, month)


def _plain(values: dict[Path, float]) -> dict[Path, float]:
    """Values without those that say what holds everywhere already."""
    usual = values.get(EVERYWHERE, 0.0)
    return {path: value for path, value in values.items() if path == EVERYWHERE or value != usual}
