"""What is said of the experiments: rows for machines, a table for the screen, counts in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countermarket.analysis.intervals import Interval
from countermarket.evidence.validation.judgement import judge
from countermarket.evidence.validation.trials import Outcome
from countermarket.results.sheets import sheet

SPANS = ((1, 3), (4, 6), (7, 12), (13, 24), (25, 36), (37, 48), (49, 60))
"""Months after the shock that the printed time profile averages over."""
NO_PERIOD = "-"
"""Where no recorded period ends in a span."""
SLIGHT = 1.0
"""Effects below this many per cent are next to nothing, whatever their direction."""
CSV_COLUMNS = (
    "id", "evidence_row", "class", "scenario", "measure", "where", "contrast", "first_month", "last_month", "sign",
    "evidence", "low", "high", "model", "model_low", "model_high", "profile", "sign_right", "within_factor_two",
    "pairs", "source", "confidence", "note",
)  # fmt: skip


def json_rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """A row for each experiment whose evidence has a figure; booleans are never null."""
    return [
        {
            "id": outcome.experiment.id,
            "measure": outcome.experiment.measure,
            "evidence": outcome.experiment.effect,
            "low": outcome.experiment.low,
            "high": outcome.experiment.high,
            "model": outcome.model["mean"],
            "model_low": outcome.model["low"],
            "model_high": outcome.model["high"],
            "sign_right": bool(outcome.judgement.sign_right),
            "within_factor_two": bool(outcome.judgement.within_factor_two),
        }
        for outcome in outcomes
        if outcome.experiment.effect is not None
    ]


def csv_text(outcomes: Sequence[Outcome]) -> str:
    """Every outcome with its registration, as CSV."""
    return sheet(CSV_COLUMNS, (_csv_row(outcome) for outcome in outcomes))


def _csv_row(outcome: Outcome) -> list[object]:
    one = outcome.experiment
    figures = [_cell(value) for value in (one.effect, one.low, one.high)]
    model = [_cell(outcome.model[side]) for side in ("mean", "low", "high")]
    registered = [one.id, one.evidence, one.kind, one.scenario, one.measure, one.where, one.contrast]
    read = [outcome.first, outcome.last, one.sign, *figures, *model, profile_text(outcome)]
    judged = [sign_word(outcome), factor_word(outcome), outcome.pairs, one.source, one.confidence, one.note]
    return [*registered, *read, *judged]


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


def sign_word(outcome: Outcome) -> str:
    """Right or wrong, in words."""
    return "right" if outcome.judgement.sign_right else "wrong"


def factor_word(outcome: Outcome) -> str:
    """Yes, no, or that there is no figure to compare with."""
    if outcome.experiment.effect is None:
        return "no figure"
    return "yes" if outcome.judgement.within_factor_two else "no"


def met_word(outcome: Outcome) -> str:
    """A figure met or not; where there is none, a direction right or wrong."""
    if outcome.experiment.effect is None:
        return sign_word(outcome)
    return "met" if outcome.judgement.within_factor_two else "not met"


def is_sure(outcome: Outcome) -> bool:
    """Whether the whole 80% interval is right: on the evidence's side of zero, or inside the equivalence band."""
    one, interval = outcome.experiment, outcome.model
    ends = [judge(interval[side], one.sign, one.low, one.high).sign_right for side in ("low", "high")]
    return all(ends)


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many are right, in one line."""
    effects = [one for one in outcomes if one.experiment.sign != 0]
    nulls = [one for one in outcomes if one.experiment.sign == 0]
    right = [one for one in effects if one.judgement.sign_right]
    slight = sum(abs(one.model["mean"] or 0.0) < SLIGHT for one in right)
    sized = [one for one in effects if one.experiment.effect is not None]
    return (
        f"Direction right in {len(right)} of {len(effects)} effects ({sum(map(is_sure, right))} by the whole interval; "
        f"{slight} of less than {SLIGHT:g}%), size within a factor of two in "
        f"{sum(one.judgement.within_factor_two for one in sized)} of {len(sized)} with a figure; "
        f"{sum(one.judgement.sign_right for one in nulls)} of {len(nulls)} findings of no effect inside their band"
    )
