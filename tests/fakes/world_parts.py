"""What the tests of the world share: copies of its tables, and what any world must satisfy."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from countermarket.world.load import PACKAGED
from countermarket.world.schema import TABLES
from countermarket.world.structure import EXPLOITED, FRAUD, GOODS, World


def copy_tables(home: Path) -> Path:
    """Copy the shipped tables to a new folder."""
    home.mkdir()
    for file in TABLES:
        shutil.copy(PACKAGED / file, home / file)
    return home


def cells(file: str, folder: Path = PACKAGED) -> list[dict[str, str]]:
    """Read the cells of a table as they stand."""
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def rewrite(folder: Path, file: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    rows = cells(file, folder)
    change(rows)
    with (folder / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, [column.name for column in TABLES[file]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def layer_part(world: World, table: np.ndarray, layer: int) -> np.ndarray:
    return table[table["layer"] == layer]


def assert_balanced(world: World) -> None:
    for i, layer in enumerate(world.layers):
        supply = layer_part(world, world.supplies, i)["capacity"].sum()
        demand = layer_part(world, world.demands, i)["volume"].sum()
        if layer["kind"] in (GOODS, EXPLOITED):
            wanted = demand / (layer["holding_months"] or 1.0)
            assert supply * (1 - layer["loss_share"]) == pytest.approx(wanted, rel=2e-3), world.layer_names[i]
        else:
            share = supply if layer["kind"] == FRAUD else demand
            assert share == pytest.approx(1.0), world.layer_names[i]


def reachable(world: World, layer: int, starts: set[int], backward: bool = False) -> set[int]:
    legs = layer_part(world, world.legs, layer)
    pairs = [(int(leg["origin"]), int(leg["destination"])) for leg in legs]
    pairs = [pair[::-1] for pair in pairs] if backward else pairs
    found = set(starts)
    while fresh := {end for start, end in pairs if start in found} - found:
        found |= fresh
    return found


def assert_connected(world: World, every_leg: bool) -> None:
    for i, name in enumerate(world.layer_names):
        sources = {int(row) for row in layer_part(world, world.supplies, i)["jurisdiction"]}
        ends = {int(row) for row in layer_part(world, world.demands, i)["jurisdiction"]}
        ahead, behind = reachable(world, i, sources), reachable(world, i, ends, backward=True)
        assert sources, name
        assert ends, name
        assert ends <= ahead, name
        assert sources <= behind, name
        if every_leg:
            legs = layer_part(world, world.legs, i)
            assert all(leg["origin"] in ahead and leg["destination"] in behind for leg in legs), name


def write_differences(home: Path, about: str, **tables: list[dict[str, str]]) -> Path:
    """A folder of differences: its `world.yaml`, rows by table; cells left out are as in the first shipped row."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "world.yaml").write_text(about, encoding="utf-8")
    for name, rows in tables.items():
        file = f"{name}.csv"
        shipped = cells(file)[0]
        with (home / file).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, [column.name for column in TABLES[file]], lineterminator="\n")
            writer.writeheader()
            writer.writerows({**shipped, **row} for row in rows)
    return home
