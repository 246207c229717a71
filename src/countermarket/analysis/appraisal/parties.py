"""Who gains and who pays: by market, by state, for the chosen states, the members and the world; and who would join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.analysis.appraisal.cases import Appraised
from countermarket.analysis.appraisal.valuing import Worth
from countermarket.analysis.by_place import Place
from countermarket.analysis.intervals import Interval, interval, probability_above

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DEATHS = "deaths"
"""What deaths from violence are called among the markets."""
NOT_MONEY = ("benefit_cost_ratio", "pairs")
"""Fields of a row that no exchange rate moves."""
COUNTED = ("wrongful_actions", "counted")


def ranged(middle: Worth, spread: Sequence[Worth], part: Callable[[Worth], Array]) -> Interval:
    """The mean at central values, and the middle 80% over pairs and draws of the values."""
    import numpy as np

    return interval(np.concatenate([part(of) for of in spread])) | {"mean": float(part(middle).mean())}


def times(of: Interval, factor: float) -> Interval:
    """An interval in another unit."""
    return {name: value * factor if isinstance(value, float) else value for name, value in of.items()}


def benefits(markets: Sequence[str], middle: Worth, spread: Sequence[Worth]) -> dict[str, Any]:
    """Harm avoided by market, and deaths avoided."""
    told = {
        market: ranged(middle, spread, lambda of, at=at: of.harm[:, at].sum(axis=1))  # type: ignore[misc]
        for at, market in enumerate(markets)
    }
    return {"benefits": told | {DEATHS: ranged(middle, spread, lambda of: of.lives.sum(axis=1))}}


def of_states(
    one: Appraised, middle: Worth, spread: Sequence[Worth], places: Sequence[Place]
) -> dict[str, Any]:
    """Net value by state, within each border, and whether each member gains."""
    import numpy as np

    net = middle.net()
    stacked = np.concatenate([of.net() for of in spread])
    by_state = {
        place: interval(stacked[:, at]) | {"mean": float(net[:, at].mean())}
        for at, place in enumerate(one.sharing.places)
        if net[:, at].any()
    }
    members = one.sharing.members
    asked = [(place.label, place.jurisdictions) for place in places]
    borders = [*asked, ("those who take part", members), ("world", one.sharing.places)]
    return {
        "by_state": by_state,
        "members": {place: _member(one, middle, by_state, net, place) for place in members},
        "participation": _participation(members, by_state),
        "borders": {label: _border(one, middle, spread, within) for label, within in borders if within},
    }


PARTS: dict[str, Callable[[Worth], Array]] = {
    "harm": lambda of: of.harm.sum(axis=1),
    "lives": lambda of: of.lives,
    "states": lambda of: of.states,
    "alliance": lambda of: of.alliance,
    "firms": lambda of: of.firms,
    "wrongs": lambda of: of.wrongs,
}
"""Each part of a net value by place. (pairs, places)"""


def _member(
    one: Appraised, middle: Worth, by_state: dict[str, Interval], net: Array, place: str
) -> dict[str, Any]:
    """What one member gains and pays."""
    at = one.sharing.places.index(place)
    own = {name: interval(part(middle)[:, at]) for name, part in PARTS.items()}
    gap = by_state.get(place, interval(net[:, at]))
    return own | {"net": gap, "share_above": probability_above(net[:, at], 0.0), "needs": max(0.0, -(gap["mean"] or 0))}


def _participation(members: Sequence[str], by_state: dict[str, Interval]) -> dict[str, Any]:
    """Who would lose by taking part, what would have to be paid to them, and whether the gainers could."""
    means = {place: by_state[place]["mean"] or 0.0 for place in members if place in by_state}
    losers = [place for place, mean in means.items() if mean < 0]
    needed, gained = -sum(means[place] for place in losers), sum(mean for mean in means.values() if mean > 0)
    return {"losers": losers, "side_payments": needed, "gains_of_gainers": gained, "could_be_paid": gained >= needed}


def _border(
    one: Appraised, middle: Worth, spread: Sequence[Worth], within: Sequence[str]
) -> dict[str, Interval]:
    """Costs and benefits within one and the same border."""
    import numpy as np

    here = np.isin(one.sharing.places, list(within))
    told = {name: interval(part(middle)[:, here].sum(axis=1)) for name, part in PARTS.items()}
    return told | {"net": ranged(middle, spread, lambda of: of.net()[:, here].sum(axis=1))}


def exchanged(row: dict[str, Any], scale: float) -> dict[str, Any]:
    """A row with its money in another currency and year."""
    return {name: value if name in NOT_MONEY else _scaled(name, value, scale) for name, value in row.items()}


PLAIN = ("share_above", "years", "input", "within_range", "carried", "could_be_paid")


def _scaled(name: str, value: Any, scale: float) -> Any:
    """Every amount within, multiplied; shares, counts and names as they are."""
    if name in PLAIN or name in COUNTED or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        if not _is_money(value.get("input")):
            kept = {key: value[key] for key in ("value", "switches_at") if key in value}
            return {key: _scaled(key, item, scale) for key, item in value.items()} | kept
        return {key: _scaled(key, item, scale) for key, item in value.items()}
    if isinstance(value, list):
        return [_scaled(name, item, scale) for item in value]
    return value * scale if isinstance(value, int | float) else value


def _is_money(name: str | None) -> bool:
    """Whether an input is an amount of money, or no input is named."""
    from countermarket.analysis.appraisal.inputs import inputs

    return name is None or bool(inputs()[name].currency)
