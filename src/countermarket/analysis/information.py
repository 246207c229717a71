"""Which doubtful number, if known, would change the choice most: the expected value of partial perfect information.

EVPPI_x = E_x max_d E(B_d | x) - max_d E(B_d): what choosing after x is known gains over choosing now. The conditional
means are regressions of each option's benefit on x (Strong, Oakley and Brennan 2014), here splines. A regression on a
number that means nothing gains a little by luck: that much is told, and taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis.intervals import HIGH, LOW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 50
SHUFFLES = 50
LOTS = 20
"""Wrong orders of the worlds in which the luckiest of all numbers is looked for: of hundreds some seem worth much."""
SHOWN = 20
"""Parameters that get an interval and switching points: those worth most."""
WORLDS_A_KNOT, MOST_KNOTS = 25, 5
DUST = 1e-9
"""What is smaller is rounding in the sums."""
STEPS = 101
"""Points of a parameter's range at which the best option is looked up."""


class Choice(NamedTuple):
    """What each option gives in each world, and what is doubtful there."""

    title: str
    outcome: str
    unit: str
    options: list[str]
    benefits: Floats
    """(worlds, options); more is better"""
    names: list[str]
    doubtful: Floats
    """(worlds, names)"""


def information(choice: Choice, seed: int = 0) -> dict[str, Any]:
    """What knowing everything, and each number, is worth for the choice among options."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # many small fits: threads would only wait for one another
        parameters, luck, most = _parameters(choice, seed)
    means = choice.benefits.mean(axis=0)
    return {
        "title": choice.title,
        "outcome": choice.outcome,
        "unit": choice.unit,
        "worlds": len(choice.benefits),
        "options": [
            {"option": name, "mean": float(mean), "best_share": float(share)}
            for name, mean, share in zip(choice.options, means, _best_shares(choice.benefits), strict=True)
        ],
        "best": choice.options[int(means.argmax())],
        "everything": max(0.0, float(choice.benefits.max(axis=1).mean() - means.max())),
        "of_luck": luck,
        "most_of_luck": most,
        "parameters": parameters,
    }


def _parameters(choice: Choice, seed: int) -> tuple[list[dict[str, Any]], float, float]:
    """Each number with its worth, the most worth first; what one that means nothing seems worth, and the luckiest."""
    import numpy as np

    keyed = np.random.default_rng(seed)
    gains = choice.benefits - choice.benefits[:, :1]
    bases = [basis(column) for column in choice.doubtful.T]
    luck, most = _of_luck(gains, bases, keyed), _most_of_luck(gains, bases, keyed)
    worth = [evppi(gains, one) - luck for one in bases]
    worth = [value if value > DUST else 0.0 for value in worth]
    rows: list[dict[str, Any]] = []
    for rank, place in enumerate(np.argsort(-np.array(worth), kind="stable").tolist()):
        is_clear = worth[place] + luck > most
        row: dict[str, Any] = {"parameter": choice.names[place], "evppi": {"mean": worth[place], "carried": is_clear}}
        if rank < SHOWN:
            row["evppi"] |= _interval(gains, bases[place], luck, keyed)
            row["switches"] = switches(choice, gains, choice.doubtful[:, place])
        rows.append(row)
    return rows, luck, most


def _best_shares(benefits: Floats) -> Floats:
    """In which share of worlds each option is the best."""
    import numpy as np

    return np.bincount(benefits.argmax(axis=1), minlength=benefits.shape[1]) / len(benefits)


def _interval(gains: Floats, of: Floats, luck: float, keyed: Any) -> dict[str, float]:
    """The middle 80% of what a number is worth in resampled worlds."""
    rows = keyed.integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = quantiles([evppi(gains[drawn], of[drawn]) - luck for drawn in rows])
    return {"low": max(0.0, low), "high": max(0.0, high)}


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """The ends of the middle 80%."""
    import numpy as np

    low, high = np.quantile(values, (LOW, HIGH))
    return float(low), float(high)


def _of_luck(gains: Floats, bases: Sequence[Floats], keyed: Any) -> float:
    """What a number that means nothing seems to be worth: columns in a wrong order."""
    import numpy as np

    chosen = keyed.integers(0, len(bases), SHUFFLES)
    return float(np.mean([evppi(gains, keyed.permutation(bases[one], axis=0)) for one in chosen]))


def _most_of_luck(gains: Floats, bases: Sequence[Floats], keyed: Any) -> float:
    """What the luckiest of all numbers seems worth where none means anything, in nine of ten cases no more."""
    import numpy as np

    most = [max(evppi(shuffled, one) for one in bases) for shuffled in (keyed.permutation(gains) for _ in range(LOTS))]
    return float(np.quantile(most, HIGH))


def evppi(gains: Floats, of: Floats) -> float:
    """The expected value of knowing a number, of each option's gains over the first and the number's splines."""
    import numpy as np

    fitted = of @ np.linalg.lstsq(of, gains, rcond=None)[0]
    return float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())


def splines(column: Floats) -> Any:
    """Splines that suit so many worlds; a straight line where they are few, or where a number has few values."""
    import numpy as np
    from sklearn.preprocessing import SplineTransformer

    knots = min(MOST_KNOTS, max(2, len(column) // WORLDS_A_KNOT))
    if knots < 3 or len(np.unique(column)) < 3 * knots:
        return SplineTransformer(2, 1, knots="uniform", extrapolation="linear").fit(column[:, None])
    return SplineTransformer(knots, 3, knots="quantile", extrapolation="linear").fit(column[:, None])


def basis(column: Floats) -> Floats:
    """The splines of a number in every world; a constant for one that does not vary. (worlds, splines)"""
    import numpy as np

    if np.ptp(column) == 0:
        return np.ones((len(column), 1))
    return np.asarray(splines(column).transform(column[:, None]))


def switches(choice: Choice, gains: Floats, column: Floats) -> list[dict[str, Any]]:
    """Where, as a number grows, another option becomes the best on average; ends of its range are not believed."""
    import numpy as np

    if np.ptp(column) == 0:
        return []
    low, high = np.quantile(column, (0.02, 0.98))
    at = np.linspace(low, high, STEPS)
    bent = splines(column)
    best = (bent.transform(at[:, None]) @ np.linalg.lstsq(basis(column), gains, rcond=None)[0]).argmax(axis=1)
    return [
        {"at": float(at[step + 1]), "from": choice.options[int(best[step])], "to": choice.options[int(best[step + 1])]}
        for step in np.flatnonzero(np.diff(best))
    ]
