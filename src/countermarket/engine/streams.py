"""Keyed variates: a random number is a pure function of who, what, when and which replicate.

Two scenarios therefore differ by policy alone, and any number of workers gives the same bits. The generator
is the splitmix64 finaliser (Steele, Lea and Flood 2014, OOPSLA, doi:10.1145/2660193.2660195) applied to the
mixed key. Mechanism numbers are fixed for ever: append, never renumber.
"""

import hashlib
from typing import Any

import numpy as np

from countermarket.engine.compiled import kernel
from countermarket.engine.elementary import exp, gumbel_quantile

CHOOSE_LEG = 1
SEARCH_LEG = 2
SEARCH_ENABLER = 3
CHOOSE_ENABLER = 4
LOSE_GOODS = 5
ACT_ON_CASE = 6
LEAK = 7
REMOVE_LEADER = 8
ENTER = 9
TRAITS = 10
SPLIT = 11
EXIT = 12
CLOSE_ENABLER = 13
DESIGNATE = 14
COORDINATE = 15
LEAVE_ENABLER = 16
REOPEN_ENABLER = 17
REGISTER_SUCCESSOR = 18
AUDIT = 19
DETECT = 20
DELIST = 21
JOIN_OPERATION = 22
SUCCESSION = 23
TAKE_OVER = 24
WRONG_PERSON = 25
INITIAL_GROUPS = 26
INITIAL_ENABLERS = 27
STRIKE = 28



def variates(name: str) -> int:
    """The number of a mechanism of one's own by its name, such as `informants.inform`: its variates are keyed by it.

    Above 2**32, far from those of the package; the same name has the same luck wherever it runs.
    """
    return (1 << 32) + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_AGENT = np.uint64(0xD6E8FEB86659FD93)
_OPTION = np.uint64(0xA0761D6478BD642F)


@kernel
def mixed(value: Any) -> Any:
    """The splitmix64 finaliser: a bijection of 64 bits that scatters neighbours."""
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


@kernel
def identity(mechanism: int, place: int, month: int, number: int) -> Any:
    """A name for a new agent from where, when and as which candidate it was born. uint64."""
    state = mixed(np.uint64(mechanism) * _GOLDEN + np.uint64(place) * _AGENT)
    return mixed(state ^ (np.uint64(month) * _OPTION + np.uint64(number) * _FIRST))


@kernel
def uniform(clock: Any, mechanism: int, agent: Any, option: int) -> float:
    """One variate in (0, 1) for this event.

    `clock` carries the replicate's key and the month; `agent` is an identity, `option` the alternative,
    partner or occasion within the month.
    """
    state = mixed(clock.key + np.uint64(mechanism) * _GOLDEN + np.uint64(clock.month + 4096) * _AGENT)
    state = mixed(state ^ (np.uint64(agent) * _OPTION + np.uint64(option) * _SECOND))
    return (float(state >> np.uint64(11)) + 0.5) * 1.1102230246251565e-16


@kernel
def gumbel(clock: Any, mechanism: int, agent: Any, option: int) -> float:
    """Standard Gumbel variate: the largest of value + scale x Gumbel is a logit choice."""
    return gumbel_quantile(uniform(clock, mechanism, agent, option))


@kernel
def whole_power(base: float, exponent: int) -> float:
    """base ** exponent for an exponent below 64, the same six steps whatever it is: a core guesses them all."""
    power = 1.0
    for _ in range(6):
        power *= base if exponent & 1 else 1.0
        base *= base
        exponent >>= 1
    return power


@kernel
def binomial(variate: float, trials: int, probability: float) -> int:
    """Successes in at most 63 trials by inverse CDF from one uniform variate, so that paired runs stay monotone."""
    if probability <= 0.0:
        return 0
    if probability >= 1.0:
        return trials
    odds = probability / (1.0 - probability)
    mass = whole_power(1.0 - probability, trials)
    reached = mass
    count = 0
    while variate > reached and count < trials:
        mass *= odds * (trials - count) / (count + 1)
        count += 1
        reached += mass
    return count


@kernel
def poisson(variate: float, mean: float) -> int:
    """Number of events by inverse CDF from one uniform variate. Means above 500 take the normal form."""
    if mean > 500.0:
        return int(mean + np.sqrt(mean) * (variate - 0.5) * 3.4641016151377544)
    mass = exp(-mean)
    reached = mass
    count = 0
    while variate > reached and count < 5000:
        count += 1
        mass *= mean / count
        reached += mass
    return count


def replicate_key(seed: int, replicate: int) -> np.uint64:
    """The key of one replicate of a study. Seed 0 is a seed like any other."""
    sequence = np.random.SeedSequence(seed, spawn_key=(replicate,))
    return np.uint64(sequence.generate_state(1, np.uint64)[0])
