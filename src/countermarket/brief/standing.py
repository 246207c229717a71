"""What a finding rests on, what the other options do, and what nobody can learn from the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countermarket.analysis.by_place import ALL_MARKETS, EVERYWHERE
from countermarket.analysis.evidenced import SHOWN, UNTESTED, WEAK, WRONG
from countermarket.brief.blocks import Block, Table
from countermarket.brief.facts import Facts
from countermarket.brief.plain_words import GLOSSARY, at_place, percent_of, ranged
from countermarket.charts.words import capital, count, listed

ENOUGH = 20
"""Runs from which nothing is said of their number."""
EVIDENCE = {
    SHOWN: "answers as natural experiments did",
    WEAK: "answers too weakly beside natural experiments: the effect may be larger",
    WRONG: "answers wrongly or too strongly beside natural experiments: do not rest on it",
    UNTESTED: "has been held to no evidence",
}


def ground_block(facts: Facts) -> Block:
    """What the finding rests on: the mechanisms behind it, and how they did beside natural experiments."""
    by_flag: dict[str, list[str]] = {}
    for mechanism, flag in facts.row["evidence"].items():
        by_flag.setdefault(flag, []).append(mechanism.replace("_", " "))
    bullets = tuple(f"{capital(listed(by_flag[flag]))}: {word}." for flag, word in EVIDENCE.items() if flag in by_flag)
    return Block("ground", "What it rests on", bullets=bullets or ("No mechanism behind it is held to evidence.",))


def options_block(facts: Facts) -> Block:
    """Every policy of the study beside this one, in the study's order."""
    worth = {row["scenario"]: row for row in facts.appraisal["rows"]}
    rows = tuple(_option(facts, row, worth[row["scenario"]]) for row in facts.source.document["ranking"])
    where = at_place(facts.place(), facts.world())
    caption = f"All policies of this study {where}, in the order of the cost to users; in brackets eight in ten runs"
    heads = ("Policy", "Dearer on arrival", "Dearer to users", "Units delivered", "Net value, world")
    return Block("options", "The other options", tables=(Table(caption, heads, rows),))


def _option(facts: Facts, row: Mapping[str, Any], worth: Mapping[str, Any]) -> tuple[str, ...]:
    """A policy's line."""
    label = facts.place() if facts.place() in row["places"] else EVERYWHERE
    told, net = row["places"].get(label, row["places"][EVERYWHERE])[ALL_MARKETS], worth["npv"]
    return (
        row["title"],
        ranged(percent_of(told["landed_index"])),
        ranged(percent_of(told["cost_index"])),
        ranged(told["units"]),
        f"{facts.money(net['mean'])} ({facts.money(net['low'])} to {facts.money(net['high'])})",
    )


def silence_block(facts: Facts) -> Block:
    """What nobody can learn from this page."""
    pairs = facts.row["pairs"]
    few = f"{capital(count(pairs, 'run'))} with it and without: too few for most questions; 20 are usual. "
    bullets = (
        f"{few if pairs < ENOUGH else ''}The ranges hold luck and doubtful numbers, not whether the model is right.",
        "How large an effect is: directions are right more often than sizes; it compares policies, forecasts nothing.",
        "What is lawful, proportionate or fair; what fear, corruption and trust are worth.",
        "Named people, firms or groups; how much crime there is.",
    )
    return Block("silence", "What we cannot say", bullets=bullets)


def glossary_table() -> Table:
    """The words of this page, and the exact term behind each."""
    return Table("Words on this page", ("Here", "In the tables", "Meaning"), GLOSSARY)
