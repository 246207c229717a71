"""What things cost and who paid whom: lists of cost components with a memo of the cash in them, and a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countermarket.model.state.codes import CASH, COMPONENTS, CONFISCATED, DELAY

if TYPE_CHECKING:
    from twin.markets import Market

Costs = list[float]


def no_costs() -> Costs:
    """Every component and the memo of cash, nothing in them yet. USD."""
    return [0.0] * (len(COMPONENTS) + 1)


def with_overheads(overheads: list[float]) -> Costs:
    """A vector with nothing but a group's overheads in it, all but interest forgone paid in cash. USD."""
    costs = no_costs()
    costs[CONFISCATED : CONFISCATED + len(overheads)] = overheads
    costs[CASH] = sum(overheads) - costs[DELAY]
    return costs


def total(costs: Costs) -> float:
    """Sum of all components, the memo left out. USD."""
    return sum(costs[:CASH])


def add(target: Costs, source: Costs, share: float = 1.0) -> None:
    """Add a share of some costs to others."""
    target[:] = [there + share * here for there, here in zip(target, source, strict=True)]


def scaled(costs: Costs, share: float) -> Costs:
    """A share of every component."""
    return [amount * share for amount in costs]


def incur(market: Market, costs: Costs, component: int, amount: float, cash_share: float = 1.0) -> None:
    """A new cost enters a vector and the market's month. USD."""
    cash = amount * cash_share
    for books in (costs, market.incurred):
        books[component] += amount
        books[CASH] += cash


def pay(ledger: list[float], payer: int, payee: int, amount: float) -> None:
    """Book a payment between two sectors. USD."""
    ledger[payer] -= amount
    ledger[payee] += amount
