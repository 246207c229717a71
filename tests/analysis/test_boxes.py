"""A box that was planted is dug up, and luck alone gives none."""

from __future__ import annotations

import numpy as np
import pytest

from countermarket.analysis.boxes import cart, failures_in_boxes, prim
from countermarket.charts.of_analyses import box_chart

KEYED = np.random.default_rng(0)
FACTORS = KEYED.uniform(size=(600, 4)) * [1.0, 10.0, 1.0, 1.0]
PLANTED = (FACTORS[:, 0] > 0.6) & (FACTORS[:, 1] < 4.0)
NAMES = ["a", "b", "c", "d"]


def test_prim_digs_up_a_planted_box() -> None:
    document = failures_in_boxes(NAMES, FACTORS, PLANTED, {"title": "Planted", "outcome": "index", "rule": "below 100"})
    box = document["boxes"][0]
    limits = {one["factor"]: one for one in box["limits"]}
    assert list(limits) == ["a", "b"]
    assert limits["a"]["low"] == pytest.approx(0.6, abs=0.02)
    assert limits["b"]["high"] == pytest.approx(4.0, abs=0.3)
    assert min(box["coverage"], box["density"], box["coverage_elsewhere"], box["density_elsewhere"]) > 0.9
    chart = box_chart(document)
    assert chart is not None
    assert [row[0] for row in chart.rows] == ["a", "b"]


def test_cart_digs_up_a_planted_box() -> None:
    (box,) = cart(FACTORS, PLANTED)
    assert (box.low[0], box.high[1]) == (pytest.approx(0.6, abs=0.02), pytest.approx(4.0, abs=0.3))
    assert np.isinf(box.high[2])


def test_a_planted_word_is_dug_up() -> None:
    word = KEYED.integers(0, 2, 300).astype(float)
    box = prim(np.column_stack([KEYED.uniform(size=300), word]), (word == 1) & (KEYED.uniform(size=300) < 0.8))
    assert (box.low[1], np.isinf(box.low[0]), np.isinf(box.high[0])) == (1.0, True, True)


def test_luck_alone_gives_no_box() -> None:
    box = prim(FACTORS, KEYED.uniform(size=600) < 0.3)
    assert np.isinf(box.low).all()
    assert np.isinf(box.high).all()


def test_where_nothing_fails_there_is_no_box() -> None:
    assert failures_in_boxes(NAMES, FACTORS, np.zeros(600, bool))["boxes"] == []
