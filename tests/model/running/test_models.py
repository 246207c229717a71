"""Models of one's own: what is added acts and is recorded, what is taken away is gone, and nothing else changes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import few

import countermarket as cm
from countermarket.engine import compiled
from countermarket.engine.compiled import in_order
from countermarket.evaluate import evaluate
from countermarket.mesa import CriminalMarketModel
from countermarket.model.month import MONTH
from countermarket.model.running import model as models
from countermarket.model.running.finding import load_model
from countermarket.model.running.simulate import advance, layout, simulate, start
from countermarket.parameters.load import ParameterError, replace, with_own
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import parse_scenario
from countermarket.world.load import load_world
from countermarket.world.names import names_of

RATE = cm.OwnParameter(name="help_rate", unit="share a month", low=0.0, high=1.0, value=0.01, source="assumption")
LEVER = cm.OwnLever(
    name="agencies.help_effort", unit="1 = full", low=0.0, high=1.0, by=("jurisdiction",), value=0.0, source="none"
)
COLUMNS = [
    cm.Column("helped", "persons", by="communities"),
    cm.Column("helped_by_market", "persons", by="tallies"),
    cm.Column("months_helped", "months"),
]


def help_out(state: Any, parameters: Any, levers: Any, own: Any) -> None:
    """Members leave with help."""
    mine = own[0]
    mine.months_helped += 1.0
    for g in range(state.groups.size):
        group = state.groups[g]
        if group.active:
            gone = group.members * mine.help_rate * mine.help_effort[group.home]
            group.members -= gone
            mine.helped[group.home] += gone
            mine.helped_by_market[group.market] += gone


HELP = cm.mechanism(
    help_out, columns=COLUMNS, parameters=[RATE], levers=[LEVER], measures=[column.name for column in COLUMNS]
)
HELPED = cm.MODEL.adding(HELP, after="groups.recruit")
EVERYWHERE = b"title: Help\nchanges:\n  2026-07:\n    agencies.help_effort: {default: 1, GBR: 0}\n"


def scenario(text: bytes = EVERYWHERE, model: cm.Model = HELPED) -> cm.Scenario:
    names = names_of(load_world(), model)
    return parse_scenario(text, "help.yaml", names, load_baseline(names=names))


def outcome(model: cm.Model, policy: cm.Scenario | None = None, months: int = 12, **more: float) -> Any:
    parameters = replace(with_own(few(), model.parameters), more)
    return simulate(load_world(), parameters, policy or cm.load_scenario("baseline"), 0, 0, months, model=model)


def read(model: cm.Model, values: Any, measure: str, months: int = 12, **where: str) -> Any:
    keys = layout(load_world(), months, model).keys
    chosen = keys["measure"] == measure
    for column, label in where.items():
        chosen &= keys[column] == label
    return values[chosen]


def test_the_standard_model_is_the_month_and_its_runs_are_what_they_were() -> None:
    assert [models.STANDARD[name] for name in cm.MODEL.names] == list(MONTH)
    assert cm.MODEL.digest == ""
    same = cm.Model(cm.MODEL.names)
    np.testing.assert_array_equal(outcome(cm.MODEL).values, outcome(same).values)


def test_a_mechanism_that_does_nothing_changes_no_bit() -> None:
    def idle(state: Any, parameters: Any, levers: Any, own: Any) -> None:
        """Nothing happens."""

    idling = cm.MODEL.adding(idle, before="groups.recruit")
    assert idling.digest
    np.testing.assert_array_equal(outcome(idling).values, outcome(cm.MODEL).values)
    np.testing.assert_array_equal(
        outcome(HELPED).values[: len(outcome(cm.MODEL).values)], outcome(cm.MODEL).values
    ), "a lever at 0 does nothing"


def test_a_lever_of_ones_own_acts_when_and_where_a_scenario_says() -> None:
    values = outcome(HELPED, scenario()).values
    world = load_world()
    by_place = read(HELPED, values, "helped").reshape(12, 1 + len(world.jurisdiction_names))
    assert not by_place[:6].any(), "before July"
    assert (by_place[6:, 0] > 0).all()
    np.testing.assert_allclose(by_place[:, 0], by_place[:, 1:].sum(axis=1))
    assert not by_place[:, 1 + world.jurisdiction_names.index("GBR")].any()
    np.testing.assert_allclose(read(HELPED, values, "helped_by_market").reshape(12, -1).sum(axis=1), by_place[:, 0])
    spin_up = int(few()["spin_up_months"])
    np.testing.assert_array_equal(read(HELPED, values, "months_helped"), spin_up + 1 + np.arange(12))
    members = [read(HELPED, v, "members", month="2026-12").sum() for v in (values, outcome(HELPED).values)]
    assert members[0] < members[1]


def test_python_does_what_compiled_code_does() -> None:
    slow = cm.MODEL.adding(
        cm.mechanism(help_out, columns=COLUMNS, parameters=[RATE], levers=[LEVER], measures=["helped"], compiled=False),
        after="groups.recruit",
    )
    plain, compiled = outcome(slow, scenario(), 8).values, outcome(HELPED, scenario(), 8).values
    np.testing.assert_allclose(read(slow, plain, "helped", 8), read(HELPED, compiled, "helped", 8), rtol=1e-12)


def test_nothing_of_the_package_compiles_anew() -> None:
    before = set(compiled._machine_code)
    simulation = start(load_world(), with_own(few(), HELPED.parameters), scenario(), months=3, model=HELPED)
    tables = (simulation.state, simulation.parameters, simulation.levers)
    place = HELPED.names.index(HELP.name)
    first, _, last = simulation.mechanisms
    assert first == in_order(MONTH[:place], *tables)
    assert last == in_order(MONTH[place:], *tables)
    anew = {kernel for kernel, _ in set(compiled._machine_code) - before}
    assert anew <= {compiled.own_kernel(HELP.rule)}


def test_runs_that_share_their_quiet_months_do_not_share_their_record() -> None:
    late = scenario(EVERYWHERE.replace(b"2026-07", b"2026-10"))
    first, again = (outcome(HELPED, late).values for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_a_parameter_of_ones_own_is_replaced_by_name_and_checked() -> None:
    more = read(HELPED, outcome(HELPED, scenario(), help_rate=0.02).values, "helped", month="2026-12")
    once = read(HELPED, outcome(HELPED, scenario()).values, "helped", month="2026-12")
    assert more[0] > once[0]
    with pytest.raises(ParameterError, match="help_rate"):
        outcome(HELPED, help_rate=2.0)
    with pytest.raises(ParameterError, match="help_rate"):
        replace(few(), {"help_rate": 0.5})


def test_without_and_replacing_return_models_and_leave_the_first_alone() -> None:
    less = cm.MODEL.without("violence.fight", "violence.fear")
    assert set(cm.MODEL.names) - set(less.names) == {"violence.fight", "violence.fear"}
    assert not read(less, outcome(less).values, "violence", jurisdiction="").any()
    assert read(cm.MODEL, outcome(cm.MODEL).values, "violence", jurisdiction="").any()
    other = cm.MODEL.replacing("groups.recruit", help_out)
    assert other.names.index("own.help_out") == cm.MODEL.names.index("groups.recruit")
    assert len({cm.MODEL.digest, less.digest, other.digest, HELPED.digest}) == 4


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: cm.MODEL.adding(help_out), "after="),
        (lambda: cm.MODEL.adding(help_out, after="groups.recriut"), "Did you mean groups.recruit"),
        (lambda: cm.MODEL.without("nothing"), "no mechanism 'nothing'"),
        (lambda: HELPED.adding(HELP, after="groups.recruit"), "two mechanisms of one name"),
        (lambda: cm.MODEL.adding(cm.mechanism(help_out, columns=[cm.Column("price", "USD")]), after="groups.recruit"),
         "price: the name is taken"),
        (lambda: cm.Column("x", "persons", by="community"), "no table of the state"),
        (lambda: cm.mechanism(help_out, measures=["helped"]), "measure helped"),
        (lambda: cm.OwnLever(name="help", unit="", low=0, high=1, source=""), "agencies.help"),
        (lambda: cm.OwnParameter(name="x", unit="", low=0, high=1, value=2, source=""), "2 is not"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_a_lever_of_ones_own_is_unknown_without_its_model() -> None:
    with pytest.raises(cm.InputError, match="help_effort"):
        scenario(model=cm.MODEL)


FACTOR = 1.0


def scaled(state: Any, parameters: Any, levers: Any, own: Any) -> None:
    """Uses a number and a function of this module."""
    state.alliance[0].fund *= FACTOR * one()


def one() -> float:
    return 1.0


def test_identity_covers_the_rule_and_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    first = cm.mechanism(scaled).digest
    assert first == cm.mechanism(scaled).digest
    monkeypatch.setattr(sys.modules[__name__], "FACTOR", 2.0)
    assert cm.mechanism(scaled).digest != first
    monkeypatch.undo()
    monkeypatch.setattr(sys.modules[__name__], "one", lambda: 2.0)
    assert cm.mechanism(scaled).digest != first
    assert cm.mechanism(scaled, parameters=[RATE]).digest != first


def test_a_model_can_be_sent_to_a_worker() -> None:
    sent = pickle.loads(pickle.dumps(HELPED))
    assert sent == HELPED
    assert sent.digest == HELPED.digest


def test_a_study_records_the_measure_and_stands_against_another_model(tmp_path: Path) -> None:
    experiment = cm.Experiment("baseline", 2, months=24, model=HELPED, against=cm.MODEL, central=True)
    compared = cm.compare(experiment, out=tmp_path / "s", workers=1)
    (row,) = compared["ranking"]
    assert row["reference"] == "baseline_of_the_other_model"
    assert row["index"]["mean"] == pytest.approx(100.0), "its lever is at 0"
    assert row["beside"]["months_helped"]["scenario"] > 0
    assert row["beside"]["months_helped"]["baseline"] is None
    hashes = compared["provenance"]["hashes"]
    assert hashes["model"] == HELPED.digest
    assert hashes["against"] == ""


def test_evaluate_takes_levers_and_parameters_of_ones_own() -> None:
    factors = {"agencies.help_effort": 1.0, "help_rate": 0.02, "n_groups": 150, "spin_up_months": 12}
    found = evaluate(factors, months=24, model=HELPED)
    assert found["level_helped"] > 0
    assert "level_helped" not in evaluate({"n_groups": 150, "spin_up_months": 12}, months=24)


class Watched(CriminalMarketModel):
    """A model with something of its own, as Mesa's users write it."""

    def __init__(self, *words: Any, curfew: float = 0.0, **rest: Any) -> None:
        super().__init__(*words, **rest)
        self.curfew, self.seen = curfew, []

    def step(self) -> None:
        super().step()
        self.seen.append(len(self.agents))


