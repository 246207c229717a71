"""The club over route overlap: how overlap is counted, who joins when, and what is seen of members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import few

from countermarket.evidence.club import __main__ as command
from countermarket.evidence.club import page
from countermarket.evidence.club.observe import FOUNDERS, TOGETHER, WATCHED, Club, club_of, watched
from countermarket.evidence.club.overlap import in_order, overlaps, passing
from countermarket.evidence.routes.measure import Legs
from countermarket.model.recording.layout import layout
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world

WORLD = load_world()
PLACE = {name: number for number, name in enumerate(WORLD.jurisdiction_names)}


def moving(*rows: int, units: float = 1.0) -> Legs:
    """Units on these legs and on no other, a dollar each."""
    arrived = np.zeros(len(WORLD.legs))
    arrived[list(rows)] = units
    return Legs(arrived, np.ones(len(WORLD.legs)))


def chain() -> tuple[int, int]:
    """Two legs of one layer that follow one another through three places."""
    for first, one in enumerate(WORLD.legs):
        for second, two in enumerate(WORLD.legs):
            ends = (one["origin"], one["destination"], two["destination"])
            if one["layer"] == two["layer"] and one["destination"] == two["origin"] and len(set(ends)) == 3:
                return first, second
    raise AssertionError("no two legs follow one another")


def test_goods_pass_a_place_at_either_end_and_beyond_it() -> None:
    first, second = chain()
    last = int(WORLD.legs[second]["destination"])
    legs = moving(first, second)
    assert passing(WORLD, legs, [last])[[first, second]].tolist() == [1.0, 1.0]
    assert passing(WORLD, moving(first), [last])[first] == 0.0
    source = int(WORLD.legs[first]["origin"])
    assert passing(WORLD, legs, [source])[second] == 1.0


def test_what_stays_at_the_place_between_passes_nobody() -> None:
    first, second = chain()
    legs = moving(first, second)
    legs.arrived[first] = 4.0
    shares = passing(WORLD, legs, [int(WORLD.legs[second]["destination"])])
    assert shares[first] == pytest.approx(0.25)
    whole, shared = overlaps(WORLD, legs, [int(WORLD.legs[second]["destination"])])
    source, between = int(WORLD.legs[first]["origin"]), int(WORLD.legs[first]["destination"])
    assert (whole[source], shared[source]) == (pytest.approx(4.0), pytest.approx(1.0))
    assert (whole[between], shared[between]) == (pytest.approx(5.0), pytest.approx(2.0))


def test_founders_come_first_then_the_greatest_overlap_and_all_are_there_once() -> None:
    weight = np.arange(len(PLACE), dtype=float)
    founders = [PLACE[name] for name in FOUNDERS]
    order = in_order(WORLD, weight, founders)
    assert tuple(order[:2]) == FOUNDERS
    assert order[2] == WORLD.jurisdiction_names[-1]
    assert sorted(order) == sorted(WORLD.jurisdiction_names)


def test_a_club_differs_from_the_alliance_by_who_is_in_it_and_where_it_acts() -> None:
    club, alliance = club_of(("GBR", "USA", "MEX"), "three"), load_scenario("alliance")
    differing = {one.lever for one, two in zip(club.changes, alliance.changes, strict=True) if one != two}
    assert differing == {"alliance.members", "alliance.blackout_zone", "alliance.chokepoints"}
    assert club.name == "three"
    apart = club_of(("GBR", "USA", "MEX"), "three", together=False)
    assert {one.lever for one in club.changes} - {one.lever for one in apart.changes} == TOGETHER


def test_members_are_watched() -> None:
    values = watched(WORLD, few(), club_of(("GBR", "USA", "MEX"), "three"), 0, 0, 40).values
    assert len(values) == len(layout(WORLD, 40).keys["month"]) + len(WATCHED)
    club = dict(zip(WATCHED, values[-len(WATCHED) :], strict=True))
    assert club["members"] == pytest.approx((8 * 5 + 28 * 3) / 36), "today's five until the policy begins"
    assert 0.0 < club["in good standing"] <= club["members"]
    assert 0.0 < club["contribution"] < 1.0
    assert 0.0 < club["trust"] < 1.0


def figures(index: float, landed: float) -> dict[str, Any]:
    """Invented figures of a club."""
    told = dict.fromkeys((*page.FIGURES, *WATCHED), 1.0) | {"index": index, "landed": landed}
    return {name: {"mean": value, "low": value - 1.0, "high": value + 1.0} for name, value in told.items()}


def test_the_table_says_where_the_best_size_lies(tmp_path: Path) -> None:
    clubs = [
        Club("share", 2, "GBR USA", figures(104.0, 120.0)),
        Club("share", 5, "CYM VGB GTM", figures(107.0, 115.0)),
        Club("share", 53, "A B C D E F G H", figures(103.0, 110.0)),
    ]
    text = page.results(page.read(command.write(tmp_path, clubs, {"pairs": 2})))
    assert "delivered: 5 (inside); landed: 2 (the smallest)" in text
    assert "107.0 [106.0, 108.0]" in text
    assert "A B C D E F and 2 more" in text
    with pytest.raises(SystemExit):
        command.main(["--sizes", "1"])
