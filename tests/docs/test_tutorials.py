"""What the pages tell a reader to type does run, from top to bottom, and gives what they say.

Apart from the other tests of pages, and early: the tutorials compile models of their own, and take longest of all.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

from clone import ROOT
from page_blocks import blocks

from countermarket.parameters.of_world import parameters_for
from countermarket.world.load import load_world

DOCS = ROOT / "docs"


def do(words: list[str], folder: Path) -> str:
    """Run a program in a folder; its output."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_python_in_the_readme_runs(tmp_path: Path) -> None:
    (body,) = (body for _, body in blocks(ROOT / "README.md", "python"))
    assert "Full alliance" in do([sys.executable, "-c", body], tmp_path)


FILE = re.compile(r"# ([\w/]+\.(?:py|yaml|csv))$")
"""The first line of a block that stands for a file; rows of a table are put below those that are there."""


def keep(file: Path, body: str) -> None:
    """Write the file that a block stands for; a table has no place for comments, and grows."""
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.suffix == ".csv" and file.exists() else ""
    file.write_text(before + (body.partition("\n")[2] if file.suffix == ".csv" else body), encoding="utf-8")


def played(page: Path, folder: Path) -> str:
    """Do what a tutorial says in a folder, from top to bottom: write its files, run its commands, then its Python."""
    program = []
    for kind, body in blocks(page):
        if kind == "toml":
            continue
        if named := FILE.match(body.partition("\n")[0]):
            keep(folder / named[1], body)
        elif kind == "sh":
            for line in body.splitlines():
                command, *words = shlex.split(line)
                assert command == "countermarket", line
                do([sys.executable, "-m", "countermarket", *words], folder)
        else:
            assert kind == "python"
            program.append(body)
    return do([sys.executable, "-c", "\n".join(program)], folder)


def test_the_tutorial_of_models_runs_and_its_mechanisms_act(tmp_path: Path) -> None:
    page = DOCS / "own-mechanisms.md"
    printed = played(page, tmp_path)
    informants = float(printed.split()[1])
    assert informants > 0.0
    ranking = (tmp_path / "ways_out" / "comparison.csv").read_text(encoding="utf-8").splitlines()
    assert "Ways out for members" in ranking[1]
    moved = (tmp_path / "ways_out" / "measures.csv").read_text(encoding="utf-8")
    members = next(line for line in moved.splitlines() if line.startswith("ways_out,baseline,,members,"))
    assert float(members.split(",")[5]) < 0.0, "Britain has fewer members, and so has the world"
    written = next(body for _, body in blocks(page, "python") if body.startswith("# informants.py"))
    assert len([line for line in written.splitlines() if line.strip()]) < 30


def test_the_tutorial_runs_from_top_to_bottom(tmp_path: Path) -> None:
    printed = played(DOCS / "first-scenario.md", tmp_path)
    assert "1 Harder ports" in printed
    for file in ("ports/brief.html", "ports/comparison.csv", "ports/figures", "ports_sweep/sweep.parquet"):
        assert (tmp_path / file).exists(), file


def test_the_page_of_worlds_runs_and_norway_is_in_the_study(tmp_path: Path) -> None:
    page = DOCS / "worlds.md"
    assert played(page, tmp_path) == "North 54 Norway joins\n"
    kept = json.loads((tmp_path / "joined" / "manifest.json").read_text(encoding="utf-8"))["world"]
    assert kept["places"]["NOR"]["name"] == "Norway"
    ranking = (tmp_path / "joined" / "comparison.csv").read_text(encoding="utf-8").splitlines()
    assert "Norway joins" in ranking[1]
    for name in ("smaller", "ivory"):
        load_world(tmp_path / name)
    found = parameters_for(load_world(tmp_path / "ivory"))
    assert (found["labour"]["ivory"], found["consignment"]["ivory"]) == (3.1, found["consignment"]["cocaine"])
