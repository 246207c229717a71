"""Made-up worlds of any size, with the same structure as the real one: for scaling and for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from countermarket.declared.vocabulary import MODES, SERVICES
from countermarket.engine.arrays import exps, powers
from countermarket.engine.circles import arcsine, cosine, sine
from countermarket.engine.fingerprint import fingerprint
from countermarket.reading.spelling import closest
from countermarket.world.drafts import PRECURSORS, RECIPES, Draft, Recipe, connect_precursors, draft_layer
from countermarket.world.indicators import TYPICAL_HOMICIDE_RATE, TYPICAL_ORGANISED_SHARE
from countermarket.world.structure import (
    CONSENT,
    DEMAND,
    EXPLOITED,
    FRAUD,
    JURISDICTION,
    LAUNDERING,
    LAYER,
    LEG,
    MARKET,
    SUPPLY,
    Table,
    World,
    group_homes,
    structured,
)

IN_PRINT = ("place_names", "title", "files")
"""What a made-up world has not."""
EARTH_RADIUS_KM = 6371.0
TYPICAL_POPULATION = 2e7
"""Median population of a made-up place. Persons. Assumption: of the size of Romania or Chile."""
DIGITAL = MODES.index("digital")
Floats = npt.NDArray[np.float64]

MARKETS = tuple(dict.fromkeys(recipe.market for recipe in RECIPES))
HOLDING_MONTHS = 18.0
PRECURSORS_PER_KG = 1.5


def synthetic_world(
    jurisdictions: int = 12,
    legs_per_market: int | None = None,
    seed: int = 0,
    markets: Iterable[str] = MARKETS,
) -> World:
    """Make a world of any size; every destination can be reached and every source can sell.

    `legs_per_market` counts the legs of each layer: at least those that connect it, by default three a place.
    """
    if jurisdictions < 1:
        raise ValueError(f"jurisdictions must be at least 1, not {jurisdictions}")
    chosen = known_markets(markets)
    legs = 3 * jurisdictions if legs_per_market is None else legs_per_market
    random = np.random.default_rng(np.random.SeedSequence([seed, jurisdictions, legs]))
    places = draw_jurisdictions(jurisdictions, random)
    recipes = [recipe for recipe in RECIPES if recipe.market in chosen]
    drafts = [draft_layer(recipe, jurisdictions, legs, random) for recipe in recipes]
    drafts = connect_precursors(drafts, random)
    name = f"synthetic-{jurisdictions}-{legs}-{seed}"
    return assemble(name, chosen, places, drafts, random)


def known_markets(markets: Iterable[str]) -> tuple[str, ...]:
    """Return the chosen markets in their usual order."""
    chosen = tuple(markets)
    for market in chosen:
        if market not in MARKETS:
            nearest = closest(market, MARKETS)
            raise ValueError(
                f"unknown market {market!r}; nearest known name: {nearest or ', '.join(MARKETS)}"
            )
    if not chosen:
        raise ValueError(f"a world needs at least one market of {', '.join(MARKETS)}")
    return tuple(market for market in MARKETS if market in chosen)


def bell(random: np.random.Generator, *shape: int) -> Floats:
    """Bell-shaped variates of mean 0 and deviation 1: twelve uniform ones less six, sums alone, the same everywhere."""
    return np.asarray(random.random((*shape, 12)).sum(axis=-1) - 6.0)


def scattered(random: np.random.Generator, spread: float, *shape: int) -> Floats:
    """Factors scattered round 1, their logarithm bell-shaped with this deviation."""
    return np.asarray(exps(spread * bell(random, *shape)))


def draw_jurisdictions(number: int, random: np.random.Generator) -> Table:
    """Draw places: rich ones are better governed and mostly more stable."""
    rich = random.uniform(0.0, 1.0, number)
    governed = np.clip(rich + 0.1 * bell(random, number), 0.0, 1.0)
    places = np.zeros(number, JURISDICTION)
    places["population"] = np.round(scattered(random, 1.0, number) * TYPICAL_POPULATION)
    places["gdp_per_head"] = 800.0 * powers(80.0, rich)
    places["legal_wage"] = places["gdp_per_head"] * 0.6 / 12.0
    places["rule_of_law"], places["effectiveness"] = governed, governed
    places["corruption"] = 1.0 - governed
    places["stability"] = np.clip(governed + 0.15 * bell(random, number), 0.0, 1.0)
    places["latitude"] = random.uniform(-50.0, 65.0, number)
    places["longitude"] = random.uniform(-180.0, 180.0, number)
    places["landlocked"] = random.random(number) < 0.1
    places["eu"], places["five_eyes"] = rich > 0.8, rich > 0.9
    places["haven"] = random.random(number) < 0.2
    places["patronage"] = np.where(random.random(number) < 0.05, 1.0, 0.0)
    places["conflict"] = np.clip(0.3 - places["stability"], 0.0, 1.0)
    places["homicide_rate"], places["organised_share"] = TYPICAL_HOMICIDE_RATE, TYPICAL_ORGANISED_SHARE
    places.flags.writeable = False
    return places


def assemble(
    name: str, markets: tuple[str, ...], places: Table, drafts: list[Draft], random: np.random.Generator
) -> World:
    """Make the World of the drafts."""
    layers = layer_table(drafts, markets)
    legs = leg_table(drafts, places, random)
    demands = demand_table(drafts, places, random)
    supplies = supply_table(drafts, demands, random)
    demands = precursor_demand(drafts, supplies, demands)
    supplies = scale_precursors(drafts, supplies, demands)
    weights = np.round(scattered(random, 1.0, len(SERVICES), len(places)), 3) + 0.01
    weights.flags.writeable = False
    width = max(2, len(str(len(places) - 1)))
    world = World(
        name=name,
        digest="",
        jurisdiction_names=tuple(f"J{i:0{width}d}" for i in range(len(places))),
        market_names=markets,
        layer_names=tuple(draft.recipe.layer for draft in drafts),
        mode_names=MODES,
        service_names=SERVICES,
        leg_names=tuple(f"L{i + 1:03d}" for i in range(len(legs))),
        unit_names=tuple(draft.recipe.unit for draft in drafts),
        jurisdictions=places,
        layers=layers,
        markets=market_table(drafts, markets),
        legs=legs,
        supplies=supplies,
        demands=demands,
        laundering=laundering_table(places, random),
        enabler_weights=weights,
        initial_groups=group_homes(len(markets), len(places), layers, legs, supplies),
    )
    return world._replace(digest=digest_of(world))


def digest_of(world: World) -> str:
    """Return the sha256 of the arrays and words of a world."""
    parts = [getattr(world, name) for name in World._fields if name not in IN_PRINT]
    words = hashlib.sha256(repr([part for part in parts if not isinstance(part, np.ndarray)]).encode())
    words.update(fingerprint(*(part for part in world if isinstance(part, np.ndarray))).encode())
    return words.hexdigest()


def market_table(drafts: list[Draft], markets: tuple[str, ...]) -> Table:
    """Make the table of markets."""
    kinds = {draft.recipe.market: draft.recipe.kind for draft in drafts}
    return structured(MARKET, [(kinds[market],) for market in markets])


def layer_table(drafts: list[Draft], markets: tuple[str, ...]) -> Table:
    """Make the table of layers."""
    order = [draft.recipe.layer for draft in drafts]
    rows = []
    for draft in drafts:
        recipe = draft.recipe
        fed = recipe.layer == "synthetic"
        held = HOLDING_MONTHS if recipe.kind == EXPLOITED else 0.0
        given = (order.index("precursors"), PRECURSORS_PER_KG) if fed else (-1, 0.0)
        rows.append((markets.index(recipe.market), recipe.kind, *given, held, recipe.loss_share))
    return structured(LAYER, rows)


def leg_table(drafts: list[Draft], places: Table, random: np.random.Generator) -> Table:
    """Make the legs of all layers, with great-circle distances."""
    rows = []
    for layer, draft in enumerate(drafts):
        for origin, destination in draft.legs:
            mode = DIGITAL if draft.recipe.kind == FRAUD else int(random.integers(DIGITAL))
            rows.append((layer, origin, destination, mode, great_circle(places, origin, destination), 1, 0))
    return structured(LEG, rows)


def great_circle(places: Table, origin: int, destination: int) -> float:
    """Distance between two places over the globe, at least 1 km. km.

    2 R asin sqrt(sin^2(dlat/2) + cos lat1 cos lat2 sin^2(dlon/2)).
    """
    north, east = np.radians(places["latitude"]), np.radians(places["longitude"])
    half = sine((north[destination] - north[origin]) / 2) ** 2
    turn = sine((east[destination] - east[origin]) / 2) ** 2
    arc = half + cosine(north[origin]) * cosine(north[destination]) * turn
    return max(1.0, float(2 * EARTH_RADIUS_KM * arcsine(np.sqrt(min(1.0, arc)))))


def demand_table(drafts: list[Draft], places: Table, random: np.random.Generator) -> Table:
    """Draw what is wanted where, and its reference price."""
    rows: list[tuple[float, ...]] = []
    for layer, draft in enumerate(drafts):
        people = places["population"][draft.destinations] * scattered(random, 0.5, len(draft.destinations))
        shares = people / people.sum()
        volumes = shares if draft.recipe.kind == CONSENT else people * draft.recipe.per_head
        for place, volume in zip(draft.destinations, volumes, strict=True):
            price = reference_price(draft.recipe) * float(scattered(random, 0.3))
            rows.append((layer, place, volume, price, 1.0))
    return structured(DEMAND, sorted(rows))


def reference_price(recipe: Recipe) -> float:
    """Typical price to the user. USD per unit; NaN for fraud."""
    if recipe.kind == FRAUD:
        return float("nan")
    return recipe.markup if recipe.kind == CONSENT else recipe.unit_cost * recipe.markup


def supply_table(drafts: list[Draft], demands: Table, random: np.random.Generator) -> Table:
    """Draw what is offered where: together what is wanted plus what is lost."""
    rows: list[tuple[float, ...]] = []
    for layer, draft in enumerate(drafts):
        recipe, number = draft.recipe, len(draft.sources)
        total = needed(recipe, float(demands["volume"][demands["layer"] == layer].sum()), number)
        parts = scattered(random, 0.5, number)
        for place, part in zip(draft.sources, parts / parts.sum(), strict=True):
            cost = recipe.unit_cost * float(scattered(random, 0.2))
            fee = recipe.markup * float(scattered(random, 0.2)) if recipe.kind == CONSENT else float("nan")
            rows.append((layer, place, total * part, cost, fee, 0.0))
    return structured(SUPPLY, sorted(rows))


def needed(recipe: Recipe, volume: float, sources: int) -> float:
    """What all sources of a layer must offer in a month. Units; fraud: shares of attempts."""
    if recipe.kind == FRAUD:
        return 1.0
    if recipe.kind == CONSENT:
        return 1000.0 * sources / (1.0 - recipe.loss_share)
    months = HOLDING_MONTHS if recipe.kind == EXPLOITED else 1.0
    return volume / months / (1.0 - recipe.loss_share)


def precursor_demand(drafts: list[Draft], supplies: Table, demands: Table) -> Table:
    """Size the demand for precursors by what the makers of synthetic drugs offer."""
    order = [draft.recipe.layer for draft in drafts]
    if "precursors" not in order:
        return demands
    made, wanted, sized = order.index("synthetic"), order.index("precursors"), demands.copy()
    offers = supplies[supplies["layer"] == made]
    capacity = dict(zip(offers["jurisdiction"].tolist(), offers["capacity"].tolist(), strict=True))
    for row in np.flatnonzero(sized["layer"] == wanted):
        sized["volume"][row] = capacity[int(sized["jurisdiction"][row])] * PRECURSORS_PER_KG
    sized.flags.writeable = False
    return sized


def scale_precursors(drafts: list[Draft], supplies: Table, demands: Table) -> Table:
    """Make the offer of precursors match what is wanted of them, each source the same share."""
    scaled = supplies.copy()
    for layer, draft in enumerate(drafts):
        if draft.recipe == PRECURSORS:
            mine = scaled["layer"] == layer
            total = needed(PRECURSORS, float(demands["volume"][demands["layer"] == layer].sum()), 1)
            scaled["capacity"][mine] = total / mine.sum()
    scaled.flags.writeable = False
    return scaled


def laundering_table(places: Table, random: np.random.Generator) -> Table:
    """Draw where finance enablers carry money: from anywhere to a haven, or to the first place if none."""
    havens = np.flatnonzero(places["haven"]) if places["haven"].any() else np.array([0])
    ends = random.integers(len(places), size=(max(1, len(places) // 2), 2)).tolist()
    pairs = [(origin, int(havens[other % len(havens)])) for origin, other in ends]
    return structured(LAUNDERING, sorted({(origin, end) for origin, end in pairs if origin != end}))
