"""Recorded rows found by their keys, and laid out as arrays with labelled axes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.engine.keyed import Keyed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = dict[str, NDArray[np.str_]]

KEYS = ("month", "period", "market", "jurisdiction", "role", "leg", "service", "component", "measure", "unit")
PERIODS = ("month", "quarter", "year")
"""What a row covers, the shortest first; `month` is the last of it."""


class Table(NamedTuple):
    """One measure of every run, laid out by labelled axes."""

    labels: dict[str, NDArray[np.str_]]
    values: NDArray[np.float64]
    """(runs, *labels); NaN where no such row exists."""


def matching(keys: Keys, **where: str | Sequence[str]) -> NDArray[np.intp]:
    """Indices of the rows whose keys have these values; the measure, which leaves fewest, is asked first."""
    import numpy as np

    rows: Any = slice(None)
    for name in sorted(where, key=lambda name: name != "measure"):
        if name not in keys:
            raise KeyError(f"no key {name!r}; the keys are {', '.join(keys)}")
        column, wanted = keys[name][rows], where[name]
        fits = column == wanted if isinstance(wanted, str) else np.isin(column, list(wanted))
        rows = np.flatnonzero(fits) if isinstance(rows, slice) else rows[fits]
    return np.arange(len(keys["month"])) if isinstance(rows, slice) else rows


def laid_out(
    keys: Keys,
    values: NDArray[np.float64],
    measure: str,
    by: Sequence[str] = ("market", "month"),
    **where: str,
) -> Table:
    """A measure of some runs as an array (runs, *by): months in time order, other labels as recorded.

    Of what is recorded for several periods the shortest, if no `period` is given.
    """
    import numpy as np

    labels, rows, missing = _grid(Keyed(id(keys), keys), measure, tuple(by), tuple(where.items()))
    laid = values.take(rows, axis=1)
    laid[:, missing] = np.nan
    return Table(dict(labels), laid.reshape(len(values), *(len(column) for column in labels.values())))


class Grid(NamedTuple):
    """Where the rows of a measure stand in an array of labelled axes, flattened. (cells,) each"""

    labels: dict[str, NDArray[np.str_]]
    rows: NDArray[np.intp]
    """The row that fills each cell."""
    missing: NDArray[np.intp]
    """Cells that no row fills; their `rows` mean nothing."""


@lru_cache(maxsize=64)
def _grid(
    shared: Keyed[Keys],
    measure: str,
    by: tuple[str, ...],
    where: tuple[tuple[str, str], ...],
) -> Grid:
    """Rows and labels of a measure: the same for every run of a study, whose keys nobody changes."""
    import numpy as np

    keys = shared.value
    fixed = {name: "" for name in KEYS if name not in by and name not in ("period", "measure", "unit")}
    rows = matching(keys, measure=measure, **{**fixed, **dict(where)})
    for name in by:
        if name != "month":
            rows = rows[keys[name][rows] != ""]
    rows = _of_one_period(keys["period"], rows)
    labels: dict[str, NDArray[np.str_]] = {}
    places: list[NDArray[np.intp]] = []
    for name in by:
        labels[name], place = _labels(keys[name][rows], in_order=name == "month")
        places.append(place)
    shape = tuple(len(labels[name]) for name in by)
    filled = np.full(shape, -1)
    filled[tuple(places)] = rows
    return Grid(labels, filled.ravel(), np.flatnonzero(filled.ravel() < 0))


def _of_one_period(periods: NDArray[np.str_], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rows of the shortest period among these, so that a month's and a quarter's never stand in one array."""
    own = periods[rows]
    shortest = next((period for period in PERIODS if (own == period).any()), None)
    return rows if shortest is None else rows[own == shortest]


def _labels(column: NDArray[np.str_], in_order: bool) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    """Distinct labels, sorted or by first appearance, and the place of each row among them."""
    import numpy as np

    labels, first, place = np.unique(column, return_index=True, return_inverse=True)
    if in_order:
        return labels, place
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return labels[order], rank[place]


def meanings(keys: Keys) -> dict[str, dict[str, str]]:
    """What a reader of a part alone must know of its fields, as their metadata: units and periods."""
    units: dict[str, set[str]] = {}
    for measure, unit in sorted(set(zip(keys["measure"].tolist(), keys["unit"].tolist(), strict=True))):
        units.setdefault(measure, set()).add(unit)
    by_measure = {measure: " or ".join(sorted(own)) for measure, own in units.items()}
    return {
        "month": {"unit": "YYYY-MM", "meaning": "the last month of the period"},
        "period": {"meaning": f"what the value covers: {', '.join(PERIODS)}"},
        "value": {"unit": "in the column unit", "units": json.dumps(by_measure)},
    }
