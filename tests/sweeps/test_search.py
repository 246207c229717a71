"""A search comes to a front that is known, and keeps its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_model import small_runner

from countermarket.analysis.swept import read_swept
from countermarket.sweeps.design import Factor
from countermarket.sweeps.evaluator import evaluator
from countermarket.sweeps.file import read_design
from countermarket.sweeps.search import Aims, front_of, over_draws, regrets, satisfied, search
from countermarket.sweeps.sweep import run_sweep

FACTORS = tuple(Factor(name, "lever", name, "", 0.0, 1.0) for name in "abc")


def zdt1(values: Any) -> dict[str, Any]:
    """ZDT1 (Zitzler, Deb and Thiele 2000), its front 1 - sqrt(f) where all but the first are 0; two draws."""
    first, g = values[:, 0], 1 + 9 * values[:, 1:].mean(axis=1)
    second = g * (1 - np.sqrt(first / g))
    return {"f": first[:, None] + [-0.1, 0.1], "h": second[:, None] + [0.1, -0.1]}


def test_the_front_of_zdt1_comes_out() -> None:
    pytest.importorskip("pymoo", reason="pymoo is an extra: pip install 'countermarket[search]'")
    told = search(FACTORS, Aims((), ("f", "h"), (("f", 0.8),), population=24, generations=60), zdt1)
    f = np.array([package["outcomes"]["f"]["mean"] for package in told["packages"]])
    h = np.array([package["outcomes"]["h"]["mean"] for package in told["packages"]])
    assert len(f) > 10
    assert f.max() <= 0.8
    assert np.abs(h - (1 - np.sqrt(np.maximum(f, 0)))).max() < 0.1
    assert told["hypervolume"] == sorted(told["hypervolume"])


def test_what_another_beats_or_a_limit_forbids_is_no_front() -> None:
    costs = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [-1.0, -1.0], [np.inf, 0.0]])
    excess = np.array([[0.0], [-1.0], [0.0], [0.1], [0.0]])
    assert front_of(costs, excess).tolist() == [0, 1]


def test_regret_satisficing_and_the_worst_tenth() -> None:
    aims = Aims(("good",), (), (("bad", 1.0),), over="worst")
    outcomes = {"good": np.array([[3.0, 0.0], [2.0, 2.0]]), "bad": np.array([[0.0, 2.0], [1.0, 0.5]])}
    assert regrets(aims, outcomes, np.array([0, 1]))["good"].tolist() == [2.0, 1.0]
    assert satisfied(aims, outcomes).tolist() == [0.5, 1.0]
    assert over_draws(aims, -outcomes["good"]).tolist() == [0.0, -2.0]
    assert over_draws(aims, np.array([[np.nan, 0.0]])).tolist() == [np.inf]


def test_an_evaluator_gives_each_package_in_every_draw_beside_its_own_reference(tmp_path: Path) -> None:
    path = tmp_path / "question.yaml"
    path.write_text(
        "title: t\nfactors:\n  - {lever: alliance.data_sharing_share, low: 0, high: 1}\n"
        "design: {kind: grid, levels: 2}\nreplicates: 2\nmonths: 24\n"
    )
    design = read_design(path, is_drawn=False)
    evaluate = evaluator(design, small_runner(), ["index", "public_cost"])
    told = evaluate(np.array([[0.2], [0.8]]))
    assert told["index"].shape == (2, 2)
    assert (told["index"][1] > told["index"][0]).all()
    folder = run_sweep(path, workers=1, out=tmp_path / "s", runner=small_runner())
    ends = read_swept(folder).results
    np.testing.assert_array_equal(evaluate(np.array([[0.0], [1.0]]))["index"], ends)
