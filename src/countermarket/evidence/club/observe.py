"""Run the alliance with ever more members, and look at what members do beside what is recorded of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.analysis import cost_index, pairing
from countermarket.analysis.intervals import Interval, interval
from countermarket.analysis.levels import Months, Pairs, overall
from countermarket.declared.measures import measure_named
from countermarket.engine.elementary import log
from countermarket.evidence.club.overlap import in_order, overlaps
from countermarket.evidence.routes.measure import arrivals
from countermarket.model.running.simulate import Outcome, Simulation, advance, layout, start, values_of
from countermarket.parameters.load import load_parameters
from countermarket.policy.reading import load_scenario
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.runs.plan import jobs_of, plan_study
from countermarket.runs.processes import default_workers, run_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.parameters.ensemble import Ensemble
    from countermarket.parameters.load import Parameters
    from countermarket.policy.scenario import Scenario
    from countermarket.runs.job import Progress, Runner
    from countermarket.world.structure import World

    Floats = NDArray[np.float64]
    Kept = dict[tuple[str, int], Floats]

FOUNDERS = ("GBR", "USA")
SIZES = (2, 3, 5, 8, 12, 20, 30, 0)
"""Members; 0 is every state."""
MONTHS, READ = 120, 36
"""Months of each run, and how many of the last are read."""
CHOKEPOINTS = {"container": 0.6, "USA:land": 0.4, "small_boat": 0.3}
"""As the shipped alliance has them, for the ports of whoever is a member."""
APART = "apart"
ORDERS = ("share", "value", APART)
"""Who joins first: whose flow passes founders for the greatest part, or in the greatest value; apart: as by share, but
members do by themselves what the alliance asks of each, and nothing together."""
TOGETHER = {
    f"alliance.{name}"
    for name in (
        "data_sharing_share", "common_standards", "joint_action_share", "sanctions_coordination", "enabler_targeting",
        "channel", "federated_data", "pooled_compute", "innovation_budget",
    )
}  # fmt: skip
"""What is done together, and stays as it is today where members stand apart."""
WATCHED = ("members", "in good standing", "contribution", "compliance", "leaks", "operations", "trust")
"""Means over the months read: members by policy; of them not suspended; what they give of what the rule asks; share of
them above the floor; leaks a month that are traced to one of them; their operations a month; trust among them."""


class Club(NamedTuple):
    """What a club of one size does. Intervals over pairs."""

    order: str
    size: int
    joined: str
    """Who is in it that the size before had not."""
    figures: Mapping[str, Interval]


def orders(world: World, seed: int = 0) -> dict[str, list[str]]:
    """All states in the order in which they join, by each rule, from a year of the baseline at central values."""
    legs = arrivals(world, load_parameters(), load_scenario("baseline"), seed, 0, 12)
    founders = [world.jurisdiction_names.index(name) for name in FOUNDERS]
    whole, shared = overlaps(world, legs, founders)
    weights = {"share": shared / np.maximum(whole, 1e-9), "value": shared}
    joining = {name: in_order(world, weight, founders) for name, weight in weights.items()}
    return joining | {APART: joining["share"]}


def club_of(members: Sequence[str], name: str, together: bool = True) -> Scenario:
    """The alliance with these members, whose whole ground is its zone and whose ports it controls."""
    alliance = load_scenario("alliance")
    own = {
        "alliance.members": tuple(members), "alliance.blackout_zone": tuple(members),
        "alliance.chokepoints": dict(CHOKEPOINTS),
    }  # fmt: skip
    changes = [
        change.model_copy(update={"value": own[change.lever]}) if change.lever in own else change
        for change in alliance.changes
        if together or change.lever not in TOGETHER
    ]
    return alliance.model_copy(update={"name": name, "changes": tuple(changes)})


def observe(
    world: World, replicates: int, ensemble: Ensemble | None, runner: Runner, *, sizes: Sequence[int] = SIZES,
    asked: Sequence[str] = ORDERS, seed: int = 0, workers: int | None = None, progress: Progress | None = None,
) -> list[Club]:  # fmt: skip
    """Clubs of every size in every order, each beside today's policy with the same luck and draw."""
    joining = {order: states for order, states in orders(world, seed).items() if order in asked}
    members = {f"{order}_{size}": states[: size or len(states)] for order, states in joining.items() for size in sizes}
    scenarios = {name: club_of(states, name, not name.startswith(APART)) for name, states in members.items()}
    plan = plan_study(list(scenarios.values()), replicates, seed, ensemble)
    jobs = jobs_of(plan, dict.fromkeys((one.name for one in plan.scenarios), MONTHS), ensemble)
    kept: Kept = {}
    watching = runner._replace(simulate=watched)
    with closing(run_all(watching, jobs, min(workers or default_workers(), len(jobs)))) as results:
        for done, (job, result) in enumerate(zip(jobs, results, strict=True), start=1):
            if result.values is None:
                raise RuntimeError(f"{job.scenario.name}, replicate {job.replicate}: {result.message}")
            kept[job.scenario.name, job.replicate] = result.values
            if progress is not None:
                progress(done, len(jobs), job.scenario.name)
    reference = next(iter(plan.reference.values()))
    clubs, before = [], dict.fromkeys(joining, 0)
    for name, scenario in scenarios.items():
        order = name.partition("_")[0]
        joined = joining[order][before[order] : len(members[name])]
        before[order] = len(members[name])
        figures = _figures(world, scenario, _stacked(kept, name), _stacked(kept, reference), len(members[name]))
        clubs.append(Club(order, len(members[name]), " ".join(joined), figures))
    return clubs


