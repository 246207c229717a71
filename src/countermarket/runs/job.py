"""One run: what is to be made, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from countermarket.policy.scenario import Scenario

Progress = Callable[[int, int, str], None]
"""How far something is: done, of how many, what is at hand. Of none: something said before it begins."""


class Runner(NamedTuple):
    """The model as a study sees it: what to call and with which world."""

    simulate: Callable[..., Any]
    """simulate(world, parameters, scenario, seed, replicate, months, trace) -> Outcome"""
    layout: Callable[..., Any]
    """layout(world, months) -> keys of the rows every run has"""
    replace: Callable[..., Any]
    """replace(parameters, {name: value}) -> parameters"""
    world: Any
    parameters: Any
    model: Any = None
    """A model that is not the standard one: its hash is part of a study's identity, its measures of its tables."""
    against: Any = None
    """The model that references run with, if it is another."""
    simulate_against: Callable[..., Any] | None = None
    """As `simulate`, with that model; rows of measures that it has not are NaN."""


class Job(NamedTuple):
    """One run to be made."""

    scenario: Scenario
    seed: int
    replicate: int
    months: int
    trace: bool = False
    overrides: tuple[tuple[str, float], ...] = ()
    """Parameters that differ from the world's own in this draw."""
    is_reference: bool = False


class Result(NamedTuple):
    """What came of a run."""

    values: NDArray[np.float64] | None
    """(rows,); None if it failed"""
    residuals: dict[str, float]
    trace: list[dict[str, Any]] | None
    message: str
    """Empty if it succeeded"""
    seconds: float


def run_job(runner: Runner, job: Job) -> Result:
    """One run; an exception becomes its message."""
    start = time.perf_counter()
    try:
        parameters = runner.parameters
        if job.overrides:
            parameters = runner.replace(parameters, dict(job.overrides))
        simulate = (runner.simulate_against if job.is_reference else None) or runner.simulate
        outcome = simulate(
            runner.world, parameters, job.scenario, job.seed, job.replicate, job.months, job.trace
        )
    except Exception as error:
        return _failed(f"{type(error).__name__}: {error}", time.perf_counter() - start)
    return Result(outcome.values, outcome.residuals, outcome.trace, "", time.perf_counter() - start)


def _failed(message: str, seconds: float) -> Result:
    return Result(None, {}, None, " ".join(message.split())[:500], seconds)
