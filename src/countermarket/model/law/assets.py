"""Money taken from groups: frozen in operations, confiscated a year on, or forfeited as cash on the road."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.model.state.accounts import burden, pay
from countermarket.model.state.codes import (
    CONFISCATED,
    CUSTODY,
    DELAY,
    FINANCE_EFFORT,
    GROUPS_CLEAN,
    GROUPS_DIRTY,
    MEMBERS,
    PRESENCES,
    TREASURIES,
)
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def take(ledger: Any, group: Group, dirty: float, clean: float, payee: int) -> None:
    """Money leaves a group's purses for another sector. USD."""
    pay(ledger, GROUPS_DIRTY, payee, dirty)
    pay(ledger, GROUPS_CLEAN, payee, clean)
    group.dirty -= dirty
    group.clean -= clean


@kernel
def freeze(state: State, p: Any, group: Group, reach: float, place: int) -> float:
    """Freeze what can be found of the group's money; part of it will be confiscated a year on. USD."""
    findable = p.asset_findability * state.agencies[place].pursuit * reach
    dirty = max(0.0, group.dirty) * findable
    clean = max(0.0, group.clean) * findable * p.clean_findability
    take(state.ledger, group, dirty, clean, CUSTODY)
    frozen = dirty + clean
    last = state.custody.shape[0] - 1
    state.custody[last, place] += frozen
    state.custody_market[last, group.market] += frozen
    tally = state.tallies[group.market]
    burden(tally, group, CONFISCATED, frozen * p.confiscated_share)
    burden(tally, group, DELAY, frozen * (1.0 - p.confiscated_share) * p.capital_rate * (last + 1))
    return frozen


@kernel
def confiscate(state: State, parameters: Any, levers: Levers) -> None:
    """Assets frozen a year ago: part is confiscated for the treasuries, the rest goes back to its owners.

    After: Europol 2016 (about half of seizures end in confiscation).
    """
    p = parameters[0]
    for j in range(state.agencies.size):
        due = state.custody[0, j]
        pay(state.ledger, CUSTODY, TREASURIES, due * p.confiscated_share)
        pay(state.ledger, CUSTODY, MEMBERS, due * (1.0 - p.confiscated_share))
        state.agencies[j].recovered += due * p.confiscated_share
    for market in range(state.tallies.size):
        state.tallies[market].recovery += state.custody_market[0, market] * p.confiscated_share
    _come_nearer(state.custody)
    _come_nearer(state.custody_market)


@kernel
def _come_nearer(custody: Any) -> None:
    """What is frozen has a month less to wait."""
    last = custody.shape[0] - 1
    for column in range(custody.shape[1]):
        for month in range(last):
            custody[month, column] = custody[month + 1, column]
        custody[last, column] = 0.0


@kernel
def forfeit(state: State, parameters: Any, levers: Levers) -> None:
    """Cash on hand is stopped and forfeited without a case, more of it where financial investigators work.

    After: Home Office 2024 (44% of what is recovered is forfeited cash).
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if not group.active or group.dirty <= 0.0:
            continue
        tally = state.tallies[group.market]
        whole = 0.0
        for slot in range(PRESENCES):
            if group.activity[slot] <= 0.0:
                continue
            agency = state.agencies[group.presence[slot]]
            effort = agency.effort[FINANCE_EFFORT] / (p.officers_scale * p.reference_finance_share)
            taken = group.dirty * group.activity[slot] * min(1.0, p.forfeiture_rate * effort * agency.pursuit)
            agency.recovered += taken
            whole += taken
        burden(tally, group, CONFISCATED, whole)
        take(state.ledger, group, whole, 0.0, TREASURIES)
        tally.recovery += whole
