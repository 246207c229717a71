"""Which legs lie on some path from a source to a destination of a layer."""

from __future__ import annotations

from collections.abc import Iterable

from countermarket.world.tables import Row


def reached(starts: Iterable[str], links: Iterable[tuple[str, str]]) -> set[str]:
    """Return the places that can be reached from the starts, themselves included."""
    onward: dict[str, list[str]] = {}
    for origin, destination in links:
        onward.setdefault(origin, []).append(destination)
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        fresh = [place for place in onward.get(waiting.pop(), ()) if place not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return seen


def links_of(legs: Iterable[Row]) -> list[tuple[str, str]]:
    """Return the (origin, destination) pairs of legs."""
    return [(leg.texts["origin"], leg.texts["destination"]) for leg in legs]


def on_some_path(legs: list[Row], sources: Iterable[str], destinations: Iterable[str]) -> list[Row]:
    """Keep the legs that some walk from a source to a destination uses."""
    links = links_of(legs)
    ahead = reached(sources, links)
    behind = reached(destinations, [(destination, origin) for origin, destination in links])
    return [leg for leg in legs if leg.texts["origin"] in ahead and leg.texts["destination"] in behind]
