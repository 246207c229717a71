"""An appraisal adds up, counts nothing twice, and says where it cannot say."""

import json

import numpy as np
import pytest
from invented_study import Effect, write_study
from typer.testing import CliRunner

from countermarket.analysis.appraisal import inputs, sharing, valuing
from countermarket.analysis.appraisal.appraise import Asked, appraise_study, payback
from countermarket.analysis.appraisal.flows import Flows
from countermarket.analysis.appraisal.sheets import appraisal_csv
from countermarket.cli.app import app
from countermarket.reading.errors import InputError
from countermarket.results.studies import write_manifest

MARKETS = ("cocaine", "cyber_fraud")
PLACES = ("GBR", "USA", "COL")
CASE = valuing.Case(0.035, 0.015)
ENTRY = {
    "inside": {"jurisdictions": ["GBR", "USA"]},
    "lines": {"members": [["at first", ["GBR"]], ["from 2027-01", ["GBR", "USA"]]],
              "changes": [{"lever": "alliance.members"}]},
}  # fmt: skip
WORLD = {
    "jurisdictions": list(PLACES),
    "places": {
        "GBR": {"gdp_per_head": 50_000, "population": 70e6},
        "USA": {"gdp_per_head": 85_000, "population": 340e6},
        "COL": {"gdp_per_head": 7_000, "population": 52e6},
    },
}


def flows(**more: np.ndarray) -> Flows:
    """Two pairs over two years in which nothing changes but what is given."""
    none = {"units": (2, 2, 3, 2), "deaths": (2, 3, 2), "spending": (2, 3, 2), "wrongs": (2, 3, 2),
            "recovery": (2, 3, 2), "alliance": (2, 2), "compliance": (2, 2), "placeless_wrongs": (2, 2),
            "dearer": (2, 2), "profit": (2, 2)}  # fmt: skip
    return Flows(MARKETS, PLACES, ("2026", "2027"), **{name: np.zeros(of) for name, of in none.items()} | more)


def worth(of: Flows, case: valuing.Case = CASE, **values: float) -> valuing.Worth:
    shares = sharing.sharing_of(ENTRY, WORLD)
    return valuing.worth(valuing.present(of, case), shares, inputs.central() | values, case)


def test_money_is_deflated_at_home_and_then_exchanged() -> None:
    held = inputs.central()["harm_human_trafficking"]
    assert held == pytest.approx(18_262 * 96.2507 / 76.4554 * 1.2434)
    assert inputs.money("GBP", 2024) == pytest.approx(100 / 96.2507 / 1.2434)
    assert inputs.money("EUR", 2023) == pytest.approx(1 / 1.0813)
    with pytest.raises(InputError, match="no deflator of EUR for it; known: 2023"):
        inputs.money("EUR", 2024)
    with pytest.raises(InputError, match="none of GBP"):
        inputs.money("NZD", 2023)


def test_every_input_has_a_source_a_unit_and_lies_within_its_range() -> None:
    for one in inputs.inputs().values():
        assert one.source
        assert one.unit
        assert one.low is None or one.high is None or one.low <= one.value <= one.high, one.name
    for values in inputs.drawn(20, 0):
        assert all(low <= values[name] <= high for name, (low, high) in inputs.ends().items())


def test_a_kilogram_less_counts_neither_the_response_nor_killings() -> None:
    fewer = np.zeros((2, 2, 3, 2))
    fewer[:, 0, 0, 0] = -10.0
    values = {"response_share": 0.3, "killings_share": 0.1, "margin_share": 0.5, "harm_cocaine": 1_000.0}
    assert worth(flows(units=fewer), **values).net().sum(axis=1) == pytest.approx([10 * 1_000 * 0.6 * 0.5] * 2)
    together = worth(flows(units=fewer, deaths=-np.ones((2, 3, 2))), CASE._replace(deaths_apart=False), **values)
    assert together.lives.sum() == 0
    assert together.net().sum(axis=1) == pytest.approx([10 * 1_000 * 0.7 * 0.5] * 2)


