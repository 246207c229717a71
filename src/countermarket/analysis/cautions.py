"""What a reader of a ranking must know: policies that start late, runs that failed, pairs that are few."""

from __future__ import annotations

from typing import Any

from countermarket.analysis import pairing
from countermarket.analysis.levels import Months
from countermarket.results import studies

FEW_REPLICATES = 6


def untimely(
    ranked: list[dict[str, Any]], rows: list[dict[str, Any]], months: list[str], span: Months
) -> list[str]:
    """What must be said of scenarios that start within the window, or end before it does."""
    entries = {entry["name"]: entry for entry in ranked}
    said: list[str] = []
    for row in rows:
        entry = entries[row["scenario"]]
        said += pairing.late(row, entry, months, span.first) + pairing.lapsed(row, entry, months, span.last)
    return said


def failed_runs(study: studies.Study) -> list[dict[str, Any]]:
    """Runs that did not finish, and why."""
    return [
        {"scenario": run.scenario, "draw": run.draw, "replicate": run.replicate, "message": run.message}
        for run in study.runs
        if run.status != "done"
    ]


def warnings_of(study: studies.Study, ranked: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
    """What a reader of the ranking must know."""
    said = list(study.manifest.get("warnings", []))
    if len({entry["reference"] for entry in ranked}) > 1:
        said.append("the scenarios have different references (their shocks differ): see each row's reference")
    pairs = min((row["pairs"] for row in rows), default=0)
    if 0 < pairs < FEW_REPLICATES:
        said.append(
            f"only {pairs} paired replicates: fewer than {FEW_REPLICATES} carry no finding, 20 carry a page of them"
        )
    said += [
        f"{row['scenario']} did nothing: every run of it equals its reference bit for bit"
        for row in rows
        if row["did_nothing"]
    ]
    unranked = {entry["name"] for entry in ranked} - {row["scenario"] for row in rows}
    said += [f"{name} is not ranked: no run of it finished beside its reference" for name in sorted(unranked)]
    said += [
        f"{row['scenario']}: {row['pairs']} of {study.manifest['replicates']} replicates could be paired"
        for row in rows
        if row["pairs"] < study.manifest["replicates"]
    ]
    return said
