"""Published models inside ours: the printed results they give, where ours part from them, and that the pages say so."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import lucks
import numpy as np
import pytest
from clone import ROOT
from lucks import above, below

from countermarket.charts.chart import csv_text
from countermarket.evidence.replications import (
    cartel_page,
    cartels,
    prices_page,
    silent_agencies,
    territories,
    whole_model,
)
from countermarket.evidence.replications.__main__ import main
from countermarket.evidence.replications.blocks import renewed
from countermarket.evidence.replications.cartels import POLICIES, Rates
from countermarket.evidence.replications.risks_and_prices import Size, arrested, outcome, run, served
from countermarket.evidence.replications.zero_profit import USUAL, Case, predict
from countermarket.model.state.codes import RISK
from countermarket.parameters.load import load_parameters

FOLDER = ROOT / "replications"


def page(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def block(name: str, part: str) -> str:
    found = re.search(rf"<!-- begin {part} -->\n(.*?)\n<!-- end {part} -->", page(name), re.DOTALL)
    assert found
    return found[1]


# --- the cartels' equation --------------------------------------------------------------------------------


def test_each_term_alone_has_its_known_solution() -> None:
    """Exponential growth, a fixed number a week, and hyperbolic decline of a single cartel."""
    none, one = np.zeros((1, 1)), np.array([1000.0])
    grown = cartels.solve(Rates(2e-3, 0, 0, 0), none, one, 100).members[-1]
    assert grown == pytest.approx(1000 * np.exp(0.2), rel=1e-6)
    assert cartels.solve(Rates(0, 5, 0, 0), none, one, 100).members[-1] == pytest.approx(500, rel=1e-6)
    left = cartels.solve(Rates(0, 0, 0, 1e-5), none, one, 100).members[-1]
    assert left == pytest.approx(1000 / (1 + 1000 * 1e-5 * 100), rel=1e-6)


def test_rivals_lose_alike_and_only_to_each_other() -> None:
    rivals = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    course = cartels.solve(Rates(0, 0, 1e-6, 0), rivals, np.array([900.0, 600.0, 300.0]), 200)
    assert course.sizes[2] == pytest.approx(300.0)
    assert 900.0 - course.sizes[0] == pytest.approx(600.0 - course.sizes[1])


@pytest.fixture(scope="module")
def found() -> cartel_page.Made:
    return cartel_page.made()


def test_the_equation_gives_the_printed_totals(found: cartel_page.Made) -> None:
    even = found.equations["every pair, evenly"]
    assert 160_000 <= even.members_2022 <= 187_000
    assert 345 <= even.recruits <= 375
    assert even.losses == pytest.approx(200, abs=0.1)
    assert even.growth["status quo"] == pytest.approx(0.26, abs=0.03)
    assert even.growth["recruitment halved"] == pytest.approx(-0.11, abs=0.04)


@pytest.mark.parametrize("pattern", list(cartel_page.PATTERNS))
def test_signs_do_not_depend_on_who_is_whose_rival(found: cartel_page.Made, pattern: str) -> None:
    answer = found.equations[pattern]
    for change in (answer.growth, answer.casualties):
        assert change["status quo"] > change["arrests doubled"] > 0
        assert change["recruitment halved"] < 0
        assert change["both"] < change["recruitment halved"]


def test_casualties_are_as_printed_only_when_the_largest_fight(found: cartel_page.Made) -> None:
    rises = {name: answer.casualties["status quo"] for name, answer in found.equations.items()}
    assert rises["wars of the five largest"] == pytest.approx(0.40, abs=0.05)
    assert rises["every pair, evenly"] > 0.5
    assert found.equations["wars of the five largest"].growth["status quo"] > 0.3


# --- inside our month -------------------------------------------------------------------------------------


def test_with_their_laws_our_month_is_their_equation(found: cartel_page.Made) -> None:
    theirs, ours = found.equations["every pair, evenly"], found.inside["all three laws theirs"]
    assert ours.members_2022 == pytest.approx(theirs.members_2022, rel=0.01)
    for policy in POLICIES:
        assert ours.growth(policy) == pytest.approx(theirs.growth[policy], abs=0.01)
        assert ours.casualties(policy) == pytest.approx(theirs.casualties[policy], abs=0.01)


def test_no_group_is_lost_on_the_way() -> None:
    run_ = territories.settle(cartels.even_rivalry(), frozenset())
    territories.follow(run_, 24)
    assert run_.state.groups["active"].sum() == cartels.CARTELS
    assert run_.state.alliance["refused_births"][0] == 0


def test_arrests_per_head_turn_the_sign_of_doubling_them(found: cartel_page.Made) -> None:
    assert found.inside["all three laws theirs"].growth("arrests doubled") > 0
    assert found.inside["arrests by our law"].growth("arrests doubled") < 0
    assert found.inside["all three laws ours"].growth("arrests doubled") < 0
    for name in ("conflict by our law", "leaving by our law"):
        assert found.inside[name].growth("arrests doubled") > 0


def test_deaths_per_head_move_with_members_and_take_off_the_brake(found: cartel_page.Made) -> None:
    own, theirs = found.inside["conflict by our law"], found.inside["all three laws theirs"]
    assert own.casualties("status quo") == pytest.approx(own.growth("status quo"), abs=1e-6)
    assert own.growth("status quo") > theirs.growth("status quo") + 0.1
    assert own.growth("recruitment halved") > theirs.growth("recruitment halved") + 0.05


def test_the_page_on_cartels_says_what_the_code_gives(found: cartel_page.Made) -> None:
    made = cartel_page.blocks(found)
    for part in ("equation", "inside", "policies"):
        assert block("cartels", part) == made[part]
    chart = cartel_page.chart(found)
    assert (FOLDER / "figures" / "cartels.csv").read_text(encoding="utf-8") == csv_text(chart)


def test_in_the_whole_model_both_policies_shrink_the_trade_and_halved_hiring_more() -> None:
    """The page says that we agree with the paper's ranking here; if this changes, so must the page. Ten lucks."""
    effects = whole_model.effects(replicates=10, seed=lucks.seed())
    halved, doubled = (
        {name: float(values.mean()) for name, values in effects[policy]._asdict().items()}
        for policy in ("recruitment halved", "arrests doubled")
    )
    assert above("cartels: arrests when they are doubled", doubled["arrests_to_status_quo"], 0.2)
    assert above("cartels: recruits when hiring is halved", halved["recruits_to_status_quo"], -0.5)
    assert above("cartels: recruits when arrests are doubled", doubled["recruits_to_status_quo"], -0.1)
    for policy, found in (("hiring is halved", halved), ("arrests are doubled", doubled)):
        assert below(f"cartels: members when {policy}", found["members_to_status_quo"], 0.0)
        assert below(f"cartels: units when {policy}", found["units_to_status_quo"], 0.0)
        assert below(f"cartels: deaths when {policy}", found["deaths_to_status_quo"], 0.02)
    for name in ("members", "units"):
        further = doubled[f"{name}_to_status_quo"] - halved[f"{name}_to_status_quo"]
        assert above(f"cartels: {name} when arrests are doubled less those when hiring is halved", further, 0.0)


