"""The brief of a study: one self-contained page for readers who will never install anything."""

import base64
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from countermarket import brief_text
from countermarket.brief_tables import beside_table, cost_table, manifest_rows, ranking_row, verdict_table
from countermarket.charts import all_charts
from countermarket.charts.chart import Chart, Drawn, csv_text, drawn
from countermarket.charts.material import Material, material, months_in_words, window_in_words
from countermarket.charts.words import YARDSTICK
from countermarket.comparison import compare
from countermarket.results import read_study, replace_text

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ranking", "Which scenario raises the cost most, and how surely", ("ranking", "cost_over_time")),
    ("cost", "What the cost is made of", ("cost_components",)),
    ("success", "Whether dearer means less, and what else changes", ("cost_and_throughput", "beside_cost")),
    ("elsewhere", "What moves elsewhere", ("displacement", "flow_map")),
    ("alliance", "Whether the alliance holds together", ("alliance_trust", "alliance_members")),
)
"""Sections of the page: anchor, heading, charts."""
TABLE_ROWS = 60
"""The most rows of a chart's table shown in the page; longer ones are offered as a file."""


class Figure(NamedTuple):
    """A chart in the page."""

    chart: Chart
    wide: Markup
    narrow: Markup
    data: str
    """Its CSV as a data address."""
    show_table: bool


def write_brief(folder: Path | str) -> Path:
    """Write `brief.html` into a study folder: everything in one file, nothing fetched."""
    study = read_study(folder)
    source = material(study, compare(study))
    return replace_text(study.path / "brief.html", page(source))


def page(source: Material) -> str:
    """The whole page as HTML; every text from outside is escaped by the template."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("countermarket", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html").render(**content(source))


def content(source: Material) -> dict[str, Any]:
    """Everything the template prints."""
    document, manifest = source.document, source.study.manifest
    entries = document["ranking"]
    described = {entry["name"]: entry for entry in manifest["scenarios"]}
    charts = [drawn(chart) for chart in all_charts(source)]
    return {
        "css": Markup(
            (resources.files("countermarket") / "templates" / "brief.css").read_text(encoding="utf-8")
        ),
        "question": brief_text.question(entries, described),
        "finding": charts[0].chart.title if charts else "Nothing could be ranked",
        "findings": _findings(source),
        "caveats": brief_text.caveats(document),
        "warnings": document["warnings"],
        "facts": _facts(source),
        "ranking": [ranking_row(entry, described, document) for entry in entries],
        "sections": _sections(charts),
        "verdicts": verdict_table(source),
        "cost": cost_table(source),
        "beside": beside_table(source),
        "limits": brief_text.MODEL_LIMITS,
        "yardstick": [(word, f"{low:.0%} to {high:.0%}") for word, low, high in YARDSTICK],
        "manifest": manifest_rows(manifest),
        "failed": document["failed"],
        "window": window_in_words(source),
        "study": source.study.path.name,
    }


def _findings(source: Material) -> list[str]:
    """The paragraphs of the summary, empty ones left out."""
    entries = source.document["ranking"]
    if not entries:
        return ["Nothing is ranked: no scenario finished beside its reference."]
    said = [
        " ".join(
            [brief_text.lead(entries, window_in_words(source)), brief_text.against_next(entries)]
        ).strip(),
        brief_text.beside_sentence(entries[0]),
        brief_text.displacement_sentence(entries[0]),
    ]
    return [text for text in said if text]


def _facts(source: Material) -> list[tuple[str, str]]:
    """The study at a glance."""
    document = source.document
    return [
        ("Scenarios ranked", str(len(document["ranking"]))),
        ("Paired runs of each", str(document["replicates"])),
        ("Parameters", str(document.get("parameters", "central values"))),
        ("Months simulated", months_in_words(*document["months"])),
        ("Ranked on", window_in_words(source)),
    ]


def _sections(charts: list[Drawn]) -> list[dict[str, Any]]:
    """Sections with the charts that could be drawn; a section without any is left out, but the ranking."""
    by_name = {one.chart.name: _figure(one) for one in charts}
    found = [
        {
            "anchor": anchor,
            "heading": heading,
            "figures": [by_name[name] for name in names if name in by_name],
        }
        for anchor, heading, names in SECTIONS
    ]
    return [section for section in found if section["figures"] or section["anchor"] == "ranking"]


def _figure(one: Drawn) -> Figure:
    encoded = base64.b64encode(csv_text(one.chart).encode()).decode()
    # Both pictures are drawn by us: matplotlib escapes the text that it puts into SVG.
    return Figure(
        one.chart,
        Markup(one.wide),
        Markup(one.narrow),
        f"data:text/csv;charset=utf-8;base64,{encoded}",
        len(one.chart.rows) <= TABLE_ROWS,
    )
