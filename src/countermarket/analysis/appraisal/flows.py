"""What a policy changes, year by year: units, deaths, spending and counts, before anything is given a value.

Every difference is taken within a pair, over the same states in both arms: who is a member moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from countermarket.analysis.levels import Pairs
from countermarket.results.rows import laid_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Flows(NamedTuple):
    """Scenario less reference, by pair; the last axis is the years."""

    markets: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[str, ...]
    units: Array
    """Units delivered. (pairs, markets, places, years)"""
    deaths: Array
    """Deaths from violence. (pairs, places, years)"""
    spending: Array
    """Public spending of states. USD, (pairs, places, years)"""
    wrongs: Array
    """Actions against the innocent. (pairs, places, years)"""
    recovery: Array
    """Money taken back. USD, (pairs, places, years)"""
    alliance: Array
    """Public spending of the alliance. USD, (pairs, years)"""
    compliance: Array
    """What due diligence costs firms. USD, (pairs, years)"""
    placeless_wrongs: Array
    """Actions against the innocent that no state's agency took. (pairs, years)"""
    dearer: Array
    """What those who go on buying pay more: change of price times units still bought. USD, (pairs, years)"""
    profit: Array
    """What groups keep. USD, (pairs, years)"""


def flows_of(pairs: Pairs, markets: tuple[str, ...], places: tuple[str, ...], years: tuple[str, ...]) -> Flows:
    """The yearly differences of paired runs."""
    reader = _Reader(pairs, years)
    wrongs = reader.change("innocent_actions", jurisdiction=places)
    return Flows(
        markets,
        places,
        years,
        reader.change("units_delivered", market=markets, jurisdiction=places),
        reader.change("violence", jurisdiction=places),
        reader.change("public_cost", jurisdiction=places),
        wrongs,
        reader.change("recovery", jurisdiction=places),
        reader.change("public_cost_alliance"),
        reader.change("compliance_cost"),
        reader.change("innocent_actions") - wrongs.sum(axis=1),
        _dearer(reader, markets),
        reader.change("profit", market=markets).sum(axis=1),
    )


class _Reader(NamedTuple):
    """Reads a recorded flow of both arms by year."""

    pairs: Pairs
    years: tuple[str, ...]

    def change(self, measure: str, **axes: tuple[str, ...]) -> Array:
        """Scenario less reference. (pairs, *axes, years)"""
        return self.of(self.pairs.scenario, measure, **axes) - self.of(self.pairs.baseline, measure, **axes)

    def of(self, values: Array, measure: str, **axes: tuple[str, ...]) -> Array:
        """One arm's sum in each year; nothing where nothing is recorded. (pairs, *axes, years)"""
        import numpy as np

        laid = laid_out(self.pairs.keys, values, measure, (*axes, "month"))
        year_of = laid.labels["month"].astype("U4")
        months = np.nan_to_num(laid.values)
        yearly = [months[..., year_of == year].sum(axis=-1) for year in self.years]
        summed: Array = np.stack(yearly, axis=-1)
        for axis, (name, wanted) in enumerate(axes.items(), start=1):
            summed = _aligned(summed, axis, laid.labels[name].tolist(), wanted)
        return summed


def _aligned(values: Array, axis: int, labels: list[str], wanted: tuple[str, ...]) -> Array:
    """An axis put into the order wanted, zero where there is no such label."""
    import numpy as np

    padded = np.concatenate([values, np.zeros_like(values.sum(axis=axis, keepdims=True))], axis=axis)
    place = {label: at for at, label in enumerate(labels)}
    ordered: Array = padded.take([place.get(label, len(labels)) for label in wanted], axis=axis)
    return ordered


def _dearer(reader: _Reader, markets: tuple[str, ...]) -> Array:
    """What the units still bought cost their buyers more than at the reference's price. USD, (pairs, years)"""
    import numpy as np

    arms = (reader.pairs.scenario, reader.pairs.baseline)
    after, before = (reader.of(values, "expenditure", market=markets) for values in arms)
    bought, was_bought = (reader.of(values, "units_delivered", market=markets) for values in arms)
    usual = np.divide(before, was_bought, out=np.zeros_like(before), where=was_bought > 0)
    more: Array = (after - usual * bought).sum(axis=1)
    return more