def test_the_mesa_face_can_be_subclassed_and_steps_what_is_added() -> None:
    made = Watched(scenario(), months=12, model=HELPED, parameters=few(), curfew=2.0)
    while made.running:
        made.step()
    assert len(made.seen) == 12
    np.testing.assert_array_equal(made.values(), outcome(HELPED, scenario()).values)
    kept = made.datacollector.get_model_vars_dataframe()
    assert kept["helped"].iloc[-1] == read(HELPED, made.values(), "helped", month="2026-12", jurisdiction="")[0]


MODULE = """
import countermarket as cm

def idle(state, parameters, levers, own):
    state.alliance[0].fund *= 1.0

model = cm.MODEL.adding(idle, after="groups.recruit")
made = lambda standard: standard.adding(idle, before="groups.recruit")
number = 1
"""


def test_models_are_found_by_module_and_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "team_model.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert "own.idle" in load_model("team_model:model").names
    assert load_model("team_model:made").names.index("own.idle") < cm.MODEL.names.index("groups.recruit") + 1
    for name, said in (("team_model:number", "not a model"), ("team_model:none", "no attribute"),
                       ("no_module:x", "No module"), ("nobody", "no plugin")):  # fmt: skip
        with pytest.raises(cm.InputError, match=said):
            load_model(name)


def test_a_plugin_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "team_model.py").write_text(MODULE, encoding="utf-8")
    info = tmp_path / "team_model-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team-model\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[countermarket.models]\nteam = team_model:model\n", encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import countermarket as cm\nprint(cm.load_model('team').own[0].name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "own.idle"


def test_two_workers_give_what_one_gives(tmp_path: Path) -> None:
    series = []
    for workers in (1, 2):
        experiment = cm.Experiment("sanctions_only", 2, months=15, model=HELPED, central=True)
        folder = cm.run(experiment, out=tmp_path / str(workers), workers=workers)
        series.append((folder / "measures.csv").read_bytes())
    assert series[0] == series[1]


def test_advance_records_a_month_of_its_own_measures() -> None:
    simulation = start(load_world(), with_own(few(), HELPED.parameters), scenario(), months=3, model=HELPED)
    advance(simulation)
    assert simulation.own_rows[0].any()
    assert not simulation.own_rows[1:].any()
