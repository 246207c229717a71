"""What a run leaves behind: the rows of the series, declared once, and the recorder that fills them.

Every run of a world and a number of months has the same rows; only the values differ. Monthly by market and
role, quarterly by destination cell and cost component, yearly by leg and jurisdiction.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.compiled import kernel, machine_code
from countermarket.keyed import Keyed
from countermarket.model.accounts import total
from countermarket.model.paths import path_costs
from countermarket.model.state import CASH, COMPONENTS, N_COMPONENTS, SERVICES, State
from countermarket.world.structure import World

Strings = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]

COLUMNS = ("month", "market", "jurisdiction", "role", "leg", "service", "component", "measure", "unit")
FIRST_YEAR = 2026
MARKET_MEASURES = {
    "units_delivered": "units", "units_wanted": "units", "price": "USD per unit", "expenditure": "USD",
    "proceeds": "USD", "profit": "USD", "members": "persons", "recruits": "persons", "groups": "groups",
    "seizure_rate": "share", "units_seized": "units", "seizures_detected": "units", "recovery": "USD",
    "violence": "deaths", "harm": "USD", "arrests": "persons", "unallocated_cost": "USD",
    "written_off_cost": "USD", "quality": "index",
}  # fmt: skip
"""Recorded monthly by market, with their units."""
ROLES = ("member", "non_member", "source", "transit", "destination")
CELL_MEASURES = {"units_delivered": "units", "delivered_cost": "USD", "delivered_cash_cost": "USD"}
WORLD_MEASURES = {
    "community_vulnerability": "index", "compliance_cost": "USD", "innocent_actions": "actions",
    "public_cost_members": "USD", "public_cost_alliance": "USD", "alliance_trust": "share",
    "alliance_members": "states", "backlog": "evidence", "technology_gap": "log units",
}  # fmt: skip
GRADES = ("minor", "moderate", "major")
SERVICE_MEASURES = {"enabler_fee": "share", "enablers_active": "enablers", "enablers_closed": "enablers"}


class Layout(NamedTuple):
    """The rows every run of a world and a number of months has."""

    keys: dict[str, Strings]
    """The columns month, market, jurisdiction, role, leg, service, component, measure and unit. str, (rows,)"""


class Block(NamedTuple):
    """A dense part of the record: its axes by column, and values of that shape."""

    axes: dict[str, tuple[str, ...]]
    paired: tuple[str, ...]
    """Columns that share the first axis's position instead of spanning one of their own."""


def month_name(month: int) -> str:
    """YYYY-MM of a reported month, 0 = January 2026."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def cell_nodes(world: World) -> npt.NDArray[np.int64]:
    """Nodes where users are served, in the order of the world's demands; inputs of other goods left out."""
    inputs = set(world.layers["input_layer"].tolist())
    served = [row for row in world.demands if row["layer"] not in inputs]
    nodes = [row["layer"] * len(world.jurisdictions) + row["jurisdiction"] for row in served]
    return np.array(sorted(nodes), dtype=np.int64)


