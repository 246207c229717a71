"""Every lever does something when it should, and nothing, bit for bit, when it cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from lucks import above
from paired_months import WORLD, Policy, Prepare, differences, followed, mean_of

from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.model.state.codes import CONSENT
from countermarket.model.state.tables import State

EVERYONE = tuple(WORLD.jurisdiction_names)
CLUB: Policy = {
    "alliance.members": EVERYONE,
    "alliance.data_sharing_share": 0.8,
    "alliance.channel": "joint_team",
    "alliance.common_standards": 0.5,
    "alliance.joint_action_share": 0.5,
}
"""An alliance of the whole world that shares and acts."""
NO_CLUB: Policy = {"alliance.members": ()}
NO_DUTIES: Policy = {
    "alliance.private_partners": {"finance": 0.0, "digital": 0.0, "logistics": 0.0},
    "alliance.sanctions_per_year": 0.0,
    "alliance.reinvestment_share": 0.0,
    "alliance.enabler_targeting": 0.0,
}
COST = {"alliance.cost_members", "alliance.cost_alliance", "agencies.public_cost", "ledger"}
"""Money paid for the lever itself, tested apart."""
MEMBERSHIP = {
    "agencies.member", "agencies.standing", "agencies.contribution", "agencies.touched", "alliance.cost_members",
}  # fmt: skip


class Row(NamedTuple):
    """A lever from `low` to `high` where it should act, and where it cannot."""

    lever: str
    low: Any
    high: Any
    sign: int
    measure: Callable[[State], float]
    months: int = 6
    given: Policy = CLUB
    unable: Policy = NO_CLUB
    """Levers where it cannot act, besides itself."""
    prepare: Prepare | None = None
    """What else stands in its way."""
    unable_parameters: dict[str, float] = {}  # noqa: RUF012
    unable_months: int = 12
    written: tuple[str, ...] = ()
    """Columns that repeat the lever's own value, or bear its private cost, and nothing else."""


def held(state: State, column: str) -> float:
    """Sum over active groups."""
    return float(state.groups[column][state.groups["active"]].sum())


def received(state: State) -> float:
    return held(state, "received")


def load(state: State) -> float:
    return float(state.agencies["load"].sum())


def arrests(state: State) -> float:
    return float(state.tallies["arrests"].sum())


def cases(state: State) -> float:
    return float(state.agencies["cases"].sum())


def loss(state: State) -> float:
    return float(state.legs["probability"].mean())


def vulnerability(state: State) -> float:
    return float((state.communities["vulnerability"] * state.communities["population"]).sum())


def designated(state: State) -> float:
    return held(state, "designated")


def enabler_evidence(state: State) -> float:
    return float(state.enablers["evidence"].sum())


def suspended(state: State) -> float:
    return float((state.agencies["suspended"] > 0).sum())


# --- what can stand in the way ------------------------------------------------------------------------------


def all_bought(state: State) -> None:
    """No officer is honest, so none counts (for a month: integrity is a community's to change)."""
    state.agencies["integrity"] = 0.0


def no_smugglers(state: State) -> None:
    markets = np.flatnonzero(state.tallies["kind"] == CONSENT)
    state.groups["active"] &= ~np.isin(state.groups["market"], markets)
    state.candidates[markets] = 0.0


def no_enablers(state: State) -> None:
    state.enablers["active"] = False
    state.enablers["reopens"] = 1_000_000
    state.groups["enabler"] = state.groups["backup"] = -1


RIPE = {"case_threshold": 0.1, "analyst_share": 0.01}
"""Less evidence makes a case and fewer read it: a few months of a small world have cases and queues."""
NO_CASE = {"case_threshold": 100.0}
OTHERS = [lever for lever in EFFORT_SHARES if lever != "agencies.prevention_share"]


def share_row(activity: str, sign: int, measure: Callable[[State], float], months: int = 1) -> Row:
    """Effort for one activity at the expense of prevention (prevention's own: of interdiction)."""
    lever = f"agencies.{activity}_share"
    spared = "agencies.interdiction_share" if activity == "prevention" else "agencies.prevention_share"
    given = {other: 0.1 for other in EFFORT_SHARES if other not in (lever, spared)}
    return Row(
        lever, 0.05, 0.55, sign, measure, months, {**CLUB, **given}, unable=given, prepare=all_bought, unable_months=1
    )


