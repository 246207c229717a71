"""How a model's effect is judged beside the evidence: its sign, and its size within a factor of two."""

from __future__ import annotations

from typing import NamedTuple

FACTOR = 2.0


class Judgement(NamedTuple):
    """What is said of one experiment; never undefined."""

    sign_right: bool
    within_factor_two: bool


def judge(model: float | None, sign: int, low: float | None, high: float | None) -> Judgement:
    """Judge the model's mean effect (per cent; None if undefined) by the evidence's sign and ends.

    No effect is right inside its equivalence band. Without a figure nothing is within a factor of two.
    """
    if model is None or model != model:
        return Judgement(False, False)
    if sign == 0:
        inside = low is not None and high is not None and low <= model <= high
        return Judgement(inside, inside)
    right = model * sign > 0
    if low is None or high is None:
        return Judgement(right, False)
    nearest, farthest = sorted((abs(low), abs(high)))
    return Judgement(right, right and nearest / FACTOR <= abs(model) <= farthest * FACTOR)
