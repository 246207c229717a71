"""What is collected each month: by market what the package's own Mesa face collects, and cost by component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mesa.datacollection import DataCollector

from countermarket.model.state.codes import COMPONENTS
from twin.costs import Costs, add, no_costs, total

if TYPE_CHECKING:
    from twin.markets import Market
    from twin.model import TwinModel

SUMS = ("spent", "proceeds", "profit", "members", "recruits", "recovery", "violence", "harm")
"""Sums of a market's month that are collected as they are."""


def collector() -> DataCollector:
    """A collector of one table by market and of the world's own measures."""
    return DataCollector(
        model_reporters={
            "markets": lambda model: [market_row(market) for market in model.markets],
            "average_fee": lambda model: list(model.average_fee),
            "enablers_active": active_enablers,
            "enablers_closed": lambda model: list(model.alliance.enablers_closed),
            "world": world_row,
        }
    )


def delivered_cost(market: Market) -> Costs:
    """Embodied cost of what was delivered this month, by component. USD."""
    costs = no_costs()
    for node in market.nodes:
        if node.volume > 0.0:
            add(costs, node.cost)
    return costs


def market_row(market: Market) -> dict[str, Any]:
    """A market's month."""
    units, costs = market.delivered, delivered_cost(market)
    row: dict[str, Any] = {name: getattr(market, name) for name in SUMS}
    row["groups"] = market.groups * market.model.p.groups_per_slot
    row["arrests"] = market.arrests + market.sellers_arrested
    row["units_delivered"] = units
    row["price"] = market.spent / units if units > 0.0 else float("nan")
    row["cost"] = total(costs) / units if units > 0.0 else float("nan")
    row["components"] = dict(zip(COMPONENTS, costs, strict=False))
    row["seizure_rate"] = market.seized / max(units + market.seized, 1e-300)
    row["seizures_detected"] = market.seizures_detected
    row["quality"] = market.quality
    return row


def active_enablers(model: TwinModel) -> list[int]:
    """Enablers open, by service."""
    return [sum(enabler.is_open for enabler in sellers) for sellers in model.sellers]


def world_row(model: TwinModel) -> dict[str, float]:
    """The month of communities, agencies and the alliance."""
    alliance, members = model.alliance, model.alliance.members
    people = sum(place.population for place in model.places)
    trusted = [sum(one.trust[other.place.number]) / 4.0 for one in members for other in members]
    return {
        "community_vulnerability": sum(place.need for place in model.places) / people,
        "compliance_cost": alliance.compliance,
        "innocent_actions": alliance.innocent,
        "public_cost_members": alliance.cost_members,
        "public_cost_alliance": alliance.cost_alliance,
        "public_cost_states": sum(agency.public_cost for agency in model.agencies),
        "alliance_trust": sum(trusted) / len(trusted) if trusted else float("nan"),
        "alliance_members": len(members),
        "backlog": sum(agency.queue for agency in model.agencies),
        "technology_gap": sum(agency.gap for agency in members) / len(members) if members else float("nan"),
    }
