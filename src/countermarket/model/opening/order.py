"""The order of trade: nodes from sources to users, so that what comes to a place in a month can go on from there."""

from typing import Any

import numpy as np

from countermarket.model.state.codes import EXPLOITED, GOODS
from countermarket.model.state.tables import State
from countermarket.world.structure import World


def leaving_legs(world: World) -> tuple[Any, Any]:
    """Where the legs that leave each node start in a list of all legs by the node they leave. (N + 1,), (L,)."""
    start = world.legs["layer"] * len(world.jurisdictions) + world.legs["origin"]
    nodes = len(world.layers) * len(world.jurisdictions)
    legs = np.argsort(start, kind="stable").astype(np.int32)
    return np.searchsorted(start[legs], np.arange(nodes + 1)).astype(np.int64), legs


def set_order(state: State) -> None:
    """Put nodes in the order in which goods pass them in ordinary times: from where they are cheap to where dear.

    A leg against the order, one that a shock made worth while, brings what it carries a month later. So does every leg
    for people who pay to move: they wait at each place of passage.
    """
    nodes, legs = state.nodes, state.legs
    state.order[:] = np.lexsort((nodes["ordinary"], nodes["layer"]))
    rank = np.empty(len(nodes), np.int64)
    rank[state.order] = np.arange(len(nodes))
    goods = (legs["kind"] == GOODS) | (legs["kind"] == EXPLOITED)
    legs["onward"] = goods & (rank[legs["end"]] > rank[legs["start"]])
