"""Elementary functions that give the same bits on every machine, to one or two units in the last place.

Those of numpy and of the C library differ in the last digit from one processor to the next (by its vector
instructions, by whether it fuses a product and a sum), and within months a last digit is other luck. These use sums,
products, quotients and roots alone, which IEEE 754 defines to the last bit, in a fixed order; the compiler neither
fuses nor reorders them. Tables are made with the decimal module's arithmetic, which is software.

The methods are textbook ones (Muller 2016, Elementary Functions, 3rd ed., doi:10.1007/978-1-4899-7983-4): the
argument is brought near 0 (Cody and Waite), a short series does the rest, and where a result would magnify an error,
a number is carried as the sum of two (Dekker 1971, doi:10.1007/BF01397083). Series are Taylor's, cut where the next
term no longer shows.
"""

from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel

STEPS = 32
"""Steps that a factor of two is divided into, so that a series for exp need only reach a 64th of a factor of two."""
CELLS = 128
"""Cells that the numbers from 0.6875 to 1.375 fall into, so that a series for log need only reach 1 + 1/128."""
_FIRST_CELL = np.int64(0x3FE6000000000000)
"""The bits of 0.6875, where the first cell begins; cells are 2^45 apart in bits."""


def split(value: Decimal, bits: int = 53) -> tuple[float, float]:
    """A number as a float of so many bits and a float for what is left of it."""
    high = float(value)
    mantissa, exponent = np.frexp(high)
    high = float(np.ldexp(np.floor(np.ldexp(mantissa, bits)), exponent - bits)) if bits < 53 else high
    return high, float(value - Decimal(high))


def _inverse(cell: int) -> Decimal:
    """1 / the middle of a cell, in so few digits that products with it are exact; 1 in the two cells that meet at 1."""
    edges = (_FIRST_CELL + (np.arange(cell, cell + 2) << 45)).view(np.float64)
    middle = 1.0 if 1.0 in edges else edges.mean()
    return Decimal(round(2**20 / middle)) / 2**20


with localcontext() as _context:
    _context.prec = 60
    _LN2 = Decimal(2).ln()
    _FACTORS = [split((_LN2 * step / STEPS).exp()) for step in range(STEPS)]
    _STEP_HIGH, _STEP_LOW = split(_LN2 / STEPS, 36)  # so that a whole multiple of the first part is exact
    _LN2_HIGH, _LN2_LOW = split(_LN2, 36)
    _STEPS_PER_UNIT = float(STEPS / _LN2)

    _CELLS = [_inverse(cell) for cell in range(CELLS)]
    _LOGS = [split(-inverse.ln(), 36) for inverse in _CELLS]

_HIGH = np.array([high for high, _ in _FACTORS])
"""2 ** (step / STEPS), (STEPS,)."""
_LOW = np.array([low for _, low in _FACTORS])
"""What rounding took off each of them, (STEPS,)."""
_INVERSE = np.array([float(inverse) for inverse in _CELLS])
"""1 / the middle of a cell, (CELLS,)."""
_LOG_HIGH = np.array([high for high, _ in _LOGS])
"""The logarithm of that middle, (CELLS,)."""
_LOG_LOW = np.array([low for _, low in _LOGS])
"""What rounding took off each of them, (CELLS,)."""

_TANH_5, _TANH_7, _TANH_9, _TANH_11 = 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925
_TANH_13, _TANH_15, _TANH_17 = 21844 / 6081075, -929569 / 638512875, 6404582 / 10854718875
_THIRD, _SIXTH, _SEVENTH, _NINTH = 1.0 / 3.0, 1.0 / 6.0, 1.0 / 7.0, 1.0 / 9.0

WHOLE = 6755399441055744.0
"""1.5 x 2^52: adding and taking it off rounds a number below 2^51 to a whole one."""
_SMALLEST = 2.2250738585072014e-308
"""The least number whose bits hold its exponent plainly."""
_LIFT = 18014398509481984.0
"""2^54: it lifts the least numbers to ordinary ones."""
_MOST_DIGITS = ~0x7FFFFFF
"""All bits of a number but the last 27 of its digits."""
_MOST = 1e200
"""An exponent beyond it makes 0 or infinity of every x but 1."""


