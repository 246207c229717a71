"""A made-up model with the real one's face: three markets, five places, effects known exactly.

`alliance.data_sharing_share` s > 0 raises unit cost by 50% of s in the places that are members, lowers units
there by 20% of s and raises them by 10% of s in the two other places. Luck is keyed by (seed, replicate)
and so shared by pairs.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np

from countermarket.policy.change_values import Change
from countermarket.policy.scenario import Scenario
from countermarket.results.rows import KEYS
from countermarket.runs.job import Runner

MARKETS = ("cocaine", "migrant_smuggling", "cyber_fraud")
PLACES = ("GBR", "USA", "COL", "ECU", "MEX")
MODES = ("container", "land")
LEGS = (
    ("L1", 0, "COL", "ECU", 0),
    ("L2", 0, "ECU", "GBR", 0),
    ("L3", 0, "COL", "MEX", 1),
    ("L4", 0, "MEX", "GBR", 1),
)
FLOWS = ("units_delivered", "units_wanted", "expenditure", "proceeds", "profit", "recruits", "units_seized")
FLOWS += ("seizures_detected", "recovery", "violence", "harm", "arrests")
COST = "cost_of_illicit_activity"
STOCKS = ("price", "members", "groups", "seizure_rate", "quality")
WORLD_MEASURES = (
    ("community_vulnerability", ""),
    ("compliance_cost", ""),
    ("innocent_actions", ""),
    ("public_cost_states", ""),
    ("public_cost_alliance", ""),
    ("operations", "minor"),
    ("operations", "moderate"),
    ("operations", "major"),
    ("alliance_trust", ""),
    ("alliance_members", ""),
    ("backlog", ""),
    ("technology_gap", ""),
)


class World(NamedTuple):
    """The part of a world that studies read."""

    name: str
    digest: str
    jurisdiction_names: tuple[str, ...]
    market_names: tuple[str, ...]
    layer_names: tuple[str, ...]
    mode_names: tuple[str, ...]
    leg_names: tuple[str, ...]
    jurisdictions: Any
    layers: Any
    legs: Any
    unit_names: tuple[str, ...]
    markets: Any
    place_names: tuple[str, ...] = ()
    title: str = ""
    files: tuple[tuple[str, str], ...] = ()


class Layout(NamedTuple):
    keys: dict[str, Any]


class Outcome(NamedTuple):
    values: Any
    residuals: dict[str, float]
    trace: list[dict[str, Any]] | None


def small_world() -> World:
    places = np.zeros(len(PLACES), [("latitude", "f8"), ("longitude", "f8")])
    places["latitude"] = np.arange(len(PLACES))
    layers = np.array([(0, -1), (1, -1), (2, -1)], [("market", "i4"), ("input_layer", "i4")])
    legs = np.array(
        [(layer, PLACES.index(a), PLACES.index(b), mode) for _, layer, a, b, mode in LEGS],
        [("layer", "i4"), ("origin", "i4"), ("destination", "i4"), ("mode", "i4")],
    )
    names = tuple(leg[0] for leg in LEGS)
    units = ("kg", "person", "USD 1,000")
    kinds = np.array([(0,), (1,), (3,)], [("kind", "i4")])
    return World("small", "small-1", PLACES, MARKETS, MARKETS, MODES, names, places, layers, legs, units, kinds)


def month_names(months: int) -> list[str]:
    return [f"{2026 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]


def rows_of(months: int) -> list[tuple[int, dict[str, str]]]:
    """Each row: the month it belongs to and its keys."""
    names = month_names(months)
    found: list[tuple[int, dict[str, str]]] = []
    for at, month in enumerate(names):
        for market in MARKETS:
            found += [(at, {"month": month, "market": market, "measure": name}) for name in (*FLOWS, *STOCKS)]
            parts = ("risk", "transport", "total") if at % 3 == 2 else ()
            found.append((at, {"month": month, "market": market, "measure": COST, "component": "total"}))
            found += [
                (at, {"month": month, "period": "quarter", "market": market, "measure": COST, "component": part})
                for part in parts
            ]
        found += [(at, {"month": month, "measure": name, "component": part}) for name, part in WORLD_MEASURES]
        if at % 3 == 2:
            found += [
                (at, {"month": month, "period": "quarter", "market": market, "measure": "economic_profit"})
                for market in MARKETS
            ]
            found += [
                (at, {"month": month, "period": "quarter", "market": market, "jurisdiction": place, "measure": name})
                for name in ("units_delivered", "delivered_cost", "delivered_cash_cost", "landed_cost")
                for market in MARKETS
                for place in PLACES[:2] + PLACES[3:]
            ]
        if at % 12 == 11:
            found += [
                (at, {"month": month, "period": "year", "jurisdiction": place, "market": market, "measure": name})
                for name in ("path_cost",)
                for market in MARKETS
                for place in PLACES[:2] + PLACES[3:]
            ]
            found += [
                (at, {"month": month, "period": "year", "market": "cocaine", "leg": leg[0], "measure": "units_shipped"})
                for leg in LEGS
            ]
    return [(at, {"period": "month"} | row) for at, row in found]


def layout(world: Any, months: int) -> Layout:
    rows = rows_of(months)
    return Layout({name: np.array([row.get(name, "") for _, row in rows]) for name in KEYS})


def policy_at(scenario: Scenario, lever: str, month: int, default: Any) -> Any:
    value = scenario.policy.get(lever, default)
    for change in scenario.changes:
        if change.lever == lever and change.month <= month:
            value = change.value
    return value


def simulate(
    world: Any,
    parameters: Any,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    trace: bool = False,
) -> Outcome:
    if any(change.lever == "test.fails" and replicate == change.value for change in scenario.changes):
        raise ValueError("this run was asked to fail")
    if any(change.lever == "test.dies" and replicate == change.value for change in scenario.changes):
        os._exit(9)
    luck = np.exp(0.1 * np.random.default_rng([seed, replicate]).normal(size=(months, 3)))
    dear = 100.0 * float(parameters["capital_rate"]) if parameters else 1.0
    values = np.array([value_of(row, at, scenario, luck, dear) for at, row in rows_of(months)])
    events = [{"month": 1, "kind": "born", "group": 7}, {"month": 2, "kind": "arrest", "members": 3}]
    return Outcome(values, {"accounts": 1e-12 * (replicate + 1), "goods": 0.0}, events if trace else None)


def value_of(row: dict[str, str], at: int, scenario: Scenario, luck: Any, dear: float) -> float:
    share = float(policy_at(scenario, "alliance.data_sharing_share", at, 0.0))
    members = policy_at(scenario, "alliance.members", at, ("GBR", "USA"))
    name, market, place = row["measure"], row.get("market", ""), row.get("jurisdiction", "")
    random = luck[at, MARKETS.index(market)] if market else 1.0
    inside = place in members
    units = 1.0 - 0.2 * share if inside else 1.0 + 0.1 * share
    cost = 100.0 * dear * random * (1.0 + 0.5 * share * inside)
    if name == "units_delivered":
        return 3.0 * units if place else 4.0 - 0.2 * share
    if name in ("delivered_cost", "delivered_cash_cost"):
        return 3.0 * units * cost * (0.6 if "cash" in name else 1.0)
    if name == "landed_cost":
        return 1.5 * units * dear * random * 100.0
    if name == "path_cost":
        return 1.5 * cost
    if name == COST:
        scale = {"total": 1.0, "risk": 0.9, "transport": 0.1}[row["component"]]
        return scale * 100.0 * dear * random * (1.0 + 0.25 * share)
    if name == "units_shipped":
        return 10.0 * (1.0 - 0.3 * share) if row["leg"] in ("L1", "L2") else 5.0 * (1.0 + 0.4 * share)
    return {"harm": 50.0 * random * (1 - 0.1 * share), "alliance_trust": 0.5 + 0.2 * share}.get(
        name, 10.0 * random
    )


def replaced(parameters: Any, changes: dict[str, float]) -> Any:
    return {**(parameters or {}), **changes}


def small_runner(*_: Any) -> Runner:
    """The small model, whatever world and model are asked for."""
    return Runner(simulate, layout, replaced, small_world(), {"capital_rate": 0.01})


def scenario(name: str = "baseline", **levers: Any) -> Scenario:
    """A scenario that changes these levers (dots written as two underscores) in January 2027."""
    changes = tuple(
        Change(month=12, lever=lever.replace("__", "."), value=value) for lever, value in levers.items()
    )
    policy = {"alliance.members": ("GBR", "USA"), "alliance.data_sharing_share": 0.0}
    return Scenario(name=name, title=name.title(), policy=policy, changes=changes)


def sharing(share: float, name: str = "sharing") -> Scenario:
    return scenario(name, alliance__data_sharing_share=share)
