"""The worlds that the docs show: Norway joins the alliance; two markets run on the same kernels."""

from __future__ import annotations

from pathlib import Path

import lucks
import numpy as np
import pytest
from clone import ROOT
from small_runs import FEW, followed, rows

from countermarket.engine import compiled
from countermarket.model.running.simulate import Outcome, simulate, start
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.parameters.of_world import parameters_for
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import scenario_path
from countermarket.reading.errors import InputError
from countermarket.world.load import load_world, write_world
from countermarket.world.names import names_of
from countermarket.world.structure import World

WORLDS = ROOT / "docs" / "examples" / "worlds"
NORWAY, TWO = WORLDS / "norway", WORLDS / "two_markets"
MONTHS = 24


@pytest.fixture(scope="module")
def norway() -> World:
    return load_world(NORWAY)


@pytest.fixture(scope="module")
def two() -> World:
    return load_world(TWO)


def fewer(world: World) -> Parameters:
    """The parameters of a world, of a small size."""
    return replace(parameters_for(world), FEW)


def with_norway(world: World, folder: Path) -> Scenario:
    """The shipped alliance with Norway in it from the start."""
    text = scenario_path("alliance").read_text(encoding="utf-8")
    assert "alliance.members: [GBR, USA, CAN, AUS, NZL]" in text
    file = folder / "with_norway.yaml"
    file.write_text(text.replace("AUS, NZL]", "AUS, NZL, NOR]"), encoding="utf-8")
    return load_scenario(file, world=world)


def test_norway_is_one_more_place_in_the_public_world(norway: World) -> None:
    public = load_world()
    assert norway.jurisdiction_names == (*public.jurisdiction_names, "NOR")
    assert norway.place_names[-1] == "Norway"
    assert norway.digest != public.digest
    assert norway.market_names == public.market_names
    assert set(public.leg_names) < set(norway.leg_names)
    assert parameters_for(norway).digest == load_parameters().digest


def test_norway_joins_the_alliance(norway: World, tmp_path: Path) -> None:
    scenario = with_norway(norway, tmp_path)
    joined, alone = (
        simulate(norway, replace(parameters_for(norway), {"spin_up_months": 12}), policy, lucks.seed(0), 0, MONTHS)
        for policy in (scenario, load_scenario("alliance", world=norway))
    )
    members = rows(norway, MONTHS, joined.values, "alliance_members")
    without = rows(norway, MONTHS, alone.values, "alliance_members")
    assert members.max() == without.max() + 1 == 6  # one may be suspended for a while
    landed = rows(norway, MONTHS, joined.values, "units_delivered", jurisdiction="NOR", market="cocaine")
    assert landed.sum() > 0.0
    with pytest.raises(InputError, match="NOR"):
        with_norway(load_world(), tmp_path)


def test_every_month_holds_in_a_world_of_ones_own(two: World) -> None:
    outcome = followed(load_scenario("baseline", world=two), two, 12, fewer(two))
    assert (rows(two, 12, outcome.values, "units_delivered", market="amber", jurisdiction="", role="") > 0.0).all()


def test_two_markets_have_parameters_of_their_own(two: World) -> None:
    found = parameters_for(two)
    assert found["labour"]["amber"] == 1.5
    assert found["labour"]["passage_north"] == found["labour"]["smuggling_europe"]
    assert found["retail_labour"]["passage"] == found["retail_labour"]["migrant_smuggling"]
    assert found["n_groups"] == 200


def test_two_markets_compile_nothing_anew(two: World) -> None:
    public, baseline = load_world(), load_scenario("baseline", world=two)
    usual = start(public, fewer(public), load_scenario("baseline"), lucks.seed(0), 0, 12).state
    simulate(public, fewer(public), load_scenario("baseline"), lucks.seed(0), 0, 12)
    before = set(compiled._machine_code)
    simulate(two, fewer(two), baseline, lucks.seed(0), 0, 12)
    own = start(two, fewer(two), baseline, lucks.seed(0), 0, 12).state
    assert set(compiled._machine_code) == before
    for name, table in zip(usual._fields, usual, strict=True):
        here = getattr(own, name)
        if isinstance(table, np.ndarray):
            assert (here.dtype, here.ndim) == (table.dtype, table.ndim), name


def test_scenarios_that_name_what_a_world_lacks_get_the_usual_error(two: World) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("alliance", world=two)
    assert "alliance.members: GBR is not a known jurisdiction" in str(caught.value)
    assert str(caught.value).count("is not a known jurisdiction") == 11


def test_the_shipped_baseline_keeps_of_the_alliance_those_who_are_there(two: World, norway: World) -> None:
    assert load_baseline(names=names_of(two)).policy["alliance.members"] == ()
    assert load_baseline(names=names_of(norway)).policy == load_baseline().policy


def test_a_copy_in_a_study_runs_to_the_same_bits(two: World, tmp_path: Path) -> None:
    write_world(two, tmp_path / "world")
    again = load_world(tmp_path / "world")
    assert again.digest == two.digest

    def outcome(world: World) -> Outcome:
        return simulate(world, fewer(world), load_scenario("baseline", world=world), lucks.seed(0), 0, 12)

    assert np.array_equal(outcome(two).values, outcome(again).values, equal_nan=True)


def test_arms_do_not_leak_into_a_market_that_is_not_there(two: World, tmp_path: Path) -> None:
    file = tmp_path / "war.yaml"
    shock = "{kind: conflict, start: 2027-01, jurisdiction: AVA, size: 0.5, arms_leak: 100}"
    file.write_text(f"title: War\nquestion: What then?\neffect_of: shocks\nshocks:\n  - {shock}\n", encoding="utf-8")
    with pytest.raises(InputError, match="this world has no market firearms for arms to leak into"):
        load_scenario(file, world=two)
    file.write_text(file.read_text(encoding="utf-8").replace("AVA", "COL"), encoding="utf-8")
    load_scenario(file)
