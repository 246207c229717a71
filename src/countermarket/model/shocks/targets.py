"""Whom and what a shock hits: rows of the tables that its selectors name."""

from typing import Any

import numpy as np

from countermarket.declared.shocks import SHOCKS
from countermarket.declared.vocabulary import MODES
from countermarket.engine import streams
from countermarket.engine.compiled import kernel
from countermarket.model.state.tables import State
from countermarket.world.structure import World


def chosen(names: tuple[str, ...], selected: tuple[str, ...], codes: Any) -> Any:
    """Rows whose code is among the selected names; every row when nothing is selected. Bool, shape of codes."""
    if not selected:
        return np.ones(len(codes), bool)
    return np.isin(np.asarray(names)[codes], selected)


def places(shock: Any, world: World) -> Any:
    """Jurisdictions selected. Bool, (J,)."""
    return chosen(world.jurisdiction_names, shock.jurisdiction, np.arange(len(world.jurisdictions)))


def markets(shock: Any, world: World) -> Any:
    """Markets selected. Bool, (M,)."""
    return chosen(world.market_names, shock.market, np.arange(len(world.market_names)))


def nodes(state: State, shock: Any, world: World) -> Any:
    """Nodes of the markets and jurisdictions selected. Bool, (N,)."""
    rows = state.nodes
    return markets(shock, world)[rows["market"]] & places(shock, world)[rows["jurisdiction"]]


def legs(state: State, shock: Any, world: World) -> Any:
    """Legs by name, with or without their layer, else by mode; of the markets, touching the places. Bool, (L,)."""
    rows, here = state.legs, places(shock, world)
    short = np.array([name.partition("/")[0] for name in world.leg_names])
    named = np.isin(world.leg_names, shock.leg) | np.isin(short, shock.leg)
    hit = named if shock.leg else chosen(MODES, shock.mode, rows["mode"])
    return hit & markets(shock, world)[rows["market"]] & (here[rows["origin"]] | here[rows["destination"]])


def groups(state: State, shock: Any, world: World) -> Any:
    """Active groups by main market and home; of these the `rank`-th largest, else a `share` drawn by lot. Rows.

    The lot is keyed by group, month and kind of shock: paired runs draw the same groups, and those hit at a
    small share are among those hit at a larger one.
    """
    table = state.groups
    hit = table["active"] & markets(shock, world)[table["market"]] & places(shock, world)[table["home"]]
    rows = np.flatnonzero(hit)
    if shock.rank:
        return rows[np.argsort(-table["members"][rows], kind="stable")][shock.rank - 1 : shock.rank]
    if shock.share >= 1.0:
        return rows
    lots = np.ones(len(table))
    draw_lots(table, state.clock, list(SHOCKS).index(shock.kind), lots)
    return rows[lots[rows] < shock.share]


@kernel
def draw_lots(table: Any, clock: Any, occasion: int, lots: Any) -> None:
    """Fill `lots` with one keyed variate in (0, 1) for every active group; (G,)."""
    for g in range(table.size):
        if table[g].active:
            lots[g] = streams.uniform(clock[0], streams.STRIKE, table[g].id, occasion)
