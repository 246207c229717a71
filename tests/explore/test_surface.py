"""The emulator: a function with a known answer, an error that is honest, nothing made of luck."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from countermarket.explore.answers import in_few_digits
from countermarket.explore.surface import COVERED, Anchor, evaluate, fit, one_thread

LEVERS = 8
START = np.zeros(LEVERS)


def bent(points: Any) -> Any:
    """100 at the start; two levers by themselves, one squared, two together."""
    return 100 + 6 * points[:, 0] - 4 * points[:, 1] + 5 * points[:, 2] ** 2 + 6 * points[:, 3] * points[:, 4]


def waving(points: Any) -> Any:
    """No plane and no bowl: only a Gaussian process follows it."""
    return 100 + 3 * np.sin(6 * points[:, 0]) + 3 * points[:, 1]


def drawn(rows: int, seed: int = 0, levers: int = LEVERS) -> Any:
    return np.random.default_rng(seed).random((rows, levers))


def rows_of(points: Any, anchor: Anchor | None) -> Any:
    return points if anchor is None else np.vstack([points, anchor.point])


@pytest.mark.parametrize("anchor", [None, Anchor(START, 100.0)])
def test_a_bowl_comes_back(anchor: Anchor | None) -> None:
    points, fresh = drawn(90), drawn(300, seed=1)
    surface = fit(points, bent(points), anchor)
    assert surface.family == "quadratic"
    assert surface.explained > 0.999
    assert np.abs(evaluate(surface, rows_of(points, anchor), fresh) - bent(fresh)).max() < 0.3


def test_what_no_bowl_follows_goes_to_the_gaussian_process() -> None:
    points, fresh = drawn(120, levers=3), drawn(300, seed=1, levers=3)
    surface = fit(points, waving(points))
    assert surface.family == "gaussian"
    assert np.abs(evaluate(surface, points, fresh) - waving(fresh)).mean() < 0.1


@pytest.mark.parametrize("told", [bent, waving])
def test_the_start_is_exact(told: Any) -> None:
    points, anchor = drawn(80), Anchor(START, 100.0)
    luck = np.random.default_rng(2).normal(0, 1, len(points))
    surface = fit(points, told(points) + luck, anchor)
    assert surface.family != "flat"
    assert evaluate(surface, rows_of(points, anchor), START[None, :])[0] == pytest.approx(100.0, abs=1e-4)


@pytest.mark.parametrize("told", [bent, waving])
@pytest.mark.parametrize("luck", [0.2, 1.0])
def test_the_left_out_error_is_that_of_rows_never_seen(told: Any, luck: float) -> None:
    random = np.random.default_rng(3)
    points, fresh = drawn(120, levers=5), drawn(2_000, seed=1, levers=5)
    surface = fit(points, told(points) + random.normal(0, luck, 120))
    missed = np.abs(evaluate(surface, points, fresh) - told(fresh) - random.normal(0, luck, 2_000))
    assert surface.error == pytest.approx(np.quantile(missed, COVERED), rel=0.25)


def test_luck_alone_explains_nothing() -> None:
    points = drawn(100)
    surface = fit(points, 100 + np.random.default_rng(4).normal(0, 1, 100))
    assert surface.explained < 0.1


def test_a_constant_is_flat_and_few_rows_are_refused() -> None:
    assert fit(drawn(20), np.full(20, 7.0)).family == "flat"
    with pytest.raises(ValueError, match="an emulator needs 12"):
        fit(drawn(5), np.arange(5.0))


def test_surfaces_are_fitted_by_one_thread() -> None:
    from threadpoolctl import threadpool_info

    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}


def test_few_digits_do_not_show_even_where_weights_nearly_cancel() -> None:
    points = drawn(60, levers=3)
    surface = fit(points, waving(points))
    short = in_few_digits(surface, points)
    assert len(str(short.numbers)) < len(str(surface.numbers))
    assert np.abs(evaluate(short, points, points) - evaluate(surface, points, points)).max() < surface.error / 50
