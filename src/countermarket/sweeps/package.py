"""A scenario as a package of parts: a design that puts its levers in one by one, or in every combination."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.policy.scenario import Scenario
from countermarket.reading.errors import InputError
from countermarket.runs.experiment import DEFAULT_MONTHS
from countermarket.sweeps import draws
from countermarket.sweeps.design import Design, Factor, recorded_by
from countermarket.sweeps.file import axes_of, ensemble_of
from countermarket.sweeps.point import load
from countermarket.world.names import names_of

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.world.structure import World

MOST_EXACT = 10
"""Parts of which every combination is run; of more, orders are drawn."""
ORDERS = 16


def package_design(
    scenario: str | Path | Scenario,
    *,
    replicates: int = 8,
    seed: int = 0,
    months: int = DEFAULT_MONTHS,
    central: bool = False,
    orders: int = ORDERS,
    world: World | None = None,
    model: Additions | None = None,
) -> Design:
    """Every lever that a scenario changes as a part. InputError if it changes fewer than two."""
    chosen = load(scenario, world, model)
    levers = list(dict.fromkeys(change.lever for change in chosen.changes))
    if len(levers) < 2:
        message = "a package has two levers or more to be told apart"
        raise InputError(chosen.path or chosen.name, None, "changes", message)
    factors = tuple(Factor(one, "part", one, "", 0.0, 1.0, choices=(0.0, 1.0), levers=(one,)) for one in levers)
    is_exact = len(levers) <= MOST_EXACT
    plan = draws.Plan("grid", 0, 2, 0) if is_exact else draws.Plan("orders", orders, 0, seed)
    problem = draws.problem(levers, [0.0] * len(levers), [1.0] * len(levers))
    return Design(
        title=chosen.title,
        question=f"How much does each lever of {chosen.name} add?",
        path=Path(chosen.path),
        scenario=chosen,
        factors=factors,
        plan=plan,
        values=draws.drawn(plan, problem, axes_of(factors)),
        replicates=replicates,
        months=months,
        seed=seed,
        names=names_of(world, model),
        measures=recorded_by(model),
        ensemble=None if central else ensemble_of(world),
    )
