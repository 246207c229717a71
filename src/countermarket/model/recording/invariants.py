"""What must hold every month whatever happens: money, goods and cost that came from somewhere and went somewhere."""

from copy import copy
from typing import Any

from countermarket.engine.compiled import kernel, machine_code
from countermarket.model.state.accounts import overheads, total
from countermarket.model.state.codes import CONSENT, EXPLOITED, FRAUD, GROUPS_CLEAN, GROUPS_DIRTY
from countermarket.model.state.tables import State


class Books:
    """Last month's stocks, and the worst residual of each identity so far."""

    def __init__(self, state: State) -> None:
        (self.audit,) = machine_code((audit,), state)
        self.cost, self.goods, self.purses, *_ = self.audit(state)
        self.worst = {"accounts": 0.0, "goods": 0.0, "cost": 0.0}

    def copy(self) -> "Books":
        """The same books, to be kept apart from now on."""
        twin = copy(self)
        twin.worst = dict(self.worst)
        return twin

    def close_month(self, state: State) -> None:
        """Check one month and remember its stocks."""
        cost, goods, cash, incurred, used, came, went = self.audit(state)
        turnover = abs(state.ledger).sum() + abs(cash) + 1.0
        moved = cash - self.purses - state.ledger[GROUPS_DIRTY] - state.ledger[GROUPS_CLEAN]
        self._note("accounts", max(abs(state.ledger.sum()), abs(moved)) / turnover)
        self._note("cost", abs(incurred - used - (cost - self.cost)) / (incurred + cost + 1.0))
        self._note("goods", abs(came - went - (goods - self.goods)) / (came + goods + 1.0))
        self.cost, self.goods, self.purses = cost, goods, cash

    def _note(self, name: str, residual: float) -> None:
        self.worst[name] = max(self.worst[name], float(residual))


def open_ledger(state: State) -> Books:
    """Begin to keep the books."""
    return Books(state)


def worst_residuals(books: Books, state: State) -> dict[str, float]:
    """The worst relative residuals so far, and how many births found no slot."""
    return {**books.worst, "refused_births": float(state.alliance["refused_births"][0])}


@kernel
def audit(state: State) -> Any:
    """Stocks of cost, goods and money, then cost incurred and used, then goods made and gone. USD and units."""
    cost, goods, cash = embodied_cost(state), goods_in_stock(state), purses(state)
    incurred, used = cost_flows(state)
    came, went = goods_flows(state)
    return cost, goods, cash, incurred, used, came, went


@kernel
def embodied_cost(state: State) -> float:
    """Cost embodied in stocks, in people held and in groups' pending overheads. USD."""
    amount = 0.0
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.traded:
            amount += total(node.embodied) + (total(node.held_embodied) if node.kind == EXPLOITED else 0.0)
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            amount += overheads(state.groups[g])
    return amount


@kernel
def cost_flows(state: State) -> Any:
    """Cost incurred this month, and cost that left: delivered, unallocated and written off. USD, USD."""
    incurred, used = 0.0, 0.0
    for m in range(state.tallies.size):
        tally = state.tallies[m]
        incurred += total(tally.incurred)
        used += total(tally.unallocated) + total(tally.written_off)
    for n in range(state.nodes.size):
        if state.nodes[n].traded:
            used += total(state.nodes[n].cost)
    return incurred, used


@kernel
def goods_in_stock(state: State) -> float:
    """Units in stock at all nodes of goods and exploited people, with those held."""
    amount = 0.0
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.kind != CONSENT and node.kind != FRAUD:
            amount += node.stock + node.held
    return amount


@kernel
def goods_flows(state: State) -> Any:
    """Units made, and units that left for good: delivered to users, used up, seized, escaped."""
    came, went = 0.0, 0.0
    for n in range(state.nodes.size):
        node = state.nodes[n]
        if node.kind != CONSENT and node.kind != FRAUD:
            came += node.produced
            went += node.gone
    for n in range(state.legs.size):
        leg = state.legs[n]
        if leg.kind != CONSENT and leg.kind != FRAUD:
            went += leg.lost
    return came, went


@kernel
def purses(state: State) -> float:
    """Money of all groups, dirty and clean. USD."""
    amount = 0.0
    for g in range(state.clock[0].slots):
        if state.groups[g].active:
            amount += state.groups[g].dirty + state.groups[g].clean
    return amount
