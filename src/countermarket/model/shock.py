"""Shocks: what no institution chose. Lasting ones set a shift that one mechanism reads; events strike once."""

from typing import Any

from countermarket.model import shock_events, shock_shifts
from countermarket.model.state.tables import State
from countermarket.world.structure import World

LASTING = {
    "demand": shock_shifts.shift_demand,
    "source_supply": shock_shifts.shift_supply,
    "input": shock_shifts.shift_input,
    "route_closure": shock_shifts.close_route,
    "recruitment": shock_shifts.shift_recruitment,
    "interdiction": shock_shifts.add_loss,
    "patron_surge": shock_shifts.shift_patronage,
    "conflict": shock_shifts.fight_war,
    "truce": shock_shifts.keep_truce,
    "labour_opportunity": shock_shifts.offer_work,
    "legal_supply": shock_shifts.shift_legal_supply,
}
"""Shocks that last: each is applied anew every month it runs."""
EVENTS = {
    "equipment_loss": shock_events.lose_equipment,
    "enabler_takedown": shock_events.take_down_enablers,
    "leadership_removal": shock_events.remove_leaders,
    "mass_arrest": shock_events.arrest_members,
    "confiscation": shock_events.take_assets,
    "leak": shock_events.leak,
    "trust_breach": shock_events.breach_trust,
    "technology_jump": shock_events.jump_ahead,
}
"""Shocks that strike once, in the month they start."""


def strike(state: State, parameters: Any, shocks: tuple[Any, ...], world: World, month: int) -> None:
    """Let every shock that runs in this month have its effect."""
    shock_shifts.calm(state)
    for shock in shocks:
        first = shock.start == month
        if first and shock.stocks > 0.0:
            shock_events.hold_stocks(state, parameters[0], shock, world)
        if shock.kind in LASTING and (
            first or (shock.start < month and (not shock.months or month < shock.start + shock.months))
        ):
            LASTING[shock.kind](state, parameters[0], shock, world)
        elif shock.kind in EVENTS and first:
            EVENTS[shock.kind](state, parameters[0], shock, world)
