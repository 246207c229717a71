"""Arrests: members taken from a group, by an operation or at a stroke."""

from typing import Any

from countermarket.engine.compiled import kernel


@kernel
def arrest(state: Any, group: Any, place: int, members: float) -> None:
    """Take members from a group; they count in the market's tally, and where it happened as something to fear."""
    group.members -= members
    state.communities[place].arrests[group.market] += members
    state.tallies[group.market].arrests += members
