"""Lines that cannot act are named with the reason, and only those."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_runs import few

from countermarket.declared.shocks import SHOCKS
from countermarket.model.running.simulate import simulate
from countermarket.policy.acting import idle_lines, refuse_empty_shocks
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import load_scenario, parse_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_names
from countermarket.reading.errors import InputError
from countermarket.world.load import load_world
from countermarket.world.names import load_names

WORLD = load_world()


def parse(text: str) -> Scenario:
    return parse_scenario(f"title: Test\n{text}\n".encode(), "test.yaml", load_names(), load_baseline())


def changes(*lines: str) -> Scenario:
    return parse("changes:\n  2027-01:\n" + "".join(f"    {line}\n" for line in lines))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("alliance.chokepoints: {BEL:container: 0.8}",), "BEL:container in 2027-01 cannot act: no leg of it touches"),
        (("alliance.chokepoints: {NZL:digital: 0.8}",), "no leg of this world is meant"),
        (("alliance.chokepoints: {container: 0.8, GBR:container: 0.8}",), "as much by another key"),
        (("alliance.members: []", "alliance.stings: 0.5"), "stings in 2027-01 cannot act: the alliance has no members"),
        (("alliance.members: []", "agencies.powers: {members: 0.5}"), "powers members in 2027-01 cannot act"),
        (("agencies.powers: 0",), "it has this value already"),
    ],
)
def test_a_line_that_cannot_act_is_named_with_the_reason(lines: tuple[str, ...], said: str) -> None:
    (told,) = idle_lines(changes(*lines), WORLD)
    assert said in told


@pytest.mark.parametrize(
    "lines",
    [
        ("alliance.chokepoints: {GBR:container: 0.8}",),
        ("alliance.members: [GBR, BEL]", "alliance.chokepoints: {BEL:container: 0.8}"),
        ("alliance.chokepoints: {container: 0.4, GBR:container: 0.8}",),
        ("agencies.border_control: {BEL:container: 0.8}",),
        ("agencies.powers: {members: 0.5}",),
    ],
)
def test_a_line_that_acts_is_not_named(lines: tuple[str, ...]) -> None:
    assert idle_lines(changes(*lines), WORLD) == []


def test_what_is_named_does_nothing_and_what_is_not_does_something() -> None:
    reference = simulate(WORLD, few(), load_scenario("baseline"), months=18).values
    idle = changes("alliance.chokepoints: {BEL:container: 0.8}")
    acts = changes("agencies.border_control: {BEL:container: 0.8}")
    same, other = (simulate(WORLD, few(), scenario, months=18).values for scenario in (idle, acts))
    assert np.array_equal(same, reference, equal_nan=True)
    assert not np.array_equal(other, reference, equal_nan=True)


@pytest.mark.parametrize("name", shipped_names())
def test_every_line_of_a_shipped_scenario_can_act(name: str) -> None:
    assert idle_lines(load_scenario(name), WORLD) == []


EMPTY = (
    "{kind: input, market: migrant_smuggling, start: 2028-01, size: 0.5}",
    "{kind: source_supply, market: migrant_smuggling, jurisdiction: TUR, start: 2028-01, size: 0.5}",
    "{kind: source_supply, market: cocaine, jurisdiction: GBR, start: 2028-01, size: 0.5}",
    "{kind: route_closure, mode: digital, market: cocaine, start: 2028-01, size: 1}",
    "{kind: route_closure, leg: L001, jurisdiction: NZL, start: 2028-01, size: 1}",
    "{kind: legal_supply, market: cyber_fraud, start: 2028-01, size: 0.5}",
)


@pytest.mark.parametrize("shock", EMPTY)
def test_a_shock_that_selects_nothing_is_an_error(shock: str) -> None:
    with pytest.raises(InputError, match="selects nothing"):
        refuse_empty_shocks(parse(f"effect_of: shocks\nshocks:\n  - {shock}"), WORLD)


def test_shocks_that_select_something_pass() -> None:
    one = "{kind: input, market: synthetic, start: 2028-01, size: 0.5}"
    refuse_empty_shocks(parse(f"effect_of: shocks\nshocks:\n  - {one}"), WORLD)
    assert all(kind.acts_on for kind in SHOCKS.values())


def test_a_scenario_as_long_as_may_be_is_looked_through_at_once(tmp_path: Path) -> None:
    import time

    ramped = "{{value: {{GBR: 0.0{0}, USA: 0.0{0}}}, ramp_months: 240}}"
    names = ("finance_share", "digital_share", "border_share")[:2]
    lines = [
        f"  m+{month}:\n" + "".join(f"    agencies.{name}: {ramped.format(1 + month % 9)}\n" for name in names)
        for month in range(1, 401)
    ]
    path = tmp_path / "long.yaml"
    path.write_text("title: Long\nchanges:\n" + "".join(lines))
    scenario = load_scenario(path)
    before = time.process_time()
    idle_lines(scenario, load_world())
    assert time.process_time() - before < 3.0, "seconds for 800 changes; it was quadratic once"
