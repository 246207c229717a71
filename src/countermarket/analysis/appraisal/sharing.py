"""How what is recorded for no state is shared out over states, and what incomes change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BASE = "GBR"
"""The state whose value of life the others' are taken from."""
BOOKED_INCOME = ("IRL", "CYM", "VGB")
"""Where national income is not what people earn: a life there is worth at most what it is at the base."""
FLOOR = 20.0
"""A life is worth at least so many years' income (recollected: World Bank and Gates reference case)."""


class Sharing(NamedTuple):
    """Who bears what no state's row records."""

    places: tuple[str, ...]
    members: tuple[str, ...]
    """States that belong to the alliance at some time under the policy."""
    alliance: Array
    """Each place's share of what the alliance costs: alike over members. (places,)"""
    firms: Array
    """Each place's share of what firms pay more: by income over the states where the policy acts. (places,)"""
    income: Array
    """Income per head. USD, (places,); NaN where the study does not say."""

    def has_incomes(self) -> bool:
        """Whether the study says what people earn."""
        import numpy as np

        return bool(np.isfinite(self.income).all()) and BASE in self.places

    def lives(self, values: Mapping[str, float]) -> Array:
        """What a death prevented is worth in each place, by income. USD, (places,)"""
        import numpy as np

        scaled = values["life"] * self._relative() ** values["income_elasticity"]
        booked = np.isin(self.places, BOOKED_INCOME)
        capped = np.where(booked, np.minimum(scaled, values["life"]), scaled)
        lives: Array = np.maximum(capped, FLOOR * self.income * ~booked)
        return lives

    def weights(self, values: Mapping[str, float]) -> Array:
        """What a pound weighs in each place. (places,)"""
        weights: Array = self._relative() ** -values["weight_elasticity"]
        return weights

    def _relative(self) -> Array:
        """Income against the base's."""
        relative: Array = self.income / self.income[self.places.index(BASE)]
        return relative


def sharing_of(entry: Mapping[str, Any], world: Mapping[str, Any]) -> Sharing:
    """Who shares in a scenario's costs, as its manifest tells."""
    import numpy as np

    places = tuple(world["jurisdictions"])
    told = [world.get("places", {}).get(place, {}) for place in places]
    income = np.array([place.get("gdp_per_head", np.nan) for place in told], dtype=float)
    people = np.array([place.get("population", np.nan) for place in told], dtype=float)
    members = members_of(entry, places)
    acting = np.isin(places, entry["inside"]["jurisdictions"] or list(members) or list(places))
    size = np.where(np.isfinite(income * people), income * people, 1.0)
    return Sharing(places, members, _alike(np.isin(places, members)), _shares(acting * size), income)


def members_of(entry: Mapping[str, Any], places: Sequence[str]) -> tuple[str, ...]:
    """Who takes part: the alliance's members where the scenario moves any lever of it, else the states it acts on."""
    lines = entry.get("lines") or {}
    named = {one for _, who in lines.get("members", []) for one in who}
    if not named or not any(line["lever"].startswith("alliance.") for line in lines.get("changes", [])):
        named = set(entry["inside"]["jurisdictions"])
    return tuple(place for place in places if place in named)


def _alike(chosen: NDArray[np.bool_]) -> Array:
    return _shares(chosen if chosen.any() else ~chosen)


def _shares(weights: Any) -> Array:
    """Weights that add up to one."""
    import numpy as np

    sizes = np.asarray(weights, dtype=float)
    return sizes / max(float(sizes.sum()), 1e-300)
