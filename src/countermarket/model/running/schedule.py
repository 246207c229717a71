"""A scenario as arrays: every lever's value month by month, and every shock when it strikes."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.vocabulary import CHANNELS, PARTNERS, SANCTION_TARGETS
from countermarket.engine.keyed import Keyed
from countermarket.model.shocks.strike import strike
from countermarket.model.state.codes import MODES, SERVICES
from countermarket.model.state.levers import AGENCY_LEVERS, ALLIANCE_LEVERS, Levers
from countermarket.model.state.tables import State
from countermarket.policy.arrays import effort_shares, jurisdiction_values, keyed_values, market_values
from countermarket.policy.courses import members_at, months_of_change, policy_at
from countermarket.policy.scenario import Scenario
from countermarket.world.structure import World

_BY_AGENCY = (
    "budget_multiplier",
    "powers",
    "migration_sanctions",
    "asset_recovery_share",
    "enabler_due_diligence",
)
_NUMBERS = (
    "data_sharing_share", "common_standards", "joint_action_share", "suspension_threshold", "audit_share",
    "sanctions_per_year", "sanctions_coordination", "federated_data", "pooled_compute", "innovation_budget",
    "stings", "reinvestment_share",
)  # fmt: skip


class Schedule(NamedTuple):
    """What a scenario does to a world: lever values from each month of change, and the shocks."""

    changes: dict[int, Levers]
    """Complete lever values from that month on; month -1 holds the baseline."""
    shocks: tuple[Any, ...]
    world: World


@lru_cache(maxsize=64)
def _changes(scenario: Scenario, world: Keyed[World]) -> dict[int, Levers]:
    months = [-1, *(month for month in months_of_change(scenario) if month >= 0)]
    return {month: levers_at(scenario, world.value, month) for month in months}


def schedule(scenario: Scenario, world: World) -> Schedule:
    """Resolve a scenario's dated changes for a world; kept, since every replicate asks for the same."""
    return Schedule(_changes(scenario, Keyed(world.digest, world)), tuple(scenario.shocks), world)


def levers_at(scenario: Scenario, world: World, month: int) -> Levers:
    """Every lever's value in a month, as arrays."""
    policy: dict[str, Any] = dict(policy_at(scenario, month))
    names, members = world.jurisdiction_names, members_at(scenario, month)
    agencies = np.zeros(len(names), AGENCY_LEVERS)
    agencies["member"] = np.isin(names, members)
    agencies["blackout"] = np.isin(names, policy["alliance.blackout_zone"])
    agencies["effort"] = effort_shares(scenario, month, names)
    for name in _BY_AGENCY:
        agencies[name] = jurisdiction_values(policy[f"agencies.{name}"], names, members)
    agencies["severity"][:, : len(world.market_names)] = market_values(
        policy["agencies.severity"], names, world.market_names, members
    )
    alliance = np.zeros(1, ALLIANCE_LEVERS)
    for name in _NUMBERS:
        alliance[name] = policy[f"alliance.{name}"]
    alliance["channel"] = CHANNELS.index(policy["alliance.channel"])
    alliance["sanctions_target"] = SANCTION_TARGETS.index(policy["alliance.sanctions_target"])
    alliance["enabler_targeting"] = keyed_values(policy["alliance.enabler_targeting"], SERVICES)
    alliance["private_partners"] = keyed_values(policy["alliance.private_partners"], PARTNERS)
    return Levers(agencies, alliance, chokepoints(policy["alliance.chokepoints"], world))


def chokepoints(value: dict[str, float], world: World) -> Any:
    """Intensity of extra control on every leg: a leg by name, else a port it touches, else its mode. (L,)."""
    names = world.jurisdiction_names
    intensity = np.zeros(len(world.legs))
    for n, leg in enumerate(world.legs):
        mode = MODES[leg["mode"]]
        own = (world.leg_names[n], world.leg_names[n].partition("/")[0])
        ports = (f"{names[leg['origin']]}:{mode}", f"{names[leg['destination']]}:{mode}")
        for keys in (own, ports, (mode,)):
            found = [value[key] for key in keys if key in value]
            if found:
                intensity[n] = max(found)
                break
    return intensity


def take_effect(state: State, parameters: Any, levers: Levers, plan: Schedule) -> None:
    """Month's step 1: dated lever changes and shocks."""
    month = int(state.clock["month"][0])
    current = plan.changes.get(month)
    if current is not None:
        for target, source in zip(levers, current, strict=True):
            target[:] = source
    if plan.shocks:
        strike(state, parameters, plan.shocks, plan.world, month)
