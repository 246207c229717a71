"""The outcome of the validation that ships with the package: what every comparison says of its mechanisms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from countermarket.evidence.validation.judgement import answer
from countermarket.evidence.validation.registration import Experiment
from countermarket.evidence.validation.trials import Outcome
from countermarket.reading.files import packaged
from countermarket.results.folders import replace_text

FILE = packaged("evidence", "validation", "outcomes.csv")
COLUMNS = (
    "id", "mechanism", "answer", "verdict", "within_factor_two", "model", "low", "high", "error", "moved", "pairs",
    "row", "code",
)  # fmt: skip
"""`answer` is what the row says of its mechanism; `row` is the digest of what was registered; figures in per cent."""


def row_digest(experiment: Experiment) -> str:
    """A digest of all that decides how an experiment is run and judged."""
    kept = experiment._replace(source="", confidence="", note="", reason="")
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:12]


def ship(outcomes: Sequence[Outcome], code: str, file: Path = FILE) -> Path:
    """Write the outcome of every experiment into the package."""
    rows = [",".join(COLUMNS), *(",".join(_row(one, code)) for one in outcomes)]
    return replace_text(file, "\n".join(rows) + "\n")


def _row(outcome: Outcome, code: str) -> list[str]:
    one, model, judged = outcome.experiment, outcome.model, outcome.judgement
    said = answer(judged.verdict, model["mean"], one.sign, one.low, one.high)
    moved = outcome.moved["mean"] if outcome.moved else None
    figures = [_cell(value) for value in (model["mean"], model["low"], model["high"], outcome.error, moved)]
    words = [one.id, one.mechanism, said, judged.verdict, "yes" if judged.within_factor_two else "no"]
    return [*words, *figures, str(outcome.pairs), row_digest(one), code]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
