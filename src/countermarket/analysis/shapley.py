"""How much each part of a package adds: Shapley values, which sum to the package, and how parts meet in pairs.

value_i = sum over coalitions S without i of s! (k - s - 1)! / k! * (v(S with i) - v(S)): what i adds, averaged over all
orders in which parts may be put in (Shapley 1953). Pairs: the same of what two parts add together beyond what each adds
alone (Grabisch and Roubens 1999); above 0 they complement each other, below 0 one replaces the other. Of a package with
many parts a sample of orders is enough (Castro, Gomez and Tejada 2009), which gives no pairs.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import interval, probability_above
from countermarket.analysis.swept import Swept
from countermarket.reading.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def attribution(swept: Swept) -> dict[str, Any]:
    """What each part adds to an outcome, alone, last of all and on average; intervals over paired draws."""
    import numpy as np

    refuse_no_parts(swept)
    results = swept.results[:, np.isfinite(swept.results).all(axis=0)]
    if not results.shape[1]:
        raise InputError(swept.title, None, "", "no draw has every row of the design: nothing can be attributed")
    is_exact = swept.design != "orders"
    coalitions = codes(swept.factors)
    parts = exact(coalitions, results) if is_exact else sampled(swept.factors, results)
    none, every = ends_of(coalitions, results)
    pairs = interactions(coalitions, results, len(swept.names)) if is_exact else {}
    return {
        "title": swept.title,
        "method": "exact" if is_exact else "orders",
        "outcome": swept.outcome,
        "unit": swept.unit,
        "rows": len(swept.factors),
        "draws": results.shape[1],
        "dropped": swept.results.shape[1] - results.shape[1],
        "without": interval(none),
        "package": _told(every - none, 1),
        "parts": sorted(_parts(swept, parts, coalitions, results), key=lambda part: -abs(part["value"]["mean"])),
        "interactions": [
            {"levers": [swept.names[one], swept.names[other]], "value": _told(value, len(pairs))}
            for (one, other), value in sorted(pairs.items(), key=lambda pair: -abs(float(pair[1].mean())))
        ],
    }


def refuse_no_parts(swept: Swept) -> None:
    """InputError unless every factor is 0 or 1 and every coalition that is needed is there."""
    import numpy as np

    k = len(swept.names)
    if not np.isin(swept.factors, (0.0, 1.0)).all():
        message = "attribution needs factors that are parts alone: - {part: ..., levers: [...]}"
        raise InputError(swept.title, None, "", message)
    if swept.design not in ("orders", "grid") or (swept.design == "grid" and len(swept.factors) != 1 << k):
        raise InputError(swept.title, None, "", "attribution needs a whole grid of parts, or the design orders")


def codes(factors: Floats) -> NDArray[np.int64]:
    """Which parts each row has, as bits: part 0 is 1, part 1 is 2 ... (rows,)"""
    import numpy as np

    return np.asarray((factors.astype(np.int64) * (1 << np.arange(factors.shape[1]))).sum(axis=1))


def ends_of(coalitions: NDArray[np.int64], results: Floats) -> tuple[Floats, Floats]:
    """The outcome without any part, and with every one. (draws,) each"""
    return results[coalitions == 0][0], results[coalitions == coalitions.max()][0]


def by_code(coalitions: NDArray[np.int64], results: Floats) -> Floats:
    """The outcome of each coalition at the place of its code. (2^k, draws)"""
    import numpy as np

    values = np.empty_like(results)
    values[coalitions] = results
    return values


def exact(coalitions: NDArray[np.int64], results: Floats) -> Floats:
    """Shapley values from every coalition. (parts, draws)"""
    import numpy as np

    values = by_code(coalitions, results)
    k = len(values).bit_length() - 1
    weights = [factorial(size) * factorial(k - size - 1) / factorial(k) for size in range(k)]
    shares = np.zeros((k, results.shape[1]))
    for code in range(len(values)):
        for part in range(k):
            if not code >> part & 1:
                shares[part] += weights[code.bit_count()] * (values[code | 1 << part] - values[code])
    return shares


def interactions(coalitions: NDArray[np.int64], results: Floats, k: int) -> dict[tuple[int, int], Floats]:
    """What each two parts add together beyond what they add apart. (draws,) each"""
    import numpy as np

    values = by_code(coalitions, results)
    weights = [factorial(size) * factorial(k - size - 2) / factorial(k - 1) for size in range(k - 1)]
    pairs = {}
    for one, other in combinations(range(k), 2):
        a, b = 1 << one, 1 << other
        without = np.array([code for code in range(len(values)) if not code & (a | b)])
        together = values[without | a | b] - values[without | a] - values[without | b] + values[without]
        weight = np.array([weights[int(code).bit_count()] for code in without])
        pairs[one, other] = np.asarray((weight[:, None] * together).sum(axis=0))
    return pairs


def sampled(factors: Floats, results: Floats) -> Floats:
    """Shapley values from orders in which parts were put in one by one: the mean of what each added. (parts, draws)"""
    import numpy as np

    k = factors.shape[1]
    steps = np.diff(factors.reshape(-1, k + 1, k), axis=1)  # (orders, steps, parts): 1 where the part came in
    gains = np.diff(results.reshape(len(steps), k + 1, -1), axis=1)
    shares = np.zeros((k, results.shape[1]))
    for step, gain in zip(steps.reshape(-1, k), gains.reshape(-1, results.shape[1]), strict=True):
        shares[step.argmax()] += gain
    return shares / len(steps)


def _parts(swept: Swept, values: Floats, coalitions: NDArray[np.int64], results: Floats) -> list[dict[str, Any]]:
    """Each part with what it adds on average, put in first, and put in last where those coalitions were run."""
    k = len(swept.names)
    whole = (1 << k) - 1
    rows = []
    for part, name in enumerate(swept.names):
        alone, rest = coalitions == 1 << part, coalitions == whole ^ 1 << part
        none, every = ends_of(coalitions, results)
        rows.append(
            {
                "lever": name,
                "value": _told(values[part], k),
                "alone": interval(results[alone][0] - none) if alone.any() else None,
                "last": interval(every - results[rest][0]) if rest.any() else None,
            }
        )
    return rows


def _told(values: Floats, questions: int) -> dict[str, Any]:
    """An interval over draws, and whether the pairs carry that it is not 0, as one of so many questions."""
    told = interval(values)
    share = probability_above(values, 0.0)
    is_clear = share is not None and carries(share, len(values), questions) and not told["low"] <= 0 <= told["high"]
    return told | {"carried": bool(is_clear)}
