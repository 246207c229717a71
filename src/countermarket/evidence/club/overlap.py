"""How far the routes through a place also pass others: what a state would learn from them, and they from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from countermarket.model.state.codes import FRAUD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.evidence.routes.measure import Legs
    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

HOPS = 60
"""Legs followed either way: longer than any route, with its turns."""


def passing(world: World, legs: Legs, places: Sequence[int]) -> Floats:
    """Share of what moves on each leg that passes any of these places, at its ends or beyond either of them. (L,)

    Up: U(n) = sum of (arrivals from o / throughput of n) U(o), 1 in one of the places; down alike. On a leg from o to d
    1 - (1 - U(o)) (1 - D(d)): where goods come from does not decide where they go.
    """
    nodes = world.legs["layer"] * len(world.jurisdictions)
    start, end = nodes + world.legs["origin"], nodes + world.legs["destination"]
    count = len(world.layers) * len(world.jurisdictions)
    came, went = (np.bincount(side, legs.arrived, count) for side in (end, start))
    through = np.maximum(np.maximum(came, went), 1e-12)
    inside = np.isin(np.arange(count) % len(world.jurisdictions), places).astype(np.float64)
    up, down = inside.copy(), inside.copy()
    for _ in range(HOPS):
        up = np.maximum(inside, np.bincount(end, legs.arrived * up[start], count) / through)
        down = np.maximum(inside, np.bincount(start, legs.arrived * down[end], count) / through)
    shares: Floats = 1.0 - (1.0 - up[start]) * (1.0 - down[end])
    return shares


def value_on(world: World, legs: Legs) -> Floats:
    """What moves on each leg in a month. USD, (L,)."""
    fraud = world.layers["kind"][world.legs["layer"]] == FRAUD
    value: Floats = legs.arrived * np.where(fraud, 1.0, legs.worth)
    return value


def overlaps(world: World, legs: Legs, founders: Sequence[int]) -> tuple[Floats, Floats]:
    """Each place's illicit flow by value, and how much of it also passes a founder. USD a month, (J,) each."""
    shares, value = passing(world, legs, founders), value_on(world, legs)
    ends = np.concatenate([world.legs["origin"], world.legs["destination"]])
    count = len(world.jurisdictions)
    whole: Floats = np.bincount(ends, np.tile(value, 2), count).astype(np.float64)
    shared: Floats = np.bincount(ends, np.tile(value * shares, 2), count).astype(np.float64)
    return whole, shared


def in_order(world: World, weight: Floats, founders: Sequence[int]) -> list[str]:
    """Founders first, then everybody else by weight, the greatest first; ties by name."""
    names = world.jurisdiction_names
    others = [place for place in range(len(names)) if place not in founders]
    ranked = sorted(others, key=lambda place: (-round(float(weight[place]), 9), names[place]))
    return [names[place] for place in (*founders, *ranked)]
