"""Shocks: what no institution chose. Lasting ones set a shift that one mechanism reads; events strike once."""

from typing import Any

from countermarket.model.shocks import events, shifts
from countermarket.model.state.tables import State
from countermarket.world.structure import World

LASTING = {
    "demand": shifts.shift_demand,
    "source_supply": shifts.shift_supply,
    "input": shifts.shift_input,
    "route_closure": shifts.close_route,
    "recruitment": shifts.shift_recruitment,
    "interdiction": shifts.add_loss,
    "patron_surge": shifts.shift_patronage,
    "conflict": shifts.fight_war,
    "truce": shifts.keep_truce,
    "labour_opportunity": shifts.offer_work,
    "legal_supply": shifts.shift_legal_supply,
}
"""Shocks that last: each is applied anew every month it runs."""
EVENTS = {
    "equipment_loss": events.lose_equipment,
    "enabler_takedown": events.take_down_enablers,
    "leadership_removal": events.remove_leaders,
    "mass_arrest": events.arrest_members,
    "confiscation": events.take_assets,
    "leak": events.leak,
    "trust_breach": events.breach_trust,
    "technology_jump": events.jump_ahead,
}
"""Shocks that strike once, in the month they start."""


def strike(state: State, parameters: Any, shocks: tuple[Any, ...], world: World, month: int) -> None:
    """Let every shock that runs in this month have its effect."""
    shifts.calm(state)
    for shock in shocks:
        first = shock.start == month
        if first and shock.stocks > 0.0:
            events.hold_stocks(state, parameters[0], shock, world)
        if shock.kind in LASTING and (
            first or (shock.start < month and (not shock.months or month < shock.start + shock.months))
        ):
            LASTING[shock.kind](state, parameters[0], shock, world)
        elif shock.kind in EVENTS and first:
            EVENTS[shock.kind](state, parameters[0], shock, world)
