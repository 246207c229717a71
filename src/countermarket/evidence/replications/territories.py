"""The cartels' equation inside our month: a world of 150 territories with one group at home in each.

What corresponds to what (theirs, then ours): recruitment rho, `turnover_rate`; incapacitation eta / sum C, the
routine arrest hazard of the territory; conflict theta sum S C, its death hazard; saturation omega C_i, its labour
pool, of which a large group has already hired part (or, by our own rule, members who leave of their own will).
`groups.recruit` does the counting in every case. Each of the three hazards can follow their law, set anew
each month, or ours, set once by parameters at what theirs was in 2012.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.compiled import in_order
from countermarket.engine.streams import replicate_key
from countermarket.evidence.replications.cartels import CARTELS, POLICIES, Floats, Rates, first_sizes
from countermarket.model.month import MONTH, run_month
from countermarket.model.opening.initial import initial_state
from countermarket.model.running.schedule import schedule
from countermarket.model.state.levers import Levers, empty_levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import load_parameters, pack, replace
from countermarket.policy.reading import load_scenario
from countermarket.world.structure import World
from countermarket.world.synthetic import synthetic_world

WEEKS = 365.25 / 7.0 / 12.0
"""Weeks in a month."""
MARKET = "cocaine"
LAWS = ("incapacitation", "conflict", "saturation")

WITHOUT_TRADE = {
    "growth_speed": 0, "sighting": 0, "split_rate": 0, "entry_rate": 0, "least_size": 0, "retainer_share": 0,
    "succession_violence": 0, "corruption_loss": 0, "patience_months": 240, "fear_rate": 1, "search_rate": 0,
    "vetting_months": 0, "patron_pay": 0, "technology_drift": 0, "debt_months": 24, "routine_violence": 0,
    "replacement_share": 0, "danger_elasticity": 0,
}  # fmt: skip
"""Their model has no trade and no births: legs are closed, returns do not move hiring, cases do not ripen."""


class Course(NamedTuple):
    """What happened month by month; flows in persons a week. (months,) each."""

    members: Floats
    """At the start of each month."""
    recruits: Floats
    arrests: Floats
    deaths: Floats


class Territories(NamedTuple):
    """A run under way."""

    world: World
    state: State
    packed: Any
    levers: Levers
    rows: Any
    """Slots of the groups, the largest first. (cartels,)."""
    rivals: Floats
    theirs: frozenset[str]
    """The hazards that follow their law."""


@cache
def _world() -> World:
    """A territory for each cartel."""
    return synthetic_world(CARTELS)


def settle(rivals: Floats, theirs: frozenset[str]) -> Territories:
    """150 territories as in 2012, one group each, every leg closed."""
    world = _world()
    market = world.market_names.index(MARKET)
    packed = pack(replace(load_parameters(), settings(rivals, theirs)), world)
    levers = empty_levers(world)
    present = schedule(load_scenario("baseline"), world).changes[-1]
    state = initial_state(world, packed, present, levers, replicate_key(0, 0))
    groups = state.groups
    rows = np.flatnonzero(groups["active"] & (groups["market"] == market))[:CARTELS]
    groups["active"] = False
    groups["active"][rows] = True
    groups["home"][rows] = np.arange(CARTELS)
    groups["members"][rows] = first_sizes()
    state.legs["closed"] = 1.0
    return Territories(world, state, packed, levers, rows, rivals, theirs)


def settings(rivals: Floats, theirs: frozenset[str]) -> dict[str, float]:
    """Parameters of ours that stand for their rates, each as it was in 2012."""
    rates, sizes = Rates(), first_sizes()
    members = sizes.sum()
    met = (rivals * sizes).sum(axis=1)
    deaths = rates.conflict * (sizes * met).sum() / members
    left = rates.saturation * (sizes * sizes).sum() / members
    own = "saturation" not in theirs
    return {
        **WITHOUT_TRADE,
        "n_groups": 30 * CARTELS,
        "turnover_rate": WEEKS * rates.recruitment,
        "voluntary_share": left / rates.recruitment if own else 0.0,
        "vulnerability_effect": 0.0 if own else 1.0,
        f"routine_hazard.{MARKET}": WEEKS * rates.incapacitation / members,
        f"death_rate.{MARKET}": WEEKS * deaths,
    }


def adopt(run: Territories, rates: Rates) -> None:
    """Set the hazards that follow their law to what it says of this month's sizes."""
    communities, market = run.state.communities, run.world.market_names.index(MARKET)
    sizes = run.state.groups["members"][run.rows]
    if "incapacitation" in run.theirs:
        communities["routine"][:, market] = WEEKS * rates.incapacitation / sizes.sum()
    if "conflict" in run.theirs:
        communities["death"][:, market] = WEEKS * rates.conflict * (run.rivals * sizes).sum(axis=1)
    if "saturation" in run.theirs:
        hired = np.minimum(1.0, rates.saturation * sizes / rates.recruitment)
        communities["vulnerability"] = communities["base_vulnerability"] * (1.0 - hired)


def follow(run: Territories, months: int, policy: str = "status quo") -> Course:
    """Run on for `months` under a policy; our own hazards change by their parameters, theirs by their rates."""
    recruitment, incapacitation = POLICIES[policy]
    rates = Rates()
    rates = rates._replace(
        recruitment=rates.recruitment * recruitment, incapacitation=rates.incapacitation * incapacitation
    )
    market, row = run.world.market_names.index(MARKET), run.packed[0]
    row["turnover_rate"] *= recruitment
    row["voluntary_share"] /= recruitment
    row["routine_hazard"][market] *= incapacitation
    run.state.communities["routine"][:, market] *= incapacitation
    mechanisms = [in_order(MONTH, run.state, run.packed, run.levers)]
    course = np.zeros((4, months))
    for month in range(months):
        adopt(run, rates)
        sizes = run.state.groups["members"][run.rows].copy()
        deaths = (sizes * run.state.communities["death"][:, market]).sum()
        run_month(run.state, run.packed, run.levers, mechanisms)
        tally = run.state.tallies[market]
        course[:, month] = sizes.sum(), tally["recruits"] / WEEKS, tally["arrests"] / WEEKS, deaths / WEEKS
    return Course(*course)


def copied(run: Territories) -> Territories:
    """The same run, to be continued apart."""
    state = State(*(table.copy() for table in run.state))
    return run._replace(state=state, packed=run.packed.copy())


class Result(NamedTuple):
    """The published quantities, by our month; growth and casualties as in `cartels.Result`."""

    past: Course
    ahead: dict[str, Course]

    @property
    def members_2022(self) -> float:
        """Members after ten years."""
        return float(self.ahead["status quo"].members[0])

    def growth(self, policy: str) -> float:
        """Members in 2027 over 2022, less 1."""
        return float(self.ahead[policy].members[-1] / self.members_2022 - 1.0)

    def casualties(self, policy: str) -> float:
        """Deaths a week in 2027 over those in 2022, less 1."""
        return float(self.ahead[policy].deaths[-1] / self.ahead["status quo"].deaths[0] - 1.0)


def result(rivals: Floats, theirs: frozenset[str] = frozenset(LAWS)) -> Result:
    """Ten years, then five (and the month after, to read its start) under each policy."""
    run = settle(rivals, theirs)
    past = follow(run, 120)
    return Result(past, {policy: follow(copied(run), 61, policy) for policy in POLICIES})
