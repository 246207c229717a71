"""The race: research, imitation, diffusion and decay on both sides; detection depends on the gap."""

from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import log1p
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def advance(state: State, parameters: Any, levers: Levers) -> None:
    """Agencies learn from their own work, from each other and from the pool as far as they share; all forget.

    The gap is the agency's stock less the mean of groups' stocks, in log units.

    After: Nelson and Phelps 1966 (imitation grows with the gap).
    """
    p = parameters[0]
    alliance = state.alliance[0]
    alliance.compute = levers.alliance[0].pooled_compute
    alliance.group_technology = _group_technology(state, p)
    best, ours, members = 0.0, 0.0, 0.0
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        best = max(best, agency.technology)
        if agency.standing > 0.0:
            ours = max(ours, agency.technology)
            members = 1.0
    budget = levers.alliance[0].innovation_budget * members
    research = p.pool_research * log1p(budget / p.innovation_scale) * (1.0 + p.compute_research * alliance.compute)
    alliance.cost_alliance += (budget + members * p.compute_cost * alliance.compute) / 12.0
    alliance.technology += research - p.technology_decay * alliance.technology
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        own = p.agency_research * np.sqrt(
            agency.officers / (state.communities[j].population * p.officers_scale + 1e-9)
        )
        imitation = p.imitation * max(0.0, best - agency.technology)
        if agency.standing > 0.0:
            drawn = alliance.sharing * agency.contribution
            imitation += p.diffusion * drawn * max(0.0, alliance.technology + ours - agency.technology)
        agency.technology += own + imitation - p.technology_decay * agency.technology
        agency.gap = agency.technology - alliance.group_technology
        if p.technology_drift == 0.0:
            agency.gap = 0.0


@kernel
def _group_technology(state: State, p: Any) -> float:
    """Mean stock of active groups, each imitating the mean. Log units."""
    stock, active = 0.0, 0
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            stock += state.groups[g].technology
            active += 1
    mean = stock / active if active > 0 else 0.0
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.active:
            group.technology += p.imitation * max(0.0, mean - group.technology)
    return mean
