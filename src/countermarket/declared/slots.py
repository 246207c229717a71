"""Room for markets and layers in the model's tables: as many as usual, or as many as a world has, if that is more.

A world with fewer leaves slots empty, so that its tables are of the same types and run on the same compiled kernels.
"""

from __future__ import annotations

from collections.abc import Sized

from countermarket.declared.vocabulary import MARKETS

MARKET_SLOTS = len(MARKETS)
LAYER_SLOTS = 11
"""Layers of the packaged world: a market's goods, their inputs, and each way of smuggling people."""


def market_slots(markets: Sized) -> int:
    """Slots that tables have for these markets."""
    return max(MARKET_SLOTS, len(markets))


def layer_slots(layers: Sized) -> int:
    """Slots that tables have for these layers."""
    return max(LAYER_SLOTS, len(layers))
