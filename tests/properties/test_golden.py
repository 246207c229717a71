"""A golden table: what a small run of the shipped baseline and alliance left behind when it was last looked at.

`PYTHONPATH=tests/fakes python tests/properties/test_golden.py` writes it and the fingerprints of `bits.json` anew; do
so only for a change that is meant to change results, and say so in the commit. A run gives the same bits on every
machine: numbers are compared exactly.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import bits
import numpy as np
import pytest
from small_runs import few

from countermarket.model.recording.layout import layout
from countermarket.model.running.simulate import simulate
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world

FILE = Path(__file__).with_name("golden.csv")
SCENARIOS = ("baseline", "alliance")
MONTHS = 18


def sums(scenario: str) -> dict[str, float]:
    """The sum of every measure over all its rows, by name. Always with seed 0, whatever the luck of the suite."""
    world = load_world()
    outcome = simulate(world, few(), load_scenario(scenario), months=MONTHS)
    names = layout(world, MONTHS).keys["measure"]
    found: dict[str, float] = defaultdict(float)
    for name, value in zip(names, outcome.values, strict=True):
        if np.isfinite(value):
            found[str(name)] += float(value)
    return dict(found)


def written() -> dict[tuple[str, str], float]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {(row["scenario"], row["measure"]): float(row["sum"]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_run_gives_what_it_gave_before(scenario: str) -> None:
    golden = {measure: value for (name, measure), value in written().items() if name == scenario}
    found = sums(scenario)
    assert found.keys() == golden.keys()
    for measure, value in golden.items():
        assert found[measure] == value, measure


def write() -> None:
    rows = [(scenario, measure, repr(value)) for scenario in SCENARIOS for measure, value in sums(scenario).items()]
    with FILE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([("scenario", "measure", "sum"), *rows])
    bits.write()


if __name__ == "__main__":
    write()
