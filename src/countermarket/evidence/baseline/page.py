"""The page of the baseline: routes and levels beside evidence, what is off first and in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countermarket.evidence.baseline.levels import Level
from countermarket.evidence.routes.facts import SHARE, Fact
from countermarket.results.folders import replace_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.evidence.baseline.observe import Observed

    Floats = NDArray[np.float64]

OPENING = """\
# The baseline beside evidence

What the baseline says, over {parameters}, beside what is published: the middle of the runs, the middle 80% of them,
and the band of the evidence. Of {facts} facts about routes {facts_met} are met in the middle and {facts_share:.0%} of
runs' facts are met; of {levels} levels that a run records {levels_met} are met.
Made by `countermarket baseline`; sources stand in the tables `routes.csv` and `levels.csv` beside this page and in the
package. Access to routes is fitted to these very facts, so that they are no test of the model; levels are not fitted.
"""


class Row(NamedTuple):
    """One line of the page: evidence, and what runs make of it."""

    name: str
    topic: str
    what: str
    low: float
    high: float
    unit: str
    model: float
    """The middle of the runs; NaN where they record nothing like it."""
    model_low: float
    model_high: float
    met_share: float
    """Share of runs within the band."""
    source: str
    note: str
    cause: str = ""
    """Why it lies outside the band, as far as we know."""

    @property
    def is_met(self) -> bool:
        """Whether the middle of the runs lies within the band."""
        return math.isfinite(self.model) and self.low <= self.model <= self.high


def fact_rows(observed: Observed) -> list[Row]:
    """The facts about routes, each beside what runs say."""
    return [
        _row(fact, fact.market, "share" if fact.quantity == SHARE else fact.unit, observed.fact_values[:, place])
        for place, fact in enumerate(observed.facts)
    ]


def level_rows(observed: Observed) -> list[Row]:
    """The levels, each beside what runs say."""
    return [
        _row(level, level.topic, level.unit, observed.level_values[:, place])
        for place, level in enumerate(observed.levels)
    ]


def _row(evidence: Fact | Level, topic: str, unit: str, values: Floats) -> Row:
    """One line."""
    known = values[np.isfinite(values)]
    low, middle, high = np.quantile(known, (0.1, 0.5, 0.9)) if len(known) else (np.nan,) * 3
    met = float(np.mean([evidence.is_met(value) for value in known])) if len(known) else math.nan
    return Row(
        evidence.name, topic, evidence.what, evidence.low, evidence.high, unit, float(middle), float(low),
        float(high), met, evidence.source, evidence.note, getattr(evidence, "cause", ""),
    )  # fmt: skip


def markdown(observed: Observed) -> str:
    """The whole page."""
    routes, levels = fact_rows(observed), level_rows(observed)
    recorded = [row for row in levels if math.isfinite(row.model)]
    opening = OPENING.format(
        parameters=observed.parameters, facts=len(routes), facts_met=sum(row.is_met for row in routes),
        facts_share=float(np.mean([row.met_share for row in routes])), levels=len(recorded),
        levels_met=sum(row.is_met for row in recorded),
    )  # fmt: skip
    parts = [opening, _off([*recorded, *routes]), "## Routes\n", _table(routes), "## Levels\n", _table(recorded)]
    silent = [row for row in levels if not math.isfinite(row.model)]
    if silent:
        lines = [f"- {row.what}: {_band(row)} {row.unit}" for row in silent]
        parts += ["## What no run records\n", "\n".join(lines) + "\n"]
    return "\n".join(parts)


def _off(rows: Sequence[Row]) -> str:
    """What lies outside its band, the farthest first, in words."""
    outside = sorted((row for row in rows if not row.is_met), key=_factor, reverse=True)
    lines = [
        f"- {row.what}: {_number(row.model)} {row.unit}, {_how_far(row)} (evidence {_band(row)})."
        + (f" {row.cause[0].upper()}{row.cause[1:]}." if row.cause else "")
        for row in outside
    ]
    return "\n".join(["## What is off\n", *(lines or ["Nothing lies outside its band."]), ""])


def _factor(row: Row) -> float:
    """By what factor a value lies outside its band, 1 inside; a share by its distance beside."""
    if row.unit == "share":
        return 1.0 + max(row.low - row.model, row.model - row.high, 0.0)
    return max(row.low / max(row.model, 1e-12), row.model / max(row.high, 1e-12), 1.0)


def _how_far(row: Row) -> str:
    """How far outside, in words."""
    if row.model <= 0.0:
        return "none at all"
    side = "too low" if row.model < row.low else "too high"
    factor = _factor(row)
    return side if row.unit == "share" or factor < 1.05 else f"{factor:.2g} times {side}"


def _table(rows: Sequence[Row]) -> str:
    """Rows as a table."""
    lines = ["| | | evidence | model | middle 80% | runs within | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        span = f"{_number(row.model_low)} to {_number(row.model_high)}"
        mark = "" if row.is_met else "off"
        lines.append(
            f"| {row.topic.replace('_', ' ')} | {row.what} | {_band(row)} {row.unit} | {_number(row.model)} | {span} "
            f"| {row.met_share:.0%} | {mark} |"
        )
    return "\n".join(lines) + "\n"


def _band(row: Row) -> str:
    return f"{_number(row.low)} to {_number(row.high)}"


def _number(value: float) -> str:
    """A number of three digits as a reader says it."""
    for size, word in ((1e9, " bn"), (1e6, " m")):
        if abs(value) >= size:
            return f"{value / size:.3g}{word}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"


def write_page(folder: Path, observed: Observed) -> Path:
    """Write baseline.md, routes.csv and levels.csv; the page."""
    from countermarket.evidence.calibration.report import table_text

    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("routes.csv", fact_rows(observed)), ("levels.csv", level_rows(observed))):
        replace_text(folder / name, table_text([row._asdict() for row in rows]))
    page = folder / "baseline.md"
    replace_text(page, markdown(observed))
    return page
