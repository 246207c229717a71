"""Without frictions the model's prices must be the generalised shortest path."""

import lucks
import numpy as np
import pytest
from lucks import below

from countermarket.model.running.frictionless import price_errors
from countermarket.parameters.load import load_parameters
from countermarket.world.load import load_world

RUNS = 6
"""A small leg has few groups: what luck does to its price is averaged out."""
FARTHEST = {"synthetic": 0.2}
"""Where a node may lie farther from the oracle: one synthetic leg in four runs of ten has fewer hands than it needs."""
MARKETS = ("cocaine", "heroin", "synthetic", "firearms", "migrant_smuggling")


@pytest.fixture(scope="module")
def errors():
    return price_errors(load_world(), load_parameters(), seed=lucks.seed(), runs=RUNS)


@pytest.mark.parametrize("market", MARKETS)
def test_mean_absolute_error_against_the_oracle_is_at_most_five_per_cent(errors, market):
    assert below(f"oracle: mean error, {market}", np.abs(errors[market]).mean(), 0.05)


@pytest.mark.parametrize("market", MARKETS)
def test_no_node_is_more_than_fifteen_per_cent_from_the_oracle_or_twenty_in_one_market(errors, market):
    assert below(f"oracle: farthest node, {market}", np.abs(errors[market]).max(), FARTHEST.get(market, 0.15))
