"""Growth of what was detected, split exactly: how much there is, how much of it is detected, how much is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.evidence.history.observe import Seen

    Floats = NDArray[np.float64]

PARTS = ("activity", "effort", "coverage")


class Split(NamedTuple):
    """Natural logs of growth from the first year to the last, a value a run: detected is the sum of the three."""

    activity: Floats
    effort: Floats
    """Detections of each unit there is: agencies' work, and how thinly it is spread."""
    coverage: Floats

    @property
    def detected(self) -> Floats:
        """The whole, as counted."""
        return self.activity + self.effort + self.coverage


def split_of(seen: Seen, number: int, arm: int = 0) -> Split:
    """The growth of one number in one arm, run by run."""
    activity, detected = (np.log(rows[:, -1] / rows[:, 0]) for rows in np.moveaxis(seen.values[arm, :, number], 1, 0))
    coverage = np.log(seen.coverage[arm, number, -1] / seen.coverage[arm, number, 0])
    return Split(activity, detected - activity, np.full(len(activity), coverage))


def path_of(seen: Seen, number: int) -> Floats:
    """What is counted in each year, the first = 100: the geometric mean of the runs. (years,)"""
    counted = seen.values[0, :, number, 1] * seen.coverage[0, number]
    path: Floats = 100.0 * np.exp(np.nanmean(np.log(counted / counted[:, :1]), axis=0))
    return path


def owed_to(seen: Seen, number: int, arm: int) -> Floats:
    """Log growth of one number that goes when one series stands still, run by run. (runs,)"""
    return split_of(seen, number).detected - split_of(seen, number, arm).detected


def spread(values: Floats) -> tuple[float, float, float]:
    """The mean of the runs, in which parts add up as they do in each, and the ends of their middle 80%."""
    known = values[np.isfinite(values)]
    if not len(known):
        return (float("nan"),) * 3
    low, high = np.quantile(known, (0.1, 0.9))
    return float(known.mean()), float(low), float(high)
