"""The bits of a pair do not depend on which pairs are saved with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from small_model import layout, simulate, small_runner, small_world

from countermarket.declared.calendar import dated
from countermarket.results.manifest import describe_scenario, describe_world
from countermarket.runs.job import Result
from countermarket.sweeps.design import at_its_widest, scenario_of
from countermarket.sweeps.file import read_design
from countermarket.sweeps.folder import Point
from countermarket.sweeps.rows import headline_rows

FILE = """\
title: t
factors: [{lever: alliance.data_sharing_share, low: 0.1, high: 0.9}]
design: {kind: grid, levels: 5}
months: 60
"""


def test_a_pair_alone_has_the_bits_that_it_has_among_others(tmp_path: Path) -> None:
    (tmp_path / "question.yaml").write_text(FILE)
    design = read_design(tmp_path / "question.yaml")
    keys = dated(layout(None, design.months).keys, design.scenario.begins)
    world, parameters = small_world(), small_runner().parameters
    months = sorted(set(keys["month"].tolist()))
    entry = describe_scenario(at_its_widest(design), {}, months, describe_world(world))

    def values(scenario: Any) -> Any:
        noise = np.random.default_rng(0).uniform(0.5, 1.5, len(keys["month"]))
        return simulate(world, parameters, scenario, 0, 0, design.months).values * noise

    points = [(Point(row, 0, 0), Result(values(scenario_of(design, row)), {}, None, "", 0.0)) for row in range(5)]
    reference = values(design.scenario)
    together = headline_rows(design, entry, keys, points, [reference] * 5)
    alone = [headline_rows(design, entry, keys, [point], [reference])[0] for point in points]
    assert [row["status"] for row in together] == ["done"] * 5
    assert together == alone
