"""Simulate criminal markets against enforcement: which policy raises the cost of illicit activity?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from countermarket.declared.measures import Measure as Measure
    from countermarket.declared.own import Column as Column
    from countermarket.declared.own import OwnLever as OwnLever
    from countermarket.declared.own import OwnParameter as OwnParameter
    from countermarket.engine.streams import variates as variates
    from countermarket.experiment import compare as compare
    from countermarket.experiment import run as run
    from countermarket.model.running.finding import load_model as load_model
    from countermarket.model.running.mechanism import Mechanism as Mechanism
    from countermarket.model.running.mechanism import mechanism as mechanism
    from countermarket.model.running.model import MODEL as MODEL
    from countermarket.model.running.model import Model as Model
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
    "MODEL": "model.running.model",
    "Model": "model.running.model",
    "Mechanism": "model.running.mechanism",
    "mechanism": "model.running.mechanism",
    "Column": "declared.own",
    "OwnLever": "declared.own",
    "OwnParameter": "declared.own",
    "Measure": "declared.measures",
    "load_model": "model.running.finding",
    "variates": "engine.streams",
}
__all__ = [
    "MODEL",
    "Column",
    "Experiment",
    "InputError",
    "Measure",
    "Mechanism",
    "Model",
    "OwnLever",
    "OwnParameter",
    "Scenario",
    "compare",
    "load_model",
    "load_scenario",
    "load_world",
    "mechanism",
    "run",
    "variates",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import countermarket` costs nothing."""
    if name == "__version__":
        return import_module("importlib.metadata").version("countermarket")
    if name not in HOME_OF:
        raise AttributeError(f"module 'countermarket' has no attribute {name!r}")
    return getattr(import_module(f"countermarket.{HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *HOME_OF, "__version__"])
