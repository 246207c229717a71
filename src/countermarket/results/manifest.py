"""What a manifest says of scenarios and the world, so that analysis needs neither."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from countermarket.declared.calendar import month_name
from countermarket.declared.measures import RECORDED, Measure
from countermarket.policy.lapse import lapses
from countermarket.policy.scenario import Scenario, counted_from_start
from countermarket.policy.scope import scope_of
from countermarket.world.places import LegPlace
from countermarket.world.structure import KINDS

PLACE_NUMBERS = ("longitude", "latitude", "population", "gdp_per_head")
"""What is told of each jurisdiction: where it stands on a map, and what an appraisal weighs by."""


def describe_scenario(
    scenario: Scenario, reference: dict[str, str], months: Sequence[str], world: dict[str, Any]
) -> dict[str, Any]:
    """A scenario as analysis needs to know it."""
    legs = {name: LegPlace(*place) for name, place in world["legs"].items()}
    inside = scope_of(scenario, world["jurisdictions"], legs, world["kinds"])
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "reference": reference.get(scenario.name, ""),
        "ranked": scenario.name in reference,
        "effect_of": scenario.effect_of,
        "shocks": [f"{shock.kind} {month_name(shock.start)}" for shock in scenario.shocks],
        "first_change": first_change(scenario, months),
        "lapses": lapses(counted_from_start(scenario), len(months)),
        "inside": inside._asdict(),
        "digest": scenario.digest,
        "path": scenario.path,
        "baseline_path": scenario.baseline_path,
    }


def text_of(path: str | Path) -> str:
    """The text of a file as it is now; empty if there is none. Whoever edits it later can still see what was run."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace") if str(path) not in ("", ".") else ""
    except (OSError, ValueError):
        return ""


def described_model(model: Any) -> dict[str, Any]:
    """The mechanisms and own measures of a model that is not the standard one; nothing of that one."""
    if model is None:
        return {}
    return {"model": {"mechanisms": list(model.names), "measures": [one._asdict() for one in model.measures]}}


def measures_in(manifest: dict[str, Any]) -> tuple[Measure, ...]:
    """Every recorded measure of a study: those of the package, and those of its own model."""
    own = manifest.get("model", {}).get("measures", ())
    return (*RECORDED, *(Measure(**one) for one in own))


def first_change(scenario: Scenario, months: Sequence[str]) -> int:
    """The reported month in which a scenario first differs from its reference; 0 if it never does."""
    dates = [change.month for change in scenario.changes if scenario.effect_of != "shocks"]
    dates += [shock.start for shock in scenario.shocks if scenario.effect_of != "policy"]
    if not dates:
        return 0
    text = month_name(min(dates))
    return sum(month < text for month in months)


def describe_world(world: Any) -> dict[str, Any]:
    """Places and legs as charts and displacement need them, so that no one needs the world again."""
    called = world.place_names or world.jurisdiction_names
    market_of = [world.market_names[market] for market in world.layers["market"]]
    return {
        "name": world.name,
        "title": world.title or world.name,
        "jurisdictions": list(world.jurisdiction_names),
        "places": {
            code: {"name": name} | {of: float(place[of]) for of in PLACE_NUMBERS if of in place.dtype.names}
            for code, name, place in zip(world.jurisdiction_names, called, world.jurisdictions, strict=True)
        },
        "groups": {group.name: list(group.members) for group in getattr(world, "groups", ())},
        "markets": list(world.market_names),
        "kinds": {
            name: KINDS[kind] for name, kind in zip(world.market_names, world.markets["kind"], strict=True)
        },
        # A market's own layer stands before those of its inputs.
        "units": {name: world.unit_names[market_of.index(name)] for name in world.market_names},
        "input_layers": sorted({world.layer_names[row] for row in world.layers["input_layer"] if row >= 0}),
        "legs": {
            name: [
                world.layer_names[leg["layer"]],
                market_of[leg["layer"]],
                world.jurisdiction_names[leg["origin"]],
                world.jurisdiction_names[leg["destination"]],
                world.mode_names[leg["mode"]],
            ]
            for name, leg in zip(world.leg_names, world.legs, strict=True)
        },
    }