# --- numbers as the sum of two -----------------------------------------------------------------------------


@kernel
def _most_digits(x: float) -> float:
    """A number without the last 27 of its digits: a product of two such is exact."""
    return float(np.int64(np.float64(x).view(np.int64) & _MOST_DIGITS).view(np.float64))


@kernel
def _sum_and_rest(a: float, b: float) -> Any:
    """A sum and what rounding took off it, exactly, for a larger than b or 0."""
    total = a + b
    return total, b - (total - a)


# --- exp -----------------------------------------------------------------------------------------------------


@kernel
def _exp_parts(x: float, x_low: float) -> Any:
    """exp(x + x_low) as (high + low) 2^power, high between 1 and 2 or nearly; for x within 800 of 0.

    x = (32 power + step) ln2 / 32 + r; exp(r) - 1 = r + r^2/2 + ... + r^6/720, its next term below 2^-57.
    """
    whole = (x * _STEPS_PER_UNIT + WHOLE) - WHOLE
    r = (x - whole * _STEP_HIGH) + (x_low - whole * _STEP_LOW)
    square = r * r
    more = r + square * (0.5 + r * _SIXTH + square * (1.0 / 24.0 + r * (1.0 / 120.0) + square * (1.0 / 720.0)))
    steps = int(whole)
    step = np.uint64(steps & 31)
    factor = _HIGH[step]
    low = _LOW[step] + factor * more
    high = factor + low
    return high, low - (high - factor), steps >> 5


@kernel
def _two_to_the(power: int) -> float:
    """2^power by its bits, for powers of ordinary numbers."""
    return float(np.int64((power + 1023) << 52).view(np.float64))


@kernel
def far_exp(x: float, x_low: float) -> float:
    """exp where it, or what it is made of, is no ordinary number."""
    if x != x:
        return x
    if x > 710.0:
        return np.inf
    if x < -746.0:
        return 0.0
    high, _, power = _exp_parts(x, x_low)
    half = power >> 1
    return high * _two_to_the(half) * _two_to_the(power - half)


@kernel
def exp(x: float) -> float:
    """e to the power x. 0 below -746, infinite above 710, NaN of NaN."""
    if not -708.0 < x < 709.0:
        return far_exp(x, 0.0)
    high, _, power = _exp_parts(x, 0.0)
    return high * _two_to_the(power)


# --- log -----------------------------------------------------------------------------------------------------


@kernel
def no_log(x: float) -> float:
    """log of what is no positive number."""
    if x == 0.0:
        return -np.inf
    return x if x == np.inf else np.nan


@kernel
def _reduced(x: float) -> Any:
    """x = 2^power (1 + r + s) / inverse of its cell, |r + s| < 1/128: r, s (both exact), power and cell. x ordinary."""
    bits = np.float64(x).view(np.int64)
    above = bits - _FIRST_CELL
    power, cell = above >> 52, (above >> 45) & 127
    bits -= power << 52
    near = np.int64(bits).view(np.float64)
    most = _most_digits(near)
    inverse = _INVERSE[np.uint64(cell)]
    return most * inverse - 1.0, (near - most) * inverse, power, cell


@kernel
def _ordinary_log(x: float, lifted: int) -> float:
    """log(x / 2^lifted) for x an ordinary number above 0."""
    r, more, power, cell = _reduced(x)
    r += more
    power -= lifted
    square = r * r
    low = (power * _LN2_LOW + _LOG_LOW[np.uint64(cell)]) + square * (
        (-0.5 + r * _THIRD) + square * ((-0.25 + r * 0.2) + square * ((-_SIXTH + r * _SEVENTH) - square * 0.125))
    )
    base = power * _LN2_HIGH + _LOG_HIGH[np.uint64(cell)]
    high = base + r
    return high + ((r - (high - base)) + low)


