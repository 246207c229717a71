"""Who paid what to whom, and what it cost: every payment has a payer and a payee."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.model.state.codes import (
    CASH,
    CONFISCATED,
    DELAY,
    GROUPS_DIRTY,
    MEMBERS,
    N_COMPONENTS,
    OVERHEADS,
    SEARCH,
)
from countermarket.model.state.crime import Group
from countermarket.model.state.tables import State
from countermarket.model.state.trade import Tally


@kernel
def pay(ledger: Any, payer: int, payee: int, amount: float) -> None:
    """Book a payment between two sectors; what one loses the other gains. USD."""
    ledger[payer] -= amount
    ledger[payee] += amount


@kernel
def total(vector: Any) -> float:
    """Sum of an embodied cost vector over its components (the cash memo left out). USD."""
    first, second = vector[0], 0.0
    for pair in range(N_COMPONENTS // 2):  # two sums, so that an addition need not wait for the last
        first += vector[2 * pair + 1]
        second += vector[2 * pair + 2]
    return first + second


@kernel
def move(source: Any, target: Any, share: float) -> None:
    """Move a share of one embodied cost vector to another."""
    for component in range(N_COMPONENTS + 1):
        amount = source[component] * share
        source[component] -= amount
        target[component] += amount


@kernel
def add(target: Any, source: Any, share: float) -> None:
    """Add a share of one embodied cost vector to another, leaving the first as it is."""
    for component in range(N_COMPONENTS + 1):
        target[component] += source[component] * share


@kernel
def incur(tally: Tally, target: Any, component: int, amount: float, cash_share: float) -> None:
    """Incur a cost: it enters an embodied cost vector and the market's month. USD."""
    target[component] += amount
    target[CASH] += amount * cash_share
    tally.incurred[component] += amount
    tally.incurred[CASH] += amount * cash_share


@kernel
def burden(tally: Tally, group: Group, component: int, amount: float) -> None:
    """Incur an overhead: the market's month has it now, the group's next shipments bear it. USD."""
    group.pending[component - CONFISCATED] += amount
    tally.incurred[component] += amount
    if component != DELAY:  # interest forgone is not paid
        tally.incurred[CASH] += amount


@kernel
def spend_on_search(state: State, group: Group, cost: float) -> None:
    """Time and money lost to retooling, vetting or a patron's tasks; the next shipments bear it. USD."""
    burden(state.tallies[group.market], group, SEARCH, cost)
    pay(state.ledger, GROUPS_DIRTY, MEMBERS, cost)
    group.dirty -= cost


@kernel
def overheads(group: Group) -> float:
    """Overheads that wait for a group's next shipment. USD."""
    return group.pending[0] + group.pending[1] + group.pending[2]


@kernel
def write_off_overheads(tally: Tally, group: Group) -> None:
    """Overheads that no shipment will bear. USD."""
    for i in range(OVERHEADS):
        tally.unallocated[CONFISCATED + i] += group.pending[i]
        if CONFISCATED + i != DELAY:
            tally.unallocated[CASH] += group.pending[i]
        group.pending[i] = 0.0
