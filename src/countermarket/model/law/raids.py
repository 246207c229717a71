"""Raids: members arrested and assets taken at a stroke, when a shock says so."""

from typing import Any

from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import power
from countermarket.model.law.arrests import arrest
from countermarket.model.law.assets import take
from countermarket.model.state.accounts import burden, pay
from countermarket.model.state.codes import ALLIANCE_FUND, CONFISCATED, TREASURIES
from countermarket.model.state.crime import Group
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State


@kernel
def carry_out(state: State, parameters: Any, levers: Levers) -> None:
    """Members arrested and assets taken at a stroke, where a shock has said so this month.

    Arrests count like others, so that those still free fear more, and may take a leader. Assets go to the treasury
    of the group's home; the share for social use is kept for that place in the fund, and the next shipments bear
    the cost.

    After: Duijn, Kashirin and Sloot 2014 (a few people hold rare skills).
    """
    p = parameters[0]
    for g in range(state.clock[0].slots):
        group = state.groups[g]
        if group.arrest_due > 0.0 and group.active:
            _arrest(state, p, group)
        if group.taken_due > 0.0 and group.active:
            _take_assets(state, group)
        group.arrest_due = 0.0
        group.taken_due = 0.0
        group.reuse_due = 0.0


@kernel
def _arrest(state: State, p: Any, group: Group) -> None:
    """A share of members is arrested; a group is without a leader if one of its few key people is among them."""
    arrest(state, p, group, group.home, group.members * group.arrest_due)
    if streams.uniform(state.clock[0], streams.REMOVE_LEADER, group.id, 1) < caught(group.arrest_due, p.key_people):
        group.leaderless = p.succession_months


@kernel
def caught(share: float, key_people: float) -> float:
    """Chance that arrests of a share of members at random take at least one key person: 1 - (1 - a) ** k."""
    return 1.0 - power(1.0 - share, key_people)


@kernel
def _take_assets(state: State, group: Group) -> None:
    """A share of the purse, dirty and clean, goes to the treasury, and part of it on to the place's own use."""
    dirty = max(0.0, group.dirty) * group.taken_due
    clean = max(0.0, group.clean) * group.taken_due
    take(state.ledger, group, dirty, clean, TREASURIES)
    taken = dirty + clean
    tally = state.tallies[group.market]
    burden(tally, group, CONFISCATED, taken)
    tally.recovery += taken
    reused = taken * group.reuse_due
    pay(state.ledger, TREASURIES, ALLIANCE_FUND, reused)
    state.communities[group.home].earmarked += reused
    state.agencies[group.home].recovered += taken - reused
