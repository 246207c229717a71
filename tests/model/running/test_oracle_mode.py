"""Without frictions the model's prices must be the generalised shortest path."""

import numpy as np
import pytest

from countermarket.model.running.frictionless import price_errors
from countermarket.parameters.load import load_parameters
from countermarket.world.load import load_world

MARKETS = ("cocaine", "heroin", "synthetic", "firearms", "migrant_smuggling")


@pytest.fixture(scope="module")
def errors():
    return price_errors(load_world(), load_parameters())


@pytest.mark.parametrize("market", MARKETS)
def test_mean_absolute_error_against_the_oracle_is_at_most_five_per_cent(errors, market):
    assert np.abs(errors[market]).mean() <= 0.05


@pytest.mark.parametrize("market", MARKETS)
def test_no_node_is_more_than_fifteen_per_cent_from_the_oracle(errors, market):
    assert np.abs(errors[market]).max() <= 0.15
