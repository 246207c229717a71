"""Runs of the model itself, small enough for tests: few groups, a short spin-up, few places."""

from __future__ import annotations

from functools import cache
from typing import Any

import lucks
import numpy as np

from countermarket.model.recording.invariants import worst_residuals
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import Outcome, advance, simulate, start
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shock_values import Shock
from countermarket.world.load import load_world
from countermarket.world.structure import World
from countermarket.world.synthetic import synthetic_world

FEW: dict[str, float] = {"n_groups": 150, "n_enablers": 80, "spin_up_months": 12}


def few(**more: float) -> Parameters:
    """The shipped parameters in a small version of the simulated world."""
    return replace(load_parameters(), {**FEW, **more})


@cache
def small_world(jurisdictions: int = 6, seed: int = 0) -> World:
    return synthetic_world(jurisdictions, seed=seed)


def changed(*changes: Change, shocks: tuple[Shock, ...] = (), name: str = "changed") -> Scenario:
    """The shipped baseline with these changes and shocks."""
    update = {"name": name, "changes": tuple(changes), "shocks": shocks}
    return load_scenario("baseline").model_copy(update=update)


def run(
    scenario: Scenario | str = "baseline",
    months: int = 12,
    world: World | None = None,
    seed: int = 0,
    replicate: int = 0,
    **more: float,
) -> Outcome:
    """A small run of a scenario under the luck of the suite, in the packaged world unless another is given."""
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    return simulate(world or load_world(), few(**more), loaded, lucks.seed(seed), replicate, months)


def rows(world: World, months: int, values: Any, measure: str, **where: str) -> Any:
    """Values of one measure in the order they are recorded; `where` picks rows by their keys."""
    keys = layout(world, months).keys
    chosen = keys["measure"] == measure
    for column, label in where.items():
        chosen &= keys[column] == label
    return values[chosen]


def same(first: Outcome, second: Outcome) -> bool:
    """Whether two runs recorded the same bits."""
    rows_agree = np.array_equal(first.values, second.values, equal_nan=True)
    return bool(rows_agree) and first.residuals == second.residuals


# --- what must hold in any month ---------------------------------------------------------------------------

RESIDUALS = ("accounts", "goods", "cost")
TOLERANCE = 1e-9
"""Relative: sums of some ten thousand terms, each right to 16 digits."""
UNDEFINED = {
    "cost_of_illicit_activity": "nothing was delivered",
    "cash_cost_of_illicit_activity": "nothing was delivered",
    "price": "nothing was delivered",
    "quality": "nothing was delivered there",
    "seizure_rate": "nothing was shipped",
    "path_cost": "no path is open",
    "alliance_trust": "no member",
    "technology_gap": "no member",
}
"""Measures that may be NaN, and when."""
MAY_BE_NEGATIVE = ("profit", "economic_profit", "technology_gap")
NOT_NEGATIVE = {
    "groups": ("members", "share", "offered", "shipped", "labour", "loss", "evidence", "received"),
    "enablers": ("capacity", "business", "clients", "fee", "evidence"),
    "nodes": ("price", "stock", "wanted", "requested", "taken", "flow", "produced", "gone", "held"),
    "legs": ("effort", "volume", "lost", "flow", "probability", "belief", "risk"),
    "agencies": ("officers", "effort", "queue", "wait", "load", "recovered", "operations", "gives", "gets"),
    "communities": ("violence", "relief", "pipeline", "employed", "arrests", "deaths"),
    "tallies": ("delivered", "proceeds", "members", "seized", "recovery", "violence", "fees", "produced"),
}
"""Columns of active rows that count things."""
SHARES = {
    "groups": ("stance", "trust", "share", "loss", "perceived", "designated"),
    "enablers": ("fee", "caution", "reputation", "bite"),
    "nodes": ("fill",),
    "legs": ("probability", "belief", "closed", "intensity"),
    "agencies": ("throughput", "chance", "integrity"),
    "communities": ("vulnerability", "corruption", "blackout"),
}
"""Columns of active rows that lie between 0 and 1."""


def assert_balanced(residuals: dict[str, float]) -> None:
    """Money, goods and cost came from somewhere and went somewhere, in every month."""
    for name in RESIDUALS:
        assert residuals[name] < TOLERANCE, (name, residuals[name])


def assert_sound(state: State) -> None:
    """Nothing is negative or undefined, shares are shares, and no more is lost on a leg than entered it.

    A bid may be infinite: where no way leads on, no fee is high enough.
    """
    for table in ("groups", "enablers", "nodes", "legs", "agencies", "communities", "tallies", "alliance"):
        held = getattr(state, table)
        held = held[held["active"]] if "active" in held.dtype.names else held
        for column in held.dtype.names:
            assert not np.isnan(held[column]).any(), f"{table}.{column} is undefined"
            assert column == "bid" or np.isfinite(held[column]).all(), f"{table}.{column} is infinite"
        for column in NOT_NEGATIVE.get(table, ()):
            assert (held[column] >= 0).all(), f"{table}.{column} is negative: {held[column].min()}"
        for column in SHARES.get(table, ()):
            assert (held[column] >= 0).all(), f"{table}.{column} is negative"
            assert (held[column] <= 1 + 1e-12).all(), f"{table}.{column} exceeds 1: {held[column].max()}"
    assert (state.legs["lost"] <= state.legs["volume"] * (1 + 1e-12)).all()
    assert (state.custody >= 0).all()
    assert (state.trust >= 0).all()
    assert (state.trust <= 1).all()


def assert_defined(world: World, months: int, values: Any) -> None:
    """Recorded values are finite, but for measures that have no value when nothing happens."""
    keys = layout(world, months).keys
    assert not np.isinf(values).any(), set(keys["measure"][np.isinf(values)])
    assert set(keys["measure"][np.isnan(values)]) <= set(UNDEFINED)
    below = (values < 0) & ~np.isin(keys["measure"], MAY_BE_NEGATIVE)
    assert not below.any(), set(keys["measure"][below])
    rate = values[keys["measure"] == "seizure_rate"]
    assert (np.isnan(rate) | (rate <= 1)).all()


def followed(scenario: Scenario, world: World, months: int, parameters: Parameters, seed: int = 0) -> Outcome:
    """A run that is looked at after every month, then checked as a whole."""
    simulation = start(world, parameters, scenario, lucks.seed(seed), 0, months)
    for _ in range(months):
        assert_sound(simulation.state)
        advance(simulation)
    assert_sound(simulation.state)
    outcome = Outcome(
        simulation.recorder.values(), worst_residuals(simulation.books, simulation.state), None
    )
    assert_balanced(outcome.residuals)
    assert_defined(world, months, outcome.values)
    return outcome
