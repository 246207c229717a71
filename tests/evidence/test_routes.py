"""Facts about routes: read, counted on a world's legs, and what fitting access to them does."""

from __future__ import annotations

from dataclasses import replace as with_fields
from pathlib import Path

import numpy as np
import pytest
from small_runs import few

from countermarket.evidence.routes import fit
from countermarket.evidence.routes.facts import FILE, Fact, legs_of, load_facts
from countermarket.evidence.routes.measure import arrivals, refitted
from countermarket.model.running.simulate import start
from countermarket.parameters.load import access_of, load_parameters, replace, with_access
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.world.load import load_world

WORLD = load_world()
FACTS = load_facts(WORLD)


def leg(row: int) -> tuple[str, str, str]:
    one, names = WORLD.legs[row], WORLD.jurisdiction_names
    return names[one["origin"]], names[one["destination"]], WORLD.mode_names[one["mode"]]


# --- the table and its grammar ----------------------------------------------------------------------------


def test_every_fact_counts_legs_of_the_packaged_world() -> None:
    assert len(FACTS) == 49
    assert all(fact.counted and fact.source and fact.low <= fact.high for fact in FACTS)
    shares = [fact for fact in FACTS if fact.quantity == "share" and "Darien" not in fact.what]
    assert all(set(fact.counted) <= set(fact.among) for fact in shares)


def test_places_are_one_any_or_any_but() -> None:
    counted, among = legs_of("cocaine: MEX>USA / *>USA", WORLD)
    assert {leg(row)[:2] for row in counted} == {("MEX", "USA")}
    assert {leg(row)[1] for row in among} == {"USA"}
    outside, _ = legs_of("cocaine: !EUR>EUR", WORLD)
    assert not {leg(row)[0] for row in outside} & {"ESP", "NLD", "GBR"}


