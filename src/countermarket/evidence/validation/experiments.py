"""The natural experiments, listed in one table before the first of them was run, and their scenarios.

A row says what is compared with what, over which months, and what the evidence found as a relative effect. None is
ever tuned to: treatments come from what was done to supply, inputs or people, never from the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from countermarket.evidence.validation.registration import Experiment
from countermarket.evidence.validation.table import read_table
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


def experiments(table: Path = TABLE) -> list[Experiment]:
    """Every row of the table, out of scope included."""
    return list(read_table(table).values())


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
    *,
    or_shipped: bool = False,
) -> dict[str, Scenario]:
    """The scenario of each experiment by name, a shipped one where the folder has none and that is allowed.

    One InputError names every file that is missing or cannot run.
    """
    loaded: dict[str, Scenario] = {}
    errors: list[InputError] = []
    places = [folder or evidence_folder(), *([evidence_folder(), shipped_folder()] if or_shipped else [])]
    arms = [name for one in wanted for name in (one.scenario, one.against) if name]
    for name in dict.fromkeys(arms):
        try:
            loaded[name] = load_scenario(_file_of(name, places), world=world, model=model)
        except InputError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return loaded


def _file_of(name: str, places: Sequence[Path]) -> Path:
    """A scenario's file in the first of the folders that has it, else where it should stand."""
    files = [place / f"{name}.yaml" for place in places]
    return next((file for file in files if file.is_file()), files[0])