@kernel
def log(x: float) -> float:
    """Natural logarithm. -infinite of 0, NaN below.

    x = 2^k (1 + r) / i with i from a table: k ln 2 - ln i + r - r^2/2 + r^3/3 - ... - r^8/8.
    """
    lifted = 0
    if not _SMALLEST <= x < np.inf:
        if not 0.0 < x < np.inf:
            return no_log(x)
        x *= _LIFT
        lifted = 54
    return _ordinary_log(x, lifted)


@kernel
def gumbel_quantile(chance: float) -> float:
    """-log(-log chance) for a chance above 0 and below 1: what a Gumbel variate stays below with this chance."""
    return -_ordinary_log(-_ordinary_log(chance, 0), 0)


@kernel
def log1p(x: float) -> float:
    """Logarithm of 1 + x, to the last places for small x too."""
    whole = 1.0 + x
    if whole == 1.0 or not -1.0 < x < np.inf:
        return x if whole == 1.0 else log(whole)
    lost = x - (whole - 1.0) if x < 1.0 else 1.0 - (whole - x)
    return log(whole) + lost / whole


@kernel
def _log_parts(x: float) -> Any:
    """Logarithm of an ordinary number above 0 as the sum of two, the first in half the digits: the series of `log`."""
    r, more, power, cell = _reduced(x)
    r, more = _sum_and_rest(r, more)
    high, rest = _sum_and_rest(power * _LN2_HIGH + _LOG_HIGH[np.uint64(cell)], r)
    square = r * r
    low = (rest + (more + (power * _LN2_LOW + _LOG_LOW[np.uint64(cell)]))) + square * (
        (-0.5 + r * _THIRD) + square * ((-0.25 + r * 0.2) + square * (
            (-_SIXTH + r * _SEVENTH) + square * (-0.125 + r * _NINTH)
        ))
    )  # fmt: skip
    most = _most_digits(high + low)
    return most, (high - most) + low


# --- powers --------------------------------------------------------------------------------------------------


@kernel
def odd_power(x: float, y: float) -> float:
    """x to the power y where one of them is infinite, NaN or huge, or x no ordinary number above 0."""
    if x == 1.0 or y == 0.0:
        return 1.0
    if x != x or y != y or x < 0.0:
        return np.nan
    if 0.0 < x < _SMALLEST and abs(y) < _MOST:
        return exp(y * log(x))
    return np.inf if (x > 1.0) == (y > 0.0) else 0.0


@kernel
def power(x: float, y: float) -> float:
    """x to the power y for x from 0 up; NaN for x below 0, 1 for y = 0 or x = 1.

    exp(y log x), the logarithm and the product each the sum of two numbers, or exp would magnify their rounding.
    """
    if not (_SMALLEST <= x < np.inf and abs(y) < _MOST):
        return odd_power(x, y)
    high, low = _log_parts(x)
    most = _most_digits(y)
    product, product_low = most * high, (y - most) * high + y * low
    if not -708.0 < product < 709.0:
        return far_exp(product, product_low)
    mantissa, _, exponent = _exp_parts(product, product_low)
    return mantissa * _two_to_the(exponent)


@kernel
def tanh(x: float) -> float:
    """Hyperbolic tangent: (exp(2x) - 1) / (exp(2x) + 1); near 0 its series."""
    size = abs(x)
    if not size < 20.0:
        return x if x != x else np.copysign(1.0, x)
    if size < 0.125:
        square = size * size
        rest = square * (-0.3333333333333333 + square * (_TANH_5 + square * (_TANH_7 + square * (_TANH_9 + square * (
            _TANH_11 + square * (_TANH_13 + square * (_TANH_15 + square * _TANH_17)))))))
        return x + x * rest
    high, low, exponent = _exp_parts(2.0 * size, 0.0)
    scale = _two_to_the(exponent)
    high *= scale
    low *= scale
    less, low_less = _sum_and_rest(high, -1.0)
    return np.copysign((less + (low_less + low)) / ((high + 1.0) + low), x)
