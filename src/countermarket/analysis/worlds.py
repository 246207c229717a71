"""A sweep as a choice: options that policy decides on, each run in the same worlds, and what is doubtful in those."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.analysis.information import Choice
from countermarket.analysis.swept import drawn_parameters, outcomes_of, read_columns
from countermarket.reading.spelling import nearest
from countermarket.results.folders import refused
from countermarket.results.studies import read_manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_WORLDS = 10


def read_choice(folder: Path | str, outcome: str = "index", is_less_better: bool = False) -> Choice:
    """Options (factors but parameters) by worlds (replicates, and parameters). InputError if they are not crossed."""
    import numpy as np

    folder = Path(folder)
    manifest = read_manifest(folder, "sweep")
    columns = outcomes_of(folder, manifest)
    if outcome not in columns:
        raise refused(folder, f"no outcome is called {outcome}.{nearest(outcome, columns)} The manifest lists all")
    names = [str(one["name"]) for one in manifest["factors"]]
    table = read_columns(folder, ["replicate", "status", outcome, *names])
    doubted = [str(one["name"]) for one in manifest["factors"] if one["kind"] == "parameter"]
    options, option = _numbered(table, [name for name in names if name not in doubted])
    worlds, world = _numbered(table, ["replicate", *doubted])
    benefits = np.full((len(worlds), len(options)), np.nan)
    value = table[outcome].astype(float) * (-1.0 if is_less_better else 1.0)
    benefits[world, option] = np.where(table["status"] == "done", value, np.nan)
    whole = np.isfinite(benefits).all(axis=1)
    if len(options) < 2 or whole.sum() < FEWEST_WORLDS:
        raise refused(folder, _not_crossed(len(options), int(whole.sum())))
    doubtful = _doubtful(table, manifest, doubted, world, len(worlds))
    title, unit = str(manifest["title"]), columns[outcome]
    return Choice(title, outcome, unit, options, benefits[whole], list(doubtful), _stacked(doubtful, whole))


def _not_crossed(options: int, worlds: int) -> str:
    """What a sweep must be for a choice to be seen in it."""
    return (
        f"{options} options in {worlds} worlds that all of them ran in; it takes two and {FEWEST_WORLDS}. "
        "Cross them: - {policies: [...]} or a lever, design: {kind: grid}, and as many replicates as worlds"
    )


def _numbered(table: dict[str, Any], names: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """The different cells of some columns as words, in their order, and which of them each row has."""
    import numpy as np

    cells = [", ".join(_worded(table[name][row]) for name in names) for row in range(len(table["status"]))]
    known = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    return list(known), np.array([known[cell] for cell in cells])


def _worded(cell: Any) -> str:
    """A cell as it is told; numbers in full."""
    return cell if isinstance(cell, str) else f"{cell:.12g}"


def _doubtful(
    table: dict[str, Any], manifest: dict[str, Any], doubted: list[str], world: NDArray[np.int64], count: int
) -> dict[str, Floats]:
    """Each doubtful number in every world."""
    import numpy as np

    columns = {name: table[name].astype(float) for name in doubted}
    columns |= drawn_parameters(table["replicate"], manifest)
    by_world = {}
    for name, column in columns.items():
        values = np.empty(count)
        values[world] = column
        by_world[name] = values
    return by_world


def _stacked(columns: dict[str, Floats], whole: NDArray[np.bool_]) -> Floats:
    """The worlds in which every option ran. (worlds, names)"""
    import numpy as np

    return np.column_stack([column[whole] for column in columns.values()])
