"""A saved sweep as the analyses take it: its factors, and one outcome for every row and replicate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.reading.spelling import nearest
from countermarket.results.folders import refused
from countermarket.results.studies import read_manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TABLE = "sweep.parquet"
NEEDS_EVERY_ROW = ("sobol", "morris")
"""Designs whose rows mean nothing apart."""


class Swept(NamedTuple):
    """Factors row by row, and an outcome of every pair of runs."""

    title: str
    design: str
    """latin_hypercube, sobol, morris, grid ..."""
    problem: dict[str, Any]
    """The factors as SALib asks for them."""
    arguments: dict[str, Any]
    """How SALib is to read this design."""
    factors: Floats
    """(rows, factors)"""
    outcome: str
    unit: str
    results: Floats
    """(rows, replicates); NaN where a pair failed"""

    @property
    def names(self) -> list[str]:
        """The factors."""
        return list(self.problem["names"])

    @property
    def means(self) -> Floats:
        """The outcome of each row, luck averaged. (rows,)"""
        import numpy as np

        return np.asarray(np.nanmean(self.results, axis=1))


def read_swept(folder: Path | str, outcome: str = "index") -> Swept:
    """One outcome of a finished sweep. InputError if it is unfinished, has no such column, or has holes."""
    folder = Path(folder)
    manifest = read_manifest(folder, "sweep")
    columns = outcomes_of(folder, manifest)
    if outcome not in columns:
        hint = nearest(outcome, columns)
        raise refused(folder, f"no outcome is called {outcome}.{hint} The manifest lists all under columns")
    names = list(manifest["problem"]["names"])
    table = read_columns(folder, ["design_row", "replicate", "status", outcome, *names])
    factors, results = as_matrix(as_numbers(table, manifest), names, outcome)
    design = str(manifest["design"]["kind"])
    factors, results = _whole_rows(folder, design, factors, results)
    arguments = dict(manifest["analysis"]["arguments"])
    title = str(manifest["title"])
    return Swept(title, design, dict(manifest["problem"]), arguments, factors, outcome, columns[outcome], results)


def outcomes_of(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """The outcomes of a finished sweep, with their units. InputError if it is not finished."""
    if not (folder / TABLE).exists():
        raise refused(folder, f"this sweep is not finished: {TABLE} comes when every part is there")
    return dict(manifest["columns"])


def read_columns(folder: Path, names: list[str]) -> dict[str, Any]:
    """Some columns of the table, as arrays."""
    import pyarrow.parquet as pq

    from countermarket.results.series import on_disk

    table = pq.read_table(on_disk(folder / TABLE), columns=names)
    return {name: table[name].to_numpy(zero_copy_only=False) for name in names}


def choices_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each factor of words may be, in the order of the study's file."""
    told = {str(one["name"]): list(one.get("choices", ())) for one in manifest["factors"]}
    return {name: words for name, words in told.items() if any(isinstance(word, str) for word in words)}


def as_numbers(table: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The table with the place of each word in its factor's list in place of the word."""
    import numpy as np

    numbers = dict(table)
    for name, words in choices_of(manifest).items():
        if name in numbers:
            place = {word: float(number) for number, word in enumerate(words)}
            numbers[name] = np.array([place[word] for word in numbers[name]])
    return numbers


def as_matrix(table: Mapping[str, Any], names: list[str], outcome: str) -> tuple[Floats, Floats]:
    """Factors by row, and the outcome by row and replicate; NaN where a pair failed."""
    import numpy as np

    rows, row = np.unique(table["design_row"], return_inverse=True)
    replicates, replicate = np.unique(table["replicate"], return_inverse=True)
    factors = np.full((len(rows), len(names)), np.nan)
    factors[row] = np.column_stack([table[name].astype(float) for name in names])
    results = np.full((len(rows), len(replicates)), np.nan)
    results[row, replicate] = np.where(table["status"] == "done", table[outcome].astype(float), np.nan)
    return factors, results


def _whole_rows(folder: Path, design: str, factors: Floats, results: Floats) -> tuple[Floats, Floats]:
    """The rows that have any result; a design that needs every row is refused with holes."""
    import numpy as np

    there = np.isfinite(results).any(axis=1)
    if design in NEEDS_EVERY_ROW and not there.all():
        raise refused(folder, f"{(~there).sum()} rows failed, and a {design} design needs every one; --retry-failed")
    if there.sum() < 2:
        raise refused(folder, "fewer than two rows have a result")
    return factors[there], results[there]


class Points(NamedTuple):
    """Every pair of runs that finished: its factors, its draw of parameters if asked for, and its outcome."""

    title: str
    names: list[str]
    factors: Floats
    """(points, names)"""
    outcome: str
    unit: str
    results: Floats
    """(points,)"""


def read_points(folder: Path | str, outcome: str = "index", with_draws: bool = False) -> Points:
    """The pairs of a finished sweep. A factor of three words or more becomes a column a word."""
    import numpy as np

    folder = Path(folder)
    manifest = read_manifest(folder, "sweep")
    columns = outcomes_of(folder, manifest)
    if outcome not in columns:
        raise refused(folder, f"no outcome is called {outcome}.{nearest(outcome, columns)} The manifest lists all")
    table = read_columns(folder, ["replicate", "status", outcome, *manifest["problem"]["names"]])
    inputs = _inputs(table, manifest)
    if with_draws:
        inputs |= drawn_parameters(table["replicate"], manifest)
    whole = table["status"] == "done"
    factors = np.column_stack([column[whole] for column in inputs.values()])
    results = table[outcome][whole].astype(float)
    known = np.isfinite(results)
    return Points(
        str(manifest["title"]), list(inputs), factors[known], outcome, columns[outcome], results[known]
    )


def _inputs(table: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Floats]:
    """The factors as columns of numbers."""
    words, inputs = choices_of(manifest), dict[str, Any]()
    numbers = as_numbers(table, manifest)
    for name in manifest["problem"]["names"]:
        if len(words.get(name, ())) > 2:
            inputs |= {f"{name} = {word}": (table[name] == word).astype(float) for word in words[name]}
        else:
            inputs[name] = numbers[name].astype(float)
    return inputs


def drawn_parameters(replicates: Any, manifest: Mapping[str, Any]) -> dict[str, Floats]:
    """The parameters of each pair's draw that differ between the draws, and are no factors."""
    import numpy as np

    draws = manifest.get("draws") or {}
    if not draws:
        return {}
    by_replicate = np.array([draws["values"][str(draw)] for draw in draws["of_replicates"]])
    own = set(manifest["problem"]["names"])
    return {
        name: column[replicates]
        for name, column in zip(draws["names"], by_replicate.T, strict=True)
        if name not in own and np.ptp(column) > 0
    }
