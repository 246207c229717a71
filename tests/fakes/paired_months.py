"""Paired months: one state, copied; policies side by side with the same variates; what differs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import lucks
import numpy as np
from small_runs import changed, few

from countermarket.model.month import run_month
from countermarket.model.running.schedule import levers_at
from countermarket.model.running.simulate import start
from countermarket.model.state.levers import Levers
from countermarket.model.state.tables import State
from countermarket.parameters.load import pack
from countermarket.policy.change_values import Change
from countermarket.policy.reading import load_scenario
from countermarket.world.load import load_world

WORLD = load_world()
SIZE = {"n_groups": 300, "n_enablers": 120, "spin_up_months": 24}
Policy = dict[str, Any]
Prepare = Callable[[State], None]


@cache
def settled(luck: int = 0) -> State:
    """The world after its spin-up under the baseline, with the luck of one replicate. Copy it before use."""
    return start(WORLD, few(**SIZE), load_scenario("baseline"), lucks.seed(), luck, months=1).state


def copied(state: State | None = None, luck: int = 0) -> State:
    return State(*(table.copy() for table in (state or settled(luck))))


def mean_of(many: int, measure: Callable[[int], Any]) -> Any:
    """What is measured with each of as many lucks, on average."""
    return np.mean([measure(luck) for luck in range(many)], axis=0)


@cache
def packed(**more: float) -> Any:
    return pack(few(**SIZE, **more), WORLD)


def levers_of(policy: Policy) -> Levers:
    """The baseline with these levers changed."""
    changes = [Change(month=0, lever=lever, value=value) for lever, value in policy.items()]
    return levers_at(changed(*changes), WORLD, 0)


def followed(
    policy: Policy, months: int, prepare: Prepare | None = None, luck: int = 0, **parameters: float
) -> list[State]:
    """The state after each month under a policy."""
    state, levers, p = copied(luck=luck), levers_of(policy), packed(**parameters)
    if prepare:
        prepare(state)
    found = []
    for _ in range(months):
        run_month(state, p, levers)
        found.append(copied(state))
    return found


def differences(first: State, second: State) -> set[str]:
    """Tables and columns in which two states differ by any bit: `groups.evidence`, `ledger`."""
    found = set()
    for name, one, other in zip(State._fields, first, second, strict=True):
        columns = one.dtype.names
        if columns is None:
            found |= set() if same_bits(one, other) else {name}
        else:
            found |= {f"{name}.{column}" for column in columns if not same_bits(one[column], other[column])}
    return found


def same_bits(one: Any, other: Any) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
