"""What a run leaves behind: the recorder that fills the rows of the layout.

Every run of a world and a number of months has the same rows; only the values differ. Monthly by market and
role, quarterly by destination cell and cost component, yearly by leg and jurisdiction.
"""

from copy import copy
from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.compiled import kernel, machine_code
from countermarket.model.recording.layout import (
    GRADES,
    MARKET_MEASURES,
    ROLES,
    SERVICE_MEASURES,
    WORLD_MEASURES,
    Floats,
    cell_nodes,
    cell_table,
)
from countermarket.model.state.accounts import total
from countermarket.model.state.codes import CASH, N_COMPONENTS, SERVICES
from countermarket.model.state.tables import State
from countermarket.model.trade.paths import find_paths
from countermarket.world.structure import World


class Block(NamedTuple):
    """A dense part of the record: its axes by column, and values of that shape."""

    axes: dict[str, tuple[str, ...]]
    paired: tuple[str, ...]
    """Columns that share the first axis's position instead of spanning one of their own."""


class Sheet(NamedTuple):
    """Where a month is added up. C cells, S served nodes, L legs, M markets, N nodes."""

    nodes: Any  # i8 (S,): nodes where users are served
    cell: Any  # i8 (S,): each one's cell
    from_source: Any  # bool (L,): leg starts where goods are made
    to_users: Any  # bool (L,): leg ends where users are served
    units: Any  # f8 (M,): delivered
    wanted: Any  # f8 (M,)
    cost: Any  # f8 (M, components + 1): of what was delivered, USD
    role: Any  # f8 (M, roles): units
    cells: Any  # f8 (C, 3): units, their cost and their cash cost
    quarter_units: Any  # f8 (M,): delivered since the quarter began
    reach: Any  # f8 (N,): cost of the cheapest path to each node, USD per unit


def sheet_for(world: World) -> Sheet:
    """An empty sheet for this world."""
    nodes, cell, cell_markets, _ = cell_table(world)
    from_source, to_users = _leg_roles(world)
    markets, places = len(world.market_names), len(world.jurisdictions)
    units, cost, role = np.zeros((3, markets)), np.zeros((markets, N_COMPONENTS + 1)), np.zeros((markets, len(ROLES)))
    cells, reach = np.zeros((len(cell_markets), 3)), np.zeros(len(world.layers) * places)
    return Sheet(nodes, cell, from_source, to_users, units[0], units[1], cost, role, cells, units[2], reach)


class Series(NamedTuple):
    """The recorded values of a run, one array a block of the layout, in its order. NaN = undefined."""

    market: Any  # f8 (months, M, measures)
    cost: Any  # f8 (months, M, 2): total and cash, USD per unit
    role: Any  # f8 (months, M, roles)
    whole: Any  # f8 (months, measures)
    grade: Any  # f8 (months, grades)
    service: Any  # f8 (months, services, measures)
    component: Any  # f8 (quarters, M, components)
    cells: Any  # f8 (quarters, C, 3)
    path: Any  # f8 (years, C)
    leg: Any  # f8 (years, L)
    place: Any  # f8 (years, J, 2)


