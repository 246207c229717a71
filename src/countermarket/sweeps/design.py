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
from countermarket.policy.scenario import Scenario, reference_of
from countermarket.policy.shock_values import Shock
from countermarket.reading.yaml_reader import Node
from countermarket.sweeps import draws
from countermarket.sweeps.draws import Spread
from countermarket.world.names import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.declared.own import Additions
    from countermarket.parameters.ensemble import Ensemble

DEFAULT_START = 12
"""Months into the calendar of a change when the scenario has none of its own: January 2027 from 2026 on."""


class Factor(NamedTuple):
    """One thing that is varied."""

    name: str
    """lever, lever.key, parameter or the name given to it; the column of the table"""
    kind: str
    """lever, parameter, part, policy, date or shock"""
    target: str
    key: str
    low: float
    high: float
    spread: Spread = draws.UNIFORM
    """How its numbers lie between low and high."""
    choices: tuple[Any, ...] = ()
    """What it may be, where it is no number; its value in a design is then the place in these."""
    levers: tuple[str, ...] = ()
    """The levers of a part, or those whose dates move; all of them where none is named."""

    @property
    def told(self) -> list[Any]:
        """What bears on the numbers; as it was before there were other factors than plain ranges."""
        further = [self.spread, [_as_json(one) for one in self.choices], self.levers]
        return [*self[:6], *(further if self[6:] != (draws.UNIFORM, (), ()) else [])]

    @property
    def is_text(self) -> bool:
        """Whether its column holds words."""
        return any(not isinstance(one, int | float) for one in self.choices)

    def cell(self, value: float) -> float | str:
        """What stands in the table for a value of the design."""
        if not self.choices:
            return value
        chosen = self.choices[int(value)]
        return float(chosen) if not self.is_text else text_of_choice(chosen)


def text_of_choice(chosen: Any) -> str:
    """A word, a policy's name, a set as `GBR+USA`, or a map as `GBR=0.5`."""
    if isinstance(chosen, Scenario):
        return chosen.name
    if isinstance(chosen, dict):
        return "+".join(f"{key}={value}" for key, value in chosen.items())
    return "+".join(chosen) if isinstance(chosen, tuple) else str(chosen)


def _as_json(chosen: Any) -> Any:
    """A choice as its bearing on the numbers is hashed."""
    return chosen.digest if isinstance(chosen, Scenario) else chosen


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
    ensemble: Ensemble | None = None
    """Draws of parameters: replicate r of every row in draw r; central values where there is none."""

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
        factors = [factor.told for factor in self.factors]
        drawn = hashlib.sha256(self.values.tobytes()).hexdigest()
        content = [self.scenario.digest, factors, drawn, self.replicates, self.months, self.seed]
        content += ["add"] if self.scenario.effort == "add" else []
        content += [self.ensemble.digest] if self.ensemble is not None else []
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def recorded_by(model: Additions | None) -> tuple[Measure, ...]:
    """Every measure that a model records: those of the package, and its own."""
    return (*RECORDED, *(model.measures if model is not None else ()))


def overrides_of(design: Design, row: int, replicate: int = 0) -> tuple[tuple[str, float], ...]:
    """The parameters of a row that differ from the world's own: of its replicate's draw, then its own factors."""
    ensemble = design.ensemble
    drawn = ensemble.overrides(ensemble.draw_of(replicate)) if ensemble is not None else ()
    own = {
        factor.target: float(value)
        for factor, value in zip(design.factors, design.values[row], strict=True)
        if factor.kind == "parameter"
    }
    return (*((name, value) for name, value in drawn if name not in own), *own.items())


