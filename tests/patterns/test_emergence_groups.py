"""What must emerge among groups: points 4 to 7 of the list in test_emergence.py, in the same draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ensemble_runs import (
    COCAINE,
    LAST,
    MARKETS,
    MORE_OFTEN_THAN_NOT,
    PLACES,
    WORLD,
    emerges,
    followed,
    lever,
    tallies,
)
from small_runs import changed

from countermarket.model.running.simulate import Simulation
from countermarket.model.state.codes import GOODS
from countermarket.parameters.load import Parameters, replace
from countermarket.policy.shock_values import Shock

# --- 4: silent jurisdictions ---------------------------------------------------------------------------------

TRUSTFUL = {"trust_other": 1.0, "trust_union": 1.0, "trust_close": 1.0, "leak_rate": 0.0, "first_contribution": 1.0}
SILENT = {"bilateral_sharing": 0.0, "bilateral_action": 0.0}
SHARED = {
    "alliance.members": tuple(PLACES), "alliance.data_sharing_share": 1.0, "alliance.common_standards": 1.0,
    "alliance.channel": "joint_team", "alliance.federated_data": 1.0,
}  # fmt: skip


def operations(parameters: Parameters, shares: bool, trustful: bool) -> tuple[float, float]:
    """Operations against spread groups for one against groups at home of like size and market; evidence that waits.

    Spread: how evenly work is divided over jurisdictions (1 / sum of squared shares), outer thirds of each sixth by
    size. An operation shows as evidence spent. Nothing is shared bilaterally.
    """
    known: dict[int, float] = {}

    def watch(run: Simulation) -> Any:
        groups = run.state.groups
        own = groups["active"] & (groups["activity"].sum(axis=1) > 0.0)
        share = groups["activity"][own] / groups["activity"][own].sum(axis=1, keepdims=True)
        held = (groups["evidence"] + groups["received"])[own].sum(axis=1)
        ids = groups["id"][own].tolist()
        struck = np.array([held[row] < 0.7 * known.get(name, 0.0) for row, name in enumerate(ids)])
        known.clear()
        known.update(zip(ids, held.tolist(), strict=True))
        queue = np.full(len(ids), run.state.agencies["queue"].sum())
        return 1.0 / (share**2).sum(axis=1), groups["members"][own], groups["market"][own], struck, queue

    p = replace(parameters, {**SILENT, **(TRUSTFUL if trustful else {})})
    levers = [lever(name, value) for name, value in SHARED.items()] if shares else []
    seen = followed(p, changed(*levers), 84, watch)[24:]
    spread, size, market, struck, queue = (np.concatenate(column) for column in zip(*seen, strict=True))
    wide, home = 0.0, 0.0
    for rows in (np.flatnonzero(market == number) for number in range(len(MARKETS))):
        for alike in np.array_split(rows[np.argsort(size[rows], kind="stable")], 6):
            ordered = alike[np.argsort(spread[alike], kind="stable")]
            third = len(ordered) // 3
            home += struck[ordered[:third]].sum()
            wide += struck[ordered[len(ordered) - third :]].sum()
    return wide / max(home, 1.0), float(queue.mean())


def spread_protects_from_silent_agencies(parameters: Parameters) -> bool:
    """Silent agencies act on spread groups at most 0.8 times as often as on others; sharing takes a fifth off that."""
    silent, shared = (operations(parameters, shares, trustful=True)[0] for shares in (False, True))
    return silent < 0.8 and (1.0 - shared) < 0.8 * (1.0 - silent)


def sharing_adds_backlog(parameters: Parameters) -> bool:
    """With no more analysts than before, sharing adds at least a tenth to what waits for one."""
    silent, shared = (operations(parameters, shares, trustful=False)[1] for shares in (False, True))
    return shared > 1.1 * silent


def test_point_4_spread_over_silent_agencies_protects_and_sharing_takes_much_of_that_in_most_draws() -> None:
    """It held in 13 of 21 (twenty draws and the central values) when last counted, less than is asked of others."""
    assert emerges(spread_protects_from_silent_agencies, MORE_OFTEN_THAN_NOT)


def test_point_4_sharing_without_analysts_adds_backlog() -> None:
    assert emerges(sharing_adds_backlog)


# --- 5: leaders removed -------------------------------------------------------------------------------------


def violence_for_half_a_year(parameters: Parameters) -> bool:
    """Leaders of a third of groups gone: deaths up 5% over half a year, back within 5% after one; supply within 5%."""
    shock = Shock(kind="leadership_removal", start=6, size=1.0, market=("cocaine",), share=0.33)
    struck, usual = (tallies(parameters, changed(shocks=shocks), 30)[:, COCAINE] for shocks in ((shock,), ()))
    deaths, supply = (struck[name] / usual[name] for name in ("violence", "delivered"))
    early, late = deaths[6:12].mean(), deaths[18:].mean()
    return bool(early > 1.05 and abs(late - 1.0) < 0.05 and supply[6:18].mean() > 0.95)


def test_point_5_removing_leaders_raises_violence_for_half_a_year_and_hardly_lowers_supply() -> None:
    assert emerges(violence_for_half_a_year)


# --- 6: mass arrests ----------------------------------------------------------------------------------------


ARRESTED = (0.3, 0.5)


def lives(parameters: Parameters, size: float, luck: int) -> list[dict[int, float]]:
    """Members by group and month, when this share of members is arrested in a third of groups."""

    def watch(run: Simulation) -> dict[int, float]:
        groups = run.state.groups
        own = groups["active"]
        return dict(zip(groups["id"][own].tolist(), groups["members"][own].tolist(), strict=True))

    shocks = (Shock(kind="mass_arrest", start=6, size=size, share=0.33),) if size else ()
    return followed(parameters, changed(shocks=shocks), 42, watch, luck)


def after_arrests(parameters: Parameters, size: float, luck: int) -> tuple[float, float]:
    """Of the groups struck: the share ended after three years beyond their pairs, and members regained after one."""
    struck, usual = (lives(parameters, share, luck) for share in (size, 0.0))
    hit = [name for name in usual[6] if name in struck[6] and struck[6][name] < (1.0 - size / 2) * usual[6][name]]
    ended = np.mean([name in usual[41] for name in hit]) - np.mean([name in struck[41] for name in hit])
    kept = [struck[18][name] / usual[18][name] for name in hit if name in struck[18] and name in usual[18]]
    return float(ended), float(np.mean(kept)) - (1.0 - size)


def survivors_recover_slowly(parameters: Parameters) -> bool:
    """Survivors of larger arrests have regained a smaller share of what they lost after a year."""
    few, many = (after_arrests(parameters, size, 0)[1] / size for size in ARRESTED)
    return few > many


def arrests_have_diminishing_returns(parameters: Parameters) -> bool:
    """Three tenths arrested end more groups, each tenth, than the next two do. Mean of three replicates."""
    few, many = (np.mean([after_arrests(parameters, size, luck)[0] for luck in range(3)]) for size in ARRESTED)
    return bool(few / ARRESTED[0] > (many - few) / (ARRESTED[1] - ARRESTED[0]))


def test_point_6_survivors_of_more_arrests_recover_more_slowly() -> None:
    assert emerges(survivors_recover_slowly)


@pytest.mark.xfail(
    reason="holds where a group falls with its key people, at the central values; elsewhere the smallest end last",
    strict=True,
)
def test_point_6_arrests_have_diminishing_returns_on_survival() -> None:
    assert emerges(arrests_have_diminishing_returns)


# --- 7: incapacitation without less recruitment ------------------------------------------------------------


def the_market_stands(parameters: Parameters) -> bool:
    """Three fifths more investigation: more arrests, yet neither members nor goods delivered fall by 5%."""
    more = tallies(parameters, changed(lever("agencies.investigation_share", 0.65)))[LAST]
    usual = tallies(parameters, changed())[LAST]
    goods = WORLD.markets["kind"] == GOODS
    arrested, members = (more[name].sum() / usual[name].sum() for name in ("arrests", "members"))
    delivered = (more["delivered"].sum(axis=0) / usual["delivered"].sum(axis=0))[goods].mean()
    return bool(arrested > 1.0 and members > 0.95 and delivered > 0.95)


def test_point_7_more_incapacitation_alone_does_not_shrink_a_market_with_a_willing_pool_in_most_draws() -> None:
    """It held in 13 of 21 (twenty draws and the central values) when last counted, less than is asked of others."""
    assert emerges(the_market_stands, MORE_OFTEN_THAN_NOT)
