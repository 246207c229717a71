"""`new-world` and `check` of a world: a start that is well formed at once, and what a world holds."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from clone import ROOT
from typer.testing import CliRunner

from countermarket.cli.app import app
from countermarket.world.load import load_world
from countermarket.world.schema import TABLES

NORWAY = ROOT / "docs" / "examples" / "worlds" / "norway"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("options", [(), ("--full",)])
def test_a_new_world_is_well_formed_at_once(options: tuple[str, ...]) -> None:
    made = call("new-world", "my_world", *options)
    assert (made.exit_code, made.stdout, made.stderr) == (0, "", "wrote my_world\n")
    checked = call("check", "my_world")
    assert checked.exit_code == 0, checked.stderr
    assert checked.stdout == "my_world: ok, a world of 53 jurisdictions, 7 markets in 11 layers, 550 legs\n"
    world = load_world("my_world")
    assert world.title == "My world"
    assert world.leg_names == load_world().leg_names
    assert all(Path("my_world", file).is_file() for file in TABLES)


def test_what_holds_something_is_left_alone() -> None:
    Path("mine").mkdir()
    Path("mine", "notes.txt").write_text("mine", encoding="utf-8")
    for name in ("mine", "mine/notes.txt"):
        refused = call("new-world", name)
        assert refused.exit_code == 2
        assert refused.stderr == f"error: {name}: exists already and is not empty; choose another name\n"
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]
    Path("empty").mkdir()
    assert call("new-world", "empty").exit_code == 0


@pytest.mark.parametrize("name", ["it's \"so\": odd", "ünï #1", "- a"])
def test_any_name_of_a_folder_makes_a_title(name: str) -> None:
    assert call("new-world", "--", name).exit_code == 0
    assert load_world(name).title.casefold() == name.replace("_", " ").casefold()


def test_the_example_in_the_start_works() -> None:
    call("new-world", "mine")
    text = Path("mine", "world.yaml").read_text(encoding="utf-8")
    place = next(csv.reader((NORWAY / "jurisdictions.csv").read_text(encoding="utf-8").splitlines()[1:]))
    rows = {"jurisdictions.csv": [place]}
    for line in re.findall(r"^#   ((?:M001|cocaine),.*)$", text, re.MULTILINE):
        target = "legs.csv" if line.startswith("M001") else "demand.csv"
        rows.setdefault(target, []).append(next(csv.reader([line])))
    for target, found in rows.items():
        with Path("mine", target).open("a", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows(found)
    checked = call("check", "mine")
    assert checked.exit_code == 0, checked.stderr
    assert checked.stdout.splitlines()[1:] == [
        "  jurisdictions.csv: 1 added", "  legs.csv: 1 added", "  demand.csv: 2 added",
    ]  # fmt: skip
    assert "NOR" in load_world("mine").jurisdiction_names


def test_every_table_and_column_is_explained() -> None:
    call("new-world", "mine")
    text = " ".join(Path("mine", "world.yaml").read_text(encoding="utf-8").replace("#", " ").split())
    for file, columns in TABLES.items():
        assert f"{file}" in text
        assert ": " + ", ".join(column.name for column in columns) in text


def test_check_counts_what_differs_and_reads_the_parameters() -> None:
    Path("mine").mkdir()
    Path("mine", "world.yaml").write_text(
        "title: Mine\nbased_on: public\nremove: {legs: [L096]}\n", encoding="utf-8"
    )
    for name in ("mine", "mine/world.yaml"):
        assert call("check", name).stdout.endswith(" 549 legs\n  legs.csv: 1 removed\n")
    parameters = Path("mine", "parameters.yaml")
    parameters.write_text("labour: {value: {ivory: 3}, source: 'assumption: heavy'}\n", encoding="utf-8")
    for name in ("mine", "mine/parameters.yaml"):
        refused = call("check", name)
        assert refused.exit_code == 2
        assert refused.stderr == "error: mine/parameters.yaml:1: labour.ivory: this world has no layer 'ivory'.\n"
    replaced = call("check", str(NORWAY))
    assert "  demand.csv: 13 added, 1 replaced\n" in replaced.stdout
