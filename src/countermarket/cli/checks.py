"""Validation of files, whatever they are: scenarios, baselines, sweeps, worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from pathlib import Path

from countermarket.cli.setting import Setting
from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown
from countermarket.world.description import FILE, PARAMETERS
from countermarket.world.differences import Counts


def check_file(file: str, months: int, where: Setting) -> str:
    """Validate one file and say that it is well; return what is wrong with it, or nothing."""
    path = Path(file)
    try:
        summary = (
            check_world(path)
            if path.is_dir() or path.suffix == ".csv" or path.name in (FILE, PARAMETERS)
            else check_yaml(file, months, where)
        )
    except InputError as error:
        return error.render()
    except ValueError as error:
        if not is_wrong_input(error):
            raise
        return str(error)
    print(f"{shown(file, 200)}: ok, {summary}")
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


def check_yaml(file: str, months: int, where: Setting) -> str:
    """Validate a scenario, a baseline or a sweep."""
    from countermarket.cli.console import say
    from countermarket.policy.reading import advice, load_scenario
    from countermarket.policy.shipped import scenario_path
    from countermarket.reading.yaml_reader import read_file

    path = scenario_path(file)
    node = read_file(path)
    if isinstance(node.value, dict) and "factors" in node.value:
        return check_sweep(path, where)
    scenario = load_scenario(file, where.baseline, world=where.world, model=where.model)
    for warning in advice(scenario, months, where.world) if scenario.changes or scenario.shocks else ():
        say(f"warning: {warning}")
    if scenario.is_baseline:
        return "a baseline with every lever and its source"
    return f"{scenario.title}: {counted(scenario.changes, 'change')}, {counted(scenario.shocks, 'shock')}"


def counted(things: Sized, word: str) -> str:
    """Return `1 change`, `2 changes`."""
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def check_sweep(path: Path, where: Setting) -> str:
    """Validate a sweep's design."""
    from countermarket.sweeps import draws
    from countermarket.sweeps.file import read_design

    design = read_design(path, where.world, where.model, is_drawn=False)
    points = draws.rows(design.plan, len(design.factors))
    return f"a sweep over {counted(design.factors, 'factor')}: {points:,} points, {points * design.replicates:,} runs"
