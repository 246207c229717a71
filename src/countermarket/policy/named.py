"""Names in a scenario: places, groups of them, ports and legs; and what an unknown one may have meant."""

from __future__ import annotations

from countermarket.declared.lever import Lever
from countermarket.declared.vocabulary import PARTNERS
from countermarket.policy.ports import PORTS
from countermarket.reading.errors import each_read
from countermarket.reading.spelling import COMMON_SLIPS, alike, nearest
from countermarket.reading.wording import listed, shown
from countermarket.reading.yaml_reader import Node, spoken
from countermarket.world.names import Names, legs_called

ASK_FOR_PLACES = "`countermarket places` lists all"


# --- lists ------------------------------------------------------------------------------------------------


def place_list(node: Node, key: str, names: Names) -> tuple[str, ...]:
    """Return a list of jurisdictions; a group in it stands for its members, whoever else is listed."""
    if not isinstance(node.value, list):
        meant = place_meant(node.value, names) if isinstance(node.value, str) else ""
        example = meant or ", ".join(names.jurisdictions[:2])
        raise node.error(key, f"{spoken(node.value)} is not a list; write [{example}]")
    chosen = each_read(node.value, lambda item: place_name(item, key, names))
    for place, name in enumerate(chosen):
        if name in chosen[:place]:
            raise node.value[place].error(key, f"{name} is listed twice; keep one")
    return tuple(dict.fromkeys(state for name in chosen for state in states_of(name, names)))


def place_name(node: Node, key: str, names: Names) -> str:
    """Return the name of a jurisdiction or of a group of them."""
    if isinstance(node.value, str) and (node.value in names.jurisdictions or node.value in names.groups):
        return node.value
    message = f"{spoken(node.value)} is not a known jurisdiction.{place_hint(node.value, names)} {ASK_FOR_PLACES}"
    raise node.error(key, message)


def states_of(name: str, names: Names) -> tuple[str, ...]:
    """Return the jurisdictions that a name stands for: itself, or the members of a group."""
    return names.groups.get(name, (name,))


def known_name(node: Node, key: str, known: tuple[str, ...], what: str, names: Names) -> str:
    """Return a name from a list of known ones."""
    if isinstance(node.value, str) and node.value in known:
        return node.value
    hint = (nearest(node.value, known) or kind_hint(node.value, what, names)) if isinstance(node.value, str) else ""
    raise node.error(key, f"{spoken(node.value)} is not a known {what}.{hint} Known: {listed(known)}")


# --- places that a map names ------------------------------------------------------------------------------


def places_called(lever: Lever, key: str, node: Node, names: Names) -> tuple[str, ...]:
    """Return what a key of a map lever stands for: a partner, a mode, ports, or legs."""
    if "partner" in lever.by:
        places: tuple[str, ...] = (key,) if key in PARTNERS else ()
        hint = nearest(key, PARTNERS) + f" Known: {listed(PARTNERS)}"
    else:
        places = (key,) if key in names.modes else ports_called(key, names) or legs_called(key, names)
        hint = port_hint(key, names)
    if not places:
        raise node.error(lever.name, f"{shown(key)}: no such {' or '.join(lever.by)}.{hint}", at=key)
    return places


def ports_called(key: str, names: Names) -> tuple[str, ...]:
    """Return the entries by one mode that a key names: `BEL:container`, or those of a group, `eu:container`."""
    place, _, mode = key.partition(":")
    if mode not in names.modes or not (place in names.jurisdictions or place in names.groups):
        return ()
    return tuple(f"{state}:{mode}" for state in states_of(place, names))


def is_port(key: str, names: Names) -> bool:
    """Say whether a key is a jurisdiction's entry by one mode, such as `BEL:container`."""
    return ports_called(key, names) == (key,)


# --- what may have been meant -----------------------------------------------------------------------------


def place_hint(word: object, names: Names) -> str:
    """Suggest the jurisdiction or group that a word may have meant, or say what else it is."""
    if not isinstance(word, str):
        return ""
    meant = "" if kind_hint(word, "jurisdiction", names) else place_meant(word, names)
    if meant in names.groups:
        return f" Did you mean the group {meant}?"
    if meant:
        title = names.titles.get(meant, "")
        return f" Did you mean {meant}{f' ({title})' if title else ''}?"
    return kind_hint(word, "jurisdiction", names)


def place_meant(word: str, names: Names) -> str:
    """Return the jurisdiction or group most like a word by its code, its name, or its port; empty if none is."""
    for name in (*names.groups, *names.jurisdictions):
        if name.casefold() == word.casefold().replace(" ", "_"):
            return name
    by_title = {title: code for code, title in names.titles.items()}
    known_as = COMMON_SLIPS.get(word.upper()) or PORTS.get(word.casefold(), "")
    if known_as in names.jurisdictions:
        return known_as
    starting = [code for title, code in by_title.items() if title.casefold().startswith(word.casefold())]
    if len(starting) == 1:
        return starting[0]
    code = alike(word, (*names.jurisdictions, *names.groups))
    title = "" if len(word) <= 3 else alike(word, by_title)
    return code or by_title.get(title, "")


def port_hint(key: str, names: Names) -> str:
    """Suggest the port, mode or leg that a key may have meant."""
    place, colon, mode = key.partition(":")
    meant = place_meant(place, names)
    if colon:
        right = mode if mode in names.modes else alike(mode, names.modes) or "container"
        return f" Did you mean {meant}:{right}?" if meant else f" A port is written BEL:container; {ASK_FOR_PLACES}"
    near = alike(key, (*names.modes, *names.legs))
    if near:
        return f" Did you mean {near}?"
    if meant:
        return f" Did you mean {meant}:container?"
    return f" A port is written BEL:container, a leg L030, a mode small_boat; {ASK_FOR_PLACES}"


def kind_hint(word: str, what: str, names: Names) -> str:
    """Say what a name is that stands where another kind of name belongs."""
    kinds = {
        "market": names.markets,
        "mode": names.modes,
        "service": names.services,
        "jurisdiction": names.jurisdictions,
        "group of states": tuple(names.groups),
        "leg": names.legs,
    }
    for kind, known in kinds.items():
        if kind != what and word in known:
            return f" ({shown(word)} is a {kind})"
    return ""
