"""What each kind of shock does to those it is aimed at, what it cannot do, and that the books still balance."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from lucks import above, below
from paired_months import WORLD, copied, levers_of, mean_of, packed, settled
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


def shaken(kind: str, followed: int, luck: int = 0, **change: Any) -> list[State]:
    """The state after each of the months followed under a kind of shock, its record changed."""
    return months_of(SHOCKS[kind].model_copy(update=change), months=followed, luck=luck)


def calm(months: int, luck: int = 0) -> list[State]:
    return months_of(months=months, luck=luck)


def total(states: list[State], market: int, column: str) -> Any:
    return np.array([float(state.tallies[column][market]) for state in states])


@pytest.mark.parametrize("kind", SHOCKS)
def test_books_balance_under_every_shock(kind: str) -> None:
    more = {"conflict": {"arms_leak": 300.0}, "labour_opportunity": {"transfers": 80.0}}
    more |= {"source_supply": {"stocks": 2.0}, "interdiction": {"severity": 20.0}}
    shock = SHOCKS[kind].model_copy(update=more.get(kind, {}))
    assert_balanced(run(changed(shocks=(shock,)), 8).residuals)


# --- inputs and their substitutes ---------------------------------------------------------------------------


def without_input(substitutable: bool, months: int = 36, luck: int = 0, **parameters: float) -> list[State]:
    """Months in which nothing but a fifth of the world's precursors is made; parameters as given."""
    shock = Shock(kind="input", start=0, size=0.2, market=("synthetic",), substitutable=substitutable)
    state, levers, found = copied(luck=luck), levers_of({}), []
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
    """A fifth dearer and a twentieth less, mean of twelve lucks."""
    inputs = np.unique(settled().nodes["input_node"][MAKERS])

    def changes(luck: int) -> list[float]:
        plain, short = calm(12, luck), without_input(substitutable=False, months=12, luck=luck)
        prices = [states[-1].nodes["price"][inputs].mean() for states in (plain, short)]
        made = [total(states, SYNTHETIC, "delivered")[-3:].sum() for states in (plain, short)]
        return [prices[1] / prices[0], made[1] / made[0]]

    price, made = mean_of(12, changes)
    assert above("precursors short: their price", price, 1.2)
    assert below("precursors short: drugs delivered", made, 0.95)


def test_a_substitute_is_found_after_a_lag_and_spreads_and_the_market_recovers() -> None:
    """Four tenths of what is lost without a substitute in the third year are regained with one. Sixteen lucks."""
    lag = 6

    def course(luck: int) -> list[float]:
        """Share of the substitute in the end, and what is delivered in the third year: usually, without it, with it."""
        slow = {"substitute_lag_months": lag}
        runs = [calm(36, luck), *(without_input(substitutable=sub, luck=luck, **slow) for sub in (False, True))]
        share = [used(state) for state in runs[2]]
        assert max(share[: lag - 1]) == 0.0
        assert max(used(state) for state in runs[1]) == 0.0
        return [share[-1], *(total(states, SYNTHETIC, "delivered")[-12:].sum() for states in runs)]

    share, plain, lasting, fading = mean_of(16, course)
    assert above("substitute: its share after three years", share, 0.3)
    assert above("substitute: lost without it", 1.0 - lasting / plain, 0.1)
    assert below("substitute: lost with it over lost without", (plain - fading) / (plain - lasting), 0.6)


def test_a_longer_search_and_a_slower_spread_put_recovery_off() -> None:
    """The substitute's share after two years, mean of sixteen lucks."""
    slower = ({}, {"substitute_lag_months": 14}, {"substitute_rate": 0.15})
    quick, late, slow = mean_of(
        16, lambda luck: [used(without_input(True, months=24, luck=luck, **numbers)[-1]) for numbers in slower]
    )
    assert above("substitute: its share over that of a longer search", quick / late, 1.3)
    assert above("substitute: its share over that of a slower spread", quick / slow, 1.3)


