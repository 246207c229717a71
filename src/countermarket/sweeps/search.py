"""Which packages: levers searched for the best trade-offs between aims, within limits, over draws of what is not known.

NSGA-II (Deb and others 2002) from pymoo proposes packages a generation at a time; whoever calls hands an evaluator that
says what each gives in every draw. The front it ends with is told with regret and the share of draws within limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from countermarket.analysis.intervals import HIGH, interval
from countermarket.reading.errors import InputError
from countermarket.sweeps.design import Factor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Outcomes = Mapping[str, "Floats"]
Evaluate = Callable[["Floats"], Outcomes]
"""Packages, a row each with a value for every factor, to outcomes by name. (packages, draws) each"""
Over = Literal["mean", "worst"]
OVER: tuple[Over, ...] = ("mean", "worst")


class Aims(NamedTuple):
    """What is sought, and how."""

    rise: tuple[str, ...]
    """Outcomes of which more is better."""
    fall: tuple[str, ...]
    """Outcomes of which less is better."""
    limits: tuple[tuple[str, float], ...]
    """Outcomes that may not lie above a number."""
    over: Over = "mean"
    """How draws count: their mean, or the worst tenth's edge."""
    population: int = 24
    generations: int = 10
    seed: int = 0

    @property
    def aims(self) -> tuple[str, ...]:
        """Every outcome that is moved one way or the other."""
        return (*self.rise, *self.fall)


def search(
    factors: tuple[Factor, ...],
    aims: Aims,
    evaluate: Evaluate,
    progress: Callable[[int, int, str], None] | None = None,
) -> dict[str, Any]:
    """The packages none of which another beats in every aim, within the limits. InputError without pymoo."""
    import numpy as np

    algorithm, problem = _algorithm(factors, aims)
    tried: list[tuple[Floats, dict[str, Floats]]] = []
    while algorithm.has_next():
        asked = algorithm.ask()
        values = whole(factors, np.atleast_2d(asked.get("X")))
        outcomes = {name: np.asarray(of) for name, of in evaluate(values).items()}
        costs, excess = scored(aims, outcomes)
        asked.set("F", costs, "G", excess)
        tried.append((values, outcomes))
        algorithm.tell(infills=asked)
        if progress is not None:
            progress(len(tried), aims.generations, f"{len(values)} packages")
    del problem
    return _document(factors, aims, tried)


def _algorithm(factors: tuple[Factor, ...], aims: Aims) -> tuple[Any, Any]:
    """NSGA-II, ready to be asked for packages."""
    import numpy as np

    try:
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.evaluator import Evaluator
        from pymoo.core.problem import Problem
    except ImportError:
        message = "needs pymoo: pip install 'countermarket[search]'"
        raise InputError("countermarket search", None, "", message) from None
    low, high = (np.array([getattr(factor, end) for factor in factors]) for end in ("low", "high"))
    problem = Problem(len(factors), n_obj=len(aims.aims), n_ieq_constr=len(aims.limits), xl=low, xu=high)
    algorithm = NSGA2(pop_size=aims.population)
    algorithm.setup(problem, termination=("n_gen", aims.generations), seed=aims.seed, evaluator=Evaluator())
    return algorithm, problem


def whole(factors: tuple[Factor, ...], values: Floats) -> Floats:
    """Values with places of choices, and whole numbers, rounded."""
    import numpy as np

    rounded = np.array([bool(factor.choices) or factor.spread.is_whole for factor in factors])
    return np.where(rounded, np.rint(values), values)


def scored(aims: Aims, outcomes: Outcomes) -> tuple[Floats, Floats]:
    """What is to be made small of each package, and by how much it exceeds each limit. (packages, aims or limits)"""
    import numpy as np

    costs = [over_draws(aims, -np.asarray(outcomes[name])) for name in aims.rise]
    costs += [over_draws(aims, np.asarray(outcomes[name])) for name in aims.fall]
    excess = [over_draws(aims, np.asarray(outcomes[name])) - most for name, most in aims.limits]
    packages = len(costs[0])
    return np.column_stack(costs), np.column_stack(excess) if excess else np.empty((packages, 0))


