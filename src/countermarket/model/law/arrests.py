"""Arrests: members taken from a group, by an operation or at a stroke."""

from typing import Any

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import power
from countermarket.model.state.crime import Group
from countermarket.model.state.tables import State


@kernel
def arrest(state: State, p: Any, group: Group, place: int, members: float) -> None:
    """Take members from a group; they count in the market's tally, and where it happened as something to fear.

    The prolific are caught first: a share a takes 1 - (1 - a) ** g of what the group can move.

    After: Wolfgang, Figlio and Sellin 1972 (few commit most offences).
    """
    left = max(0.0, 1.0 - members / max(group.members, 1e-9))
    group.seasoned *= power(max(left, 1e-6), p.prolific_first - 1.0)
    group.members -= members
    group.vacant += members
    state.communities[place].arrests[group.market] += members
    state.tallies[group.market].arrests += members
