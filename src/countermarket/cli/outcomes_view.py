"""Natural experiments on the screen: model beside evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from countermarket.cli.console import grid
from countermarket.evidence.validation.report import (
    SPANS,
    error_text,
    evidence_text,
    factor_word,
    model_text,
    profile_text,
    summary,
    verdict_word,
)
from countermarket.evidence.validation.trials import Outcome

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def outcome_table(outcomes: Sequence[Outcome]) -> Table:
    """Model beside evidence, a row for each experiment."""
    columns = [("Experiment", "left"), ("Measure, months after the shock", "left"), ("Evidence, %", "right")]
    columns += [("Model, %", "right"), ("s.e.", "right"), ("Direction", "left"), ("Within x2", "left")]
    rows = [
        [
            outcome.experiment.id,
            f"{outcome.experiment.measure} {outcome.experiment.where}, {outcome.first}-{outcome.last}",
            evidence_text(outcome),
            model_text(outcome.model),
            error_text(outcome),
            verdict_word(outcome),
            factor_word(outcome),
        ]
        for outcome in outcomes
    ]
    return grid("Natural experiments: model beside evidence", columns, rows)


def profile_table(outcomes: Sequence[Outcome]) -> Table:
    """The time profile of each experiment: mean effect in per cent by months after the shock."""
    columns = [("Experiment", "left"), *((f"{first}-{last}", "right") for first, last in SPANS)]
    rows = []
    for outcome in outcomes:
        cells = [cell.strip() for cell in profile_text(outcome).split("|")]
        rows.append([outcome.experiment.id, *cells, *[""] * (len(SPANS) - len(cells))])
    return grid("Time profile: mean effect in % by months after the shock", columns, rows)


def print_outcomes(console: Console, outcomes: Sequence[Outcome], quick: bool = False) -> None:
    """Print both tables and how many are shown."""
    console.print(profile_table(outcomes))
    console.print(outcome_table(outcomes))
    console.print(("Quick: few pairs and months, no verdict to quote. " if quick else "") + summary(outcomes))
