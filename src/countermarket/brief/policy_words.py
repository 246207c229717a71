"""A policy in words: what is done, from what to what, when and for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.brief.blocks import Block, Table
from countermarket.brief.plain_words import named, place_name
from countermarket.charts.material import month_in_words
from countermarket.charts.words import capital
from countermarket.declared.levers import LEVERS

MONTH = re.compile(r"\b\d{4}-\d{2}\b")
MOST = 4
"""Levers told in words before the rest are counted."""


def policy_block(run: Mapping[str, Any], world: Mapping[str, Any], most: int = MOST) -> Block:
    """What a scenario does: its members, its levers with dates, and the sources of what they change."""
    lines, shocks = _moving(run["lines"]["changes"]), run["lines"]["shocks"]
    told = _by_lever(lines)
    bullets = [*told[:most]]
    if len(told) > most:
        bullets.append(f"And {len(told) - most} more, listed with every line and source below.")
    bullets += [f"Meanwhile: {kind.replace('_', ' ')}, {where}, {_since(when)}." for kind, where, _, when in shocks]
    return Block("policy", "The policy", _members(run["lines"]["members"], lines, world), tuple(bullets))


def _moving(lines: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Lines that change something, those that move furthest first as the file has them."""
    return [line for line in lines if line["before"] != line["after"]]


def _members(
    members: Sequence[Sequence[Any]], lines: Sequence[Mapping[str, str]], world: Mapping[str, Any]
) -> tuple[str, ...]:
    """Who takes part, when the policy moves the alliance at all."""
    if not members or not any(line["lever"].startswith("alliance.") for line in lines):
        return ()
    whom = {
        when: named([place_name(place, world) for place in who], 12) if who else "nobody" for when, who in members
    }
    said = [f"{capital(_since(when))}: {who}." for when, who in whom.items()]
    distinct = list(dict.fromkeys(one.partition(": ")[2] for one in said))
    return (f"Members throughout: {distinct[0]}",) if len(distinct) == 1 else ("Members. " + " ".join(said),)


def _by_lever(lines: Sequence[Mapping[str, str]]) -> list[str]:
    """A sentence for each lever, its lines joined."""
    by_lever: dict[str, list[Mapping[str, str]]] = {}
    for line in lines:
        by_lever.setdefault(line["lever"], []).append(line)
    return [_sentence(lever, of) for lever, of in by_lever.items()]


def _sentence(lever: str, lines: Sequence[Mapping[str, str]]) -> str:
    """What a lever is, and how far it moves."""
    meaning = LEVERS[lever].meaning.partition(";")[0].partition(" (")[0] if lever in LEVERS else lever
    unit = LEVERS[lever].unit if lever in LEVERS else ""
    moves = [f"{_level(line['before'], unit)} to {_level(line['after'], unit)}{_whom(line['whom'])}" for line in lines]
    when = lines[0]["when"]
    since = "step by step, " if " to " in when else "from "
    rest = "; and others" if len(moves) > 3 else ""
    return f"{meaning}: from {'; '.join(moves[:3])}{rest}, {since}{_since(when)}."


def _since(text: str) -> str:
    """Months within a text in words: 'from January 2027'."""
    return MONTH.sub(lambda match: month_in_words(match.group()), text)


def _level(text: str, unit: str) -> str:
    """A level as its unit asks: shares in percent, words without underscores."""
    try:
        value = float(text)
    except ValueError:
        return text.replace("_", " ")
    if unit.startswith("share"):
        return f"{value:.0%}" if value in (0.0, 1.0) or value >= 0.095 else f"{value:.1%}"
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:g}"


def _whom(text: str) -> str:
    """For whom, where that is not simply the members."""
    return "" if not text or text.startswith("members") else f" ({text.replace('_', ' ')})"


def sources_table(run: Mapping[str, Any]) -> Table:
    """Every line of a policy with the source of the value it changes."""
    rows = tuple(
        (line["lever"], line["before"], line["after"], line["when"], line["whom"], line["source"])
        for line in run["lines"]["changes"]
    )
    heads = ("Lever", "From", "To", "When", "For", "Source of the value before")
    return Table(f"{run['title']}, line by line", heads, rows)
