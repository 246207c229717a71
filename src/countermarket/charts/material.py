"""What charts are drawn from: a study, its comparison, and the pairs of runs in it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermarket.analysis.carried import carries, interval_carries
from countermarket.analysis.intervals import probability_above
from countermarket.analysis.levels import Months
from countermarket.analysis.pairing import Arms, arms_of
from countermarket.declared.vocabulary import MARKETS
from countermarket.results.rows import laid_out
from countermarket.results.studies import Study

Floats = NDArray[np.float64]
Names = NDArray[np.str_]


class Arm(NamedTuple):
    """A ranked scenario: how it ranks, and its runs beside those of its reference."""

    name: str
    title: str
    entry: Mapping[str, Any]
    """Its row of the comparison's ranking."""
    runs: Arms


class Material(NamedTuple):
    """All that any chart may use."""

    study: Study
    document: Mapping[str, Any]
    arms: tuple[Arm, ...]
    """In rank order."""
    markets: tuple[str, ...]
    window: Months
    """The months that are ranked on."""


class Paired(NamedTuple):
    """One measure of a scenario and of its reference, pair by pair. (pairs, *labels)"""

    labels: dict[str, Names]
    after: Floats
    before: Floats


def material(study: Study, document: Mapping[str, Any]) -> Material:
    """The arms of a study in rank order, with the markets that were recorded."""
    described = {entry["name"]: entry for entry in study.manifest["scenarios"]}
    arms = []
    for entry in document["ranking"]:
        runs = arms_of(study, described[entry["scenario"]])
        if runs is not None:
            arms.append(Arm(entry["scenario"], str(entry["title"] or entry["scenario"]), entry, runs))
    there = [str(name) for name in np.unique(study.keys["market"]) if name]
    order = study.manifest["world"].get("markets", MARKETS)
    ordered = [name for name in order if name in there] + [name for name in there if name not in order]
    return Material(study, document, tuple(arms), tuple(ordered), Months(*document["window"]))


def measured(
    source: Material, arm: Arm, measure: str, by: tuple[str, ...] = ("market", "month"), **where: str
) -> Paired:
    """One measure of an arm and its reference; markets in the order they are shown."""
    pairs = arm.runs.pairs
    labels, after = laid_out(pairs.keys, pairs.scenario, measure, by, **where)
    before = laid_out(pairs.keys, pairs.baseline, measure, by, **where).values
    if "market" not in by:
        return Paired(labels, after, before)
    recorded = labels["market"].tolist()
    order = [recorded.index(name) for name in source.markets if name in recorded]
    axis = 1 + by.index("market")
    return Paired(
        {**labels, "market": labels["market"][order]},
        np.take(after, order, axis),
        np.take(before, order, axis),
    )


def unit_of(source: Material, market: str) -> str:
    """What one unit of a market is in the world of the study."""
    return str(source.study.manifest["world"].get("units", {}).get(market, "unit"))


def edges_of(samples: Floats) -> Floats:
    """10% quantile, mean and 90% quantile over the first axis; NaN where fewer than two are known."""
    known = np.isfinite(samples).sum(axis=0) >= 2
    filled = np.where(known, samples, 0.0)
    low, high = np.nanquantile(filled, [0.1, 0.9], axis=0)
    return np.where(known, np.array([low, np.nanmean(filled, axis=0), high]), np.nan)


def carried_in(samples: Floats, unchanged: float | Floats, questions: int) -> NDArray[np.int64]:
    """Whether the pairs carry a change: 1 or 0 for each of so many answers, as a table has it. samples: (pairs, ...)"""
    gaps = (samples - unchanged).reshape(len(samples), -1).T
    known = [of[np.isfinite(of)] for of in gaps]
    told = [int(carries(probability_above(of, 0.0), len(of), questions)) for of in known]
    return np.array(told, dtype=np.int64).reshape(samples.shape[1:])


def said(source: Material, questions: int, title: str) -> str:
    """A finding, or that the pairs cannot carry one out of so many questions."""
    pairs = min((arm.entry["pairs"] for arm in source.arms), default=0)
    return title if interval_carries(pairs, questions) else f"Too few pairs ({pairs}) for a finding"


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Element by element; NaN where the bottom is zero or undefined."""
    bottom = np.broadcast_to(bottom, np.broadcast_shapes(np.shape(top), np.shape(bottom)))
    known = np.isfinite(bottom) & (bottom != 0)
    quotient: Floats = np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=known)
    return quotient


def months_in_words(first: str, last: str) -> str:
    """'2033 to 2035' of whole years, else 'March 2033 to December 2035', of two months YYYY-MM."""
    if first.endswith("-01") and last.endswith("-12"):
        return first[:4] if first[:4] == last[:4] else f"{first[:4]} to {last[:4]}"
    return f"{month_in_words(first)} to {month_in_words(last)}"


def month_in_words(month: str) -> str:
    """'January 2033' of '2033-01'."""
    names = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    year, _, number = month.partition("-")
    return f"{names[int(number) - 1]} {year}"


def window_in_words(source: Material) -> str:
    """The ranking window in words."""
    return months_in_words(*source.window)


def source_line(source: Material) -> str:
    """Where the numbers come from: simulated, how many pairs, of what."""
    run = str(source.study.manifest.get("started") or "")[:10]
    when = f", run {int(run[8:])} {month_in_words(run[:7])}" if len(run) == 10 else ""
    return (
        f"countermarket simulation, study {source.study.path.name}{when}: {source.document['replicates']} paired "
        f"replicates per scenario, seed {source.document['seed']}. Simulated figures, not observations."
    )
