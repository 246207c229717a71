"""Luck may turn no test: what it does to each number is measured, and the sum of all chances is small."""

from __future__ import annotations

import re
from pathlib import Path

import lucks
import pytest

FILES = [path for path in sorted(lucks.TESTS.rglob("test_*.py")) if path.name != Path(__file__).name]


def judged() -> set[str]:
    """First words of the numbers that tests judge: up to a name they fill in."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    return {name.partition("{")[0] for name in re.findall(r'(?:above|below)\(\s*f?"([^"]+)"', text)}


def test_luck_fails_the_suite_less_than_once_in_a_thousand_runs() -> None:
    chances = {number: row.chance for number, row in lucks.table().items()}
    worst = sorted(chances, key=chances.__getitem__)[-5:]
    assert sum(chances.values()) < lucks.MOST, {number: chances[number] for number in worst}


def test_every_row_is_measured_over_enough_lucks_and_still_asked_for() -> None:
    for number, row in lucks.table().items():
        assert row.masters >= lucks.MASTERS, number
        assert number.startswith(tuple(judged())), f"nobody asks for {number}"


def test_a_number_is_judged_on_the_side_of_its_mean_and_by_its_own_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lucks, "table", lambda: {"one": lucks.Row(20, 2.0, 0.1, 1.0)})
    monkeypatch.delenv(lucks.RECORD, raising=False)
    assert lucks.above("one", 1.5, 1.0)
    assert not lucks.above("one", 0.5, 1.0)
    for wrong in (("one", 1.5, 1.1), ("two", 1.5, 1.0)):
        with pytest.raises(AssertionError, match=r"lucks\.csv"):
            lucks.above(*wrong)
    with pytest.raises(AssertionError, match="more often than not"):
        lucks.below("one", 0.5, 1.0)


def test_a_chance_is_that_of_students_tail() -> None:
    assert lucks.Row(20, 2.0, 0.1, 1.0).distance == pytest.approx(9.76, abs=0.01)
    assert lucks.Row(20, 0.0, 1.0, 2.0 * (1.0 + 1.0 / 20) ** 0.5).chance == pytest.approx(0.03, abs=0.001)


def test_a_master_seed_shares_no_seed_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lucks.seed(7) == 7 + lucks.APART * lucks.MASTER_SEED
    monkeypatch.setattr(lucks, "MASTER_SEED", 3)
    assert lucks.seed(7) == 3_000_007