def test_a_search_starts_whatever_made_the_input_scarce() -> None:
    """Two fifths of what Mexico's makers need are missing, and they find a substitute. Mean of 24 lucks."""
    names = [n for n, end in zip(WORLD.leg_names, settled().legs["end"], strict=True) if end in inputs_of(MEX)]
    closed = Shock(kind="route_closure", start=0, size=1.0, leg=tuple(names))

    def missed(luck: int) -> list[float]:
        makers = months_of(closed, months=18, luck=luck, substitute_lag_months=6)[-1].nodes[MAKERS]
        return [makers["need"][makers["jurisdiction"] == MEX].mean(), makers["substitute"].max() > 0.0]

    need, found = mean_of(24, missed)
    assert above("no way in for precursors: need", need, 0.4)
    assert above("no way in for precursors: share of lucks in which a substitute is found", found, 0.5)


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
    own, others = (settled().nodes["market"] == market for market in (COCAINE, HEROIN))

    def made(luck: int) -> float:
        states = calm(START + 1, luck)[-1], shaken("input", START + 1, luck)[-1]
        plain, short = (state.nodes["produced"] for state in states)
        assert (short[others] == plain[others]).all()
        return float(short[own].sum() / plain[own].sum())

    assert below("chemical short: made", mean_of(4, made), 0.5)


def test_precursors_kept_out_of_one_place_are_lost_on_the_way_in_alone() -> None:
    shock = Shock(kind="input", start=START, size=0.3, market=("synthetic",), jurisdiction=("MEX",))
    legs = struck(shock).legs
    inputs = np.isin(legs["end"], settled().nodes["input_node"][MAKERS])
    inward = inputs & (legs["destination"] == MEX)
    assert np.allclose(legs["added"][inward], 0.7)
    assert (legs["added"][~inward] == 0.0).all()


def test_a_ban_with_stocks_bites_late() -> None:
    """Half is gone in the second month without stocks, a tenth with six months of them; later more. 24 lucks."""
    ban = Shock(kind="source_supply", start=0, size=0.05, market=("heroin",))
    arms = ((), (ban,), (ban.model_copy(update={"stocks": 6.0}),))
    plain, bare, stocked = mean_of(
        24, lambda luck: [total(months_of(*shocks, months=12, luck=luck), HEROIN, "produced") for shocks in arms]
    )
    assert below("ban: made soon without stocks", bare[1] / plain[1], 0.5)
    assert above("ban: made soon with stocks", stocked[1] / plain[1], 0.9)
    assert below("ban: made late with stocks", stocked[-1] / plain[-1], 0.7)


def test_legal_supply_that_leaks_moves_arms_and_nothing_grown() -> None:
    arms, crop = SHOCKS["legal_supply"], SHOCKS["legal_supply"].model_copy(update={"market": ("heroin",)})
    shift = struck(arms).nodes["supply_shift"]
    assert (shift[settled().nodes["market"] == ARMS] > 1.3).all()
    assert (struck(crop).nodes["supply_shift"] == 1.0).all()

    def moved(luck: int) -> list[float]:
        return [total(states, ARMS, "produced")[-1] for states in (shaken("legal_supply", 5, luck), calm(5, luck))]

    leaked, plain = mean_of(8, moved)
    assert above("legal arms leak: moved", leaked / plain, 1.0)


# --- on the way ---------------------------------------------------------------------------------------------


def test_lost_boats_move_less_at_a_higher_cost_until_they_are_replaced() -> None:
    plain, short = calm(24), shaken("equipment_loss", 24)
    boats = settled().legs["mode"] == WORLD.mode_names.index("small_boat")
    sent = mean_of(
        4,
        lambda luck: [
            states[START].legs["volume"][boats].sum()
            for states in (calm(START + 1, luck), shaken("equipment_loss", START + 1, luck))
        ],
    )
    assert below("boats lost: persons sent", sent[1] / sent[0], 0.8)
    dearer = short[START + 1].legs["outlay"][boats] / plain[START + 1].legs["outlay"][boats]
    assert (dearer >= 1.0).mean() > 0.75, "where fewer go, access is easier"
    assert dearer.mean() > 1.02
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

    def flown(luck: int) -> list[float]:
        hits = [shaken("interdiction", 12, luck, size=0.03, months=0, severity=severity) for severity in (1.0, 40.0)]
        return [sum(state.legs["volume"][air].sum() for state in states) for states in (calm(12, luck), *hits)]

    before, mild, severe = mean_of(4, flown)
    assert above("rare hits: flown when they are mild", mild / before, 0.85)
    assert below("rare hits: flown when they are severe", severe / before, 0.6)


# --- groups and people --------------------------------------------------------------------------------------


def test_groups_without_leaders_fight_and_then_settle() -> None:
    """Deaths beyond those of the pair: three times as many in half a year as there are left, mean of sixteen lucks."""

    def deaths(luck: int) -> list[Any]:
        runs = calm(14, luck), shaken("leadership_removal", 14, luck)
        return [total(states, HEROIN, "violence") for states in runs]

    plain, hit = mean_of(16, deaths)
    fought = hit - plain
    assert above("leaders gone: deaths in the first month over the usual", hit[START] / plain[START], 1.0)
    early, late = fought[START : START + 6].sum(), abs(fought[START + 8 :].sum())
    assert below("leaders gone: deaths late over early", late / early, 0.33)
    months = struck(SHOCKS["leadership_removal"].model_copy(update={"size": 0.5})).groups["leaderless"].max()
    assert months <= struck(SHOCKS["leadership_removal"]).groups["leaderless"].max()


