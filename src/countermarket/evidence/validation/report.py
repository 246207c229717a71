"""What is said of the experiments: rows for machines, words for the screen, counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countermarket.analysis.intervals import Interval
from countermarket.evidence.validation.judgement import INSIDE, SHOWN, WEAK, WORDS, WRONG
from countermarket.evidence.validation.trials import Outcome
from countermarket.results.sheets import sheet

SPANS = ((1, 3), (4, 6), (7, 12), (13, 24), (25, 36), (37, 48), (49, 60))
"""Months after the shock that the printed time profile averages over."""
NO_PERIOD = "-"
"""Where no recorded period ends in a span."""
CSV_COLUMNS = (
    "id", "evidence_row", "class", "scenario", "measure", "where", "contrast", "first_month", "last_month", "sign",
    "evidence", "low", "high", "model", "model_low", "model_high", "model_error", "profile", "verdict",
    "within_factor_two", "moves", "moved", "moved_low", "moved_high", "pairs", "mechanism", "blind", "registered",
    "reason", "source", "confidence", "note",
)  # fmt: skip


def json_rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A row for each experiment; booleans are never null."""
    return [_json_row(outcome) for outcome in outcomes]


def _json_row(outcome: Outcome) -> dict[str, Any]:
    one, model = outcome.experiment, outcome.model
    return {
        "id": one.id,
        "measure": one.measure,
        "mechanism": one.mechanism,
        "sign": one.sign,
        "evidence": one.effect,
        "low": one.low,
        "high": one.high,
        "model": model["mean"],
        "model_low": model["low"],
        "model_high": model["high"],
        "model_error": outcome.error,
        "moved": outcome.moved["mean"] if outcome.moved else None,
        "verdict": outcome.judgement.verdict,
        "within_factor_two": bool(outcome.judgement.within_factor_two),
        "pairs": outcome.pairs,
    }


def csv_text(outcomes: Sequence[Outcome]) -> str:
    """Every outcome with its registration, as CSV."""
    return sheet(CSV_COLUMNS, (_csv_row(outcome) for outcome in outcomes))


def _csv_row(outcome: Outcome) -> list[object]:
    one = outcome.experiment
    figures = [_cell(value) for value in (one.effect, one.low, one.high)]
    model = [_cell(outcome.model[side]) for side in ("mean", "low", "high")]
    registered = [one.id, one.evidence, one.kind, one.scenario, one.measure, one.where, one.contrast]
    read = [outcome.first, outcome.last, one.sign, *figures, *model, _cell(outcome.error), profile_text(outcome)]
    moved = [_cell(outcome.moved[side]) if outcome.moved else "" for side in ("mean", "low", "high")]
    judged = [outcome.judgement.verdict, factor_word(outcome), one.moves, *moved, outcome.pairs]
    said = [one.mechanism, one.blind, one.registered, one.reason, one.source, one.confidence, one.note]
    return [*registered, *read, *judged, *said]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def evidence_text(outcome: Outcome) -> str:
    """What the evidence found: a figure or a range, a band, or a sign alone."""
    one = outcome.experiment
    if one.low is None or one.high is None:
        return {1: "rise", -1: "fall", 0: "none"}[one.sign]
    if one.sign == 0:
        return f"none, {one.low:+g} to {one.high:+g}"
    return f"{one.low:+g} to {one.high:+g}" if one.low != one.high else f"{one.low:+g}"


def model_text(interval: Interval) -> str:
    """Mean and interval in per cent."""
    if interval["mean"] is None:
        return f"undefined ({interval['reason']})"
    return f"{signed(interval['mean'])} [{signed(interval['low'])}, {signed(interval['high'])}]"


def signed(value: float) -> str:
    """A signed percentage: one decimal below a hundred; no minus before zero."""
    text = f"{value:+.0f}" if abs(value) >= 99.95 else f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def profile_text(outcome: Outcome) -> str:
    """Mean effects over the spans of the time profile that hold a recorded period."""
    words = []
    for first, last in SPANS:
        known = [
            one["mean"]
            for month, one in zip(outcome.after, outcome.profile, strict=True)
            if first <= month <= last and one["mean"] is not None
        ]
        words.append(signed(sum(known) / len(known)) if known else NO_PERIOD)
    while words and words[-1] == NO_PERIOD:
        words.pop()
    return " | ".join(words)


def error_text(outcome: Outcome) -> str:
    """The standard error of the mean, in per cent."""
    return "-" if outcome.error is None else f"{outcome.error:.1f}" if outcome.error >= 0.1 else f"{outcome.error:.2g}"


def verdict_word(outcome: Outcome) -> str:
    """The verdict in words."""
    word = WORDS[outcome.judgement.verdict]
    silent = outcome.experiment.sign == 0 and outcome.judgement.verdict == WEAK
    return "counts for nothing: the treatment moves nothing" if silent else word


def factor_word(outcome: Outcome) -> str:
    """Yes, no, or that there is no figure to compare with."""
    if outcome.experiment.effect is None:
        return "no figure"
    return "yes" if outcome.judgement.within_factor_two else "no"


def met_word(outcome: Outcome) -> str:
    """The verdict, and of a figure whether its size is met."""
    word = outcome.judgement.verdict
    if outcome.experiment.effect is None or outcome.experiment.sign == 0:
        return "not shown" if word == WEAK else word
    size = "size met" if outcome.judgement.within_factor_two else "size not met"
    return f"{'not shown' if word == WEAK else word}, {size}"


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many directions are shown, not shown and wrong, in one line."""
    effects = [one for one in outcomes if one.experiment.sign != 0]
    nulls = [one for one in outcomes if one.experiment.sign == 0]
    of = {word: sum(one.judgement.verdict == word for one in effects) for word in (SHOWN, WEAK, WRONG)}
    sized = [one for one in effects if one.experiment.effect is not None]
    held = sum(one.judgement.verdict == INSIDE for one in nulls)
    idle = sum(one.judgement.verdict == WEAK for one in nulls)
    return (
        f"Direction shown in {of[SHOWN]} of {len(effects)} effects, not shown in {of[WEAK]}, wrong in {of[WRONG]}; "
        f"size within a factor of two in {sum(one.judgement.within_factor_two for one in sized)} of {len(sized)} "
        f"with a figure; {held} of {len(nulls)} findings of no effect hold, {idle} under a treatment that moves nothing"
    )
