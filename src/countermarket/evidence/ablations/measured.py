"""What is read of the baseline and of one policy beside the experiments: levels, and the policy's cost index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from countermarket.analysis import cost_index
from countermarket.analysis.intervals import Interval, interval
from countermarket.analysis.levels import Levels, Months, Pairs, mean, overall, percent
from countermarket.analysis.pairing import arms_from, headline
from countermarket.declared.measures import measure_named
from countermarket.results.manifest import describe_scenario, describe_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario
    from countermarket.world.structure import World

    Array = NDArray[np.float64]

BY_PLACE, BY_MARKET = ("operations", "homicides"), ("units_delivered", "price")
LEVELS = (*BY_PLACE, *BY_MARKET)
"""What is read of the baseline: of places added up; of markets weighed as in any comparison."""
INDEX, LANDED = "index", "index_landed"


def changes(pairs: Pairs, span: Months) -> dict[str, Interval]:
    """Each level against that of the other arm, in per cent.

    Of the means over pairs: operations are few in some draws, and a mean of ratios would be theirs.
    """
    of_places = {name: Levels(*(_of_places(pairs, values, name, span) for values in pairs[1:])) for name in BY_PLACE}
    of_markets = {name: overall(pairs, measure_named(name), span) for name in BY_MARKET}
    return {name: interval(percent(_means(both))) for name, both in (of_places | of_markets).items()}


def _means(both: Levels) -> Levels:
    """Both arms as one mean each. (1,)"""
    return Levels(*(mean(arm)[None] for arm in both))


def _of_places(pairs: Pairs, values: Array, name: str, span: Months) -> Array:
    """A measure of places, added up over them and over the years of a span. (pairs,)"""
    keys = pairs.keys
    rows = (keys["measure"] == name) & (keys["jurisdiction"] != "") & span.holds(keys["month"])
    added: Array = values[:, rows].sum(axis=1)
    return added


def indices(pairs: Pairs, policy: Scenario, world: World, span: Months) -> dict[str, Interval]:
    """The policy's cost index, delivered and landed, its reference under the same configuration being 100."""
    months = sorted(set(pairs.keys["month"].tolist()))
    entry = describe_scenario(policy, {}, months, describe_world(world))
    arms = arms_from(entry, pairs, [(0, number) for number in range(len(pairs.baseline))])
    of: dict[str, cost_index.Of] = {INDEX: "cost", LANDED: "landed_cost"}
    return {
        name: interval(headline(arms, cost_index.market_index(arms.baseline, arms.scenario, cost), span).total)
        for name, cost in of.items()
    }
