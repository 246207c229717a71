"""What every test may count on: the model's machine code is there, made once for all processes that run tests."""

from __future__ import annotations

import pytest

from countermarket.engine.objects import kept_object


@pytest.fixture(scope="session", autouse=True)
def _machine_code() -> None:
    """Make the object file where this version has none yet; the other processes wait for the one that does."""
    if kept_object() is None:
        from countermarket.runs.warm_up import compile_kernels

        compile_kernels()


LONG = (
    "docs/test_tutorials.py",
    "evidence/test_ablations.py",
    "evidence/test_calibration.py",
    "evidence/test_club.py",
    "evidence/test_replications.py",
    "brief/test_formats.py",
    "charts/test_typeface.py",
    "cli/test_analyses.py",
    "explore/",
    "model/running/test_oracle_mode.py",
    "model/shocks/test_shocks_effects.py",
    "model/test_adaptation.py",
    "patterns/",
    "properties/test_limits.py",
    "runs/test_study.py::test_whatever_kills",
    "sweeps/test_analysis.py",
)
"""Tests that take more than the gate's ten minutes leave room for on a slow machine: `pytest -m slow` runs them."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them slow, before those are left out."""
    for item in items:
        if any(f"tests/{long}" in item.nodeid for long in LONG):
            item.add_marker(pytest.mark.slow)
