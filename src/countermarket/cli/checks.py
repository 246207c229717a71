"""Validation of files, whatever they are: scenarios, baselines, sweeps, worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from countermarket.cli.console import say_here
from countermarket.cli.setting import Setting
from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown
from countermarket.world.description import FILE, PARAMETERS
from countermarket.world.differences import Counts

if TYPE_CHECKING:
    from countermarket.policy.scenario import Scenario


class Well(NamedTuple):
    """What is said of a file that is well, and the scenario if it holds one that differs from the baseline."""

    summary: str
    scenario: Scenario | None = None


def check_file(file: str, months: int, where: Setting) -> str:
    """Validate one file, say that it is well and what it does; return what is wrong with it, or nothing."""
    path = Path(file)
    try:
        well = (
            Well(check_world(path))
            if path.is_dir() or path.suffix == ".csv" or path.name in (FILE, PARAMETERS)
            else check_yaml(file, months, where)
        )
    except InputError as error:
        return error.render()
    except ValueError as error:
        if not is_wrong_input(error):
            raise
        return str(error)
    say_here(f"{shown(file, 200)}: ok, {well.summary}")
    if well.scenario is not None:
        from countermarket.cli.outline_view import print_outline
        from countermarket.runs.as_run import effort_line
        from countermarket.world.names import names_of

        names = names_of(where.world, where.model)
        print_outline(well.scenario, names, effort_line(well.scenario, names, where.world))
    return ""


def is_wrong_input(error: ValueError) -> bool:
    """Say whether an error is about a world or parameter file rather than a fault of the program."""
    from countermarket.parameters.load import ParameterError
    from countermarket.world.tables import WorldError

    return isinstance(error, WorldError | ParameterError)


def check_world(path: Path) -> str:
    """Validate the world a folder or one of its files belongs to, its parameters too."""
    from countermarket.parameters.of_world import parameters_for
    from countermarket.world.folders import read_folder
    from countermarket.world.load import load_world

    folder = path if path.is_dir() else path.parent
    world = load_world(folder)
    parameters_for(world)
    sizes = [
        counted(world.jurisdiction_names, "jurisdiction"),
        f"{counted(world.market_names, 'market')} in {counted(world.layer_names, 'layer')}",
        counted(world.leg_names, "leg"),
    ]
    return "\n".join([f"a world of {', '.join(sizes)}", *changed_tables(read_folder(folder).changes)])


def changed_tables(changes: Mapping[str, Counts]) -> list[str]:
    """Say of each table how many rows a world has otherwise than the one it is based on."""
    said = []
    for file, counts in changes.items():
        parts = [f"{number} {word}" for word, number in counts._asdict().items() if number]
        said.append(f"  {file}: {', '.join(parts)}")
    return said


def check_yaml(file: str, months: int, where: Setting) -> Well:
    """Validate a scenario, a baseline or a sweep."""
    from countermarket.cli.console import say
    from countermarket.declared.calendar import month_name
    from countermarket.policy.reading import load_scenario
    from countermarket.policy.shipped import scenario_path
    from countermarket.reading.yaml_reader import read_file
    from countermarket.runs.experiment import foretold
    from countermarket.world.load import load_world

    path = scenario_path(file)
    node = read_file(path)
    if isinstance(node.value, dict) and "factors" in node.value:
        return Well(check_sweep(path, where))
    scenario = load_scenario(file, where.baseline, world=where.world, model=where.model)
    for warning in foretold(scenario, months, where.world or load_world()):
        say(f"warning: {warning}")
    if scenario.is_baseline and not scenario.drivers:
        return Well("a baseline with every lever and its source")
    if scenario.is_baseline:
        return Well(f"{scenario.title}: a baseline from {month_name(scenario.begins)}, moved by sourced series")
    summary = f"{scenario.title}: {counted(scenario.changes, 'change')}, {counted(scenario.shocks, 'shock')}"
    return Well(summary, scenario)


def counted(things: Sized, word: str) -> str:
    """Return `1 change`, `2 changes`."""
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def check_sweep(path: Path, where: Setting) -> str:
    """Validate a sweep's design."""
    from countermarket.cli.console import say
    from countermarket.runs.experiment import foretold
    from countermarket.sweeps import draws
    from countermarket.sweeps.design import at_its_widest
    from countermarket.sweeps.file import axes_of, read_design
    from countermarket.world.load import load_world

    design = read_design(path, where.world, where.model, is_drawn=False)
    for warning in foretold(at_its_widest(design), design.months, where.world or load_world()):
        say(f"warning: {warning}")
    points = draws.rows(design.plan, len(design.factors), axes_of(design.factors))
    return f"a sweep over {counted(design.factors, 'factor')}: {points:,} points, {points * design.replicates:,} runs"
