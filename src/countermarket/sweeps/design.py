"""A design: the factors of a sweep, their values row by row, and what a row makes of a scenario."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.declared.lever import Lever
from countermarket.declared.measures import RECORDED, Measure
from countermarket.policy.change_values import Change
from countermarket.policy.lever_values import Value, lever_value
from countermarket.policy.scenario import Scenario
from countermarket.reading.yaml_reader import Node
from countermarket.sweeps import draws
from countermarket.world.names import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.declared.own import Additions

DEFAULT_START = 12
"""Months into the calendar of a change when the scenario has none of its own: January 2027 from 2026 on."""


class Factor(NamedTuple):
    """One number that is varied."""

    name: str
    """lever, lever.key or parameter; the column of the table"""
    kind: str
    """lever or parameter"""
    target: str
    key: str
    low: float
    high: float


class Design(NamedTuple):
    """All that a sweep's file says."""

    title: str
    question: str
    path: Path
    scenario: Scenario
    factors: tuple[Factor, ...]
    plan: draws.Plan
    values: NDArray[np.float64]
    """(rows, factors)"""
    replicates: int
    months: int
    seed: int
    names: Names
    """What its levers may name: of its world and its model."""
    measures: tuple[Measure, ...] = RECORDED
    """What its model records."""

    @property
    def problem(self) -> dict[str, Any]:
        """The factors as SALib asks for them."""
        return draws.problem(
            [factor.name for factor in self.factors],
            [factor.low for factor in self.factors],
            [factor.high for factor in self.factors],
        )

    @property
    def digest(self) -> str:
        """Hash of all that bears on the numbers."""
        factors = [list(factor) for factor in self.factors]
        drawn = hashlib.sha256(self.values.tobytes()).hexdigest()
        content = [self.scenario.digest, factors, drawn, self.replicates, self.months, self.seed]
        content += ["add"] if self.scenario.effort == "add" else []
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def recorded_by(model: Additions | None) -> tuple[Measure, ...]:
    """Every measure that a model records: those of the package, and its own."""
    return (*RECORDED, *(model.measures if model is not None else ()))


def overrides_of(design: Design, row: int) -> tuple[tuple[str, float], ...]:
    """The parameters of a row that differ from the world's own."""
    return tuple(
        (factor.target, float(value))
        for factor, value in zip(design.factors, design.values[row], strict=True)
        if factor.kind == "parameter"
    )


def scenario_of(design: Design, row: int) -> Scenario:
    """The scenario with a row's levers, from its first change on (a year after its calendar begins if it has none)."""
    scenario = design.scenario
    start = min((change.month for change in scenario.changes), default=scenario.begins + DEFAULT_START)
    changes = scenario.changes
    for factor, value in zip(design.factors, design.values[row], strict=True):
        if factor.kind == "lever":
            changes = _with_lever(changes, factor, float(value), start, design.names)
    return scenario.model_copy(update={"changes": changes})


def at_its_highest(design: Design) -> Scenario:
    """The scenario with every factor at the end of its range: what a check looks at without drawing a design."""
    return _with_all(design, [factor.high for factor in design.factors])


def at_its_lowest(design: Design) -> Scenario:
    """The scenario with every factor at the start of its range."""
    return _with_all(design, [factor.low for factor in design.factors])


def _with_all(design: Design, values: list[float]) -> Scenario:
    """The scenario with these values of the factors."""
    import numpy as np

    return scenario_of(design._replace(values=np.array([values])), 0)


def _with_lever(
    changes: tuple[Change, ...], factor: Factor, value: float, start: int, names: Names
) -> tuple[Change, ...]:
    """Changes in which a factor has this value throughout, ramped as the scenario ramps that lever."""
    ramps = {change.month: change.ramp_months for change in changes if change.lever == factor.target}
    if not factor.key:
        others = [change for change in changes if change.lever != factor.target]
        ramp = ramps[min(ramps)] if ramps else 0
        return _in_order([*others, Change(month=start, lever=factor.target, value=value, ramp_months=ramp)])
    keyed = keyed_value(names.levers[factor.target], factor.key, value, names)
    added = [
        Change(month=month, lever=factor.target, value=keyed, ramp_months=ramps.get(month, 0))
        for month in sorted({start, *ramps})
    ]
    return _in_order([*changes, *added])


def _in_order(changes: list[Change]) -> tuple[Change, ...]:
    """By month; in one month the later written comes later and so prevails."""
    return tuple(sorted(changes, key=lambda change: change.month))


def target_of(name: str, names: Names) -> tuple[str, str]:
    """A factor's lever or parameter and the key of it: `agencies.powers.GBR` is GBR's `agencies.powers`."""
    parts = name.split(".")
    size = 2 if parts[0] in {lever.institution for lever in names.levers.values()} else 1
    return ".".join(parts[:size]), ".".join(parts[size:])


def keyed_value(
    lever: Lever, key: str, value: float, names: Names, file: str = "", line: int = 0
) -> Value:
    """The value of a lever with one key set, as a scenario file would be read."""
    written = Node({key: Node(value, file, line)}, file, line, {key: line})
    return lever_value(lever, written, names)
