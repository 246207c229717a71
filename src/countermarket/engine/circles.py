"""Sines and their like for distances on a globe, made like those of `elementary`: the same bits everywhere."""

from decimal import Decimal, localcontext

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import WHOLE, split

with localcontext() as _context:
    _context.prec = 60
    _PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
    _QUARTER_HIGH, _QUARTER_LOW = split(_PI / 2, 36)
    _QUARTERS_PER_UNIT = float(2 / _PI)


@kernel
def _sine_series(r: float) -> float:
    """sin r for r within an eighth of a turn of 0."""
    z, rest = r * r, 0.0
    for n in range(18, 0, -2):
        rest = (rest + 1.0) * -z / (n * (n + 1.0))
    return r + r * rest


@kernel
def _cosine_series(r: float) -> float:
    """cos r for r within an eighth of a turn of 0."""
    z, rest = r * r, 0.0
    for n in range(17, 1, -2):
        rest = (rest + 1.0) * -z / (n * (n + 1.0))
    half = 0.5 * z
    most = 1.0 - half
    return most + ((1.0 - most - half) - half * rest)


@kernel
def sine(x: float) -> float:
    """sin x for x within some turns of 0."""
    quarters = (x * _QUARTERS_PER_UNIT + WHOLE) - WHOLE
    r = (x - quarters * _QUARTER_HIGH) - quarters * _QUARTER_LOW
    quarter = int(quarters) & 3
    value = _cosine_series(r) if quarter & 1 else _sine_series(r)
    return -value if quarter & 2 else value


@kernel
def cosine(x: float) -> float:
    """cos x for x within some turns of 0."""
    quarters = (x * _QUARTERS_PER_UNIT + WHOLE) - WHOLE
    r = (x - quarters * _QUARTER_HIGH) - quarters * _QUARTER_LOW
    quarter = int(quarters) & 3
    value = _sine_series(r) if quarter & 1 else _cosine_series(r)
    return -value if quarter in (1, 2) else value


@kernel
def arcsine(x: float) -> float:
    """The angle from 0 to a quarter turn whose sine is x, for x from 0 to 1; beyond 0.7 by its half-angle."""
    small = x <= 0.7
    y = x if small else np.sqrt(0.5 * (1.0 - x))
    angle = y * (1.0 + y * y * 0.17)
    for _ in range(5):  # Newton's: each round doubles the digits
        angle -= (_sine_series(angle) - y) / _cosine_series(angle)
    return angle if small else _QUARTER_HIGH - (2.0 * angle - _QUARTER_LOW)
