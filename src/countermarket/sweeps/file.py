"""A sweep's file: what is varied, over which values, on which scenario. The only reader of such files.

title: Which parts of the alliance matter?
scenario: alliance                # a file beside this one or a shipped name; the baseline if left out
effort: shift                     # only where shares of effort are varied: shift or add; the scenario's if left out
factors:
  - {lever: alliance.data_sharing_share, low: 0.2, high: 0.9}
  - {lever: agencies.powers.GBR, low: 0, high: 1}   # one key of a map; or lever: agencies.powers, key: GBR
  - {parameter: capital_rate}     # its own range if none is given
design: {kind: latin_hypercube, samples: 64}
replicates: 2
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.declared.quantity import Quantity
from countermarket.policy.courses import set_shares
from countermarket.policy.lever_values import named_lever, number, whole_number
from countermarket.policy.reading import load_scenario, read_effort, refuse_fewer_officers
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import exists, shipped_folder, shipped_names
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import shown
from countermarket.reading.yaml_reader import Node, expect_map, read_file, text_field
from countermarket.sweeps import draws
from countermarket.sweeps.design import (
    Design,
    Factor,
    at_its_highest,
    at_its_lowest,
    keyed_value,
    recorded_by,
    target_of,
)
from countermarket.world.names import Names, names_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.declared.own import Additions
    from countermarket.parameters.load import Parameters
    from countermarket.world.structure import World

KEYS = ("title", "question", "scenario", "effort", "factors", "design", "replicates", "months", "seed")
FACTOR_KEYS = ("lever", "parameter", "key", "low", "high")
DESIGN_KEYS = ("kind", "samples", "levels", "seed")
MAX_FACTORS = 200
MAX_RUNS = 1_000_000
MAX_NUMBERS = 20_000_000
DEFAULT_MONTHS = 120
LARGEST = 2**62


def read_design(
    path: Path | str, world: World | None = None, model: Additions | None = None, is_drawn: bool = True
) -> Design:
    """Read and check a sweep's file (a path, or the name of a shipped one), of a world and a model.

    InputError names file, line, key and what is allowed. Whoever only checks need not wait until all is drawn.
    """
    path = _study_path(Path(path))
    node = read_file(path)
    top = expect_map(node, "", KEYS)
    for key in ("factors", "design"):
        if key not in top:
            raise node.error(key, "is missing; see `countermarket sweep --help`")
    names = names_of(world, model)
    scenario = _scenario(path, top.get("scenario"), partial(load_scenario, world=world, model=model))
    scenario = scenario.model_copy(update={"effort": read_effort(top) or scenario.effort})
    factors = _factors(top["factors"], names, parameters_of(world, model))
    plan = _plan(top["design"], len(factors))
    replicates = _whole(top, "replicates", 1, 1, 10_000)
    months = _whole(top, "months", DEFAULT_MONTHS, 12, 1_200)
    _refuse_excess_size(top["design"], draws.rows(plan, len(factors)), len(factors), replicates)
    design = Design(
        title=text_field(top, "title", node),
        question=text_field(top, "question", node) if "question" in top else "",
        path=path,
        scenario=scenario,
        factors=factors,
        plan=plan,
        values=_drawn(plan, factors, is_drawn),
        replicates=replicates,
        months=months,
        seed=_whole(top, "seed", 0, 0, LARGEST),
        names=names,
        measures=recorded_by(model),
    )
    _refuse_wrong_effort(design, top["factors"])
    return design


def _refuse_excess_size(node: Node, rows: int, factors: int, replicates: int) -> None:
    """What is multiplied has a limit, too: rows by replicates are runs, rows by factors the numbers of the design."""
    if rows * replicates > MAX_RUNS:
        message = f"{rows * replicates:,} runs; the limit is {MAX_RUNS:,}. Take fewer samples, levels or replicates"
        raise node.error("design", message)
    if rows * factors > MAX_NUMBERS:
        message = f"{rows:,} rows of {factors} factors; the limit is {MAX_NUMBERS:,} numbers. Take fewer samples"
        raise node.error("design", message)


def _whole(top: dict[str, Node], key: str, otherwise: int, low: int, high: int) -> int:
    """A whole number that may be left out."""
    return whole_number(top[key], key, low, high) if key in top else otherwise


def _study_path(path: Path) -> Path:
    """The file itself, or the shipped one of this name."""
    shipped = shipped_folder() / "studies" / f"{path.name.removesuffix('.yaml')}.yaml"
    return shipped if len(path.parts) == 1 and not exists(path) and exists(shipped) else path


def _scenario(path: Path, node: Node | None, load: Callable[[Path | str], Scenario]) -> Scenario:
    """The scenario that is varied: a file beside this one or in the folder above, or a shipped name."""
    if node is None:
        return load("baseline")
    if not isinstance(node.value, str):
        raise node.error("scenario", "write the name of a scenario, such as alliance")
    for place in (path.parent, path.resolve().parent.parent):
        for name in (node.value, f"{node.value}.yaml"):
            if exists(place / name):
                return load(place / name)
    if node.value in shipped_names():
        return load(node.value)
    hint = nearest(node.value, shipped_names())
    message = f"no file {shown(node.value)} beside this one, and no shipped scenario of that name.{hint}"
    raise node.error("scenario", message)


def parameters_of(world: World | None, model: Additions | None) -> Parameters:
    """The parameters of a world and a model."""
    from countermarket.parameters.load import load_parameters, with_own
    from countermarket.parameters.of_world import parameters_for

    of_world = parameters_for(world) if world is not None else load_parameters()
    return with_own(of_world, model.parameters if model is not None else ())


# --- factors ----------------------------------------------------------------------------------------------


def _factors(node: Node, names: Names, parameters: Parameters) -> tuple[Factor, ...]:
    """The list of factors, each once."""
    if not isinstance(node.value, list) or not node.value:
        raise node.error("factors", "write a list, each with a dash: - {lever: ..., low: ..., high: ...}")
    if len(node.value) > MAX_FACTORS:
        raise node.error("factors", f"{len(node.value)} factors; the limit is {MAX_FACTORS}")
    factors: list[Factor] = []
    for item in node.value:
        factor = _factor(item, names, parameters)
        if factor.name in {known.name for known in factors}:
            raise item.error("factors", f"{factor.name} is listed twice; keep one")
        factors.append(factor)
    return tuple(factors)


def _factor(node: Node, names: Names, parameters: Parameters) -> Factor:
    """One factor: a lever (for one key of it, perhaps) or a parameter."""
    fields = expect_map(node, "factors", FACTOR_KEYS)
    kinds = [kind for kind in ("lever", "parameter") if kind in fields]
    if len(kinds) != 1:
        raise node.error("factors", "a factor names either a lever or a parameter")
    target, key = _text(fields[kinds[0]], kinds[0]), ""
    if "key" in fields:
        key = _text(fields["key"], "key")
    else:
        target, key = target_of(target, names)
    if kinds[0] == "lever":
        factor = _lever_factor(node, fields, target, key, names)
    else:
        factor = _parameter_factor(node, fields, target, key, parameters)
    if not factor.low < factor.high:
        raise node.error(factor.name, f"low ({factor.low:g}) must lie below high ({factor.high:g})")
    return factor


def _text(node: Node, key: str) -> str:
    if not isinstance(node.value, str):
        raise node.error(key, "write a name")
    return node.value


def _lever_factor(node: Node, fields: dict[str, Node], target: str, key: str, names: Names) -> Factor:
    """A lever that is a number, or one key of a map."""
    lever = named_lever(target, fields["lever"], names.levers)
    if lever.kind in ("word", "names"):
        raise node.error(target, "is no number; vary it with scenario files and compare them")
    if lever.kind == "map" and not key:
        raise node.error(target, f"is a map by {' or '.join(lever.by)}; say which with key:")
    if key:
        keyed_value(lever, key, lever.low, names, node.file, node.line)
    low, high = (_bound(node, fields, end, lever, target) for end in ("low", "high"))
    return Factor(f"{target}.{key}" if key else target, "lever", target, key, low, high)


def _bound(node: Node, fields: dict[str, Node], end: str, quantity: Quantity, target: str) -> float:
    if end not in fields:
        raise node.error(target, f"{end} is missing; allowed: {quantity.allowed()}")
    return number(fields[end], f"{target}.{end}", quantity)


def _parameter_factor(
    node: Node, fields: dict[str, Node], target: str, key: str, parameters: Parameters
) -> Factor:
    """A parameter: its own range unless one is given; a whole map is multiplied."""
    from countermarket.parameters.load import ParameterError, replace

    name = f"{target}.{key}" if key else target
    own = parameters.records.get(target)
    if own is None:
        raise node.error(name, f"there is no such parameter.{nearest(target, parameters.records)}")
    is_whole_map = isinstance(own.value, dict) and not key
    has_range = own.is_factor == is_whole_map
    ends = {"low": own.low, "high": own.high} if has_range else {}
    for end in ("low", "high"):
        if end in fields:
            any_number = Quantity(end, "factor" if is_whole_map else target, -1e300, 1e300, "")
            ends[end] = number(fields[end], f"{name}.{end}", any_number)
        if end not in ends:
            raise node.error(name, f"{end} is missing, and the parameter has no range of its own for this")
        try:
            replace(parameters, {name: ends[end]})
        except ParameterError as error:
            raise node.error(name, str(error)) from None
    return Factor(name, "parameter", name, "", ends["low"], ends["high"])


# --- the design -------------------------------------------------------------------------------------------


def _plan(node: Node, factors: int) -> draws.Plan:
    """How values are chosen, with what each kind needs and nothing it does not read."""
    fields = expect_map(node, "design", DESIGN_KEYS)
    given = fields["kind"].value if "kind" in fields else None
    kind = next((known for known in draws.KINDS if known == given), None)
    if kind is None:
        raise node.error("design.kind", f"write one of {', '.join(draws.KINDS)}", at="kind")
    unread = {"grid": "samples", "latin_hypercube": "levels", "sobol": "levels"}.get(kind)
    if unread in fields:
        raise node.error(f"design.{unread}", f"{kind} does not read it; leave it out", at=unread)
    samples = _needed(node, fields, "samples", kind) if kind != "grid" else 0
    levels = _needed(node, fields, "levels", kind) if kind == "grid" else 0
    if kind == "morris":
        levels = _whole(fields, "levels", draws.MORRIS_LEVELS, 2, 100)
        if levels % 2:
            raise node.error("design.levels", "must be even for morris; 4 is usual", at="levels")
    if kind == "sobol" and samples & (samples - 1):
        raise node.error("design.samples", "must be a power of 2 for sobol, such as 64", at="samples")
    if kind == "grid" and factors > 12:
        raise node.error("design.kind", "a grid of more than 12 factors is too large; use latin_hypercube")
    return draws.Plan(kind, samples, levels, _whole(fields, "seed", 0, 0, 2**31))


def _needed(node: Node, fields: dict[str, Node], key: str, kind: str) -> int:
    if key not in fields:
        raise node.error(f"design.{key}", f"is missing; {kind} needs it")
    return whole_number(fields[key], f"design.{key}", 2, 1_000_000)


def _drawn(plan: draws.Plan, factors: tuple[Factor, ...], is_drawn: bool) -> NDArray[np.float64]:
    import numpy as np

    names = [factor.name for factor in factors]
    low, high = ([getattr(factor, end) for factor in factors] for end in ("low", "high"))
    return draws.drawn(plan, draws.problem(names, low, high)) if is_drawn else np.empty((0, len(factors)))


def _refuse_wrong_effort(design: Design, node: Node) -> None:
    """Shares of effort must leave room for one another at their highest, or take no officers away at their lowest."""
    if not any(factor.target in EFFORT_SHARES for factor in design.factors):
        return
    if design.scenario.effort == "add":
        refuse_fewer_officers(at_its_lowest(design), node, design.names)
        return
    for _, place, shares in set_shares(at_its_highest(design), design.names.jurisdictions):
        total = sum(shares.values())
        if total > 1 + 1e-9:
            message = f"shares of effort in {place} sum to {total:.3g} where all are at their highest"
            raise node.error("factors", f"{message}; narrow the ranges, or write effort: add (more officers, paid)")
