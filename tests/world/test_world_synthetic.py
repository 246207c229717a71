"""Made-up worlds of any size: whole, connected, and the same for the same seed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world_parts import assert_balanced, assert_connected

from countermarket.declared.vocabulary import MODES, SERVICES
from countermarket.world.structure import FRAUD
from countermarket.world.synthetic import MARKETS, synthetic_world


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(1, 40),
    legs=st.none() | st.integers(0, 200),
    seed=st.integers(0, 2**31),
    markets=st.sets(st.sampled_from(MARKETS), min_size=1),
)
def test_a_made_up_world_is_whole(size: int, legs: int | None, seed: int, markets: set[str]) -> None:
    world = synthetic_world(size, legs, seed, markets)
    assert set(world.market_names) == markets
    assert world.jurisdictions.shape == (size,)
    assert world.enabler_weights.shape == (len(SERVICES), size)
    assert world.initial_groups.shape == (len(markets), size)
    assert (world.initial_groups.sum(axis=1) > 0).all()
    assert (world.legs["origin"] != world.legs["destination"]).all()
    assert (world.legs["distance_km"] >= 1).all()
    assert len(
        set(zip(*(world.legs[end] for end in ("layer", "origin", "destination")), strict=True))
    ) == len(world.legs)
    assert_connected(world, every_leg=False)
    assert_balanced(world)
    for table in (world.supplies["capacity"], world.demands["volume"], world.enabler_weights):
        assert (table > 0).all()


def test_a_made_up_world_has_digital_legs_for_fraud_only() -> None:
    world = synthetic_world(10, 40)
    digital = world.legs["mode"] == MODES.index("digital")
    assert (digital == (world.layers["kind"][world.legs["layer"]] == FRAUD)).all()


def test_a_made_up_world_follows_from_its_seed() -> None:
    assert synthetic_world(9, seed=0).digest == synthetic_world(9, seed=0).digest
    assert synthetic_world(9, seed=0).digest != synthetic_world(9, seed=1).digest


def test_legs_per_market_is_a_floor_up_to_all_pairs() -> None:
    world = synthetic_world(20, 150, markets=["cocaine"])
    assert 150 <= len(world.legs) <= 155
    assert len(synthetic_world(3, 100, markets=["cocaine"]).legs) == 6


def test_a_large_made_up_world_is_quick() -> None:
    start = time.process_time()
    world = synthetic_world(300)
    assert time.process_time() - start < 3
    assert len(world.legs) > 300 * 3 * 10


def test_a_made_up_world_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="unknown market 'cocane'; nearest known name: cocaine"):
        synthetic_world(markets=["cocane"])
    with pytest.raises(ValueError, match="at least one market"):
        synthetic_world(markets=[])
    with pytest.raises(ValueError, match="at least 1, not 0"):
        synthetic_world(0)
