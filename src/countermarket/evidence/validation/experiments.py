"""The natural experiments, listed in one table before the first of them was run, and their scenarios.

A row says what is compared with what, over which months, and what the evidence found as a relative effect. None is
ever tuned to: treatments come from what was done to supply, inputs or people, never from the outcome.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.policy.reading import load_scenario
from countermarket.policy.scenario import Scenario
from countermarket.policy.shipped import shipped_folder
from countermarket.reading.errors import InputError, together
from countermarket.reading.files import packaged
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.world.structure import World

TABLE = packaged("evidence", "validation", "experiments.csv")
CLASSES = ("direct", "analogue", "out of scope")
"""direct: the model holds what was treated and measured; analogue: something near stands for one of them."""


class Experiment(NamedTuple):
    """One row of the table. Months are counted from the shock: its own month is 1."""

    id: str
    evidence: str
    """Number in the compilation of evidence; a letter marks a further outcome of the same study."""
    kind: str
    """One of CLASSES."""
    scenario: str
    measure: str
    """A recorded series."""
    market: str
    jurisdiction: str
    service: str
    contrast: str
    first: int
    last: int
    sign: int
    """1 a rise, -1 a fall, 0 no effect."""
    effect: float | None
    """Per cent of the reference; None where the evidence gives no figure."""
    low: float | None
    high: float | None
    """Ends of the evidence; of the equivalence band where there was no effect."""
    source: str
    confidence: str
    note: str

    @property
    def in_scope(self) -> bool:
        """Whether the model holds what the experiment is about."""
        return self.kind != "out of scope"

    @property
    def where(self) -> str:
        """What the measure is read of: market, place and service."""
        return " ".join(name for name in (self.market, self.jurisdiction, self.service) if name)


def experiments(table: Path = TABLE) -> list[Experiment]:
    """Every row of the table, out of scope included."""
    with table.open(encoding="utf-8", newline="") as file:
        return [_experiment(row) for row in csv.DictReader(file)]


def _experiment(row: dict[str, str]) -> Experiment:
    """A row as a record: numbers read, empty ones None (or 0 for months)."""
    whole = {name: int(row[name] or 0) for name in ("first", "last", "sign")}
    numbers = {name: float(row[name]) if row[name] else None for name in ("effect", "low", "high")}
    words = {name: row[name] for name in Experiment._fields if name in row and name not in {*whole, *numbers}}
    return Experiment(**words, **whole, **numbers, kind=row["class"])  # type: ignore[arg-type]


def chosen(names: Sequence[str], table: Path = TABLE) -> list[Experiment]:
    """Experiments in scope by id or scenario; all of them where no name is given. InputError for an unknown name."""
    listed_here = [experiment for experiment in experiments(table) if experiment.in_scope]
    known = {name for experiment in listed_here for name in (experiment.id, experiment.scenario)}
    for name in names:
        if name not in known:
            message = f"no such experiment.{nearest(name, sorted(known))} Known: {listed(sorted(known), 100)}"
            raise InputError(name, None, "", message)
    return [one for one in listed_here if not names or one.id in names or one.scenario in names]


def evidence_folder() -> Path:
    """The folder of the experiments' scenarios."""
    return shipped_folder() / "evidence"


def load_scenarios(
    wanted: Sequence[Experiment],
    folder: Path | None = None,
    world: World | None = None,
    model: Additions | None = None,
) -> dict[str, Scenario]:
    """The scenario of each experiment by name; one InputError names every file that is missing or cannot run."""
    folder = folder or evidence_folder()
    loaded: dict[str, Scenario] = {}
    errors: list[InputError] = []
    for name in dict.fromkeys(experiment.scenario for experiment in wanted):
        try:
            loaded[name] = load_scenario(folder / f"{name}.yaml", world=world, model=model)
        except InputError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return loaded


def start_of(scenario: Scenario) -> int:
    """The reported month, 0 = January 2026, in which a scenario first differs from its reference."""
    return min([change.month for change in scenario.changes] + [shock.start for shock in scenario.shocks])
