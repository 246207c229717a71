"""Where the twin's time goes, function by function."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

from benchmarks.sizes import begun, parameters_for
from twin.model import TwinModel


def profile(size: int, months: int, most: int = 12) -> list[tuple[str, float]]:
    """The functions in which the twin spends most time of their own, and the share of it."""
    twin = TwinModel(begun(parameters_for(size, spin_up_months=6), months))
    twin.step()
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(months):
        twin.step()
    watch.disable()
    rows = pstats.Stats(watch).stats
    whole = sum(own for _, _, own, _, _ in rows.values())
    ranked = sorted(rows.items(), key=lambda row: -row[1][2])[:most]
    return [(_name(*where), own / whole) for where, (_, _, own, _, _) in ranked]


def _name(file: str, line: int, function: str) -> str:
    """`trade.ship_on`; a function of the interpreter by its own name."""
    return function if file.startswith("~") else f"{Path(file).stem}.{function}"
