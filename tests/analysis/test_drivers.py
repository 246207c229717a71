"""What drives an outcome comes out as it is known to be, for functions whose indices are known exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from countermarket.analysis.drivers import drivers, luck, pawn, slices_of
from countermarket.analysis.swept import Swept
from countermarket.charts.of_analyses import drivers_chart
from countermarket.sweeps import draws

ISHIGAMI = {"a": (0.3139, 0.5576), "b": (0.4424, 0.4424), "c": (0.0, 0.2437)}
G = np.array([0.0, 1.0, 4.5, 9.0])
"""The coefficients of Sobol' G."""


def ishigami(x: Any) -> Any:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_g(x: Any) -> Any:
    return np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)


def swept(plan: draws.Plan, function: Any, bounds: list[list[float]]) -> Swept:
    """A sweep of a known function with two replicates whose luck cancels."""
    names = list("abcd"[: len(bounds)])
    problem = draws.problem(names, *(list(ends) for ends in zip(*bounds, strict=True)))
    x = draws.drawn(plan, problem)
    results = function(x)[:, None] + np.array([-1.0, 1.0])
    return Swept("Known", plan.kind, problem, draws.analysis(plan)["arguments"], x, "index", "1", results)


def test_sobol_indices_of_ishigamis_function() -> None:
    told = drivers(swept(draws.Plan("sobol", 1024, 0, 0), ishigami, [[-np.pi, np.pi]] * 3))
    assert [row["factor"] for row in told["factors"]] == ["a", "b", "c"]
    for row in told["factors"]:
        first, total = ISHIGAMI[row["factor"]]
        assert row["first"]["mean"] == pytest.approx(first, abs=0.02)
        assert row["total"]["mean"] == pytest.approx(total, abs=0.02)
        assert row["total"]["low"] < total < row["total"]["high"] or abs(row["total"]["mean"] - total) < 0.02


def test_sobol_indices_of_sobols_g() -> None:
    parts = 1 / (3 * (1 + G) ** 2)
    whole = np.prod(1 + parts) - 1
    told = drivers(swept(draws.Plan("sobol", 1024, 0, 0), sobol_g, [[0.0, 1.0]] * 4))
    total = {row["factor"]: row["total"]["mean"] for row in told["factors"]}
    first = {row["factor"]: row["first"]["mean"] for row in told["factors"]}
    for place, name in enumerate("abcd"):
        others = np.prod(np.delete(1 + parts, place))
        assert first[name] == pytest.approx(parts[place] / whole, abs=0.02)
        assert total[name] == pytest.approx(parts[place] * others / whole, abs=0.02)


def test_pawn_of_a_line_is_the_distance_of_its_slices() -> None:
    """Of y = x in ten slices: 0.9, 0.8, 0.7, 0.6, 0.5 and back, their median 0.7; three in five rows have word 1."""
    x = np.linspace(0, 1, 1000)
    slices = [slices_of(x), slices_of((x > 0.4).astype(float))]
    assert pawn(slices, x) == pytest.approx([0.7, 0.5], abs=0.002)


def test_a_factor_that_means_nothing_comes_last_in_a_space_filling_design() -> None:
    told = drivers(swept(draws.Plan("latin_hypercube", 300, 0, 0), lambda x: 3 * x[:, 0] + x[:, 1], [[0.0, 1.0]] * 3))
    assert [row["factor"] for row in told["factors"]] == ["a", "b", "c"]
    assert told["factors"][0]["score"] > 0.8
    assert told["factors"][-1]["score"] == pytest.approx(told["score_of_noise"], abs=0.02)
    assert told["factors"][0]["total"]["low"] > 2 * told["total_of_noise"]
    assert told["factors"][-1]["total"]["mean"] == pytest.approx(told["total_of_noise"], abs=0.05)


def test_elementary_effects_of_a_line_are_its_slopes() -> None:
    told = drivers(swept(draws.Plan("morris", 5, 4, 0), lambda x: x @ [3.0, -2.0], [[0.0, 1.0]] * 2))
    assert [(row["total"]["mean"], row["direction"]) for row in told["factors"]] == [
        (pytest.approx(3.0), pytest.approx(3.0)),
        (pytest.approx(2.0), pytest.approx(-2.0)),
    ]


def test_luck_has_its_share_apart() -> None:
    keyed = np.random.default_rng(0)
    rows, alike, apart = (keyed.normal(scale=s, size=n) for s, n in ((2.0, 400), (1.0, 300), (1.0, (400, 300))))
    told = luck(rows[:, None] + alike[None, :] + apart)
    assert told["luck_share"] == pytest.approx(2 / 6, abs=0.05)
    assert told["luck_apart_share"] == pytest.approx(1 / 6, abs=0.03)
    assert luck(rows[:, None])["luck_share"] is None


def test_the_chart_names_the_strongest_and_its_table_has_all() -> None:
    document = drivers(swept(draws.Plan("sobol", 64, 0, 0), ishigami, [[-np.pi, np.pi]] * 3), resamples=20)
    chart = drivers_chart(document)
    assert chart.title == "b drives index most"
    assert [row[0] for row in chart.rows] == [row["factor"] for row in document["factors"]]
    assert "luck" in chart.subtitle
