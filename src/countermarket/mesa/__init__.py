"""The Mesa face of the model: `from countermarket.mesa import CriminalMarketModel`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from countermarket.mesa.model import CriminalMarketModel as CriminalMarketModel
    from countermarket.mesa.sets import RowAgents as RowAgents
    from countermarket.mesa.views import Agency as Agency
    from countermarket.mesa.views import Enabler as Enabler
    from countermarket.mesa.views import Group as Group

HOME_OF = {"CriminalMarketModel": "model", "RowAgents": "sets", "Agency": "views", "Enabler": "views", "Group": "views"}
__all__ = ["Agency", "CriminalMarketModel", "Enabler", "Group", "RowAgents"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: Mesa takes more than a second."""
    if name not in HOME_OF:
        raise AttributeError(f"module 'countermarket.mesa' has no attribute {name!r}")
    return getattr(import_module(f"countermarket.mesa.{HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *HOME_OF])
