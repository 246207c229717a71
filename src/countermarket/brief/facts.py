"""What a submission is written from: a policy's row of the comparison and of the appraisal, and what was run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from countermarket.brief.plain_words import amount
from countermarket.charts.material import Material
from countermarket.reading.errors import InputError

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


class Facts(NamedTuple):
    """All that a submission is written from."""

    source: Material
    row: Mapping[str, Any]
    """The policy's row of the comparison."""
    worth: Mapping[str, Any]
    """Its row of the appraisal."""
    appraisal: Mapping[str, Any]
    run: Mapping[str, Any]
    """What was run."""

    def place(self) -> str:
        """The place that is asked about: the first of the comparison's."""
        return str(next(iter(self.row["places"])))

    def world(self) -> Mapping[str, Any]:
        """The study's world, as its manifest describes it."""
        world: Mapping[str, Any] = self.source.study.manifest["world"]
        return world

    def company(self) -> int:
        """How many policies stand in the study."""
        return len(self.source.document["ranking"])

    def money(self, value: float | None) -> str:
        """An amount in the appraisal's currency."""
        return amount(value, SIGNS[self.appraisal["currency"]])


def facts_of(source: Material, appraisal: Mapping[str, Any], policy: str | None = None) -> Facts | None:
    """What is known of a policy: the one named, or the first of the ranking. None where nothing is ranked."""
    ranked = source.document["ranking"]
    if not ranked:
        return None
    names = [row["scenario"] for row in ranked]
    name = policy or names[0]
    if name not in names:
        raise InputError("--policy", None, name, f"is none of this study: {', '.join(names)}")
    worth = next(row for row in appraisal["rows"] if row["scenario"] == name)
    run = next(one for one in source.document["as_run"] if one["scenario"] == name)
    return Facts(source, ranked[names.index(name)], worth, appraisal, run)
