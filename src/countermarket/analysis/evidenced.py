"""What experiments say of the mechanisms behind a result: read from the validation that ships with the package."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from countermarket.declared.levers import LEVERS
from countermarket.declared.mechanisms import MECHANISMS
from countermarket.declared.shocks import SHOCKS
from countermarket.reading.files import packaged

FILE = packaged("evidence", "validation", "outcomes.csv")
SHOWN, WEAK, WRONG, UNTESTED = "shown", "weak", "wrong", "untested"
WORDS = {
    WRONG: (
        "this mechanism answers wrongly or too strongly against experiments",
        "these answer wrongly or too strongly against experiments",
    ),
    WEAK: ("this mechanism answers too weakly against experiments", "these answer too weakly against experiments"),
    UNTESTED: ("no experiment has tested this mechanism", "no experiment has tested these mechanisms"),
    SHOWN: ("this mechanism answers as experiments found", "these mechanisms answer as experiments found"),
}
"""Of one mechanism, and of several; what speaks against a result stands first."""


class Flag(NamedTuple):
    """What the experiments on one mechanism say together."""

    flag: str
    """SHOWN, WEAK, WRONG or UNTESTED."""
    rows: int
    shown: int


@cache
def flags(file: Path = FILE) -> dict[str, Flag]:
    """Each mechanism's flag: shown where more than half of its rows are, else what most of the others are."""
    answers: dict[str, list[str]] = {}
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                answers.setdefault(row["mechanism"], []).append(row["answer"])
    return {name: flag_of(answers.get(name, [])) for name in MECHANISMS}


def flag_of(answers: list[str]) -> Flag:
    """The flag of a mechanism by what its rows say of it; of as many weak as wrong the worse."""
    shown, wrong = answers.count(SHOWN), answers.count(WRONG)
    if not answers:
        return Flag(UNTESTED, 0, 0)
    if 2 * shown > len(answers):
        return Flag(SHOWN, len(answers), shown)
    return Flag(WRONG if wrong and wrong >= answers.count(WEAK) else WEAK, len(answers), shown)


def of_the_model(file: Path = FILE) -> str:
    """How the whole model stands beside experiments: of how many answers how many are shown, and which fail."""
    of_each = flags(file)
    rows, shown = sum(one.rows for one in of_each.values()), sum(one.shown for one in of_each.values())
    if not rows:
        return "No experiment has tested any of its mechanisms."
    failing = in_words({name: one.flag for name, one in of_each.items() if one.flag in (WRONG, WEAK)})
    return "; ".join([f"Beside natural experiments {shown} of {rows} answers are shown", *failing]) + "."


def mechanisms_of(entry: Mapping[str, Any]) -> list[str]:
    """The mechanisms behind a scenario, by the levers it changes and its shocks, in the order of their declaration."""
    lines = entry.get("lines") or {}
    levers = {line["lever"] for line in lines.get("changes", [])}
    kinds = {line[0] for line in lines.get("shocks", [])}
    named = {name for lever in levers & set(LEVERS) for name in LEVERS[lever].mechanisms}
    named |= {name for kind in kinds & set(SHOCKS) for name in SHOCKS[kind].mechanisms}
    return [name for name in MECHANISMS if name in named]


def evidence_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The flag of each mechanism behind a scenario, by its name."""
    return {name: flags()[name].flag for name in mechanisms_of(entry)}


def in_words(evidence: Mapping[str, str]) -> list[str]:
    """A sentence for each flag, with the mechanisms that carry it; one where no mechanism is known."""
    if not evidence:
        return [f"what it changes is tied to no mechanism: {WORDS[UNTESTED][0]}"]
    return [
        f"{', '.join(_plain(of))}: {words[len(of) > 1]}"
        for flag, words in WORDS.items()
        if (of := [name for name, own in evidence.items() if own == flag])
    ]


def _plain(names: Iterable[str]) -> list[str]:
    """Names of mechanisms in plain words."""
    return [name.replace("_", " ") for name in names]
