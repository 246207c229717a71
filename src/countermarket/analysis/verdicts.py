"""What happened in each market, in words, and what moved elsewhere instead."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from countermarket.analysis import displacement, levels
from countermarket.analysis.carried import interval_carries
from countermarket.analysis.intervals import Interval, beyond, interval, intervals, undefined
from countermarket.analysis.levels import Months
from countermarket.analysis.pairing import Arms, did_nothing
from countermarket.declared import measures
from countermarket.declared.measures import Measure
from countermarket.world.places import LegPlace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLEAR = 2.0
"""A change is clear when its whole interval lies beyond this many percent."""
NOTHING = "did nothing"
TOO_FEW = "too few pairs to say"
MOVED = 0.5
"""Displacement above which an effect has moved rather than ended."""


def moved_elsewhere(
    arms: Arms, span: Months, world: dict[str, Any], company: int = 1
) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """Displacement between destinations, transit, modes and markets, and between destinations by market.

    Of one of `company` scenarios: what the pairs carry is shared out over the answers of them all.
    """
    asked = displacement.QUESTIONS * company
    inside = arms.entry["inside"]
    places, modes, markets = inside["jurisdictions"], inside["modes"], inside["markets"]
    flows = displacement.leg_flows(arms.pairs, _trade_legs(world), span)
    missing = no_outside(places, world["jurisdictions"])
    shifts, everything = displacement.of_destinations(arms.baseline, arms.scenario, places, span)
    moved = {
        "destinations": displacement.displaced(everything, missing, asked),
        "transit": displacement.displaced(displacement.of_transit(flows, places), missing, asked),
        "modes": displacement.displaced(
            displacement.of_modes(flows, modes),
            "" if modes else "the scenario singles out no mode",
            asked,
        ),
        "markets": displacement.displaced(
            displacement.of_markets(shifts, arms.baseline.markets, markets),
            "" if markets else "the scenario acts on all markets alike",
            asked,
        ),
    }
    by_market = {
        str(market): displacement.displaced(shift, missing, len(shifts) * company)
        for market, shift in zip(arms.baseline.markets, shifts, strict=True)
    }
    return moved, by_market


def _trade_legs(world: dict[str, Any]) -> dict[str, LegPlace]:
    """Legs on which what is delivered moves; those of inputs have another unit and are left out."""
    legs = {name: LegPlace(*place) for name, place in world["legs"].items()}
    return {name: leg for name, leg in legs.items() if leg.layer not in world.get("input_layers", ())}


def no_outside(inside: Collection[str], everywhere: Collection[str]) -> str:
    """Why displacement between places has no meaning, if it has none."""
    if not inside:
        return "the scenario acts nowhere"
    if len(inside) >= len(everywhere):
        return "every jurisdiction acts, so nowhere is outside"
    return ""


def verdicts(
    arms: Arms, span: Months, index: NDArray[np.float64], moved: dict[str, Interval], company: int = 1
) -> dict[str, str]:
    """The verdict of each market of one of `company` scenarios. index: (pairs, markets)"""
    if did_nothing(arms.pairs):
        return {str(market): NOTHING for market in arms.baseline.markets}
    if not interval_carries(len(index), index.shape[1] * company):
        return {str(market): TOO_FEW for market in arms.baseline.markets}
    harm, units = (_changes(arms, measures.measure_named(name), span) for name in ("harm", "units_delivered"))
    return {
        str(market): verdict(
            interval(index[:, place]), harm.get(str(market)), units.get(str(market)), moved[str(market)]
        )
        for place, market in enumerate(arms.baseline.markets)
    }


def _changes(arms: Arms, measure: Measure, span: Months) -> dict[str, Interval]:
    """A measure's change in percent by market."""
    markets, both = levels.by_market(arms.pairs, measure, span)
    changes = levels.changed(both, measure)
    return dict(zip(map(str, markets), intervals(changes), strict=True))


def verdict(cost: Interval, harm: Interval | None, units: Interval | None, moved: Interval) -> str:
    """What happened in a market, the first that holds: 80% intervals beyond ±2%.

    cost: index, 100 = reference; harm, units: change in percent; moved: displacement between destinations.
    """
    none = undefined("not recorded")
    dearer = beyond(cost, 100 - CLEAR, 100 + CLEAR)
    if moved["mean"] is not None and moved["low"] > MOVED and moved["inside"]["high"] < 0:
        return "moved elsewhere"
    if dearer > 0 and beyond(harm or none, -CLEAR, CLEAR) > 0:
        return "cost up, harm up"
    if dearer > 0 and beyond(units or none, -CLEAR, CLEAR) < 0:
        return "cost up, throughput down"
    if dearer > 0:
        return "cost up only"
    if dearer < 0:
        return "cost down"
    return "throughput down" if beyond(units or none, -CLEAR, CLEAR) < 0 else "no clear effect"
