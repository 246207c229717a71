"""A small sweep over levers, run in the made-up model, and its page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from small_model import small_runner

from countermarket.explore.outcomes import Outcome, outcomes_in
from countermarket.explore.page import document
from countermarket.sweeps.sweep import run_sweep

STUDY = """\
title: Sharing and more
question: What does sharing do?
effort: add
factors:
  - {lever: alliance.data_sharing_share, low: 0, high: 1.0}
  - {lever: agencies.powers.members, low: 0, high: 0.8}
  - {lever: agencies.enablers_share.members, low: 0.06, high: 0.2}
  - {lever: alliance.channel, values: [mutual_legal_assistance, federated]}
  - {lever: alliance.members, values: [[five_eyes], [five_eyes, COL, ECU]]}
  - {lever: alliance.chokepoints, values: [{}, {GBR:container: 0.6, small_boat: 0.3}]}
design: {kind: latin_hypercube, samples: 30}
replicates: 2
months: 24
"""


def small_sweep(folder: Path, study: str = STUDY) -> Path:
    """The folder of the finished sweep."""
    (folder / "levers.yaml").write_text(study)
    return run_sweep(folder / "levers.yaml", workers=1, out=folder / "sweep", runner=small_runner())


def small_document(folder: Path) -> dict[str, Any]:
    """What its page knows, of a few outcomes: every surface takes its time."""
    shown = ("index", "index_landed", "change_harm", "change_public_cost_states", "cost_index_cocaine")

    def few(columns: Iterable[str]) -> list[Outcome]:
        return [one for one in outcomes_in(columns) if one.column in shown]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("countermarket.explore.answers.outcomes_in", few)
        return document(folder)
