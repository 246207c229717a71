"""The generalised shortest path against a linear programme, and against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countermarket.model.opening.oracle import Paths, fee_steps, path_prices, price_steps, prices_by_programme

INF = float("inf")


def goods(start: list[int], end: list[int], **terms: object) -> Paths:
    """Legs with the same terms on each, unless lists are given."""
    given = {"capital": 0.0, "outlay": 0.0, "loss": 0.0, "shares": 0.0, **terms}
    return price_steps(start, end, *(np.broadcast_to(given[name], len(start)) for name in given))


# --- by hand ----------------------------------------------------------------------------------------------


def test_three_places_by_hand() -> None:
    """(100 x 1.02 + 50) / (0.9 x 0.95) = 177.78 at 1, (177.78 x 1.02 + 20) / 0.8 at 2, below 270 direct."""
    paths = price_steps(
        [0, 1, 0], [1, 2, 2], [0.02, 0.02, 0.0], [50.0, 20.0, 170.0], [0.1, 0.2, 0.0], [0.05, 0.0, 0.0]
    )
    prices = path_prices(paths, np.array([100.0, INF, INF]))
    middle = (100 * 1.02 + 50) / (0.9 * 0.95)
    long_way = (middle * 1.02 + 20) / 0.8
    assert middle == pytest.approx(177.7778, abs=1e-4)
    assert long_way == pytest.approx(251.6667, abs=1e-4)
    assert prices == pytest.approx([100.0, middle, min(long_way, 270.0)])
    assert prices_by_programme(paths, np.array([100.0, INF, INF])) == pytest.approx(prices)


def test_the_cheaper_way_wins_and_what_makes_it_dear_loses() -> None:
    outlay = np.array([10.0, 10.0, 25.0])
    paths = goods([0, 1, 0], [1, 2, 2], outlay=outlay)
    assert path_prices(paths, np.array([5.0, INF, INF])).tolist() == [5.0, 15.0, 25.0]
    seized = goods([0, 1, 0], [1, 2, 2], outlay=outlay, loss=[0.0, 0.5, 0.0])
    assert path_prices(seized, np.array([5.0, INF, INF])).tolist() == [5.0, 15.0, 30.0]


def test_two_sources_share_out_the_places() -> None:
    paths = goods([0, 1, 3, 2], [1, 2, 2, 1], outlay=1.0)
    assert path_prices(paths, np.array([1.0, INF, INF, 1.5])).tolist() == [1.0, 2.0, 2.5, 1.5]


def test_a_place_that_nothing_reaches_has_no_price() -> None:
    prices = path_prices(goods([0], [1]), np.array([3.0, INF, INF]))
    assert prices.tolist() == [3.0, 3.0, INF]
    assert prices_by_programme(goods([0], [1]), np.array([3.0, INF, INF])).tolist() == [3.0, 3.0, INF]


def test_total_seizure_closes_a_leg() -> None:
    with np.errstate(divide="ignore"):
        paths = goods([0, 0], [1, 1], outlay=np.array([1.0, 9.0]), loss=[1.0, 0.0])
    assert path_prices(paths, np.array([1.0, INF])).tolist() == [1.0, 10.0]


def test_fees_for_passage_run_backwards() -> None:
    """What is still to pay at a place: the next leg's fee and what is to pay after it, no capital on it."""
    paths = fee_steps([0, 1], [1, 2], [90.0, 40.0], [0.1, 0.2], [0.0, 0.0])
    assert path_prices(paths, np.array([INF, INF, 0.0])).tolist() == [150.0, 50.0, 0.0]


# --- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [{"capital": -0.1}, {"outlay": -1.0}])
def test_a_leg_that_lowers_the_price_is_refused(terms: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no generalised shortest path"):
        path_prices(goods([0], [1], **terms), np.array([1.0, INF]))


def test_the_sources_given_stay_as_they_are() -> None:
    sources = np.array([1.0, INF])
    path_prices(goods([0], [1]), sources)
    assert sources.tolist() == [1.0, INF]


# --- any graph --------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Paths, np.ndarray]:
    """Any legs between a few places, cycles and parallel legs included, and some sources."""
    places = draw(st.integers(2, 9))
    legs = draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    start, end = random.integers(places, size=(2, legs))
    paths = price_steps(
        start, end, random.uniform(0, 0.05, legs), random.uniform(0, 50, legs), random.uniform(0, 0.6, legs),
        random.uniform(0, 0.3, legs),
    )  # fmt: skip
    sources = np.where(random.random(places) < 0.4, random.uniform(1, 100, places), INF)
    sources[random.integers(places)] = 10.0
    return paths, sources


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_prices_agree_with_the_linear_programme(graph: tuple[Paths, np.ndarray]) -> None:
    paths, sources = graph
    np.testing.assert_allclose(path_prices(paths, sources), prices_by_programme(paths, sources), rtol=1e-6)


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_no_leg_offers_less_than_the_price_where_it_ends(graph: tuple[Paths, np.ndarray]) -> None:
    paths, sources = graph
    prices = path_prices(paths, sources)
    offers = prices[paths.start] * paths.factor + paths.cost
    assert (prices[paths.end] <= offers * (1 + 1e-12)).all()
    assert (prices <= sources).all()
    for place in np.flatnonzero(np.isfinite(prices) & (prices < sources)):
        assert prices[place] == pytest.approx(offers[paths.end == place].min())


@settings(max_examples=40, deadline=None)
@given(graphs(), st.integers(0, 2**32 - 1))
def test_dearer_legs_never_lower_a_price(graph: tuple[Paths, np.ndarray], seed: int) -> None:
    paths, sources = graph
    dearer = paths._replace(cost=paths.cost + np.random.default_rng(seed).uniform(0, 20, len(paths.cost)))
    assert (path_prices(dearer, sources) >= path_prices(paths, sources)).all()
