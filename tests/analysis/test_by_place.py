"""Answers for chosen places: the world's own numbers when every place is asked for, and only theirs otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_runs import changed, few

from countermarket.analysis import by_place, cost_index, pairing
from countermarket.analysis.by_place import ACTING, EVERYWHERE, REST, Place
from countermarket.analysis.levels import Months, Pairs
from countermarket.analysis.pairing import arms_from
from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import simulate
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.results.manifest import describe_world
from countermarket.results.rows import laid_out
from countermarket.world.load import load_world

WORLD, MONTHS, SPAN = load_world(), 24, Months("2027-01", "2027-12")
TOLD = describe_world(WORLD)


def arms(inside: tuple[str, ...] = ("GBR",), lucks: int = 2) -> Any:
    """British severity for cocaine raised: dearer there and hardly elsewhere."""
    harsher = changed(Change(month=0, lever="agencies.severity", value={"GBR": {"cocaine": 3.0}}))
    keys = layout(WORLD, MONTHS).keys
    both = [
        np.array([simulate(WORLD, few(), one, 0, luck, MONTHS).values for luck in range(lucks)])
        for one in (harsher, load_scenario("baseline"))
    ]
    entry = {"name": "harsher", "first_change": 0, "inside": {"jurisdictions": list(inside)}}
    return arms_from(entry, Pairs(keys, *both), [(0, luck) for luck in range(lucks)])


@pytest.fixture(scope="module")
def paired() -> Any:
    return arms()


def test_a_british_measure_is_felt_in_britain(paired: Any) -> None:
    answers = by_place.by_place(paired, SPAN, (), TOLD)
    assert list(answers) == ["GBR", REST, EVERYWHERE]
    here, there = (answers[label]["cocaine"]["cost_index"]["mean"] for label in ("GBR", REST))
    assert here > 101.0
    assert abs(there - 100.0) < here - 100.0
    assert answers["GBR"]["all"]["cost_index"]["mean"] > 100.0


def test_all_places_together_are_the_world(paired: Any) -> None:
    """The index of every place is that of the headline, delivered and landed, market by market and of all."""
    answer = by_place.by_place(paired, SPAN, (), TOLD)[EVERYWHERE]
    for of, name in (("cost", "cost_index"), ("landed_cost", "landed_index")):
        head = pairing.headline(paired, cost_index.market_index(paired.baseline, paired.scenario, of), SPAN)
        assert answer["all"][name]["mean"] == pytest.approx(head.total.mean())
        for at, market in enumerate(paired.baseline.markets):
            assert answer[str(market)][name]["mean"] == pytest.approx(head.markets[:, at].mean())


def test_rows_are_laid_out_once_however_many_places_are_asked(paired: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(keys: Any, values: Any, measure: str, *by: Any, **where: Any) -> Any:
        asked.append(measure)
        return laid_out(keys, values, measure, *by, **where)

    monkeypatch.setattr(by_place, "laid_out", counted)
    by_place.by_place(paired, SPAN, [Place(code, (code,)) for code in ("GBR", "USA", "COL")], TOLD)
    assert asked == ["harm", "harm"], "of either arm"


def test_a_place_without_a_market_says_so(paired: Any) -> None:
    answer = by_place.by_place(paired, SPAN, [Place("COL", ("COL",))], TOLD)["COL"]
    smuggled = answer["migrant_smuggling"]
    assert smuggled["cost_index"]["mean"] is None
    assert "nothing is delivered there" in smuggled["cost_index"]["reason"]


def test_landed_cost_is_part_of_what_is_delivered(paired: Any) -> None:
    """What a good had cost at the wholesaler's is less than at the user's; people smuggled have no retail."""
    keys, values = paired.pairs.keys, paired.pairs.baseline[0]
    landed, delivered = (values[keys["measure"] == name] for name in ("landed_cost", "delivered_cost"))
    markets = keys["market"][keys["measure"] == "landed_cost"]
    moved = delivered > 0.0
    assert (landed[moved] <= delivered[moved] * (1.0 + 1e-12)).all()
    assert landed[markets == "cocaine"].sum() < 0.8 * delivered[markets == "cocaine"].sum()
    assert landed[moved & (markets == "migrant_smuggling")] == pytest.approx(
        delivered[moved & (markets == "migrant_smuggling")]
    )


def test_several_places_that_act_have_one_answer(paired: Any) -> None:
    both = paired._replace(entry={**paired.entry, "inside": {"jurisdictions": ["GBR", "USA"]}})
    assert list(by_place.by_place(both, SPAN, (), TOLD)) == [ACTING, REST, EVERYWHERE]


def test_places_and_groups_are_asked_for_by_name() -> None:
    assert by_place.chosen(["GBR"], TOLD) == [Place("GBR", ("GBR",))]
    assert "CAN" in by_place.chosen(["five_eyes"], TOLD)[0].jurisdictions
    with pytest.raises(InputError, match="Did you mean GBR"):
        by_place.chosen(["GBRR"], TOLD)
