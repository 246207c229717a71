"""Who gains and who loses: each country's answer is that of the place asked for alone, and displacement adds up."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from invented_study import INSIDE, PLACES, Effect, write_study

from countermarket.analysis import by_country, by_place, pairing
from countermarket.analysis.by_place import Place
from countermarket.analysis.comparison import compare_study, compared
from countermarket.analysis.levels import Months
from countermarket.analysis.tables import countries_csv
from countermarket.brief.countries import country_tables
from countermarket.charts.material import material

MARKETS = ("cocaine", "human_trafficking")
EFFECTS = {"alliance": Effect("Alliance", cost=0.2, units=-0.3, outside=0.1), "other": Effect("Other", cost=0.01)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("countries") / "study", EFFECTS, replicates=20, markets=MARKETS)


@pytest.fixture(scope="module")
def asked(folder: Path) -> dict[str, Any]:
    return compare_study(folder, countries=True)


def test_a_country_is_told_what_the_place_alone_is_told(folder: Path, asked: dict[str, Any]) -> None:
    study, document = compared(folder)
    entry = next(one for one in study.manifest["scenarios"] if one["name"] == "alliance")
    arms = pairing.arms_of(study, entry)
    assert arms is not None
    span = Months(*document["window"])
    for code in ("GBR", "COL"):
        alone = by_place.by_place(arms, span, [Place(code, (code,))], study.manifest["world"])[code]
        told = asked["by_country"]["alliance"][code]
        for market in (*MARKETS, "all"):
            for name in set(alone[market]) & set(told[market]):
                assert told[market][name]["mean"] == pytest.approx(alone[market][name]["mean"]), (code, market, name)
        assert {"cost_index", "landed_index", "units", "harm", "proceeds", "members", "violence"} == set(told["all"])
        assert {"cost_index", "landed_index", "units", "price"} == set(told["cocaine"])


def test_who_gains_stands_first(asked: dict[str, Any]) -> None:
    harm = [of["all"]["harm"] for of in asked["by_country"]["alliance"].values()]
    changes = [of["scenario"] - of["baseline"] for of in harm]
    assert changes == sorted(changes)
    assert len(changes) == len(PLACES)


def test_pairs_speak_where_they_carry_all_that_is_told_at_once(asked: dict[str, Any]) -> None:
    told = asked["by_country"]["alliance"]
    assert told["GBR"]["all"]["cost_index"]["carried"]
    few = {place: of["all"]["cost_index"]["carried"] for place, of in asked["by_country"]["other"].items()}
    assert not any(few[place] for place in few if place not in INSIDE)


def test_displacement_by_country_adds_up_to_that_of_the_world(asked: dict[str, Any]) -> None:
    (row,) = [row for row in asked["ranking"] if row["scenario"] == "alliance"]
    told = row["displacement_by_country"]
    assert set(told) == set(PLACES) - set(INSIDE)
    total = row["displacement"]["destinations"]["mean"]
    assert total > 0.05
    assert sum(of["mean"] for of in told.values()) == pytest.approx(total, rel=1e-12)
    assert all(of["low"] <= of["mean"] <= of["high"] for of in told.values())
    assert [of["mean"] for of in told.values()] == sorted((of["mean"] for of in told.values()), reverse=True)


def test_where_everyone_acts_nothing_goes_elsewhere(folder: Path) -> None:
    study, document = compared(folder)
    entry = {**study.manifest["scenarios"][1], "inside": {"jurisdictions": list(PLACES), "modes": [], "markets": []}}
    arms = pairing.arms_of(study, entry)
    assert arms is not None
    world = study.manifest["world"]
    assert by_country.displacement_by_country(arms, Months(*document["window"]), world) == {}


def test_the_table_goes_from_fall_to_rise(folder: Path) -> None:
    rows = list(csv.DictReader(countries_csv(*compared(folder)).lstrip("\ufeff").splitlines()))
    units = [float(row["change_mean"]) for row in rows if (row["measure"], row["market"]) == ("units", "cocaine")]
    first = units[: len(PLACES)]
    assert first == sorted(first)
    assert first[0] < -20.0 < 5.0 < first[-1]
    assert {row["level_unit"] for row in rows if row["measure"] == "units" and row["market"]} == {
        "kg per year", "victim-month per year",
    }  # fmt: skip
    assert {row["measure"] for row in rows if not row["market"]} >= {"harm", "displacement", "cost_index"}
    assert all(row["carried"] in "01" for row in rows)


def test_the_brief_has_every_country_of_every_scenario(folder: Path) -> None:
    tables = country_tables(material(*compared(folder)))
    assert [table["title"] for table in tables] == ["Alliance", "Other"]
    for table in tables:
        assert {place for place, _ in table["rows"]} == set(PLACES)
        assert all(len(cells) == len(table["heads"]) for _, cells in table["rows"])
    rows = dict(tables[0]["rows"])
    assert rows["GBR"][0].value.endswith("*"), "the pairs carry the cost in Britain"
    assert rows["GBR"][-1].value == "\u2013", "nothing moves to where the scenario acts"
    assert "%" in rows["COL"][-1].value
