"""Words for numbers: findings of at most ten words, likelihoods, rounding to what is known."""

import math
from collections.abc import Iterable

from countermarket.analysis.carried import carries, share_interval

YARDSTICK: tuple[tuple[str, float, float], ...] = (
    ("remote chance", 0.00, 0.05),
    ("highly unlikely", 0.10, 0.20),
    ("unlikely", 0.25, 0.35),
    ("realistic possibility", 0.40, 0.50),
    ("likely", 0.55, 0.75),
    ("highly likely", 0.80, 0.90),
    ("almost certain", 0.95, 1.00),
)
"""Word and bounds of the PHIA probability yardstick (Professional Head of Intelligence Assessment, UK)."""

DUST = 1e-9
"""What is smaller is rounding in the sums, not a quantity."""
TITLE_WORDS = 10
"""The most words a finding may have."""

DASH = "\u2013"
"""What stands for an undefined value."""
MINUS = "\u2212"
JOINER = "\u2060"
"""Keeps a minus sign and its amount on one line."""


def likelihood_word(probability: float) -> str:
    """Word of the yardstick whose band is nearest: the yardstick itself leaves gaps between bands."""
    distances = [max(low - probability, probability - high, 0.0) for _, low, high in YARDSTICK]
    return YARDSTICK[distances.index(min(distances))][0]


def likelihood(probability: float | None, runs: int, questions: int = 1) -> str:
    """Word and number: 'highly likely (85% of 20 pairs, 80% interval 72% to 93%)', where the pairs carry a word.

    Else, as one of so many questions asked at once, '13 of 20 pairs'. The word is that of (share * runs + 1) /
    (runs + 2), Laplace's rule of succession: six runs of six are not yet almost certain.
    """
    if probability is None or math.isnan(probability):
        return "not known"
    if not carries(probability, runs, questions):
        return f"{probability * runs:g} of {runs} pair{'s' * (runs != 1)}"
    low, high = share_interval(probability, runs)
    word = likelihood_word((probability * runs + 1) / (runs + 2))
    return f"{word} ({probability:.0%} of {runs} pairs, 80% interval {low:.0%} to {high:.0%})"


def finding(candidates: Iterable[str]) -> str:
    """The first candidate of at most ten words; the last, cut at ten, if all are longer."""
    last = ""
    for last in candidates:
        if len(last.split()) <= TITLE_WORDS:
            return last
    return " ".join(last.split()[:TITLE_WORDS])


def is_known(value: float | None) -> bool:
    """Whether a value is there and finite."""
    return value is not None and math.isfinite(value)


def plain(value: float | None, digits: int = 3) -> str:
    """A number to so many significant digits, large ones in words; a dash if undefined."""
    if value is None or not math.isfinite(value):
        return DASH
    for size, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return significant(value / size, digits) + word
    return significant(value, digits)


def significant(value: float, digits: int) -> str:
    """A number to so many significant digits, without an exponent, with thousands commas."""
    if abs(value) < DUST:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return minus(f"{rounded:,.{max(places, 0)}f}")


def dollars(value: float | None, digits: int = 3) -> str:
    """An amount of USD, a dash if undefined."""
    text = plain(value, digits)
    return text if text == DASH else f"{MINUS}{JOINER}${text[1:]}" if text.startswith(MINUS) else f"${text}"


def change(percent: float | None) -> str:
    """A signed percentage change, one decimal below ten."""
    if percent is None or not math.isfinite(percent):
        return DASH
    return minus(f"{percent:+,.{0 if abs(percent) >= 9.95 else 1}f}%")


def from_to(low: float | None, high: float | None, digits: int = 1) -> str:
    """Two ends of an interval, the form that survives negative numbers."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return DASH
    return minus(f"{low:,.{digits}f} to {high:,.{digits}f}")


def minus(text: str) -> str:
    """Typographic minus signs instead of hyphens."""
    return text.replace("-", MINUS)


def in_words(number: int) -> str:
    """A count up to ten as a word."""
    small = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return small[number] if 0 <= number < len(small) else f"{number:,}"


def count(number: int, noun: str) -> str:
    """'one run', 'two runs', '20 runs': a count and its noun."""
    return f"{in_words(number) if number else 'no'} {noun if number == 1 else noun + 's'}"


def share_of(number: int, whole: int, noun: str) -> str:
    """'all seven markets', 'three of seven markets'."""
    if number == whole and whole > 1:
        return f"all {count(whole, noun)}"
    return f"{in_words(number)} of {count(whole, noun)}" if whole > 1 else count(number, noun)


def listed(items: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def capital(text: str) -> str:
    """The text with its first letter in upper case and nothing else touched."""
    return text[:1].upper() + text[1:]


def market_label(name: str) -> str:
    """'human_trafficking' as a reader writes it."""
    own = {"cyber_fraud": "Cyber-fraud", "synthetic": "Synthetic drugs"}
    return own.get(name, capital(name.replace("_", " ")))
