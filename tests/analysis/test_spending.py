"""What a policy costs the public: the same states in both arms, whoever is a member."""

from __future__ import annotations

import numpy as np
import pytest
from small_runs import few

from countermarket.analysis.levels import Months, Pairs
from countermarket.analysis.spending import by_state, most_changed
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import simulate
from countermarket.policy.reading import load_scenario
from countermarket.results.rows import KEYS
from countermarket.sweeps.point import with_factors
from countermarket.world.load import load_world
from countermarket.world.names import names_of

SPAN = Months("2026-01", "2026-12")


def rows(spending: dict[str, float]) -> tuple[dict[str, np.ndarray], list[float]]:
    """Quarterly rows of a year of spending by state."""
    labels = [(month, state) for month in ("2026-03", "2026-06", "2026-09", "2026-12") for state in spending]
    columns = {"month": [month for month, _ in labels], "jurisdiction": [state for _, state in labels]}
    keys = {name: np.array(columns.get(name, [""] * len(labels))) for name in KEYS}
    return keys | {"measure": np.full(len(labels), "public_cost")}, [spending[state] for _, state in labels]


def test_the_change_is_given_by_state_per_year() -> None:
    keys, before = rows({"GBR": 10.0, "USA": 30.0})
    _, after = rows({"GBR": 12.0, "USA": 30.0})
    changes = by_state(Pairs(keys, np.array([after] * 20), np.array([before] * 20)), SPAN)
    assert list(changes) == ["GBR", "USA"]
    assert changes["GBR"]["mean"] == 8.0
    assert changes["GBR"]["carried"]
    assert (changes["USA"]["mean"], changes["USA"]["carried"]) == (0.0, False)
    assert most_changed([{"public_cost_by_state": changes}]) == ["GBR"]


def test_a_state_that_leaves_does_not_take_its_budget_along() -> None:
    """Who is a member changes little of what the states spend; the sum over members lost the USA's whole budget."""
    world, names, months = load_world(), names_of(None, None), 36
    parameters = few()
    without, _ = with_factors(load_scenario("baseline"), parameters, {"alliance.members": ["GBR", "CAN"]}, names)
    arms = [simulate(world, parameters, one, months=months).values for one in (without, load_scenario("baseline"))]
    keys = layout(world, months).keys
    pairs = Pairs(keys, *(values[None] for values in arms))
    members = [values[keys["measure"] == "public_cost_members"][12:].sum() for values in arms]
    changes = by_state(pairs, Months("2027-01", "2028-12"))
    total = sum(change["mean"] for change in changes.values())
    states = [values[keys["measure"] == "public_cost_states"][12:].sum() for values in arms]
    assert total == pytest.approx((states[0] - states[1]) / 2, rel=1e-6)
    assert members[1] - members[0] > 10 * abs(states[1] - states[0])