def test_arrests_shrink_groups_are_counted_and_feared() -> None:
    """Three tenths of heroin's members are arrested, within a twentieth; mean of sixteen lucks."""

    def changes(luck: int) -> list[float]:
        """Arrests, then and next, for one member there was; members left and fear over those of the pair."""
        plain, hit = calm(START + 2, luck), shaken("mass_arrest", START + 2, luck)
        before = plain[START - 1].groups
        members = before["members"][before["active"] & (before["market"] == HEROIN)].sum()
        then, later = total(hit, HEROIN, "arrests")[START:]
        left = total(hit, HEROIN, "members")[START] / total(plain, HEROIN, "members")[START]
        fear = [states[START].communities["hazard"][:, HEROIN].sum() for states in (plain, hit)]
        return [(then - total(plain, HEROIN, "arrests")[START]) / members, later / members, left, fear[1] / fear[0]]

    gone, later, left, fear = mean_of(16, changes)
    assert below("mass arrest: distance from three tenths, in three tenths", abs(gone / 0.3 - 1.0), 0.05)
    assert below("mass arrest: arrests a month later over those then", later / gone, 0.2)
    assert below("mass arrest: members left, some of the lost replaced within the month", left, 0.88)
    assert above("mass arrest: fear", fear, 1.0)


def test_a_larger_share_hits_the_same_groups_and_more() -> None:
    """A lot for each group: of all groups that trade in heroin, with sixteen lucks, about half are hit by a half."""

    def hit(luck: int) -> list[int]:
        """How many each share hits."""
        lots = (SHOCKS["mass_arrest"].model_copy(update={"share": share}) for share in (0.1, 0.3, 0.5, 1.0))
        drawn = [np.flatnonzero(struck(lot, state=settled(luck)).groups["arrest_due"]) for lot in lots]
        assert all(set(few) <= set(more) for few, more in pairwise(drawn))
        return [len(rows) for rows in drawn]

    tenth, third, half, whole = mean_of(16, hit)
    assert below("lots: distance of the share hit from a half", abs(half / whole - 0.5), 0.2)
    assert above("lots: share hit by a half beyond that by three tenths", (half - third) / whole, 0.0)
    assert above("lots: share hit by three tenths beyond that by a tenth", (third - tenth) / whole, 0.0)


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

    def left(luck: int) -> float:
        plain, few = calm(START + 3, luck), shaken("recruitment", START + 3, luck)
        assert total(few, COCAINE, "recruits")[START] == pytest.approx(0.5 * total(plain, COCAINE, "recruits")[START])
        assert total(few, HEROIN, "recruits")[START] == total(plain, HEROIN, "recruits")[START]
        return float(total(few, COCAINE, "members")[-1] / total(plain, COCAINE, "members")[-1])

    assert below("recruits stay away: members", mean_of(2, left), 1.0)


def test_work_keeps_people_from_joining_and_transfers_relieve_the_place() -> None:
    jobs = SHOCKS["labour_opportunity"].model_copy(update={"months": 0})
    plain, work, paid = (
        months_of(*shocks, months=24)[-1].communities
        for shocks in ((), (jobs,), (jobs.model_copy(update={"transfers": 100.0}),))
    )
    assert work["diverted"][MEX] > 0.0
    assert (np.delete(work["diverted"], MEX) <= np.delete(plain["diverted"], MEX) + 0.05).all()
    assert work["openness"][MEX] < plain["openness"][MEX]
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


def test_reuse_lowers_vulnerability_in_time() -> None:
    """In most of twelve lucks, after three years: little, and now and then a group's fate there outweighs it."""
    place = SHOCKS["confiscation"].model_copy(update={"jurisdiction": ("ITA",), "size": 0.9, "start": 0})
    ita = WORLD.jurisdiction_names.index("ITA")

    def lower(luck: int) -> bool:
        with_, without = (
            months_of(place.model_copy(update={"reuse": reuse}), months=36, luck=luck)[-1].communities["vulnerability"]
            for reuse in (1.0, 0.0)
        )
        return bool(with_[ita] < without[ita])

    assert above("reuse: share of lucks in which it lowers vulnerability", mean_of(12, lower), 0.5)


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
