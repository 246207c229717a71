"""The page of the validation: model beside evidence in small multiples and tables, in one file."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from countermarket.charts.chart import csv_text as chart_csv
from countermarket.charts.chart import drawn
from countermarket.results import replace_text, write_json
from countermarket.validation import report
from countermarket.validation.experiments import Experiment
from countermarket.validation.small_multiples import small_multiples
from countermarket.validation.trials import Outcome

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
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("countermarket", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = (resources.files("countermarket") / "templates" / "brief.css").read_text(encoding="utf-8")
    return environment.get_template("validation.html").render(
        css=Markup(css),
        summary=report.summary(outcomes),
        rows=[_row(outcome) for outcome in outcomes],
        figures=_figures(outcomes),
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
        "sign": report.sign_word(outcome),
        "factor": report.factor_word(outcome),
    }


def _figures(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The charts, drawn for desk and telephone, with their numbers as a download."""
    found = []
    for chart in small_multiples(outcomes):
        one = drawn(chart)
        data = base64.b64encode(chart_csv(chart).encode()).decode()
        pictures = {"wide": Markup(one.wide), "narrow": Markup(one.narrow)}
        found.append({"chart": chart, **pictures, "data": f"data:text/csv;base64,{data}"})
    return found
