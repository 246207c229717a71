"""What a scenario costs the public: the change in each state's spending, the same states in both arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.analysis import levels
from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import interval, probability_above
from countermarket.analysis.levels import Levels, Months, Pairs
from countermarket.results.rows import laid_out

QUARTERS_A_YEAR = 4
MOST_STATES = 8
"""States shown on screen and in the brief; measures.csv has all."""


def by_state(pairs: Pairs, span: Months, company: int = 1) -> dict[str, dict[str, Any]]:
    """Change of each state's public spending over a span, most first; member or not. USD per year"""
    states, both = _levels(pairs, span)
    changes = {
        state: _change(both.scenario[:, place] - both.baseline[:, place], len(states) * company)
        | {"baseline": interval(both.baseline[:, place])["mean"]}
        for place, state in enumerate(states)
    }
    return dict(sorted(changes.items(), key=lambda item: -abs(item[1]["mean"] or 0.0)))


def _levels(pairs: Pairs, span: Months) -> tuple[list[str], Levels]:
    """Spending by state in both arms. USD per year, (pairs, states)"""
    arms = []
    for values in (pairs.scenario, pairs.baseline):
        laid = laid_out(pairs.keys, values, "public_cost", ("jurisdiction", "month"))
        arms.append(QUARTERS_A_YEAR * levels.mean(laid.values[..., span.holds(laid.labels["month"])]))
    return [str(state) for state in laid.labels["jurisdiction"]], Levels(*arms)


def _change(gaps: Any, questions: int) -> dict[str, Any]:
    """A state's change, its interval, and whether the pairs carry it."""
    carried = carries(probability_above(gaps, 0.0), len(gaps), questions)
    return interval(gaps, "no quarter ends in the window") | {"carried": carried}


def most_changed(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The states whose spending changes most in any of some ranked scenarios, most first."""
    most: dict[str, float] = {}
    for row in rows:
        for state, change in row["public_cost_by_state"].items():
            most[state] = max(most.get(state, 0.0), abs(change["mean"] or 0.0))
    return sorted((state for state in most if most[state] > 0.0), key=lambda state: -most[state])[:MOST_STATES]
