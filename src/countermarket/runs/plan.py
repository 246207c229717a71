"""What a study will run: scenarios with their references, paired replicate by replicate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from countermarket.parameters.ensemble import Ensemble
from countermarket.policy.scenario import Scenario, reference_of
from countermarket.reading.errors import InputError
from countermarket.results.studies import RunRow
from countermarket.runs.job import Job

OF_THE_OTHER_MODEL = "_of_the_other_model"


class Plan(NamedTuple):
    """What will be run: scenarios with their references first, and the runs in the order of their numbers."""

    scenarios: tuple[Scenario, ...]
    """References before the scenarios that need them."""
    reference: dict[str, str]
    """Reference of each ranked scenario, by name."""
    runs: list[RunRow]


def plan_study(
    scenarios: Sequence[Scenario],
    replicates: int,
    seed: int,
    ensemble: Ensemble | None = None,
    against_another_model: bool = False,
) -> Plan:
    """Unique scenarios and references with every replicate; runs that share a spin-up stand together.

    With an ensemble a replicate of every scenario runs in the same draw; without one in draw 0, central values.
    Against another model every scenario has a reference, the baseline too.
    """
    unique: dict[str, Scenario] = {}
    reference: dict[str, str] = {}
    for scenario in scenarios:
        compared = reference_of(scenario)
        if against_another_model:
            title = f"{compared.title} of the model compared with"
            compared = compared.model_copy(update={"name": f"{compared.name}{OF_THE_OTHER_MODEL}", "title": title})
        _add(unique, compared)
        if scenario.digest == compared.digest and scenario.name == compared.name:
            continue
        _add(unique, scenario)
        reference[scenario.name] = compared.name
    if not unique:
        raise InputError("", None, "", "no scenario was given; name at least one")
    order = sorted(unique.values(), key=lambda scenario: scenario.name in reference)
    names = [scenario.name for scenario in order]
    runs = [
        RunRow(
            run=row * replicates + replicate,
            scenario=name,
            reference=reference.get(name, ""),
            draw=ensemble.draw_of(replicate) if ensemble else 0,
            replicate=replicate,
            seed=seed,
            design_row=row,
        )
        for replicate in range(replicates)
        for row, name in enumerate(names)
    ]
    return Plan(tuple(order), reference, runs)


def _add(unique: dict[str, Scenario], scenario: Scenario) -> None:
    """Remember a scenario once; two different ones under one name cannot stand in one table."""
    known = unique.setdefault(scenario.name, scenario)
    if known.digest != scenario.digest:
        where = " and ".join(path for path in (known.path, scenario.path) if path)
        message = f"two different scenarios are called {scenario.name}"
        raise InputError(where, None, "", f"{message}; rename a file, or give one --baseline for all")


def jobs_of(
    plan: Plan, months: Mapping[str, int], ensemble: Ensemble | None, trace: bool = False
) -> list[Job]:
    """The runs as jobs, each as long as its scenario needs and in its draw; only the first replicate is traced."""
    by_name = {scenario.name: scenario for scenario in plan.scenarios}
    of_draw = {run.draw: ensemble.overrides(run.draw) if ensemble else () for run in plan.runs}
    return [
        Job(
            by_name[run.scenario],
            run.seed,
            run.replicate,
            months[run.scenario],
            trace and run.replicate == 0,
            of_draw[run.draw],
            not run.reference,
        )
        for run in plan.runs
    ]
