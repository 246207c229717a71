"""A study folder of invented numbers: every recorded row, plausible sizes, effects chosen by the test."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from countermarket.results import folders, series, studies
from countermarket.results.rows import KEYS

MARKETS = {
    # market: (unit, units a month, cost per unit)
    "cocaine": ("kg", 90_000.0, 31_000.0),
    "heroin": ("kg", 30_000.0, 24_000.0),
    "synthetic": ("kg", 60_000.0, 18_000.0),
    "firearms": ("piece", 40_000.0, 900.0),
    "human_trafficking": ("victim-month", 200_000.0, 1_100.0),
    "migrant_smuggling": ("person", 90_000.0, 4_200.0),
    "cyber_fraud": ("USD 1,000 taken", 9_000_000.0, 380.0),
}
COMPONENTS = {
    "inputs": 0.06,
    "transport": 0.07,
    "logistics": 0.06,
    "finance": 0.09,
    "corporate": 0.03,
    "digital": 0.03,
    "corruption": 0.06,
    "wages": 0.12,
    "risk": 0.33,
    "seized": 0.08,
    "confiscated": 0.02,
    "delay": 0.03,
    "search": 0.02,
}
BY_MARKET = (
    "units_delivered",
    "units_wanted",
    "price",
    "expenditure",
    "proceeds",
    "profit",
    "members",
    "recruits",
    "groups",
    "seizure_rate",
    "units_seized",
    "seizures_detected",
    "recovery",
    "violence",
    "harm",
    "arrests",
    "unallocated_cost",
    "written_off_cost",
    "quality",
)
WORLD = (
    "community_vulnerability",
    "compliance_cost",
    "innocent_actions",
    "public_cost_states",
    "public_cost_alliance",
    "alliance_trust",
    "alliance_members",
    "backlog",
    "technology_gap",
)
BY_PLACE = ("violence", "proceeds", "members", "harm")
OPERATIONS = {"minor": 300.0, "moderate": 60.0, "major": 9.0}
PLACES = {
    "GBR": (-0.1, 51.5),
    "USA": (-77.0, 38.9),
    "ESP": (-3.7, 40.4),
    "BEL": (4.4, 50.8),
    "AUS": (149.1, -35.3),
    "COL": (-74.1, 4.7),
    "ECU": (-78.5, -0.2),
    "MEX": (-99.1, 19.4),
    "TUR": (32.9, 39.9),
    "MMR": (96.2, 16.8),
}
WAYS = (
    "COL ECU",
    "ECU BEL",
    "COL ESP",
    "COL MEX",
    "MEX USA",
    "BEL GBR",
    "ESP GBR",
    "TUR BEL",
    "MMR AUS",
    "MEX AUS",
)
INSIDE = ("GBR", "USA", "AUS")
Arrays = dict[str, np.ndarray]


class Effect(NamedTuple):
    """What a scenario does once it is fully in force."""

    title: str
    cost: float = 0.0
    """Relative rise of the cost per unit inside."""
    units: float = 0.0
    """Relative change of deliveries inside."""
    outside: float = 0.0
    """Relative change of deliveries outside."""
    trust: float = 0.0
    component: str = "risk"


def small_world(markets: Sequence[str] = tuple(MARKETS)) -> dict[str, Any]:
    """Ten jurisdictions and ten legs in each market, as a manifest keeps them."""
    return {
        "name": "invented",
        "title": "An invented world",
        "markets": list(markets),
        "units": {market: MARKETS[market][0] for market in markets},
        "jurisdictions": list(PLACES),
        "places": {name: {"longitude": x, "latitude": y} for name, (x, y) in PLACES.items()},
        "legs": {
            f"L{m * 100 + w:03d}": [market, market, *way.split(), "container"]
            for m, market in enumerate(markets)
            for w, way in enumerate(WAYS)
        },
    }


def write_study(
    folder: Path,
    effects: Mapping[str, Effect],
    replicates: int = 6,
    months: int = 60,
    markets: Sequence[str] = tuple(MARKETS),
    failed: int = 0,
    world: Mapping[str, Any] | None = None,
    **manifest: Any,
) -> Path:
    """Write a whole study folder: the baseline and each scenario, paired by replicate."""
    world = world or small_world(markets)
    names = [f"{2026 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    keys = _keys(names, markets, world)
    arms = {"baseline": Effect("Baseline"), **effects}
    runs, values = [], []
    for (name, effect), replicate in product(arms.items(), range(replicates)):
        bad = name != "baseline" and replicate < failed
        end = ("failed", "no slot was free") if bad else ()
        row = studies.RunRow(len(runs), name, "baseline", 0, replicate, 0, 0, *end)
        runs.append(row)
        if not bad:
            values.append((row.run, _values(keys, names, effect, replicate)))
    folder.mkdir(parents=True)
    studies.write_runs(folder, runs)
    series.write_series(folder, keys, values)
    studies.write_manifest(folder, _manifest(names, arms, replicates, world) | manifest)
    return folder


def _manifest(
    names: list[str], arms: Mapping[str, Effect], replicates: int, world: Mapping[str, Any]
) -> dict[str, Any]:
    described = [
        {
            "name": name,
            "title": effect.title,
            "question": f"What does {effect.title} do?",
            "reference": "baseline",
            "ranked": name != "baseline",
            "first_change": 12,
            "shocks": [],
            "inside": {"jurisdictions": list(INSIDE), "modes": [], "markets": []},
        }
        for name, effect in arms.items()
    ]
    return {
        "schema": folders.SCHEMA,
        "kind": "study",
        "seed": 0,
        "replicates": replicates,
        "months": {"first": names[0], "last": names[-1], "all": names},
        "warnings": [],
        "scenarios": described,
        "world": world,
        "code": "0" * 64,
        "versions": {"python": "3.11"},
        "wall_seconds": 12.5,
    }


def _keys(names: list[str], markets: Sequence[str], world: Mapping[str, Any]) -> Arrays:
    """Keys of every row, block after block."""
    parts = (*COMPONENTS, "total")
    quarters, years, places = names[2::3], names[11::12], world["jurisdictions"]
    cells = ("units_delivered", "delivered_cost", "delivered_cash_cost", "landed_cost", "expenditure")
    legs = [(leg, where[1]) for leg, where in world["legs"].items() if where[1] in markets]
    cost = "cost_of_illicit_activity"
    of_markets, of_world, grades = product(names, markets, BY_MARKET), product(names, WORLD), product(names, OPERATIONS)
    rows = [("month", month, market, "", "", "", measure) for month, market, measure in of_markets]
    rows += [("month", month, market, "", "", "total", cost) for month, market in product(names, markets)]
    rows += [
        ("quarter", month, market, "", "", part, cost) for month, market, part in product(quarters, markets, parts)
    ]
    rows += [("quarter", month, market, "", "", "", "economic_profit") for month, market in product(quarters, markets)]
    rows += [("month", month, "", "", "", "", measure) for month, measure in of_world]
    rows += [("month", month, "", "", "", grade, "operations") for month, grade in grades]
    rows += [
        ("quarter", month, market, place, "", "", measure)
        for month, market, place, measure in product(quarters, markets, places, cells)
    ]
    rows += [("year", month, market, "", leg, "", "units_shipped") for month, (leg, market) in product(years, legs)]
    rows += [
        ("year", month, market, place, "", "", "path_cost") for month, market, place in product(years, markets, places)
    ]
    rows += [("year", month, "", place, "", "", measure) for month, place, measure in product(years, places, BY_PLACE)]
    columns = [np.array(column, dtype=np.str_) for column in zip(*rows, strict=True)]
    named = ("period", "month", "market", "jurisdiction", "leg", "component", "measure")
    keys = dict(zip(named, columns, strict=True))
    units = {market: MARKETS[market][0] for market in markets} | {"": ""}
    own = np.array([units[market] for market in keys["market"].tolist()], dtype=np.str_)
    keys["unit"] = np.where(keys["measure"] == "cost_of_illicit_activity", np.char.add("USD per ", own), own)
    empty = np.full(len(rows), "", dtype="<U1")
    return {name: keys.get(name, empty) for name in KEYS}


def _values(keys: Arrays, names: list[str], effect: Effect, replicate: int) -> np.ndarray:
    """Values of one run: level, luck of the replicate, effect growing over two years from month 12."""
    month = np.searchsorted(names, keys["month"])
    markets, market = np.unique(keys["market"], return_inverse=True)
    force = np.clip((month - 12) / 24, 0, 1)
    walk = np.random.default_rng(replicate).normal(0, 0.006, (len(names), len(markets))).cumsum(axis=0)
    own = np.random.default_rng([replicate, *effect.title.encode()]).normal(0, 0.012, len(markets))
    strength = force * (1 + 0.6 * np.sin(market)) * (effect.title != "Baseline")
    noise = np.exp(walk[month, market] + strength * own[market])
    volume, price = (
        np.array([(MARKETS[m] if m else (0, 1.0, 1.0))[part] for m in markets])[market] for part in (1, 2)
    )
    cost = noise * (1 + strength * effect.cost)
    units = noise * np.maximum(1 + strength * _shift(keys, effect), 0.05)
    return (
        _levels(keys, cost, units, force, effect)
        * np.where(_in_usd(keys), price, 1.0)
        * np.where(_by_volume(keys), volume, 1.0)
    )


def _shift(keys: Arrays, effect: Effect) -> np.ndarray:
    """Relative change of units: by place where there is one, by leg at random, else the mean of both."""
    cell, leg = keys["jurisdiction"] != "", keys["leg"] != ""
    spread = np.array(
        [
            np.random.default_rng([*name.encode()]).normal(0, 2) if name else 0
            for name in np.unique(keys["leg"])
        ]
    )
    of_leg = effect.units * spread[np.unique(keys["leg"], return_inverse=True)[1]]
    place = np.where(np.isin(keys["jurisdiction"], INSIDE), effect.units, effect.outside)
    return np.where(leg, of_leg, np.where(cell, place, 0.3 * effect.units + 0.7 * effect.outside))


def _in_usd(keys: Arrays) -> np.ndarray:
    """Rows that a market's price multiplies."""
    named = ("delivered_cost", "delivered_cash_cost", "landed_cost", "path_cost", "cost_of_illicit_activity", "price")
    named += ("expenditure", "proceeds", "profit", "economic_profit", "harm", "recovery")
    return np.isin(keys["measure"], named)


