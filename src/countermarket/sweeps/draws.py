"""Designs: which values of the factors a sweep runs, one row a point, in the order its analysis needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["latin_hypercube", "sobol", "morris", "grid"]
KINDS: tuple[Kind, ...] = ("latin_hypercube", "sobol", "morris", "grid")
MORRIS_LEVELS = 4


class Plan(NamedTuple):
    """How factor values are chosen."""

    kind: Kind
    samples: int
    """Points (latin_hypercube), base samples (sobol: a power of 2), trajectories (morris); 0 for a grid."""
    levels: int
    """Values of each factor (grid, morris); 0 otherwise."""
    seed: int


SECOND_ORDER = False
"""Sobol' designs hold what first and total indices need; those of pairs of factors would need twice the rows."""


def analysis(plan: Plan) -> dict[str, Any]:
    """How SALib is to read the results of a design: its defaults give other indices, silently."""
    arguments: dict[str, Any] = {}
    if plan.kind == "sobol":
        arguments = {"calc_second_order": SECOND_ORDER}
    elif plan.kind == "morris":
        arguments = {"num_levels": plan.levels}
    function = {"sobol": "SALib.analyze.sobol.analyze", "morris": "SALib.analyze.morris.analyze"}.get(plan.kind)
    return {
        "function": function,
        "arguments": arguments,
        "takes_inputs": plan.kind == "morris",
        "order_by": "design_row",
        "average_over": "replicate",
        "needs_every_row": function is not None,
    }


def rows(plan: Plan, factors: int) -> int:
    """Points of a design: its size before it is drawn."""
    if plan.kind == "grid":
        return int(plan.levels**factors)
    return plan.samples * {"latin_hypercube": 1, "sobol": factors + 2, "morris": factors + 1}[plan.kind]


def problem(names: list[str], low: list[float], high: list[float]) -> dict[str, Any]:
    """The factors as SALib asks for them."""
    bounds = [[lower, upper] for lower, upper in zip(low, high, strict=True)]
    return {"num_vars": len(names), "names": names, "bounds": bounds}


def drawn(plan: Plan, of: dict[str, Any]) -> NDArray[np.float64]:
    """The values of a design, in the order SALib's analyses expect. (rows, factors)

    Latin hypercube (McKay 1979); Saltelli's extension of Sobol sequences without second order (2010);
    Morris trajectories (1991); full factorial.
    """
    values: NDArray[np.float64]
    if plan.kind == "grid":
        return _grid(plan.levels, of)
    if plan.kind == "morris":
        from SALib.sample.morris import sample as trajectories

        values = trajectories(of, plan.samples, num_levels=plan.levels, seed=plan.seed)
    elif plan.kind == "sobol":
        from SALib.sample.sobol import sample as saltelli

        values = saltelli(of, plan.samples, calc_second_order=SECOND_ORDER, seed=plan.seed)
    else:
        from SALib.sample.latin import sample as hypercube

        values = hypercube(of, plan.samples, seed=plan.seed)
    return values


def _grid(levels: int, of: dict[str, Any]) -> NDArray[np.float64]:
    """Every combination of evenly spaced values, the last factor changing fastest."""
    import numpy as np

    axes = [np.linspace(low, high, levels) for low, high in of["bounds"]]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
