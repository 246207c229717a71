"""What a scenario is, and what it is compared with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from countermarket.declared.calendar import PRESENT, month_name
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.change_values import Change
from countermarket.policy.lever_values import Value
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError

Effect = Literal["policy", "shocks", "all"]
Effort = Literal["", "shift", "add"]
EFFORTS: tuple[Effort, ...] = ("shift", "add")
HISTORICAL = "historical"
"""What the baseline of a world that sourced series move is called."""
EFFECTS: tuple[Effect, ...] = ("policy", "shocks", "all")


class Scenario(BaseModel):
    """A complete policy scenario: the baseline's values, dated changes and shocks. Not iterable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    policy: dict[str, Value]
    question: str = ""
    changes: tuple[Change, ...] = ()
    shocks: tuple[Shock, ...] = ()
    effect_of: Effect = "policy"
    effort: Effort = ""
    """What a set share of effort means: the same officers, others make room (shift, or unsaid); or more (add)."""
    begins: int = PRESENT
    """The first reported month, in months from January 2026: negative for a calendar that begins in the past."""
    drivers: tuple[Shock, ...] = ()
    """What moves the world meanwhile: a reference shares it, and the spin-up runs under its first values."""
    driven: tuple[Change, ...] = ()
    """The same for levers."""
    path: str = ""
    baseline_path: str = ""

    __iter__ = None  # type: ignore[assignment]  # mesa.batch_run would take an iterable for a list of values

    def __hash__(self) -> int:
        return hash((self.name, self.digest))

    @property
    def digest(self) -> str:
        """Return a hash of all that bears on the numbers: policy, changes, shocks and the pairing."""
        told = {"policy", "changes", "shocks", "effect_of"}
        told |= {name for name in ("begins", "drivers", "driven") if getattr(self, name)}
        told |= {"effort"} if self.adds_officers else set()
        content = self.model_dump(mode="json", include=told)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def sets_effort(self) -> bool:
        """Say whether a share of effort is set at any time."""
        return any(change.lever in EFFORT_SHARES for change in self.changes)

    @property
    def adds_officers(self) -> bool:
        """Say whether shares of effort that are set bring officers of their own."""
        return self.effort == "add" and self.sets_effort

    @property
    def dated(self) -> tuple[Change, ...]:
        """Return every dated change of a lever: of the world's course, then the policy's own."""
        return (*self.driven, *self.changes)

    @property
    def is_baseline(self) -> bool:
        """Say whether this is the plain baseline."""
        return not self.changes and not self.shocks


def counted_from_start(scenario: Scenario) -> Scenario:
    """Return a scenario with its months counted from its first reported one, as a run counts them."""
    if not scenario.begins:
        return scenario
    shift = scenario.begins
    lists: dict[str, object] = {"begins": PRESENT}
    for name in ("changes", "driven"):
        lists[name] = tuple(one.model_copy(update={"month": one.month - shift}) for one in getattr(scenario, name))
    for name in ("shocks", "drivers"):
        lists[name] = tuple(one.model_copy(update={"start": one.start - shift}) for one in getattr(scenario, name))
    return scenario.model_copy(update=lists)


def common_start(scenarios: Sequence[Scenario]) -> int:
    """Return when the calendars of scenarios begin; InputError if not all at once, which cannot be compared."""
    begins = {scenario.begins: scenario.name for scenario in scenarios}
    if len(begins) > 1:
        told = ", ".join(f"{name} begins in {month_name(month)}" for month, name in sorted(begins.items()))
        message = f"runs of different years cannot be compared: {told}; run them apart"
        raise InputError("", None, "begins", message)
    return next(iter(begins), PRESENT)


def reference_of(scenario: Scenario) -> Scenario:
    """Return what a scenario is compared with: the baseline policy, the world without shocks, or both."""
    if scenario.is_baseline and scenario.drivers:
        return scenario
    plain = scenario.model_copy(
        update={
            "name": HISTORICAL if scenario.drivers else "baseline",
            "title": "Historical" if scenario.drivers else "Baseline",
            "question": "",
            "changes": (),
            "shocks": (),
            "effort": "",
            "effect_of": "policy",
            "path": scenario.baseline_path,
        }
    )
    if scenario.effect_of == "all" or (scenario.effect_of == "policy" and not scenario.shocks):
        return plain
    if scenario.effect_of == "policy":
        shocked = plain.model_copy(update={"shocks": scenario.shocks})
        name = f"baseline_with_shocks_{shocked.digest[:6]}"
        return shocked.model_copy(update={"name": name, "title": "Baseline under the same shocks"})
    if not scenario.changes:
        return plain
    title = f"{scenario.title}, without its shocks"
    own = {"changes": scenario.changes, "effort": scenario.effort}
    return plain.model_copy(update={"name": f"{scenario.name}_without_shocks", "title": title, **own})
