"""What drives an outcome: the sensitivity indices that suit a design, with intervals, and luck's share apart.

Morris designs give elementary effects (Morris 1991), Sobol' designs first and total indices (Saltelli 2010), any other
design PAWN (Pianosi and Wagener 2018), which asks nothing of how points lie. All have scores of extremely randomised
trees beside them (Jaxa-Rozen and Kwakkel 2018).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis.swept import Swept

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 200
CONFIDENCE = 0.8
"""Intervals hold the middle 80% of the resampled designs, as everywhere."""
TREES = 200
SLICES, ROWS_A_SLICE = 10, 12
"""Slices of a factor at most, and rows in each at least where it is sliced."""


class Indices(NamedTuple):
    """What a method says of each factor. (factors,) each"""

    method: str
    total: tuple[Floats, Floats]
    """Index and half width of its interval."""
    first: tuple[Floats, Floats] | None
    direction: Floats | None = None
    """Mean elementary effect, with its sign."""
    nothing: float | None = None
    """The index of a factor that means nothing, where that is not 0."""


def drivers(swept: Swept, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, Any]:
    """Every factor with its indices, the strongest first, and how much of the outcome is luck."""
    indices = _indices(swept, resamples, seed)
    scores, noise = feature_scores(swept, seed)
    rows = [_row(name, place, indices, scores) for place, name in enumerate(swept.names)]
    return {
        "title": swept.title,
        "method": indices.method,
        "outcome": swept.outcome,
        "unit": swept.unit,
        "rows": len(swept.factors),
        "replicates": swept.results.shape[1],
        "factors": sorted(rows, key=lambda row: -row["total"]["mean"]),
        "total_of_noise": indices.nothing,
        "score_of_noise": noise,
        **luck(swept.results),
    }


def _row(name: str, place: int, indices: Indices, scores: Floats) -> dict[str, Any]:
    """What is said of one factor."""
    row: dict[str, Any] = {"factor": name, "total": _interval(indices.total, place)}
    row["first"] = _interval(indices.first, place) if indices.first is not None else None
    if indices.direction is not None:
        row["direction"] = float(indices.direction[place])
    return row | {"score": float(scores[place])}


def _interval(pair: tuple[Floats, Floats], place: int) -> dict[str, float]:
    centre, half = float(pair[0][place]), float(pair[1][place])
    return {"mean": centre, "low": centre - half, "high": centre + half}


def _indices(swept: Swept, resamples: int, seed: int) -> Indices:
    """The indices that suit the design."""
    of = {"sobol": _sobol, "morris": _morris}.get(swept.design, _pawn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib's own, about its tables and about ties
        return of(swept, resamples, seed)


def _sobol(swept: Swept, resamples: int, seed: int) -> Indices:
    """First and total shares of the variance of row means."""
    from SALib.analyze import sobol

    chosen = {"num_resamples": resamples, "conf_level": CONFIDENCE, "seed": seed}
    told = sobol.analyze(swept.problem, swept.means, **swept.arguments, **chosen)
    return Indices("sobol", (told["ST"], told["ST_conf"]), (told["S1"], told["S1_conf"]))


def _morris(swept: Swept, resamples: int, seed: int) -> Indices:
    """Mean absolute elementary effects, in the outcome's unit, and the mean ones with their sign."""
    from SALib.analyze import morris

    chosen = {"num_resamples": resamples, "conf_level": CONFIDENCE, "seed": seed}
    told = morris.analyze(swept.problem, swept.factors, swept.means, **swept.arguments, **chosen)
    return Indices("morris", (told["mu_star"], told["mu_star_conf"]), None, told["mu"])


def _pawn(swept: Swept, resamples: int, seed: int) -> Indices:
    """How far knowing a factor moves the outcome's distribution: the middle distance over its slices, 0 to 1."""
    import numpy as np

    slices, outcome = [slices_of(column) for column in swept.factors.T], swept.means
    whole = pawn(slices, outcome)
    again = np.random.default_rng(seed).integers(0, len(outcome), (resamples, len(outcome)))
    drawn = [pawn([one[rows] for one in slices], outcome[rows]) for rows in again]
    low, high = np.quantile(drawn, ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2), axis=0)
    shuffled = np.random.default_rng(seed + 1).permuted(np.tile(slices[0], (resamples, 1)), axis=1)
    return Indices("pawn", (whole, (high - low) / 2), None, nothing=float(pawn(list(shuffled), outcome).mean()))


def slices_of(column: Floats) -> NDArray[np.int64]:
    """Which slice each row is in: of its value where those are few, else of equally many rows."""
    import numpy as np

    values, place = np.unique(column, return_inverse=True)
    if len(values) <= SLICES:
        return np.asarray(place)
    count = max(2, min(SLICES, len(column) // ROWS_A_SLICE))
    rank = np.argsort(np.argsort(column, kind="stable"), kind="stable")
    return np.asarray(rank * count // len(column))


def pawn(slices: list[NDArray[np.int64]], outcome: Floats) -> Floats:
    """The median over slices of the distance (Kolmogorov-Smirnov) to the outcome's whole distribution. (factors,)

    SALib's own takes no factor of few values, such as a word.
    """
    import numpy as np

    order = np.argsort(outcome, kind="stable")
    last = np.append(np.diff(outcome[order]) > 0, True)  # of equal outcomes only the last counts
    whole = np.arange(1, len(outcome) + 1) / len(outcome)
    indices = []
    for labels in slices:
        inside = np.eye(labels.max() + 1, dtype=bool)[labels[order]]
        share = inside.cumsum(axis=0) / np.maximum(1, inside.sum(axis=0))
        distance = np.abs(share - whole[:, None])[last].max(axis=0)
        indices.append(np.median(distance[inside.any(axis=0)]))
    return np.array(indices)


def feature_scores(swept: Swept, seed: int = 0) -> tuple[Floats, float]:
    """Each factor's share of what trees explain of the outcome, and the share of a factor that means nothing."""
    import numpy as np
    from sklearn.ensemble import ExtraTreesRegressor

    noise = np.random.default_rng(seed).permutation(swept.factors[:, 0])
    trees = ExtraTreesRegressor(n_estimators=TREES, min_samples_leaf=3, random_state=seed)
    trees.fit(np.column_stack([swept.factors, noise]), swept.means)
    shares = np.asarray(trees.feature_importances_)
    return shares[:-1], float(shares[-1])


def luck(results: Floats) -> dict[str, float | None]:
    """Share of the variance of single pairs that is luck, and the part of it that depends on the factors.

    A two-way split of rows and replicates: luck that moves all rows alike, and luck that moves them apart.
    None where there is one replicate, or holes.
    """
    import numpy as np

    rows, replicates = results.shape
    if replicates < 2 or rows < 2 or not np.isfinite(results).all():
        return {"luck_share": None, "luck_apart_share": None}
    whole = results.mean()
    by_row, by_luck = results.mean(axis=1) - whole, results.mean(axis=0) - whole
    apart = results - whole - by_row[:, None] - by_luck[None, :]
    mixed = (apart**2).sum() / ((rows - 1) * (replicates - 1))
    factors = max(0.0, (by_row**2).sum() / (rows - 1) - mixed / replicates)
    alike = max(0.0, (by_luck**2).sum() / (replicates - 1) - mixed / rows)
    total = factors + alike + mixed
    if not total:
        return {"luck_share": 0.0, "luck_apart_share": 0.0}
    return {"luck_share": float((alike + mixed) / total), "luck_apart_share": float(mixed / total)}
