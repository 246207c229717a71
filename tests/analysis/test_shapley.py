"""Shapley values are those of games whose values are known, and parts sum to their package."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from countermarket.analysis.shapley import attribution, codes, exact, interactions
from countermarket.analysis.swept import Swept
from countermarket.charts.of_analyses import parts_chart
from countermarket.reading.errors import InputError
from countermarket.sweeps import draws

GLOVES = [1 / 6, 1 / 6, 2 / 3]
"""Two left gloves and a right one (Shapley and Shubik 1969): a pair is worth 1."""


def every(k: int) -> Any:
    return np.array(list(product((0.0, 1.0), repeat=k)))


def game(factors: Any, worth: Any, design: str = "grid") -> Swept:
    """A sweep over parts of a known game, in two draws, the second worth twice as much."""
    names = [f"part {number}" for number in range(factors.shape[1])]
    results = np.array([worth(row) for row in factors])[:, None] * [1.0, 2.0] + [100.0, 100.0]
    problem = draws.problem(names, [0] * len(names), [1] * len(names))
    return Swept("Game", design, problem, {}, factors, "index", "1", results)


def gloves(row: Any) -> float:
    return float(min(row[0] + row[1], row[2]))


def quadratic(row: Any) -> float:
    """3 a + b, and a and b together 2 less: each is worth half the pair more or less."""
    return float(3 * row[0] + row[1] - 2 * row[0] * row[1])


def test_the_glove_game() -> None:
    told = attribution(game(every(3), gloves))
    value = {part["lever"]: part["value"]["mean"] / 1.5 for part in told["parts"]}
    assert [value[f"part {number}"] for number in range(3)] == pytest.approx(GLOVES, abs=1e-12)
    assert sum(part["value"]["mean"] for part in told["parts"]) == pytest.approx(told["package"]["mean"], abs=1e-12)
    assert told["without"]["mean"] == 100.0


def test_parts_that_replace_each_other_meet_below_nothing() -> None:
    told = attribution(game(every(3), quadratic))
    value = {part["lever"]: part for part in told["parts"]}
    assert value["part 0"]["value"]["mean"] == pytest.approx(1.5 * 2.0)
    assert (value["part 0"]["alone"]["mean"], value["part 0"]["last"]["mean"]) == (4.5, 1.5)
    assert value["part 2"]["value"]["mean"] == pytest.approx(0.0, abs=1e-12)
    first = told["interactions"][0]
    assert (first["levers"], first["value"]["mean"]) == (["part 0", "part 1"], pytest.approx(1.5 * -2.0))


def test_a_sample_of_orders_sums_to_the_package_and_comes_near() -> None:
    plan = draws.Plan("orders", 400, 0, 0)
    factors = draws.drawn(plan, draws.problem(["a", "b", "c"], [0] * 3, [1] * 3))
    told = attribution(game(factors, gloves, "orders"))
    value = {part["lever"]: part["value"]["mean"] / 1.5 for part in told["parts"]}
    assert [value[f"part {number}"] for number in range(3)] == pytest.approx(GLOVES, abs=0.04)
    assert sum(value.values()) * 1.5 == pytest.approx(told["package"]["mean"], abs=1e-12)
    assert told["interactions"] == []


def test_shapiq_agrees() -> None:
    """Another's exact computer, for a game of chance; in an environment that has it."""
    shapiq = pytest.importorskip("shapiq", reason="shapiq is no dependency; pip install shapiq")
    factors = every(5)
    worth = np.random.default_rng(0).normal(size=32)
    table = dict(zip(map(tuple, factors.astype(bool)), worth, strict=True))
    computer = shapiq.ExactComputer(lambda rows: np.array([table[tuple(row)] for row in rows]), 5)
    theirs = computer("SV").get_n_order_values(1)
    results = worth[:, None]
    np.testing.assert_allclose(exact(codes(factors), results)[:, 0], theirs, atol=1e-12)
    pairs = computer("SII", order=2).get_n_order_values(2)
    for (one, other), value in interactions(codes(factors), results, 5).items():
        assert value[0] == pytest.approx(pairs[one, other], abs=1e-12)


def test_the_chart_has_every_part() -> None:
    chart = parts_chart(attribution(game(every(3), gloves)))
    assert [row[0] for row in chart.rows] == ["part 2", "part 0", "part 1"]
    assert chart.title == "part 2 adds most"


def test_what_is_no_design_of_parts_is_refused() -> None:
    with pytest.raises(InputError, match="whole grid"):
        attribution(game(every(3)[:-1], gloves))
    with pytest.raises(InputError, match="parts alone"):
        attribution(game(every(3) * 0.5, gloves))
