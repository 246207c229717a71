"""The rows every run of a world and a number of months has, declared once."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from countermarket.declared.calendar import month_name
from countermarket.declared.vocabulary import SERVICES
from countermarket.engine.keyed import Keyed
from countermarket.model.state.codes import COMPONENTS
from countermarket.world.structure import World

Strings = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]

COLUMNS = ("month", "period", "market", "jurisdiction", "role", "leg", "service", "component", "measure", "unit")

MARKET_MEASURES = {
    "units_delivered": "units", "units_wanted": "units", "price": "USD per unit", "expenditure": "USD",
    "proceeds": "USD", "profit": "USD", "members": "persons", "recruits": "persons", "groups": "groups",
    "seizure_rate": "share", "units_seized": "units", "seizures_detected": "units", "recovery": "USD",
    "violence": "deaths", "harm": "USD", "arrests": "persons", "unallocated_cost": "USD",
    "written_off_cost": "USD", "quality": "index",
}  # fmt: skip
"""Recorded monthly by market, with their units."""
COST = "cost_of_illicit_activity"
COST_MEASURES = {"total": COST, "cash": f"cash_{COST}"}
"""Recorded monthly by market, USD per unit: the whole, and what of it is paid, which is no part beside the others."""
ROLES = ("member", "non_member", "source", "transit", "destination")
CELL_MEASURES = {
    "units_delivered": "units", "delivered_cost": "USD", "delivered_cash_cost": "USD", "landed_cost": "USD",
    "expenditure": "USD",
}  # fmt: skip
"""Recorded quarterly by market and jurisdiction. Landed: what the units had cost when the domestic sector took them
over; expenditure of people smuggled is paid on the way and stands only by market."""
LEG_MEASURES = {"units_shipped": "units", "units_arrived": "units"}
WORLD_MEASURES = {
    "community_vulnerability": "index", "compliance_cost": "USD", "innocent_actions": "actions",
    "public_cost_members": "USD", "public_cost_alliance": "USD", "alliance_trust": "share",
    "alliance_members": "states", "backlog": "evidence", "technology_gap": "log units",
    "public_cost_states": "USD",
}  # fmt: skip
GRADES = ("minor", "moderate", "major")
SERVICE_MEASURES = {"enabler_fee": "share", "enablers_active": "enablers", "enablers_closed": "enablers"}
PLACE_MEASURES = {
    "violence": "deaths", "homicides": "deaths", "vulnerability": "index", "proceeds": "USD", "profit": "USD",
    "members": "persons", "workers": "persons", "recruits": "persons", "groups": "groups", "recovery": "USD",
    "harm": "USD", "operations": "operations", "innocent_actions": "actions",
}  # fmt: skip
"""Recorded yearly by jurisdiction; what groups do stands where they are at home."""
CELL_YEAR_MEASURES = {"path_cost": "USD per unit", "quality": "index"}
"""Recorded yearly by market and jurisdiction: what the cheapest path costs, and quality weighted by units."""
MARKET_QUARTER_MEASURES = {"economic_profit": "USD"}
"""Recorded quarterly by market: by month it would take 840 rows, and ten years have 690 left of 100,000."""
MARKET_PLACE_MEASURES = {"arrests": "persons", "seizures_detected": "units"}
"""Recorded yearly by market and jurisdiction; what is lost on a leg stands half at either end, in bulk weight."""


def row_of(names: Iterable[str]) -> Any:
    """A row of recorded numbers, each found by its name: kernels write `row.price = ...`, in whatever order."""
    return np.dtype([(name, "f8") for name in names])


MARKET_ROW, WORLD_ROW, SERVICE_ROW = row_of(MARKET_MEASURES), row_of(WORLD_MEASURES), row_of(SERVICE_MEASURES)
CELL_ROW, PLACE_ROW, LEG_ROW = row_of(CELL_MEASURES), row_of(PLACE_MEASURES), row_of(LEG_MEASURES)
MARKET_QUARTER_ROW = row_of(MARKET_QUARTER_MEASURES)
MARKET_PLACE_ROW, CELL_YEAR_ROW = row_of(MARKET_PLACE_MEASURES), row_of(CELL_YEAR_MEASURES)
COST_ROW, ROLE_ROW, GRADE_ROW = row_of(COST_MEASURES), row_of(ROLES), row_of(GRADES)


class Layout(NamedTuple):
    """The rows every run of a world and a number of months has."""

    keys: dict[str, Strings]
    """The columns month (the last of its period), period, market, jurisdiction, role, leg, service, component, measure
    and unit. str, (rows,)
    """


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
    month, quarter, year = (
        _axis(month=names, period=[period] * len(names))
        for period, names in (("month", monthly), ("quarter", quarterly), ("year", yearly))
    )
    per_unit = ["USD per unit"] * 2
    return [
        [month, market, _measures(MARKET_MEASURES)],
        [month, market, _axis(component=["total", ""], measure=list(COST_MEASURES.values()), unit=per_unit)],
        [month, market, _axis(role=ROLES, measure=_role_measures(), unit=["units"] * 5)],
        [month, _measures(WORLD_MEASURES)],
        [month, _axis(component=GRADES), _axis(measure=["operations"], unit=["operations"])],
        [month, _axis(service=SERVICES), _measures(SERVICE_MEASURES)],
        [quarter, market, _axis(component=(*COMPONENTS, "total")), _axis(measure=[COST], unit=per_unit[:1])],
        [quarter, cell, _measures(CELL_MEASURES)],
        [year, cell, _measures(CELL_YEAR_MEASURES)],
        [
            year,
            _axis(leg=world.leg_names, market=leg_markets),
            _measures(LEG_MEASURES),
        ],
        [
            year,
            _axis(jurisdiction=world.jurisdiction_names),
            _measures(PLACE_MEASURES),
        ],
        [quarter, _axis(jurisdiction=world.jurisdiction_names), _axis(measure=["public_cost"], unit=["USD"])],
        [year, market, _axis(jurisdiction=world.jurisdiction_names), _measures(MARKET_PLACE_MEASURES)],
        [quarter, market, _measures(MARKET_QUARTER_MEASURES)],
    ]


def extended(standard: Layout, months: list[str], columns: dict[str, list[str]]) -> Layout:
    """The rows of a layout, and after them the same further ones each month, with the labels they are given."""
    more = _keys([_axis(month=months, period=["month"] * len(months)), _axis(**columns)])
    return Layout({name: np.concatenate([standard.keys[name], more[name]]) for name in COLUMNS})


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
    by_column: dict[str, Strings] = {}
    for number, (columns, _) in enumerate(axes):
        view = [1] * len(shape)
        view[number] = shape[number]
        for column, labels in columns.items():
            spread = np.broadcast_to(np.asarray(labels, dtype=str).reshape(view), shape)
            by_column[column] = spread.ravel()
    size = int(np.prod(shape))
    return {column: by_column.get(column, np.full(size, "", dtype="U1")) for column in COLUMNS}
