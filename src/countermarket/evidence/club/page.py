"""The table of the page on the club: what each size does, and which does best."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from countermarket.evidence.replications.blocks import table

FIGURES = {
    "index": "Index, delivered", "landed": "Landed", "rise per member": "Rise a member",
    "in good standing": "Good standing", "contribution": "Give", "compliance": "Above the floor", "trust": "Trust",
    "leaks per operation": "Leaks an operation",
    "operations": "Operations a month", "public cost": "Public cost, USD m", "public cost per member": "A member",
}  # fmt: skip
DIGITS = {"contribution": 2, "compliance": 2, "trust": 2, "leaks per operation": 3, "public cost": 0}
ORDERS = {
    "share": "By the share of a place's flow that passes founders",
    "value": "By the value of it",
    "apart": "By share again, members standing apart: each does what the alliance asks of it, nothing is done together",
}
WITH_ENDS = ("index", "landed")
MOST_NAMED = 6

Rows = Mapping[tuple[str, int], Mapping[str, Mapping[str, str]]]


def read(file: Path) -> Rows:
    """Figures of each club, by order and size, then by name."""
    clubs: dict[tuple[str, int], dict[str, Mapping[str, str]]] = {}
    with file.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            clubs.setdefault((row["order"], int(row["size"])), {})[row["figure"]] = row
    return clubs


def results(clubs: Rows) -> str:
    """A table for each order, and below it which size has the highest index."""
    parts = []
    for order in dict.fromkeys(order for order, _ in clubs):
        held = {size: figures for (other, size), figures in clubs.items() if other == order}
        rows = [[str(size), _joined(figures), *_cells(figures)] for size, figures in held.items()]
        parts.append(f"{ORDERS[order]}:\n\n{table(['Members', 'Joined', *FIGURES.values()], rows)}\n\n{_best(held)}")
    return "\n\n".join(parts)


def _joined(figures: Mapping[str, Mapping[str, str]]) -> str:
    """Who has joined since the size before; of many the first."""
    names = figures["index"]["joined"].split()
    rest = len(names) - MOST_NAMED
    return " ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _cells(figures: Mapping[str, Mapping[str, str]]) -> list[str]:
    return [_cell(name, figures[name]) for name in FIGURES]


def _cell(name: str, row: Mapping[str, str]) -> str:
    """A mean, with its interval where the question turns on it."""
    digits = DIGITS.get(name, 1)
    mean, low, high = (f"{float(row[end]):.{digits}f}" for end in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]" if name in WITH_ENDS else mean


def _best(held: Mapping[int, Mapping[str, Mapping[str, str]]]) -> str:
    """Which size has the highest mean of each index, and whether it lies between the smallest and the largest."""
    said = []
    for name, word in (("index", "delivered"), ("landed", "landed")):
        best = max(held, key=lambda size: float(held[size][name]["mean"]))
        inner = "the smallest" if best == min(held) else "the largest" if best == max(held) else "inside"
        said.append(f"{word}: {best} ({inner})")
    return f"Highest mean index, {'; '.join(said)}."