def series_for(world: World, months: int, cells: int) -> Series:
    """Series of nothing yet for a run of this length."""
    markets, quarters, years = len(world.market_names), months // 3, months // 12
    return Series(
        market=np.zeros((months, markets, len(MARKET_MEASURES))),
        cost=np.zeros((months, markets, 2)),
        role=np.zeros((months, markets, len(ROLES))),
        whole=np.zeros((months, len(WORLD_MEASURES))),
        grade=np.zeros((months, len(GRADES))),
        service=np.zeros((months, len(SERVICES), len(SERVICE_MEASURES))),
        component=np.zeros((quarters, markets, N_COMPONENTS)),
        cells=np.zeros((quarters, cells, 3)),
        path=np.full((years, cells), np.inf),
        leg=np.zeros((years, len(world.legs))),
        place=np.zeros((years, len(world.jurisdictions), 2)),
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
        return np.concatenate([part.ravel() for part in self.series])


def record(recorder: Recorder, state: State, parameters: Any, month: int) -> None:
    """Month's step 12: take the record of one reported month."""
    recorder.take(state, parameters, recorder.sheet, recorder.series, month)


@kernel
def take(state: Any, parameters: Any, sheet: Any, series: Any, month: int) -> None:
    """Add the month up and fill its rows."""
    _add_up_users(state, sheet)
    _add_up_legs(state, sheet)
    for m in range(state.tallies.size):
        _fill(series.market[month, m], _market_row(state.tallies[m], sheet.units[m], sheet.wanted[m]))
        series.cost[month, m, 0] = _per_unit(total(sheet.cost[m]), sheet.units[m])
        series.cost[month, m, 1] = _per_unit(sheet.cost[m, CASH], sheet.units[m])
        for role in range(sheet.role.shape[1]):
            series.role[month, m, role] = sheet.role[m, role]
    _fill(series.whole[month], _world_row(state))
    _fill_alliance_rows(state, series, month)
    if month // 3 < series.cells.shape[0]:
        _add_quarter(sheet, series, month // 3, month % 3 == 2)
    if month // 12 < series.leg.shape[0]:
        _add_year(state, series, month // 12)
    if month % 12 == 11:
        _close_year(state, parameters, sheet, series, month // 12)


@kernel
def _fill(row: Any, values: Any) -> None:
    """Write values side by side."""
    for i in range(len(values)):
        row[i] = values[i]


@kernel
def _clear(sheet: Any) -> None:
    """Nothing added up yet."""
    for m in range(sheet.units.size):
        sheet.units[m] = 0.0
        sheet.wanted[m] = 0.0
        for component in range(N_COMPONENTS + 1):
            sheet.cost[m, component] = 0.0
        for role in range(sheet.role.shape[1]):
            sheet.role[m, role] = 0.0
    for cell in range(sheet.cells.shape[0]):
        for measure in range(3):
            sheet.cells[cell, measure] = 0.0


@kernel
def _add_up_users(state: Any, sheet: Any) -> None:
    """Sum the month over served nodes: by market, by role, by cell."""
    _clear(sheet)
    for i in range(sheet.nodes.size):
        node = state.nodes[sheet.nodes[i]]
        sheet.units[node.market] += node.delivered
        sheet.wanted[node.market] += node.use
        sheet.role[node.market, 0 if state.agencies[node.jurisdiction].member else 1] += node.delivered
        for component in range(N_COMPONENTS + 1):
            sheet.cost[node.market, component] += node.cost[component]
        sheet.cells[sheet.cell[i], 0] += node.delivered
        sheet.cells[sheet.cell[i], 1] += total(node.cost)
        sheet.cells[sheet.cell[i], 2] += node.cost[CASH]


@kernel
def _add_up_legs(state: Any, sheet: Any) -> None:
    """Sum what was shipped from sources, in transit and to users, by market."""
    for n in range(state.legs.size):
        leg = state.legs[n]
        if sheet.from_source[n]:
            sheet.role[leg.market, 2] += leg.volume
        if sheet.to_users[n]:
            sheet.role[leg.market, 4] += leg.volume
        if not sheet.from_source[n] and not sheet.to_users[n]:
            sheet.role[leg.market, 3] += leg.volume


@kernel
def _per_unit(amount: float, units: float) -> float:
    """An amount per unit, undefined without units."""
    return amount / units if units > 0.0 else np.nan


@kernel
def _market_row(tally: Any, units: float, wanted: float) -> Any:
    """One market's month, in the order of `MARKET_MEASURES`."""
    shipped = tally.entered + tally.produced
    return (
        units,
        max(wanted, units),
        _per_unit(tally.spent, units),
        tally.spent,
        tally.proceeds,
        tally.profit,
        tally.members,
        tally.recruits,
        tally.groups,
        tally.seized / max(units + tally.seized, 1e-300) if shipped > 0.0 else np.nan,
        tally.seized,
        tally.seizures_detected,
        tally.recovery,
        tally.violence,
        tally.harm,
        tally.arrests,
        total(tally.unallocated),
        total(tally.written_off),
        tally.quality,
    )


@kernel
def _world_row(state: Any) -> Any:
    """The world's month, in the order of `WORLD_MEASURES`."""
    alliance = state.alliance[0]
    people, vulnerable, members, gap, queue = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(state.communities.size):
        home, agency = state.communities[j], state.agencies[j]
        people += home.population
        vulnerable += home.vulnerability * home.population
        queue += agency.queue
        if agency.standing > 0.0:
            members += 1.0
            gap += agency.gap
    return (
        vulnerable / people,
        alliance.compliance,
        alliance.innocent,
        alliance.cost_members,
        alliance.cost_alliance,
        _mean_trust(state),
        members,
        queue,
        _per_unit(gap, members),
    )


@kernel
def _mean_trust(state: Any) -> float:
    """Mean trust among members in good standing over pairs and domains, themselves included."""
    trust, pairs = 0.0, 0.0
    for i in range(state.agencies.size):
        for j in range(state.agencies.size):
            if state.agencies[i].standing > 0.0 and state.agencies[j].standing > 0.0:
                for domain in range(state.trust.shape[2]):
                    trust += state.trust[i, j, domain]
                    pairs += 1.0
    return _per_unit(trust, pairs)


@kernel
def _fill_alliance_rows(state: Any, series: Any, month: int) -> None:
    """Operations by grade; fees, enablers at work and enablers closed by service, counted anew each month."""
    alliance = state.alliance[0]
    _fill(series.grade[month], (alliance.minor, alliance.moderate, alliance.major))
    for service in range(series.service.shape[1]):
        series.service[month, service, 0] = alliance.average_fee[service]
        series.service[month, service, 2] = alliance.enablers_closed[service]
        alliance.enablers_closed[service] = 0.0
    for e in range(state.enablers.size):
        if state.enablers[e].active:
            series.service[month, state.enablers[e].service, 1] += 1.0


@kernel
def _add_quarter(sheet: Any, series: Any, quarter: int, ends: bool) -> None:
    """Add the month to its quarter; at the quarter's end, cost by component becomes cost per unit."""
    for c in range(sheet.cells.shape[0]):
        for measure in range(3):
            series.cells[quarter, c, measure] += sheet.cells[c, measure]
    for m in range(sheet.units.size):
        sheet.quarter_units[m] += sheet.units[m]
        for component in range(N_COMPONENTS):
            series.component[quarter, m, component] += sheet.cost[m, component]
            if ends:
                cost = series.component[quarter, m, component]
                series.component[quarter, m, component] = _per_unit(cost, sheet.quarter_units[m])
        if ends:
            sheet.quarter_units[m] = 0.0


@kernel
def _add_year(state: Any, series: Any, year: int) -> None:
    """Add the month to its year: units by leg, deaths by place."""
    for n in range(state.legs.size):
        series.leg[year, n] += state.legs[n].volume
    for j in range(state.communities.size):
        series.place[year, j, 0] += state.communities[j].violence


@kernel
def _close_year(state: Any, parameters: Any, sheet: Any, series: Any, year: int) -> None:
    """At the year's end: vulnerability by place, and what the cheapest path to each cell costs."""
    for j in range(state.communities.size):
        series.place[year, j, 1] = state.communities[j].vulnerability
    find_paths(state, parameters, sheet.reach)
    for i in range(sheet.nodes.size):
        cell = sheet.cell[i]
        series.path[year, cell] = min(series.path[year, cell], sheet.reach[sheet.nodes[i]])
    for cell in range(series.path.shape[1]):
        if not np.isfinite(series.path[year, cell]):
            series.path[year, cell] = np.nan


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
