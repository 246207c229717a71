"""Levers' values as arrays: by jurisdiction, by market, by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.declared.vocabulary import MODES
from countermarket.policy.courses import BEFORE, added, courses, history, members_at, shares_of, shifted, value_for
from countermarket.policy.lever_values import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario
    from countermarket.world.structure import World


def jurisdiction_values(
    value: Value, jurisdictions: Sequence[str], members: Sequence[str]
) -> NDArray[np.float64]:
    """Return a lever's value in every jurisdiction, shape (J,)."""
    import numpy as np

    if isinstance(value, float):
        return np.full(len(jurisdictions), value)
    return np.array([value_for(value, place, members) for place in jurisdictions], dtype=float)


def market_values(
    value: Value, jurisdictions: Sequence[str], markets: Sequence[str], members: Sequence[str]
) -> NDArray[np.float64]:
    """Return a lever's value in every jurisdiction and market, shape (J, M)."""
    import numpy as np

    if isinstance(value, float):
        return np.full((len(jurisdictions), len(markets)), value)
    rows = [[value_for(value, place, members, market) for market in markets] for place in jurisdictions]
    return np.array(rows, dtype=float)


def keyed_values(value: Value, keys: Sequence[str]) -> NDArray[np.float64]:
    """Return a lever's value for each service or partner, shape (keys,)."""
    import numpy as np

    return np.array([value_for(value, key, ()) for key in keys], dtype=float)


def intensities(value: Mapping[str, float], world: World) -> NDArray[np.float64]:
    """Return the intensity of extra control on every leg: a leg by name, else a port it touches, else its mode. (L,)"""
    import numpy as np

    names = world.jurisdiction_names
    intensity = np.zeros(len(world.legs))
    for n, leg in enumerate(world.legs):
        mode = MODES[leg["mode"]]
        own = (world.leg_names[n], world.leg_names[n].partition("/")[0])
        ports = (f"{names[leg['origin']]}:{mode}", f"{names[leg['destination']]}:{mode}")
        for keys in (own, ports, (mode,)):
            sizes = [value[key] for key in keys if key in value]
            if sizes:
                intensity[n] = max(sizes)
                break
    return intensity


def intensities_by_end(value: Mapping[str, float], world: World) -> NDArray[np.float64]:
    """Return the intensity of states' own extra control at both ends of every leg: a leg's, its port's, or its mode's.

    The most specific wins. Shape (L, 2): origin, destination.
    """
    import numpy as np

    intensity = np.zeros((len(world.legs), 2))
    for n, leg in enumerate(world.legs):
        mode, name = MODES[leg["mode"]], world.leg_names[n]
        for end, place in enumerate((leg["origin"], leg["destination"])):
            keys = (name, name.partition("/")[0], f"{world.jurisdiction_names[place]}:{mode}", mode)
            intensity[n, end] = next((value[key] for key in keys if key in value), 0.0)
    return intensity


def effort_shares(scenario: Scenario, month: int, jurisdictions: Sequence[str]) -> NDArray[np.float64]:
    """Return shares of effort, shape (J, 6) in the order of EFFORT_SHARES; they sum to 1."""
    return effort_split(scenario, month, jurisdictions)[0]


def effort_split(
    scenario: Scenario, month: int, jurisdictions: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares of effort, (J, 6), and officers in times of those that the budget pays, (J,).

    Where effort is shifted, unset shares make room and officers stay; where it is added, all others keep theirs.
    """
    import numpy as np

    members = members_at(scenario, month)
    before = members_at(scenario, BEFORE)
    known = {name: courses(history(scenario, name), month) for name in EFFORT_SHARES}
    base = {name: courses(history(scenario, name), BEFORE) for name in EFFORT_SHARES}
    split = added if scenario.effort == "add" else shifted
    rows = [
        split(shares_of(base, place, BEFORE, before)[0], *shares_of(known, place, month, members))
        for place in jurisdictions
    ]
    shares, officers = zip(*rows, strict=True)
    return np.array(shares, dtype=float), np.array(officers, dtype=float)
