"""What each kind of shock does to those it is aimed at, what it cannot do, and that the books still balance."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from paired_months import WORLD, copied, levers_of, packed, settled
from small_runs import assert_balanced, changed, run
from struck_months import COCAINE, GBR, SHOCKS, START, months_of, struck

from countermarket.model.month import run_month
from countermarket.model.shocks.strike import strike
from countermarket.model.state.codes import CONFISCATED, CONSENT
from countermarket.model.state.tables import State
from countermarket.policy.shock_values import Shock

HEROIN, SYNTHETIC, ARMS = (WORLD.market_names.index(name) for name in ("heroin", "synthetic", "firearms"))
MEX, MMR, RUS = (WORLD.jurisdiction_names.index(name) for name in ("MEX", "MMR", "RUS"))
MAKERS = (settled().nodes["input_node"] >= 0) & (settled().nodes["capacity"] > 0)
"""Nodes that make synthetic drugs out of precursors."""


def shaken(kind: str, followed: int, **change: Any) -> list[State]:
    """The state after each of the months followed under a kind of shock, its record changed."""
    return months_of(SHOCKS[kind].model_copy(update=change), months=followed)


def calm(months: int) -> list[State]:
    return months_of(months=months)


def total(states: list[State], market: int, column: str) -> Any:
    return np.array([float(state.tallies[column][market]) for state in states])


@pytest.mark.parametrize("kind", SHOCKS)
def test_books_balance_under_every_shock(kind: str) -> None:
    more = {"conflict": {"arms_leak": 300.0}, "labour_opportunity": {"transfers": 80.0}}
    more |= {"source_supply": {"stocks": 2.0}, "interdiction": {"severity": 20.0}}
    shock = SHOCKS[kind].model_copy(update=more.get(kind, {}))
    assert_balanced(run(changed(shocks=(shock,)), 8).residuals)


# --- inputs and their substitutes ---------------------------------------------------------------------------


def without_input(substitutable: bool, months: int = 36, **parameters: float) -> list[State]:
    """Months in which nothing but a fifth of the world's precursors is made; parameters as given."""
    shock = Shock(kind="input", start=0, size=0.2, market=("synthetic",), substitutable=substitutable)
    state, levers, found = copied(), levers_of({}), []
    for month in range(months):
        strike(state, packed(**parameters), (shock,), WORLD, month)
        run_month(state, packed(**parameters), levers)
        found.append(copied(state))
    return found


def used(state: State) -> float:
    """Share of makers' capacity that can do without the usual input."""
    makers = state.nodes[MAKERS]
    return float((makers["substitute"] * makers["capacity"]).sum() / makers["capacity"].sum())


def test_precursors_run_short_and_what_they_are_made_into_follows() -> None:
    plain, short = calm(12), without_input(substitutable=False, months=12)
    inputs = np.unique(settled().nodes["input_node"][MAKERS])
    assert short[-1].nodes["price"][inputs].mean() > 1.2 * plain[-1].nodes["price"][inputs].mean()
    assert total(short, SYNTHETIC, "delivered")[-3:].sum() < 0.95 * total(plain, SYNTHETIC, "delivered")[-3:].sum()


def test_a_substitute_is_found_after_a_lag_and_spreads_and_the_market_recovers() -> None:
    plain, lasting, fading = calm(36), without_input(substitutable=False), without_input(substitutable=True)
    share = [used(state) for state in fading]
    lag = int(packed()["substitute_lag_months"][0])
    assert max(share[: lag - 1]) == 0.0
    assert share[-1] > 0.3
    assert max(used(state) for state in lasting) == 0.0
    lost = [1 - total(s, SYNTHETIC, "delivered")[-6:].sum() / total(plain, SYNTHETIC, "delivered")[-6:].sum()
            for s in (lasting, fading)]  # fmt: skip
    assert lost[0] > 0.1
    assert lost[1] < 0.6 * lost[0]


def test_a_longer_search_and_a_slower_spread_put_recovery_off() -> None:
    shares = [
        used(without_input(substitutable=True, months=24, **numbers)[-1])
        for numbers in ({}, {"substitute_lag_months": 14}, {"substitute_rate": 0.15})
    ]
    assert shares[0] > 1.3 * max(shares[1:])


def test_a_search_starts_whatever_made_the_input_scarce() -> None:
    names = [n for n, end in zip(WORLD.leg_names, settled().legs["end"], strict=True) if end in inputs_of(MEX)]
    closed = Shock(kind="route_closure", start=0, size=1.0, leg=tuple(names))
    need = [s.nodes["need"][MAKERS & (s.nodes["jurisdiction"] == MEX)] for s in months_of(closed, months=18)]
    assert need[-1] > 0.4
    assert max(s.nodes["substitute"][MAKERS].max() for s in months_of(closed, months=18)) > 0.0


