"""What was run, as a study keeps it: whoever edits a file later still sees this."""

from __future__ import annotations

from typing import Any


def as_run(entry: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """A scenario's lines, and its file and its baseline's as they were when it ran."""
    path, baseline = entry.get("path", ""), entry.get("baseline_path", "")
    return {
        "scenario": entry["name"],
        "title": entry["title"],
        "lines": entry.get("lines") or {"changes": [], "members": [], "effort": "", "shocks": []},
        "path": path,
        "text": texts.get(path, ""),
        "baseline_path": baseline,
        "baseline_text": texts.get(baseline, ""),
    }
