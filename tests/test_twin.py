"""The plain Mesa twin in `benchmarks/` is the same model: without luck to the last digits, with luck in distribution."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import few

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.twin.agencies import act_on_cases, advance_technology, place_interdiction
from benchmarks.twin.enablers import average_fees
from benchmarks.twin.model import TwinModel
from benchmarks.twin.newcomers import enter

from countermarket.model import (
    agencies,
    alliance,
    assets,
    communities,
    enablers,
    enforcement,
    groups,
    intelligence,
    markets,
    raids,
    routes,
    services,
    technology,
    violence,
)
from countermarket.model.simulate import Simulation, advance, start
from countermarket.model.state import LEG_SLOTS, Levers, State
from countermarket.model.step import MONTH, open_books, run_month
from countermarket.parameters import pack
from countermarket.scenario import load_scenario
from countermarket.streams import replicate_key
from countermarket.world.load import load_world

WORLD = load_world()
SIZE = {"n_groups": 120, "n_enablers": 60, "spin_up_months": 36}
LUCKLESS = {
    "search_rate": 0, "proportional_losses": 1, "search_speed": 0, "backup_rate": 0, "cases_per_officer": 1,
    "leak_rate": 0, "bilateral_action": 1, "core_reach": 1, "leader_chance": 1, "split_rate": 0, "entry_rate": 0,
    "enabler_exit_rate": 0, "successor_rate": 0, "enabler_action_chance": 0,
}  # fmt: skip
"""Everything that is drawn happens always or never: what is left is arithmetic."""


def begun(**changes: float) -> Simulation:
    """A simulation after its spin-up, of which nothing is shared; `changes` of parameters take effect now."""
    simulation = start(WORLD, few(**SIZE), load_scenario("baseline"), months=12)
    return simulation._replace(parameters=pack(few(**SIZE, **changes), WORLD))


def luckless() -> Simulation:
    """A simulation in which nothing is drawn: no entrants, and no designations."""
    simulation = begun(**LUCKLESS)
    simulation.state.candidates[:] = 0.0
    simulation.levers.alliance["sanctions_per_year"] = 0.0
    return simulation


# --- what is compared --------------------------------------------------------------------------------------

DRAWN = {"seizures_detected"}
"""Columns that are drawn whatever the parameters."""
SET_BY = {
    "nodes.requested": "offer", "nodes.produced": "produce", "nodes.potential": "produce", "agencies.load": "gather",
    "alliance.innocent": "task", "agencies.operations": "act_on_cases", "groups.shipped": "ship",
    "groups.labour": "ship", "groups.loss": "ship", "enablers.clients": "match_enablers",
}  # fmt: skip
"""What one of the two sets to zero when the month begins and the other when it is next used: compared from then on."""


def plain(values: Iterable[Any]) -> Any:
    return np.array(list(values), dtype=float)


def paired(state: State, twin: TwinModel) -> Iterator[tuple[str, Any, Any]]:
    """Every number that both keep: its name, ours and the twin's."""
    rows = [int(row) for row in np.flatnonzero(used_nodes(state))]
    tables = {
        "communities": (state.communities, twin.places),
        "agencies": (state.agencies, list(twin.agencies)),
        "enablers": (state.enablers, [one for sellers in twin.sellers for one in sellers]),
        "nodes": (state.nodes[rows], twin.nodes),
        "legs": (state.legs, twin.legs),
        "tallies": (state.tallies, twin.markets),
        "alliance": (state.alliance, [twin.alliance]),
        "groups": (state.groups[state.groups["active"]], by_age(twin)),
    }
    for name, (table, objects) in tables.items():
        assert len(table) == len(objects), name
        for column in numbers_of(table):
            if all(hasattr(one, column) for one in objects) and column not in DRAWN:
                yield f"{name}.{column}", table[column], plain(getattr(one, column) for one in objects)
    yield "ledger", state.ledger, plain(twin.ledger)
    yield "average_fee", state.alliance[0]["average_fee"], plain(twin.average_fee)
    yield "custody", state.custody, plain(by_place for by_place, _ in twin.custody)
    yield "trust", state.trust, plain(agency.trust for agency in twin.agencies)
    yield from paired_legs(state, twin)


def used_nodes(state: State) -> Any:
    nodes, legs = state.nodes, state.legs
    touched = np.isin(np.arange(len(nodes)), np.concatenate([legs["start"], legs["end"]]))
    return touched | (nodes["capacity"] > 0.0) | (nodes["volume"] > 0.0)


def numbers_of(table: Any) -> list[str]:
    """Columns that hold quantities rather than references."""
    return [name for name in table.dtype.names if table.dtype[name].base.kind == "f"]


def by_age(twin: TwinModel) -> list[Any]:
    """Groups in the order in which they were made, which is that of our rows while none is born."""
    return sorted(twin.groups, key=lambda group: group.unique_id)


def paired_legs(state: State, twin: TwinModel) -> Iterator[tuple[str, Any, Any]]:
    """What groups hold by leg and by presence, summed in an order that does not depend on slots."""
    ours = state.groups[state.groups["active"]]
    held = ours["leg"] >= 0
    for name in ("share", "perceived", "offered", "shipped", "labour", "loss"):
        theirs = [sum(getattr(one, name) for one in group.holdings) for group in by_age(twin)]
        yield f"groups.{name}", np.where(held, ours[name], 0.0).sum(axis=1), plain(theirs)
    here = ours["presence"] >= 0
    for name in ("activity", "evidence", "received"):
        theirs = [sum(getattr(one, name) for one in group.presences) for group in by_age(twin)]
        yield f"groups.{name}", np.where(here, ours[name], 0.0).sum(axis=1), plain(theirs)


