"""Events in the lives of groups and enablers, found by comparing a month with the one before."""

from typing import Any, NamedTuple

import numpy as np

from countermarket.declared.calendar import PRESENT, month_name
from countermarket.declared.vocabulary import SERVICES
from countermarket.model.state.tables import State
from countermarket.world.structure import World


class Watch(NamedTuple):
    """What was seen last month. Arrays by slot."""

    groups: Any
    enablers: Any


def start_watch(state: State) -> Watch:
    """Begin to watch; everything alive now is known."""
    return Watch(state.groups.copy(), state.enablers.copy())


def events(watch: Watch, state: State, world: World, begins: int = PRESENT) -> list[dict[str, Any]]:
    """What happened since the last call; each event names its month, kind, subject, place and a size."""
    month = month_name(begins + int(state.clock["month"][0]) - 1)
    happened = [
        {"month": month, **event}
        for event in (*_group_events(watch, state, world), *_enabler_events(watch, state, world))
    ]
    watch.groups[:] = state.groups
    watch.enablers[:] = state.enablers
    return happened


def _group_events(watch: Watch, state: State, world: World) -> list[dict[str, Any]]:
    now, then = state.groups, watch.groups
    changed = now["active"] & (~then["active"] | (now["id"] != then["id"]))
    gone = then["active"] & (~now["active"] | (now["id"] != then["id"]))
    leaderless = now["active"] & (now["leaderless"] > then["leaderless"])
    moved = now["active"] & ~changed & (now["leg"] != then["leg"]).any(axis=1)
    return [
        *_described("group_entered", now, np.flatnonzero(changed), now["members"], world),
        *_described("group_ended", then, np.flatnonzero(gone), then["members"], world),
        *_described("leader_lost", now, np.flatnonzero(leaderless), now["members"], world),
        *_described("legs_changed", now, np.flatnonzero(moved), now["members"], world),
    ]


def _described(kind: str, groups: Any, rows: Any, size: Any, world: World) -> list[dict[str, Any]]:
    return [
        {
            "event": kind, "subject": f"{int(groups['id'][g]):016x}",
            "market": world.market_names[groups["market"][g]],
            "jurisdiction": world.jurisdiction_names[groups["home"][g]], "size": float(size[g]),
        }
        for g in rows
    ]  # fmt: skip


def _enabler_events(watch: Watch, state: State, world: World) -> list[dict[str, Any]]:
    now, then = state.enablers, watch.enablers
    kinds = {
        "enabler_closed": then["active"] & ~now["active"],
        "enabler_opened": now["active"] & (now["id"] != then["id"]),
        "enabler_designated": now["active"] & (now["bite"] > then["bite"]),
    }
    return [
        {
            "event": kind, "subject": f"{int(now['id'][e]):016x}", "market": SERVICES[now["service"][e]],
            "jurisdiction": world.jurisdiction_names[now["jurisdiction"][e]], "size": float(now["business"][e]),
        }
        for kind, rows in kinds.items()
        for e in np.flatnonzero(rows)
    ]  # fmt: skip
