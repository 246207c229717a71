"""Made-up layers: who makes, who wants, and legs that connect them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from countermarket.world.structure import CONSENT, EXPLOITED, FRAUD, GOODS


class Recipe(NamedTuple):
    """How a made-up layer is drawn; every value is invented and stands for no real market."""

    layer: str
    market: str
    kind: int
    unit: str
    per_head: float
    """Units wanted per head and month at a typical destination."""
    unit_cost: float
    """USD per unit at the source."""
    markup: float
    """Price to the user over cost at the source; consent: the fee in USD."""
    loss_share: float


PRECURSORS = Recipe("precursors", "synthetic", GOODS, "kg", 0.0, 40.0, 4.0, 0.1)
RECIPES = (
    Recipe("cocaine", "cocaine", GOODS, "kg", 3e-5, 1500.0, 60.0, 0.4),
    Recipe("heroin", "heroin", GOODS, "kg", 1e-5, 2500.0, 30.0, 0.3),
    Recipe("synthetic", "synthetic", GOODS, "kg", 2e-5, 700.0, 40.0, 0.4),
    PRECURSORS,
    Recipe("firearms", "firearms", GOODS, "piece", 1e-5, 500.0, 3.0, 0.15),
    Recipe("human_trafficking", "human_trafficking", EXPLOITED, "victim-month", 3e-4, 500.0, 2.0, 0.1),
    Recipe("smuggling_britain", "migrant_smuggling", CONSENT, "person", 5e-5, 0.0, 9000.0, 0.05),
    Recipe("smuggling_europe", "migrant_smuggling", CONSENT, "person", 5e-5, 0.0, 6000.0, 0.05),
    Recipe("smuggling_north_america", "migrant_smuggling", CONSENT, "person", 5e-5, 0.0, 10000.0, 0.05),
    Recipe("smuggling_oceania", "migrant_smuggling", CONSENT, "person", 1e-5, 0.0, 12000.0, 0.05),
    Recipe("cyber_fraud", "cyber_fraud", FRAUD, "USD 1,000", 1e-3, 0.0, 1.0, 0.0),
)


class Draft(NamedTuple):
    """A layer while it is made: who makes, who wants, and the legs between."""

    recipe: Recipe
    sources: list[int]
    destinations: list[int]
    legs: list[tuple[int, int]]


def draft_layer(recipe: Recipe, places: int, legs: int, random: np.random.Generator) -> Draft:
    """Choose sources, destinations and legs: each place is linked from an earlier one in a random order."""
    order = [int(place) for place in random.permutation(places)]
    n_sources = max(1, places // 4)
    sources = order[:n_sources]
    destinations = order[-max(1, places // 3) :]
    links: dict[tuple[int, int], None] = {}
    for i in range(n_sources, places):
        links[order[int(random.integers(i))], order[i]] = None
    add_links(links, places, legs, random)
    return Draft(recipe, sources, destinations, [*links, *missing_links(links, sources, destinations)])


def add_links(
    links: dict[tuple[int, int], None], places: int, legs: int, random: np.random.Generator
) -> None:
    """Add random legs up to a number, as far as there are pairs."""
    wanted = min(legs, places * (places - 1))
    while len(links) < wanted:
        for origin, destination in random.integers(places, size=(wanted, 2)).tolist():
            if origin != destination and len(links) < wanted:
                links[origin, destination] = None


def missing_links(
    links: Iterable[tuple[int, int]], sources: list[int], destinations: list[int]
) -> list[tuple[int, int]]:
    """Return a leg to a destination for each source that leads to none."""
    backward: dict[int, list[int]] = {}
    for origin, destination in links:
        backward.setdefault(destination, []).append(origin)
    reached, waiting = set(destinations), list(destinations)
    while waiting:
        fresh = [origin for origin in backward.get(waiting.pop(), ()) if origin not in reached]
        reached.update(fresh)
        waiting.extend(fresh)
    return [(source, destinations[0]) for source in sources if source not in reached]


def connect_precursors(drafts: list[Draft], random: np.random.Generator) -> list[Draft]:
    """Send precursors to where synthetic drugs are made."""
    makers = next((draft.sources for draft in drafts if draft.recipe.layer == "synthetic"), [])
    return [redirect(draft, makers, random) if draft.recipe == PRECURSORS else draft for draft in drafts]


def redirect(draft: Draft, makers: list[int], random: np.random.Generator) -> Draft:
    """Give a layer other destinations, each with a leg from a source of its own."""
    sources = draft.sources
    new = [(sources[int(random.integers(len(sources)))], maker) for maker in makers if maker not in sources]
    ends = [(source, makers[0]) for source in sources if source not in makers]
    links = dict.fromkeys([*draft.legs, *new, *ends])
    return draft._replace(destinations=makers, legs=list(links))
