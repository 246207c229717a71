"""One run: a world, parameters, a scenario and a replicate in; the recorded rows out."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.engine.fingerprint import fingerprint
from countermarket.engine.keyed import Keyed
from countermarket.engine.streams import replicate_key
from countermarket.model.month import Mechanisms, run_month
from countermarket.model.opening.initial import initial_state
from countermarket.model.recording.invariants import Books, open_ledger, worst_residuals
from countermarket.model.recording.layout import Layout
from countermarket.model.recording.layout import layout as standard_layout
from countermarket.model.recording.record import Recorder, record
from countermarket.model.recording.trace import Watch, events, start_watch
from countermarket.model.running.model import MODEL, Model
from countermarket.model.running.own import bound, own_layout, own_record, own_values, planned, set_levers
from countermarket.model.running.schedule import Schedule, open_under, take_effect
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, access_of, pack
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


class Origin(NamedTuple):
    """All that a run depends on until its scenario changes something."""

    world: Keyed[World]
    parameters: Parameters
    present: Keyed[Schedule]
    """Levers before any change."""
    seed: int
    replicate: int
    model: Keyed[Model]


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
    model: Model
    own: Any
    """What the model's own mechanisms remember, read and are steered by. (1,)"""
    own_rows: npt.NDArray[np.float64]
    """Recorded values of the model's own measures. (months, rows a month)"""


def layout(world: World, months: int, model: Model = MODEL) -> Layout:
    """The rows every run of a world, a number of months and a model has."""
    return own_layout(model, standard_layout(world, months), world, months)


def start(
    world: World,
    parameters: Parameters,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    model: Model = MODEL,
) -> Simulation:
    """Set up a run at its first reported month, after its spin-up."""
    plan = planned(model, scenario, world)
    return _spun_up(_origin(plan, parameters, seed, replicate, model), months)._replace(plan=plan)


def _start_late(plan: Schedule, origin: Origin, months: int) -> Simulation:
    """Set up a run at the month in which its scenario first changes something, the months before it recorded.

    They are the same for every scenario that waits as long, and are run once for all of them.
    """
    done = min(_quiet_months(plan), months)
    if not done:
        return _spun_up(origin, months)._replace(plan=plan)
    shared = _undisturbed(origin, months, done)
    return _bound(shared._replace(
        plan=plan, state=_copied(shared.state), levers=_copied(shared.levers), recorder=shared.recorder.copy(),
        books=shared.books.copy(), own=shared.own.copy(), own_rows=shared.own_rows.copy(),
    ))  # fmt: skip


def _bound(simulation: Simulation) -> Simulation:
    """The same run with its mechanisms compiled, and bound to its own record."""
    _, parameters, levers, _, state, *_ = simulation
    return simulation._replace(mechanisms=bound(simulation.model, state, parameters, levers, simulation.own))


def _quiet_months(plan: Schedule) -> int:
    """Reported months before the first change or shock; 0 also if there is none: nobody shares a whole run."""
    dates = [month for month in plan.changes if month >= 0] + [shock.start for shock in plan.shocks]
    return max(0, min(dates, default=0))


def _origin(plan: Schedule, parameters: Parameters, seed: int, replicate: int, model: Model) -> Origin:
    present, own = plan.changes[-1], plan.own.get(-1, {})
    key: Any = fingerprint(*present, *(np.asarray(value) for value in own.values()))
    if plan.opening is not None:
        key = (key, fingerprint(*plan.opening.levers), plan.opening.shocks)
    start = Schedule({-1: present}, (), plan.world, {-1: own}, plan.opening)
    return Origin(
        Keyed(plan.world.digest, plan.world), parameters, Keyed(key, start), seed, replicate, Keyed(model.digest, model)
    )


@lru_cache(maxsize=2)
def _undisturbed(origin: Origin, months: int, done: int) -> Simulation:
    """A run of `months` months under present levers with the first of them done; to be copied, never stepped on."""
    simulation = _spun_up(origin, months)
    for _ in range(done):
        advance(simulation)
    return simulation


