"""Commands that list what may be written and what is measured."""

from __future__ import annotations

from typing import Annotated

import typer

from countermarket.cli.endings import reported
from countermarket.cli.options import BaselineFile, ModelName, WorldFolder
from countermarket.cli.setting import setting


def levers(
    name: Annotated[str | None, typer.Argument(help="A lever, or agencies, or alliance.")] = None,
    baseline: BaselineFile = None,
    world: WorldFolder = None,
    model: ModelName = None,
) -> None:
    """List levers: unit, bounds, baseline, source."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen
    from countermarket.policy.baseline import load_baseline
    from countermarket.world.names import names_of

    with reported():
        where = setting(world, model, baseline)
        names = names_of(where.world, where.model)
        chosen = load_baseline(where.baseline, names=names)
        if name is None:
            listings.print_levers(screen(), chosen, names.levers)
        else:
            listings.print_lever(screen(), name, chosen, names.levers)


def mechanisms(model: ModelName = None) -> None:
    """List what happens in a month, in its order."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen
    from countermarket.model.running.model import MODEL

    with reported():
        listings.print_mechanisms(screen(), setting(None, model).model or MODEL)


def shocks(name: Annotated[str | None, typer.Argument(help="A kind of shock.")] = None) -> None:
    """List shocks: what they mean and may select."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_shocks(screen(), name)


def measures() -> None:
    """List what is measured."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_measures(screen())


def parameters(
    name: Annotated[str | None, typer.Argument(help="A parameter, or part of a name.")] = None,
) -> None:
    """List parameters: value, range, source."""
    from countermarket.cli import listings
    from countermarket.cli.console import screen

    with reported():
        listings.print_parameters(screen(), name)
