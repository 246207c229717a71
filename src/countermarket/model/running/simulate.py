"""One run: a world, parameters, a scenario and a replicate in; the recorded rows out."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.engine.compiled import machine_code
from countermarket.engine.fingerprint import fingerprint
from countermarket.engine.keyed import Keyed
from countermarket.engine.streams import replicate_key
from countermarket.model.month import MONTH, Mechanisms, run_month
from countermarket.model.opening.initial import initial_state
from countermarket.model.recording.invariants import Books, open_ledger, worst_residuals
from countermarket.model.recording.record import Recorder, record
from countermarket.model.recording.trace import Watch, events, start_watch
from countermarket.model.running.schedule import Schedule, schedule, take_effect
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, pack
from countermarket.policy.scenario import Scenario
from countermarket.world.structure import World


class Outcome(NamedTuple):
    """What one run leaves behind."""

    values: npt.NDArray[np.float64]
    """(rows of the layout,); NaN = undefined."""
    residuals: dict[str, float]
    """Worst relative residual of each invariant over all months, spin-up included; refused births are a count."""
    trace: list[dict[str, Any]] | None
    """Events in the lives of groups and enablers in reported months, if asked for."""


class Simulation(NamedTuple):
    """A run under way: step it with `advance`."""

    world: World
    parameters: Any
    levers: Levers
    plan: Schedule
    state: State
    mechanisms: Mechanisms
    recorder: Recorder
    books: Books


def start(
    world: World,
    parameters: Parameters,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
) -> Simulation:
    """Set up a run at its first reported month, after its spin-up."""
    plan = schedule(scenario, world)
    return _spun_up(_origin(plan, parameters, seed, replicate), months)._replace(plan=plan)


def _start_late(
    world: World, parameters: Parameters, scenario: Scenario, seed: int, replicate: int, months: int
) -> Simulation:
    """Set up a run at the month in which its scenario first changes something, the months before it recorded.

    They are the same for every scenario that waits as long, and are run once for all of them.
    """
    plan = schedule(scenario, world)
    done = min(_quiet_months(plan), months)
    if not done:
        return start(world, parameters, scenario, seed, replicate, months)
    shared = _undisturbed(_origin(plan, parameters, seed, replicate), months, done)
    state = _copied(shared.state)
    levers = _copied(shared.levers)
    recorder, books = shared.recorder.copy(), shared.books.copy()
    return shared._replace(plan=plan, state=state, levers=levers, recorder=recorder, books=books)


def _quiet_months(plan: Schedule) -> int:
    """Reported months before the first change or shock; 0 also if there is none: nobody shares a whole run."""
    dates = [month for month in plan.changes if month >= 0] + [shock.start for shock in plan.shocks]
    return max(0, min(dates, default=0))


class Origin(NamedTuple):
    """All that a run depends on until its scenario changes something."""

    world: Keyed[World]
    parameters: Parameters
    present: Keyed[Levers]
    seed: int
    replicate: int


def _origin(plan: Schedule, parameters: Parameters, seed: int, replicate: int) -> Origin:
    present = Keyed(fingerprint(*plan.changes[-1]), plan.changes[-1])
    return Origin(Keyed(plan.world.digest, plan.world), parameters, present, seed, replicate)


@lru_cache(maxsize=2)
def _undisturbed(origin: Origin, months: int, done: int) -> Simulation:
    """A run of `months` months under present levers with the first of them done; to be copied, never stepped on."""
    simulation = _spun_up(origin, months)
    for _ in range(done):
        advance(simulation)
    return simulation


def _spun_up(origin: Origin, months: int) -> Simulation:
    """A run under present levers at its first reported month."""
    world, settled = origin.world.value, _settled(origin)
    state = _copied(settled.state)
    levers = _copied(settled.levers)
    mechanisms = machine_code(MONTH, state, settled.parameters, levers)
    recorder, books = Recorder(world, months, state, settled.parameters), settled.books.copy()
    plan = Schedule({-1: origin.present.value}, (), world)
    return Simulation(world, settled.parameters, levers, plan, state, mechanisms, recorder, books)


class Settled(NamedTuple):
    """A world after its spin-up."""

    parameters: Any
    levers: Levers
    state: State
    books: Books


@lru_cache(maxsize=2)
def _settled(origin: Origin) -> Settled:
    """The spin-up under present levers: it is the same for every scenario, and is run once for all of them."""
    world = origin.world.value
    packed = pack(origin.parameters, world)
    levers, key = empty_levers(world), replicate_key(origin.seed, origin.replicate)
    state = initial_state(world, packed, origin.present.value, levers, key)
    mechanisms, books = machine_code(MONTH, state, packed, levers), open_ledger(state)
    while int(state.clock["month"][0]) < 0:
        run_month(state, packed, levers, mechanisms)
        books.close_month(state)
    state.alliance["enablers_closed"] = 0.0  # what is reported starts with the first reported month
    return Settled(packed, levers, state, books)


def _copied(tables: Any) -> Any:
    """The same tables, to be changed apart from now on."""
    return type(tables)(*(table.copy() for table in tables))


def _month(simulation: Simulation) -> None:
    """One reported month: what takes effect and what happens."""
    _, parameters, levers, plan, state, mechanisms, _, books = simulation
    take_effect(state, parameters, levers, plan)
    run_month(state, parameters, levers, mechanisms)
    books.close_month(state)


def advance(simulation: Simulation) -> None:
    """One reported month: what happens in it, and its record."""
    month = int(simulation.state.clock["month"][0])
    _month(simulation)
    record(simulation.recorder, simulation.state, simulation.parameters, month)


def simulate(
    world: World,
    parameters: Parameters,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    trace: bool = False,
) -> Outcome:
    """Run a scenario for `months` reported months. The same arguments give the same values, bit for bit."""
    simulation = (start if trace else _start_late)(world, parameters, scenario, seed, replicate, months)
    watch: Watch | None = start_watch(simulation.state) if trace else None
    found: list[dict[str, Any]] = []
    while int(simulation.state.clock["month"][0]) < months:
        advance(simulation)
        if watch is not None:
            found += events(watch, simulation.state, world)
    residuals = worst_residuals(simulation.books, simulation.state)
    return Outcome(simulation.recorder.values(), residuals, found if trace else None)
