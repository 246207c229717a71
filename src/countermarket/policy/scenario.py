"""What a scenario is, and what it is compared with."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import BaseModel, ConfigDict

from countermarket.policy.change_values import Change
from countermarket.policy.lever_values import Value
from countermarket.policy.shock_values import Shock

Effect = Literal["policy", "shocks", "all"]
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
    path: str = ""
    baseline_path: str = ""

    __iter__ = None  # type: ignore[assignment]  # mesa.batch_run would take an iterable for a list of values

    def __hash__(self) -> int:
        return hash((self.name, self.digest))

    @property
    def digest(self) -> str:
        """Return a hash of all that bears on the numbers: policy, changes, shocks and the pairing."""
        content = self.model_dump(mode="json", include={"policy", "changes", "shocks", "effect_of"})
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_baseline(self) -> bool:
        """Say whether this is the plain baseline."""
        return not self.changes and not self.shocks


def reference_of(scenario: Scenario) -> Scenario:
    """Return what a scenario is compared with: the baseline policy, the world without shocks, or both."""
    plain = scenario.model_copy(
        update={
            "name": "baseline",
            "title": "Baseline",
            "question": "",
            "changes": (),
            "shocks": (),
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
    return plain.model_copy(
        update={"name": f"{scenario.name}_without_shocks", "title": title, "changes": scenario.changes}
    )
