"""New groups: they form where trade pays and people are vulnerable."""

from __future__ import annotations

from math import exp, inf
from typing import TYPE_CHECKING

from twin.groups import found_group

if TYPE_CHECKING:
    from twin.legs import Leg
    from twin.markets import Market
    from twin.model import TwinModel
    from twin.places import Community


def enter(model: TwinModel) -> None:
    """Candidates look at a few legs, and enter the more readily the more the best of them pays."""
    p, random = model.p, model.random
    for market, place, expected, legs in model.entries:
        likely = expected * place.open_to_offers
        candidates = 1 + int(p.entry_most * expected)
        most = 1.0 - exp(-p.entry_most * likely / candidates)
        for _ in range(candidates):
            variate = random.random()
            if variate >= most:
                continue
            leg, returns = best_start(model, legs)
            pull = min(p.entry_most, max(0.0, 1.0 + p.entry_response * returns))
            if variate < 1.0 - exp(-pull * likely / candidates) and model.has_room():
                found_group(model, place, leg, p.new_size * market.typical)


def best_start(model: TwinModel, legs: list[Leg]) -> tuple[Leg, float]:
    """The best of a few legs by expected margin, and the return it promises."""
    best, chosen, returns = -inf, legs[0], -1.0
    for _ in range(4):
        leg = model.random.choice(legs)
        labour = leg.hands_needed
        shares = leg.value_share(model.average_fee)
        outlay = leg.outlay + labour * leg.hands
        margin = leg.gain * (1.0 - leg.belief) * (1.0 - shares) - outlay
        if margin > 0.0:
            margin *= leg.served
        if margin / labour > best:
            best, chosen, returns = margin / labour, leg, margin / max(outlay, 1e-9)
    return chosen, returns


Entry = tuple["Market", "Community", float, list["Leg"]]
"""A market, a place, entrants expected there a month at ordinary profit, and the legs they may start on."""
