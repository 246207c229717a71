"""Shocks: declared once, checked field by field."""

from __future__ import annotations

import pytest
from small_runs import assert_balanced, run

from countermarket.declared.shocks import SHOCKS
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import parse_scenario
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.world.names import load_names

CHANGES = "title: Test\nchanges:\n  2027-01:\n    agencies.powers: 0.2\nshocks:\n"


def parse(line: str) -> Shock:
    return parse_scenario(
        (CHANGES + "  - " + line).encode(), "test.yaml", load_names(), load_baseline()
    ).shocks[0]


def message(line: str) -> str:
    with pytest.raises(InputError) as caught:
        parse(line)
    assert caught.value.line == 6
    return caught.value.render()


def test_every_kind_takes_only_fields_a_shock_has() -> None:
    for kind in SHOCKS.values():
        assert set(kind.fields) <= set(Shock.model_fields), kind.name
        assert set(kind.needs) <= set(kind.fields), kind.name


def test_a_shock_is_read_with_its_selectors() -> None:
    shock = parse("{kind: trust_breach, start: 2030-06, pair: [GBR, USA], domain: maritime, size: 0.6}")
    assert (shock.kind, shock.start, shock.months, shock.size) == ("trust_breach", 53, 0, 0.6)
    assert (shock.pair, shock.domain) == (("GBR", "USA"), ("maritime",))


def test_a_lasting_shock_has_months_and_several_places() -> None:
    shock = parse(
        "{kind: demand, start: m+24, months: 12, size: 0.7, market: [cocaine, heroin], jurisdiction: GBR}"
    )
    assert (shock.start, shock.months) == (24, 12)
    assert (shock.market, shock.jurisdiction) == (("cocaine", "heroin"), ("GBR",))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{kind: demnd, start: 2028-01, size: 1}", "Did you mean demand?"),
        ("{start: 2028-01, size: 1}", "needs a kind"),
        ("{kind: demand, size: 1}", "needs start"),
        ("{kind: demand, start: 2028-01}", "needs size"),
        ("{kind: demand, start: 2028-13, size: 1}", "is not a month"),
        ("{kind: demand, start: 2028-01, size: 11}", "out of bounds"),
        ("{kind: demand, start: 2028-01, size: true}", "is not a number"),
        ("{kind: demand, start: 2028-01, size: 1, market: cocain}", "Did you mean cocaine?"),
        ("{kind: demand, start: 2028-01, size: 1, market: []}", "selects nothing"),
        ("{kind: demand, start: 2028-01, size: 1, market: [heroin, heroin]}", "listed twice"),
        ("{kind: demand, start: 2028-01, size: 1, months: 0}", "whole number from 1"),
        ("{kind: demand, start: 2028-01, size: 1, sise: 1}", "Did you mean size?"),
        ("{kind: demand, start: 2028-01, size: 1, leg: L030}", "may not stand here"),
        ("{kind: leak, start: 2028-01, size: 0.5, months: 3}", "happens at once"),
        ("{kind: trust_breach, start: 2028-01, size: 0.5}", "needs pair"),
        ("{kind: trust_breach, start: 2028-01, size: 0.5, pair: [GBR]}", "a pair is two"),
        ("{kind: trust_breach, start: 2028-01, size: 0.5, pair: [GBR, UK]}", "Did you mean GBR (United Kingdom)?"),
        ("{kind: route_closure, start: 2028-01, size: 0.5}", "needs leg or mode"),
        (
            "{kind: enabler_takedown, start: 2028-01, size: 0.5, service: finance, successor: 1}",
            "neither true nor false",
        ),
        ("{kind: truce, start: 2028-01, size: much}", "is not a number"),
        ("{kind: confiscation, start: 2028-01, size: 0.5, reuse: 2}", "out of bounds"),
        ("{kind: input, start: 2028-01, size: 0.5}", "needs market"),
        ("{kind: technology_jump, start: 2028-01, size: 0}", "out of bounds"),
        ("[kind, demand]", "is not a shock"),
    ],
)
def test_a_faulty_shock_is_explained(line: str, said: str) -> None:
    assert said in message(line)


def test_further_numbers_and_flags_are_read() -> None:
    shock = parse("{kind: source_supply, start: m+12, size: 0.05, market: heroin, stocks: 14}")
    assert (shock.stocks, shock.size) == (14, 0.05)
    shock = parse("{kind: interdiction, start: m+12, size: 0.03, severity: 30, mode: air}")
    assert (shock.size, shock.severity) == (0.03, 30)
    shock = parse("{kind: input, start: m+12, size: 0.2, market: synthetic, substitutable: false}")
    assert not shock.substitutable
    shock = parse("{kind: mass_arrest, start: m+12, size: 0.3, share: 0.1, market: cocaine}")
    assert (shock.size, shock.share, shock.rank) == (0.3, 0.1, 0)


EXPERIMENTS = """title: Experiments
changes:
  m+6:
    alliance.members: [GBR]
    alliance.sanctions_per_year: 40
  m+18:
    alliance.members: [GBR, USA, CAN, AUS, NZL, FRA, DEU, ITA, ESP, NLD]
    alliance.sanctions_coordination: 0.9
effect_of: all
shocks:
  - {kind: enabler_takedown, start: m+1, size: 1, service: digital, rank: 1, covert_takeover: true}
  - {kind: enabler_takedown, start: m+3, size: 0.3, service: digital}
  - {kind: enabler_takedown, start: m+5, size: 0.3, service: digital}
  - {kind: equipment_loss, start: m+2, size: 0.7, market: migrant_smuggling, mode: small_boat}
  - {kind: demand, start: m+2, size: 0.7, market: migrant_smuggling, jurisdiction: MEX}
  - {kind: interdiction, start: m+2, size: 0.1, market: migrant_smuggling, mode: land, jurisdiction: USA}
  - {kind: mass_arrest, start: m+2, size: 0.1, share: 0.5, market: cocaine}
  - {kind: mass_arrest, start: m+3, size: 0.5, share: 0.3, market: heroin, jurisdiction: TUR}
  - {kind: source_supply, start: m+1, size: 0.05, market: heroin, jurisdiction: AFG, stocks: 14}
  - {kind: interdiction, start: m+1, size: 0.03, severity: 20, mode: air, market: cocaine}
  - {kind: confiscation, start: m+1, size: 0.2, jurisdiction: ITA, reuse: 1}
  - {kind: confiscation, start: m+2, size: 0.2, jurisdiction: MEX, share: 0.5}
"""


def test_natural_experiments_are_written_without_code_and_their_books_balance() -> None:
    scenario = parse_scenario(EXPERIMENTS.encode(), "test.yaml", load_names(), load_baseline())
    assert len(scenario.shocks) == 12
    assert_balanced(run(scenario, 20).residuals)
