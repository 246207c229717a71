"""Models of one's own found by name: a plugin that is installed, or an object in a module."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from countermarket.model.running.model import MODEL, Model
from countermarket.reading.errors import InputError
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown

GROUP = "countermarket.models"
"""The group of entry points under which a package offers models."""


def load_model(name: str) -> Model:
    """Return the model of a plugin, or of `module:object`; the folder one stands in is looked through too.

    The object is a Model, or a function that makes one of the standard model. InputError says what is there instead.
    """
    plugins = {point.name: point for point in entry_points(group=GROUP)}
    if name in plugins:
        return _model(name, _loaded(name, plugins[name]))
    if ":" not in name:
        known = f" Installed: {listed(plugins)}." if plugins else " None is installed."
        message = f"no plugin offers a model of this name.{nearest(name, plugins)}{known} Or write module:object"
        raise InputError(shown(name), None, "", message)
    return _model(name, _loaded(name, EntryPoint(name, name, GROUP)))


def _loaded(name: str, point: EntryPoint) -> Any:
    """What an entry point stands for."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        import_module(point.module)
        return point.load()
    except (ImportError, AttributeError, ValueError, SyntaxError) as error:
        raise InputError(shown(name), None, "", f"cannot be imported: {error}") from None


def _model(name: str, given: Any) -> Model:
    model = given(MODEL) if callable(given) and not isinstance(given, Model) else given
    if not isinstance(model, Model):
        message = f"is a {type(model).__name__}, not a model; make one with MODEL.adding(...)"
        raise InputError(shown(name), None, "", message)
    return model
