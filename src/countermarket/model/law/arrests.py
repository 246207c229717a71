"""Arrests: members taken from a group, by an operation or at a stroke."""


from countermarket.engine.compiled import kernel
from countermarket.model.state.crime import Group
from countermarket.model.state.tables import State


@kernel
def arrest(state: State, group: Group, place: int, members: float) -> None:
    """Take members from a group; they count in the market's tally, and where it happened as something to fear."""
    group.members -= members
    group.vacant += members
    state.communities[place].arrests[group.market] += members
    state.tallies[group.market].arrests += members
