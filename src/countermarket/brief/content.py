"""The brief of a study: one self-contained page for readers who will never install anything."""

from collections.abc import Mapping, Sequence
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
from countermarket.brief.office import Office, Picture, document, slides
from countermarket.brief.paper import pdf
from countermarket.brief.policy_words import sources_table
from countermarket.brief.quality import quality
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
from countermarket.charts.chart import drawn, picture
from countermarket.charts.material import Material, material, months_in_words, source_line, window_in_words
from countermarket.charts.words import YARDSTICK
from countermarket.pages.page import Figure, figure, page, printed
from countermarket.reading.errors import InputError
from countermarket.results.folders import replace_text, replacing
from countermarket.results.studies import read_study

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ranking", "Which scenario raises the cost most, and how surely", ("ranking", "cost_over_time")),
    ("cost", "What the cost is made of", ("cost_components",)),
    ("success", "Whether dearer means less, and what else changes", ("cost_and_throughput", "beside_cost")),
    ("elsewhere", "What moves elsewhere", ("displacement", "countries", "flow_map")),
    ("alliance", "Whether the alliance holds together", ("alliance_trust", "alliance_members")),
)
"""Sections of the page: anchor, heading, charts."""
PAPER = ("ranking", "cost_and_throughput", "displacement")
"""Charts that paper holds; the screen has them all."""
FORMATS = {"html": (".html", ".htm"), "pdf": (".pdf",), "docx": (".docx",), "pptx": (".pptx",)}
"""What a brief can be, and how its file may end."""


AUDIENCES = ("minister", "analyst", "treasury", "assurer")
"""Whom a brief may be for: the answer alone, all of it, the answer and the economic case, or what assures it."""


class Wanted(NamedTuple):
    """What a brief is asked to be."""

    audience: str = "analyst"
    policy: str | None = None
    """The scenario that the first page is about; the first of the ranking if None."""
    places: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html",)
    paper: bool = False
    """Whether the page is for paper: the charts that paper holds, as pictures."""


def write_brief(
    folder: Path | str,
    out: Path | None = None,
    asked: Months | None = None,
    other: str | None = None,
    places: Sequence[str] = (),
    wanted: Wanted | None = None,
) -> Path:
    """Write a brief into a study folder, or elsewhere: one file, nothing fetched. The first if several."""
    return write_briefs(folder, out, asked, other, places, wanted)[0]


def write_briefs(
    folder: Path | str,
    out: Path | None = None,
    asked: Months | None = None,
    other: str | None = None,
    places: Sequence[str] = (),
    wanted: Wanted | None = None,
) -> list[Path]:
    """Write a brief in every format that is wanted."""
    chosen = (wanted or Wanted())._replace(places=tuple(places))
    if chosen.audience not in AUDIENCES:
        raise InputError("--audience", None, chosen.audience, f"is none of {', '.join(AUDIENCES)}")
    study = read_study(folder)
    files = [_place(study.path, out, ending, len(chosen.formats)) for ending in chosen.formats]
    source = material(study, compare(study, asked, other, places))
    return [_written(file, source, chosen, ending) for file, ending in zip(files, chosen.formats, strict=True)]


def _written(file: Path, source: Material, wanted: Wanted, ending: str) -> Path:
    """One file of one format."""
    if ending == "html":
        return replace_text(file, page("brief.html", **content(source, wanted)))
    if ending == "pdf":
        made = pdf(page("brief.html", **content(source, wanted._replace(paper=True))))
    else:
        made = {"docx": document, "pptx": slides}[ending](office(source, wanted))
    with replacing(file) as partial:
        partial.write_bytes(made)
    return file


def _place(study: Path, out: Path | None, ending: str, formats: int) -> Path:
    """The file of a format: `brief.<format>` in a folder that is there. InputError where it would be no such file."""
    if ending not in FORMATS:
        raise InputError("--format", None, ending, f"is none of {', '.join(FORMATS)}")
    if out is None or out.is_dir():
        return (out or study) / f"brief.{ending}"
    if out.suffix not in FORMATS[ending] or formats > 1:
        one = f"is no folder, and no name of a page; write --out brief.{ending}"
        raise InputError(str(out), None, "", one if formats == 1 else "is no folder; several formats need one")
    return out


