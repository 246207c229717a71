"""The table of a sweep: what came of each point beside its reference, and the files it is kept in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from countermarket.analysis import displacement, levels, pairing
from countermarket.analysis.cost_index import trailed_index
from countermarket.analysis.levels import Pairs
from countermarket.declared import measures
from countermarket.results.folders import replacing
from countermarket.results.series import on_disk, write_table
from countermarket.sweeps.design import Design, Factor

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.results.values import Values
    from countermarket.runs.job import Result

STAGES = ("cost", "landed")
"""An index of each market: of what is delivered to users, and of what has landed at the wholesale market."""
RESIDUALS = b"residuals"
"""Where a part keeps the worst residuals of its runs."""


class Placed(Protocol):
    """A point of a design."""

    @property
    def row(self) -> int: ...
    @property
    def draw(self) -> int: ...
    @property
    def replicate(self) -> int: ...


def columns(markets: Iterable[str], recorded: Sequence[measures.Measure] = measures.RECORDED) -> dict[str, str]:
    """Columns of sweep.parquet after the factors, each with its unit."""
    units = {name: measures.measure_named(name).unit for name in measures.HEADLINES}
    units |= {f"{stage}_index_{market}": "reference = 100" for market in markets for stage in STAGES}
    units |= {"moved_inside": "USD per year", "moved_outside": "USD per year"}
    for measure in recorded:
        units[f"change_{measure.name}"] = measures.change_unit(measure)
        units[f"level_{measure.name}"] = measure.level_unit
    return units


def headline_rows(
    design: Design,
    entry: dict[str, Any],
    keys: dict[str, NDArray[np.str_]],
    points: Sequence[tuple[Placed, Result]],
    references: Sequence[Values | None],
) -> list[dict[str, Any]]:
    """A row for each point: who it is, its factors, and its measures if it and its reference finished."""
    import numpy as np

    rows = [
        _row(design, point, result, reference) for (point, result), reference in zip(points, references, strict=True)
    ]
    whole = [place for place, row in enumerate(rows) if row["status"] == "done"]
    if whole:
        # numpy adds up a table of one line in another order: a pair alone is laid out twice, so that its bits do not
        # depend on how many pairs were saved with it
        laid = whole * 2 if len(whole) == 1 else whole
        scenario = [points[place][1].values for place in laid]
        held = _values(entry, keys, scenario, [references[place] for place in laid], design.measures)
        for column, place in enumerate(whole):
            rows[place] |= {name: float(values[column]) for name, values in held.items()}
            if np.isnan(rows[place]["index"]):
                rows[place] |= {"status": "undefined", "message": "the index is undefined: no market has one"}
    return rows


def _row(design: Design, point: Placed, result: Result, reference: Values | None) -> dict[str, Any]:
    """Who a row is, and whether its pair is whole."""
    message = result.message or ("" if reference is not None else "its reference failed")
    factors = zip(design.factors, design.values[point.row], strict=True)
    return {
        "design_row": point.row,
        "draw": point.draw,
        "replicate": point.replicate,
        "seed": design.seed,
        "status": "failed" if message else "done",
        "message": message,
        **{factor.name: factor.cell(float(value)) for factor, value in factors},
    }


def _values(
    entry: dict[str, Any],
    keys: dict[str, NDArray[np.str_]],
    scenario: list[Any],
    reference: list[Any],
    recorded: Sequence[measures.Measure],
) -> dict[str, Values]:
    """Every measure of some pairs over the ranked window. (pairs,) each"""
    import numpy as np

    pairs = Pairs(keys, np.stack(scenario), np.stack(reference))
    arms = pairing.arms_from(entry, pairs, [(0, place) for place in range(len(scenario))])
    months = [str(month) for month in np.unique(keys["month"])]
    span, _ = pairing.window(months)
    early = pairing.short_run(months, entry["first_change"]) or levels.Months("", "")
    trails = pairing.trails(arms)
    index, cash = trailed_index(*trails), trailed_index(*trails, of="cash_cost")
    headline = pairing.headline(arms, index, span)
    landed = pairing.headline(arms, trailed_index(*trails, of="landed_cost"), span)
    held = {
        "index": headline.total,
        "index_landed": landed.total,
        "index_cash": pairing.headline(arms, cash, span).total,
        "index_equal_weights": headline.equal_weights,
        "index_short_run": pairing.headline(arms, index, early).total,
        "imputed_weight": headline.imputed_weight,
        "unsupplied": headline.unsupplied,
    }
    for place, market in enumerate(arms.baseline.markets):
        held |= {f"cost_index_{market}": headline.markets[:, place], f"landed_index_{market}": landed.markets[:, place]}
    inside = entry["inside"]["jurisdictions"]
    _, moved = displacement.of_destinations(arms.baseline, arms.scenario, inside, span)
    held |= {"moved_inside": moved.inside, "moved_outside": moved.outside}
    for measure in recorded:
        both = levels.overall(pairs, measure, span)
        held[f"change_{measure.name}"] = levels.changed(both, measure)
        held[f"level_{measure.name}"] = both.scenario
    return held


def write_rows(
    path: Path,
    rows: Sequence[dict[str, Any]],
    design: Design,
    markets: Sequence[str],
    residuals: Mapping[str, float] | None = None,
) -> None:
    """A part of the table, whole or not at all, with the worst residuals of its runs."""
    import pyarrow as pa

    table = pa.Table.from_pylist(list(rows), schema=_schema(design, markets))
    _replace_table(path, table.replace_schema_metadata({RESIDUALS: json.dumps(dict(residuals or {}))}))


def part_table(path: Path, design: Design, markets: Sequence[str], points: Sequence[Placed]) -> Any:
    """A part as it was written. ValueError if it is damaged, or holds anything but rows of these points."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(on_disk(path), page_checksum_verification=True) as file:
            table = file.read()
    except (OSError, ValueError, LookupError, pa.ArrowException) as problem:
        raise ValueError(f"{path.name} cannot be read: {problem}") from problem
    if not table.schema.equals(_schema(design, markets)):
        raise ValueError(f"{path.name} has other columns than this sweep")
    known = {(point.row, point.draw, point.replicate) for point in points}
    held = list(zip(*(table[name].to_pylist() for name in ("design_row", "draw", "replicate")), strict=True))
    if len(set(held)) < len(held) or not known.issuperset(held):
        raise ValueError(f"{path.name} holds rows of other points")
    return table


