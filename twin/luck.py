"""Counts drawn from one uniform variate by inverting their distribution."""

from math import exp


def binomial(variate: float, trials: int, probability: float) -> int:
    """Number of successes."""
    if probability <= 0.0:
        return 0
    if probability >= 1.0:
        return trials
    odds = probability / (1.0 - probability)
    reached = mass = (1.0 - probability) ** trials
    count = 0
    while variate > reached and count < trials:
        mass *= odds * (trials - count) / (count + 1)
        count += 1
        reached += mass
    return count


def poisson(variate: float, mean: float) -> int:
    """Number of events; means above 500 take an even spread of the same variance."""
    if mean > 500.0:
        return int(mean + mean**0.5 * (variate - 0.5) * 12.0**0.5)
    reached = mass = exp(-mean)
    count = 0
    while variate > reached and count < 5000:
        count += 1
        mass *= mean / count
        reached += mass
    return count