def office(source: Material, wanted: Wanted) -> Office:
    """What a document or slides are made of, by audience."""
    facts = told_of(source, wanted)
    line = source_line(source)
    if facts is None:
        return Office("Nothing is ranked", "No scenario finished beside its reference.", (), (), line)
    blocks = submission(facts)
    blocks[0] = blocks[0]._replace(paragraphs=blocks[0].paragraphs[1:])
    if wanted.audience == "analyst":
        blocks += why(facts)
    if wanted.audience != "minister":
        blocks += _second_part(facts, wanted.audience)
    charts = all_charts(source, PAPER) if wanted.audience == "analyst" else []
    pictures = [Picture(one.title, one.subtitle, one.alt, one.source, picture(one)) for one in charts]
    title = sentences.question([facts.row], {entry["name"]: entry for entry in source.study.manifest["scenarios"]})
    return Office(title, answer(facts), (*blocks, _words()), tuple(pictures), line)


def _second_part(facts: Facts, audience: str) -> list[Block]:
    """What follows the first page: the economic case, or for an assurer the quality pack."""
    return quality(facts) if audience == "assurer" else [*economics(facts), inputs_block(facts.appraisal)]


def _words() -> Block:
    """The words of the first page and their exact terms."""
    return Block("words", "Words, and the exact terms", tables=(glossary_table(),))


def _after_the_answer(blocks: list[Block]) -> list[Block]:
    """The blocks without their first sentence, which stands in the page's banner."""
    return [blocks[0]._replace(paragraphs=blocks[0].paragraphs[1:]), *blocks[1:]]


def told_of(source: Material, wanted: Wanted) -> Facts | None:
    """What the first page is written from; None where nothing is ranked."""
    appraisal = appraise(source.study, Asked(places=wanted.places))
    return facts_of(source, appraisal, wanted.policy)


def content(source: Material, wanted: Wanted | None = None) -> dict[str, Any]:
    """Everything the template prints."""
    wanted = wanted or Wanted()
    document, manifest = source.document, source.study.manifest
    entries = document["ranking"]
    described = {entry["name"]: entry for entry in manifest["scenarios"]}
    facts = told_of(source, wanted)
    figures = _figures(source, wanted)
    return {
        "audience": wanted.audience,
        "subject": facts.row["title"] if facts else "",
        "submission": _after_the_answer(submission(facts)) if facts else [],
        "lines": sources_table(facts.run) if facts else None,
        "glossary": glossary_table(),
        "why": why(facts) if facts and wanted.audience == "analyst" else [],
        "economics": _second_part(facts, wanted.audience) if facts else [],
        "question": sentences.question([facts.row] if facts and wanted.policy else entries, described),
        "finding": answer(facts) if facts else "Nothing could be ranked",
        "findings": _findings(source),
        "caveats": sentences.caveats(document),
        "warnings": document["warnings"],
        "facts": _facts(source),
        "ranking": [ranking_row(entry, described, document) for entry in entries],
        "sections": _sections(figures) if wanted.audience == "analyst" else [],
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
        "on_paper": PAPER,
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


def _figures(source: Material, wanted: Wanted) -> dict[str, Figure]:
    """The charts of a page by name; on paper those that it holds, as pictures."""
    if wanted.audience != "analyst":
        return {}
    if wanted.paper:
        return {chart.name: printed(chart) for chart in all_charts(source, PAPER)}
    return {chart.name: figure(drawn(chart)) for chart in all_charts(source)}


def _sections(figures: Mapping[str, Figure]) -> list[dict[str, Any]]:
    """Sections with the charts that could be drawn; a section without any is left out, but the ranking."""
    sections = [
        {
            "anchor": anchor,
            "heading": heading,
            "figures": [figures[name] for name in names if name in figures],
            "paper": bool(set(names) & set(PAPER)),
        }
        for anchor, heading, names in SECTIONS
    ]
    return [section for section in sections if section["figures"] or section["anchor"] == "ranking"]