def test_terms_are_added_and_a_leg_or_a_mode_may_be_named() -> None:
    legs, _ = legs_of("smuggling_europe: L303/europe + L304/europe", WORLD)
    assert [WORLD.leg_names[row] for row in legs] == ["L303/europe", "L304/europe"]
    boats, _ = legs_of("smuggling_britain: FRA|ALB>GBR@small_boat", WORLD)
    assert {leg(row) for row in boats} == {("FRA", "GBR", "small_boat"), ("ALB", "GBR", "small_boat")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cocain: MEX>USA", "Did you mean cocaine?"),
        ("cocaine MEX>USA", "must begin with a layer"),
        ("cocaine: MEX>USA@boat", "there is no mode 'boat'"),
        ("cocaine: L9999", "there is no leg 'L9999'"),
        ("cocaine: AUS>COL", "counts no leg of this world"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        legs_of(text, WORLD)


def test_a_faulty_table_names_the_line(tmp_path: Path) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    table = tmp_path / "facts.csv"
    table.write_text("\n".join([lines[0], lines[1].replace("0.75,0.96", "0.96,0.75")]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"facts\.csv:2: R01: needs low <= high"):
        load_facts(WORLD, table)


def test_a_share_and_a_number_a_year() -> None:
    share = with_fields(FACTS[0], counted=(0,), among=(0, 1))
    assert share.value(np.array([3.0, 1.0])) == 0.75
    assert np.isnan(share.value(np.zeros(2)))
    yearly = with_fields(share, quantity="units_per_year", among=())
    assert yearly.value(np.array([3.0, 1.0])) == 36.0
    assert share.is_met(0.8)
    assert not share.is_met(0.5)
    assert not share.is_met(float("nan"))


# --- fitting ----------------------------------------------------------------------------------------------


def planted(fact: Fact, low: float, high: float) -> Fact:
    return with_fields(fact, low=low, high=high)


def choosing(fact: Fact, spread: float = 0.1) -> object:
    """Arrivals by a logit over the fact's legs, all alike but for access."""

    def arrivals_of(shares: np.ndarray, number: int) -> np.ndarray:
        came = np.zeros(len(WORLD.legs))
        among = list(fact.among)
        weights = np.exp(-shares[among] / spread)
        came[among] = 1000.0 * weights / weights.sum()
        return came

    return arrivals_of


def test_a_share_that_access_can_make_is_made() -> None:
    """Legs that carry alike are asked to carry one in seven and six in seven: the fit finds it and stays modest."""
    fact = planted(FACTS[0], 0.7, 0.9)
    before = fact.value(choosing(fact)(np.zeros(len(WORLD.legs)), 0))
    assert before < 0.5
    fitted = fit.fit_shares(WORLD, (fact,), choosing(fact), 80)
    assert fact.is_met(fact.value(choosing(fact)(fitted.shares, 0)))
    assert fitted.rounds[0][0] == 0
    assert fitted.rounds[-1][0] == 1
    assert fitted.shares.max() < 0.6
    assert (fitted.shares >= 0.0).all()


def test_a_fact_that_holds_asks_for_nothing() -> None:
    fact = planted(FACTS[0], 0.0, 1.0)
    assert (fit.fit_shares(WORLD, (fact,), choosing(fact), 20).shares == 0.0).all()


def test_legs_without_a_fact_move_with_those_that_are_alike() -> None:
    """A push on one container from Colombia to Spain moves others of the corridor, and none of another layer."""
    pushed = WORLD.leg_names.index("L025")
    pushes = np.zeros(len(WORLD.legs))
    pushes[pushed] = 1.0
    moved = fit.hierarchy(WORLD).spread(pushes)
    layer = WORLD.legs["layer"]
    alike = np.flatnonzero(moved)
    assert len(alike) > 5
    assert moved.argmax() == pushed
    assert (layer[alike] == layer[pushed]).all()
    assert (WORLD.legs["mode"][alike] == WORLD.legs["mode"][pushed]).all()


# --- access in the model ----------------------------------------------------------------------------------


def test_access_is_a_number_a_leg_that_a_draw_may_replace() -> None:
    parameters = with_access(load_parameters(), WORLD, np.zeros(len(WORLD.legs)))
    assert not access_of(parameters, WORLD).any()
    usd = np.zeros(len(WORLD.legs))
    usd[3] = 250.0
    dearer = with_access(parameters, WORLD, usd)
    assert access_of(dearer, WORLD)[3] == 250.0
    again = replace(dearer, {f"access.{WORLD.leg_names[3]}": 90.0})
    assert access_of(again, WORLD)[3] == 90.0
    assert again.digest != dearer.digest


def test_dearer_access_moves_the_first_flow_to_other_legs() -> None:
    """The leg from Mexico to the USA carries less when getting onto it costs more, and prices there are higher."""
    parameters, row = few(), WORLD.leg_names.index("L011")
    usd = access_of(parameters, WORLD)
    costs = usd.copy()
    costs[row] += 20_000.0
    plain, dear = (
        start(WORLD, with_access(parameters, WORLD, cost), load_scenario("baseline"), months=1).state
        for cost in (usd, costs)
    )
    assert dear.legs["reference_flow"][row] < 0.5 * plain.legs["reference_flow"][row]
    end = plain.legs["end"][row]
    assert dear.nodes["ordinary"][end] > plain.nodes["ordinary"][end]


def test_some_stay_in_greece_and_the_rest_go_on() -> None:
    state = start(WORLD, few(), load_scenario("baseline"), months=1).state
    layer = WORLD.layer_names.index("smuggling_europe")
    nodes = {name: layer * len(WORLD.jurisdictions) + WORLD.jurisdiction_names.index(name) for name in ("GRC", "SWE")}
    assert state.nodes["stay"][nodes["GRC"]] == 0.35
    assert state.nodes["stay"][nodes["SWE"]] == 1.0
    assert state.nodes["price"][nodes["GRC"]] > 0.0, "those who go on have a fee to pay"


def test_a_short_hop_takes_less_than_a_long_way() -> None:
    legs = start(WORLD, few(), load_scenario("baseline"), months=1).state.legs
    rows = {name: WORLD.leg_names.index(name) for name in ("L085", "L011", "L012")}
    journey = {name: legs["journey"][row] for name, row in rows.items()}
    assert journey["L085"] < journey["L011"]
    assert 1.0 < journey["L012"] < 2.0


def test_a_fit_inside_a_draw_gives_a_cost_for_every_leg() -> None:
    """Few rounds of a small world: numbers of the right kind; how well facts are met is the calibration's report."""
    parameters = few(spin_up_months=2)
    legs = arrivals(WORLD, parameters, load_scenario("baseline"), 0, 0, 1)
    assert (legs.arrived >= 0.0).all()
    assert (legs.worth >= 0.0).all()
    usd = refitted(WORLD, parameters, load_scenario("baseline"), months=2).values
    assert usd.shape == (len(WORLD.legs),)
    assert np.isfinite(usd).all()
    assert (usd >= 0.0).all()