def test_later_years_count_less_and_a_delay_costs_benefits_alone() -> None:
    assert valuing.factors(0.035, 3) == pytest.approx([1, 1 / 1.035, 1 / 1.035**2])
    assert valuing.annuity(0.035, 10) == pytest.approx(0.035 / (1 - 1.035**-10) / 1.035)
    saved, paid = np.zeros((2, 2, 3, 2)), np.zeros((2, 3, 2))
    saved[:, 1, 0, :], paid[:, 0, :] = -1.0, 1.0
    late = CASE._replace(years_late=1)
    once = worth(flows(units=saved, spending=paid), late, optimism_states=0.0, harm_cyber_fraud=1.0)
    assert once.harm.sum(axis=(1, 2)) == pytest.approx([1 / 1.035] * 2)
    assert once.states.sum(axis=1) == pytest.approx([1 + 1 / 1.035] * 2)


def test_what_is_saved_bears_no_optimism_bias() -> None:
    assert valuing.uplifted(np.array([10.0, -10.0]), 0.4).tolist() == [14.0, -10.0]


def test_what_no_state_records_is_shared_by_those_who_take_part() -> None:
    shares = sharing.sharing_of(ENTRY, WORLD)
    assert shares.members == ("GBR", "USA")
    assert shares.alliance.tolist() == [0.5, 0.5, 0.0]
    assert shares.firms.sum() == pytest.approx(1.0)
    assert shares.firms[1] / shares.firms[0] == pytest.approx(85 * 340 / (50 * 70))
    alone = sharing.members_of({"inside": {"jurisdictions": ["COL"]}, "lines": {"changes": []}}, PLACES)
    assert alone == ("COL",)


def test_lives_by_income_and_weights_are_two_cases_and_never_one() -> None:
    deaths, cost = np.zeros((2, 3, 2)), np.zeros((2, 3, 2))
    deaths[:, 2, 0], cost[:, 2, 0] = -1.0, 1.0
    usual = worth(flows(deaths=deaths, spending=cost))
    by_income = worth(flows(deaths=deaths, spending=cost), CASE._replace(lives_by_income=True))
    weighted = worth(flows(deaths=deaths, spending=cost), CASE._replace(weighted=True))
    assert by_income.lives.sum() == pytest.approx(usual.lives.sum() * 7 / 50)
    assert by_income.states.sum() == usual.states.sum()
    assert weighted.lives.sum() == usual.lives.sum()
    assert weighted.states.sum() == pytest.approx(usual.states.sum() * (50 / 7) ** 1.3)


def test_a_policy_pays_back_once_it_stays_ahead() -> None:
    years = ("2026", "2027", "2028")
    assert payback(years, [-2.0, 1.0, 4.0]) == "2028"
    assert payback(years, [1.0, -2.0, 0.5]) is None
    assert payback(years, [0.0, 3.0, 1.0]) == "2027"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    effects = {"a": Effect("A", 0.1, -0.2, 0.05), "b": Effect("B", 0.02, -0.01)}
    return write_study(tmp_path_factory.mktemp("appraisal") / "study", effects, 6, 48, MARKETS)


@pytest.fixture(scope="module")
def document(folder) -> dict:
    return appraise_study(folder, Asked("USD", places=("GBR",)))


def test_the_parts_add_up_to_the_net_value(document: dict) -> None:
    for row in document["rows"]:
        saved = sum(of["mean"] for of in row["benefits"].values())
        paid = sum(row[name]["mean"] for name in ("public_cost", "private_cost", "wrongful_cost"))
        assert row["npv"]["mean"] == pytest.approx(saved - paid)
        assert row["npv"]["mean"] == pytest.approx(sum(of["mean"] for of in row["by_state"].values()))
        assert row["npv"]["mean"] == pytest.approx(row["borders"]["world"]["net"]["mean"])
        assert row["sensitivities"][0]["net"]["mean"] == pytest.approx(row["npv"]["mean"])
        assert set(row["borders"]) == {"GBR", "those who take part", "world"}


