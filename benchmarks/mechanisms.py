"""Where a month's time goes: each mechanism's share, and that of records and audits."""

from __future__ import annotations

import time
from typing import NamedTuple

from benchmarks.sizes import active, begun, parameters_for
from countermarket.engine.compiled import machine_code
from countermarket.model.month import MONTH
from countermarket.model.recording.record import record


class Shares(NamedTuple):
    """Seconds of one month."""

    groups: int
    active: int
    seconds: dict[str, float]
    """By mechanism, the slowest first; `record` and `audit` are not mechanisms."""

    @property
    def month(self) -> float:
        """All of it. Seconds."""
        return sum(self.seconds.values())

    def share(self, name: str) -> float:
        """Part of the month."""
        return self.seconds[name] / self.month


def mechanism_shares(groups: int, months: int, spin_up: int) -> Shares:
    """Time every mechanism as machine code over some months, each called by itself."""
    simulation = begun(parameters_for(groups, spin_up_months=spin_up), months)
    state, parameters, levers = simulation.state, simulation.parameters, simulation.levers
    names = [f"{m.__module__.rpartition('.')[2]}.{m.__name__}" for m in MONTH]
    codes = machine_code(MONTH, state, parameters, levers)
    spent = dict.fromkeys([*names, "record", "audit"], 0.0)
    for month in range(months):
        for name, mechanism in zip(names, codes, strict=True):
            first = time.perf_counter()
            mechanism(state, parameters, levers)
            spent[name] += time.perf_counter() - first
        state.clock["month"] += 1
        first = time.perf_counter()
        record(simulation.recorder, state, parameters, month)
        second = time.perf_counter()
        simulation.books.close_month(state)
        spent["record"] += second - first
        spent["audit"] += time.perf_counter() - second
    ordered = sorted(spent.items(), key=lambda item: -item[1])
    return Shares(groups, active(simulation), {name: total / months for name, total in ordered})
