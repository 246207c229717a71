"""What agencies see and whom they lend officers: sighting saturates, enablers are seen wherever they serve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from paired_months import WORLD, copied, levers_of, packed

from countermarket.model.law import enforcement, intelligence, membership, pursuit, sanctions
from countermarket.model.state.codes import ENABLER_EFFORT, FINANCE

LEVERS: Any = None
FIVE = ("GBR", "USA", "CAN", "AUS", "NZL")
ROWS = [WORLD.jurisdiction_names.index(place) for place in FIVE]


def test_five_times_the_eyes_do_not_see_five_times_as_much() -> None:
    p = packed()[0]
    usual = sum(
        p[f"reference_{share}_share"] * p[trace][0]
        for share, trace in (("investigation", "attention"), ("finance", "finance_trace"), ("digital", "digital_trace"))
    )
    usual *= p["officers_scale"]
    assert intelligence.saturated(p, 0, usual) == pytest.approx(usual)
    assert usual < intelligence.saturated(p, 0, 5.0 * usual) < 1.5 * usual


def test_effort_abroad_is_seen_at_an_enablers_home_as_far_as_it_is_shared() -> None:
    state, p = copied(), packed()[0]
    pursuit.watch_enablers(state, p)
    before = state.agencies["watched"][:, FINANCE].copy()
    state.agencies["effort"][ROWS[1], ENABLER_EFFORT] *= 3.0
    pursuit.watch_enablers(state, p)
    assert state.agencies["watched"][ROWS[0], FINANCE] > before[ROWS[0]]
    state.trust[:], state.alliance["sharing"] = 0.0, 0.0
    pursuit.watch_enablers(state, p)
    alone = state.agencies["effort"][:, ENABLER_EFFORT]
    np.testing.assert_allclose(state.agencies["watched"][:, FINANCE], alone)


def test_one_listing_hits_the_busiest_of_many_services() -> None:
    assert sanctions.largest_share(packed(services_per_slot=25)[0]) == pytest.approx(0.263, abs=0.001)
    assert sanctions.largest_share(packed(services_per_slot=5)[0]) > sanctions.largest_share(packed()[0])


def test_members_lend_officers_their_own_cases_leave_free() -> None:
    state = copied()
    state.agencies["room"], state.agencies["cases"] = 0.0, 0.0
    state.agencies["room"][ROWS[0]], state.agencies["cases"][ROWS[1]] = 4.0, 2.0
    state.agencies["contribution"] = 1.0
    state.alliance["joint_action"] = 0.5
    enforcement.lend_officers(state)
    assert state.agencies["room"][ROWS].tolist() == pytest.approx([2.0, 2.0, 0.0, 0.0, 0.0])


def test_a_member_that_gives_more_than_it_gets_leaves_if_it_may_and_comes_back_later() -> None:
    may, may_not = (levers_of({"alliance.exit_share": share}) for share in (1.0, 0.0))
    gone = []
    for levers in (may, may_not):
        state, p = copied(), packed()
        for month in range(24):
            state.clock["month"] = month
            state.agencies["gives"], state.agencies["gets"] = 1.0, 0.0
            membership.admit_members(state, p, levers)
            membership.review(state, p, levers)
        gone.append(int((state.agencies["away"] > 0).sum()))
    assert gone[0] > 0 == gone[1]
    state.agencies["away"][ROWS[0]] = 1
    membership.admit_members(state, p, may_not)
    assert state.agencies["member"][ROWS[0]]


def test_without_audits_a_club_of_conditional_cooperators_gives_little() -> None:
    given = []
    for audit in (0.0, 1.0):
        state, p = copied(), packed()
        levers = levers_of({"alliance.audit_share": audit, "alliance.suspension_threshold": 0.5})
        for month in range(36):
            state.clock["month"] = month
            state.agencies["gives"], state.agencies["gets"] = 1.0, 1.0
            membership.admit_members(state, p, levers)
            membership.review(state, p, levers)
        given.append(state.agencies["contribution"][ROWS].mean())
    assert given[0] < 0.5 < given[1] + 0.1
    assert given[1] > given[0]
