"""What knowing a number is worth comes out as for two options with Gaussian benefits, where it is known exactly."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from countermarket.analysis.information import Choice, information
from countermarket.charts.of_analyses import information_chart

NORMAL = NormalDist()


def worth(mean: float, deviation: float) -> float:
    """Of knowing a normal gain before choosing between it and nothing (the unit normal loss)."""
    z = mean / deviation
    return deviation * NORMAL.pdf(z) + mean * NORMAL.cdf(z) - max(0.0, mean)


def gaussian(worlds: int) -> Choice:
    """The second option gains 0.3 + 2 a + b over the first; c means nothing, and luck of deviation 1 is beside."""
    a, b, c, luck = np.random.default_rng(1).normal(size=(4, worlds))
    gain = 0.3 + 2 * a + b + luck
    benefits = np.column_stack([100 + luck, 100 + luck + gain])
    return Choice("Gaussian", "index", "1", ["stay", "go"], benefits, ["a", "b", "c"], np.column_stack([a, b, c]))


def test_the_gaussian_case() -> None:
    told = information(gaussian(3000))
    assert told["best"] == "go"
    value = {one["parameter"]: one["evppi"]["mean"] for one in told["parameters"]}
    assert list(value) == ["a", "b", "c"]
    assert value["a"] == pytest.approx(worth(0.3, 2.0), abs=0.04)
    assert value["b"] == pytest.approx(worth(0.3, 1.0), abs=0.04)
    assert [one["evppi"]["carried"] for one in told["parameters"]] == [True, True, False]
    assert value["c"] == pytest.approx(0.0, abs=0.01)
    assert told["everything"] == pytest.approx(worth(0.3, 6**0.5), abs=0.06)
    (switch,) = told["parameters"][0]["switches"]
    assert switch["at"] == pytest.approx(-0.15, abs=0.1)
    assert (switch["from"], switch["to"]) == ("stay", "go")


def test_few_worlds_are_fitted_by_a_line_and_luck_is_taken_off() -> None:
    told = information(gaussian(40))
    assert told["of_luck"] > 0
    assert told["parameters"][0]["parameter"] == "a"


def test_the_chart_names_what_is_worth_knowing_first() -> None:
    chart = information_chart(information(gaussian(60)))
    assert chart.title == "a is worth knowing first"
    assert len(chart.rows) == 3
