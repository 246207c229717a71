"""What paired replicates say: means, 80% intervals, probabilities, and what pairing bought.

An interval holds the middle 80% of the paired replicates (10% and 90% quantiles, linear between them): eight
in ten equally likely futures of this model lie in it. It is not the error of the mean.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LOW, HIGH = 0.1, 0.9

Interval = dict[str, Any]


def interval(values: Array, reason: str = "undefined in every replicate") -> Interval:
    """Mean and 80% interval over replicates; null with a reason where no replicate defines it."""
    import numpy as np

    known = values[np.isfinite(values)]
    if not len(known):
        return undefined(reason)
    low, high = np.quantile(known, (LOW, HIGH))
    return {"mean": float(known.mean()), "low": float(low), "high": float(high)}


def intervals(columns: Array, reason: str = "undefined in every replicate") -> list[Interval]:
    """The interval of each column, to the bit that of `interval`. columns: (replicates, things)"""
    import numpy as np

    rows = np.ascontiguousarray(columns.T)
    if not rows.size or not np.isfinite(rows).all():
        return [interval(row, reason) for row in rows]
    low, high = np.quantile(rows, (LOW, HIGH), axis=1)
    return [
        {"mean": float(mean), "low": float(below), "high": float(above)}
        for mean, below, above in zip(rows.mean(axis=1), low, high, strict=True)
    ]


def undefined(reason: str) -> Interval:
    """An interval that is not defined, and why."""
    return {"mean": None, "low": None, "high": None, "reason": reason}


def probability_above(values: Array, reference: Array | float) -> float | None:
    """Share of paired replicates in which a value exceeds its reference; a tie counts half, all tied is None."""
    import numpy as np

    gap = np.asarray(values - reference, dtype=float)
    gap = gap[np.isfinite(gap)]
    if not gap.any():
        return None
    return float(((gap > 0) + 0.5 * (gap == 0)).mean())


def beyond(change: Interval, low: float, high: float) -> int:
    """-1 if the whole interval lies below `low`, 1 if above `high`, else 0 (also if undefined)."""
    if change["mean"] is None:
        return 0
    if change["high"] < low:
        return -1
    return 1 if change["low"] > high else 0


def pairing_gain(paired: Array, unpaired: Array) -> dict[str, Any]:
    """How much variance pairing took out of the headline, and the replicates it leaves to be run.

    ratio = var(index against another replicate's baseline) / var(index against its own);
    replicates for a standard error below one point = var(index) / 1².
    """
    import numpy as np

    known = np.isfinite(paired) & np.isfinite(unpaired)
    if known.sum() < 2:
        return {"variance_ratio": None, "reason": "needs at least two replicates"}
    own, other = float(np.var(paired[known], ddof=1)), float(np.var(unpaired[known], ddof=1))
    return {
        "variance_paired": own,
        "variance_unpaired": other,
        "variance_ratio": other / own if own > 0 else None,
        "standard_error": math.sqrt(own / int(known.sum())),
        "replicates_for_one_point": max(2, math.ceil(own)),
        "replicates_for_one_point_unpaired": max(2, math.ceil(other)),
    }