def over_draws(aims: Aims, values: Floats) -> Floats:
    """One number of each package, less is better: the mean over draws, or what one in ten exceeds; failed is worst."""
    import numpy as np

    known = np.where(np.isfinite(values), values, np.inf)
    return np.asarray(known.mean(axis=1) if aims.over == "mean" else np.quantile(known, HIGH, axis=1, method="higher"))


def front_of(costs: Floats, excess: Floats) -> NDArray[np.int64]:
    """The packages within every limit that no other one beats."""
    import numpy as np

    allowed = np.flatnonzero((excess <= 0).all(axis=1) & np.isfinite(costs).all(axis=1))
    of = costs[allowed]
    beaten = [bool(((of <= one).all(axis=1) & (of < one).any(axis=1)).any()) for one in of]
    return np.asarray(allowed[~np.array(beaten, bool)])


def _document(
    factors: tuple[Factor, ...], aims: Aims, tried: list[tuple[Floats, dict[str, Floats]]]
) -> dict[str, Any]:
    """The front of all that was tried, with intervals, regret and the share of draws within limits."""
    import numpy as np

    values = np.concatenate([one for one, _ in tried])
    values, first = np.unique(values, axis=0, return_index=True)
    outcomes = {name: np.concatenate([of[name] for _, of in tried])[first] for name in tried[0][1]}
    costs, excess = scored(aims, outcomes)
    front = front_of(costs, excess)
    regret, within = regrets(aims, outcomes, front), satisfied(aims, outcomes)
    order = front[np.argsort(costs[front, 0], kind="stable")]
    return {
        "aims": {"rise": list(aims.rise), "fall": list(aims.fall)},
        "limits": dict(aims.limits),
        "over": aims.over,
        "tried": len(values),
        "draws": next(iter(outcomes.values())).shape[1],
        "hypervolume": hypervolumes(aims, tried),
        "packages": [
            {
                "values": {one.name: one.cell(float(value)) for one, value in zip(factors, values[row], strict=True)},
                "outcomes": {name: interval(outcomes[name][row]) for name in (*aims.aims, *dict(aims.limits))},
                "most_regret": {name: float(of[row]) for name, of in regret.items()},
                "within_limits_share": float(within[row]),
            }
            for row in order
        ],
    }


def regrets(aims: Aims, outcomes: Outcomes, front: NDArray[np.int64]) -> dict[str, Floats]:
    """How much worse than the best of the front each package is, in the draw in which that is most. (packages,) each"""
    import numpy as np

    told = {}
    for name in aims.aims:
        cost = np.asarray(outcomes[name]) * (-1.0 if name in aims.rise else 1.0)
        best = cost[front].min(axis=0) if len(front) else cost.min(axis=0)
        told[name] = (cost - best).max(axis=1)
    return told


def satisfied(aims: Aims, outcomes: Outcomes) -> Floats:
    """The share of draws in which each package keeps every limit. (packages,)"""
    import numpy as np

    first = np.asarray(next(iter(outcomes.values())))
    kept = np.ones(first.shape, bool)
    for name, most in aims.limits:
        kept &= np.asarray(outcomes[name]) <= most
    return np.asarray(kept.mean(axis=1))


def hypervolumes(aims: Aims, tried: list[tuple[Floats, dict[str, Floats]]]) -> list[float]:
    """How much the front covers after each generation, between the best and worst of all that was tried, 0 to 1."""
    import numpy as np
    from pymoo.indicators.hv import HV

    scores = [scored(aims, outcomes) for _, outcomes in tried]
    costs = np.concatenate([one for one, _ in scores])
    known = costs[np.isfinite(costs).all(axis=1)]
    low, span = known.min(axis=0), np.where(np.ptp(known, axis=0) > 0, np.ptp(known, axis=0), 1.0)
    volumes = []
    for generation in range(1, len(scores) + 1):
        so_far = np.concatenate([one for one, _ in scores[:generation]])
        front = front_of(so_far, np.concatenate([of for _, of in scores[:generation]]))
        covered = HV(np.ones(len(aims.aims)))((so_far[front] - low) / span) if len(front) else 0.0
        volumes.append(float(covered))
    return volumes
