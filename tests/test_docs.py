"""The documents say what is true: everything is documented, generated tables are current, snippets run."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from clone import ROOT
from page_blocks import blocks, text

from countermarket.cli.app import app
from countermarket.declared.levers import LEVERS
from countermarket.declared.measures import MEASURES, RECORDED
from countermarket.declared.parameters import PARAMETERS
from countermarket.declared.shocks import SHOCKS
from countermarket.model.month import MONTH
from countermarket.policy.reading import advice, load_scenario
from countermarket.policy.shipped import shipped_names
from countermarket.world.load import load_world

DOCS = ROOT / "docs"
COMMANDS = {
    str(registered.callback.__name__).replace("_", "-") for registered in app.registered_commands if registered.callback
}
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("replications/*.md"), ROOT / "results" / "README.md"]
)
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]


def tables() -> ModuleType:
    """The program that writes the generated parts."""
    spec = importlib.util.spec_from_file_location("docs_tables", DOCS / "tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Two lines that start everything.


def ci_line() -> str:
    """The line that CI runs."""
    lines = text(ROOT / ".ci" / "run").strip().splitlines()
    assert lines[-1].startswith("python3.11 -m venv .venv")
    return lines[-1]


def test_readme_and_ci_run_the_same_line() -> None:
    start, checks = (body.strip() for _, body in blocks(ROOT / "README.md", "sh"))
    assert checks == ci_line()
    assert start.split(" && ")[0] == checks.split(" && ")[0] == "python3.11 -m venv .venv"


def test_ci_checks_style_types_and_behaviour_and_can_be_run() -> None:
    steps = [step.split()[0].removeprefix(".venv/bin/") for step in ci_line().split(" && ")]
    assert steps == ["python3.11", "pip", "ruff", "mypy", "pytest"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_first_job_of_the_readme_is_well_formed() -> None:
    command = next(blocks(ROOT / "README.md", "sh"))[1].strip().split(" && ")[-1]
    program, name, *words = shlex.split(command)
    assert program == ".venv/bin/countermarket"
    assert name in COMMANDS
    options = {word for word in words if word.startswith("--")}
    assert all(f"`{option} " in reference_of(name) for option in options)
    scenarios = [word for word in words if word.endswith(".yaml")]
    assert scenarios
    for scenario in scenarios:
        assert list(ROOT.glob(scenario)), scenario


# Everything that exists is documented.


def reference_of(command: str) -> str:
    """What the reference says about a command."""
    return text(DOCS / "reference.md").partition(f"### `countermarket {command}")[2].partition("\n### ")[0]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert len(reference_of(command).splitlines()) > 2
    assert f"countermarket {command}" in text(ROOT / "README.md") or f"`{command}`" in text(
        ROOT / "README.md"
    )


NAMED = {
    "lever": list(LEVERS),
    "shock": list(SHOCKS),
    "measure": [measure.name for measure in MEASURES],
    "parameter": [quantity.name for quantity in PARAMETERS],
    "scenario": shipped_names(),
}


@pytest.mark.parametrize("kind", NAMED)
def test_everything_that_can_be_named_has_a_row(kind: str) -> None:
    rows = set(re.findall(r"^\| `([\w.]+)` \|", text(DOCS / "reference.md"), re.MULTILINE))
    assert set(NAMED[kind]) <= rows


def test_generated_tables_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert tables().main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_table_is_noticed() -> None:
    stale = "before\n<!-- begin scenarios -->\nold\n<!-- end scenarios -->\nafter\n"
    renewed = tables().renewed(stale)
    assert "old" not in renewed
    assert renewed.startswith("before\n")
    assert renewed.endswith("<!-- end scenarios -->\nafter\n")


ODD = (
    "## Overview", "### Purpose and patterns", "### Entities, state variables and scales",
    "### Process overview and scheduling", "## Design concepts", "## Details", "### Initialisation",
    "### Input data", "### Submodels", "## What the model cannot say",
)  # fmt: skip


def test_the_model_is_described_under_the_headings_of_odd() -> None:
    headings = [line for line in text(DOCS / "model.md").splitlines() if line.startswith("#")]
    assert [heading for heading in headings if heading in ODD] == list(ODD)


def test_every_mechanism_has_its_paragraph_and_no_other() -> None:
    submodels = text(DOCS / "model.md").partition("### Submodels")[2]
    described = re.findall(r"^\*\*`([\w.]+)`\*\*", submodels, re.MULTILINE)
    mechanisms = [f"{m.__module__.rpartition('.')[2]}.{m.__name__}" for m in MONTH]
    assert sorted(described) == sorted(mechanisms)


def test_symbols_in_the_description_are_parameters_or_levers() -> None:
    submodels = text(DOCS / "model.md").partition("### Submodels")[2]
    known = {q.name for q in PARAMETERS} | {name.partition(".")[2] for name in LEVERS} | set(SHOCKS)
    named = {word for word in re.findall(r"`([a-z]+(?:_[a-z]+)+)`", submodels)}
    assert named <= known


# What the pages claim.


def test_counts_in_the_readme_are_true() -> None:
    world = load_world()
    page = text(ROOT / "README.md")
    assert f"{len(RECORDED)} measures" in page
    assert re.search(rf"\b{len(world.jurisdiction_names)}\s+jurisdictions", page)
    assert f"{len(world.market_names)} markets in {len(world.layer_names)} layers" in text(
        ROOT / "CHANGELOG.md"
    )


def test_the_version_is_the_same_everywhere() -> None:
    version = re.search(r'^version = "(.+)"', text(ROOT / "pyproject.toml"), re.MULTILINE)
    assert version
    citation = yaml.safe_load(text(ROOT / "CITATION.cff"))
    assert citation["version"] == version[1]
    assert f"version {version[1]}" in text(ROOT / "README.md")
    assert f"## {version[1]}" in text(ROOT / "CHANGELOG.md")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        place, _, anchor = target.partition("#")
        if place.startswith("http"):
            continue
        file = (page.parent / place).resolve() if place else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on the web."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"(?:^|`|/)countermarket ([a-z][\w-]+)", text(page), re.MULTILINE)
    assert set(named) <= COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_and_modules_that_are_named_exist(page: Path) -> None:
    for name in re.findall(r"`((?:src|docs|scenarios|results|tests)/[\w/.-]+\.\w+)`", text(page)):
        assert (ROOT / name).exists(), name


# Snippets run.


def test_the_scenario_in_the_readme_loads(tmp_path: Path) -> None:
    (body,) = (body for _, body in blocks(ROOT / "README.md", "yaml"))
    file = tmp_path / "example.yaml"
    file.write_text(body, encoding="utf-8")
    scenario = load_scenario(file)
    assert len(scenario.changes) == 6
    assert advice(scenario, 120) == []
    assert [shock.kind for shock in scenario.shocks] == ["trust_breach"]