PARTNERS = {"finance": 1.0, "digital": 1.0, "logistics": 1.0}
ROWS = (
    Row("agencies.budget_multiplier", 1.0, 2.0, +1, loss, 1, {}, unable={}, prepare=all_bought, unable_months=1),
    share_row("interdiction", +1, loss),
    share_row("investigation", +1, lambda s: float(s.communities["routine"].sum())),
    share_row("finance", +1, load),
    share_row("digital", +1, load),
    share_row("enablers", +1, enabler_evidence),
    share_row("prevention", -1, vulnerability, 24),
    Row("agencies.powers", 0.0, 1.0, +1, cases, 1, {}, {}, None, NO_CASE, 12, ("agencies.powers",)),
    Row(
        "agencies.severity", 1.0, 3.0, +1, lambda s: float(s.legs["risk"].mean()), 1, {}, {}, None,
        {"prison_month_value": 0.0}, 12, ("agencies.severity",),
    ),
    Row(
        "agencies.migration_sanctions", 0.0, 1.0, +1, designated, 1, {}, {}, no_smugglers,
        written=("agencies.regime",),
    ),
    Row(
        "agencies.border_control", {}, {"container": 1.0}, +1, loss, 1, {}, {}, None, {"chokepoint_effect": 0.0}, 12,
        ("agencies.guarded", "legs.guard", "alliance.compliance"),
    ),
    Row(
        "agencies.asset_recovery_share", 0.2, 1.0, +1, lambda s: float(s.custody.sum()), 12, {}, {}, None,
        {**NO_CASE, "forfeiture_rate": 0.0, "retail_cash_months": 0.0}, 12, ("agencies.pursuit",),
    ),
    Row(
        "agencies.enabler_due_diligence", 0.0, 1.0, +1, lambda s: float(s.enablers["caution"].sum()), 6, {}, {},
        no_enablers, written=("agencies.diligence", "alliance.compliance", "agencies.innocent", "alliance.innocent"),
    ),
    Row(
        "alliance.members", (), EVERYONE, +1, received, 12,
        {lever: value for lever, value in CLUB.items() if lever != "alliance.members"}, NO_CLUB,
    ),
    Row("alliance.data_sharing_share", 0.2, 1.0, +1, received, written=("alliance.sharing",)),
    Row(
        "alliance.channel", "mutual_legal_assistance", "joint_team", +1, received, written=("alliance.latency",)
    ),
    Row("alliance.common_standards", 0.0, 1.0, +1, received, written=("alliance.standards",)),
    Row("alliance.joint_action_share", 0.0, 1.0, +1, arrests, 12, written=("alliance.joint_action",)),
    Row(
        "alliance.suspension_threshold", 0.0, 1.0, +1, suspended, 36, {**CLUB, "alliance.audit_share": 1.0},
        {**CLUB, "alliance.audit_share": 0.0},
    ),
    Row("alliance.exit_share", 0.0, 1.0, +1, lambda s: float((s.agencies["away"] > 0).sum()), 36),
    Row(
        "alliance.audit_share", 0.0, 1.0, +1, lambda s: float(s.agencies["contribution"].sum()), 6,
        {**CLUB, "alliance.suspension_threshold": 0.8},
    ),
    Row("alliance.sanctions_per_year", 0.0, 200.0, +1, designated, written=("alliance.carry",)),
    Row("alliance.sanctions_coordination", 0.0, 1.0, +1, designated),
    Row("alliance.sanctions_target", "leaders", "finance", +1, lambda s: float(s.enablers["bite"].sum())),
    Row("alliance.enabler_targeting", 0.0, 1.0, +1, enabler_evidence, 2, written=("alliance.targeting",)),
    Row("alliance.chokepoints", {}, {"container": 1.0}, +1, loss, 1),
    Row("alliance.blackout_zone", (), EVERYONE, +1, cases, 1),
    Row(
        "alliance.federated_data", 0.0, 1.0, +1, received, 6,
        {**CLUB, "alliance.channel": "mutual_legal_assistance"}, written=("alliance.latency",),
    ),
    Row(
        "alliance.pooled_compute", 0.0, 1.0, -1, lambda s: float(s.agencies["queue"].sum()),
        written=("alliance.compute",),
    ),
    Row("alliance.innovation_budget", 0.0, 1e9, +1, lambda s: float(s.agencies["gap"].sum())),
    Row("alliance.private_partners", NO_DUTIES["alliance.private_partners"], PARTNERS, +1, load, 1,
        written=("alliance.coverage",)),
    Row("alliance.stings", 0.0, 1.0, -1, lambda s: held(s, "trust")),
    Row("alliance.reinvestment_share", 0.0, 1.0, +1, lambda s: float(s.communities["diverted"].sum()), 60),
)  # fmt: skip
BY_LEVER = {row.lever: row for row in ROWS}
FREE = [lever for lever in LEVERS if LEVERS[lever].public_cost.startswith("none of its own")]
ALLIANCE = [lever for lever in LEVERS if lever.startswith("alliance.")]


