"""What is recorded: every declared number is written by its name, and nothing else is."""

from __future__ import annotations

import ast
import inspect

import lucks
import numpy as np
import pytest
from small_runs import few, run

from countermarket.declared.measures import RECORDED
from countermarket.model.recording import layout as layouts
from countermarket.model.recording import rows
from countermarket.model.recording.record import series_for
from countermarket.model.running.simulate import advance, start
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world

ROWS = {name: getattr(layouts, name) for name in vars(layouts) if name.endswith("_ROW")}


def written() -> set[str]:
    """Names of numbers that the kernels of `rows` assign."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(rows))):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            found |= {each.attr for each in ast.walk(target or ast.Pass()) if isinstance(each, ast.Attribute)}
    return found


@pytest.mark.parametrize("table", ROWS)
def test_every_declared_number_is_written(table: str) -> None:
    for name in ROWS[table].names:
        assert name in written(), (
            f"{name} is declared in recording/layout.py ({table}) and nothing writes it: "
            f"add `row.{name} = ...` in recording/rows.py, or take it off the layout"
        )


def test_every_measure_that_is_read_from_rows_is_recorded() -> None:
    known = set(layouts.layout(load_world(), 12).keys["measure"])
    for measure in RECORDED:
        for name in (measure.recorded or measure.name, measure.ratio_to or measure.recorded or measure.name):
            assert name in known, (
                f"measure {measure.name} is read from rows called {name!r}, which no run has: "
                "declare them in recording/layout.py and write them in recording/rows.py"
            )


def test_values_stand_where_their_keys_say() -> None:
    """Sums by measure, found by name in the rows, are those of the series' columns."""
    outcome, keys = run("baseline", 12), layouts.layout(load_world(), 12).keys
    units = outcome.values[(keys["measure"] == "units_delivered") & (keys["role"] == "") & (keys["jurisdiction"] == "")]
    by_role = outcome.values[(keys["measure"] == "units_delivered") & np.isin(keys["role"], ("member", "non_member"))]
    by_cell = outcome.values[(keys["measure"] == "units_delivered") & (keys["jurisdiction"] != "")]
    assert units.sum() == pytest.approx(by_role.sum()) == pytest.approx(by_cell.sum())
    spent = outcome.values[keys["measure"] == "public_cost_states"]
    by_state = outcome.values[keys["measure"] == "public_cost"]
    assert spent.sum() == pytest.approx(by_state.sum())
    share = outcome.values[keys["measure"] == "seizure_rate"]
    assert ((share >= 0.0) & (share <= 1.0)).all()


def test_economic_profit_is_what_owners_pay_and_capital_leave_of_profit() -> None:
    world, months = load_world(), 6
    simulation = start(world, few(), load_scenario("baseline"), lucks.seed(0), 0, months)
    by_hand = np.zeros((months, len(world.market_names)))
    for month in range(months):
        advance(simulation)
        groups = simulation.state.groups
        groups = groups[groups["active"] & (groups["market"] >= 0)]
        np.add.at(by_hand[month], groups["market"], groups["profit"] - groups["imputed"])
    keys, values = layouts.layout(world, months).keys, simulation.recorder.values()
    recorded = values[keys["measure"] == "economic_profit"].reshape(2, -1)
    assert recorded == pytest.approx(by_hand.reshape(2, 3, -1).sum(axis=1))
    in_cash = values[(keys["measure"] == "profit") & (keys["market"] != "")]
    assert recorded.sum() < in_cash.sum(), "owners' work and capital cost something"


def test_a_run_of_ten_years_stays_below_a_hundred_thousand_rows() -> None:
    assert len(layouts.layout(load_world(), 120).keys["measure"]) < 100_000


def test_layout_and_series_have_the_same_size() -> None:
    world = load_world()
    for months in (12, 18, 25):
        series = series_for(world, months, len(layouts.cell_table(world)[2]))
        numbers = {name: part.size * max(1, len(part.dtype.names or ())) for name, part in series._asdict().items()}
        declared = len(layouts.layout(world, months).keys["measure"])
        assert sum(numbers.values()) == declared, (
            f"the layout declares {declared} rows, the series hold {numbers}: "
            "a block of recording/layout.py and its part of `Series` in recording/record.py differ"
        )