def _stacked(kept: Kept, name: str) -> Floats:
    """Values of a scenario's runs, by replicate."""
    return np.stack([values for (scenario, _), values in kept.items() if scenario == name])


def _figures(world: World, scenario: Scenario, treated: Floats, plain: Floats, size: int) -> dict[str, Interval]:
    """Indices, public cost and what members do, pair by pair."""
    keys = layout(world, MONTHS).keys
    count = len(keys["month"])
    pairs = Pairs(keys, treated[:, :count], plain[:, :count])
    months = sorted(set(keys["month"].tolist()))
    span = Months(months[-READ], months[-1])
    entry = describe_scenario(scenario, {}, months, describe_world(world))
    arms = pairing.arms_from(entry, pairs, [(0, number) for number in range(len(plain))])
    delivered, landed = (
        pairing.headline(arms, cost_index.market_index(arms.baseline, arms.scenario, of), span).total
        for of in ("cost", "landed_cost")
    )
    cost = overall(pairs, measure_named("public_cost_states"), span)
    spent = (cost.scenario - cost.baseline) / 1e6
    seen = dict(zip(WATCHED, treated[:, count:].T, strict=True))
    told = {
        "index": delivered, "landed": landed, "rise per member": (delivered - 100.0) / size,
        "public cost": spent, "public cost per member": spent / size, **seen,
        "leaks per operation": seen["leaks"] / np.maximum(seen["operations"], 1e-9),
    }  # fmt: skip
    return {name: interval(values) for name, values in told.items()}


def watched(
    world: World, parameters: Parameters, scenario: Scenario, seed: int = 0, replicate: int = 0,
    months: int = MONTHS, trace: bool = False,
) -> Outcome:  # fmt: skip
    """One run as a study runs it, with the means of what members do after what is recorded."""
    simulation = start(world, parameters, scenario, seed, replicate, months)
    floor = next((one.value for one in scenario.changes if one.lever == "alliance.suspension_threshold"), 0.0)
    seen = []
    for month in range(months):
        trust = simulation.state.trust.copy()
        advance(simulation)
        if month >= months - READ:
            seen.append(_members(simulation, trust, float(str(floor))))
    return Outcome(np.concatenate([values_of(simulation), np.mean(seen, axis=0)]), {}, None)


def _members(simulation: Simulation, trust: Floats, floor: float) -> list[float]:
    """What members do this month, in the order of WATCHED; nought without any."""
    agencies = simulation.state.agencies
    inside = np.flatnonzero(agencies["member"])
    if not len(inside):
        return [0.0] * len(WATCHED)
    own = agencies[inside]
    apart = ~np.eye(len(inside), dtype=bool)
    between = simulation.state.trust[np.ix_(inside, inside)].mean(axis=2)[apart]
    return [
        float(len(inside)), float((own["standing"] > 0.0).sum()), float(own["contribution"].mean()),
        float((own["contribution"] >= floor).mean()), _leaks(simulation, trust, inside),
        float(own["operations"].sum()), float(between.mean()) if len(between) else 0.0,
    ]  # fmt: skip


def _leaks(simulation: Simulation, trust: Floats, inside: NDArray[np.intp]) -> float:
    """Leaks of a month traced to members: each takes the same part of everybody's trust in whoever it is traced to."""
    lost = float(simulation.parameters["leak_blame"][0])
    if len(inside) < 2 or not 0.0 < lost < 1.0:
        return 0.0
    leaks = 0.0
    for culprit in inside:
        other = inside[0] if inside[0] != culprit else inside[1]
        left = simulation.state.trust[other, culprit, 0] / max(float(trust[other, culprit, 0]), 1e-12)
        leaks += max(0.0, round(log(max(left, 1e-12)) / log(1.0 - lost)))
    return leaks
