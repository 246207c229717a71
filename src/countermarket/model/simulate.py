"""One run: a world, parameters, a scenario and a replicate in; the recorded rows out."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.compiled import machine_code
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
    """Set up a run and take it through its spin-up, up to the first reported month."""
    packed = pack(parameters, world)
    plan = schedule(scenario, world)
    levers = empty_levers(world)
    state = initial_state(world, packed, plan, levers, replicate_key(seed, replicate))
    mechanisms = machine_code(MONTH, state, packed, levers)
    recorder, books = Recorder(world, months), open_ledger(state)
    simulation = Simulation(world, packed, levers, plan, state, mechanisms, recorder, books)
    while int(state.clock["month"][0]) < 0:
        _month(simulation)
    return simulation


def _month(simulation: Simulation) -> None:
    """One month, whether reported or not."""
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
