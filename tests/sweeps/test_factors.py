"""Factors of every kind: what a file may write, what a row makes of it, and how values are spread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from small_model import small_runner

from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.reading.errors import InputError
from countermarket.results.studies import read_manifest
from countermarket.sweeps import draws, sweep
from countermarket.sweeps.design import Design, at_its_widest, overrides_of, reference_at, scenario_of
from countermarket.sweeps.file import read_design


def design_of(folder: Path, factors: str, design: str = "{kind: grid, levels: 2}", more: str = "") -> Design:
    path = folder / "question.yaml"
    path.write_text(f"title: Mine\nscenario: alliance\nfactors:\n{factors}design: {design}\nmonths: 36\n{more}")
    return read_design(path)


def values_of(design: Design, row: int, lever: str) -> list[Any]:
    return [(change.month, change.value) for change in scenario_of(design, row).changes if change.lever == lever]


def test_words_and_sets_are_factors(tmp_path: Path) -> None:
    factors = "  - {lever: alliance.channel, values: [joint_team, federated]}\n"
    factors += "  - {lever: alliance.members, values: [[five_eyes], [five_eyes, JPN]]}\n"
    design = design_of(tmp_path, factors, "{kind: grid}")
    assert design.values.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert values_of(design, 2, "alliance.channel") == [(12, "federated")]
    assert values_of(design, 1, "alliance.members")[0][1][-1] == "JPN"
    assert [design.factors[1].cell(1.0)] == ["GBR+USA+CAN+AUS+NZL+JPN"]


def test_parts_are_put_in_or_left_out(tmp_path: Path) -> None:
    factors = "  - {part: stings, levers: [alliance.stings]}\n  - {part: audit, levers: [alliance.audit_share]}\n"
    design = design_of(tmp_path, factors, "{kind: grid}")
    assert [bool(values_of(design, row, "alliance.stings")) for row in range(4)] == [False, False, True, True]
    assert values_of(design, 0, "alliance.channel"), "what is in no part stays"
    assert {change.lever for change in at_its_widest(design).changes} == {one.lever for one in design.scenario.changes}
    orders = design_of(tmp_path, factors, "{kind: orders, samples: 2}")
    assert orders.values[:3].sum(axis=1).tolist() == [0, 1, 2]
    assert orders.values[1].tolist() != orders.values[4].tolist(), "the second order is the first one backwards"


def test_policies_run_in_the_same_worlds_each_beside_its_own_reference(tmp_path: Path) -> None:
    design = design_of(tmp_path, "  - {policies: [sanctions_only, trust_shock, baseline]}\n", "{kind: grid}")
    assert [scenario_of(design, row).name for row in range(2)] == ["sanctions_only", "trust_shock"]
    assert reference_at(design, 0).name == "baseline"
    assert reference_at(design, 1).shocks


def test_dates_come_later(tmp_path: Path) -> None:
    design = design_of(tmp_path, "  - {date: launch, levers: [alliance.stings], low: 0, high: 6}\n")
    assert [values_of(design, row, "alliance.stings")[0][0] for row in range(2)] == [12, 18]
    assert values_of(design, 1, "alliance.channel")[0][0] == 12


def test_shocks_are_larger_or_later(tmp_path: Path) -> None:
    path = tmp_path / "question.yaml"
    path.write_text(
        "title: Mine\nscenario: trust_shock\nfactors:\n  - {shock: trust_breach, low: 0.1, high: 0.9}\n"
        "  - {shock: trust_breach, key: start, low: 0, high: 6}\ndesign: {kind: grid, levels: 2}\n"
    )
    design = read_design(path)
    before = design.scenario.shocks[0]
    last = scenario_of(design, 3).shocks[0]
    assert (last.size, last.start) == (0.9, before.start + 6)
    assert reference_at(design, 3).shocks == scenario_of(design, 3).shocks


@pytest.mark.parametrize(
    ("spread", "middle"),
    [
        (draws.Spread("log_uniform"), 10.0),
        (draws.Spread("triangular", 1.0), 1 + 99 * (1 - 0.5**0.5)),
        (draws.Spread("normal", 50.5, 5.0), 50.5),
        (draws.Spread("uniform", is_whole=True), 50.0),
    ],
)
def test_numbers_are_spread_as_asked(spread: draws.Spread, middle: float) -> None:
    values = draws.quantiles(draws.Axis("x", 1.0, 100.0, spread), np.array([0.0, 0.5, 1.0]))
    assert values.tolist() == [1.0, pytest.approx(middle, abs=0.6), 100.0]


def test_a_plain_design_is_what_it_was(tmp_path: Path) -> None:
    """Its identity, so that a sweep that was begun can be taken up again, and its values."""
    design = design_of(tmp_path, "  - {parameter: capital_rate}\n", "{kind: sobol, samples: 4}", "central: true\n")
    factor = design.factors[0]
    assert factor.told == ["capital_rate", "parameter", "capital_rate", "", factor.low, factor.high]
    np.testing.assert_array_equal(design.values, draws.drawn(design.plan, design.problem))
    assert (design.ensemble, overrides_of(design, 0)[0][0]) == (None, "capital_rate")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_design_of_ones_own_is_read(tmp_path: Path, ending: str) -> None:
    import pandas as pd

    table = pd.DataFrame({"alliance.channel": ["federated", "joint_team"], "alliance.stings": [0.25, 0.5]})
    table.to_csv(tmp_path / "points.csv", index=False)
    table.to_parquet(tmp_path / "points.parquet")
    factors = "  - {lever: alliance.channel, values: [joint_team, federated]}\n"
    factors += "  - {lever: alliance.stings, low: 0, high: 0.5}\n"
    design = design_of(tmp_path, factors, f"{{kind: own, file: points.{ending}}}")
    assert design.values.tolist() == [[1, 0.25], [0, 0.5]]


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        ("{lever: alliance.channel, values: [joint_team, fedrated]}", "Did you mean federated"),
        ("{lever: alliance.channel, values: [federated]}", "two or more"),
        ("{part: mine, levers: [alliance.sting]}", "Did you mean alliance.stings"),
        ("{part: mine}", "levers is missing"),
        ("{policies: [alliance, aliance]}", "Did you mean alliance"),
        ("{policies: [alliance, alliance]}", "listed twice"),
        ("{date: launch, low: 0, high: 1000}", "240"),
        ("{shock: trust_breach, low: 0, high: 1}", "has no shock"),
        ("{parameter: capital_rate, distribution: normal}", "needs mean"),
        ("{parameter: capital_rate, distribution: lognormal}", "write one of uniform"),
        ("{parameter: capital_rate, distribution: triangular, peak: 9}", "between low and high"),
        ("{part: mine, levers: [alliance.stings], low: 0}", "reads only part, levers"),
    ],
)
def test_mistakes_in_factors_are_named(tmp_path: Path, factor: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        design_of(tmp_path, f"  - {factor}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [("alliance.stings\n0.9\n", "row 1, alliance.stings: 0.9 lies outside 0 to 0.5"), ("x\n1\n", "has no column")],
)
def test_mistakes_in_a_design_of_ones_own_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "points.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        design_of(tmp_path, "  - {lever: alliance.stings, low: 0, high: 0.5}\n", "{kind: own, file: points.csv}")


def test_replicates_run_in_draws_of_the_ensemble_beside_a_baseline_of_the_same(tmp_path: Path) -> None:
    factors = "  - {lever: alliance.channel, values: [joint_team, federated]}\n"
    design = design_of(tmp_path, factors + "  - {parameter: labour.cocaine, low: 1, high: 2}\n", more="replicates: 3\n")
    ensemble = shipped_ensemble()
    assert ensemble is not None
    drawn = dict(overrides_of(design, 1, 2))
    assert drawn.pop("labour.cocaine") == 2.0
    assert drawn == dict(ensemble.overrides(3))
    folder = sweep.run_sweep(tmp_path / "question.yaml", workers=1, out=tmp_path / "s", runner=small_runner())
    table = pq.read_table(folder / "sweep.parquet").to_pydict()
    assert table["alliance.channel"] == ["joint_team"] * 6 + ["federated"] * 6
    assert len(set(zip(table["draw"], table["replicate"], strict=True))) == 6
    draws_told = read_manifest(folder, "sweep")["draws"]
    assert draws_told["of_replicates"] == [1, 2, 3]
    assert tuple(draws_told["values"]["2"]) == ensemble.values[1]
