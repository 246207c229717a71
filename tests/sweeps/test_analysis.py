"""SALib's analyses of our files give the indices of functions that are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_model import Outcome, layout, small_runner

from countermarket.parameters.load import load_parameters
from countermarket.reading.files import packaged
from countermarket.sweeps import sweep

NAMES = ("equipment_premium", "equipment_months", "peril_aversion")
MONTHS = 15
FILE = """\
title: A known function
factors: [{{parameter: equipment_premium}}, {{parameter: equipment_months}}, {{parameter: peril_aversion}}]
design: {design}
replicates: 2
months: 15
"""
ISHIGAMI = {"S1": (0.314, 0.442, 0.0), "ST": (0.558, 0.442, 0.244)}
KEYS = layout(None, MONTHS).keys["measure"]


def at(parameters: dict[str, float]) -> Any:
    """The three parameters, each spread over -pi to pi as its own range is."""
    own = [load_parameters().records[name] for name in NAMES]
    here = [parameters.get(name, one.low) for name, one in zip(NAMES, own, strict=True)]
    return np.array([2 * (x - one.low) / (one.high - one.low) - 1 for x, one in zip(here, own, strict=True)]) * np.pi


def ishigami(x: Any) -> float:
    return float(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def linear(x: Any) -> float:
    return float(x @ [3.0, -2.0, 1.0])


def swept(folder: Path, design: str, function: Any) -> Path:
    """A sweep whose measure of backlog is a known function; luck hides it until replicates are averaged."""

    def simulate(world: Any, parameters: Any, scenario: Any, seed: int, replicate: int, *_: Any) -> Outcome:
        value = function(at(parameters)) + (-40.0 if replicate else 40.0)
        return Outcome(np.where(KEYS == "backlog", value, 10.0), {}, None)

    path = folder / "known.yaml"
    path.write_text(FILE.format(design=design))
    return sweep.run_sweep(path, workers=1, out=folder / "sweep", runner=small_runner()._replace(simulate=simulate))


def analysed(folder: Path) -> dict[str, Any]:
    """The analysis that `results/README.md` shows, of the level of the backlog."""
    page = (packaged().parents[1] / "results" / "README.md").read_text(encoding="utf-8")
    shown = page.split("```python\n")[1].split("```")[0].replace('"index"', '"level_backlog"')
    names: dict[str, Any] = {"folder": str(folder)}
    exec(shown, names)
    return dict(names["indices"])


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sobol_indices_of_ishigamis_function_come_out_of_our_files(tmp_path: Path) -> None:
    indices = analysed(swept(tmp_path, "{kind: sobol, samples: 256}", ishigami))
    for name, known in ISHIGAMI.items():
        assert np.allclose(indices[name], known, atol=0.12), name


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_morris_effects_of_a_line_come_out_of_our_files(tmp_path: Path) -> None:
    indices = analysed(swept(tmp_path, "{kind: morris, samples: 5, levels: 8}", linear))
    assert np.allclose(indices["mu"], 2 * np.pi * np.array([3.0, -2.0, 1.0]))
    assert np.allclose(indices["sigma"], 0.0, atol=1e-9)


def test_the_manifest_says_that_there_is_no_second_order(tmp_path: Path) -> None:
    folder = swept(tmp_path, "{kind: sobol, samples: 2}", linear)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["analysis"]["arguments"] == {"calc_second_order": False}
    assert manifest["analysis"]["average_over"] == "replicate"
    assert manifest["replicates"] == 2
    assert manifest["versions"]["SALib"] != "not installed"
