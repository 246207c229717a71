"""Levers' values as arrays: by jurisdiction, by market, by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.courses import BEFORE, courses, history, members_at, rescaled, shares_of, value_for
from countermarket.policy.lever_values import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario


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


def effort_shares(scenario: Scenario, month: int, jurisdictions: Sequence[str]) -> NDArray[np.float64]:
    """Return shares of effort, shape (J, 6) in the order of EFFORT_SHARES; unset ones share what is left."""
    import numpy as np

    members = members_at(scenario, month)
    before = members_at(scenario, BEFORE)
    known = {name: courses(history(scenario, name), month) for name in EFFORT_SHARES}
    base = {name: courses(history(scenario, name), BEFORE) for name in EFFORT_SHARES}
    rows = [
        rescaled(shares_of(base, place, BEFORE, before)[0], *shares_of(known, place, month, members))
        for place in jurisdictions
    ]
    return np.array(rows, dtype=float)
