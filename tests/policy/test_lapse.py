"""When a policy has ended."""

from __future__ import annotations

import pytest

from countermarket.policy.baseline import load_baseline
from countermarket.policy.lapse import lapses
from countermarket.policy.reading import load_scenario, parse_scenario
from countermarket.policy.scenario import Scenario
from countermarket.world.names import load_names

HEAD = "title: Mine\nchanges:\n"


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "mine.yaml", load_names(), load_baseline())


def test_shipped_policies_last_to_the_end() -> None:
    assert lapses(load_scenario("alliance"), 120) is None
    assert lapses(load_scenario("national_reforms"), 120) is None
    assert lapses(load_scenario("baseline"), 120) is None


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("agencies.interdiction_share: {members: 0.38}", "agencies.interdiction_share: {members: 0.33}"),
        ("alliance.chokepoints: {GBR:container: 0.6}", "alliance.chokepoints: {GBR:container: 0}"),
        ("alliance.channel: federated", "alliance.channel: mutual_legal_assistance"),
        ("alliance.data_sharing_share: 0.6", "alliance.data_sharing_share: 0.2"),
    ],
)
def test_a_lever_that_goes_back_lapses(begin: str, end: str) -> None:
    there = read(f"{HEAD}  2027-01:\n    {begin}\n")
    back = read(f"{HEAD}  2027-01:\n    {begin}\n  2029-01:\n    {end}\n")
    assert lapses(there, 120) is None
    assert lapses(back, 120) == 36
    assert lapses(back, 36) is None


def test_a_ramp_back_ends_when_it_has_arrived() -> None:
    text = f"{HEAD}  2027-01:\n    alliance.data_sharing_share: 0.6\n  2029-01:\n"
    ramped = read(f"{text}    alliance.data_sharing_share: {{value: 0.2, ramp_months: 6}}\n")
    assert lapses(ramped, 120) == 41