def furthest(state: State, twin: TwinModel, done: set[str] | None = None) -> tuple[float, str]:
    """The largest difference of any number relative to its column's size, and where; `done`: the month so far."""
    found = (0.0, "")
    for name, ours, theirs in paired(state, twin):
        if done is not None and name in SET_BY and SET_BY[name] not in done:
            continue
        assert ours.shape == theirs.shape, name
        scale = np.abs(ours).max(initial=0.0) + 1e-9
        found = max(found, (float(np.abs(ours - theirs).max(initial=0.0) / scale), name))
    return found


# --- mechanism by mechanism ----------------------------------------------------------------------------------


def each(objects: str, *methods: str) -> Callable[[TwinModel], None]:
    """Call methods of everything in a list of the twin's, one method after the other."""

    def call(twin: TwinModel) -> None:
        for method in methods:
            for one in list(getattr(twin, objects)):
                getattr(one, method)()

    return call


def average(twin: TwinModel) -> None:
    twin.enablers.do("set_terms")
    twin.average_fee = average_fees(twin)


def count_dead(twin: TwinModel) -> None:
    scarcity = twin.scarcity()
    for place in twin.places:
        place.count_deaths(scarcity)
    twin.groups.do("fight")


def allocate(twin: TwinModel) -> None:
    twin.agencies.do("allocate")
    place_interdiction(twin)


def free_clients(twin: TwinModel) -> None:
    twin.enablers.set("clients", 0)
    twin.groups.do("match_enablers")


def see(twin: TwinModel) -> None:
    twin.agencies.do("open_eyes")
    twin.groups.do("be_known")


def cases(twin: TwinModel) -> None:
    twin.agencies.set("operations", 0)
    act_on_cases(twin)


def add_up(twin: TwinModel) -> None:
    for market in twin.markets:
        market.close_books()
    for group in twin.groups:
        group.market.groups += 1
        group.market.members += group.members
        group.market.profit += group.profit


STAGES: tuple[tuple[tuple[Any, ...], Callable[[TwinModel], None]], ...] = (
    ((open_books,), TwinModel.open_books),
    (
        (enforcement.set_powers, alliance.admit_members, alliance.open_channel, alliance.task),
        lambda twin: twin.alliance.convene(),
    ),
    ((agencies.allocate,), allocate),
    ((technology.advance,), advance_technology),
    ((intelligence.gather, intelligence.share), see),
    ((intelligence.work_the_queue,), each("agencies", "work_the_queue")),
    ((routes.assess_legs, routes.price_legs), each("legs", "assess", "set_terms")),
    ((groups.choose_legs,), each("groups", "choose_legs")),
    ((services.match_enablers,), free_clients),
    ((markets.want,), each("nodes", "want")),
    ((groups.offer,), each("groups", "offer")),
    ((markets.produce,), each("nodes", "produce")),
    ((markets.ration,), each("nodes", "ration")),
    ((routes.ship,), each("groups", "ship")),
    ((markets.settle,), each("nodes", "settle")),
    ((markets.set_prices,), TwinModel.set_prices),
    ((routes.observe_legs,), each("legs", "observe")),
    ((groups.serve_patrons,), each("groups", "serve_patron")),
    ((services.launder,), each("groups", "launder")),
    ((enforcement.act_on_cases,), cases),
    ((assets.confiscate,), lambda twin: twin.alliance.confiscate()),
    ((raids.carry_out, assets.forfeit), each("groups", "forfeit")),
    ((enforcement.pursue_enablers,), each("enablers", "be_pursued")),
    ((enforcement.apply_migration_regime,), each("groups", "evade")),
    ((alliance.designate, alliance.sting), lambda twin: twin.alliance.designate()),
    ((groups.learn,), each("groups", "learn")),
    ((groups.recruit,), each("groups", "recruit")),
    ((violence.fight,), count_dead),
    ((violence.fear,), each("places", "fear")),
    ((groups.leave,), each("groups", "leave")),
    ((groups.enter,), enter),
    ((enablers.set_terms,), average),
    ((enablers.come_and_go,), each("enablers", "come_or_go")),
    ((communities.reinvest,), lambda twin: twin.alliance.reinvest()),
    ((communities.change,), each("places", "change")),
    ((communities.set_pay,), each("places", "set_pay")),
    ((alliance.review,), lambda twin: twin.alliance.review()),
    ((intelligence.report,), each("markets", "report")),
    ((groups.count,), add_up),
)


def test_the_stages_are_the_month() -> None:
    assert [kernel for kernels, _ in STAGES for kernel in kernels] == list(MONTH)


def test_every_mechanism_does_what_the_twin_does() -> None:
    simulation = luckless()
    state, twin, done = simulation.state, TwinModel(simulation), set[str]()
    assert furthest(state, twin, done)[0] < 1e-12
    for kernels, stage in STAGES:
        for kernel in kernels:
            kernel(state, simulation.parameters, simulation.levers)
            done.add(kernel.__name__)
        stage(twin)
        difference, where = furthest(state, twin, done)
        assert difference < 1e-9, f"after {kernels[-1].__name__} {where} differs by {difference:.1e} of its size"


def test_a_year_without_luck_is_the_same_year() -> None:
    simulation = luckless()
    state, twin = simulation.state, TwinModel(simulation)
    for _ in range(12):
        run_month(state, simulation.parameters, simulation.levers, simulation.mechanisms)
        twin.step()
        print(furthest(state, twin), state.groups["active"].sum(), state.agencies["operations"].sum(), (state.groups["leaderless"]>0).sum())