def inputs_of(place: int) -> Any:
    """Nodes whose goods the makers of a place use up."""
    nodes = settled().nodes
    return nodes["input_node"][MAKERS & (nodes["jurisdiction"] == place)]


def test_makers_with_enough_of_an_input_do_not_look_for_another() -> None:
    plenty = Shock(kind="input", start=0, size=1.5, market=("cocaine",))
    state = struck(plenty, 0)
    for _ in range(12):
        run_month(state, packed(), levers_of({}))
    assert not state.nodes["search"][state.nodes["market"] == COCAINE].any()


def test_a_chemical_without_trade_of_its_own_limits_what_sources_make() -> None:
    own = settled().nodes["market"] == COCAINE
    plain, short = calm(START + 1)[-1], shaken("input", START + 1)[-1]
    assert short.nodes["produced"][own].sum() < 0.5 * plain.nodes["produced"][own].sum()
    others = settled().nodes["market"] == HEROIN
    assert (short.nodes["produced"][others] == plain.nodes["produced"][others]).all()


def test_precursors_kept_out_of_one_place_are_lost_on_the_way_in_alone() -> None:
    shock = Shock(kind="input", start=START, size=0.3, market=("synthetic",), jurisdiction=("MEX",))
    legs = struck(shock).legs
    inputs = np.isin(legs["end"], settled().nodes["input_node"][MAKERS])
    inward = inputs & (legs["destination"] == MEX)
    assert np.allclose(legs["added"][inward], 0.7)
    assert (legs["added"][~inward] == 0.0).all()


def test_a_ban_with_stocks_bites_late() -> None:
    ban = Shock(kind="source_supply", start=0, size=0.05, market=("heroin",))
    plain, bare, stocked = (
        total(months_of(*shocks, months=12), HEROIN, "produced")
        for shocks in ((), (ban,), (ban.model_copy(update={"stocks": 6.0}),))
    )
    assert bare[1] < 0.5 * plain[1]
    assert stocked[1] > 0.9 * plain[1]
    assert stocked[-1] < 0.7 * plain[-1]


def test_legal_supply_that_leaks_moves_arms_and_nothing_grown() -> None:
    arms, crop = SHOCKS["legal_supply"], SHOCKS["legal_supply"].model_copy(update={"market": ("heroin",)})
    shift = struck(arms).nodes["supply_shift"]
    assert (shift[settled().nodes["market"] == ARMS] > 1.3).all()
    assert (struck(crop).nodes["supply_shift"] == 1.0).all()
    assert total(shaken("legal_supply", 5), ARMS, "produced")[-1] > total(calm(5), ARMS, "produced")[-1]


# --- on the way ---------------------------------------------------------------------------------------------


def test_lost_boats_move_less_at_a_higher_cost_until_they_are_replaced() -> None:
    plain, short = calm(24), shaken("equipment_loss", 24)
    boats = settled().legs["mode"] == WORLD.mode_names.index("small_boat")
    volume = [[s.legs["volume"][boats].sum() for s in states] for states in (plain, short)]
    assert volume[1][START] < 0.8 * volume[0][START]
    assert (short[START + 1].legs["outlay"][boats] >= plain[START + 1].legs["outlay"][boats]).mean() > 0.9
    equipment = [float(s.legs["equipment"][boats].mean()) for s in short[START:]]
    assert (np.diff(equipment) > 0).all()
    assert equipment[-1] > 0.95
    assert (short[-1].legs["equipment"][~boats] == 1.0).all()


def test_interdiction_adds_loss_where_it_is_aimed() -> None:
    plain, hit = calm(START + 1)[-1], shaken("interdiction", START + 1)[-1]
    air = settled().legs["mode"] == WORLD.mode_names.index("air")
    assert np.allclose(hit.legs["probability"][air], np.minimum(0.99, plain.legs["probability"][air] + 0.2))
    half = shaken("interdiction", START + 1, severity=0.5)[-1]
    assert np.allclose(half.legs["probability"][air], np.minimum(0.99, plain.legs["probability"][air] + 0.1))
    assert hit.legs["volume"][air].sum() > 0.0


def test_rare_hits_deter_when_they_are_severe_and_not_when_they_are_mild() -> None:
    air = settled().legs["mode"] == WORLD.mode_names.index("air")
    air &= settled().legs["market"] == COCAINE
    before, mild, severe = (
        sum(state.legs["volume"][air].sum() for state in states)
        for states in (
            calm(12),
            shaken("interdiction", 12, size=0.03, months=0, severity=1.0),
            shaken("interdiction", 12, size=0.03, months=0, severity=40.0),
        )
    )
    assert mild > 0.85 * before
    assert severe < 0.6 * before


