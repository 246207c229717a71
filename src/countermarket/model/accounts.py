"""Who paid what to whom, and what it cost: every payment has a payer and a payee."""

from typing import Any

from countermarket.compiled import kernel
from countermarket.model.state import CASH, N_COMPONENTS


@kernel
def pay(ledger: Any, payer: int, payee: int, amount: float) -> None:
    """Book a payment between two sectors; what one loses the other gains. USD."""
    ledger[payer] -= amount
    ledger[payee] += amount


@kernel
def total(vector: Any) -> float:
    """Sum of an embodied cost vector over its components (the cash memo left out). USD."""
    amount = 0.0
    for component in range(N_COMPONENTS):
        amount += vector[component]
    return amount


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
def incur(tally: Any, target: Any, component: int, amount: float, cash_share: float) -> None:
    """Incur a cost: it enters an embodied cost vector and the market's month. USD."""
    target[component] += amount
    target[CASH] += amount * cash_share
    tally.incurred[component] += amount
    tally.incurred[CASH] += amount * cash_share
