"""Plain words for a private office, and the exact term behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.analysis.intervals import Interval
from countermarket.charts.words import DASH, is_known, listed, minus

GLOSSARY: tuple[tuple[str, str, str], ...] = (
    ("without the policy", "paired reference", "a run of the same world with the same luck, apart in the policy alone"),
    ("dearer", "cost of illicit activity, index", "what all groups spend, risk and lose to deliver a unit"),
    ("on arrival", "landed", "at the wholesale market of the country of destination, before the trade at home"),
    ("to users", "delivered", "when it reaches those who use it, or are its victims"),
    ("runs", "paired replicates", "each with its own luck and its own draw of the doubtful numbers"),
    ("eight in ten runs", "80% interval", "the middle 80% of the runs; the model may be wrong besides"),
    ("may be luck", "not carried by the pairs", "chance gives so many on one side once in twenty pages or more"),
    ("moves elsewhere", "displacement", "what appears outside for each unit lost where the policy acts"),
    ("falls elsewhere too", "diffusion of benefit", "displacement below zero"),
    ("net value", "net present value", "what is saved less what is paid, later years counting less"),
)  # fmt: skip
"""What is said, what it is called in the tables, and what it means."""
WITH_ARTICLE = (
    "United Kingdom", "United States", "Netherlands", "Philippines", "United Arab Emirates", "Cayman Islands",
    "British Virgin Islands", "Dominican Republic", "Democratic Republic of the Congo",
)  # fmt: skip


def place_name(label: str, world: Mapping[str, Any]) -> str:
    """A place as a sentence has it: 'the United Kingdom', 'where it acts', 'the group eu'."""
    name = str(world.get("places", {}).get(label, {}).get("name", label))
    if name == "all":
        return "the world"
    if label in world.get("groups", {}):
        return f"the group {label}"
    return f"the {name}" if name in WITH_ARTICLE or name == "rest of the world" else name


def at_place(label: str, world: Mapping[str, Any]) -> str:
    """A place with its preposition, where it needs one."""
    name = place_name(label, world)
    return name if name.startswith("where") else f"in {name}"


def percent_of(index: Interval) -> Interval:
    """An index as a change in percent."""
    ends = {end: index[end] - 100.0 if is_known(index.get(end)) else None for end in ("mean", "low", "high")}
    return ends | {"carried": index.get("carried", False)}


def pct(value: float | None) -> str:
    """A change in percent: whole from ten on, one decimal below; a dash if undefined."""
    if not is_known(value):
        return DASH
    amount = value or 0.0
    if abs(amount) < 0.05:
        return "0%"
    return minus(f"{amount:+.{0 if abs(amount) >= 9.95 else 1}f}%")


def ranged(change: Interval) -> str:
    """A change and its ends: '+4.0% (+1.2% to +11%)'."""
    if not is_known(change.get("mean")):
        return DASH
    return f"{pct(change['mean'])} ({pct(change['low'])} to {pct(change['high'])})"


def amount(value: float | None, sign: str) -> str:
    """Money in billions or millions of a currency: '£1.6 bn', '£40 m'."""
    if not is_known(value):
        return DASH
    size = abs(value or 0.0)
    before = "\u2212" if (value or 0.0) < 0 and size >= 5e5 else ""
    if size >= 9.95e9:
        return f"{before}{sign}{size / 1e9:,.0f} bn"
    if size >= 9.95e7:
        return f"{before}{sign}{size / 1e9:.2g} bn" if size < 9.95e8 else f"{before}{sign}{size / 1e9:.1f} bn"
    return f"{before}{sign}{size / 1e6:,.0f} m"


def excludes(change: Interval, unchanged: float = 0.0) -> bool:
    """Whether an interval lies wholly on one side of no change."""
    return is_known(change.get("low")) and (change["low"] > unchanged or change["high"] < unchanged)


def named(items: Sequence[str], most: int = 4) -> str:
    """A list in words, the rest counted."""
    if len(items) <= most:
        return listed(list(items))
    return f"{', '.join(items[:most])} and {len(items) - most} more"