def test_every_lever_has_a_row() -> None:
    assert list(BY_LEVER) == list(LEVERS)


def mean(measure: Callable[[State], float], states: list[State]) -> float:
    return float(np.mean([measure(state) for state in states]))


def both(
    lever: str, given: Policy, months: int, prepare: Prepare | None, luck: int = 0, **parameters: float
) -> Any:
    """The months under the lever's low and under its high value."""
    row = BY_LEVER[lever]
    policies = ({**given, lever: value} for value in (row.low, row.high))
    return tuple(followed(policy, months, prepare, luck, **parameters) for policy in policies)


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_acts_when_it_should(lever: str) -> None:
    row = BY_LEVER[lever]
    low, high = (mean(row.measure, states) for states in both(lever, row.given, row.months, None, **RIPE))
    assert row.sign * (high - low) > 1e-4 * abs(low), (low, high)


@pytest.mark.parametrize("lever", [a for a in LEVERS if a != "alliance.members"])
def test_a_lever_does_nothing_when_it_cannot(lever: str) -> None:
    row = BY_LEVER[lever]
    low, high = both(lever, row.unable, row.unable_months, row.prepare, **row.unable_parameters)
    assert differences(low[-1], high[-1]) <= {*row.written, *COST}


def empty_fund(state: State) -> None:
    state.alliance["fund"] = 0.0


def alone(policy: Policy, months: int) -> set[str]:
    """What a club of one changes, besides who is a member and what that costs."""
    states = (followed({**policy, "alliance.members": who}, months, empty_fund)[-1] for who in ((), ("GBR",)))
    return differences(*states) - {*COST, *MEMBERSHIP}


def test_a_member_alone_with_nothing_to_do_changes_nothing() -> None:
    assert alone({**NO_DUTIES, "alliance.data_sharing_share": 0.0}, 12) == set()


def test_a_member_alone_has_nobody_to_share_with() -> None:
    assert alone({**NO_DUTIES, "alliance.data_sharing_share": 1.0}, 12) == set()


def test_members_act_together_no_less_than_strangers() -> None:
    policy = {**NO_DUTIES, "alliance.data_sharing_share": 0.0, "alliance.joint_action_share": 0.0}
    strangers, members = (followed({**policy, "alliance.members": who}, 1, None, **RIPE)[0] for who in ((), EVERYONE))
    assert arrests(members) >= arrests(strangers)


@pytest.mark.parametrize("lever", [a for a in ALLIANCE if a != "alliance.members"])
def test_an_alliance_of_nobody_pays_for_nothing(lever: str) -> None:
    low, high = (mean(alliance_cost, states) for states in both(lever, NO_CLUB, 3, None))
    assert low == high


def alliance_cost(state: State) -> float:
    return float(state.alliance["cost_alliance"][0])


def public_cost(state: State) -> float:
    return float(state.alliance["cost_members"][0]) + alliance_cost(state)


PER_OPERATION = (
    "agencies.powers", "agencies.asset_recovery_share", "alliance.joint_action_share", "alliance.blackout_zone"
)  # fmt: skip
"""What they cost depends on operations; the others are tested where there are none, whose cost would be luck."""


@pytest.mark.parametrize("lever", [a for a in LEVERS if a not in (*FREE, *PER_OPERATION)])
def test_a_lever_is_paid_for(lever: str) -> None:
    """Apart from what it spares prisons: where more is seized, fewer goods reach sellers in the same month."""
    prisons = {} if lever == "agencies.severity" else {"prison_cost": 0.0}
    months = both(lever, {**CLUB, **BY_LEVER[lever].given}, 1, None, **NO_CASE, **prisons)
    low, high = (mean(public_cost, states) for states in months)
    assert high > low, f"{lever} costs nothing: charge it in model/law/membership.py (_agency_cost)"


@pytest.mark.parametrize("lever", PER_OPERATION)
def test_a_lever_that_works_by_operations_is_paid_for_by_operation(lever: str) -> None:
    """Mean of 24 lucks. About half the cases are ripe: who needs less evidence acts on more of them."""
    given, ripe = {**CLUB, **BY_LEVER[lever].given}, {**RIPE, "case_threshold": 0.6, "cases_per_officer": 1.0}
    low, high = mean_of(
        24, lambda luck: [mean(public_cost, states) for states in both(lever, given, 1, None, luck, **ripe)]
    )
    assert above(f"public cost: {lever}", high / low, 1.0)
