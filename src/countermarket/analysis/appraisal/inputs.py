"""The numbers of an appraisal: each with its range, its source, its currency and the year of its prices."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from countermarket.reading.errors import InputError
from countermarket.reading.files import packaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MODEL_YEAR = 2023
"""The price year of what a study records, in USD."""
CURRENCIES = ("GBP", "EUR", "USD")
HARM = "harm_"
"""What the input of a market's unit harm is called, before the market's name."""
DRUGS = ("cocaine", "heroin", "synthetic")
"""Markets whose published harm holds the response to it, and killings."""


class Input(NamedTuple):
    """A number, its range where it is doubtful, and where it comes from."""

    name: str
    meaning: str
    value: float
    low: float | None
    high: float | None
    unit: str
    currency: str
    price_year: int | None
    confidence: str
    source: str


class Unmonetised(NamedTuple):
    """An effect that no money stands for."""

    effect: str
    direction: str
    """for, against or either: what it does to the case for the policy."""
    weight: str
    who: str
    measure: str
    """The measure that counts it, if the model has one."""


@cache
def inputs() -> dict[str, Input]:
    """Every input by name, as its source states it."""
    return {row["name"]: _input(row) for row in _rows("inputs.csv")}


@cache
def unmonetised() -> tuple[Unmonetised, ...]:
    """Effects without a value, each with its direction and weight."""
    return tuple(Unmonetised(**row) for row in _rows("unmonetised.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with packaged("analysis", "appraisal", name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _input(row: Mapping[str, str]) -> Input:
    """A line of the table."""
    low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
    year = int(row["price_year"]) if row["price_year"] else None
    name, meaning, unit, currency = (row[of] for of in ("name", "meaning", "unit", "currency"))
    return Input(name, meaning, float(row["value"]), low, high, unit, currency, year, row["confidence"], row["source"])


def central() -> dict[str, float]:
    """Every input's central value, money in USD of the model's year."""
    return {name: one.value * _to_model(one) for name, one in inputs().items()}


def ends() -> dict[str, tuple[float, float]]:
    """Both ends of each doubtful input, money in USD of the model's year."""
    doubtful = (one for one in inputs().values() if one.low is not None and one.high is not None)
    return {one.name: ((one.low or 0.0) * _to_model(one), (one.high or 0.0) * _to_model(one)) for one in doubtful}


def _to_model(one: Input) -> float:
    """What an amount is multiplied by to be USD of the model's year: deflated at home, then exchanged."""
    if one.name.startswith("prices_") or one.currency not in CURRENCIES:
        return 1.0
    return 1.0 / money(one.currency, one.price_year or MODEL_YEAR)


def money(currency: str, year: int) -> float:
    """What USD of the model's year are multiplied by to be money of a currency and year. InputError if unknown."""
    if currency not in CURRENCIES:
        raise InputError("--currency", None, currency, f"is none of {', '.join(CURRENCIES)}")
    rate = 1.0 if currency == "USD" else 1.0 / inputs()[f"fx_{currency.lower()}"].value
    return rate if year == MODEL_YEAR else rate * _prices(currency, year) / _prices(currency, MODEL_YEAR)


def _prices(currency: str, year: int) -> float:
    """The price level of a year."""
    level = inputs().get(f"prices_{currency.lower()}_{year}")
    if level is None:
        known = years_of(currency)
        raise InputError("--year", None, str(year), f"no deflator of {currency} for it; known: {known}")
    return level.value


def years_of(currency: str) -> str:
    """Years in whose prices a currency can be given."""
    prefix = f"prices_{currency.lower()}_"
    years = sorted({name.removeprefix(prefix) for name in inputs() if name.startswith(prefix)} | {str(MODEL_YEAR)})
    return ", ".join(years)


def drawn(number: int, seed: int) -> list[dict[str, float]]:
    """Sets of values, every doubtful input drawn within its range.

    Most often near its central value; what may lie many times above or below is drawn by its logarithm.
    """
    import numpy as np

    random, values, of_ends = np.random.default_rng(seed), central(), ends()
    drawn_values = {name: _triangular(random, number, low, values[name], high) for name, (low, high) in of_ends.items()}
    return [values | {name: float(of[at]) for name, of in drawn_values.items()} for at in range(number)]


def _triangular(random: np.random.Generator, number: int, low: float, mode: float, high: float) -> Array:
    """Draws from a triangle between both ends, of the logarithm where the ends lie far apart."""
    import numpy as np

    if high <= low:
        return np.full(number, mode)
    if low <= 0 or high < 4 * low:
        return random.triangular(low, mode, high, number)
    return np.exp(random.triangular(np.log(low), np.log(mode), np.log(high), number))