def residuals_in(table: Any) -> dict[str, float]:
    """The worst residuals of the runs of a part."""
    held: dict[str, float] = json.loads((table.schema.metadata or {}).get(RESIDUALS, b"{}"))
    return held


def join_parts(parts: Sequence[Any], path: Path) -> None:
    """The whole table in the order of the design, from the tables of its parts."""
    import pyarrow as pa

    table = pa.concat_tables([part.replace_schema_metadata() for part in parts])
    _replace_table(path, table.sort_by([("design_row", "ascending"), ("replicate", "ascending")]))


def _schema(design: Design, markets: Sequence[str]) -> Any:
    """Columns and types of the table."""
    import pyarrow as pa

    whole = [(name, pa.int64()) for name in ("design_row", "draw", "replicate", "seed")]
    text = [(name, pa.string()) for name in ("status", "message")]
    units = {factor.name: _factor_unit(design, factor) for factor in design.factors}
    units |= columns(markets, design.measures)
    words = {factor.name for factor in design.factors if factor.is_text}
    columned = [
        pa.field(name, pa.string() if name in words else pa.float64(), metadata={"unit": unit})
        for name, unit in units.items()
    ]
    return pa.schema([*whole, *text, *columned])


def _factor_unit(design: Design, factor: Factor) -> str:
    """The unit of a factor's column: the lever's, the parameter's own, months, or what it may be."""
    lever = design.names.levers.get(factor.target)
    if factor.kind == "parameter":
        return f"as the parameter {factor.target}"
    if factor.kind == "date" or factor.key == "start":
        return "months later"
    if factor.kind == "shock":
        return f"as the shock {factor.target}"
    return lever.unit if lever is not None else {"part": "0 left out, 1 put in"}.get(factor.kind, "name")


def _replace_table(path: Path, table: Any) -> None:
    with replacing(path) as partial:
        write_table(table, partial, write_page_checksum=True)
