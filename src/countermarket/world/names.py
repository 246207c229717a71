"""The names a scenario may use: those of its world, those of its model, and the fixed lists that all share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from countermarket.declared.lever import Lever
from countermarket.declared.levers import LEVERS
from countermarket.declared.vocabulary import DOMAINS, MARKETS, MODES, SERVICES

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.world.structure import World


class Names(NamedTuple):
    """What may be named in a scenario; read from world and model so that no list stands in two places."""

    jurisdictions: tuple[str, ...]
    legs: tuple[str, ...]
    markets: tuple[str, ...] = MARKETS
    modes: tuple[str, ...] = MODES
    services: tuple[str, ...] = SERVICES
    domains: tuple[str, ...] = DOMAINS
    levers: Mapping[str, Lever] = LEVERS
    groups: Mapping[str, tuple[str, ...]] = {}
    """States by the name that they have together."""
    titles: Mapping[str, str] = {}
    """What each jurisdiction is called in print, where the world says so."""


@lru_cache(maxsize=1)
def load_names() -> Names:
    """Return the names of the packaged world and the standard model."""
    from countermarket.world.load import load_world

    return _names(load_world(), LEVERS)


def names_of(world: World | None = None, model: Additions | None = None) -> Names:
    """Return the names of a world and a model: the packaged and the standard one where none is given."""
    names = _names(world, LEVERS) if world is not None else load_names()
    return names._replace(levers={**LEVERS, **model.levers}) if model is not None and model.levers else names


def _names(world: World, levers: Mapping[str, Lever]) -> Names:
    return Names(
        jurisdictions=tuple(world.jurisdiction_names),
        legs=tuple(world.leg_names),
        markets=tuple(world.market_names),
        modes=tuple(world.mode_names),
        services=tuple(world.service_names),
        levers=levers,
        titles=dict(zip(world.jurisdiction_names, world.place_names, strict=False)),
        groups={group.name: group.members for group in world.groups},
    )


def legs_called(name: str, names: Names) -> tuple[str, ...]:
    """Return the legs a name stands for: itself, or every layer's part (`L400` -> `L400/britain`, ...)."""
    if name in names.legs:
        return (name,)
    return tuple(leg for leg in names.legs if leg.startswith(name + "/"))
