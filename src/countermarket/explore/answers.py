"""What the page knows: surfaces fitted on a saved sweep, for each outcome and both ends of its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis.intervals import HIGH, LOW
from countermarket.analysis.swept import as_matrix, as_numbers, read_columns
from countermarket.explore.controls import Control, anchored
from countermarket.explore.outcomes import Outcome, outcomes_in
from countermarket.explore.surface import FEWEST_ROWS, Anchor, Surface, evaluate, fit
from countermarket.results.folders import refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DIGITS, MOST_DIGITS = 5, 17
"""Significant digits of what the page holds; of weights that nearly cancel, more."""
CURVES = ("mean", "down", "up")
"""The mean over draws, and how far the ends of the interval lie below and above it."""


class Runs(NamedTuple):
    """The rows of a sweep, coded, and what came of them."""

    points: Floats
    """(rows, columns)"""
    anchor: Floats | None
    results: dict[str, Floats]
    """By outcome. (rows, replicates)"""

    @property
    def rows(self) -> Floats:
        """The points that surfaces are fitted at: those that were run, and the baseline."""
        import numpy as np

        return self.points if self.anchor is None else np.vstack([self.points, self.anchor])


def runs_of(folder: Path, manifest: Mapping[str, Any], controls: Sequence[Control]) -> tuple[Runs, list[Outcome]]:
    """Read a finished sweep. InputError if it has too few rows."""
    import numpy as np

    outcomes = outcomes_in(manifest["columns"])
    names = [control.name for control in controls]
    columns = [outcome.column for outcome in outcomes]
    table = read_columns(folder, ["design_row", "replicate", "status", *columns, *names])
    table = as_numbers(table, manifest)
    positions = as_matrix(table, names, columns[0])[0]
    results = {column: as_matrix(table, names, column)[1] for column in columns}
    whole = np.isfinite(results[columns[0]]).any(axis=1)
    if whole.sum() < FEWEST_ROWS:
        raise refused(folder, f"{whole.sum()} rows have a result; an emulator needs {FEWEST_ROWS}")
    points = np.array([coded(controls, row) for row in positions[whole]])
    start = anchored(controls)
    anchor = None if start is None else np.array(start)
    return Runs(points, anchor, {name: values[whole] for name, values in results.items()}), outcomes


def coded(controls: Sequence[Control], positions: Sequence[float] | Floats) -> list[float]:
    """Positions of the controls as the emulator sees them."""
    return [cell for control, place in zip(controls, positions, strict=True) for cell in control.coded(float(place))]


def _with_anchor(known: Any, runs: Runs) -> Any:
    """Which of the points that surfaces are fitted at an outcome has: the baseline always."""
    import numpy as np

    return np.append(known, np.ones(len(runs.rows) - len(known), dtype=bool))


def curves(ends: Floats) -> dict[str, Floats]:
    """What is fitted: the mean, and how far both ends lie from it. ends: mean, low, high by row"""
    mean, low, high = ends
    return {"mean": mean, "down": mean - low, "up": high - mean}


def ends_of(results: Floats) -> Floats:
    """Mean of each row's pairs and both ends of their middle 80%. (rows, replicates) to (3, rows)"""
    import numpy as np

    return np.vstack([results.mean(axis=1), *np.quantile(results, (LOW, HIGH), axis=1)])


def log_percent(values: Floats, nothing: float) -> Floats:
    """A hundred times the logarithm of a ratio to the reference, told as an index or as a change in percent."""
    import numpy as np

    return 100 * np.log1p((values - nothing) / 100)


def answer(runs: Runs, outcome: Outcome) -> dict[str, Any] | None:
    """An outcome as the page holds it: a surface for each curve; None where too few rows define it."""
    import numpy as np

    results = runs.results[outcome.column]
    known = np.isfinite(results).all(axis=1)
    if known.sum() < FEWEST_ROWS:
        return None
    ends = ends_of(results[known])
    is_log = outcome.is_ratio and bool((ends > outcome.nothing - 99).all())
    held: dict[str, Any] = {**outcome._asdict(), "rows": int(known.sum()), "log": is_log, "nothing": outcome.nothing}
    drawn = curves(log_percent(ends, outcome.nothing) if is_log else ends)
    for curve in CURVES if results.shape[1] > 1 else CURVES[:1]:
        nothing = outcome.nothing if curve == "mean" and not is_log else 0.0
        anchor = None if runs.anchor is None else Anchor(runs.anchor, nothing)
        surface = fit(runs.points[known], drawn[curve], anchor)
        held[curve] = _packed(surface, runs.rows[_with_anchor(known, runs)], known)
    return held | {"range": [_short(float(ends[1].min())), _short(float(ends[2].max()))]}


def _packed(surface: Surface, rows: Floats, known: Any) -> dict[str, Any]:
    """A surface in as few digits as hardly show; weights of rows that do not define the outcome are nothing."""
    numbers = dict(in_few_digits(surface, rows).numbers)
    if "weights" in numbers:
        given = iter(numbers["weights"])
        numbers["weights"] = [next(given) if there else 0.0 for there in known] + list(given)
    errors = {"error": _short(surface.error), "explained": _short(surface.explained)}
    return {"family": surface.family, **numbers, **errors}


def in_few_digits(surface: Surface, rows: Floats) -> Surface:
    """A surface with its numbers cut short, by so little that no row moves by a hundredth of the left-out error."""
    import numpy as np

    whole = evaluate(surface, rows, rows)
    for digits in range(DIGITS, MOST_DIGITS):
        short = surface._replace(numbers={name: _cut(value, digits) for name, value in surface.numbers.items()})
        if np.abs(evaluate(short, rows, rows) - whole).max() <= surface.error / 100:
            return short
    return surface


def _cut(value: Any, digits: int) -> Any:
    """A number, or a list of them, in so many digits."""
    return [_short(one, digits) for one in value] if isinstance(value, list) else value


def _short(value: float, digits: int = DIGITS) -> float:
    """A number in so many significant digits."""
    return float(f"{value:.{digits}g}")


def apart(rows: Floats) -> float:
    """How far the loneliest row lies from its nearest: what lies farther from all is far from what was run."""
    import numpy as np

    gaps = ((rows[:, None, :] - rows[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    return float(np.sqrt(gaps.min(axis=1).max()))
