"""What a scenario writes for a lever, read into a checked value: a number, word, tuple of names, or map."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from countermarket.declared.lever import Lever
from countermarket.declared.levers import LEVERS
from countermarket.declared.quantity import Quantity
from countermarket.policy.named import ASK_FOR_PLACES, place_hint, place_list, places_called, states_of
from countermarket.reading.errors import InputError, each_read
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown
from countermarket.reading.yaml_reader import Node, spoken
from countermarket.world.names import Names

Value = float | str | tuple[str, ...] | dict[str, float | dict[str, float]]
ANYWHERE = ("default", "members")
MAX_RAMP_MONTHS = 240


def named_lever(name: str, node: Node, levers: Mapping[str, Lever] = LEVERS) -> Lever:
    """Return the declared lever of this name, or say which name is nearest."""
    if name in levers:
        return levers[name]
    message = f"there is no such lever.{nearest_lever(name, levers)} `countermarket levers` lists all"
    raise node.error(shown(name), message, at=name)


def nearest_lever(name: str, levers: Mapping[str, Lever] = LEVERS) -> str:
    """Return ' Did you mean X?' for the lever nearest to a name, with or without its institution."""
    endings = {known.partition(".")[2]: known for known in levers}
    whole = nearest(name, levers)
    ending = nearest(name.rpartition(".")[2], endings)
    near = ending.removeprefix(" Did you mean ").removesuffix("?")
    return whole or (f" Did you mean {endings[near]}?" if near else "")


def dated_value(lever: Lever, node: Node, names: Names) -> tuple[Value, int]:
    """Read a value, bare or as `{value: ..., ramp_months: N}`, with its ramp in months."""
    if not (isinstance(node.value, dict) and {"value", "ramp_months"} & node.value.keys()):
        return lever_value(lever, node, names), 0
    for key in node.value:
        if key not in ("value", "ramp_months"):
            message = f"only value and ramp_months may stand here, not {shown(key)}; put the map under value"
            raise node.error(lever.name, message, at=key)
    if "value" not in node.value:
        raise node.error(lever.name, "ramp_months needs a value: {value: ..., ramp_months: 12}")
    value = lever_value(lever, node.value["value"], names)
    return value, ramp_of(lever, node)


def ramp_of(lever: Lever, node: Node) -> int:
    """Return the months over which a number moves to its new value."""
    if "ramp_months" not in node.value:
        return 0
    ramp = node.value["ramp_months"]
    if lever.kind in ("word", "names"):
        raise ramp.error(lever.name, f"a {lever.kind.rstrip('s')} cannot be ramped; leave ramp_months out")
    return whole_number(ramp, f"{lever.name}.ramp_months", 0, MAX_RAMP_MONTHS)


def lever_value(lever: Lever, node: Node, names: Names) -> Value:
    """Read one value as its lever's kind asks."""
    if lever.kind == "word":
        return one_word(lever, node)
    if lever.kind == "names":
        return place_list(node, lever.name, names)
    if lever.kind == "map":
        return map_value(lever, node, names)
    if isinstance(node.value, dict) and lever.by:
        return spread_value(lever, node, names)
    return number(node, lever.name, lever)


def number(node: Node, key: str, quantity: Quantity) -> float:
    """Return a number within its bounds; a flag or text is none."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise node.error(
            key, f"{spoken(value)} is not a number{number_hint(value)}; allowed: {quantity.allowed()}"
        )
    if abs(value) > 1e300 or not quantity.admits(float(value)):
        raise node.error(
            key,
            f"{value:.6g} is out of bounds{share_hint(value, quantity)}; allowed: {quantity.allowed()}",
        )
    return float(value) + 0.0


def whole_number(node: Node, key: str, low: int, high: int) -> int:
    """Return a whole number within bounds."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise node.error(key, f"{spoken(value)} is not allowed; write a whole number from {low} to {high}")
    return value


def number_hint(value: object) -> str:
    """Say how to write what looks like a number."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return " (write a share: 60% is 0.6)"
    if isinstance(value, str) and value.strip().replace(".", "", 1).isdigit():
        return " but text (leave out the quotation marks)"
    return ""


def share_hint(value: float, quantity: Quantity) -> str:
    """Say that a percentage was meant as a share."""
    return f" (did you mean {value / 100:g}?)" if quantity.high == 1 and 1 < value <= 100 else ""


def one_word(lever: Lever, node: Node) -> str:
    """Return one of the words a lever allows."""
    if isinstance(node.value, str) and node.value in lever.words:
        return node.value
    hint = nearest(node.value, lever.words) if isinstance(node.value, str) else ""
    raise node.error(lever.name, f"{spoken(node.value)} is not allowed here; write {lever.allowed()}.{hint}")


def map_value(lever: Lever, node: Node, names: Names) -> dict[str, float | dict[str, float]]:
    """Read a map lever, whose keys are places or partners; legs that stand for several are written out."""
    if not isinstance(node.value, dict):
        raise node.error(lever.name, f"{spoken(node.value)} is not a map; allowed: {lever.allowed()}")
    value: dict[str, float | dict[str, float]] = {}
    for key, places in each_of(node, lambda key: places_called(lever, key, node, names)).items():
        size = number(node.value[key], f"{lever.name}.{shown(key)}", lever)
        for place in places:
            if len(places) > 1 and place in node.value:
                continue
            if place in value:
                raise node.error(lever.name, f"{shown(key)} names {place} a second time; keep one", at=key)
            value[place] = size
    return value


def each_of(node: Node, read: Callable[[str], tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what each key of a map stands for; InputError with all of those that stand for nothing."""
    return dict(zip(node.value, each_read(node.value, read), strict=True))