def _spun_up(origin: Origin, months: int) -> Simulation:
    """A run under present levers at its first reported month."""
    world, model, settled = origin.world.value, origin.model.value, _settled(origin)
    state, levers, own = _copied(settled.state), _copied(settled.levers), settled.own.copy()
    recorder, books = Recorder(world, months, state, settled.parameters), settled.books.copy()
    rows = np.zeros((months, len(own_values(model, own))))
    plan = origin.present.value
    return _bound(
        Simulation(world, settled.parameters, levers, plan, state, (), recorder, books, model, own, rows)
    )


class Settled(NamedTuple):
    """A world after its spin-up."""

    parameters: Any
    levers: Levers
    state: State
    books: Books
    own: Any


@lru_cache(maxsize=2)
def _settled(origin: Origin) -> Settled:
    """The spin-up under present levers: it is the same for every scenario, and is run once for all of them."""
    world, model, present = origin.world.value, origin.model.value, origin.present.value
    packed = pack(origin.parameters, world)
    levers, key = empty_levers(world), replicate_key(origin.seed, origin.replicate)
    access = access_of(origin.parameters, world)
    state = initial_state(world, packed, present.changes[-1], levers, key, access)
    own = own_record(model, state, origin.parameters, world)
    set_levers(own, present.own.get(-1, {}))
    open_under(state, packed, levers, present)
    mechanisms, books = bound(model, state, packed, levers, own), open_ledger(state)
    while int(state.clock["month"][0]) < 0:
        run_month(state, packed, levers, mechanisms)
        books.close_month(state)
    state.alliance["enablers_closed"] = 0.0  # what is reported starts with the first reported month
    return Settled(packed, levers, state, books, own)


def _copied(tables: Any) -> Any:
    """The same tables, to be changed apart from now on."""
    return type(tables)(*(table.copy() for table in tables))


def advance(simulation: Simulation) -> None:
    """One reported month: what takes effect, what happens, and its record."""
    state, parameters, own = simulation.state, simulation.parameters, simulation.own
    month = int(state.clock["month"][0])
    take_effect(state, parameters, simulation.levers, simulation.plan)
    set_levers(own, simulation.plan.own.get(month, {}))
    run_month(state, parameters, simulation.levers, simulation.mechanisms)
    simulation.books.close_month(state)
    record(simulation.recorder, state, parameters, month)
    simulation.own_rows[month] = own_values(simulation.model, own)


def values_of(simulation: Simulation) -> npt.NDArray[np.float64]:
    """The recorded values so far, in the order of the layout; zero in months that have not been run. (rows,)"""
    return np.concatenate([simulation.recorder.values(), simulation.own_rows.ravel()])


def simulate(
    world: World,
    parameters: Parameters,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    trace: bool = False,
    model: Model = MODEL,
) -> Outcome:
    """Run a scenario for `months` reported months. The same arguments give the same values, bit for bit."""
    plan = planned(model, scenario, world)
    origin = _origin(plan, parameters, seed, replicate, model)
    simulation = _spun_up(origin, months)._replace(plan=plan) if trace else _start_late(plan, origin, months)
    watch: Watch | None = start_watch(simulation.state) if trace else None
    seen: list[dict[str, Any]] = []
    while int(simulation.state.clock["month"][0]) < months:
        advance(simulation)
        if watch is not None:
            seen += events(watch, simulation.state, world, scenario.begins)
    residuals = worst_residuals(simulation.books, simulation.state)
    return Outcome(values_of(simulation), residuals, seen if trace else None)


def with_rows_of(model: Model, outcome: Outcome, world: World, months: int) -> Outcome:
    """A run of one model with the rows of another, to stand beside it: what it does not measure is NaN."""
    standard = len(standard_layout(world, months).keys["month"])
    rows = np.full(len(layout(world, months, model).keys["month"]), np.nan)
    rows[:standard] = outcome.values[:standard]
    return outcome._replace(values=rows)
