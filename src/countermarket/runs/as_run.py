"""What a study keeps of the policies it ran: each line, and the text of every file as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countermarket.policy.outline import effort_told, membership, outline, shock_line
from countermarket.results.manifest import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from countermarket.policy.scenario import Scenario
    from countermarket.world.names import Names
    from countermarket.world.structure import World


def texts_of(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """The text of every scenario's and baseline's file, by its path, as it is now."""
    paths = [path for scenario in scenarios for path in (scenario.path, scenario.baseline_path)]
    return {path: text_of(path) for path in dict.fromkeys(paths) if path}


def effort_line(scenario: Scenario, names: Names, world: World | None = None) -> str:
    """At whose expense a policy's shares of effort are set, and how many officers that takes; empty if none is set."""
    if not scenario.sets_effort:
        return ""
    from countermarket.parameters.of_world import parameters_for
    from countermarket.world.load import load_world

    world = world or load_world()
    present = world.jurisdictions["population"] * parameters_for(world)["officers_scale"]
    return effort_told(scenario, names.jurisdictions, present.tolist())


def lines_run(scenario: Scenario, names: Names, world: World | None = None) -> dict[str, Any]:
    """Every line of a policy: from, to, when, for whom, who belongs when, and who says what was there before."""
    known = tuple(one for one in scenario.changes if one.lever in names.levers and one.lever in scenario.policy)
    told = outline(scenario.model_copy(update={"changes": known}), dict(names.levers), names.jurisdictions)
    sources = _sources(scenario, names)
    members = membership(scenario) if "alliance.members" in scenario.policy else []
    return {
        "changes": [line._asdict() | {"source": sources.get(line.lever, "")} for line in told],
        "members": [[when, list(who)] for when, who in members],
        "effort": effort_line(scenario, names, world),
        "shocks": [list(shock_line(shock)) for shock in scenario.shocks],
    }


def _sources(scenario: Scenario, names: Names) -> dict[str, str]:
    """Who says what each lever is at present, from the scenario's baseline; nothing if it has no file."""
    from countermarket.policy.baseline import load_baseline

    if not scenario.baseline_path:
        return {}
    return {name: record.source for name, record in load_baseline(scenario.baseline_path, names=names).levers.items()}