def test_where_an_input_switches_the_sign_the_net_value_is_nothing(document: dict) -> None:
    row = document["rows"][0]
    turn = next(one for one in row["switching"] if one["switches_at"])
    at_ends = next(one for one in row["extremes"] if one["input"] == turn["input"])
    low, high = inputs.ends()[turn["input"]]
    slope = (at_ends["high"] - at_ends["low"]) / (high - low)
    there = at_ends["low"] + slope * (turn["switches_at"] - low)
    assert there == pytest.approx(0.0, abs=1e-6 * abs(at_ends["low"]) + 1.0)


def test_a_study_without_incomes_says_so_where_they_are_needed(document: dict) -> None:
    reasons = [one["net"].get("reason") for one in document["rows"][0]["sensitivities"]]
    assert sum(reason is not None and "does not say what people earn" in reason for reason in reasons) == 2


def test_another_currency_moves_money_and_nothing_else(folder, document: dict) -> None:
    pounds = appraise_study(folder, Asked("GBP", places=("GBR",)))
    for one, other in zip(pounds["rows"], document["rows"], strict=True):
        assert one["npv"]["mean"] == pytest.approx(other["npv"]["mean"] / 1.2434)
        assert one["benefit_cost_ratio"] == other["benefit_cost_ratio"]
        assert one["npv_of_pairs"]["share_above"] == other["npv_of_pairs"]["share_above"]
        assert one["memo"]["wrongful_actions"] == other["memo"]["wrongful_actions"]


def test_beside_another_policy_what_both_do_falls_out(folder) -> None:
    told = appraise_study(folder, Asked(other="b"))
    assert [row["scenario"] for row in told["rows"]] == ["a"]
    assert told["rows"][0]["reference"] == "b"
    with pytest.raises(InputError, match="no ranked scenario"):
        appraise_study(folder, Asked(other="c"))


def test_the_command_prints_writes_its_table_and_ranks_nothing(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in ("80", "120"):
        monkeypatch.setenv("COLUMNS", width)
        said = CliRunner().invoke(app, ["appraise", str(folder), "--scenario", "a"])
        assert said.exit_code == 0, said.output
        assert max(map(len, said.stdout.splitlines())) <= int(width)
        assert "does each gain by taking part?" in said.stdout
    text = (folder / "appraisal.csv").read_text(encoding="utf-8")
    assert "switching value" in text
    assert "rank" not in text.splitlines()[0]
    told = CliRunner().invoke(app, ["appraise", str(folder), "--json"])
    assert {"currency", "base_year", "discount_rate", "rows"} <= set(json.loads(told.stdout))


def test_the_table_holds_every_input_with_its_source(document: dict) -> None:
    lines = appraisal_csv(document).splitlines()
    assert sum(line.startswith(",input,") for line in lines) == len(inputs.inputs())


def test_a_month_more_of_nothing_is_refused(tmp_path) -> None:
    short = write_study(tmp_path / "short", {"a": Effect("A", 0.1)}, 2, 12, MARKETS)
    manifest = json.loads((short / "manifest.json").read_text())
    manifest.pop("checksum")
    manifest["months"]["all"] = manifest["months"]["all"][:11]
    write_manifest(short, manifest)
    with pytest.raises(InputError, match="no whole calendar year"):
        appraise_study(short)


def test_a_market_without_a_unit_harm_is_named_and_not_passed_over_in_silence(tmp_path, document: dict) -> None:
    assert document["unvalued"] == []
    own = write_study(tmp_path / "own", {"a": Effect("A", 0.1)}, 2, 12, MARKETS)
    manifest = json.loads((own / "manifest.json").read_text())
    manifest.pop("checksum")
    manifest["world"]["markets"] = [*MARKETS, "timber"]
    write_manifest(own, manifest)
    assert appraise_study(own)["unvalued"] == ["timber"]
    said = CliRunner().invoke(app, ["appraise", str(own), "--out", str(tmp_path)])
    assert "No unit harm is known of timber" in said.stdout
