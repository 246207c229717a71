"""Commands that list what may be written and what is measured."""

from __future__ import annotations

from typing import Annotated

import typer

from countermarket.cli.endings import reported
from countermarket.cli.options import AsJson, BaselineFile, ModelName, WorldFolder
from countermarket.cli.setting import setting

Text = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="A name, part of one, or what it is about; all if left out.")
]


def levers(
    text: Text = None,
    baseline: BaselineFile = None,
    world: WorldFolder = None,
    model: ModelName = None,
    as_json: AsJson = False,
) -> None:
    """List levers: unit, bounds, baseline, source."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.listings import levers_of
    from countermarket.policy.baseline import load_baseline
    from countermarket.world.names import names_of

    with reported():
        where = setting(world, model, baseline)
        names = names_of(where.world, where.model)
        show_listing(levers_of(load_baseline(where.baseline, names=names), names.levers), text, as_json)


def places(text: Text = None, world: WorldFolder = None, as_json: AsJson = False) -> None:
    """List places: ports, legs, groups of states."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.places import places_of
    from countermarket.world.load import load_world
    from countermarket.world.names import names_of

    with reported():
        where = setting(world, None).world
        states, groups = places_of(where or load_world(), names_of(where), world)
        both = states._replace(things=[*states.things, *groups.things])
        for listing in (both,) if text or as_json else (states, groups):
            show_listing(listing, text, as_json)


def mechanisms(text: Text = None, model: ModelName = None, as_json: AsJson = False) -> None:
    """List what happens in a month, in its order."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.listings import mechanisms_of
    from countermarket.model.running.model import MODEL

    with reported():
        show_listing(mechanisms_of(setting(None, model).model or MODEL), text, as_json)


def shocks(text: Text = None, as_json: AsJson = False) -> None:
    """List shocks: what they mean and may select."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.listings import all_shocks

    with reported():
        show_listing(all_shocks(), text, as_json)


def measures(text: Text = None, as_json: AsJson = False) -> None:
    """List what is measured."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.listings import all_measures

    with reported():
        show_listing(all_measures(), text, as_json)


def parameters(text: Text = None, as_json: AsJson = False) -> None:
    """List parameters: value, range, source."""
    from countermarket.cli.listing_view import show_listing
    from countermarket.cli.listings import all_parameters

    with reported():
        show_listing(all_parameters(), text, as_json)
