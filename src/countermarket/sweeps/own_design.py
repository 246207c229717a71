"""A design of one's own: a CSV or Parquet file with a column for each factor and a row for each point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.reading.wording import listed, shown
from countermarket.reading.yaml_reader import Node
from countermarket.sweeps.design import Factor, text_of_choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_own(path: Path, node: Node, factors: Sequence[Factor]) -> NDArray[np.float64]:
    """The points of a file beside the study's, in its order. InputError names column and row. (rows, factors)"""
    import numpy as np

    columns = _columns(path, node)
    missing = [factor.name for factor in factors if factor.name not in columns]
    if missing:
        raise node.error("design.file", f"{path.name} has no column {listed(missing)}; a factor each")
    values = [
        [_value(node, path, factor, row, cell) for row, cell in enumerate(columns[factor.name])] for factor in factors
    ]
    if not values[0]:
        raise node.error("design.file", f"{path.name} has no rows")
    return np.array(values).T.copy()


def _columns(path: Path, node: Node) -> dict[str, list[Any]]:
    """The columns of the file, cells as they stand there."""
    import pandas as pd

    try:
        is_parquet = path.suffix == ".parquet"
        table = pd.read_parquet(path) if is_parquet else pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise node.error("design.file", f"{shown(str(path))} cannot be read: {problem}") from None
    return {str(name): table[name].tolist() for name in table.columns}


def _value(node: Node, path: Path, factor: Factor, row: int, cell: Any) -> float:
    """What a cell is in the design: a number within the factor's bounds, or the place of what it names."""
    where = f"{path.name}, row {row + 1}, {factor.name}"
    if factor.is_text:
        known = [text_of_choice(one) for one in factor.choices]
        if str(cell) not in known:
            raise node.error("design.file", f"{where}: {shown(str(cell))} is not among {listed(known)}")
        return float(known.index(str(cell)))
    try:
        value = float(cell)
    except (TypeError, ValueError):
        raise node.error("design.file", f"{where}: {shown(str(cell))} is not a number") from None
    if factor.choices:
        if value not in factor.choices:
            raise node.error("design.file", f"{where}: {value:g} is not among {listed(map(str, factor.choices))}")
        return float(factor.choices.index(value))
    if not factor.low <= value <= factor.high:
        raise node.error("design.file", f"{where}: {value:g} lies outside {factor.low:g} to {factor.high:g}")
    return value
