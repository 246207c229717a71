"""What a run leaves behind: the recorder that fills the rows of the layout.

Every run of a world and a number of months has the same rows; only the values differ. Monthly by market and
role, quarterly by destination cell and cost component and some by market, yearly by leg and jurisdiction.
"""

from copy import copy
from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.vocabulary import SERVICES
from countermarket.engine.compiled import machine_code
from countermarket.model.recording.layout import (
    CELL_ROW,
    CELL_YEAR_ROW,
    COST_ROW,
    GRADE_ROW,
    LEG_ROW,
    MARKET_PLACE_ROW,
    MARKET_QUARTER_ROW,
    MARKET_ROW,
    PLACE_ROW,
    ROLE_ROW,
    SERVICE_ROW,
    WORLD_ROW,
    Floats,
    cell_nodes,
    cell_table,
)
from countermarket.model.recording.rows import take
from countermarket.model.state.codes import N_COMPONENTS
from countermarket.model.state.tables import State
from countermarket.world.structure import World


class Sheet(NamedTuple):
    """Where a month is added up. C cells, S served nodes, L legs, M markets, N nodes."""

    nodes: Any  # i8 (S,): nodes where users are served
    cell: Any  # i8 (S,): each one's cell
    from_source: Any  # bool (L,): leg starts where goods are made
    to_users: Any  # bool (L,): leg ends where users are served
    units: Any  # f8 (M,): delivered
    wanted: Any  # f8 (M,)
    cost: Any  # f8 (M, components + 1): of what was delivered, USD
    role: Any  # ROLE_ROW (M,): units
    cells: Any  # CELL_ROW (C,)
    quarter_units: Any  # f8 (M,): delivered since the quarter began
    year_units: Any  # f8 (C,): delivered since the year began
    reach: Any  # f8 (N,): cost of the cheapest path to each node, USD per unit


def sheet_for(world: World) -> Sheet:
    """An empty sheet for this world."""
    nodes, cell, cell_markets, _ = cell_table(world)
    from_source, to_users = _leg_roles(world)
    markets, places = len(world.market_names), len(world.jurisdictions)
    units, cost, role = np.zeros((3, markets)), np.zeros((markets, N_COMPONENTS + 1)), np.zeros(markets, ROLE_ROW)
    cells, year_units = np.zeros(len(cell_markets), CELL_ROW), np.zeros(len(cell_markets))
    reach = np.zeros(len(world.layers) * places)
    return Sheet(nodes, cell, from_source, to_users, units[0], units[1], cost, role, cells, units[2], year_units, reach)


class Series(NamedTuple):
    """The recorded values of a run, one array a block of the layout, in its order. NaN = undefined."""

    market: Any  # MARKET_ROW (months, M)
    cost: Any  # COST_ROW (months, M): USD per unit
    role: Any  # ROLE_ROW (months, M)
    whole: Any  # WORLD_ROW (months,)
    grade: Any  # GRADE_ROW (months,)
    service: Any  # SERVICE_ROW (months, services)
    component: Any  # f8 (quarters, M, components + 1): and their total
    cells: Any  # CELL_ROW (quarters, C)
    cell_year: Any  # CELL_YEAR_ROW (years, C)
    leg: Any  # LEG_ROW (years, L)
    place: Any  # PLACE_ROW (years, J)
    public_cost: Any  # f8 (quarters, J): USD
    market_place: Any  # MARKET_PLACE_ROW (years, M, J)
    market_quarter: Any  # MARKET_QUARTER_ROW (quarters, M)


def series_for(world: World, months: int, cells: int) -> Series:
    """Series of nothing yet for a run of this length."""
    markets, quarters, years = len(world.market_names), months // 3, months // 12
    return Series(
        market=np.zeros((months, markets), MARKET_ROW),
        cost=np.zeros((months, markets), COST_ROW),
        role=np.zeros((months, markets), ROLE_ROW),
        whole=np.zeros(months, WORLD_ROW),
        grade=np.zeros(months, GRADE_ROW),
        service=np.zeros((months, len(SERVICES)), SERVICE_ROW),
        component=np.zeros((quarters, markets, N_COMPONENTS + 1)),
        cells=np.zeros((quarters, cells), CELL_ROW),
        cell_year=np.zeros((years, cells), CELL_YEAR_ROW),
        leg=np.zeros((years, len(world.legs)), LEG_ROW),
        place=np.zeros((years, len(world.jurisdictions)), PLACE_ROW),
        public_cost=np.zeros((quarters, len(world.jurisdictions))),
        market_place=np.zeros((years, markets, len(world.jurisdictions)), MARKET_PLACE_ROW),
        market_quarter=np.zeros((quarters, markets), MARKET_QUARTER_ROW),
    )


class Recorder:
    """Fills the rows of one run, month by month; keeps only what is recorded."""

    def __init__(self, world: World, months: int, state: State, parameters: Any) -> None:
        self.sheet = sheet_for(world)
        self.series = series_for(world, months, len(self.sheet.cells))
        (self.take,) = machine_code((take,), state, parameters, self.sheet, self.series, 0)

    def copy(self) -> "Recorder":
        """The same record so far, to be kept apart from now on."""
        twin = copy(self)
        twin.sheet = Sheet(*(part.copy() for part in self.sheet))
        twin.series = Series(*(part.copy() for part in self.series))
        return twin

    def values(self) -> Floats:
        """All rows in the order of the layout. (rows,)."""
        return np.concatenate([np.ascontiguousarray(part).view(np.float64).ravel() for part in self.series])


def record(recorder: Recorder, state: State, parameters: Any, month: int) -> None:
    """Month's step 12: take the record of one reported month."""
    recorder.take(state, parameters, recorder.sheet, recorder.series, month)


def _leg_roles(world: World) -> Any:
    """Role of each leg's origin in its layer: 0 source, 1 transit; and 2 where the leg ends at users. (L,), (L,)."""
    places = len(world.jurisdictions)
    sources = set((world.supplies["layer"] * places + world.supplies["jurisdiction"]).tolist())
    users = set(cell_nodes(world).tolist())
    start = world.legs["layer"] * places + world.legs["origin"]
    end = world.legs["layer"] * places + world.legs["destination"]
    from_source = np.array([node in sources for node in start.tolist()], dtype=bool)
    to_users = np.array([node in users for node in end.tolist()], dtype=bool)
    return from_source, to_users
