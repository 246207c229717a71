"""The causal account is made of recorded numbers that add up, and calls luck what is luck."""


import pytest
from invented_study import Effect, write_study

from countermarket.analysis.appraisal.appraise import Asked, appraise
from countermarket.analysis.comparison import compare
from countermarket.brief.facts import Facts, facts_of
from countermarket.brief.why import LUCK, TOLD, arm_of, chain, landed_and_users, parts_of, why
from countermarket.charts.material import material
from countermarket.results.studies import read_study


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    effects = {"a": Effect("A policy", 0.2, -0.2, 0.1, component="risk")}
    study = read_study(write_study(tmp_path_factory.mktemp("why") / "study", effects, 16, 48, ("cocaine", "firearms")))
    told = facts_of(material(study, compare(study)), appraise(study, Asked()))
    assert told
    return told


def test_the_part_that_moves_most_is_named_and_told_apart(facts: Facts) -> None:
    label, change, verdict = parts_of(facts, arm_of(facts), "cocaine")[0]
    assert (label, verdict) == ("risk pay", TOLD)
    assert change["mean"] > 0
    assert "risk pay +$" in chain(facts)


def test_parts_of_the_cost_add_up_to_what_users_pay_more(facts: Facts) -> None:
    whole = sum(change["mean"] for _, change, _ in parts_of(facts, arm_of(facts), "cocaine"))
    assert whole == pytest.approx(landed_and_users(facts, "cocaine")[1], rel=0.1)


def test_every_line_says_whether_it_is_luck(facts: Facts) -> None:
    links = {row[0]: row[-1] for row in why(facts)[0].tables[0].rows}
    assert set(links.values()) <= {LUCK, TOLD}
    assert links["Price to users"] == TOLD


def test_what_is_not_recorded_is_left_out(facts: Facts) -> None:
    assert not [row for row in why(facts)[0].tables[0].rows if row[0].startswith("Fee for")]
