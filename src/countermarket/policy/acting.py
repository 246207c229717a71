"""Lines of a scenario that cannot act in this world: nobody is there for them, or it is so already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.declared.calendar import month_name
from countermarket.declared.shocks import SHOCKS
from countermarket.policy.arrays import intensities
from countermarket.policy.courses import latest, word_history
from countermarket.policy.scope import KIND_OF_LEVER
from countermarket.reading.errors import InputError
from countermarket.reading.wording import listed
from countermarket.world.structure import KINDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.policy.change_values import Change
    from countermarket.policy.scenario import Scenario
    from countermarket.policy.shock_values import Shock
    from countermarket.world.structure import World


def idle_lines(scenario: Scenario, world: World) -> list[str]:
    """Return each change that cannot act in this world, with the reason."""
    return [
        f"{change.lever}{key} in {month_name(change.month)} cannot act: {why}"
        for change in scenario.changes
        for key, why in _idle(scenario, change, world)
    ]


def refuse_empty_shocks(scenario: Scenario, world: World) -> None:
    """Raise InputError for each shock that selects nothing in this world: nothing would happen."""
    empty = [(shock, why) for shock in scenario.shocks if (why := _missed(shock, world))]
    errors = [f"{shock.kind} in {month_name(shock.start)} selects nothing: {why}" for shock, why in empty]
    if errors:
        raise InputError(scenario.path or scenario.name, None, "shocks", "; ".join(errors))


# --- changes ----------------------------------------------------------------------------------------------


def _idle(scenario: Scenario, change: Change, world: World) -> Iterator[tuple[str, str]]:
    """The parts of one change that cannot act: which key of it (empty for all of it), and why."""
    members = _members_from(scenario, change.month)
    if change.lever == "alliance.members":
        return
    if change.lever == "alliance.chokepoints" and isinstance(change.value, dict):
        yield from _idle_controls(change.value, members, world)
    elif change.lever.startswith("alliance.") and not members:
        yield "", "the alliance has no members from then on"
    elif isinstance(change.value, dict) and "members" in change.value and not members:
        yield " members", "the alliance has no members from then on"
    elif _kind_is_absent(change.lever, world):
        yield "", f"no market of this world is of the kind it acts on ({KIND_OF_LEVER[change.lever]})"
    elif _is_first(scenario, change) and scenario.policy.get(change.lever) == change.value:
        yield "", "it has this value already"


def _is_first(scenario: Scenario, change: Change) -> bool:
    """Whether no other change of the lever comes before: then what was there is the baseline."""
    return not any(one.lever == change.lever and one.month < change.month for one in scenario.changes)


def _kind_is_absent(lever: str, world: World) -> bool:
    kind = KIND_OF_LEVER.get(lever)
    return kind is not None and KINDS.index(kind) not in world.markets["kind"]


def _members_from(scenario: Scenario, month: int) -> tuple[str, ...]:
    """Members of the alliance at any time from a month on."""
    clubs = word_history(scenario, "alliance.members")
    there = [latest(clubs, month), *(club for later, club in clubs if later > month)]
    return tuple(dict.fromkeys(name for club in there if isinstance(club, tuple) for name in club))


def _idle_controls(
    value: Mapping[str, Any], members: Sequence[str], world: World
) -> Iterator[tuple[str, str]]:
    """Keys of the alliance's chokepoints without which no leg that touches a member is controlled otherwise."""
    whole = intensities(value, world) * touching(members, world)
    for key, size in value.items():
        less = {name: size for name, size in value.items() if name != key}
        if size > 0.0 and (intensities(less, world) * touching(members, world) == whole).all():
            yield f" {key}", _why_idle(key, members, world)


def _why_idle(key: str, members: Sequence[str], world: World) -> str:
    """Why a key controls nothing: no such leg, no member on it, or another key that says as much."""
    alone = intensities({key: 1.0}, world)
    if not alone.any():
        return "no leg of this world is meant"
    if not (alone * touching(members, world)).any():
        nobody = f"no leg of it touches a member ({listed(members)})"
        return f"{nobody}; a state's own ports are agencies.border_control"
    return "every leg of it that touches a member is controlled as much by another key"


def touching(places: Sequence[str], world: World) -> NDArray[np.bool_]:
    """Legs with an end in one of these jurisdictions. (L,)"""
    import numpy as np

    inside = np.isin(world.jurisdiction_names, places)
    touched: NDArray[np.bool_] = inside[world.legs["origin"]] | inside[world.legs["destination"]]
    return touched


# --- shocks -----------------------------------------------------------------------------------------------


def _missed(shock: Shock, world: World) -> str:
    """Why a shock selects nothing; empty if it finds something."""
    import numpy as np

    kind = SHOCKS[shock.kind]
    markets = np.isin(world.market_names, shock.market) if shock.market else np.ones(len(world.market_names), bool)
    acting = markets & np.isin(world.markets["kind"], [KINDS.index(name) for name in kind.acts_on])
    if not acting.any():
        return f"it acts on markets of {' and '.join(kind.acts_on)}, and {listed(shock.market)} is none"
    return "" if _finds(shock, world, acting) else f"there are no {kind.finds} where it looks"


def _finds(shock: Shock, world: World, markets: NDArray[np.bool_]) -> bool:
    """Whether there is what a shock acts on, in its markets and places."""
    import numpy as np

    here = np.isin(world.jurisdiction_names, shock.jurisdiction) | (not shock.jurisdiction)
    finds = SHOCKS[shock.kind].finds
    if finds == "legs":
        return bool((_legs(shock, world) & markets[world.layers["market"][world.legs["layer"]]]).any())
    if finds == "enablers":
        services = [world.service_names.index(name) for name in shock.service]
        return bool(world.enabler_weights[services][:, here].any())
    if finds in ("sources", "users"):
        tables = (world.supplies,) if finds == "sources" else (world.supplies, world.demands)
        return any(
            bool((markets[world.layers["market"][rows["layer"]]] & here[rows["jurisdiction"]]).any()) for rows in tables
        )
    return True


def _legs(shock: Shock, world: World) -> NDArray[np.bool_]:
    """Legs by name, else by mode, that touch the places of a shock. (L,)"""
    import numpy as np

    if shock.leg:
        chosen = np.isin(world.leg_names, shock.leg)
    else:
        chosen = np.isin(np.asarray(world.mode_names)[world.legs["mode"]], shock.mode) | (not shock.mode)
    return chosen & touching(shock.jurisdiction or world.jurisdiction_names, world)
