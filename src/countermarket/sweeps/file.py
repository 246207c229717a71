"""A sweep's file: what is varied, over which values, on which scenario. The only reader of such files.

title: Which parts of the alliance matter?
scenario: alliance                # a file beside this one or a shipped name; the baseline if left out
effort: shift                     # only where shares of effort are varied: shift or add; the scenario's if left out
factors:
  - {lever: alliance.data_sharing_share, low: 0.2, high: 0.9}
  - {lever: agencies.powers.GBR, low: 0, high: 1}   # one key of a map; or lever: agencies.powers, key: GBR
  - {parameter: capital_rate}     # its own range if none is given
design: {kind: latin_hypercube, samples: 64}
replicates: 2                     # each in a draw of the calibrated ensemble of its own; central: true for none

Factors may be other things than evenly spread numbers, too: `factors.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.courses import set_shares
from countermarket.policy.lever_values import whole_number
from countermarket.policy.reading import load_scenario, read_effort, refuse_fewer_officers
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import exists, shipped_folder, shipped_names
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import shown
from countermarket.reading.yaml_reader import Node, expect_map, read_file, text_field
from countermarket.sweeps import draws
from countermarket.sweeps.design import Design, Factor, at_its_highest, at_its_lowest, recorded_by
from countermarket.sweeps.factors import read_factors
from countermarket.sweeps.own_design import read_own
from countermarket.world.names import names_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.declared.own import Additions
    from countermarket.parameters.ensemble import Ensemble
    from countermarket.parameters.load import Parameters
    from countermarket.world.structure import World

KEYS = ("title", "question", "scenario", "effort", "factors", "design", "replicates", "months", "seed", "central")
DESIGN_KEYS = ("kind", "samples", "levels", "seed", "file")
UNREAD: dict[str, tuple[str, ...]] = {
    "grid": ("samples", "file"),
    "latin_hypercube": ("levels", "file"),
    "sobol": ("levels", "file"),
    "morris": ("file",),
    "orders": ("levels", "file"),
    "own": ("samples", "levels", "seed"),
}
"""What each kind of design does not read."""
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
    load = partial(load_scenario, world=world, model=model)
    scenario = _scenario(path, top.get("scenario"), load)
    beside = partial(_scenario, path, load=load)
    scenario = scenario.model_copy(update={"effort": read_effort(top) or scenario.effort})
    factors = read_factors(top["factors"], names, parameters_of(world, model), scenario, beside)
    plan, own = _plan(path, top["design"], factors)
    replicates = _whole(top, "replicates", 1, 1, 10_000)
    months = _whole(top, "months", DEFAULT_MONTHS, 12, 1_200)
    _refuse_excess_size(top["design"], draws.rows(plan, len(factors), axes_of(factors)), len(factors), replicates)
    design = Design(
        title=text_field(top, "title", node),
        question=text_field(top, "question", node) if "question" in top else "",
        path=path,
        scenario=scenario,
        factors=factors,
        plan=plan,
        values=_drawn(plan, factors, is_drawn) if own is None else own,
        replicates=replicates,
        months=months,
        seed=_whole(top, "seed", 0, 0, LARGEST),
        names=names,
        measures=recorded_by(model),
        ensemble=None if _is_central(top) else ensemble_of(world),
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


def _is_central(top: dict[str, Node]) -> bool:
    """Whether the file asks for central values of the parameters."""
    if "central" not in top:
        return False
    if not isinstance(top["central"].value, bool):
        raise top["central"].error("central", "is true or false")
    return bool(top["central"].value)


def ensemble_of(world: World | None) -> Ensemble | None:
    """The shipped draws of parameters, without the numbers that a world states itself; None if none are shipped."""
    from countermarket.parameters.ensemble import shipped_ensemble
    from countermarket.parameters.of_world import ensemble_for

    ensemble = shipped_ensemble()
    return ensemble if ensemble is None or world is None else ensemble_for(world, ensemble)


def parameters_of(world: World | None, model: Additions | None) -> Parameters:
    """The parameters of a world and a model."""
    from countermarket.parameters.load import load_parameters, with_own
    from countermarket.parameters.of_world import parameters_for

    of_world = parameters_for(world) if world is not None else load_parameters()
    return with_own(of_world, model.parameters if model is not None else ())


def _study_path(path: Path) -> Path:
    """The file itself, or the shipped one of this name."""
    shipped = shipped_folder() / "studies" / f"{path.name.removesuffix('.yaml')}.yaml"
    return shipped if len(path.parts) == 1 and not exists(path) and exists(shipped) else path


def is_study(path: Path) -> bool:
    """Whether this is the file or the shipped name of a sweep, not a scenario's."""
    path = _study_path(path)
    if not exists(path):
        return False
    node = read_file(path)
    return isinstance(node.value, dict) and "factors" in node.value


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