# --- risks and prices -------------------------------------------------------------------------------------

SMALL = Size(1500, 300)


@pytest.fixture(scope="module")
def usual():
    return run(USUAL, SMALL, lucks.seed())


def price_rows() -> list[list[str]]:
    """The numbers behind the chart: what, times usual, theory, agents, theory with officers moved."""
    text = (FOLDER / "figures" / "risks_and_prices.csv").read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def rise(after: float, before: float) -> float:
    return after / before - 1.0


def test_the_parts_of_a_price_add_up_to_it(usual) -> None:
    weights = served(usual)
    theory, agents = prices_page.composition(usual, weights)
    users = predict(usual, USUAL).users
    assert theory.sum() == pytest.approx(weights @ np.where(weights > 0, users, 0.0), rel=1e-9)
    assert below("price: agents' over theory's", abs(agents.sum() / theory.sum() - 1.0), 0.03)
    apart = abs(agents / agents.sum() - theory / theory.sum()).max()
    assert below("price: share of a part, agents' less theory's", apart, 0.035)  # goods wait longer than a month
    assert np.argmax(theory) == RISK


def test_agents_raise_the_price_for_a_sentence_as_theory_says(usual) -> None:
    base, doubled = (outcome(usual, case, SMALL, lucks.seed()) for case in (USUAL, Case(sentence=2.0)))
    said = rise(doubled.predicted, base.predicted)
    assert said > 0.05
    apart = abs(rise(doubled.agents, base.agents) - said)
    assert below("price: rise for a sentence, agents' less theory's", apart, 0.03)
    shown = next(row for row in price_rows() if row[0] == "sentences twice as long")
    assert below("price: rise for a sentence on the page, less theory's", abs(float(shown[2]) / 100 - said), 0.03)
    assert below("price: rise for a sentence on the page, agents'", abs(float(shown[3]) / 100 - said), 0.03)


