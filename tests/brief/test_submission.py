"""The first page answers before it explains, in sentences that hold for none, one and many."""

from pathlib import Path

import pytest
from invented_study import Effect, write_study

from countermarket.analysis.appraisal.appraise import Asked, appraise
from countermarket.analysis.comparison import compare
from countermarket.brief import plain_words, policy_words
from countermarket.brief.content import Wanted, write_brief
from countermarket.brief.facts import Facts, facts_of
from countermarket.brief.submission import answer, submission
from countermarket.charts.material import material
from countermarket.reading.errors import InputError
from countermarket.results.studies import read_study

MARKETS = ("cocaine", "firearms")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    effects = {"a": Effect("A policy", 0.2, -0.2, 0.1), "b": Effect("Another", 0.001, -0.001)}
    return write_study(tmp_path_factory.mktemp("submission") / "study", effects, 12, 48, MARKETS)


def facts(folder: Path, policy: str | None = None, places: tuple[str, ...] = ()) -> Facts:
    study = read_study(folder)
    told = facts_of(material(study, compare(study, places=places)), appraise(study, Asked(places=places)), policy)
    assert told
    return told


@pytest.fixture(scope="module")
def of_first(folder: Path) -> Facts:
    return facts(folder, places=("GBR",))


def test_the_answer_names_policy_place_and_size_where_the_runs_carry_it(of_first: Facts) -> None:
    said = answer(of_first)
    assert said.startswith("A policy makes crime ")
    assert "dearer on arrival in GBR" in said


def test_an_effect_that_may_be_luck_is_called_luck(folder: Path) -> None:
    assert "is not told apart from luck" in answer(facts(folder, "b"))


def test_the_page_holds_answer_cost_and_silence_in_this_order(of_first: Facts) -> None:
    anchors = [block.anchor for block in submission(of_first)]
    assert anchors == ["answer", "effect", "why", "money", "elsewhere", "policy", "ground", "silence", "options"]
    words = " ".join(text for block in submission(of_first) for text in (*block.paragraphs, *block.bullets))
    assert "pair" not in words
    assert "index" not in words


def test_each_audience_gets_its_own_page_and_an_unknown_one_is_refused(folder: Path, tmp_path: Path) -> None:
    minister = write_brief(folder, tmp_path / "m.html", wanted=Wanted("minister")).read_text(encoding="utf-8")
    treasury = write_brief(folder, tmp_path / "t.html", wanted=Wanted("treasury")).read_text(encoding="utf-8")
    assert "<figure" not in minister + treasury
    assert "Public cost by state and year" in treasury
    assert "Public cost by state and year" not in minister
    assurer = write_brief(folder, tmp_path / "q.html", wanted=Wanted("assurer")).read_text(encoding="utf-8")
    assert "Assumptions log" in assurer
    assert "CAUTION: the parameters below" in assurer, "an invented study ran with no parameters"
    with pytest.raises(InputError, match="none of minister"):
        write_brief(folder, tmp_path / "x.html", wanted=Wanted("public"))
    with pytest.raises(InputError, match="none of this study: a, b"):
        write_brief(folder, tmp_path / "x.html", wanted=Wanted("minister", "c"))


def test_levers_are_told_with_levels_dates_and_members() -> None:
    line = {"lever": "alliance.data_sharing_share", "whom": "members (2)", "before": "0.2", "after": "0.6",
            "when": "2027-01 to 2027-12", "source": "assumption"}  # fmt: skip
    run = {"title": "A", "lines": {"changes": [line], "members": [["at first", ["GBR", "USA"]]], "shocks": []}}
    world = {"places": {"GBR": {"name": "United Kingdom"}, "USA": {"name": "United States"}}}
    block = policy_words.policy_block(run, world)
    assert block.paragraphs == ("Members throughout: the United Kingdom and the United States.",)
    assert block.bullets == (
        "Share of evidence a member owes the others: from 20% to 60%, step by step, January 2027 to December 2027.",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [(4.56e10, "£46 bn"), (1.56e9, "£1.6 bn"), (-1.3e8, "\u2212£0.13 bn"), (4.4e7, "£44 m"), (2.0, "£0 m")],
)
def test_money_is_told_in_millions_or_billions(value: float, expected: str) -> None:
    assert plain_words.amount(value, "£") == expected


def test_changes_below_a_twentieth_of_a_percent_are_none() -> None:
    assert [plain_words.pct(value) for value in (-0.01, 0.36, 12.4, None)] == ["0%", "+0.4%", "+12%", "\u2013"]
