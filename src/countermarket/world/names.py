"""The names a scenario may use: those of the world, and the fixed lists that every world shares."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from countermarket.declared.vocabulary import DOMAINS, MARKETS, MODES, SERVICES


class Names(NamedTuple):
    """What may be named in a scenario; read from the world so that no list stands in two places."""

    jurisdictions: tuple[str, ...]
    legs: tuple[str, ...]
    markets: tuple[str, ...] = MARKETS
    modes: tuple[str, ...] = MODES
    services: tuple[str, ...] = SERVICES
    domains: tuple[str, ...] = DOMAINS


@lru_cache(maxsize=4)
def load_names(folder: Path | None = None) -> Names:
    """Read the names of a world (the packaged one unless a folder is given)."""
    from countermarket.world.load import load_world

    world = load_world(folder) if folder else load_world()
    return Names(
        jurisdictions=tuple(world.jurisdiction_names),
        legs=tuple(world.leg_names),
        markets=tuple(world.market_names),
        modes=tuple(world.mode_names),
        services=tuple(world.service_names),
    )


def legs_called(name: str, names: Names) -> tuple[str, ...]:
    """Return the legs a name stands for: itself, or every layer's part (`L400` -> `L400/britain`, ...)."""
    if name in names.legs:
        return (name,)
    return tuple(leg for leg in names.legs if leg.startswith(name + "/"))
