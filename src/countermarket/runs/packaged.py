"""The model of this package with its own world and parameters."""

from __future__ import annotations

from countermarket.runs.job import Progress, Runner


def packaged_runner(progress: Progress | None = None) -> Runner:
    """The model of this package with its own world and parameters, its kernels compiled."""
    from countermarket.model.recording.layout import layout
    from countermarket.model.running.simulate import simulate
    from countermarket.parameters.load import load_parameters, replace
    from countermarket.runs.warm_up import compile_kernels
    from countermarket.world.load import load_world

    compile_kernels(progress)
    return Runner(simulate, layout, replace, load_world(), load_parameters())
