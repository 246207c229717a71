"""The page of the validation: model beside evidence in small multiples and tables, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from countermarket.charts.chart import drawn
from countermarket.declared.mechanisms import MECHANISMS
from countermarket.evidence.validation import report
from countermarket.evidence.validation.registration import Experiment
from countermarket.evidence.validation.small_multiples import small_multiples
from countermarket.evidence.validation.trials import Outcome
from countermarket.pages.page import figure
from countermarket.pages.page import page as render
from countermarket.results.folders import replace_text
from countermarket.results.studies import write_json

PAGE = "validation.html"


def write_report(
    folder: Path, outcomes: Sequence[Outcome], out_of_scope: Sequence[Experiment], told: dict[str, Any]
) -> Path:
    """Write validation.html, validation.csv and validation.json into a folder; the page's path.

    `told` says how it was run: replicates, seed, quick.
    """
    replace_text(folder / "validation.csv", report.csv_text(outcomes))
    said = told | {"summary": report.summary(outcomes), "experiments": report.json_rows(outcomes)}
    write_json(folder / "validation.json", said)
    return replace_text(folder / PAGE, page(outcomes, out_of_scope, told))


def page(outcomes: Sequence[Outcome], out_of_scope: Sequence[Experiment], told: dict[str, Any]) -> str:
    """The whole page as HTML; every text from outside is escaped by the template."""
    return render(
        "validation.html",
        summary=report.summary(outcomes),
        rows=[_row(outcome) for outcome in outcomes],
        figures=[figure(drawn(chart)) for chart in small_multiples(outcomes)],
        out_of_scope=out_of_scope,
        told=told,
    )


def _row(outcome: Outcome) -> dict[str, Any]:
    """An experiment as a row of the page's table."""
    one = outcome.experiment
    return {
        "id": one.id.replace("_", " "),
        "kind": one.kind,
        "contrast": one.contrast,
        "note": one.note,
        "source": one.source,
        "confidence": one.confidence,
        "measure": f"{one.measure} {one.where}".replace("_", " "),
        "window": f"months {outcome.first} to {outcome.last}",
        "evidence": report.evidence_text(outcome),
        "model": report.model_text(outcome.model),
        "error": report.error_text(outcome),
        "verdict": report.verdict_word(outcome),
        "mechanism": MECHANISMS[one.mechanism].meaning if one.mechanism else "",
        "moves": _moved(outcome),
        "blind": one.blind,
        "registered": one.registered,
        "reason": one.reason,
        "factor": report.factor_word(outcome),
    }


def _moved(outcome: Outcome) -> str:
    """What the treatment does to something else, in words; empty where that is not asked."""
    if outcome.moved is None:
        return ""
    return f"the same treatment moves {outcome.experiment.moves.replace('_', ' ')}: {report.model_text(outcome.moved)}"
