"""The levers that each jurisdiction's agencies hold."""

from __future__ import annotations

from typing import Any

from countermarket.declared.lever import Lever


def agency_share(activity: str, meaning: str, mechanism: str, *more: str) -> Lever:
    """Declare the share of agencies' effort given to one activity."""
    return Lever(
        name=f"agencies.{activity}_share",
        unit="share of effort",
        shared_column="effort",
        low=0,
        high=1,
        by=("jurisdiction",),
        meaning=meaning,
        read_by="agencies.allocate",
        mechanisms=(mechanism, *more),
        public_cost="none of its own: it moves officers between activities, or adds some to the budget",
    )


def agency_lever(name: str, unit: str, low: float, high: float, meaning: str, **rest: object) -> Lever:
    """Declare a lever that each jurisdiction's agencies hold."""
    declared: dict[str, Any] = {"by": ("jurisdiction",), "unit": unit, "low": low, "high": high, **rest}
    return Lever(name=f"agencies.{name}", meaning=meaning, **declared)


AGENCIES = (
    agency_lever(
        "budget_multiplier",
        "times the present budget",
        0.2,
        5,
        "Money for agencies that fight serious and organised crime",
        read_by="agencies.allocate",
        mechanisms=("risk_pricing", "operations", "interdiction"),
        public_cost="the added budget",
    ),
    agency_share("interdiction", "Stopping goods, people and equipment on legs and at borders", "interdiction"),
    agency_share(
        "investigation", "Building cases against groups until they can be acted on", "operations", "replacement"
    ),
    agency_share("finance", "Following money, freezing and confiscating assets", "recovery"),
    agency_share("digital", "Online investigation and disruption", "operations"),
    agency_share("enablers", "Finding and closing those who sell services to groups", "enabler_pursuit"),
    agency_share("prevention", "Keeping people from being recruited", "recruitment"),
    agency_lever(
        "powers",
        "0 ordinary criminal law, 1 counter-terrorism style",
        0,
        1,
        "Powers that let agencies act on less evidence",
        read_by="enforcement.set_powers",
        mechanisms=("operations",),
        public_cost="court and oversight time for each action",
        private_cost="more actions against the innocent",
    ),
    agency_lever(
        "severity",
        "times the present sentence",
        0.2,
        5,
        "Length of sentences, by market",
        by=("jurisdiction", "market"),
        read_by="enforcement.set_powers",
        mechanisms=("risk_pricing",),
        public_cost="prison places in proportion to sentence",
    ),
    agency_lever(
        "migration_sanctions",
        "share of the regime's reach in use",
        0,
        1,
        "A sanctions regime for organised immigration crime: leaders, financiers, equipment suppliers",
        read_by="enforcement.set_powers",
        mechanisms=("migration_regime",),
        public_cost="a designation each",
        private_cost="screening by suppliers and payment firms",
    ),
    agency_lever(
        "border_control",
        "intensity",
        0,
        1,
        "Extra control by a state at its own ports (BEL:container), by those at both ends of a leg (L030), "
        "or by all on a mode (small_boat); the most specific wins",
        kind="map",
        by=("leg", "port", "mode"),
        by_end=True,
        read_by="agencies.allocate",
        mechanisms=("interdiction",),
        public_cost="inspectors and equipment in proportion to intensity, paid by the state at that end",
        private_cost="delay for lawful traffic, which is not counted",
    ),
    agency_lever(
        "asset_recovery_share",
        "share of identified assets",
        0,
        1,
        "How much of what is identified is pursued to confiscation",
        read_by="enforcement.set_powers",
        mechanisms=("recovery",),
        public_cost="investigators and lawyers for each case",
    ),
    agency_lever(
        "enabler_due_diligence",
        "share of dealings checked",
        0,
        1,
        "Checks that legal firms must make before they serve a customer",
        read_by="enforcement.set_powers",
        mechanisms=("due_diligence",),
        public_cost="supervision",
        private_cost="compliance in every checked firm",
    ),
)
