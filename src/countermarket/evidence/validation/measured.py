"""What an experiment measures in a run: rows of what is recorded, added up by month."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.results.rows import matching

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.evidence.validation.registration import Experiment
    from countermarket.world.structure import World

    Array = NDArray[np.float64]
    Keys = dict[str, NDArray[np.str_]]

SUMMED = ("persons", "deaths", "USD", "groups", "units", "operations", "actions")
"""Units that add up over markets, places and legs."""
PLUS = "+"


class Series(NamedTuple):
    """What an experiment measures in one run."""

    months: tuple[str, ...]
    """Ends of the periods as recorded: months, quarters or years."""
    values: Array
    """(periods,)"""


Reader = Callable[[Any], Series]


def places_of(text: str, world: World) -> list[str]:
    """Jurisdictions written as codes and groups of states with a plus between them."""
    groups = {group.name: group.members for group in world.groups}
    return [place for part in text.split(PLUS) for place in groups.get(part.strip(), (part.strip(),))]


def series_reader(keys: Keys, experiment: Experiment, world: World) -> Reader:
    """A function from a run's values to the experiment's series. ValueError if nothing of the kind is recorded."""
    import numpy as np

    rows = _rows(keys, experiment, world)
    labels, place = np.unique(keys["month"][rows], return_inverse=True)
    units = set(keys["unit"][rows].tolist())
    if not len(rows) or (len(rows) > len(labels) and not (units <= set(SUMMED) and _may_add(experiment, units))):
        raise ValueError(f"{experiment.measure} of {experiment.where or 'all'} is not recorded, or cannot be added up")
    months = tuple(labels.tolist())

    def read(values: Any) -> Series:
        return Series(months, np.bincount(place, weights=values[rows]).astype(np.float64))

    return read


def _rows(keys: Keys, experiment: Experiment, world: World) -> Any:
    """The recorded rows that an experiment reads."""
    where: dict[str, Any] = {name: "" for name in ("role", "component")}
    where["jurisdiction"] = places_of(experiment.jurisdiction, world)
    where["leg"] = [leg.strip() for leg in experiment.leg.split(PLUS)]
    where["service"] = experiment.service
    by_market = {"market": experiment.market} if experiment.market else {}
    return matching(keys, measure=experiment.measure, **where, **by_market)


def _may_add(experiment: Experiment, units: set[str]) -> bool:
    """Whether rows add up: units of goods only within one market, or along legs that are named."""
    return "units" not in units or bool(experiment.market or experiment.leg)
