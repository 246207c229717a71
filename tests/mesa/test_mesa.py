"""The Mesa face: it steps through the very run that `simulate` makes, and behaves as Mesa users expect."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import lucks
import mesa
import numpy as np
import pytest
from mesa.batchrunner import batch_run
from small_runs import FEW, few, run, same

from countermarket.mesa import views
from countermarket.mesa.model import CriminalMarketModel
from countermarket.mesa.views import Agency, Enabler, Group
from countermarket.parameters.load import ParameterError
from countermarket.policy.reading import load_scenario
from countermarket.policy.shipped import shipped_folder
from countermarket.reading.errors import InputError
from countermarket.sweeps.point import evaluate


def small(scenario: Any = None, **more: Any) -> CriminalMarketModel:
    return CriminalMarketModel(scenario, **{"months": 3, **FEW, **more})


def stepped(scenario: Any = None, **more: Any) -> CriminalMarketModel:
    model = small(scenario, **more)
    while model.running:
        model.step()
    return model


@pytest.fixture(scope="module")
def model() -> CriminalMarketModel:
    """A model that has run for three months; tests that write to it put back what they found."""
    return stepped()


# --- the run ----------------------------------------------------------------------------------------------


def test_stepping_records_the_same_bits_as_simulate() -> None:
    through_mesa = stepped("alliance", seed=lucks.seed(7), replicate=1, months=15).outcome()
    assert same(through_mesa, run("alliance", 15, seed=7, replicate=1))


def test_it_stops_after_the_last_month(model: CriminalMarketModel) -> None:
    assert (model.running, model.steps, model.month, model.date) == (False, 3, 3, "2026-03")
    fresh = small()
    assert (fresh.running, fresh.steps, fresh.date) == (True, 0, "2025-12")
    fresh.step()
    assert (fresh.running, fresh.date) == (True, "2026-01")
    with pytest.raises(RuntimeError, match="2026-03, the last of 3 months"):
        model.step()
    with pytest.raises(ValueError, match="months must be at least 1, not 0"):
        small(months=0)


def test_rng_is_another_name_for_seed() -> None:
    assert same(stepped(rng=3).outcome(), stepped(seed=3).outcome())
    assert same(stepped(rng=np.int64(3)).outcome(), stepped(seed=None, rng=3).outcome())
    assert same(stepped(seed=None).outcome(), stepped(seed=0).outcome())
    assert not same(stepped(seed=3).outcome(), stepped(seed=0).outcome())


@pytest.mark.parametrize("wrong", [np.random.default_rng(1), 1.5, "1", [1, 2]])
def test_a_seed_is_a_whole_number(wrong: Any) -> None:
    with pytest.raises(TypeError, match="the seed must be a whole number"):
        small(rng=wrong)


def test_seeds_that_contradict_or_are_negative_are_refused() -> None:
    with pytest.raises(ValueError, match="seed=1 and rng=2 are two names for one thing"):
        small(seed=1, rng=2)
    with pytest.raises(ValueError, match="0 or more, not -1"):
        small(seed=-1)


def test_a_scenario_is_a_path_a_name_or_an_object() -> None:
    named = small("sanctions_only")
    path = shipped_folder() / "sanctions_only.yaml"
    for other in (path, str(path), load_scenario("sanctions_only")):
        assert small(other).simulated_scenario.digest == named.simulated_scenario.digest
    assert small().simulated_scenario.is_baseline
    with pytest.raises(TypeError):
        iter(named.simulated_scenario)


def test_further_keywords_are_levers_and_parameters() -> None:
    levers = {"alliance.data_sharing_share": 0.5, "alliance.channel": "federated"}
    model = small(capital_rate=0.02, **levers)
    assert model.parameters["capital_rate"] == 0.02
    changes = {change.lever: (change.month, change.value) for change in model.simulated_scenario.changes}
    assert changes == {"alliance.data_sharing_share": (12, 0.5), "alliance.channel": (12, "federated")}


@pytest.mark.parametrize(
    ("factors", "error", "message"),
    [
        ({"capital_rat": 0.1}, ParameterError, "Did you mean capital_rate"),
        ({"capital_rate": 9.0}, ParameterError, "not a number from 0 to"),
        ({"alliance.data_sharing": 0.5}, InputError, "Did you mean alliance.data_sharing_share"),
        ({"alliance.data_sharing_share": 7}, InputError, "allowed: a number from 0 to 1"),
        ({"alliance.channel": "pigeon"}, InputError, "pigeon is not allowed"),
        ({"agencies.finance_share": 0.7, "agencies.digital_share": 0.6}, InputError, "sum to 1.3"),
    ],
)
def test_a_wrong_keyword_says_what_is_allowed(factors: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        small(**factors)


# --- what it leaves ---------------------------------------------------------------------------------------


def test_the_data_collector_holds_each_month_once(model: CriminalMarketModel) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    series = model.series()
    assert len(frame) == 3
    prices = series[(series["measure"] == "price") & (series["market"] == "heroin") & (series["role"] == "")]
    assert frame["price.heroin"].tolist() == prices["value"].tolist()
    backlog = series[series["measure"] == "backlog"]
    assert frame["backlog"].tolist() == backlog["value"].tolist()
    assert {"cost_of_illicit_activity.cocaine", "violence.cyber_fraud", "alliance_trust"} <= set(frame)


def test_the_series_ends_with_the_last_month_run() -> None:
    model = small()
    assert model.series().empty
    model.step()
    assert set(model.series()["month"]) == {"2026-01"}


def test_a_snapshot_names_what_numbers_stand_for(model: CriminalMarketModel) -> None:
    groups = model.snapshot(Group, ["market", "home", "members", "leg"])
    assert len(groups) == len(model.agents_by_type[Group])
    assert set(groups["market"]) <= set(model.world.market_names)
    assert set(groups["home"]) <= set(model.world.jurisdiction_names)
    assert set(groups["leg.2"]) <= {*model.world.leg_names, ""}
    assert groups["members"].sum() == model.agents_by_type[Group].agg("members", np.sum)
    agencies = model.snapshot(Agency)
    assert len(agencies) == len(model.world.jurisdiction_names)
    assert {"effort.interdiction", "severity.cocaine"} <= set(agencies)
    assert {"fee", "service", "jurisdiction"} <= set(model.snapshot(Enabler))
    with pytest.raises(AttributeError, match="Did you mean members"):
        model.snapshot(Group, ["member"])


# --- agents -----------------------------------------------------------------------------------------------


def test_agents_are_live_views_of_rows(model: CriminalMarketModel) -> None:
    group = model.agents_by_type[Group][0]
    row = model.state.groups[group.row]
    assert isinstance(group, mesa.Agent)
    assert group.members == row["members"]
    assert group.unique_id == int(row["id"])
    before = group.members
    group.members = 12.5
    assert row["members"] == 12.5
    row["members"] = before
    assert group.members == before
    group.skill[0] *= 1.0
    with pytest.raises(AttributeError, match="Group has no column 'member'"):
        _ = group.member
    with pytest.raises(AttributeError, match="has no column"):
        group.mood = 1


def test_a_view_outlives_neither_its_agent_nor_its_row(model: CriminalMarketModel) -> None:
    groups = model.agents_by_type[Group]
    first, count = groups[0], len(groups)
    row = model.state.groups[first.row]
    row["active"] = False
    assert not first.is_alive
    assert first not in groups
    assert len(groups) == count - 1
    with pytest.raises(ReferenceError, match="has ended"):
        _ = first.members
    row["active"], row["id"] = True, row["id"] + np.uint64(1)
    assert not first.is_alive
    assert len(groups) == count - 1
    row["id"] -= np.uint64(1)
    assert first.is_alive
    assert first in groups


def test_agents_cannot_be_added_or_removed_from_outside(model: CriminalMarketModel) -> None:
    with pytest.raises(TypeError, match="cannot be removed"):
        model.agents[0].remove()
    with pytest.raises(TypeError, match="none can be added"):
        mesa.Agent(model)


def test_all_agents_are_the_agents_of_every_type(model: CriminalMarketModel) -> None:
    sizes = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    assert set(sizes) == set(model.agent_types) == {Group, Enabler, Agency}
    assert sizes[Agency] == len(model.world.jurisdiction_names)
    assert len(model.agents) == sum(sizes.values())
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)
    assert len(model.agents.select(agent_type=Enabler)) == sizes[Enabler]


def test_sets_work_as_mesas_do(model: CriminalMarketModel) -> None:
    groups = model.agents_by_type[Group]
    members = groups.get("members")
    assert members == [group.members for group in groups]
    assert groups.get(["home", "born"])[0] == [groups[0].home, groups[0].born]
    assert model.agents.get("fee", "default", None)[-1] is None
    assert [group.members for group in groups.sort("members")][:2] == sorted(members)[::-1][:2]
    assert groups.sort(lambda group: group.members, ascending=True)[0].members == min(members)
    large = groups.select(lambda group: group.members > np.median(members))
    assert 0 < len(large) < len(groups)
    assert len(groups.select(at_most=0.5)) == len(groups) // 2
    assert len(groups.select(at_most=5)) == 5
    assert groups.agg("members", [min, max]) == [min(members), max(members)]
    assert sum(groups.groupby("market").count().values()) == len(groups)
    assert set(groups.shuffle()) == set(groups)
    assert len(groups[:4]) == 4
    assert groups.map(lambda group, more: group.row + more, 1)[0] == groups[0].row + 1


def test_a_set_writes_whole_columns(model: CriminalMarketModel) -> None:
    enablers = model.agents_by_type[Enabler]
    before = enablers.column("caution")
    enablers.set("caution", 0.5)
    assert (enablers.column("caution") == 0.5).all()
    model.state.enablers["caution"][model.state.enablers["active"]] = before
    with pytest.raises(TypeError, match="of one kind"):
        model.agents.column("caution")


def test_a_month_makes_no_agents(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a view was made that no one asked for")

    model = small()
    monkeypatch.setattr(views.RowAgent, "__init__", refuse)
    model.step()
    assert len(model.agents) > 0


def test_shuffling_agents_leaves_the_run_as_it_is() -> None:
    model = small()
    while model.running:
        model.agents.shuffle_do(lambda agent: None)
        model.step()
    assert same(model.outcome(), stepped().outcome())


def test_a_model_is_freed_when_it_is_let_go() -> None:
    model = stepped(months=1)
    members = [group.members for group in model.agents_by_type[Group]]
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert members
    assert gone() is None


# --- Mesa's runner, and others ----------------------------------------------------------------------------


def batch(processes: int, **parameters: Any) -> list[dict[str, Any]]:
    listed = {"months": 2, **FEW, **parameters}
    found = batch_run(
        CriminalMarketModel, listed, number_processes=processes, max_steps=12, display_progress=False,
        data_collection_period=1,
    )  # fmt: skip
    return sorted(found, key=lambda row: (row["RunId"], row["Step"]))


def test_batch_run_gives_the_same_in_one_process_and_in_two() -> None:
    varied = {"scenario": ["baseline", "sanctions_only"], "replicate": [0, 1]}
    one = batch(1, **varied)
    assert len(one) == 4 * 2
    assert len({row["price.cocaine"] for row in one}) >= 4
    assert batch(2, **varied) == one


def test_batch_run_varies_the_seed_and_takes_a_scenario_for_one_value() -> None:
    rows = batch(1, seed=[0, 1], scenario=load_scenario("sanctions_only"))
    assert len(rows) == 2 * 2
    last = [row["price.cocaine"] for row in rows if row["Step"] == rows[-1]["Step"]]
    assert last[0] != last[1]
    expected = stepped("sanctions_only", seed=1, months=2).datacollector.model_vars["price.cocaine"]
    assert last[1] == expected[-1]


def test_the_model_is_a_function_of_numbers() -> None:
    few_groups = {**FEW, "capital_rate": 0.02}
    found = evaluate({**few_groups, "alliance.data_sharing_share": 0.9}, months=15, seed=2)
    again = evaluate(**few_groups, alliance__data_sharing_share=0.9, months=15, seed=2)
    assert found == again
    assert {"index", "cost_index_cocaine", "change_harm", "level_violence"} <= set(found)
    assert found["index"] != 100.0
    assert evaluate(few_groups, months=3)["index"] == pytest.approx(100.0, abs=1e-9)


def test_the_model_itself_needs_no_mesa(tmp_path: Path) -> None:
    code = (
        "import sys, countermarket.model.running.simulate, countermarket.evaluate;"
        "sys.exit('mesa' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_parameters_given_are_used() -> None:
    given = CriminalMarketModel(months=3, parameters=few())
    while given.running:
        given.step()
    assert same(given.outcome(), stepped().outcome())
