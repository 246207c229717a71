"""What the number of pairs can carry."""

from __future__ import annotations

import numpy as np
import pytest

from countermarket.analysis.carried import FALSE_ALARM, carries, interval_carries, share_interval, sign_chance


def test_five_pairs_carry_nothing_and_six_one_question() -> None:
    assert not carries(1.0, 1)
    assert not carries(1.0, 5)
    assert carries(1.0, 6)
    assert carries(0.0, 6)
    assert not carries(5 / 6, 6)
    assert not carries(1.0, 6, questions=2)


def test_twenty_pairs_carry_a_page_of_measures() -> None:
    assert carries(0.9, 20, questions=30)
    assert not carries(0.8, 20, questions=30)
    assert carries(1.0, 20, questions=9 * 29)
    assert interval_carries(20, 100)
    assert not interval_carries(6)


def test_a_tie_in_every_pair_carries_nothing() -> None:
    assert sign_chance(10, 20) == 1.0
    assert not carries(None, 20)


@pytest.mark.parametrize("pairs", [6, 12, 20, 40])
def test_a_page_on_which_nothing_happens_is_mostly_silent(pairs: int) -> None:
    routes, pages = 200, 400
    ahead = np.random.default_rng(5).binomial(pairs, 0.5, (pages, routes))
    loud = {count for count in range(pairs + 1) if carries(count / pairs, pairs, routes)}
    assert np.isin(ahead, list(loud)).any(axis=1).mean() <= FALSE_ALARM + 0.03


def test_the_interval_of_a_share_is_wide_where_pairs_are_few() -> None:
    low, high = share_interval(1.0, 6)
    assert (round(low, 2), high) == (0.79, 1.0)
    assert np.diff(share_interval(0.5, 17))[0] < 0.3 < np.diff(share_interval(0.5, 16))[0]
