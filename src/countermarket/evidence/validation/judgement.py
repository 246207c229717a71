"""How a model's effect is judged beside the evidence: is its direction shown, its size within a factor of two?

The rule was made stricter on 2026-11-25: before, the sign of any mean counted, one of 0.0 too.
"""

from __future__ import annotations

from typing import NamedTuple

from countermarket.analysis.intervals import Interval, beyond

FACTOR = 2.0
LEAST = 1.0
"""Effects below this many per cent are next to nothing, whatever their direction. Assumption, range 0.5-2."""
SHOWN, WEAK, WRONG = "shown", "weak", "wrong"
INSIDE, OUTSIDE = "inside", "outside"
MET = (SHOWN, INSIDE)
"""Verdicts of a direction that is shown, and of a finding of no effect that holds."""
WORDS = {
    SHOWN: "shown", WEAK: "not shown (too weak)", WRONG: "wrong",
    INSIDE: "no effect, as found", OUTSIDE: "outside its band",
}  # fmt: skip


class Judgement(NamedTuple):
    """What is said of one experiment; never undefined."""

    verdict: str
    """SHOWN, WEAK or WRONG of an effect; INSIDE, OUTSIDE or WEAK (the treatment does nothing at all) of no effect."""
    within_factor_two: bool

    @property
    def is_met(self) -> bool:
        """Whether the model shows what was found."""
        return self.verdict in MET


NOTHING_RAN = Judgement(WEAK, False)


def direction(effect: Interval) -> int:
    """1 or -1 where the whole interval lies beyond zero and the mean is not next to nothing, else 0."""
    mean = effect["mean"]
    return 0 if mean is None or abs(mean) < LEAST else beyond(effect, 0.0, 0.0)


def judge(
    effect: Interval, sign: int, low: float | None, high: float | None, moved: Interval | None = None
) -> Judgement:
    """Judge an effect (per cent, with its 80% interval) by the evidence's sign and ends.

    A finding of no effect needs `moved`: what the same treatment does to something else. Without a figure nothing is
    within a factor of two.
    """
    mean = effect["mean"]
    if mean is None:
        return NOTHING_RAN
    if sign == 0:
        return _no_effect(mean, low, high, moved)
    seen = direction(effect) * sign
    verdict = {1: SHOWN, 0: WEAK, -1: WRONG}[seen]
    return Judgement(verdict, size(mean, sign, low, high) == "near")


def _no_effect(mean: float, low: float | None, high: float | None, moved: Interval | None) -> Judgement:
    """Judge a finding of no effect: the mean inside its band, under a treatment that moves something."""
    if low is None or high is None or not low <= mean <= high:
        return Judgement(OUTSIDE, False)
    acts = moved is not None and direction(moved) != 0
    return Judgement(INSIDE if acts else WEAK, acts)


def size(mean: float, sign: int, low: float | None, high: float | None) -> str:
    """How a mean effect compares with a figure: "near" within a factor of two, "small", "large", or "" without one."""
    if low is None or high is None:
        return ""
    nearest, farthest = sorted((abs(low), abs(high)))
    if mean * sign < nearest / FACTOR:
        return "small"
    return "near" if mean * sign <= farthest * FACTOR else "large"


def answer(verdict: str, mean: float | None, sign: int, low: float | None, high: float | None) -> str:
    """What a row says of its mechanism: SHOWN, WEAK (under half the size, too) or WRONG (over twice it, too)."""
    if verdict in (WRONG, OUTSIDE):
        return WRONG
    if verdict == WEAK or mean is None:
        return WEAK
    return {"small": WEAK, "large": WRONG}.get(size(mean, sign, low, high) if sign else "", SHOWN)
