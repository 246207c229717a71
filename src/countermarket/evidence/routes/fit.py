"""What access to each leg must cost for sourced facts about routes to hold: fitted as hierarchies, leg by leg last.

A damped fixed point. While a fact lies outside its band, the legs it counts become dearer or cheaper against those
it counts them among, in shares of the value carried; each push moves, beside the leg, every leg of its mode on the
same corridor, out of the same place and into it, so that legs without a fact move too. All of it decays towards
nought: what distance, borders and modes explain is not fitted. After: Berry 1994; Howitt 1995 (positive
mathematical programming).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.engine.arrays import logs
from countermarket.evidence.routes.facts import SHARE, Fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from countermarket.world.structure import World

    Floats = NDArray[np.float64]

RATE, DECAY, COOLING = 0.08, 0.003, 30.0
"""Step of a round in shares of value per log odds, share of all pushes forgotten in it, rounds in which steps halve."""
INSIDE = 0.35
"""How far inside its band a fact outside is aimed: a share of the band's width."""
MARGIN = 0.15
"""Share of a band's width within which a fact still pushes."""
STEEPEST = 3.0
"""Most that one fact asks for in a round, in log odds or logs."""
WEIGHTS = {"corridor": 0.4, "destination": 0.35, "origin": 0.15, "leg": 0.3}
"""Part of a push that goes to every leg alike in one respect, and to the leg alone."""


class Fitted(NamedTuple):
    """What came of a fit."""

    shares: Floats
    """What access costs as a share of the value carried on each leg, the mean of the last third of rounds. (L,)"""
    rounds: list[tuple[int, float]]
    """Of each round: facts met, and the sum of distances from bands."""


class Hierarchy(NamedTuple):
    """Which legs are alike in which respect."""

    members: dict[str, NDArray[np.intp]]
    """For each respect, the class each leg belongs to. (L,)"""

    def spread(self, pushes: Floats) -> Floats:
        """Pushes on legs, carried to all that are alike. (L,)"""
        moved = np.zeros(len(pushes))
        for respect, weight in WEIGHTS.items():
            of = self.members[respect]
            touched = np.bincount(of, weights=pushes != 0.0)
            mean = np.bincount(of, weights=pushes) / np.maximum(np.sqrt(touched * np.bincount(of)), 1.0)
            moved += weight * mean[of]
        return moved


def hierarchy(world: World) -> Hierarchy:
    """Legs of one layer and mode that share a corridor between regions, a destination or an origin."""
    legs, regions = world.legs, region_of(world)
    alike = np.char.add(legs["layer"].astype(str), np.char.add(".", legs["mode"].astype(str)))
    ends = {
        "corridor": np.char.add(regions[legs["origin"]], np.char.add(">", regions[legs["destination"]])),
        "destination": legs["destination"].astype(str),
        "origin": legs["origin"].astype(str),
        "leg": np.arange(len(legs)).astype(str),
    }
    classes = {name: np.char.add(alike, np.char.add(" ", of)) for name, of in ends.items()}
    return Hierarchy({name: np.unique(of, return_inverse=True)[1] for name, of in classes.items()})


def region_of(world: World) -> NDArray[np.str_]:
    """The part of the world each place lies in, by its capital. (J,)"""
    north, east = world.jurisdictions["latitude"], world.jurisdictions["longitude"]
    west = east < -30.0
    return np.select(
        [west & (north > 14.0), west, (north < -10.0) & (east > 100.0), (north > 35.5) & (east < 45.0), east < 42.0],
        ["north america", "south america", "oceania", "europe", "africa"],
        "asia",
    )


def fit_shares(
    world: World,
    facts: Sequence[Fact],
    arrivals: Callable[[Floats, int], Floats],
    rounds: int,
    begin: Floats | None = None,
) -> Fitted:
    """Fit access, in shares of value, to facts; `arrivals(shares, round)` runs the model. Units a month, (L,)."""
    alike = hierarchy(world)
    shares = np.zeros(len(world.legs)) if begin is None else begin.copy()
    history, smooth, mean = [], None, np.zeros(len(shares))
    settled = rounds - rounds // 3
    for number in range(rounds):
        came = arrivals(shares, number)
        smooth = came if smooth is None else 0.5 * smooth + 0.5 * came  # damps the swing of a choice of one way
        values = [fact.value(smooth) for fact in facts]
        met, far = sum(map(Fact.is_met, facts, values)), sum(map(distance, facts, values))
        history.append((met, far))
        mean += shares / (rounds // 3) * (number >= settled)
        pushes = np.clip(pushed(world, facts, values), -STEEPEST, STEEPEST)
        step = RATE / (1.0 + number / COOLING)
        shares = np.clip((shares + step * alike.spread(pushes)) * (1.0 - DECAY), 0.0, 2.0)
    return Fitted(mean, history)


def pushed(world: World, facts: Sequence[Fact], values: Sequence[float]) -> Floats:
    """What facts outside their bands ask of each leg: dearer above nought. (L,)"""
    pushes = np.zeros(len(world.legs))
    for fact, value in zip(facts, values, strict=True):
        if not math.isfinite(value) or is_well_inside(fact, value):
            continue
        gap = short_of(fact, value)
        pushes[list(fact.counted)] -= gap / 2
        others = set(fact.among) - set(fact.counted) if fact.quantity == SHARE else rivals(world, fact)
        pushes[list(others)] += gap / 2
    return pushes


def is_well_inside(fact: Fact, value: float) -> bool:
    """Whether a value lies inside its band with some margin, so that luck does not carry it out."""
    low, high = scaled(fact, fact.low), scaled(fact, fact.high)
    margin = MARGIN * (high - low)
    least = low + margin if fact.low > 0.0 else low
    most = high if fact.quantity == SHARE and fact.high >= 1.0 else high - margin
    return least <= scaled(fact, value) <= most


def rivals(world: World, fact: Fact) -> set[int]:
    """Other legs out of the places from which the counted ones leave."""
    legs, rows = world.legs, list(fact.counted)
    same = (legs["layer"] == legs["layer"][rows[0]]) & np.isin(legs["origin"], legs["origin"][rows])
    return set(np.flatnonzero(same).tolist()) - set(rows)


def short_of(fact: Fact, value: float) -> float:
    """How far a value outside its band lies short of a point inside it: log odds of a share, logs of a number."""
    low, high = scaled(fact, fact.low), scaled(fact, fact.high)
    at = scaled(fact, value)
    gap = (low + INSIDE * (high - low) if at < (low + high) / 2 else high - INSIDE * (high - low)) - at
    return float(np.clip(gap, -STEEPEST, STEEPEST))


def distance(fact: Fact, value: float) -> float:
    """How far a value lies outside its band: log odds of a share, logs of a number; 0 inside, at most 3."""
    if fact.is_met(value):
        return 0.0
    edge = fact.low if value < fact.low else fact.high
    return min(STEEPEST, abs(scaled(fact, edge) - scaled(fact, value))) if math.isfinite(value) else STEEPEST


def scaled(fact: Fact, value: float) -> float:
    """A share in log odds, a number in logs, away from the ends of the scale."""
    if fact.quantity == SHARE:
        inside = min(0.998, max(0.002, value))
        return float(logs(np.array([inside / (1.0 - inside)]))[0])
    return float(logs(np.array([max(value, fact.low / 1000.0, 1e-9)]))[0])
