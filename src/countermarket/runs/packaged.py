"""A model and a world as a study sees them: the standard model and the packaged world where none is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from countermarket.runs.job import Progress, Runner

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World


def packaged_runner(
    progress: Progress | None = None, world: World | None = None, model: Model | None = None
) -> Runner:
    """The model with its parameters in a world, its kernels compiled."""
    from countermarket.model.running.model import MODEL
    from countermarket.model.running.simulate import layout, simulate
    from countermarket.parameters.load import load_parameters, replace, with_own
    from countermarket.runs.warm_up import compile_kernels
    from countermarket.world.load import load_world

    compile_kernels(progress)
    world, model = world or load_world(), model or MODEL
    parameters = with_own(load_parameters(), model.parameters)
    if not model.digest:
        return Runner(simulate, layout, replace, world, parameters)
    return Runner(partial(simulate, model=model), partial(layout, model=model), replace, world, parameters, model)
