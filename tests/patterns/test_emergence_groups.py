"""What must emerge among groups: points 4 to 7 of the list in test_emergence.py, in the same draws."""

from __future__ import annotations

from typing import Any

import numpy as np
from ensemble_runs import (
    COCAINE,
    LAST,
    MARKETS,
    PLACES,
    WORLD,
    followed,
    in_most_draws,
    lever,
    pooled,
    tallies,
    told,
    usual,
)
from lucks import above, below
from small_runs import changed

from countermarket.model.state.codes import GOODS
from countermarket.model.state.tables import State
from countermarket.parameters.load import Parameters, replace
from countermarket.policy.scenario import Scenario
from countermarket.policy.shock_values import Shock

# --- 4: silent jurisdictions ---------------------------------------------------------------------------------

TRUSTFUL = {
    "trust_other": 1.0, "trust_union": 1.0, "trust_close": 1.0, "leak_rate": 0.0, "first_contribution": 1.0,
    "goodwill": 1.0, "club_riders": 0.0,
}  # fmt: skip
"""Those who share trust one another and give what they owe."""
SILENT = {"bilateral_sharing": 0.0, "bilateral_action": 0.0}
SHARED = {
    "alliance.members": tuple(PLACES), "alliance.data_sharing_share": 1.0, "alliance.common_standards": 1.0,
    "alliance.channel": "joint_team", "alliance.federated_data": 1.0,
}  # fmt: skip


def policy(shares: bool) -> Scenario:
    return changed(*([lever(name, value) for name, value in SHARED.items()] if shares else []))


def operations(parameters: Parameters, shares: bool, luck: int) -> tuple[float, float]:
    """Operations against groups that are spread and against groups at home, of like size and market.

    Spread: how evenly work is divided over jurisdictions (1 / sum of squared shares), outer thirds of each sixth by
    size. An operation shows as evidence spent in the places where a group was known a month before. Nothing is shared
    bilaterally; those who share trust one another.
    """
    known: dict[int, dict[int, float]] = {}

    def watch(state: State) -> Any:
        groups = state.groups
        own = groups["active"] & (groups["activity"].sum(axis=1) > 0.0)
        share = groups["activity"][own] / groups["activity"][own].sum(axis=1, keepdims=True)
        held = (groups["evidence"] + groups["received"])[own].tolist()
        files = [dict(zip(*row, strict=True)) for row in zip(groups["presence"][own].tolist(), held, strict=True)]
        ids = groups["id"][own].tolist()
        struck = np.array([spent(known.get(name, {}), now) for name, now in zip(ids, files, strict=True)])
        known.clear()
        known.update(zip(ids, files, strict=True))
        return 1.0 / (share**2).sum(axis=1), groups["members"][own], groups["market"][own], struck

    seen = followed(replace(parameters, {**SILENT, **TRUSTFUL}), policy(shares), 84, watch, luck)[24:]
    spread, size, market, struck = (np.concatenate(column) for column in zip(*seen, strict=True))
    wide, home = 0.0, 0.0
    for rows in (np.flatnonzero(market == number) for number in range(len(MARKETS))):
        for alike in np.array_split(rows[np.argsort(size[rows], kind="stable")], 6):
            ordered = alike[np.argsort(spread[alike], kind="stable")]
            third = len(ordered) // 3
            home += struck[ordered[:third]].sum()
            wide += struck[ordered[len(ordered) - third :]].sum()
    return wide, home


def spent(before: dict[int, float], now: dict[int, float]) -> bool:
    """Whether three tenths of what was held in the places still known are gone since last month."""
    both = before.keys() & now.keys()
    return sum(now[place] for place in both) < 0.7 * sum(before[place] for place in both)


def operations_by_sharing(parameters: Parameters, luck: int) -> list[float]:
    return [*operations(parameters, False, luck), *operations(parameters, True, luck)]


def test_point_4_spread_over_silent_agencies_protects_and_sharing_takes_much_of_that() -> None:
    """Silent agencies act on spread groups at most 0.8 times as often as on others; sharing takes a fifth off that.

    Operations of all draws are added: a draw alone has some dozens, too few to say. Three lucks each.
    """
    counts = 3 * pooled(operations_by_sharing, 3)
    wide, home, shared_wide, shared_home = np.maximum(counts.T, 1.0)
    told("spread protects from silent agencies", 0.8 - wide / home)
    told("sharing takes a fifth off that", 0.8 * (1.0 - wide / home) - (1.0 - shared_wide / shared_home))
    silent, shared = wide.sum() / home.sum(), shared_wide.sum() / shared_home.sum()
    assert above("point 4: operations of the rarest kind over all draws", counts.sum(axis=0).min(), 500.0)
    assert below("point 4: operations against spread groups for one at home", silent, 0.8)
    assert below("point 4: what sharing leaves of the protection", (1.0 - shared) / (1.0 - silent), 0.8)


def backlog(parameters: Parameters, luck: int) -> list[float]:
    """Evidence that waits for an analyst in the first two years, in silence and shared; nothing shared bilaterally."""
    silent = replace(parameters, SILENT)

    def watch(state: State) -> float:
        return float(state.agencies["queue"].sum())

    return [np.mean(followed(silent, policy(shares), 30, watch, luck)[8:]) for shares in (False, True)]


