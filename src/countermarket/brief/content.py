"""The brief of a study: one self-contained page for readers who will never install anything."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from countermarket.analysis.appraisal.appraise import Asked, appraise
from countermarket.analysis.comparison import compare
from countermarket.analysis.levels import Months
from countermarket.brief import sentences
from countermarket.brief.blocks import Block
from countermarket.brief.countries import country_tables
from countermarket.brief.economics import economics, inputs_block
from countermarket.brief.facts import Facts, facts_of
from countermarket.brief.policy_words import sources_table
from countermarket.brief.standing import glossary_table
from countermarket.brief.submission import answer, submission
from countermarket.brief.tables import (
    against_table,
    beside_table,
    cost_table,
    manifest_rows,
    places_tables,
    policy_tables,
    ranking_row,
    spending_table,
    verdict_table,
    years_table,
)
from countermarket.brief.why import why
from countermarket.charts import all_charts
from countermarket.charts.chart import Drawn, drawn
from countermarket.charts.material import Material, material, months_in_words, window_in_words
from countermarket.charts.words import YARDSTICK
from countermarket.pages.page import figure, page
from countermarket.reading.errors import InputError
from countermarket.results.folders import replace_text
from countermarket.results.studies import read_study

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ranking", "Which scenario raises the cost most, and how surely", ("ranking", "cost_over_time")),
    ("cost", "What the cost is made of", ("cost_components",)),
    ("success", "Whether dearer means less, and what else changes", ("cost_and_throughput", "beside_cost")),
    ("elsewhere", "What moves elsewhere", ("displacement", "countries", "flow_map")),
    ("alliance", "Whether the alliance holds together", ("alliance_trust", "alliance_members")),
)
"""Sections of the page: anchor, heading, charts."""


AUDIENCES = ("minister", "analyst", "treasury")
"""Whom a brief may be for: the answer alone, all of it, or the answer and the economic case."""


class Wanted(NamedTuple):
    """What a brief is asked to be."""

    audience: str = "analyst"
    policy: str | None = None
    """The scenario that the first page is about; the first of the ranking if None."""
    places: tuple[str, ...] = ()


def write_brief(
    folder: Path | str,
    out: Path | None = None,
    asked: Months | None = None,
    other: str | None = None,
    places: Sequence[str] = (),
    wanted: Wanted | None = None,
) -> Path:
    """Write `brief.html` into a study folder, or elsewhere: everything in one file, nothing fetched."""
    study = read_study(folder)
    place = _place(out) if out is not None else study.path / "brief.html"
    source = material(study, compare(study, asked, other, places))
    chosen = (wanted or Wanted())._replace(places=tuple(places))
    return replace_text(place, page("brief.html", **content(source, chosen)))


def _place(out: Path) -> Path:
    """The page's file: `brief.html` in a folder that is there. InputError where it would be no page, or replace one."""
    if out.is_dir():
        return out / "brief.html"
    if out.suffix not in (".html", ".htm"):
        raise InputError(str(out), None, "", "is no folder, and no name of a page; write --out brief.html")
    return out


def _after_the_answer(blocks: list[Block]) -> list[Block]:
    """The blocks without their first sentence, which stands in the page's banner."""
    return [blocks[0]._replace(paragraphs=blocks[0].paragraphs[1:]), *blocks[1:]]


def told_of(source: Material, wanted: Wanted) -> Facts | None:
    """What the first page is written from; None where nothing is ranked."""
    if wanted.audience not in AUDIENCES:
        raise InputError("--audience", None, wanted.audience, f"is none of {', '.join(AUDIENCES)}")
    appraisal = appraise(source.study, Asked(places=wanted.places))
    return facts_of(source, appraisal, wanted.policy)


def content(source: Material, wanted: Wanted | None = None) -> dict[str, Any]:
    """Everything the template prints."""
    wanted = wanted or Wanted()
    document, manifest = source.document, source.study.manifest
    entries = document["ranking"]
    described = {entry["name"]: entry for entry in manifest["scenarios"]}
    facts = told_of(source, wanted)
    charts = [drawn(chart) for chart in all_charts(source)] if wanted.audience == "analyst" else []
    return {
        "audience": wanted.audience,
        "subject": facts.row["title"] if facts else "",
        "submission": _after_the_answer(submission(facts)) if facts else [],
        "lines": sources_table(facts.run) if facts else None,
        "glossary": glossary_table(),
        "why": why(facts) if facts and wanted.audience == "analyst" else [],
        "economics": [*economics(facts), inputs_block(facts.appraisal)] if facts else [],
        "question": sentences.question([facts.row] if facts and wanted.policy else entries, described),
        "finding": answer(facts) if facts else "Nothing could be ranked",
        "findings": _findings(source),
        "caveats": sentences.caveats(document),
        "warnings": document["warnings"],
        "facts": _facts(source),
        "ranking": [ranking_row(entry, described, document) for entry in entries],
        "sections": _sections(charts),
        "verdicts": verdict_table(source),
        "cost": cost_table(source),
        "beside": beside_table(source),
        "spending": spending_table(source),
        "countries": country_tables(source),
        "policies": policy_tables(source),
        "places": places_tables(source),
        "years": years_table(source),
        "against": against_table(source),
        "limits": sentences.limits_of(manifest["world"]),
        "units": ", ".join(dict.fromkeys(document["units"].values())),
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
            [sentences.lead(entries, window_in_words(source)), sentences.against_next(entries)]
        ).strip(),
        sentences.beside_sentence(entries[0]),
        sentences.displacement_sentence(entries[0]),
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
    by_name = {one.chart.name: figure(one) for one in charts}
    sections = [
        {
            "anchor": anchor,
            "heading": heading,
            "figures": [by_name[name] for name in names if name in by_name],
        }
        for anchor, heading, names in SECTIONS
    ]
    return [section for section in sections if section["figures"] or section["anchor"] == "ranking"]
