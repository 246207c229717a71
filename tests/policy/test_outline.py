"""What `check` says a scenario does: from, to, when, for whom; and the split of effort that follows."""

from __future__ import annotations

import pytest

from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.policy.baseline import load_baseline
from countermarket.policy.outline import Line, effort_told, outline, shock_line, splits_of_effort
from countermarket.policy.reading import load_scenario, parse_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_names
from countermarket.world.names import load_names

PLACES = load_names().jurisdictions


def scenario(*lines: str, later: tuple[str, ...] = (), shocks: str = "[]") -> Scenario:
    blocks = {"2027-01": lines, "2029-01": later}
    changes = "".join(
        f"  {month}:\n" + "".join(f"    {line}\n" for line in block) for month, block in blocks.items() if block
    )
    text = f"title: T\nchanges:\n{changes}shocks: {shocks}\n"
    return parse_scenario(text.encode(), "t.yaml", load_names(), load_baseline())


def lines_of(one: Scenario) -> list[Line]:
    return outline(one, dict(LEVERS), PLACES)


@pytest.mark.parametrize(
    ("written", "whom", "before", "after", "when"),
    [
        ("agencies.powers: 0.5", "all 53 jurisdictions", "0", "0.5", "2027-01"),
        ("agencies.powers: {GBR: 0.5}", "GBR", "0", "0.5", "2027-01"),
        ("agencies.powers: {value: {members: 0.5}, ramp_months: 6}", "members (5)", "0", "0.5", "2027-01 to 2027-06"),
        ("agencies.severity: {cocaine: 2}", "all 53 jurisdictions, cocaine", "1", "2", "2027-01"),
        ("alliance.stings: 0.5", "members (5)", "0", "0.5", "2027-01"),
        ("alliance.channel: federated", "members (5)", "mutual_legal_assistance", "federated", "2027-01"),
        ("alliance.members: [GBR, USA]", "", "GBR, USA, CAN, AUS, NZL", "GBR, USA", "2027-01"),
        ("alliance.private_partners: {finance: 0.5}", "finance", "0.2", "0.5", "2027-01"),
        ("agencies.border_control: {brics:container: 0.5}", "container of ARE, ZAF, RUS, IRN, IND, CHN, BRA (7)",
         "0", "0.5", "2027-01"),
    ],
)  # fmt: skip
def test_a_change_is_told_from_to_when_and_for_whom(
    written: str, whom: str, before: str, after: str, when: str
) -> None:
    (line,) = lines_of(scenario(written))
    assert line == Line(written.partition(":")[0], whom, before, after, when)


def test_what_a_bare_number_replaces_is_told_for_each_that_had_another() -> None:
    told = lines_of(scenario("agencies.powers: {GBR: 0.4}", later=("agencies.powers: 0.6",)))
    assert [(line.whom, line.before, line.after) for line in told[1:]] == [
        ("all others", "0", "0.6"),
        ("GBR", "0.4", "0.6"),
    ]


def test_shares_that_are_not_set_are_seen_to_shrink() -> None:
    before, set_share, others = splits_of_effort(scenario("agencies.finance_share: {GBR: 0.3}"), PLACES)
    place = EFFORT_SHARES.index("agencies.investigation_share")
    assert (before.when, before.whom, before.shares[place]) == ("before", "all 53 jurisdictions", 0.4)
    assert (set_share.when, set_share.whom) == ("2027-01", "GBR")
    assert set_share.shares[place] == pytest.approx(0.4 * 0.7 / 0.91, abs=1e-4)
    assert (others.whom, others.shares) == ("all others", before.shares)
    assert all(sum(split.shares) == pytest.approx(1, abs=1e-3) for split in (before, set_share, others))
    assert splits_of_effort(scenario("agencies.powers: 1"), PLACES) == []


def test_at_whose_expense_shares_are_set_is_told() -> None:
    unsaid = scenario("agencies.finance_share: {value: {GBR: 0.19, FRA: 0.19}, ramp_months: 2}")
    assert effort_told(unsaid, PLACES).startswith("effort is shifted (the file does not say: shift)")
    shift, add = (unsaid.model_copy(update={"effort": word}) for word in ("shift", "add"))
    assert effort_told(shift, PLACES).startswith("effort is shifted: the same officers")
    present = [20_000.0 if place in ("GBR", "FRA") else 0.0 for place in PLACES]
    told = effort_told(add, PLACES, present)
    assert told.startswith("effort is added, and paid: from 2027-01 5.0% more officers for ")
    assert "; from 2027-02 10.0% more officers for " in told
    assert told.endswith(", about 4,000")
    assert effort_told(scenario("agencies.powers: 1"), PLACES) == ""


def test_a_shock_is_told_in_a_line() -> None:
    shocks = "[{kind: demand, start: 2030-06, months: 12, market: cocaine, jurisdiction: [GBR, IRL], size: 1.2}]"
    (shock,) = scenario("agencies.powers: 1", shocks=shocks).shocks
    assert shock_line(shock) == ("demand", "market cocaine; jurisdiction GBR, IRL", "1.2", "2030-06 to 2031-05")


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_can_be_told(name: str) -> None:
    one = load_scenario(name)
    assert {line.lever for line in lines_of(one)} == {change.lever for change in one.changes}
