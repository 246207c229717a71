"""What agencies decide: how many officers do what, and where interdiction stands."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import power
from countermarket.model.state.codes import INTERDICTION
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def allocate(state: State, parameters: Any, levers: Levers) -> None:
    """Officers by kind of effort, analysts beside them, extra border control, interdiction by believed value.

    After: Magliocca et al. 2019 (interdiction follows traffickers, who move on).
    """
    p = parameters[0]
    for j in range(state.agencies.size):
        agency = state.agencies[j]
        lever = levers.agencies[j]
        agency.officers = state.communities[j].population * p.officers_scale * lever.budget_multiplier
        agency.officers *= agency.integrity * (1.0 - agency.bound)
        for kind in range(6):
            agency.effort[kind] = (
                lever.effort[kind] * agency.officers / max(state.communities[j].population, 1.0)
            )
        agency.analysts = agency.officers * p.analyst_share
    _control_borders(state, levers)
    _place_interdiction(state, p)


@kernel
def _control_borders(state: State, levers: Levers) -> None:
    """Each state's extra control at its own end of a leg: the stricter end is what passes must fear."""
    for j in range(state.agencies.size):
        state.agencies[j].guarded = 0.0
    for n in range(state.legs.size):
        leg, control = state.legs[n], levers.legs[n].border_control
        leg.guard = max(control[0], control[1])
        state.agencies[leg.origin].guarded += control[0]
        state.agencies[leg.destination].guarded += control[1]


@kernel
def _place_interdiction(state: State, p: Any) -> None:
    """Each agency spreads interdiction over the legs that touch it, by the value it believes moves there.

    Beliefs are smoothed over most of a year, so displaced flows meet less effort until the picture catches up.
    """
    for j in range(state.agencies.size):
        state.agencies[j].load = 0.0
    for n in range(state.legs.size):
        leg = state.legs[n]
        leg.claim = power(leg.weight, p.concentration)
        state.agencies[leg.origin].load += leg.claim
        state.agencies[leg.destination].load += leg.claim
    for n in range(state.legs.size):
        leg = state.legs[n]
        leg.effort = 0.0
        for place in (leg.origin, leg.destination):
            agency = state.agencies[place]
            officers = agency.effort[INTERDICTION] * state.communities[place].population
            leg.effort += officers * leg.claim / max(agency.load, 1e-9)
    for j in range(state.agencies.size):
        state.agencies[j].load = 0.0
