"""Every lever's value in a month, as mechanisms read it: the tables are made from the declarations."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.lever import Lever, Table
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.slots import MARKET_SLOTS, market_slots
from countermarket.declared.vocabulary import PARTNERS, SERVICES
from countermarket.world.structure import World

ALONG = {"service": len(SERVICES), "partner": len(PARTNERS)}
"""Numbers side by side in a column, for what a lever may vary over beside its row and the world's markets."""


def _type(lever: Lever, markets: int) -> tuple[Any, ...]:
    """The type of a lever's column: a mark for a name in a list, the number of a word, one number or several."""
    if lever.kind == "names":
        return ("?",)
    if lever.kind == "word":
        return ("i4",)
    if lever.name in EFFORT_SHARES:
        return ("f8", (len(EFFORT_SHARES),))
    if lever.by_end:
        return ("f8", (2,))
    sizes = {**ALONG, "market": markets}
    along = tuple(sizes[name] for name in lever.by if name in sizes)
    return ("f8", along) if along else ("f8",)


@cache
def lever_columns(table: Table, markets: int = MARKET_SLOTS) -> Any:
    """A table with a column for each lever that arrives in it; shares of effort stand side by side in one."""
    own = [lever for lever in LEVERS.values() if lever.table == table]
    columns = {lever.column: (lever.column, *_type(lever, markets)) for lever in own}
    return np.dtype(list(columns.values()), align=True)


AGENCY_LEVERS = lever_columns("agencies")
ALLIANCE_LEVERS = lever_columns("alliance")
LEG_LEVERS = lever_columns("legs")


class Levers(NamedTuple):
    """Every lever's value this month; a word is its number in the words of its declaration."""

    agencies: Any  # AGENCY_LEVERS (J,)
    alliance: Any  # ALLIANCE_LEVERS (1,)
    legs: Any  # LEG_LEVERS (L,)


def empty_levers(world: World) -> Levers:
    """Room for every lever's value of one month."""
    agencies = lever_columns("agencies", market_slots(world.market_names))
    return Levers(
        np.zeros(len(world.jurisdictions), agencies),
        np.zeros(1, ALLIANCE_LEVERS),
        np.zeros(len(world.legs), LEG_LEVERS),
    )
