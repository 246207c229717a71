"""One run: a world, parameters, a scenario and a replicate in; the recorded rows out."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.compiled import machine_code
from countermarket.keyed import Keyed
from countermarket.model.initial import empty_levers, initial_state
from countermarket.model.invariants import Books, open_ledger, worst_residuals
from countermarket.model.record import Recorder, record
from countermarket.model.schedule import Schedule, schedule, take_effect
from countermarket.model.state import Levers, State
from countermarket.model.step import MONTH, Mechanisms, run_month
from countermarket.model.trace import Watch, events, start_watch
from countermarket.parameters import Parameters, pack
from countermarket.scenario import Scenario
from countermarket.streams import replicate_key
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
    present = plan.changes[-1]
    settled = _settled(
        Keyed(world.digest, world), parameters, Keyed(_bytes(present), present), seed, replicate
    )
    state = State(*(table.copy() for table in settled.state))
    levers = Levers(*(table.copy() for table in settled.levers))
    mechanisms = machine_code(MONTH, state, settled.parameters, levers)
    recorder, books = Recorder(world, months, state, settled.parameters), settled.books.copy()
    return Simulation(world, settled.parameters, levers, plan, state, mechanisms, recorder, books)


class Settled(NamedTuple):
    """A world after its spin-up."""

    parameters: Any
    levers: Levers
    state: State
    books: Books


@lru_cache(maxsize=2)
def _settled(
    world: Keyed[World], parameters: Parameters, present: Keyed[Levers], seed: int, replicate: int
) -> Settled:
    """The spin-up under present levers: it is the same for every scenario, and is run once for all of them."""
    packed = pack(parameters, world.value)
    levers = empty_levers(world.value)
    state = initial_state(world.value, packed, present.value, levers, replicate_key(seed, replicate))
    mechanisms, books = machine_code(MONTH, state, packed, levers), open_ledger(state)
    while int(state.clock["month"][0]) < 0:
        run_month(state, packed, levers, mechanisms)
        books.close_month(state)
    state.alliance["enablers_closed"] = 0.0  # what is reported starts with the first reported month
    return Settled(packed, levers, state, books)


def _bytes(levers: Levers) -> bytes:
    """Every lever's value, as bits."""
    return b"".join(table.tobytes() for table in levers)


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
    simulation = start(world, parameters, scenario, seed, replicate, months)
    watch: Watch | None = start_watch(simulation.state) if trace else None
    found: list[dict[str, Any]] = []
    for _ in range(months):
        advance(simulation)
        if watch is not None:
            found += events(watch, simulation.state, world)
    residuals = worst_residuals(simulation.books, simulation.state)
    return Outcome(simulation.recorder.values(), residuals, found if trace else None)
