"""Measures and the headline index, against sums done by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import layout, scenario, sharing, simulate, small_world

from countermarket.analysis import cost_index, displacement, levels, pairing
from countermarket.analysis.cost_index import Cells, market_index, total_index, trailing
from countermarket.analysis.displacement import Shift, displaced
from countermarket.analysis.intervals import interval, intervals, pairing_gain, probability_above
from countermarket.analysis.levels import Levels, Months, Pairs
from countermarket.analysis.verdicts import verdict
from countermarket.declared import measures
from countermarket.declared.measures import MEASURES, RECORDED
from countermarket.world.places import LegPlace

YEAR = Months("2029-01", "2029-12")


def pairs(share: float = 1.0, replicates: int = 3, months: int = 48) -> Pairs:
    world = small_world()
    arms = [
        np.stack(
            [
                simulate(world, {"capital_rate": 0.01}, arm, 0, luck, months).values
                for luck in range(replicates)
            ]
        )
        for arm in (sharing(share), scenario())
    ]
    return Pairs(layout(world, months).keys, *arms)


@pytest.fixture(scope="module")
def sharing_pairs() -> Pairs:
    return pairs()


def cells(units: Any, cost: Any, path: float = np.nan, restart: int = 0) -> Cells:
    """Cells of one run and one market: arrays (jurisdictions, quarters)."""
    units, cost = (np.array(part, dtype=float)[None, None] for part in (units, cost))
    names = np.array(["GBR", "USA", "COL"][: units.shape[2]])
    quarters = np.array([f"2026-{3 * (quarter + 1):02d}" for quarter in range(units.shape[3])])
    paths, unsaid = np.full(units.shape, path), np.zeros(units.shape)
    return Cells(np.array(["cocaine"]), names, quarters, units, cost, cost / 2, paths, cost / 5, unsaid, restart)


# --- declarations -----------------------------------------------------------------------------------------


def test_every_measure_is_declared_once_with_unit_and_meaning() -> None:
    names = [measure.name for measure in MEASURES]
    assert len(set(names)) == len(names)
    assert all(measure.unit and measure.meaning for measure in MEASURES)
    assert measures.measure_named("harm").unit == "USD per year"


def test_what_has_a_unit_per_market_is_added_in_dollars() -> None:
    assert measures.measure_named("units_delivered").level_unit == "USD per year"
    assert measures.measure_named("violence").level_unit == "deaths per year"


def test_every_measure_is_recorded_by_the_model() -> None:
    from countermarket.model.recording.layout import layout as recorded
    from countermarket.world.load import load_world

    keys = recorded(load_world(), 12).keys
    units = dict(zip(keys["measure"], keys["unit"], strict=True))
    for measure in RECORDED:
        name = measure.recorded or measure.name
        assert name in units, f"{name} is not recorded"
        if measure.over_markets == "world":
            assert measure.unit.removesuffix(" per year") == units[name]


# --- levels and changes -----------------------------------------------------------------------------------


def test_flows_are_given_per_year_and_stocks_as_means(sharing_pairs: Pairs) -> None:
    keys, values = sharing_pairs.keys, sharing_pairs.baseline
    rows = (keys["measure"] == "harm") & (keys["market"] == "cocaine") & (keys["month"] >= "2029")
    markets, found = levels.by_market(sharing_pairs, measures.measure_named("harm"), YEAR)
    np.testing.assert_allclose(found.baseline[:, list(markets).index("cocaine")], values[:, rows].sum(axis=1))
    rows = (keys["measure"] == "economic_profit") & (keys["market"] == "cocaine") & (keys["month"] >= "2029")
    assert rows.sum() == 4, "recorded by the quarter"
    markets, quarterly = levels.by_market(sharing_pairs, measures.measure_named("economic_profit"), YEAR)
    np.testing.assert_allclose(quarterly.baseline[:, list(markets).index("cocaine")], values[:, rows].sum(axis=1))
    rows = (keys["measure"] == "members") & (keys["market"] == "cocaine") & (keys["month"] >= "2029")
    _, found = levels.by_market(sharing_pairs, measures.measure_named("members"), YEAR)
    np.testing.assert_allclose(found.baseline[:, 0], values[:, rows].mean(axis=1))


def test_units_of_different_markets_are_added_at_constant_baseline_cost(sharing_pairs: Pairs) -> None:
    both = levels.overall(sharing_pairs, measures.measure_named("units_delivered"), YEAR)
    cost = levels.baseline_unit_cost(
        sharing_pairs, YEAR, np.array(["cocaine", "migrant_smuggling", "cyber_fraud"])
    )
    np.testing.assert_allclose(both.baseline, 48.0 * cost.sum(axis=1))
    np.testing.assert_allclose(both.scenario / both.baseline, 0.95)


def test_a_ratio_is_a_ratio_of_sums(sharing_pairs: Pairs) -> None:
    both = levels.overall(sharing_pairs, measures.measure_named("recovered_share"), YEAR)
    np.testing.assert_allclose(both.baseline, 1.0)


@pytest.mark.parametrize("measure", RECORDED, ids=lambda measure: measure.name)
def test_a_scenario_equal_to_its_baseline_changes_nothing(measure: measures.Measure) -> None:
    same = pairs(share=0.0, replicates=2, months=24)
    span = Months("2027-01", "2027-12")
    both = levels.overall(same, measure, span)
    np.testing.assert_array_equal(both.scenario, both.baseline)
    assert (levels.changed(both, measure) == 0).all()


def test_a_change_from_nothing_is_undefined_in_percent_but_not_as_a_difference() -> None:
    both = Levels(np.array([2.0]), np.array([0.0]))
    assert np.isnan(levels.changed(both, measures.measure_named("harm")))
    assert levels.changed(both, measures.measure_named("public_cost_alliance")) == 2.0


# --- the index --------------------------------------------------------------------------------------------


def test_the_index_is_laspeyres_by_hand() -> None:
    before = cells([[10.0], [30.0]], [[100.0], [600.0]])
    after = cells([[5.0], [40.0]], [[100.0], [1000.0]])
    assert market_index(before, after).market[0, 0, 0] == pytest.approx(
        100 * (10 * 20 + 30 * 25) / (10 * 10 + 30 * 20)
    )
    for of in ("cash_cost", "landed_cost"):
        other = market_index(before, after, of).market[0, 0, 0]
        assert other == pytest.approx(market_index(before, after).market[0, 0, 0])


def test_the_index_looks_back_twelve_months() -> None:
    before = cells([[1.0] * 6], [[10.0] * 6])
    after = cells([[1.0] * 6], [[10.0, 10.0, 20.0, 20.0, 20.0, 20.0]])
    np.testing.assert_allclose(market_index(before, after).market[0, 0], [100, 100, 400 / 3, 150, 175, 200])


def test_costs_do_not_look_back_beyond_the_change() -> None:
    before = cells([[1.0] * 6], [[10.0] * 6])
    after = cells([[1.0] * 6], [[10.0, 10.0, 20.0, 20.0, 20.0, 20.0]], restart=2)
    np.testing.assert_allclose(market_index(before, after).market[0, 0], [100, 100, 200, 200, 200, 200])


def test_a_cell_that_nearly_vanished_takes_its_paths_cost_and_says_so() -> None:
    before = cells([[10.0], [30.0]], [[100.0], [600.0]])
    after = cells([[10.0], [0.2]], [[100.0], [4.0]], path=80.0)
    found = market_index(before, after)
    assert found.market[0, 0, 0] == pytest.approx(100 * (10 * 10 + 30 * 80) / (10 * 10 + 30 * 20))
    assert found.imputed_weight[0, 0, 0] == pytest.approx(600 / 700)
    assert found.unsupplied[0, 0, 0] == 0


def test_a_cell_no_path_reaches_is_counted_and_left_out() -> None:
    before = cells([[10.0], [30.0]], [[100.0], [600.0]])
    after = cells([[10.0], [0.0]], [[150.0], [0.0]])
    found = market_index(before, after)
    assert found.market[0, 0, 0] == pytest.approx(150.0)
    assert found.unsupplied[0, 0, 0] == 1


def test_a_market_the_baseline_does_not_supply_has_no_index() -> None:
    nothing = cells([[0.0]], [[0.0]])
    found = market_index(nothing, cells([[5.0]], [[10.0]]))
    assert np.isnan(found.market[0, 0, 0])
    assert np.isnan(total_index(found.market)[0, 0])


def test_the_total_is_a_weighted_geometric_mean_over_markets_that_have_an_index() -> None:
    market = np.array([[[200.0], [50.0], [np.nan]]])
    weights = np.array([[[3.0], [1.0], [9.0]]])
    assert total_index(market, weights)[0, 0] == pytest.approx(100 * 2 ** (3 / 4) * 0.5 ** (1 / 4))
    assert total_index(market)[0, 0] == pytest.approx(100.0)


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(0.01, 1e6)), min_size=1, max_size=3),
    st.integers(1, 7),
)
@settings(max_examples=60, deadline=None)
def test_equal_arms_score_exactly_one_hundred(amounts: list[tuple[float, float]], quarters: int) -> None:
    units = np.array([[amount] * quarters for amount, _ in amounts])
    cost = units * np.array([[price] for _, price in amounts])
    same = cells(units, cost)
    index = market_index(same, same).market
    total = total_index(index)
    assert (index[np.isfinite(index)] == 100.0).all()
    assert (total[np.isfinite(total)] == 100.0).all()


@given(st.floats(0.1, 10), st.lists(st.floats(1, 1e6), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_index_is_proportional_to_cost(factor: float, units: list[float]) -> None:
    amounts = np.array([[amount] * 5 for amount in units])
    found = market_index(cells(amounts, amounts * 3.0), cells(amounts, amounts * 3.0 * factor))
    np.testing.assert_allclose(found.market, 100 * factor)


def test_running_sums_leave_no_dust() -> None:
    amounts = np.array([1e15, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert trailing(amounts)[-1] == 0.0
    np.testing.assert_allclose(trailing(np.ones(6), 4), [1, 2, 3, 4, 4, 4])
    np.testing.assert_allclose(trailing(np.ones(9), 4, restart=3), [1, 2, 3, 1, 2, 3, 4, 4, 4])
    np.testing.assert_allclose(trailing(np.ones(3), 4, restart=5), [1, 2, 3])


def test_recorded_cells_find_their_path_cost_of_the_same_year(sharing_pairs: Pairs) -> None:
    found = cost_index.cells(sharing_pairs.keys, sharing_pairs.scenario)
    keys, place = sharing_pairs.keys, list(found.jurisdictions).index("USA")
    for month, at in (("2027-12", "2027-03"), ("2027-12", "2027-12"), ("2028-12", "2028-03")):
        row = np.flatnonzero(
            (keys["measure"] == "path_cost")
            & (keys["month"] == month)
            & (keys["market"] == "cocaine")
            & (keys["jurisdiction"] == "USA")
        )
        quarter = list(found.quarters).index(at)
        np.testing.assert_array_equal(
            found.path_cost[:, 0, place, quarter], sharing_pairs.scenario[:, row[0]]
        )


# --- displacement -----------------------------------------------------------------------------------------


def test_displacement_is_what_appeared_outside_for_what_was_lost_inside(sharing_pairs: Pairs) -> None:
    arms = pairing.arms_from({"first_change": 12}, sharing_pairs, [(0, 0), (0, 1), (0, 2)])
    _, everything = displacement.of_destinations(arms.baseline, arms.scenario, {"GBR", "USA"}, YEAR)
    found = displaced(everything)
    # Two members lose 20%, two others gain 10%.
    assert found["mean"] == pytest.approx(0.5, abs=0.02)
    assert found["inside"]["mean"] < 0 < found["outside"]["mean"]
    assert found["inside"]["mean"] == pytest.approx(0.2 * 2 * 12 * -300, rel=0.05)


def test_displacement_is_null_when_the_change_inside_may_be_zero() -> None:
    shift = Shift(np.array([-1.0, 1.0, 0.5]), np.array([1.0, 1.0, 1.0]), np.ones(3))
    found = displaced(shift)
    assert found["mean"] is None
    assert "includes zero" in found["reason"]
    assert found["outside"]["mean"] == 1.0
    assert displaced(shift, "every jurisdiction acts")["reason"] == "every jurisdiction acts"


def test_diffusion_of_benefit_is_negative() -> None:
    assert displaced(Shift(np.full(3, -4.0), np.full(3, -1.0), np.ones(3)))["mean"] == -0.25


def test_transit_and_modes_move_between_legs(sharing_pairs: Pairs) -> None:
    legs = {
        "L1": LegPlace("cocaine", "cocaine", "COL", "ECU", "container"),
        "L2": LegPlace("cocaine", "cocaine", "ECU", "GBR", "container"),
        "L3": LegPlace("cocaine", "cocaine", "COL", "MEX", "land"),
        "L4": LegPlace("cocaine", "cocaine", "MEX", "GBR", "land"),
    }
    flows = displacement.leg_flows(sharing_pairs, legs, YEAR)
    for shift in (displacement.of_transit(flows, {"ECU"}), displacement.of_modes(flows, {"container"})):
        # Ten units through ECU lose 30%, five through MEX gain 40%.
        assert displaced(shift)["mean"] == pytest.approx(2 / 3)


# --- intervals and verdicts -------------------------------------------------------------------------------


def test_an_interval_holds_the_middle_eighty_percent() -> None:
    found = interval(np.arange(101.0))
    assert found == {"mean": 50.0, "low": 10.0, "high": 90.0}
    assert interval(np.array([np.nan, 4.0])) == {"mean": 4.0, "low": 4.0, "high": 4.0}
    assert interval(np.array([np.nan]), "why")["reason"] == "why"
    columns = np.random.default_rng(0).lognormal(size=(23, 5))
    assert intervals(columns) == [interval(column) for column in columns.T]
    columns[3, 1] = columns[:, 4] = np.nan
    assert intervals(columns, "why") == [interval(column, "why") for column in columns.T]


def test_a_tie_counts_half() -> None:
    assert probability_above(np.array([100.0, 101.0, 99.0, 102.0]), 100.0) == 0.625
    assert probability_above(np.array([np.nan]), 100.0) is None


def test_pairing_gain_is_a_ratio_of_variances() -> None:
    found = pairing_gain(np.array([9.0, 11.0]), np.array([0.0, 20.0]))
    assert found["variance_ratio"] == pytest.approx(100.0)
    assert found["replicates_for_one_point"] == 2
    assert found["replicates_for_one_point_unpaired"] == 200
    assert pairing_gain(np.array([1.0]), np.array([1.0]))["variance_ratio"] is None


def around(mean: float, inside: float = -10.0) -> dict[str, Any]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "inside": {"high": inside}}


@pytest.mark.parametrize(
    ("cost", "harm", "units", "moved", "expected"),
    [
        (110, 5, -5, 0.9, "moved elsewhere"),
        (110, 5, -5, 0.55, "cost up, harm up"),
        (110, 0, -5, 0.0, "cost up, throughput down"),
        (110, -5, 0, -0.5, "cost up only"),
        (95, 5, -5, 0.0, "cost down"),
        (101, 50, -50, 0.0, "throughput down"),
        (101, 50, -1, 0.0, "no clear effect"),
        (102.05, 0, 0, 0.0, "no clear effect"),
    ],
)
def test_verdicts_are_tested_in_order(
    cost: float, harm: float, units: float, moved: float, expected: str
) -> None:
    assert verdict(around(cost), around(harm), around(units), around(moved)) == expected


def test_nothing_moves_elsewhere_when_nothing_fell_inside() -> None:
    assert verdict(around(110), around(0), around(0), around(0.9, inside=5.0)) == "cost up only"
    assert verdict(around(110), None, None, {"mean": None}) == "cost up only"
