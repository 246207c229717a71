"""The known name somebody may have meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

COMMON_SLIPS = {
    "UK": "GBR",
    "GB": "GBR",
    "US": "USA",
    "CA": "CAN",
    "AU": "AUS",
    "NZ": "NZL",
    "NL": "NLD",
    "UAE": "ARE",
    "boat": "small_boat",
    "sea": "container",
    "port": "container",
    "arms": "firearms",
    "guns": "firearms",
    "fraud": "cyber_fraud",
    "smuggling": "migrant_smuggling",
    "trafficking": "human_trafficking",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean X?' for the nearest known name, or nothing when none is near."""
    near = closest(word, known)
    return f" Did you mean {near}?" if near else ""


def closest(word: str, known: Iterable[str]) -> str:
    """The known name most like this one, the same first letter before others; empty when none is near."""
    names = {name.casefold(): name for name in known}
    slip = COMMON_SLIPS.get(word) or COMMON_SLIPS.get(word.upper()) or COMMON_SLIPS.get(word.lower())
    if slip and slip.casefold() in names:
        return slip
    return alike(word, names.values())


def alike(word: str, known: Iterable[str]) -> str:
    """The known name that is spelt or sounds like this one; none is near two letters."""
    from difflib import SequenceMatcher, get_close_matches

    names = {sound(name): name for name in known}
    wanted = sound(word[:80])
    cutoff = 1.0 if len(word) <= 2 else 0.6
    swapped = [name for name in names if sorted(name) == sorted(wanted)]
    close = swapped or get_close_matches(wanted, names, n=5, cutoff=cutoff)
    likeness = {name: (SequenceMatcher(None, name, wanted).ratio(), name[:1] == wanted[:1]) for name in close}
    return names[max(close, key=likeness.__getitem__)] if close else ""


def sound(word: str) -> str:
    """A word as it is heard: small letters without accents, k for c, f for ph, no letter twice running."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    heard = plain.casefold().replace("ph", "f").replace("c", "k")
    return "".join(one for place, one in enumerate(heard) if one.isdigit() or heard[place - 1 : place] != one)