def cell_table(world: World) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Strings, Strings]:
    """Cells as market x jurisdiction: each served node's cell, and the cells' labels."""
    nodes = cell_nodes(world)
    places = len(world.jurisdictions)
    market = world.layers["market"][nodes // places]
    pairs, cell = np.unique(market * places + nodes % places, return_inverse=True)
    markets = np.asarray(world.market_names)[pairs // places]
    return nodes, cell.astype(np.int64), markets, np.asarray(world.jurisdiction_names)[pairs % places]


def layout(world: World, months: int) -> Layout:
    """The rows of a run of `months` reported months in this world, in the order of the recorded values."""
    return _layout(Keyed(world.digest, world), months)


@lru_cache(maxsize=4)
def _layout(world: Keyed[World], months: int) -> Layout:
    blocks = [_keys(axes) for axes in _blocks(world.value, months)]
    return Layout({column: np.concatenate([block[column] for block in blocks]) for column in COLUMNS})


def _blocks(world: World, months: int) -> list[list[tuple[dict[str, Any], int]]]:
    """Every block as a list of axes; an axis gives one or more columns labels of the same length."""
    monthly = [month_name(month) for month in range(months)]
    quarterly = [month_name(month) for month in range(2, months, 3)]
    yearly = [month_name(month) for month in range(11, months, 12)]
    market = _axis(market=world.market_names)
    _, _, cell_markets, cell_places = cell_table(world)
    cell = _axis(market=cell_markets, jurisdiction=cell_places)
    leg_markets = np.asarray(world.market_names)[world.layers["market"][world.legs["layer"]]]
    month, quarter, year = (_axis(month=names) for names in (monthly, quarterly, yearly))
    cost = {"measure": ["cost_of_illicit_activity"], "unit": ["USD per unit"]}
    return [
        [month, market, _measures(MARKET_MEASURES)],
        [month, market, _axis(component=["total", "cash"]), _axis(**cost)],
        [month, market, _axis(role=ROLES, measure=_role_measures(), unit=["units"] * 5)],
        [month, _measures(WORLD_MEASURES)],
        [month, _axis(component=GRADES), _axis(measure=["operations"], unit=["operations"])],
        [month, _axis(service=SERVICES), _measures(SERVICE_MEASURES)],
        [quarter, market, _axis(component=COMPONENTS), _axis(**cost)],
        [quarter, cell, _measures(CELL_MEASURES)],
        [year, cell, _axis(measure=["path_cost"], unit=["USD per unit"])],
        [
            year,
            _axis(leg=world.leg_names, market=leg_markets),
            _axis(measure=["units_shipped"], unit=["units"]),
        ],
        [
            year,
            _axis(jurisdiction=world.jurisdiction_names),
            _axis(measure=["violence", "vulnerability"], unit=["deaths", "index"]),
        ],
    ]


def _role_measures() -> list[str]:
    return ["units_delivered"] * 2 + ["units_shipped"] * 3


def _axis(**columns: Any) -> tuple[dict[str, Any], int]:
    size = len(next(iter(columns.values())))
    return columns, size


def _measures(units: dict[str, str]) -> tuple[dict[str, Any], int]:
    return _axis(measure=list(units), unit=list(units.values()))


def _keys(axes: list[tuple[dict[str, Any], int]]) -> dict[str, Strings]:
    """Labels of a block's rows, last axis fastest."""
    shape = [size for _, size in axes]
    found: dict[str, Strings] = {}
    for number, (columns, _) in enumerate(axes):
        view = [1] * len(shape)
        view[number] = shape[number]
        for column, labels in columns.items():
            spread = np.broadcast_to(np.asarray(labels, dtype=str).reshape(view), shape)
            found[column] = spread.ravel()
    size = int(np.prod(shape))
    return {column: found.get(column, np.full(size, "", dtype="U1")) for column in COLUMNS}


class Sheet(NamedTuple):
    """Where a month is added up. C cells, S served nodes, L legs, M markets."""

    nodes: Any  # i8 (S,): nodes where users are served
    cell: Any  # i8 (S,): each one's cell
    from_source: Any  # bool (L,): leg starts where goods are made
    to_users: Any  # bool (L,): leg ends where users are served
    units: Any  # f8 (M,): delivered
    wanted: Any  # f8 (M,)
    cost: Any  # f8 (M, components + 1): of what was delivered, USD
    role: Any  # f8 (M, roles): units
    cells: Any  # f8 (C, 3): units, their cost and their cash cost


def sheet_for(world: World) -> Sheet:
    """An empty sheet for this world."""
    nodes, cell, cell_markets, _ = cell_table(world)
    from_source, to_users = _leg_roles(world)
    markets = len(world.market_names)
    units, cost, role = np.zeros((2, markets)), np.zeros((markets, N_COMPONENTS + 1)), np.zeros((markets, len(ROLES)))
    return Sheet(
        nodes, cell, from_source, to_users, units[0], units[1], cost, role, np.zeros((len(cell_markets), 3))
    )


@kernel
def add_up(state: Any, sheet: Any) -> None:
    """Sum the month over served nodes and over legs: by market, by role, by cell."""
    for table in (sheet.units, sheet.wanted):
        table[:] = 0.0
    for table in (sheet.cost, sheet.role, sheet.cells):
        table[:] = 0.0
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
    for n in range(state.legs.size):
        leg = state.legs[n]
        if sheet.from_source[n]:
            sheet.role[leg.market, 2] += leg.volume
        if sheet.to_users[n]:
            sheet.role[leg.market, 4] += leg.volume
        if not sheet.from_source[n] and not sheet.to_users[n]:
            sheet.role[leg.market, 3] += leg.volume


class Recorder:
    """Fills the rows of one run, month by month; keeps only what is recorded."""

    def __init__(self, world: World, months: int, state: State) -> None:
        self.sheet = sheet_for(world)
        (self.add_up,) = machine_code((add_up,), state, self.sheet)
        self.n_cells = len(self.sheet.cells)
        markets, quarters, years = len(world.market_names), months // 3, months // 12
        self.market = np.zeros((months, markets, len(MARKET_MEASURES)))
        self.cost = np.zeros((months, markets, 2, 1))
        self.role = np.zeros((months, markets, 5))
        self.whole = np.zeros((months, len(WORLD_MEASURES)))
        self.grade = np.zeros((months, 3, 1))
        self.service = np.zeros((months, 4, 3))
        self.component = np.zeros((quarters, markets, N_COMPONENTS, 1))
        self.cells = np.zeros((quarters, self.n_cells, 3))
        self.path = np.zeros((years, self.n_cells, 1))
        self.leg = np.zeros((years, len(world.legs), 1))
        self.place = np.zeros((years, len(world.jurisdictions), 2))
        self.quarter_units = np.zeros(markets)

    def values(self) -> Floats:
        """All rows in the order of the layout. (rows,)."""
        parts = (
            self.market, self.cost, self.role, self.whole, self.grade, self.service, self.component, self.cells,
            self.path, self.leg, self.place,
        )  # fmt: skip
        return np.concatenate([part.ravel() for part in parts])


def record(recorder: Recorder, state: State, parameters: Any, month: int) -> None:
    """Month's step 12: take the record of one reported month."""
    sheet = recorder.sheet
    recorder.add_up(state, sheet)
    recorder.market[month] = _market_row(state, sheet)
    units = np.where(sheet.units > 0.0, sheet.units, np.nan)
    recorder.cost[month, :, 0, 0] = sheet.cost[:, :N_COMPONENTS].sum(axis=1) / units
    recorder.cost[month, :, 1, 0] = sheet.cost[:, CASH] / units
    recorder.role[month] = sheet.role
    recorder.whole[month] = _world_row(state)
    alliance = state.alliance[0]
    recorder.grade[month, :, 0] = [alliance[grade] for grade in GRADES]
    recorder.service[month] = _service_rows(state)
    alliance["enablers_closed"][:] = 0.0
    _add_quarter(recorder, month)
    _add_year(recorder, state, parameters, month)


def _market_row(state: State, sheet: Sheet) -> Any:
    tallies = state.tallies
    units = sheet.units
    shipped = tallies["entered"] + tallies["produced"]
    columns = [
        units,
        np.maximum(sheet.wanted, units),
        np.where(units > 0.0, tallies["spent"] / np.maximum(units, 1e-300), np.nan),
        tallies["spent"],
        tallies["proceeds"],
        tallies["profit"],
        tallies["members"],
        tallies["recruits"],
        tallies["groups"],
        np.where(shipped > 0.0, tallies["seized"] / np.maximum(units + tallies["seized"], 1e-300), np.nan),
        tallies["seized"],
        tallies["seizures_detected"],
        tallies["recovery"],
        tallies["violence"],
        tallies["harm"],
        tallies["arrests"],
        tallies["unallocated"][:, :N_COMPONENTS].sum(axis=1),
        tallies["written_off"][:, :N_COMPONENTS].sum(axis=1),
        tallies["quality"],
    ]
    return np.stack(columns, axis=1)


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


def _world_row(state: State) -> list[float]:
    alliance, communities, agencies = state.alliance[0], state.communities, state.agencies
    people = communities["population"]
    members = agencies["standing"] > 0.0
    trust = state.trust[np.ix_(members, members)].mean() if members.any() else np.nan
    gap = agencies["gap"][members].mean() if members.any() else np.nan
    return [
        float((communities["vulnerability"] * people).sum() / people.sum()),
        alliance["compliance"],
        alliance["innocent"],
        alliance["cost_members"],
        alliance["cost_alliance"],
        float(trust),
        float(members.sum()),
        float(agencies["queue"].sum()),
        float(gap),
    ]


def _service_rows(state: State) -> Any:
    enablers, alliance = state.enablers, state.alliance[0]
    active = np.bincount(enablers["service"][enablers["active"]], minlength=4)
    return np.stack([alliance["average_fee"], active, alliance["enablers_closed"]], axis=1)


def _add_quarter(recorder: Recorder, month: int) -> None:
    quarter, sheet = month // 3, recorder.sheet
    if quarter >= len(recorder.cells):
        return
    recorder.cells[quarter] += sheet.cells
    recorder.component[quarter, :, :, 0] += sheet.cost[:, :N_COMPONENTS]
    recorder.quarter_units += sheet.units
    if month % 3 == 2:
        units = np.where(recorder.quarter_units > 0.0, recorder.quarter_units, np.nan)
        recorder.component[quarter] /= units[:, None, None]
        recorder.quarter_units[:] = 0.0


def _add_year(recorder: Recorder, state: State, parameters: Any, month: int) -> None:
    year = month // 12
    if year >= len(recorder.leg):
        return
    recorder.leg[year, :, 0] += state.legs["volume"]
    recorder.place[year, :, 0] += state.communities["violence"]
    if month % 12 == 11:
        recorder.place[year, :, 1] = state.communities["vulnerability"]
        costs = np.full(recorder.n_cells, np.inf)
        np.minimum.at(costs, recorder.sheet.cell, path_costs(state, parameters)[recorder.sheet.nodes])
        recorder.path[year, :, 0] = np.where(np.isfinite(costs), costs, np.nan)
