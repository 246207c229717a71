"""Homicides by place: published rates, the share linked to organised crime, and what stands where nothing is known."""

import numpy as np
import pytest

from countermarket.world.indicators import TYPICAL_HOMICIDE_RATE, TYPICAL_ORGANISED_SHARE
from countermarket.world.load import load_world, read_evidence
from countermarket.world.synthetic import synthetic_world


def test_every_place_of_the_packaged_world_has_its_published_rate() -> None:
    world = load_world()
    places = dict(zip(world.jurisdiction_names, world.jurisdictions, strict=True))
    assert places["MEX"]["homicide_rate"] * places["MEX"]["organised_share"] > 10.0
    assert places["JPN"]["homicide_rate"] < 0.5
    assert (world.jurisdictions["homicide_rate"] != TYPICAL_HOMICIDE_RATE).all()


def test_a_made_up_place_has_the_mean_of_the_world() -> None:
    places = synthetic_world(3).jurisdictions
    assert np.all(places["homicide_rate"] == TYPICAL_HOMICIDE_RATE)
    assert np.all(places["organised_share"] == TYPICAL_ORGANISED_SHARE)


def test_the_table_of_homicides_is_part_of_the_model_and_no_mere_evidence() -> None:
    with pytest.raises(ValueError, match=r"homicide\.csv"):
        read_evidence("homicide.csv")
