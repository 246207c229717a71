"""An experiment: which policies, in which world, under which model, in how many draws of doubt and luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.declared.calendar import reported_months
from countermarket.parameters.ensemble import Ensemble, shipped_ensemble
from countermarket.policy.reading import advice, load_scenario
from countermarket.policy.scenario import Scenario, common_start
from countermarket.reading.errors import InputError
from countermarket.runs.as_run import lines_run, texts_of
from countermarket.world.names import names_of

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World

Listed = str | Path | Scenario

DEFAULT_REPLICATES = 20
DEFAULT_MONTHS = 120


@dataclass(frozen=True)
class Experiment:
    """All that decides the numbers of a study, and nothing of how it is made.

    Scenarios may be given by path, by shipped name or as objects, one or many. Replicate r of every scenario runs in
    draw r of the ensemble of parameters. InputError if a scenario cannot be read.
    """

    policies: InitVar[Sequence[Listed] | Listed]
    replicates: int = DEFAULT_REPLICATES
    seed: int = 0
    months: int = DEFAULT_MONTHS
    """Months reported, from the first of the calendar."""
    baseline: InitVar[str | Path | None] = None
    """The baseline file that scenarios given by path or name are read with; their own if left out."""
    central: bool = False
    """Central parameter values, not draws."""
    ensemble: Ensemble | None = None
    """Draws of parameters; the shipped ones if left out, none if `central` or if none are shipped."""
    world: World | None = None
    """The packaged world if left out."""
    model: Model | None = None
    """The standard model if left out."""
    against: Model | None = None
    """A model that references run with instead, such as the same without a mechanism: what does that change?"""
    scenarios: tuple[Scenario, ...] = field(init=False)
    """The policies as read, each once."""
    begins: int = field(init=False)
    """The first reported month of all of them, in months from January 2026."""

    texts: dict[str, str] = field(init=False, compare=False, repr=False)
    """The text of every scenario and baseline by its file, as it was read: who edits it later sees what was run."""
    told: dict[str, dict[str, Any]] = field(init=False, compare=False, repr=False)
    """Every line of each scenario: what changes from, to, when and for whom, with sources."""

    def __post_init__(self, policies: Sequence[Listed] | Listed, baseline: str | Path | None) -> None:
        listed = [policies] if isinstance(policies, str | Path | Scenario) else policies
        object.__setattr__(self, "scenarios", tuple(load_all(listed, partial(self._read, baseline=baseline))))
        object.__setattr__(self, "begins", common_start(self.scenarios))
        names = names_of(self.world, self.model)
        object.__setattr__(self, "texts", texts_of(self.scenarios))
        object.__setattr__(self, "told", {one.name: lines_run(one, names, self.world) for one in self.scenarios})
        object.__setattr__(self, "ensemble", None if self.central else self._drawn())

    def _drawn(self) -> Ensemble | None:
        """The draws, without the numbers that the world states itself."""
        ensemble = self.ensemble or shipped_ensemble()
        if ensemble is None or self.world is None:
            return ensemble
        from countermarket.parameters.of_world import ensemble_for

        return ensemble_for(self.world, ensemble)

    def _read(self, path: str | Path, baseline: str | Path | None) -> Scenario:
        """Read one scenario, which may name what is in this world and what this model adds."""
        return load_scenario(path, baseline, world=self.world, model=self.model)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What in the scenarios can have no effect in this world and time. InputError when all of one has none."""
        from countermarket.world.load import load_world

        world = self.world if self.world is not None else load_world()
        return tuple(warning for scenario in self.scenarios for warning in foretold(scenario, self.months, world))


def foretold(scenario: Scenario, months: int, world: World) -> list[str]:
    """Return what of a scenario can have no effect: the one rule of runs, sweeps and single points.

    InputError when nothing of it takes effect in the months run, or when its index would be undefined.
    """
    from countermarket.analysis.pairing import refuse_unranked

    if not (scenario.changes or scenario.shocks):
        return []
    warnings = advice(scenario, months, world)
    refuse_unranked(reported_months(months, scenario.begins), scenario.path or scenario.name)
    return warnings


def load_all(listed: Sequence[Listed], read: Callable[[str | Path], Scenario] = load_scenario) -> list[Scenario]:
    """Load scenarios given by path, shipped name or as objects; each once, every file's errors together."""
    scenarios: list[Scenario] = []
    errors: list[InputError] = []
    for item in listed:
        try:
            scenario = item if isinstance(item, Scenario) else read(item)
        except InputError as error:
            errors.append(error)
            continue
        if scenario not in scenarios:
            scenarios.append(scenario)
    if errors:
        raise joined(errors)
    return scenarios


def joined(errors: list[InputError]) -> InputError:
    """Return one error that holds those of several files, each file's in order."""
    first, *rest = errors
    return InputError(first.file, first.line, first.key, first.message, (*first.also, *rest))


def parameters_used(experiment: Experiment) -> str:
    """Return in words which parameter values runs will have, and what to know about them."""
    from countermarket.parameters.ensemble import staleness
    from countermarket.parameters.load import load_parameters

    ensemble = experiment.ensemble
    if ensemble is None:
        return "central values" + ("" if experiment.central else " (no calibrated ensemble is shipped)")
    stale = staleness(ensemble, load_parameters().digest)
    return f"draws from the calibrated ensemble of {len(ensemble.values)}" + (f" ({stale})" if stale else "")
