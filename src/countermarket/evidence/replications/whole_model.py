"""The same three policies in our whole model as shipped: trade, hiring that follows profit, births, cases, fear."""

from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.compiled import in_order
from countermarket.engine.elementary import power
from countermarket.evidence.replications.cartels import POLICIES, Floats
from countermarket.model.month import MONTH, run_month
from countermarket.model.running.simulate import Simulation, start
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, load_parameters
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world

MONTHS = 60
MARKET = "cocaine"


RECORDED = ("members", "violence", "arrests", "delivered", "recruits")


class Course(NamedTuple):
    """Month by month, persons; deaths and arrests a month. (months,) each."""

    members: Floats
    deaths: Floats
    arrests: Floats
    units: Floats
    """Delivered a month, kg."""
    recruits: Floats


class Effect(NamedTuple):
    """A policy after five years, each less 1, mean of the last year; by replicate. (replicates,) each."""

    members: Floats
    """Members over those of the first year of the status quo."""
    deaths: Floats
    members_to_status_quo: Floats
    """Members over those of the status quo in the same months."""
    deaths_to_status_quo: Floats
    arrests_to_status_quo: Floats
    units_to_status_quo: Floats
    recruits_to_status_quo: Floats


def follow(simulation: Simulation, policy: str, months: int = MONTHS) -> Course:
    """Five years of the baseline with hiring and routine arrests multiplied as the policy says.

    Half the hiring: the pool of recruits everywhere is held where `groups.recruit` and `groups.enter` find half
    of what they would. Twice the arrests: the routine hazard and the reach of operations are doubled.
    """
    recruitment, incapacitation = POLICIES[policy]
    state = State(*(table.copy() for table in simulation.state))
    levers = Levers(*(table.copy() for table in simulation.levers))
    packed = simulation.parameters.copy()
    row = packed[0]
    row["routine_hazard"] *= incapacitation
    row["arrest_share"] = min(1.0, row["arrest_share"] * incapacitation)
    pool = state.communities["vulnerability"] * power(recruitment, 1.0 / row["vulnerability_effect"])
    mechanisms = [in_order(MONTH, state, packed, levers)]
    market = simulation.world.market_names.index(MARKET)
    monthly = np.zeros((len(Course._fields), months))
    for month in range(months):
        if recruitment != 1.0:
            state.communities["vulnerability"] = pool
        run_month(state, packed, levers, mechanisms)
        tally = state.tallies[market]
        monthly[:, month] = [tally[name] for name in RECORDED]
    return Course(*monthly)


def effects(
    replicates: int = 5, months: int = MONTHS, parameters: Parameters | None = None, seed: int = 0
) -> dict[str, Effect]:
    """Each policy against the start and against the status quo, by replicate."""
    world, baseline = load_world(), load_scenario("baseline")
    runs: dict[str, list[Any]] = {policy: [] for policy in POLICIES}
    for replicate in range(replicates):
        simulation = start(world, parameters or load_parameters(), baseline, seed, replicate, months)
        usual = follow(simulation, "status quo", months)
        for policy in POLICIES:
            runs[policy].append(_effect(usual, follow(simulation, policy, months)))
    return {policy: Effect(*np.array(by_replicate).T) for policy, by_replicate in runs.items()}


def _effect(usual: Course, course: Course) -> list[float]:
    first, last = slice(0, 12), slice(-12, None)
    before = [
        course.members[last].mean() / usual.members[first].mean(),
        course.deaths[last].mean() / usual.deaths[first].mean(),
    ]
    beside = [float(mine[last].mean() / theirs[last].mean()) for mine, theirs in zip(course, usual, strict=True)]
    return [ratio - 1.0 for ratio in (*before, *beside)]
