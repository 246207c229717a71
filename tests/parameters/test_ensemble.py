"""The ensemble in studies: scenarios and references of a replicate share a draw, and tables say which were used."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_model import sharing, small_runner

from countermarket.analysis.comparison import compare_study
from countermarket.brief.sentences import caveats
from countermarket.parameters.ensemble import Ensemble, read_ensemble, shipped_ensemble, staleness, write_ensemble
from countermarket.parameters.load import load_parameters
from countermarket.reading.errors import InputError
from countermarket.results import studies
from countermarket.runs import experiment
from countermarket.runs.experiment import Experiment
from countermarket.runs.plan import plan_study
from countermarket.runs.study import folder_for, run_study

TWO = Ensemble(("capital_rate",), ((0.01,), (0.03,)), "a" * 64, {})


def run(out: Path, ensemble: Ensemble | None, replicates: int = 3) -> Path:
    return run_study(
        Experiment(sharing(1.0), replicates, months=15, ensemble=ensemble, central=ensemble is None),
        workers=1,
        out=out,
        runner=small_runner(),
    )


def test_a_replicate_of_every_scenario_runs_in_the_same_draw() -> None:
    plan = plan_study([sharing(1.0), sharing(0.5, "half")], 3, 0, TWO)
    draws = {(run.scenario, run.replicate): run.draw for run in plan.runs}
    assert draws == {(name, r): 1 + r % 2 for name in ("baseline", "sharing", "half") for r in range(3)}
    assert {run.draw for run in plan_study([sharing(1.0)], 3, 0).runs} == {0}


def test_runs_have_the_parameters_of_their_draw_and_the_manifest_says_so(tmp_path: Path) -> None:
    drawn, central = (studies.read_study(run(tmp_path / name, e)) for name, e in (("drawn", TWO), ("central", None)))
    assert drawn.manifest["hashes"]["ensemble"] == "a" * 64
    assert drawn.manifest["draws"] == 2
    assert "ensemble" not in central.manifest["hashes"]
    assert central.manifest["draws"] == 0
    rows = studies.select(drawn, measure="cost_of_illicit_activity", component="total", period="month")
    reference = [place for place, row in enumerate(drawn.runs) if row.scenario == "baseline"]
    ratio = drawn.values[reference][:, rows] / central.values[reference][:, rows]
    dear = [100 * value for value in (0.01, 0.03, 0.01)]
    for place, expected in enumerate(dear):
        assert ratio[place] == pytest.approx(expected), "the same luck, at this draw's cost of capital"


def test_pairs_of_a_draw_are_compared_and_the_document_names_the_parameters(tmp_path: Path) -> None:
    drawn, central = (compare_study(run(tmp_path / name, e)) for name, e in (("drawn", TWO), ("central", None)))
    assert drawn["parameters"] == "2 draws from the calibrated ensemble"
    assert central["parameters"] == "central values"
    assert drawn["ranking"][0]["pairs"] == 3
    assert "uncertain numbers (2 draws" in caveats(drawn)[0][1]
    assert "all at central parameter values" in caveats(central)[0][1]


def test_another_ensemble_is_another_study() -> None:
    folders = [
        folder_for(Experiment(sharing(1.0), 2, months=24, central=e is None, ensemble=e), small_runner())
        for e in (None, TWO, TWO._replace(digest="b" * 64))
    ]
    assert len(set(folders)) == 3


def test_an_ensemble_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "ensemble.csv"
    assert shipped_ensemble(path) is None
    write_ensemble(path, ("capital_rate", "labour"), [[0.0123456, 1.5], [0.02, 0.75]], {"parameters": "old"})
    found = shipped_ensemble(path)
    assert found is not None
    assert found.overrides(1) == (("capital_rate", 0.01235), ("labour", 1.5))
    assert [found.draw_of(replicate) for replicate in range(3)] == [1, 2, 1]
    assert "makes it again" in staleness(found, load_parameters().digest)
    assert staleness(found, "old") == ""


@pytest.mark.parametrize(
    "text",
    [
        "draw,capital_rat\n1,0.02\n",
        "draw,capital_rate\n1,-5\n",
        "draw,capital_rate\n1,much\n",
        "draw,capital_rate\n",
        "run,capital_rate\n1,0.02\n",
        "draw,capital_rate\n1,0.02,3\n",
    ],
)
def test_an_ensemble_that_does_not_fit_is_refused_with_a_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ensemble.csv"
    path.write_text(text)
    with pytest.raises(InputError, match="countermarket calibrate"):
        read_ensemble(path)


def test_central_values_are_used_when_asked_for_or_when_nothing_is_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ensemble.csv"
    monkeypatch.setattr(experiment, "shipped_ensemble", lambda: shipped_ensemble(path))
    assert Experiment("alliance").ensemble is None
    assert experiment.parameters_used(Experiment("alliance")) == "central values (no calibrated ensemble is shipped)"
    write_ensemble(path, ("capital_rate",), [[0.02]], {"parameters": load_parameters().digest})
    assert Experiment("alliance").ensemble is not None
    assert Experiment("alliance", central=True).ensemble is None
    assert experiment.parameters_used(Experiment("alliance")) == "draws from the calibrated ensemble of 1"
    assert experiment.parameters_used(Experiment("alliance", central=True)) == "central values"
