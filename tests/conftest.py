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