def test_point_4_sharing_without_analysts_adds_backlog() -> None:
    """With no more analysts than before, sharing adds a twentieth to what waits for one, on the mean over draws.

    In the first two years: later its operations leave less to be seen, in some draws by as much. Where agencies see
    much of what there is, the part of it that waits is little moved: hence the mean, of logs.
    """
    silent, shared = pooled(backlog, 2).T
    told("sharing adds backlog by a twentieth", shared / silent - 1.05)
    assert above("point 4: sharing adds backlog", np.exp(np.mean(np.log(shared / silent))), 1.05)


# --- 5: leaders removed -------------------------------------------------------------------------------------


def without_leaders(parameters: Parameters, luck: int) -> Any:
    """Deaths soon and late, and supply, over those of the pair, after leaders of a third of groups went. (3,)."""
    shock = Shock(kind="leadership_removal", start=6, size=1.0, market=("cocaine",), share=0.33)
    struck = tallies(parameters, changed(shocks=(shock,)), 30, luck)[:, COCAINE]
    plain = usual(parameters, luck)[:30, COCAINE]
    deaths, supply = (struck[name] / plain[name] for name in ("violence", "delivered"))
    return deaths[6:12].mean(), deaths[18:].mean(), supply[6:18].mean()


def test_point_5_removing_leaders_raises_violence_for_half_a_year_and_hardly_lowers_supply() -> None:
    """Deaths up 5% over half a year, of the rise less than a quarter left after one; supply within 5%.

    In four draws in five, two lucks.
    """
    early, late, supply = pooled(without_leaders, 2).T
    margins = np.min([early - 1.05, (early - 1.0) / 4.0 - np.abs(late - 1.0), supply - 0.95], axis=0)
    told("removing leaders raises violence for half a year", margins)
    assert above("point 5: removing leaders raises violence for half a year", in_most_draws(margins), 0.0)


# --- 6: mass arrests ----------------------------------------------------------------------------------------


ARRESTED = (0.3, 0.5)


def lives(parameters: Parameters, size: float, luck: int) -> list[dict[int, float]]:
    """Members by group and month, when this share of members is arrested in a third of groups."""

    def watch(state: State) -> dict[int, float]:
        own = state.groups["active"]
        return dict(zip(state.groups["id"][own].tolist(), state.groups["members"][own].tolist(), strict=True))

    shocks = (Shock(kind="mass_arrest", start=6, size=size, share=0.33),) if size else ()
    return followed(parameters, changed(shocks=shocks), 42, watch, luck)


def after_arrests(plain: list[dict[int, float]], struck: list[dict[int, float]], size: float) -> tuple[float, float]:
    """Of the groups struck: the share ended after three years beyond their pairs, and members regained after one."""
    hit = [name for name in plain[6] if name in struck[6] and struck[6][name] < (1.0 - size / 2) * plain[6][name]]
    ended = np.mean([name in plain[41] for name in hit]) - np.mean([name in struck[41] for name in hit])
    kept = [struck[18][name] / plain[18][name] for name in hit if name in struck[18] and name in plain[18]]
    return float(ended), float(np.mean(kept)) - (1.0 - size)


def arrests(parameters: Parameters, luck: int) -> Any:
    """After three and after five tenths are arrested: groups ended, members regained. (2, 2)."""
    plain = lives(parameters, 0.0, luck)
    return [after_arrests(plain, lives(parameters, size, luck), size) for size in ARRESTED]


def test_point_6_survivors_of_more_arrests_recover_more_slowly() -> None:
    """Survivors of larger arrests have regained less of what they lost after a year: mean over draws, three lucks.

    Whether arrests have diminishing returns on survival (three tenths arrested end more groups, each tenth, than the
    next two do) is told only: it holds where a group falls with its key people, as at the central values; elsewhere
    the smallest end last.
    """
    (few, many), (small, large) = np.moveaxis(pooled(arrests, 3), 2, 0).swapaxes(1, 2)
    told("arrests have diminishing returns on survival", few / ARRESTED[0] - (many - few) / np.diff(ARRESTED))
    slower = small / ARRESTED[0] - large / ARRESTED[1]
    told("survivors of more arrests recover more slowly", slower)
    assert above("point 6: share regained after fewer arrests beyond that after more", slower.mean(), 0.0)


# --- 7: incapacitation without less recruitment ------------------------------------------------------------


def investigated(parameters: Parameters, luck: int) -> Any:
    """Arrests, members and goods delivered with three fifths more investigation, over those without. (3,)."""
    more = tallies(parameters, changed(lever("agencies.investigation_share", 0.65)), luck=luck)[LAST]
    plain = usual(parameters, luck)[LAST]
    goods = WORLD.markets["kind"] == GOODS
    delivered = more["delivered"].sum(axis=0) / plain["delivered"].sum(axis=0)
    return [more[name].sum() / plain[name].sum() for name in ("arrests", "members")] + [delivered[goods].mean()]


def test_point_7_more_incapacitation_alone_does_not_shrink_a_market_with_a_willing_pool() -> None:
    """Neither members nor goods delivered fall by 5%, in four draws in five; there are more arrests, mean over draws.

    Three lucks each. Arrests come with operations, which are few: in one draw, luck says whether there are more.
    """
    arrested, members, delivered = pooled(investigated, 3).T
    stands = np.minimum(members, delivered)
    told("more are arrested and the market stands", np.minimum(arrested - 1.0, stands - 0.95))
    assert above("point 7: arrests under more investigation", arrested.mean(), 1.0)
    assert above("point 7: members and goods under more investigation", in_most_draws(stands), 0.95)
