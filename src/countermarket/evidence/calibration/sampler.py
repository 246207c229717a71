"""Implausibility, and draws of parameters in proportion to their plausibility.

Implausibility (Craig and others 1997; Vernon, Goldstein and Bower 2010): the distance of an expected output from
its target, in standard deviations of the evidence's tolerance and the emulator's error together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FARTHEST = 5.0
"""Implausibility beyond which a target pulls no harder: one that cannot be met must not rule the others."""
CUT = 3.0
"""Implausibility at which history matching rules a point out (Pukelsheim's three sigma rule)."""
JITTER = 1e-3
CROSSED = 0.4
"""Share of coordinates moved at once."""
LEAP_EVERY = 10


def implausibility(expected: Floats, values: Floats, variance: Floats | float = 0.0) -> Floats:
    """Distance from the targets in standard deviations; all in tolerances. (points, targets); never NaN.

    An output that is undefined is as far away as can be.
    """
    import numpy as np

    distance: Floats = np.abs(expected - values) / np.sqrt(1.0 + variance)
    return np.where(np.isfinite(distance), distance, FARTHEST)


def log_plausibility(distance: Floats, weights: Floats) -> Floats:
    """Logarithm of the plausibility of each point, up to a constant. (points,)."""
    import numpy as np

    logarithm: Floats = -0.5 * (weights * np.minimum(distance, FARTHEST) ** 2).sum(axis=1)
    return logarithm


def not_ruled_out(distance: Floats, weights: Floats) -> NDArray[np.bool_]:
    """Points whose second largest implausibility lies under the cut, among targets that weigh. (points,)."""
    import numpy as np

    weighing = np.sort(distance[:, weights > 0], axis=1)
    second = weighing[:, -2] if weighing.shape[1] > 1 else weighing[:, -1]
    return second < CUT


def sample(
    density: Callable[[Floats], Floats], count: int, width: int, steps: int, seed: int, pool: int = 4000
) -> Floats:
    """Draws from a density on the unit cube by differential evolution (ter Braak 2006). (count, width).

    `density` gives logarithms of points (n, width). The chains, one for each draw, begin at the best of a pool.
    """
    import numpy as np

    variates = np.random.default_rng(seed)
    count = max(count, 8)
    tried = variates.random((max(pool, 2 * count), width))
    worth = density(tried)
    begin = np.argsort(-worth, kind="stable")[:count]
    chains, held = tried[begin], worth[begin]
    for step in range(steps):
        proposed = _reflected(_moved(chains, variates, leap=step % LEAP_EVERY == 0))
        worth = density(proposed)
        taken = np.log(variates.random(count)) < worth - held
        chains = np.where(taken[:, None], proposed, chains)
        held = np.where(taken, worth, held)
    return chains


def _moved(chains: Floats, variates: np.random.Generator, leap: bool) -> Floats:
    """Each chain moved along the difference of two others, in some of its coordinates."""
    import numpy as np

    count, width = chains.shape
    first, second = (variates.integers(0, count, count) for _ in range(2))
    crossed = variates.random((count, width)) < CROSSED
    moved = np.maximum(crossed.sum(axis=1, keepdims=True), 1)
    scale = 1.0 if leap else 2.38 / np.sqrt(2.0 * moved)
    shift = scale * (chains[first] - chains[second]) + JITTER * variates.standard_normal((count, width))
    proposed: Floats = chains + np.where(crossed, shift, 0.0)
    return proposed


def _reflected(points: Floats) -> Floats:
    """Points folded back into the unit cube at its walls."""
    import numpy as np

    folded: Floats = np.abs(points) % 2.0
    return np.where(folded > 1.0, 2.0 - folded, folded)


def chosen(log_weights: Floats, count: int, seed: int) -> NDArray[np.intp]:
    """Rows drawn without replacement in proportion to their weights, in order. (count,).

    The largest of logarithm plus Gumbel noise (Efraimidis and Spirakis 2006); an undefined weight is none.
    """
    import numpy as np

    noise = np.random.default_rng(seed).gumbel(size=len(log_weights))
    keys = np.where(np.isfinite(log_weights), log_weights + noise, -np.inf)
    best = np.argsort(-keys, kind="stable")[:count]
    return np.sort(best[np.isfinite(keys[best])])
