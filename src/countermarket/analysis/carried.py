"""What the number of pairs can carry: the one rule for stars, colours, words of likelihood and verbs.

An effect is said to be there only if its 80% interval excludes no change and a sign test agrees: were every pair
as likely up as down, so many on one side would come up at most once in twenty pages (5%, shared out evenly over
all questions that a table or chart answers at once: Bonferroni). Five pairs can carry nothing, six one question.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from countermarket.analysis.intervals import LOW

FALSE_ALARM = 0.05
"""Chance that a page on which nothing changes says anywhere that something does."""
PERCENT_PAIRS = 17
"""Pairs from which a share of them is written in percent: one pair is then less than six points."""
SHARE_QUANTILE = NormalDist().inv_cdf(1 - LOW)


def sign_chance(ahead: float, pairs: int) -> float:
    """Chance of at least so one-sided a split if each pair is as likely up as down; ties count half."""
    most = math.floor(max(ahead, pairs - ahead) + 1e-9)
    tail = sum(math.comb(pairs, count) for count in range(most, pairs + 1))
    return min(1.0, 2 * tail / (1 << pairs))


def carries(share: float | None, pairs: int, questions: int = 1) -> bool:
    """Whether so many pairs, this share of them ahead, carry one of so many answers."""
    if share is None or math.isnan(share) or pairs < 1:
        return False
    return sign_chance(share * pairs, pairs) <= FALSE_ALARM / max(1, questions)


def interval_carries(pairs: int, questions: int = 1) -> bool:
    """Whether an 80% interval that excludes no change carries one of so many answers, at its weakest."""
    astray = math.ceil(LOW * (pairs - 1) - 1e-9)
    return pairs > 0 and carries(1 - astray / pairs, pairs, questions)


def share_interval(share: float, pairs: int) -> tuple[float, float]:
    """80% interval of a share of pairs (Wilson's)."""
    z = SHARE_QUANTILE * SHARE_QUANTILE / pairs
    middle = (share + z / 2) / (1 + z)
    half = math.sqrt(z * share * (1 - share) + z * z / 4) / (1 + z)
    return max(0.0, middle - half), min(1.0, middle + half)
