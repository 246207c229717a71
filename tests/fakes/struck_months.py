"""Shocks that can be run, and months after they have struck."""

from __future__ import annotations

from paired_months import WORLD, copied, levers_of, packed
from small_runs import changed

from countermarket.model.month import run_month
from countermarket.model.running.schedule import Schedule, schedule, take_effect
from countermarket.model.shocks.strike import strike
from countermarket.model.state.tables import State
from countermarket.policy.shock_values import Shock

START, MONTHS = 2, 3
COCAINE = WORLD.market_names.index("cocaine")
GBR, USA = (WORLD.jurisdiction_names.index(name) for name in ("GBR", "USA"))

LONG = {"start": START, "months": MONTHS}
SHOCKS = {
    "input": Shock(kind="input", **LONG, size=0.3, market=("cocaine",)),
    "equipment_loss": Shock(kind="equipment_loss", start=START, size=0.5, mode=("small_boat",)),
    "leadership_removal": Shock(kind="leadership_removal", start=START, size=1.0, market=("heroin",)),
    "mass_arrest": Shock(kind="mass_arrest", start=START, size=0.3, market=("heroin",)),
    "recruitment": Shock(kind="recruitment", **LONG, size=0.5, market=("cocaine",)),
    "interdiction": Shock(kind="interdiction", **LONG, size=0.2, mode=("air",)),
    "confiscation": Shock(kind="confiscation", start=START, size=0.4, reuse=0.5),
    "patron_surge": Shock(kind="patron_surge", **LONG, size=0.4, jurisdiction=("RUS",)),
    "conflict": Shock(kind="conflict", **LONG, size=0.8, jurisdiction=("MMR",)),
    "technology_jump": Shock(kind="technology_jump", start=START, size=2.0),
    "truce": Shock(kind="truce", **LONG, size=0.5),
    "labour_opportunity": Shock(kind="labour_opportunity", **LONG, size=0.5, jurisdiction=("MEX",)),
    "legal_supply": Shock(kind="legal_supply", **LONG, size=1.5, market=("firearms",)),
    "demand": Shock(kind="demand", start=START, months=MONTHS, size=0.3, market=("cocaine",)),
    "source_supply": Shock(kind="source_supply", start=START, months=MONTHS, size=0.2, market=("cocaine",)),
    "route_closure": Shock(kind="route_closure", start=START, months=MONTHS, size=1.0, mode=("container",)),
    "trust_breach": Shock(kind="trust_breach", start=START, size=0.6, pair=("GBR", "USA"), domain=("maritime",)),
    "leak": Shock(kind="leak", start=START, size=0.5, jurisdiction=("GBR",)),
    "enabler_takedown": Shock(kind="enabler_takedown", start=START, size=0.5, service=("finance",)),
}


def plan(*shocks: Shock) -> Schedule:
    return schedule(changed(shocks=shocks), WORLD)


def months_of(*shocks: Shock, months: int, luck: int = 0, **parameters: float) -> list[State]:
    """The state after each month; parameters as given."""
    state, levers = copied(luck=luck), levers_of({})
    found = []
    for _ in range(months):
        take_effect(state, packed(**parameters), levers, plan(*shocks))
        run_month(state, packed(**parameters), levers)
        found.append(copied(state))
    return found


def struck(shock: Shock, month: int = START, state: State | None = None) -> State:
    """A state as a shock leaves it at the beginning of a month, before anything else happens."""
    hit = copied(state)
    strike(hit, packed(), (shock,), WORLD, month)
    return hit
