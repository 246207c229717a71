"""Every lever's value in a month, as mechanisms read it: the tables are made from the declarations."""

from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.lever import Lever, Table
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.vocabulary import MARKETS, PARTNERS, SERVICES
from countermarket.world.structure import World

ALONG = {"market": len(MARKETS), "service": len(SERVICES), "partner": len(PARTNERS)}
"""Numbers side by side in a column, for what a lever may vary over beside its row."""


def _type(lever: Lever) -> tuple[Any, ...]:
    """The type of a lever's column: a mark for a name in a list, the number of a word, one number or several."""
    if lever.kind == "names":
        return ("?",)
    if lever.kind == "word":
        return ("i4",)
    if lever.name in EFFORT_SHARES:
        return ("f8", (len(EFFORT_SHARES),))
    along = tuple(ALONG[name] for name in lever.by if name in ALONG)
    return ("f8", along) if along else ("f8",)


def _columns(table: Table) -> Any:
    """A table with a column for each lever that arrives in it; shares of effort stand side by side in one."""
    columns = {lever.column: (lever.column, *_type(lever)) for lever in LEVERS.values() if lever.table == table}
    return np.dtype(list(columns.values()), align=True)


AGENCY_LEVERS = _columns("agencies")
ALLIANCE_LEVERS = _columns("alliance")
LEG_LEVERS = _columns("legs")


class Levers(NamedTuple):
    """Every lever's value this month; a word is its number in the words of its declaration."""

    agencies: Any  # AGENCY_LEVERS (J,)
    alliance: Any  # ALLIANCE_LEVERS (1,)
    legs: Any  # LEG_LEVERS (L,)


def empty_levers(world: World) -> Levers:
    """Room for every lever's value of one month."""
    return Levers(
        np.zeros(len(world.jurisdictions), AGENCY_LEVERS),
        np.zeros(1, ALLIANCE_LEVERS),
        np.zeros(len(world.legs), LEG_LEVERS),
    )
