"""Two policies held against each other: one's index less the other's, pair by pair in the same worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import interval, probability_above
from countermarket.reading.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    ByPair = tuple[list[tuple[int, int]], NDArray[np.float64]]


def against(headlines: Mapping[str, ByPair], name: str) -> dict[str, dict[str, Any]]:
    """Each other scenario's index less that of `name`, over the replicates both have. Points of the index"""
    refuse_unranked(list(headlines), name)
    others = [other for other in headlines if other != name]
    return {other: _difference(headlines[other], headlines[name], len(others)) for other in others}


def refuse_unranked(ranked: Sequence[str], name: str) -> None:
    """InputError if nothing ranked is called so, or if nothing else is ranked."""
    if name not in ranked or len(ranked) < 2:
        listed = ", ".join(sorted(ranked)) or "none"
        why = "is not ranked here" if name not in ranked else "has nothing to be held against it"
        raise InputError("--against", None, name, f"{why}; ranked are {listed}")


def in_shared(one: ByPair, other: ByPair) -> list[NDArray[np.float64]]:
    """Both indices in the pairs that both have, in one order. Two of (shared,)"""
    import numpy as np

    shared = sorted(set(one[0]) & set(other[0]))
    return [np.array([index[samples.index(pair)] for pair in shared], dtype=float) for samples, index in (one, other)]


def _difference(one: ByPair, other: ByPair, questions: int) -> dict[str, Any]:
    """The mean difference, its interval, the share of pairs above, and whether they carry a finding."""
    import numpy as np

    mine, theirs = in_shared(one, other)
    gaps = mine - theirs
    gaps = gaps[np.isfinite(gaps)]
    share = probability_above(gaps, 0.0)
    held = {"share_above": share, "pairs": len(gaps), "carried": carries(share, len(gaps), questions)}
    return interval(gaps, "no replicate has both") | held
