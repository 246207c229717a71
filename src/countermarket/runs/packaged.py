"""A model and a world as a study sees them: the standard model and the packaged world where none is given."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from countermarket.runs.job import Progress, Runner

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World


def packaged_runner(
    progress: Progress | None = None,
    world: World | None = None,
    model: Model | None = None,
    against: Model | None = None,
) -> Runner:
    """The model with its parameters in a world, its kernels compiled; references run with `against`, if given."""
    from countermarket.model.running.model import MODEL
    from countermarket.model.running.simulate import layout, simulate
    from countermarket.parameters.load import replace, with_own
    from countermarket.parameters.of_world import parameters_for
    from countermarket.runs.warm_up import compile_kernels
    from countermarket.world.load import load_world

    compile_kernels(progress)
    world, model = world or load_world(), model or MODEL
    parameters = with_own(parameters_for(world), model.parameters)
    runner = Runner(simulate, layout, replace, world, parameters)
    if model.digest:
        runner = runner._replace(
            simulate=partial(simulate, model=model), layout=partial(layout, model=model), model=model
        )
    if against is None:
        return runner
    return runner._replace(against=against, simulate_against=partial(_beside, (against, model)))


def _beside(models: tuple[Model, Model], world: World, parameters: Any, scenario: Any, *run: Any) -> Any:
    """A run of the first model with the rows of the second, which it stands beside."""
    from countermarket.model.running.simulate import simulate, with_rows_of

    seed, replicate, months, trace = run
    outcome = simulate(world, parameters, scenario, seed, replicate, months, trace, models[0])
    return with_rows_of(models[1], outcome, world, months)


def keep_world(runner: Runner, folder: Path) -> None:
    """Keep the text of a world of one's own in the folder of a study, which `--world` takes again."""
    from countermarket.world.load import write_world

    if getattr(runner.world, "files", ()):
        write_world(runner.world, folder / "world")
