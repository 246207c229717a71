"""The model as one function for SALib, EMA and the like: levers and parameters in, measures out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.declared.calendar import dated
from countermarket.declared.quantity import Quantity
from countermarket.engine.keyed import Keyed
from countermarket.policy.change_values import Change
from countermarket.policy.lever_values import lever_value, named_lever, number
from countermarket.policy.reading import effort_word, load_scenario, refuse_wrong_effort
from countermarket.policy.scenario import Scenario, reference_of
from countermarket.reading.yaml_reader import Node
from countermarket.runs.experiment import foretold
from countermarket.sweeps.design import DEFAULT_START, Design, Factor, overrides_of, recorded_by, scenario_of, target_of
from countermarket.sweeps.draws import Plan
from countermarket.sweeps.file import parameters_of
from countermarket.world.names import Names, names_of

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.model.running.model import Model
    from countermarket.parameters.load import Parameters
    from countermarket.runs.job import Job, Runner
    from countermarket.world.structure import World

Factors = Mapping[str, Any]
EFFORT = "effort"
"""What a scenario file says on its own line: whether shares of effort that are set are shifted or added."""
ANY_NUMBER = Quantity("factor", "what it is counted in", -1e300, 1e300, "")


class OneRun(NamedTuple):
    """A row of a one-point design, as the tables of a sweep ask for it."""

    row: int
    draw: int
    replicate: int


def evaluate(
    factors: Factors | None = None,
    /,
    *,
    scenario: str | Path | Scenario = "baseline",
    seed: int = 0,
    replicate: int = 0,
    months: int = 120,
    world: World | None = None,
    model: Model | None = None,
    **named: Any,
) -> dict[str, float]:
    """Run a scenario with some numbers changed, beside its reference, and return the columns of a sweep.

    `factors` are levers (`alliance.data_sharing_share`, `agencies.powers.GBR`) and parameters
    (`capital_rate`, `labour.cocaine`; a whole map is multiplied), by the names that the file and the table of a sweep
    have for them; a lever may also be given as a scenario file would write it. By keyword, `__` stands for a dot.
    `effort="add"` or `"shift"` says what setting a share of effort means, as in a file.
    `index` is the headline: cost of illicit activity, the reference with the same parameters and luck = 100.
    InputError when nothing takes effect in these months, or when they are too few for an index.
    """
    given = dict(factors or {}) | {name.replace("__", "."): value for name, value in named.items()}
    from countermarket.parameters.load import replace

    names = names_of(world, model)
    chosen, numbers = with_written(load(scenario, world, model), given, names)
    design = one_point(chosen, numbers, seed, months, names)
    replace(parameters_of(world, model), dict(overrides_of(design, 0)))  # says at once what is misspelt
    runner = _runner(Kept(world, model))
    foretold(scenario_of(design, 0), months, runner.world)
    return _headline(design._replace(measures=recorded_by(model)), replicate, runner)


def load(
    scenario: str | Path | Scenario | None, world: World | None = None, model: Additions | None = None
) -> Scenario:
    """A scenario by path or shipped name, or as it is; the baseline if none is named."""
    if isinstance(scenario, Scenario):
        return scenario
    return load_scenario(scenario or "baseline", world=world, model=model)


def with_factors(
    scenario: Scenario, parameters: Parameters, factors: Factors, names: Names
) -> tuple[Scenario, Parameters]:
    """A scenario and parameters with some of both replaced. Levers may be words, lists and maps here."""
    from countermarket.parameters.load import replace

    scenario, numbers = with_written(scenario, factors, names)
    if not numbers:
        return scenario, parameters
    design = one_point(scenario, numbers, 0, 1, names)
    return scenario_of(design, 0), replace(parameters, dict(overrides_of(design, 0)))


def with_written(scenario: Scenario, factors: Factors, names: Names) -> tuple[Scenario, Factors]:
    """A scenario with the levers that are given as a file would write them, and the factors that are numbers."""
    written = {
        name: value
        for name, value in factors.items()
        if name in names.levers and isinstance(value, str | Mapping | list | tuple)
    }
    for name, value in written.items():
        scenario = _with_written(scenario, name, value, names)
    if EFFORT in factors:
        scenario = scenario.model_copy(update={EFFORT: effort_word(_node(factors[EFFORT]))})
    return scenario, {name: value for name, value in factors.items() if name not in (*written, EFFORT)}


def _with_written(scenario: Scenario, name: str, value: Any, names: Names) -> Scenario:
    """The scenario with a lever that is no bare number set from its first change on."""
    start = min((change.month for change in scenario.changes), default=scenario.begins + DEFAULT_START)
    read = lever_value(names.levers[name], _node(value), names)
    others = [change for change in scenario.changes if change.lever != name]
    changes = sorted([*others, Change(month=start, lever=name, value=read)], key=lambda change: change.month)
    return scenario.model_copy(update={"changes": tuple(changes)})


def _node(value: Any) -> Node:
    """A value as a scenario file would be read."""
    if isinstance(value, Mapping):
        return Node({key: _node(inner) for key, inner in value.items()}, "factors", 0)
    if isinstance(value, list | tuple):
        return Node([_node(inner) for inner in value], "factors", 0)
    return Node(value.item() if hasattr(value, "item") else value, "factors", 0)


def one_point(scenario: Scenario, factors: Factors, seed: int, months: int, names: Names) -> Design:
    """A design of one row. InputError or ParameterError names the factor, and what is allowed."""
    import numpy as np

    sizes = [number(_node(value), name, ANY_NUMBER) for name, value in factors.items()]
    listed = tuple(_factor(name, size, names) for name, size in zip(factors, sizes, strict=True))
    values = np.array([sizes]).reshape(1, len(listed))
    plan = Plan("latin_hypercube", 1, 0, 0)
    design = Design("", "", Path(), scenario, listed, plan, values, 1, months, seed, names)
    refuse_wrong_effort(scenario_of(design, 0), _node(None), names)
    return design


def _factor(name: str, value: float, names: Names) -> Factor:
    """A lever, a key of a lever, or a parameter (whose own reader checks it)."""
    target, key = target_of(name, names)
    if "." not in target:
        return Factor(name, "parameter", name, "", value, value)
    named_lever(target, _node(None), names.levers)
    lever_value(names.levers[target], _node({key: value} if key else value), names)
    return Factor(name, "lever", target, key, value, value)


def _headline(design: Design, replicate: int, runner: Runner) -> dict[str, float]:
    """Run the point and its reference, and read every measure off the pair."""
    from countermarket.results.manifest import describe_scenario, describe_world
    from countermarket.runs.job import Job, run_job
    from countermarket.sweeps.rows import columns, headline_rows

    overrides, scenario = overrides_of(design, 0), scenario_of(design, 0)
    pair = Job(scenario, design.seed, replicate, design.months, overrides=overrides)
    run = run_job(runner, pair)
    reference = _reference(Keyed(id(runner), runner), pair._replace(scenario=reference_of(design.scenario)))
    keys = dated(runner.layout(runner.world, design.months).keys, scenario.begins)
    entry = describe_scenario(scenario, {}, sorted(set(keys["month"].tolist())), describe_world(runner.world))
    row = headline_rows(design, entry, keys, [(OneRun(0, 0, replicate), run)], [reference])[0]
    if row["status"] != "done":
        raise RuntimeError(row["message"])
    return {name: row[name] for name in columns(runner.world.market_names, design.measures)}


class Kept(NamedTuple):
    """The world and the model of a runner that is kept."""

    world: World | None
    model: Model | None

    def __hash__(self) -> int:
        return hash(self._digests())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self._digests() == other._digests()

    def _digests(self) -> tuple[str, ...]:
        return tuple(one.digest if one is not None else "" for one in self)


@lru_cache(maxsize=4)
def _runner(kept: Kept) -> Runner:
    """A model in a world, made ready once."""
    from countermarket.runs.packaged import packaged_runner

    return packaged_runner(None, kept.world, kept.model)


@lru_cache(maxsize=32)
def _reference(runner: Keyed[Runner], job: Job) -> Any:
    """Values of a reference run, kept: points that differ by levers alone share it."""
    from countermarket.runs.job import run_job

    result = run_job(runner.value, job)
    if result.values is None:
        raise RuntimeError(f"the reference failed: {result.message}")
    return result.values
