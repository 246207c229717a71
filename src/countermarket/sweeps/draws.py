"""Designs: which values of the factors a sweep runs, one row a point, in the order its analysis needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["latin_hypercube", "sobol", "morris", "grid", "orders", "own"]
KINDS: tuple[Kind, ...] = ("latin_hypercube", "sobol", "morris", "grid", "orders", "own")
MORRIS_LEVELS = 4
Shape = Literal["uniform", "log_uniform", "triangular", "normal"]
SHAPES: tuple[Shape, ...] = ("uniform", "log_uniform", "triangular", "normal")
DIGITS = 12
"""Significant digits of values that are not spread evenly: the last ones differ by processor."""


class Spread(NamedTuple):
    """How the numbers of a factor lie between its bounds."""

    shape: Shape = "uniform"
    centre: float = 0.0
    """The peak of a triangle, the mean of a normal distribution before its ends are cut."""
    deviation: float = 0.0
    """The standard deviation of a normal distribution before its ends are cut."""
    is_whole: bool = False
    """Whole numbers alone."""


UNIFORM = Spread()


class Axis(NamedTuple):
    """One factor as a design sees it."""

    name: str
    low: float
    high: float
    spread: Spread = UNIFORM
    choices: int = 0
    """How many things it may be, where it is no number."""

    @property
    def is_plain(self) -> bool:
        """Whether it is a number spread evenly: drawn between its bounds."""
        return self.spread == UNIFORM and not self.choices


class Plan(NamedTuple):
    """How factor values are chosen."""

    kind: Kind
    samples: int
    """Points (latin_hypercube), base samples (sobol: a power of 2), trajectories (morris), orders; 0 for a grid."""
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


def rows(plan: Plan, factors: int, axes: Sequence[Axis] = ()) -> int:
    """Points of a design: its size before it is drawn. Of one's own design, those of its file."""
    if plan.kind == "grid":
        return math.prod(axis.choices or plan.levels for axis in axes) if axes else int(plan.levels**factors)
    each = {"latin_hypercube": 1, "sobol": factors + 2, "morris": factors + 1, "orders": factors + 1, "own": 1}
    return plan.samples * each[plan.kind]


def problem(names: list[str], low: list[float], high: list[float]) -> dict[str, Any]:
    """The factors as SALib asks for them."""
    bounds = [[lower, upper] for lower, upper in zip(low, high, strict=True)]
    return {"num_vars": len(names), "names": names, "bounds": bounds}


def drawn(plan: Plan, of: dict[str, Any], axes: Sequence[Axis] = ()) -> NDArray[np.float64]:
    """The values of a design, in the order SALib's analyses expect. (rows, factors)

    Latin hypercube (McKay 1979); Saltelli's extension of Sobol sequences without second order (2010);
    Morris trajectories (1991); full factorial; parts put in one by one in orders of chance (Castro 2009).
    """
    if plan.kind == "grid":
        return _grid(plan.levels, of, axes)
    if plan.kind == "orders":
        return _orders(plan, of["num_vars"])
    if all(axis.is_plain for axis in axes):
        return _sampled(plan, of)
    bounds = [ends if axis.is_plain else [0.0, 1.0] for ends, axis in zip(of["bounds"], axes, strict=True)]
    return _spread_out(_sampled(plan, {**of, "bounds": bounds}), axes)


def _sampled(plan: Plan, of: dict[str, Any]) -> NDArray[np.float64]:
    """Points between bounds, from SALib."""
    values: NDArray[np.float64]
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


def _spread_out(values: NDArray[np.float64], axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Shares from 0 to 1 as values of factors that are not spread evenly."""
    import numpy as np

    columns = [
        column if axis.is_plain else quantiles(axis, column) for axis, column in zip(axes, values.T, strict=True)
    ]
    return np.column_stack(columns)


def quantiles(axis: Axis, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values of a factor below which such shares of its distribution lie."""
    import numpy as np

    if axis.choices:
        return np.minimum(np.floor(shares * axis.choices), axis.choices - 1)
    if axis.spread.is_whole:
        whole = axis._replace(low=axis.low - 0.5, high=axis.high + 0.5, spread=axis.spread._replace(is_whole=False))
        return np.clip(np.rint(quantiles(whole, shares)), axis.low, axis.high)
    values = np.clip(_of_shape(axis, shares), axis.low, axis.high)
    return np.array([float(f"{value:.{DIGITS}g}") for value in values])


def _of_shape(axis: Axis, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same before rounding."""
    import numpy as np
    from scipy import stats

    low, high, spread = axis.low, axis.high, axis.spread
    if spread.shape == "log_uniform":
        return np.asarray(low * np.exp(shares * np.log(high / low)))
    if spread.shape == "triangular":
        peak = (spread.centre - low) / (high - low)
        return np.asarray(stats.triang.ppf(shares, peak, low, high - low))
    if spread.shape == "normal":
        ends = [(end - spread.centre) / spread.deviation for end in (low, high)]
        return np.asarray(stats.truncnorm.ppf(shares, *ends, spread.centre, spread.deviation))
    return low + shares * (high - low)


def _grid(levels: int, of: dict[str, Any], axes: Sequence[Axis] = ()) -> NDArray[np.float64]:
    """Every combination of evenly spaced values, and of all that is no number; the last factor changing fastest."""
    import numpy as np

    steps = [np.linspace(low, high, levels) for low, high in of["bounds"]]
    for place, axis in enumerate(axes):
        if axis.choices:
            steps[place] = np.arange(axis.choices, dtype=float)
        elif not axis.is_plain:
            steps[place] = quantiles(axis, np.linspace(0.0, 1.0, levels))
    return np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, len(steps))


def _orders(plan: Plan, parts: int) -> NDArray[np.float64]:
    """Parts put in one by one, in orders of chance, every second the one before it backwards."""
    import numpy as np

    keyed = np.random.default_rng(plan.seed)
    rows = np.zeros((plan.samples, parts + 1, parts))
    order = np.arange(parts)
    for sample in range(plan.samples):
        order = order[::-1] if sample % 2 else keyed.permutation(parts)
        for step, part in enumerate(order, start=1):
            rows[sample, step:, part] = 1.0
    return rows.reshape(-1, parts)