def test_a_sentence_and_a_hazard_weigh_alike_and_multiply(usual) -> None:
    """Compensation is hazard x sentence: doubling either is the same, both is four times; straight in between."""
    weights = served(usual)

    def price(case: Case) -> float:
        return float(weights @ np.where(weights > 0, predict(usual, case).on_old_path, 0.0))

    plain = price(USUAL)
    assert price(Case(sentence=2.0)) == pytest.approx(price(Case(arrest=2.0)), rel=1e-9)
    assert price(Case(sentence=2.0, arrest=2.0)) - plain == pytest.approx(
        3 * (price(Case(sentence=2.0)) - plain), rel=1e-6
    )


def test_a_way_round_never_makes_a_price_dearer(usual) -> None:
    weights = served(usual) > 0
    for case in (Case(source=2.0), Case(officers=4.0), Case(arrest=5.0), Case(death=2.0)):
        said = predict(usual, case)
        assert (said.wholesale[weights] <= said.on_old_path[weights] * (1 + 1e-9)).all()


def test_a_dearer_source_is_passed_on_with_its_losses_but_does_not_double_the_price(usual) -> None:
    from countermarket.evidence.replications.zero_profit import source_prices

    weights = served(usual)
    before, after = (
        np.where(weights > 0, predict(usual, case).wholesale, 0.0) @ weights for case in (USUAL, Case(source=2.0))
    )
    source = weights @ source_prices(usual)
    assert source < after - before < 2.5 * source
    assert after < 1.5 * before


def test_the_price_is_concave_in_arrests(usual) -> None:
    weights, parameters = served(usual), load_parameters()
    prices = [
        weights @ np.where(weights > 0, predict(usual, arrested(effort, parameters)).wholesale, 0.0)
        for effort in (0.0, 1.0, 2.0, 3.0, 4.0)
    ]
    gains = np.diff(prices)
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()


def test_the_page_on_prices_shows_what_its_chart_shows() -> None:
    cases = block("risks_and_prices", "cases")
    for name, times, theory, agents, *_ in price_rows():
        if not times:
            line = next(line for line in cases.splitlines() if line.startswith(f"| {name} |"))
            assert f"{float(theory):+.1f}%" in line
            assert f"{float(agents):+.1f}%" in line


# --- silent agencies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", silent_agencies.SPREADS)
def test_a_case_opens_in_the_month_the_formula_says(spread: int) -> None:
    for sharing in (False, True):
        assert silent_agencies.simulated(spread, sharing) == silent_agencies.predicted(spread, sharing)


def test_silence_hides_a_group_and_sharing_undoes_it() -> None:
    silent = [silent_agencies.predicted(spread, False) for spread in silent_agencies.SPREADS]
    assert silent[0] < silent[1] < silent[2] < silent[3] == np.inf
    assert {silent_agencies.predicted(spread, True) for spread in silent_agencies.SPREADS} == {silent[0]}


def test_the_page_on_silent_agencies_says_what_the_code_gives() -> None:
    assert block("silent_agencies", "months") == silent_agencies.blocks()["months"]


# --- pages ------------------------------------------------------------------------------------------------


def test_a_page_is_renewed_between_its_marks_only() -> None:
    old = "before\n<!-- begin a -->\nold\n<!-- end a -->\nafter\n"
    new = renewed(old, {"a": "new"})
    assert new == "before\n<!-- begin a -->\nnew\n<!-- end a -->\nafter\n"
    with pytest.raises(KeyError):
        renewed(old, {})


def test_a_folder_without_pages_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path), "--page", "cartels"])
    assert stopped.value.code == 2
    assert "has no cartels.md" in capsys.readouterr().err


def test_the_command_writes_a_page_and_notices_a_stale_one(tmp_path: Path) -> None:
    copy = tmp_path / "silent_agencies.md"
    copy.write_text(page("silent_agencies").replace("| 9 | 9 | 9 | 9 |", "| 1 | 1 | 1 | 1 |", 1), encoding="utf-8")
    words = [str(tmp_path), "--page", "silent_agencies"]
    assert main(words) == 0
    assert copy.read_text(encoding="utf-8") == page("silent_agencies")
    assert main([*words, "--check"]) == 0
    copy.write_text(page("silent_agencies").replace("| 22 |", "| 23 |", 1), encoding="utf-8")
    assert main([*words, "--check"]) == 1
