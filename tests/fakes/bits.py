"""Fingerprints of what a run computes: one of each part, to be the same on every machine.

Run as a script it prints them as JSON, so that a test can ask processes that are told they have another processor.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from small_runs import few

from countermarket.analysis.cost_index import total_index
from countermarket.engine.arrays import exps, logs, powers
from countermarket.engine.fingerprint import fingerprint
from countermarket.engine.streams import replicate_key
from countermarket.evidence.calibration.space import uncertain, values_at
from countermarket.model.opening.initial import initial_state
from countermarket.model.running.schedule import schedule
from countermarket.model.running.simulate import simulate
from countermarket.model.state.levers import empty_levers
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.parameters.load import load_parameters, pack, replace
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world
from countermarket.world.synthetic import synthetic_world

FILE = Path(__file__).with_name("bits.json")
MONTHS = 60


def functions() -> str:
    """Elementary functions on a grid."""
    grid = np.linspace(-30.0, 30.0, 20_001)
    positive = exps(grid)
    return fingerprint(positive, logs(positive), powers(positive, grid / 7.0))


def first_state() -> str:
    """The state before the first month, at central values."""
    world = load_world()
    packed, levers = pack(load_parameters(), world), empty_levers(world)
    present = schedule(load_scenario("baseline"), world).changes[-1]
    state = initial_state(world, packed, present, levers, replicate_key(0, 0))
    return fingerprint(*state)


def long_run() -> str:
    """Five years of a shipped scenario at full size, in a draw of the ensemble."""
    ensemble = shipped_ensemble()
    assert ensemble is not None
    drawn = replace(load_parameters(), dict(ensemble.overrides(1)))
    return fingerprint(simulate(load_world(), drawn, load_scenario("alliance"), months=MONTHS).values)


def plain_run() -> str:
    """A small run of a shipped scenario, always with seed 0."""
    return fingerprint(simulate(load_world(), few(), load_scenario("alliance"), months=18).values)


def mesa_face() -> str:
    """The same run as `plain_run` behind the face of a Mesa model."""
    from countermarket.mesa.model import CriminalMarketModel

    model = CriminalMarketModel("alliance", months=18, parameters=few())
    while model.running:
        model.step()
    return fingerprint(model.simulation.recorder.values())


def index() -> str:
    """A geometric mean of market indices."""
    columns = np.linspace(50.0, 200.0, 70).reshape(5, 7, 2)
    return fingerprint(total_index(columns, columns[::-1]))


def fingerprints() -> dict[str, str]:
    """A fingerprint of every part."""
    ranges = uncertain(load_parameters().records)
    return {
        "functions": functions(),
        "made-up world": synthetic_world(12).digest,
        "first state": first_state(),
        f"{MONTHS} months": long_run(),
        "18 months": plain_run(),
        "Mesa face": mesa_face(),
        "parameters": fingerprint(values_at(ranges, np.linspace(0.0, 1.0, 5 * len(ranges)).reshape(5, -1))),
        "index": index(),
    }


def write() -> None:
    """Write the fingerprints anew."""
    FILE.write_text(json.dumps(fingerprints(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(json.dumps(fingerprints()))