# --- groups and people --------------------------------------------------------------------------------------


def test_groups_without_leaders_fight_and_then_settle() -> None:
    plain, hit = calm(14), shaken("leadership_removal", 14)
    fought = total(hit, HEROIN, "violence") - total(plain, HEROIN, "violence")
    assert fought[START] > 0
    assert fought[START : START + 6].sum() > 3 * abs(fought[START + 8 :]).sum()
    months = struck(SHOCKS["leadership_removal"].model_copy(update={"size": 0.5})).groups["leaderless"].max()
    assert months <= struck(SHOCKS["leadership_removal"]).groups["leaderless"].max()


def test_arrests_shrink_groups_are_counted_and_feared() -> None:
    plain, hit = calm(START + 2), shaken("mass_arrest", START + 2)
    before = plain[START - 1].groups
    aimed = before["active"] & (before["market"] == HEROIN)
    gone = total(hit, HEROIN, "arrests")[START] - total(plain, HEROIN, "arrests")[START]
    assert gone == pytest.approx(0.3 * before["members"][aimed].sum(), rel=0.05)
    assert total(hit, HEROIN, "members")[START] < 0.75 * total(plain, HEROIN, "members")[START]
    fear = [states[START].communities["hazard"][:, HEROIN].sum() for states in (plain, hit)]
    assert fear[1] > fear[0]
    assert total(hit, HEROIN, "arrests")[START + 1] < 0.2 * gone


def test_a_larger_share_hits_the_same_groups_and_more() -> None:
    drawn = [
        np.flatnonzero(struck(SHOCKS["mass_arrest"].model_copy(update={"share": share})).groups["arrest_due"])
        for share in (0.1, 0.3, 0.5, 1.0)
    ]
    whole = len(drawn[-1])
    for few, more in pairwise(drawn):
        assert set(few) < set(more)
    assert abs(len(drawn[2]) / whole - 0.5) < 0.2


