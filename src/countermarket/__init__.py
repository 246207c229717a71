"""Simulate criminal markets against enforcement: which policy raises the cost of illicit activity?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from countermarket.experiment import compare as compare
    from countermarket.experiment import run as run
    from countermarket.policy.reading import load_scenario as load_scenario
    from countermarket.policy.scenario import Scenario as Scenario
    from countermarket.reading.errors import InputError as InputError
    from countermarket.runs.experiment import Experiment as Experiment
    from countermarket.world.load import load_world as load_world

HOME_OF = {
    "Scenario": "policy.scenario",
    "load_scenario": "policy.reading",
    "InputError": "reading.errors",
    "run": "experiment",
    "compare": "experiment",
    "Experiment": "runs.experiment",
    "load_world": "world.load",
}
__all__ = ["Experiment", "InputError", "Scenario", "compare", "load_scenario", "load_world", "run"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import countermarket` costs nothing."""
    if name == "__version__":
        return import_module("importlib.metadata").version("countermarket")
    if name not in HOME_OF:
        raise AttributeError(f"module 'countermarket' has no attribute {name!r}")
    return getattr(import_module(f"countermarket.{HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *HOME_OF, "__version__"])
