"""Where a leg runs, as a study keeps it."""

from __future__ import annotations

from typing import NamedTuple


class LegPlace(NamedTuple):
    """Where a leg runs, as the manifest of a study keeps it."""

    layer: str
    market: str
    origin: str
    destination: str
    mode: str