def test_the_lot_falls_anew_in_another_month_and_is_the_same_for_a_pair() -> None:
    half = SHOCKS["mass_arrest"].model_copy(update={"share": 0.5})
    later = copied()
    later.clock["month"] += 1
    drawn = [set(np.flatnonzero(struck(half, state=s).groups["arrest_due"])) for s in (None, None, later)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_rank_names_the_nth_largest_group() -> None:
    for kind, column in (("mass_arrest", "arrest_due"), ("leadership_removal", "leaderless")):
        third = struck(SHOCKS[kind].model_copy(update={"rank": 3})).groups
        (row,) = np.flatnonzero(third[column] != settled().groups[column])
        members = third["members"][third["active"] & (third["market"] == HEROIN)]
        assert (members > third["members"][row]).sum() == 2


def test_recruits_stay_away_and_groups_shrink() -> None:
    none = shaken("recruitment", START + 1, size=0.0)
    assert total(none, COCAINE, "recruits")[START] == 0.0
    plain, few = calm(START + 3), shaken("recruitment", START + 3)
    assert total(few, COCAINE, "recruits")[START] == pytest.approx(0.5 * total(plain, COCAINE, "recruits")[START])
    assert total(few, COCAINE, "members")[-1] < total(plain, COCAINE, "members")[-1]
    assert total(few, HEROIN, "recruits")[START] == total(plain, HEROIN, "recruits")[START]


def test_work_keeps_people_from_joining_and_transfers_relieve_the_place() -> None:
    jobs = SHOCKS["labour_opportunity"].model_copy(update={"months": 0})
    plain, work, paid = (
        months_of(*shocks, months=24)[-1].communities
        for shocks in ((), (jobs,), (jobs.model_copy(update={"transfers": 100.0}),))
    )
    assert (work["hiring"][MEX] < 1.0).all()
    assert (np.delete(work["hiring"], MEX, axis=0) == 1.0).all()
    assert paid["transfers"][MEX] > 0.0
    assert paid["vulnerability"][MEX] < min(plain["vulnerability"][MEX], work["vulnerability"][MEX])


def test_assets_taken_are_a_cost_and_reuse_goes_to_the_place_they_were_taken_in() -> None:
    plain, hit = calm(START + 1)[-1], shaken("confiscation", START + 1)[-1]
    taken = hit.tallies["recovery"].sum() - plain.tallies["recovery"].sum()
    groups = calm(START)[-1].groups
    held = sum(np.maximum(0.0, groups[c][groups["active"]]).sum() for c in ("dirty", "clean"))
    assert taken == pytest.approx(0.4 * held, rel=0.3)
    cost = [state.tallies["incurred"][:, CONFISCATED].sum() for state in (plain, hit)]
    assert cost[1] - cost[0] == pytest.approx(taken, rel=0.1)
    assert hit.communities["earmarked"].sum() > 0.3 * taken
    assert hit.communities["reinvested"].sum() > plain.communities["reinvested"].sum()
    bare = shaken("confiscation", START + 1, reuse=0.0)[-1]
    assert (bare.communities["earmarked"] == 0.0).all()


def test_reuse_lowers_vulnerability_in_time_and_confiscation_alone_hardly() -> None:
    place = SHOCKS["confiscation"].model_copy(update={"jurisdiction": ("ITA",), "size": 0.9, "start": 0})
    ita = WORLD.jurisdiction_names.index("ITA")
    with_, without = (
        months_of(place.model_copy(update={"reuse": reuse}), months=48)[-1].communities["vulnerability"][ita]
        for reuse in (1.0, 0.0)
    )
    assert with_ < without


def test_where_there_is_no_patron_none_surges() -> None:
    here = SHOCKS["patron_surge"].model_copy(update={"jurisdiction": ("GBR",), "size": 9.0})
    states = months_of(here, months=START + 1)[-1]
    assert (states.groups["patron"][states.groups["home"] == GBR] == 0.0).all()
    weak = shaken("patron_surge", START + 4)
    at_home = [s.groups["active"] & (s.groups["home"] == RUS) for s in weak]
    during, after = (float(weak[m].groups["patron"][at_home[m]].mean()) for m in (START, START + 3))
    assert during < after


def test_patronage_withdrawn_stops_what_a_patron_pays() -> None:
    plain, alone = calm(START + 1)[-1], shaken("patron_surge", START + 1, size=0.0)[-1]
    home = alone.groups["active"] & (alone.groups["home"] == RUS)
    assert home.any()
    assert (alone.groups["patron"][home] == 0.0).all()
    assert alone.groups["dirty"][home].sum() < plain.groups["dirty"][home].sum()


def test_war_binds_officers_drives_people_out_and_leaks_arms() -> None:
    plain, war = calm(START + 3), shaken("conflict", START + 3, arms_leak=500.0)
    assert war[START].agencies["officers"][MMR] < 0.7 * plain[START].agencies["officers"][MMR]
    assert war[-1].communities["vulnerability"][MMR] > plain[-1].communities["vulnerability"][MMR]
    assert war[-1].communities["corruption"][MMR] > plain[-1].communities["corruption"][MMR]
    nodes = settled().nodes
    arms = (nodes["market"] == ARMS) & (nodes["jurisdiction"] == MMR)
    made = [states[START].nodes["produced"][arms].sum() for states in (plain, war)]
    assert made[1] == pytest.approx(made[0] + 500.0, rel=0.05)
    leaving = (nodes["kind"] == CONSENT) & (nodes["jurisdiction"] == MMR) & (nodes["capacity"] > 0)
    assert leaving.any()
    assert war[START].nodes["produced"][leaving].sum() > plain[START].nodes["produced"][leaving].sum()


def test_technology_of_the_side_that_gains() -> None:
    before = settled()
    ours = struck(SHOCKS["technology_jump"].model_copy(update={"for_agencies": True, "jurisdiction": ("GBR",)}))
    assert ours.agencies["technology"][GBR] == pytest.approx(before.agencies["technology"][GBR] + np.log(2.0))
    theirs = struck(SHOCKS["technology_jump"])
    active = before.groups["active"]
    gained = theirs.groups["technology"][active] - before.groups["technology"][active]
    assert np.allclose(gained, np.log(2.0))
    plain, ahead = calm(START + 1)[-1], shaken("technology_jump", START + 1)[-1]
    assert ahead.agencies["gap"].mean() < plain.agencies["gap"].mean()
    assert ahead.legs["probability"].mean() < plain.legs["probability"].mean()


def test_a_truce_stops_its_share_of_violence_and_members_fear_less() -> None:
    plain, quiet = calm(START + 3), shaken("truce", START + 3)
    deaths = [states[START].tallies["violence"].sum() for states in (plain, quiet)]
    assert deaths[1] == pytest.approx(0.5 * deaths[0])
    assert total(quiet, COCAINE, "violence")[START] == pytest.approx(0.5 * total(plain, COCAINE, "violence")[START])
    assert quiet[-1].communities["death"].sum() < plain[-1].communities["death"].sum()
