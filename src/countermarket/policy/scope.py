"""What a scenario acts on: the places, modes and markets that are *inside* when displacement is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from countermarket.policy.scenario import Scenario
    from countermarket.world.places import LegPlace

KIND_OF_LEVER = {"agencies.migration_sanctions": "consent"}
"""Levers that act on markets of one kind whatever is written."""


class Scope(NamedTuple):
    """Where a scenario ever acts, in both arms of a comparison the same."""

    jurisdictions: tuple[str, ...]
    modes: tuple[str, ...]
    """Modes singled out by chokepoints or closures; empty if none is."""
    markets: tuple[str, ...]
    """Markets singled out; empty if anything it does acts on all markets."""


class _Reach(NamedTuple):
    """What one change or shock acts on; None where it singles nothing out."""

    jurisdictions: frozenset[str]
    modes: frozenset[str] = frozenset()
    markets: frozenset[str] | None = None


def scope_of(
    scenario: Scenario, jurisdictions: Iterable[str], legs: Mapping[str, LegPlace], kinds: Mapping[str, str]
) -> Scope:
    """The scope of a scenario's changes, and of its shocks where their effect is what is asked; `kinds` of markets."""
    everywhere = frozenset(jurisdictions)
    members = _members_ever(scenario)
    reaches: list[_Reach] = []
    if scenario.effect_of in ("policy", "all"):
        reaches += [_of_change(change, everywhere, members, legs, kinds) for change in scenario.changes]
    if scenario.effect_of in ("shocks", "all"):
        reaches += [_of_shock(shock, everywhere, legs) for shock in scenario.shocks]
    return _together(reaches)


def _together(reaches: list[_Reach]) -> Scope:
    """Places and modes add up; a market is singled out only if everything is."""
    places = frozenset[str]().union(*(reach.jurisdictions for reach in reaches))
    modes = frozenset[str]().union(*(reach.modes for reach in reaches))
    markets: frozenset[str] = frozenset()
    if reaches and all(reach.markets is not None for reach in reaches):
        markets = markets.union(*(reach.markets or () for reach in reaches))
    return Scope(tuple(sorted(places)), tuple(sorted(modes)), tuple(sorted(markets)))


def _members_ever(scenario: Scenario) -> frozenset[str]:
    """Members of the alliance at any time."""
    values = [scenario.policy.get("alliance.members")]
    values += [change.value for change in scenario.changes if change.lever == "alliance.members"]
    return frozenset(name for value in values if isinstance(value, tuple) for name in value)


def _of_change(
    change: Any,
    everywhere: frozenset[str],
    members: frozenset[str],
    legs: Mapping[str, LegPlace],
    kinds: Mapping[str, str],
) -> _Reach:
    """What a dated change of a lever acts on."""
    if change.lever in ("alliance.chokepoints", "agencies.border_control"):
        return _of_places(change.value, members if change.lever.startswith("alliance.") else everywhere, legs)
    if change.lever == "alliance.blackout_zone":
        return _Reach(members | frozenset(change.value))
    if change.lever.startswith("alliance."):
        return _Reach(members)
    places = _places(change.value, everywhere, members)
    if change.lever in KIND_OF_LEVER:
        only = frozenset(market for market, kind in kinds.items() if kind == KIND_OF_LEVER[change.lever])
        return _Reach(places, markets=only)
    return _Reach(places, markets=_markets(change.value))


def _places(value: Any, everywhere: frozenset[str], members: frozenset[str]) -> frozenset[str]:
    """Jurisdictions named in the value of an agency lever."""
    if not isinstance(value, dict) or "default" in value:
        return everywhere
    named = frozenset(value) & everywhere
    return named | members if "members" in value else named


def _markets(value: Any) -> frozenset[str] | None:
    """Markets named in the value of a lever by market; None if it holds for all."""
    if not isinstance(value, dict) or not value:
        return None
    inner = list(value.values())
    if not all(isinstance(item, dict) and "default" not in item for item in inner):
        return None
    return frozenset(market for item in inner for market in item)


def _of_places(value: Mapping[str, Any], members: frozenset[str], legs: Mapping[str, LegPlace]) -> _Reach:
    """What chokepoints act on: a leg's two ends, a port, or a mode wherever those are who control it."""
    places, modes, markets = set[str](), set[str](), set[str]()
    one_market = bool(value)
    for key in value:
        if key in legs:
            places |= {legs[key].origin, legs[key].destination}
            modes.add(legs[key].mode)
            markets.add(legs[key].market)
            continue
        one_market = False
        port, colon, mode = key.partition(":")
        places |= {port} if colon else members
        modes.add(mode if colon else key)
    return _Reach(frozenset(places), frozenset(modes), frozenset(markets) if one_market else None)


def _of_shock(shock: Any, everywhere: frozenset[str], legs: Mapping[str, LegPlace]) -> _Reach:
    """What a shock acts on: what its selectors name, and everything where they name nothing."""
    on_legs = [legs[name] for name in _named(shock, "leg") if name in legs]
    places = frozenset([*_named(shock, "jurisdiction"), *_named(shock, "pair")])
    places |= {end for leg in on_legs for end in (leg.origin, leg.destination)}
    modes = frozenset([*_named(shock, "mode"), *(leg.mode for leg in on_legs)])
    markets = frozenset([*_named(shock, "market"), *(leg.market for leg in on_legs)])
    return _Reach(places or everywhere, modes, markets or None)


def _named(shock: Any, selector: str) -> tuple[str, ...]:
    """The names a selector holds: none, one or several."""
    value = getattr(shock, selector, None)
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
