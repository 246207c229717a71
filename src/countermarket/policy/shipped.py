"""Where scenario files are found: a path, or the name of one that ships with the package."""

from __future__ import annotations

from pathlib import Path

from countermarket.reading.errors import InputError
from countermarket.reading.files import beside_source
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown

BASELINE = "baseline.yaml"
HISTORY = "history"
"""Folder of scenarios whose calendar begins in the past: not ranked with those of today."""


def shipped_folder() -> Path:
    """Return the folder of shipped scenarios: in the wheel, or the project's when run from source."""
    return beside_source("scenarios")


def shipped_names() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def scenario_path(name: str | Path) -> Path:
    """Return the file of a scenario given by path or by shipped name; a file that exists goes first."""
    path = Path(name)
    if exists(path):
        return path
    stem = path.name.removesuffix(".yaml")
    if len(path.parts) == 1:
        for folder in (shipped_folder(), shipped_folder() / HISTORY):
            if exists(folder / f"{stem}.yaml"):
                return folder / f"{stem}.yaml"
    hint = nearest(stem, shipped_names())
    message = f"no such file, and no shipped scenario of that name.{hint} Shipped: {listed(shipped_names())}"
    raise InputError(shown(name, 200), None, "", message)


def exists(path: Path) -> bool:
    """Say whether something that can be read stands at a path."""
    try:
        return path.is_file() or (path.exists() and not path.is_dir())
    except (OSError, ValueError):
        return False


def baseline_path(scenario: Path) -> Path:
    """Return the baseline beside a scenario, or in its parent folder, else the shipped one."""
    folder = scenario.resolve().parent
    for place in (folder, folder.parent):
        if exists(place / BASELINE):
            return place / BASELINE
    return shipped_folder() / BASELINE