def _by_volume(keys: Arrays) -> np.ndarray:
    """Rows that a market's volume multiplies."""
    each = (
        "path_cost", "cost_of_illicit_activity", "price", "seizure_rate", "violence", "groups", "members", "quality",
    )  # fmt: skip
    return (keys["market"] != "") & ~np.isin(keys["measure"], each)


def _levels(
    keys: Arrays, cost: np.ndarray, units: np.ndarray, force: np.ndarray, effect: Effect
) -> np.ndarray:
    """What each row is worth before price and volume."""
    level = units * cost
    cell = keys["jurisdiction"] != ""
    level[cell] *= 0.1
    level[keys["measure"] == "units_delivered"] = (
        units[keys["measure"] == "units_delivered"]
        * np.where(cell, 0.3, 1.0)[keys["measure"] == "units_delivered"]
    )
    for measure, size in (
        ("price", 1.4 * cost),
        ("seizure_rate", 0.18 * cost),
        ("quality", 1.0 / cost),
        ("violence", 200 * units),
        ("path_cost", cost),
    ):
        level = np.where(keys["measure"] == measure, size, level)
    level = np.where(
        np.isin(keys["measure"], ("delivered_cost", "delivered_cash_cost")), 0.3 * units * cost, level
    )
    level = np.where(keys["measure"] == "delivered_cash_cost", 0.7 * level * (2 - cost) ** 0.2, level)
    level = np.where(keys["measure"] == "landed_cost", 0.1 * units * cost**2, level)
    level = np.where(keys["measure"] == "units_shipped", units * _leg_size(keys), level)
    level = np.where(keys["measure"] == "recovery", 0.015 * level, level)
    level = np.where(keys["measure"] == "alliance_trust", 0.5 + force * effect.trust, level)
    level = np.where(
        keys["measure"] == "alliance_members", 5 + np.round(force * 10 * abs(effect.trust)), level
    )
    for name, share in {**COMPONENTS, "total": 1.0, "cash": 0.7}.items():
        extra = (
            np.where(name == effect.component, cost - 1, 0.0) if name in COMPONENTS else share * (cost - 1)
        )
        level = np.where(
            keys["component"] == name, share * (1 if name in ("total", "cash") else units**0.3) + extra, level
        )
    for name, number in OPERATIONS.items():
        level = np.where(keys["component"] == name, number * (1 + force * abs(effect.cost)), level)
    return level


def _leg_size(keys: Arrays) -> np.ndarray:
    """A size for each leg, a few large and most small."""
    names, at = np.unique(keys["leg"], return_inverse=True)
    return np.array([np.random.default_rng([*name.encode()]).pareto(1.2) if name else 0.0 for name in names])[
        at
    ]
