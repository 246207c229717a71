"""What experiments say of the mechanisms behind a result."""

from __future__ import annotations

from pathlib import Path

import pytest

from countermarket.analysis.evidenced import Flag, evidence_of, flag_of, flags, in_words, of_the_model
from countermarket.declared.levers import LEVERS
from countermarket.declared.mechanisms import MECHANISMS
from countermarket.declared.shocks import SHOCKS


@pytest.mark.parametrize("named", [*LEVERS.values(), *SHOCKS.values()], ids=lambda one: one.name)
def test_every_lever_and_shock_names_its_mechanisms(named: object) -> None:
    own = named.mechanisms  # type: ignore[attr-defined]
    assert own
    assert set(own) <= set(MECHANISMS)


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ([], "untested"),
        (["shown"], "shown"),
        (["shown", "weak"], "weak"),
        (["shown", "shown", "weak"], "shown"),
        (["shown", "wrong", "weak"], "wrong"),
        (["wrong", "weak", "weak"], "weak"),
    ],
)
def test_a_mechanism_is_shown_only_where_most_of_its_rows_are(answers: list[str], flag: str) -> None:
    assert flag_of(answers) == Flag(flag, len(answers), answers.count("shown"))


def test_a_result_carries_the_flags_of_the_mechanisms_behind_it() -> None:
    lines = {"changes": [{"lever": "alliance.reinvestment_share"}], "shocks": [["patron_surge", "", "", ""]]}
    said = evidence_of({"lines": lines})
    assert list(said) == ["communities", "patrons"]
    assert said["patrons"] == "untested"
    assert "Patrons" not in said


def test_plain_words_say_too_weakly_and_untested() -> None:
    assert in_words({"communities": "weak"}) == ["communities: this mechanism answers too weakly against experiments"]
    said = in_words({"club": "untested", "stings": "untested"})
    assert said == ["club, stings: no experiment has tested these mechanisms"]
    assert "no experiment has tested" in in_words({})[0]


def test_without_an_outcome_nothing_is_tested(tmp_path: Path) -> None:
    assert {one.flag for one in flags(tmp_path / "none.csv").values()} == {"untested"}


def test_the_whole_model_is_told_by_what_its_rows_say(tmp_path: Path) -> None:
    table = tmp_path / "outcomes.csv"
    answers = ["communities,shown", "communities,shown", "contest,weak", "risk_pricing,wrong", "risk_pricing,shown"]
    table.write_text("\n".join(["mechanism,answer", *answers, ""]), encoding="utf-8")
    said = of_the_model(table)
    assert said.startswith("Beside natural experiments 3 of 5 answers are shown; risk pricing: this mechanism answers")
    assert said.endswith("; contest: this mechanism answers too weakly against experiments.")
    assert "communities" not in said
    assert of_the_model(tmp_path / "none.csv") == "No experiment has tested any of its mechanisms."