# --- the design -------------------------------------------------------------------------------------------


def _plan(path: Path, node: Node, factors: tuple[Factor, ...]) -> tuple[draws.Plan, NDArray[np.float64] | None]:
    """How values are chosen, with what each kind needs and nothing it does not read; the values, if they are given."""
    fields = expect_map(node, "design", DESIGN_KEYS)
    given = fields["kind"].value if "kind" in fields else None
    kind = next((known for known in draws.KINDS if known == given), None)
    if kind is None:
        raise node.error("design.kind", f"write one of {', '.join(draws.KINDS)}", at="kind")
    for unread in UNREAD[kind]:
        if unread in fields:
            raise node.error(f"design.{unread}", f"{kind} does not read it; leave it out", at=unread)
    if kind == "own":
        own = read_own(path.parent / _file(node, fields), node, factors)
        return draws.Plan(kind, len(own), 0, 0), own
    samples = _needed(node, fields, "samples", kind) if kind != "grid" else 0
    levels = _needed(node, fields, "levels", kind) if kind == "grid" and any(not one.choices for one in factors) else 0
    if kind == "morris":
        levels = _whole(fields, "levels", draws.MORRIS_LEVELS, 2, 100)
        if levels % 2:
            raise node.error("design.levels", "must be even for morris; 4 is usual", at="levels")
    if kind == "sobol" and samples & (samples - 1):
        raise node.error("design.samples", "must be a power of 2 for sobol, such as 64", at="samples")
    _refuse_strange_factors(node, kind, factors)
    return draws.Plan(kind, samples, levels, _whole(fields, "seed", 0, 0, 2**31)), None


def _refuse_strange_factors(node: Node, kind: str, factors: tuple[Factor, ...]) -> None:
    """Factors that a kind of design cannot have."""
    if kind == "grid" and len(factors) > 12:
        raise node.error("design.kind", "a grid of more than 12 factors is too large; use latin_hypercube")
    if kind == "orders" and any(factor.kind != "part" for factor in factors):
        raise node.error("design.kind", "orders are of parts: every factor must be one")


def _file(node: Node, fields: dict[str, Node]) -> str:
    """The file of a design of one's own."""
    if "file" not in fields or not isinstance(fields["file"].value, str):
        raise node.error("design.file", "is missing: a CSV or Parquet file beside this one, a column a factor")
    return fields["file"].value


def _needed(node: Node, fields: dict[str, Node], key: str, kind: str) -> int:
    if key not in fields:
        raise node.error(f"design.{key}", f"is missing; {kind} needs it")
    return whole_number(fields[key], f"design.{key}", 2, 1_000_000)


def axes_of(factors: tuple[Factor, ...]) -> list[draws.Axis]:
    """The factors as a design sees them."""
    return [draws.Axis(one.name, one.low, one.high, one.spread, len(one.choices)) for one in factors]


def _drawn(plan: draws.Plan, factors: tuple[Factor, ...], is_drawn: bool) -> NDArray[np.float64]:
    import numpy as np

    names = [factor.name for factor in factors]
    low, high = ([getattr(factor, end) for factor in factors] for end in ("low", "high"))
    problem = draws.problem(names, low, high)
    return draws.drawn(plan, problem, axes_of(factors)) if is_drawn else np.empty((0, len(factors)))


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