def spread_value(lever: Lever, node: Node, names: Names) -> dict[str, float | dict[str, float]]:
    """Read a map by jurisdiction (and market) or by service; a market on top counts for all jurisdictions."""
    if not node.value:
        raise node.error(lever.name, "the map is empty; write a value, or leave the lever out")
    value: dict[str, float | dict[str, float]] = {}
    for key, scopes in each_of(node, lambda key: scopes_called(lever, key, node, names)).items():
        child, label = node.value[key], f"{lever.name}.{shown(key)}"
        for scope in scopes:
            if not scope:
                add_market(value, key, number(child, label, lever), node, label)
            elif isinstance(child.value, dict) and "market" in lever.by:
                add_markets(value, scope, market_values(lever, child, label, names), node, label)
            else:
                add_whole(value, scope, number(child, label, lever), node, label)
    return value


def scopes_called(lever: Lever, key: str, node: Node, names: Names) -> tuple[str, ...]:
    """Return what a key stands for: a scope, the states of a group that are not named themselves, or a market ("")."""
    if "market" in lever.by and key in names.markets:
        return ("",)
    if key in known_scopes(lever, names):
        return (key,)
    if "service" in lever.by or key not in names.groups:
        raise unknown_scope(lever, key, node, names)
    states = tuple(state for state in states_of(key, names) if state not in node.value)
    before = list(node.value)[: list(node.value).index(key)]
    twice = [(state, other) for state in states for other in before if state in names.groups.get(other, ())]
    for state, other in twice[:1]:
        raise node.error(lever.name, f"{state} is in {other} and in {key}; say what holds for {state}", at=key)
    return states


def known_scopes(lever: Lever, names: Names) -> tuple[str, ...]:
    """Return the keys a lever's map may have, markets and groups of states aside."""
    if "service" in lever.by:
        return ("default", *names.services)
    return (*ANYWHERE, *names.jurisdictions)


def unknown_scope(lever: Lever, key: str, node: Node, names: Names) -> InputError:
    """Say which keys a lever's map may have, and which of them was perhaps meant."""
    is_by_place = "jurisdiction" in lever.by
    others = known_scopes(lever, names) if not is_by_place else ANYWHERE
    known = others + (names.markets if "market" in lever.by else ())
    hint = nearest(key, known) or (place_hint(key, names) if is_by_place else "")
    further = f", a jurisdiction or a group of them; {ASK_FOR_PLACES}" if is_by_place else ""
    message = f"{shown(key)} is not a known {' or '.join(lever.by)}.{hint} Known: {listed(known)}{further}"
    return node.error(lever.name, message, at=key)


def market_values(lever: Lever, node: Node, label: str, names: Names) -> dict[str, float]:
    """Read the values by market of one jurisdiction."""
    known = ("default", *names.markets)
    for key in node.value:
        if key not in known:
            raise node.error(
                label,
                f"{shown(key)} is not a known market.{nearest(key, known)} Known: {listed(known)}",
                at=key,
            )
    if not node.value:
        raise node.error(label, "the map is empty; write a value, or leave it out")
    return {key: number(child, f"{label}.{key}", lever) for key, child in node.value.items()}


def add_market(
    value: dict[str, float | dict[str, float]], market: str, size: float, node: Node, label: str
) -> None:
    """Add a market's value for every jurisdiction."""
    add_markets(value, "default", {market: size}, node, label, at=market)


def add_whole(
    value: dict[str, float | dict[str, float]], scope: str, size: float, node: Node, label: str
) -> None:
    """Add a value for all markets of a scope."""
    if scope in value:
        add_markets(value, scope, {"default": size}, node, label)
    else:
        value[scope] = size


def add_markets(
    value: dict[str, float | dict[str, float]],
    scope: str,
    sizes: dict[str, float],
    node: Node,
    label: str,
    at: str | None = None,
) -> None:
    """Add values by market to a scope, refusing one that is there already."""
    present = value.get(scope, {})
    known = present if isinstance(present, dict) else {"default": present}
    for market in sizes:
        if market in known:
            raise node.error(label, f"{scope} has a value for {market} already; keep one", at=at or scope)
    value[scope] = {**known, **sizes}
