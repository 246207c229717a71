"""The levers of a saved sweep as a page moves them: sliders and switches, each at its value in the baseline."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.declared.lever import Lever
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.lever_values import Value
from countermarket.policy.scenario import Scenario
from countermarket.results.folders import refused
from countermarket.world.names import Names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS = 50
"""A slider has at least so many places."""
NAMED = 4
"""Places or ports that a switch's words name before they count the rest."""


class Control(NamedTuple):
    """A slider, or a switch of several positions."""

    name: str
    """The factor's column in the sweep."""
    lever: Lever
    key: str
    low: float
    high: float
    start: float | None
    """Where it stands in the baseline: a number, or the place among the choices; None if it is none of them."""
    choices: tuple[Value, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_effort(self) -> bool:
        """Whether it is a share of agencies' effort."""
        return self.lever.name in EFFORT_SHARES

    def says(self, value: Value) -> bool:
        """Whether a position says all of a lever's value."""
        if self.choices:
            return any(_away(choice, value) == 0 for choice in self.choices)
        return set(value) == {self.key} if isinstance(value, Mapping) else isinstance(value, int | float)

    @property
    def label(self) -> str:
        """What it is called on the page."""
        plain = self.lever.name.partition(".")[2].replace("_", " ")
        return f"{plain[:1].upper()}{plain[1:]}{f', {self.key}' if self.key else ''}"

    @property
    def step(self) -> float:
        """Width of a slider's step, a power of ten."""
        return float(10.0 ** math.floor(math.log10((self.high - self.low) / STEPS)))

    @property
    def columns(self) -> int:
        """How many columns of the emulator it takes: one, or one for each choice after the first."""
        return max(len(self.choices) - 1, 1)

    def coded(self, position: float) -> list[float]:
        """A position as the emulator sees it: 0 to 1 over the range, or 1 in the column of the choice."""
        if self.choices:
            return [float(place == round(position)) for place in range(1, len(self.choices))]
        return [(position - self.low) / (self.high - self.low)]

    def at(self, value: Value) -> float | None:
        """The position nearest to a lever's value; a map's mean where the slider is one number; None: nowhere."""
        if self.choices:
            away = [_away(choice, value) for choice in self.choices]
            return None if min(away) == math.inf else float(away.index(min(away)))
        number = _of_map(value, self.key) if isinstance(value, Mapping) else value
        return float(number) if isinstance(number, int | float) else None


def controls_of(folder: Path, manifest: Mapping[str, Any], names: Names, baseline: Scenario) -> list[Control]:
    """The controls of a sweep. InputError if it varies anything but levers, or starts from another policy."""
    if manifest["scenario"] != "baseline":
        message = f"it varies {manifest['scenario']}; a page to explore starts from the baseline: leave scenario out"
        raise refused(folder, message)
    strange = [one["name"] for one in manifest["factors"] if one["kind"] != "lever"]
    if strange:
        raise refused(folder, f"it varies {', '.join(strange)}; a page to explore moves levers alone")
    return [_control(one, names, baseline) for one in manifest["factors"]]


def _control(factor: Mapping[str, Any], names: Names, baseline: Scenario) -> Control:
    """A factor of the manifest as a control."""
    lever = names.levers[factor["target"]]
    choices = tuple(_choice(lever, cell) for cell in factor.get("choices", ()))
    present = baseline.policy[lever.name]
    words = tuple(words_of(choice, names, present) for choice in choices)
    control = Control(
        factor["name"], lever, factor.get("key", ""), factor["low"], factor["high"], None, choices, words
    )
    start = control.at(present)
    inside = start is not None and control.low <= start <= control.high and (not choices or control.says(present))
    return control._replace(start=start if inside else None)


def _choice(lever: Lever, cell: Any) -> Value:
    """A choice as the lever has it, from its cell in the manifest: a word, `GBR+USA`, `GBR=0.5`, or a number."""
    if lever.kind == "names":
        return tuple(place for place in str(cell).split("+") if place)
    if lever.kind == "map":
        parts = (part.rpartition("=") for part in str(cell).split("+") if part)
        return {key: float(size) for key, _, size in parts}
    return cell if isinstance(cell, str) else float(cell)


def words_of(choice: Value, names: Names, present: Value) -> str:
    """A choice in words: how many states, and which beside the present ones; or which ports."""
    if isinstance(choice, tuple):
        if isinstance(present, tuple) and set(present) < set(choice):
            return f"{len(choice)} states: the present ones, {_first([one for one in choice if one not in present])}"
        group = next((group for group, states in names.groups.items() if set(states) == set(choice)), "")
        return f"{len(choice)} states: {group.replace('_', ' ') if group else _first(choice)}"
    if isinstance(choice, dict):
        return _first([f"{key} {size:g}" for key, size in choice.items()]) or "none added"
    return str(choice).replace("_", " ")


def _first(items: Sequence[str]) -> str:
    """The first few of a list and how many more."""
    more = len(items) - NAMED
    return ", ".join(items[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _away(one: Value, other: Value) -> float:
    """How far two values lie apart: states in one alone, intensities by place; words are the same or infinitely far."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return float(len(set(one) ^ set(other)))
    if isinstance(one, dict) and isinstance(other, dict):
        return float(sum(abs(_size(one, key) - _size(other, key)) for key in {*one, *other}))
    return 0.0 if one == other else math.inf


def _size(value: Mapping[str, Any], key: str) -> float:
    """The intensity at a place; nothing where none is named."""
    size = value.get(key, 0.0)
    return float(size) if isinstance(size, int | float) else 0.0


def _of_map(value: Mapping[str, Any], key: str) -> float | None:
    """The number of a key; of its default; of a map without keys that matter the mean."""
    if key:
        number = value.get(key, value.get("default"))
    else:
        numbers = [size for size in value.values() if isinstance(size, int | float)]
        number = sum(numbers) / len(numbers) if numbers else None
    return float(number) if isinstance(number, int | float) else None


def anchored(controls: Sequence[Control]) -> list[float] | None:
    """The baseline as the emulator sees it; None if a lever's present value was not among what was run."""
    if any(control.start is None for control in controls):
        return None
    return [cell for control in controls for cell in control.coded(control.start or 0.0)]


def described(control: Control) -> dict[str, Any]:
    """A control as the page's script reads it."""
    return {
        "name": control.name,
        "lever": control.lever.name,
        "key": control.key,
        "label": control.label,
        "unit": control.lever.unit,
        "meaning": control.lever.meaning,
        "low": control.low,
        "high": control.high,
        "step": control.step,
        "allowed": [control.lever.low, control.lever.high],
        "start": control.start,
        "effort": control.is_effort,
        "words": list(control.words),
        "yaml": [json.dumps(choice) for choice in control.choices],
    }
