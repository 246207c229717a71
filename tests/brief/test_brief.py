"""The brief is one file, says its caveats first, and shows user text as text."""

import json
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from invented_study import Effect, write_study

from countermarket.brief import sentences
from countermarket.brief.content import Wanted, write_brief
from countermarket.brief.tables import interval_bar, manifest_rows
from countermarket.reading.errors import InputError
from countermarket.results.studies import write_manifest

EVIL = "<script>alert('1')</script> & {{ 7 * 7 }}"
SHORT = Wanted("minister")
"""A page without charts, which take longest."""
VOID = {"meta", "br", "link", "img", "input", "hr", "path", "line", "circle", "use", "rect"}


class Page(HTMLParser):
    """Tags, attributes and text of a page, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    effects = {"a": Effect(EVIL, 0.12, -0.2, 0.1), "b": Effect("Sanctions only", 0.02, -0.01)}
    folder = write_study(
        tmp_path_factory.mktemp("brief") / "study",
        effects,
        4,
        48,
        ("cocaine", "firearms"),
        failed=1,
        warnings=["only a test"],
    )
    path = write_brief(folder)
    assert path == folder / "brief.html"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_fetched(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "img", "object")
        for name in ("src", "href", "xlink:href", "action"):
            value = attributes.get(name) or ""
            assert value.startswith(("#", "data:text/csv")) or not value


def test_user_text_stays_text(text: str, page: Page) -> None:
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "49" not in "".join(word for word in page.words if "7 * 7" in word)


def test_every_tag_is_closed_and_every_id_unique(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {f"#{name}" for name in ids}
    links = [attributes.get("href") or "" for tag, attributes in page.tags if tag == "a"]
    assert all(link in inner for link in links if link.startswith("#"))
    named = [attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes]
    assert all(f"#{name}" in inner for name in named)


def test_headings_descend_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_headers_and_pictures_a_text(page: Page) -> None:
    tables = [tag for tag, _ in page.tags].count("table")
    headers = [attributes for tag, attributes in page.tags if tag == "th"]
    assert tables >= 6
    assert all(attributes.get("scope") in ("col", "row") for attributes in headers)
    for tag, attributes in page.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-labelledby")


def test_caveats_stand_before_any_number_of_the_ranking(text: str) -> None:
    assert text.index("Most of the uncertainty is not in the intervals") < text.index('class="ranking"')
    assert text.index("Two runs failed") < text.index("In brief")
    assert "only a test" in text
    assert "What the model cannot say" in text
    assert "no slot was free" in text


def test_a_study_without_a_ranking_still_has_a_brief(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "lone", {}, replicates=2, months=12, markets=("cocaine",))
    text = write_brief(folder).read_text(encoding="utf-8")
    assert "Nothing could be ranked" in text
    assert "Nothing is ranked" in text


def test_one_scenario_is_asked_its_own_question(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "one", {"a": Effect("A", 0.1)}, 2, 24, ("cocaine",))
    assert "What does A do?" in write_brief(folder, wanted=SHORT).read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["scenarios"][1]["question"] = ""
    write_manifest(folder, manifest)
    assert "raise the cost of illicit activity?" in write_brief(folder, wanted=SHORT).read_text(encoding="utf-8")


def row(**other: object) -> dict:
    index = {"mean": 112.0, "low": 108.0, "high": 115.0}
    return {
        "title": "Alliance",
        "pairs": 20,
        "carried": True,
        "index": index,
        "index_cash": index,
        "probability_better_than_baseline": 1.0,
        "probability_better_than_next": 0.6,
        "beside": {},
        "verdict": {"cocaine": "cost up only"},
    } | other


def moved(mean: float | None, low: float | None, high: float | None, inside: float) -> dict:
    both = {
        "inside": {"mean": inside, "low": inside, "high": inside},
        "outside": {"mean": 5.0, "low": 4.0, "high": 6.0},
    }
    found = {"mean": mean, "carried": True, "low": low, "high": high, **both}
    return row(displacement={"destinations": found | ({"reason": "no outside"} if mean is None else {})})


def test_the_lead_gives_interval_and_likelihood() -> None:
    said = sentences.lead([row()], "2033 to 2035")
    assert "by 12% on average over all markets (80% interval 8.0% to 15%)" in said
    assert "almost certain (100% of 20 pairs, 80% interval 92% to 100%)" in said
    lower = sentences.lead([row(index={"mean": 96.0, "low": 93.0, "high": 99.0})], "2033 to 2035")
    assert "lowers what it costs to deliver one unit by 4.0%" in lower
    few = sentences.lead([row(pairs=4, carried=False)], "2033 to 2035")
    assert "raises what" not in few
    assert "4 of 4 pairs" in few
    both = sentences.lead([row(index={"mean": 101.0, "low": 98.0, "high": 104.0})], "2033 to 2035")
    assert "\u22122.0% to +4.0%" in both
    none = sentences.lead([row(index={"mean": None, "low": None, "high": None, "reason": "no market"})], "")
    assert none == "No scenario could be ranked: no market."


def test_the_second_is_named_with_its_likelihood() -> None:
    assert "Club: 12 of 20 pairs." in sentences.against_next([row(), row(title="Club")])
    sure = row(probability_better_than_next=0.95)
    assert "Club: highly likely (95% of 20 pairs" in sentences.against_next([sure, row(title="Club")])
    assert "Club: 19 of 20 pairs." in sentences.against_next([sure, row(title="Club"), *([row()] * 2000)])
    assert sentences.against_next([row()]) == ""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            moved(0.4, 0.2, 0.6, -10.0),
            "Of what disappears where the scenario acts, 40% appears elsewhere instead (20% to 60%)",
        ),
        (
            moved(0.4, 0.2, 0.6, 10.0),
            "Of what is added where the scenario acts, 40% disappears elsewhere instead",
        ),
        (
            moved(-0.3, -0.5, -0.1, -10.0),
            "for every 100 lost where the scenario acts, 30 more are lost outside",
        ),
        (moved(None, None, None, -10.0), "is not given: no outside. Change inside \u2212\u2060$10"),
    ],
)
def test_displacement_in_words(found: dict, expected: str) -> None:
    assert expected in sentences.displacement_sentence(found)


def test_where_the_pairs_carry_nothing_no_sentence_speaks() -> None:
    silent = moved(0.4, 0.2, 0.6, -10.0)
    silent["displacement"]["destinations"]["carried"] = False
    assert sentences.displacement_sentence({**silent, "pairs": 6}) == (
        "How much moves elsewhere instead, 6 pairs do not carry."
    )
    fall = {"mean": -4.0, "low": -6.0, "high": -2.0}
    beside = {"harm": fall | {"carried": True}, "profit": fall | {"carried": False}}
    told = sentences.beside_sentence({"beside": beside})
    assert told.startswith("At the same time")
    assert "harm" in told
    assert told.endswith("On criminal profit the pairs carry no finding.")


def test_caveats_name_markets_where_harm_rises() -> None:
    document = {
        "ranking": [row(verdict={"cocaine": "cost up, harm up", "heroin": "cost down"})],
        "replicates": 20,
        "failed": [],
    }
    said = sentences.caveats(document)
    assert len(said) == 3
    assert "cost and harm rise together in cocaine" in said[1][1]
    assert "112.0 (108.0 to 115.0) instead of 112.0" in said[2][1]


def test_an_unknown_interval_has_no_picture() -> None:
    assert interval_bar({"mean": None, "low": None, "high": None}, (90.0, 110.0)) == ""


def test_the_manifest_is_told_on_one_line_each() -> None:
    assert manifest_rows({"code": "0f" * 32}) == [("code", "0f0f0f0f0f0f\u2026")]
    rows = manifest_rows(
        {"seed": 0, "versions": {"python": "3.11", "list": [1]}, "commit": None, "world": {}}
    )
    assert rows == [("seed", "0"), ("versions", "python: 3.11"), ("commit", "\u2013")]


def test_every_chart_has_its_place_in_the_brief() -> None:
    from countermarket.brief.content import SECTIONS
    from countermarket.charts import MAKERS

    placed = [chart for _, _, charts in SECTIONS for chart in charts]
    drawn_ = [maker for maker, _ in MAKERS]
    missing, unknown = sorted(set(drawn_) - set(placed)), sorted(set(placed) - set(drawn_))
    assert not missing, (
        f"charts that no reader would see: {missing}; name them in a section of brief/content.py"
    )
    assert not unknown, f"brief/content.py names charts that nothing draws: {unknown}; see charts/__init__.py"
    assert len(placed) == len(set(placed)), "a chart stands in two sections of brief/content.py"


def test_the_brief_speaks_of_the_studys_own_world(text: str) -> None:
    assert "It covers two markets and ten jurisdictions at most." in text
    assert "Units: kg, piece." in text


def test_a_brief_may_stand_elsewhere_and_replaces_nothing_but_a_page(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study", {"a": Effect("A", 0.1)}, 2, 48, ("cocaine",))
    assert write_brief(folder, tmp_path / "mine.html", wanted=SHORT) == tmp_path / "mine.html"
    assert write_brief(folder, tmp_path, wanted=SHORT) == tmp_path / "brief.html"
    with pytest.raises(InputError, match="no name of a page"):
        write_brief(folder, folder / "manifest.json")
    assert not (folder / "brief.html").exists()
