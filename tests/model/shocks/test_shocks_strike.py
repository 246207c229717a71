"""The shocks that can be run strike where they are aimed, once or for as long as they last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from lucks import above, below
from paired_months import WORLD, copied, differences, mean_of, settled
from struck_months import COCAINE, GBR, MONTHS, SHOCKS, START, USA, months_of, struck

from countermarket.declared.shocks import SHOCKS as KINDS
from countermarket.declared.vocabulary import DOMAINS
from countermarket.model.shocks.strike import EVENTS, LASTING
from countermarket.model.state.codes import FINANCE
from countermarket.model.state.tables import State

MULTIPLIERS = (
    "demand", "source_supply", "input", "recruitment", "patron_surge", "technology_jump", "legal_supply",
)  # fmt: skip
"""Shocks whose size is 1 when they are none; it is 0 for the others."""


def cocaine(column: str) -> Callable[[State], float]:
    return lambda state: float(state.nodes[column][state.nodes["market"] == COCAINE].sum())


def test_every_shock_is_here() -> None:
    assert set(SHOCKS) == set(KINDS) == {*LASTING, *EVENTS}


@pytest.mark.parametrize("kind", SHOCKS)
def test_nothing_differs_before_a_shock_and_something_does_from_its_month_on(kind: str) -> None:
    calm, shaken = months_of(months=START + 1), months_of(SHOCKS[kind], months=START + 1)
    for month in range(START):
        assert differences(calm[month], shaken[month]) == set()
    assert differences(calm[START], shaken[START])


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_strikes_once(kind: str) -> None:
    for month in (START - 1, START + 1, START + 12):
        assert differences(copied(), struck(SHOCKS[kind], month)) == set()
    assert differences(copied(), struck(SHOCKS[kind]))


@pytest.mark.parametrize("kind", LASTING)
def test_a_lasting_shock_runs_for_its_months_and_ends(kind: str) -> None:
    for month in range(START + MONTHS + 2):
        at_work = bool(differences(copied(), struck(SHOCKS[kind], month)))
        assert at_work == (START <= month < START + MONTHS), month
    during = struck(SHOCKS[kind])
    assert differences(copied(), struck(SHOCKS[kind], START + MONTHS, during)) == set()


@pytest.mark.parametrize("kind", LASTING)
def test_a_lasting_shock_without_months_stays(kind: str) -> None:
    for_good = SHOCKS[kind].model_copy(update={"months": 0})
    assert differences(struck(for_good), struck(for_good, START + 600)) == set()


@pytest.mark.parametrize("kind", SHOCKS)
def test_a_shock_of_no_size_does_nothing(kind: str) -> None:
    none = SHOCKS[kind].model_copy(update={"size": 1.0 if kind in MULTIPLIERS else 0.0})
    assert differences(copied(), struck(none)) == set()


def test_users_want_less_where_demand_falls_and_only_there() -> None:
    hit = struck(SHOCKS["demand"]).nodes
    aimed = hit["market"] == COCAINE
    assert (hit["demand_shift"][aimed] == 0.3).all()
    assert (hit["demand_shift"][~aimed] == 1.0).all()
    calm, shaken = months_of(months=4), months_of(SHOCKS["demand"], months=4)
    for column in ("use", "delivered"):
        assert cocaine(column)(shaken[START]) < cocaine(column)(calm[START]), column


def test_demand_in_one_place() -> None:
    here = SHOCKS["demand"].model_copy(update={"jurisdiction": ("GBR",)})
    moved = struck(here).nodes["demand_shift"] != 1.0
    assert set(struck(here).nodes["jurisdiction"][moved]) == {GBR}


def test_sources_make_less_and_ask_more() -> None:
    """Sources of cocaine together; what they ask, mean of them. Mean of eight lucks."""

    def changes(luck: int) -> list[float]:
        calm = months_of(months=START + 3, luck=luck)[-1]
        shaken = months_of(SHOCKS["source_supply"], months=START + 3, luck=luck)[-1]
        source = (calm.nodes["market"] == COCAINE) & (calm.nodes["capacity"] > 0)
        price = shaken.nodes["price"][source] / calm.nodes["price"][source]
        return [cocaine("produced")(shaken) / cocaine("produced")(calm), price.mean()]

    made, price = mean_of(8, changes)
    assert below("sources hit: made", made, 1.0)
    assert above("sources hit: price asked", price, 1.0)


def test_nothing_moves_on_a_closed_route_until_it_opens_again() -> None:
    states = months_of(SHOCKS["route_closure"], months=START + MONTHS + 3)
    box = states[0].legs["mode"] == WORLD.mode_names.index("container")
    volume = [float(state.legs["volume"][box].sum()) for state in states]
    assert [v > 0 for v in volume] == [not START <= month < START + MONTHS for month in range(len(volume))]
    assert all(state.legs["volume"][~box].sum() > 0 for state in states)


def test_a_half_closed_route_carries_less_and_loses_no_larger_share() -> None:
    half = SHOCKS["route_closure"].model_copy(update={"size": 0.5})

    def carried(luck: int) -> float:
        calm, shaken = (months_of(*shocks, months=START + 1, luck=luck)[-1] for shocks in ((), (half,)))
        hit = shaken.legs["closed"] > 0
        assert (shaken.legs["probability"][hit] == calm.legs["probability"][hit]).all()
        return float(shaken.legs["volume"][hit].sum() / calm.legs["volume"][hit].sum())

    assert below("half closed: volume", mean_of(4, carried), 0.7)


def test_one_member_loses_trust_in_another_in_one_domain() -> None:
    before, after = settled().trust, struck(SHOCKS["trust_breach"]).trust
    maritime = DOMAINS.index("maritime")
    assert after[GBR, USA, maritime] == pytest.approx(0.4 * before[GBR, USA, maritime])
    assert np.argwhere(before != after).tolist() == [[GBR, USA, maritime]]


def test_trust_lost_comes_back_slowly() -> None:
    maritime = DOMAINS.index("maritime")
    trust = [state.trust[GBR, USA, maritime] for state in months_of(SHOCKS["trust_breach"], months=24)]
    assert all(np.diff(trust[START:]) > 0)
    assert trust[-1] < trust[0]


def test_a_leak_spoils_what_was_known_there_and_warns() -> None:
    before, after = settled(), struck(SHOCKS["leak"])
    there = (before.groups["presence"] == GBR) & before.groups["active"][:, None]
    known = there & (before.groups["evidence"] > 0)
    assert known.any()
    assert np.allclose(after.groups["evidence"][known], 0.5 * before.groups["evidence"][known])
    assert same_elsewhere(before.groups["evidence"], after.groups["evidence"], ~there)
    warned = there.any(axis=1)
    assert (after.groups["stance"][warned] > before.groups["stance"][warned]).all()
    assert same_elsewhere(before.groups["stance"], after.groups["stance"], ~warned)
    others = np.arange(len(before.agencies)) != GBR
    assert (after.trust[others, GBR] < before.trust[others, GBR]).all()


def same_elsewhere(before: Any, after: Any, elsewhere: Any) -> bool:
    return bool(np.array_equal(before[elsewhere], after[elsewhere]))


def test_where_nothing_is_known_nothing_leaks() -> None:
    blank = copied()
    blank.groups["evidence"] = blank.groups["received"] = 0.0
    assert differences(blank, struck(SHOCKS["leak"], state=blank)) <= {"groups.stance", "trust"}


def test_the_largest_enablers_of_the_service_are_closed() -> None:
    before, after = settled().enablers, struck(SHOCKS["enabler_takedown"])
    closed = before["active"] & ~after.enablers["active"]
    assert closed.any()
    assert set(before["service"][closed]) == {FINANCE}
    left = after.enablers["active"] & (before["service"] == FINANCE)
    assert before["business"][closed].min() >= before["business"][left].max()
    was = (before["business"] + 1.0)[closed | left]
    assert (before["business"] + 1.0)[closed].sum() >= 0.5 * was.sum()
    fresh = after.alliance["enablers_closed"][0] - settled().alliance["enablers_closed"][0]
    assert fresh.tolist() == [0, closed.sum(), 0, 0]


def test_closures_are_counted_from_the_first_reported_month() -> None:
    assert (settled().alliance["enablers_closed"] == 0.0).all()


def test_one_enabler_by_rank() -> None:
    second = SHOCKS["enabler_takedown"].model_copy(update={"rank": 2})
    before, after = settled().enablers, struck(second).enablers
    (closed,) = np.flatnonzero(before["active"] & ~after["active"])
    finance = before["business"][before["active"] & (before["service"] == FINANCE)]
    assert (finance > before["business"][closed]).sum() == 1


def test_with_a_successor_a_closed_enabler_is_soon_back() -> None:
    ready = copied()
    ready.enablers["successor"] = True
    for successor, waits in ((True, False), (False, True)):
        shock = SHOCKS["enabler_takedown"].model_copy(update={"successor": successor})
        after = struck(shock, state=ready).enablers
        closed = ready.enablers["active"] & ~after["active"]
        assert ((after["reopens"][closed] > 0) == waits).all()


def test_customers_of_a_platform_taken_over_are_known_and_trust_less() -> None:
    covert = SHOCKS["enabler_takedown"].model_copy(update={"covert_takeover": True})
    plain, read = struck(SHOCKS["enabler_takedown"]), struck(covert)
    assert differences(plain, read) == {"groups.evidence", "groups.trust"}
    closed = np.flatnonzero(settled().enablers["active"] & ~read.enablers["active"])
    clients = read.groups["active"] & np.isin(read.groups["enabler"], closed).any(axis=1)
    assert clients.any()
    assert (read.groups["trust"][clients] < plain.groups["trust"][clients]).all()
    known = [state.groups["evidence"][clients].sum(axis=1) for state in (plain, read)]
    assert (known[1] > known[0]).all()
    assert same_elsewhere(plain.groups["trust"], read.groups["trust"], ~clients)


def test_where_no_enabler_works_none_is_taken_down() -> None:
    none = copied()
    none.enablers["active"] = False
    assert differences(none, struck(SHOCKS["enabler_takedown"], state=none)) == set()
