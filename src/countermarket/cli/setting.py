"""Where a command plays: the world and the model that its options name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from countermarket.model.running.model import Model
    from countermarket.world.structure import World


class Setting(NamedTuple):
    """A world, a model and the baseline that goes with them; None stands for what the package has."""

    world: World | None = None
    model: Model | None = None
    baseline: Path | None = None


def setting(world: Path | None, model: str | None, baseline: Path | None = None) -> Setting:
    """Read the world and the model; a baseline.yaml in the world's folder is its baseline unless one is given."""
    if world is None and model is None:
        return Setting(baseline=baseline)
    from countermarket.model.running.finding import load_model
    from countermarket.world.load import load_world

    beside = world / "baseline.yaml" if world is not None else None
    if baseline is None and beside is not None and beside.is_file():
        baseline = beside
    return Setting(
        load_world(world) if world is not None else None, load_model(model) if model is not None else None, baseline
    )