def scenario_of(design: Design, row: int) -> Scenario:
    """The scenario with a row's factors, levers from its first change on (a year after it begins if it has none)."""
    scenario, factors = design.scenario, list(zip(design.factors, design.values[row], strict=True))
    for factor, value in sorted(factors, key=lambda pair: BEFORE_LEVERS.get(pair[0].kind, len(BEFORE_LEVERS))):
        if factor.kind in BEFORE_LEVERS:
            scenario = varied(scenario, factor, float(value))
    start = min((change.month for change in scenario.changes), default=scenario.begins + DEFAULT_START)
    changes = scenario.changes
    for factor, value in factors:
        if factor.kind == "lever":
            changes = _with_lever(changes, factor, float(value), start, design.names)
    return scenario.model_copy(update={"changes": changes})


BEFORE_LEVERS = {"policy": 0, "part": 1, "date": 2, "shock": 3}
"""Factors that change a scenario as a whole, in their order, before its levers are set."""


def varied(scenario: Scenario, factor: Factor, value: float) -> Scenario:
    """A scenario with a factor that is no lever: another policy, without a part, later, or under another shock."""
    if factor.kind == "policy":
        chosen: Scenario = factor.choices[int(value)]
        return chosen
    if factor.kind == "shock":
        return scenario.model_copy(update={"shocks": tuple(_struck(one, factor, value) for one in scenario.shocks)})
    changes = scenario.changes
    if factor.kind == "part" and not value:
        changes = tuple(change for change in changes if change.lever not in factor.levers)
    elif factor.kind == "date":
        changes = _in_order([_later(change, factor, int(value)) for change in changes])
    return scenario.model_copy(update={"changes": changes})


def _later(change: Change, factor: Factor, months: int) -> Change:
    """A change so many months later, if its date is one that moves."""
    moves = not factor.levers or change.lever in factor.levers
    return change.model_copy(update={"month": change.month + months}) if moves else change


def _struck(shock: Shock, factor: Factor, value: float) -> Shock:
    """A shock of the kind that is varied, larger or later."""
    if shock.kind != factor.target:
        return shock
    update = {"size": value} if factor.key == "size" else {"start": shock.start + int(value)}
    return shock.model_copy(update=update)


def has_own_reference(design: Design) -> bool:
    """Whether rows are compared with different references, since their world or policy is another."""
    return any(factor.kind in ("policy", "shock") for factor in design.factors)


def reference_at(design: Design, row: int) -> Scenario:
    """What a row is compared with."""
    return reference_of(scenario_of(design, row) if has_own_reference(design) else design.scenario)


def at_its_widest(design: Design) -> Scenario:
    """The scenario of a row with all that any row may change: which places a design acts in, and from when."""
    if not any(factor.kind in BEFORE_LEVERS for factor in design.factors):
        return scenario_of(design, 0) if len(design.values) else at_its_highest(design)
    policies = [factor.choices for factor in design.factors if factor.kind == "policy"]
    changes = [change for one in policies[0] for change in one.changes] if policies else design.scenario.changes
    whole = design._replace(factors=tuple(one for one in design.factors if one.kind == "lever"))
    widest = at_its_highest(whole._replace(scenario=design.scenario.model_copy(update={"changes": tuple(changes)})))
    return widest.model_copy(update={"changes": _in_order(list(widest.changes))})


def at_its_highest(design: Design) -> Scenario:
    """The scenario with every factor at the end of its range: what a check looks at without drawing a design."""
    return _with_all(design, [factor.high for factor in design.factors])


def at_its_lowest(design: Design) -> Scenario:
    """The scenario with every factor at the start of its range."""
    return _with_all(design, [factor.low for factor in design.factors])


def _with_all(design: Design, values: list[float]) -> Scenario:
    """The scenario with these values of the factors."""
    import numpy as np

    return scenario_of(design._replace(values=np.array([values]).reshape(1, len(design.factors))), 0)


def _with_lever(
    changes: tuple[Change, ...], factor: Factor, value: float, start: int, names: Names
) -> tuple[Change, ...]:
    """Changes in which a factor has this value throughout, ramped as the scenario ramps that lever."""
    if factor.choices:
        others = [change for change in changes if change.lever != factor.target]
        return _in_order([*others, Change(month=start, lever=factor.target, value=factor.choices[int(value)])])
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
