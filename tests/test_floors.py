"""The lowest versions that pyproject.toml allows are tried: an environment of them runs every help and a study."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from clone import ROOT

from countermarket.cli.app import app

REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<floor>[\d.]+)")
IMPORT_ALL = """
import importlib, pkgutil, countermarket
for module in pkgutil.walk_packages(countermarket.__path__, "countermarket."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def floors() -> list[str]:
    """Every dependency at the lowest version that is allowed."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    matches = [REQUIREMENT.match(line) for line in written]
    assert all(matches), "each dependency has a floor, written >="
    return [f"{match['name']}=={match['floor']}" for match in matches if match]


def do(*words: str, folder: Path) -> str:
    """Run a program with a fresh cache; all that it says."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the lowest versions and this program; skipped where no package index can be reached."""
    folder = tmp_path_factory.mktemp("floors")
    do(sys.executable, "-m", "venv", str(folder / "venv"), folder=folder)
    pip = str(folder / "venv" / "bin" / "pip")
    reached = subprocess.run([pip, "download", "-q", "--no-deps", "threadpoolctl"], cwd=folder, capture_output=True)
    if reached.returncode != 0:
        pytest.skip("no package index can be reached")
    do(pip, "install", "-q", str(ROOT), *floors(), folder=folder)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the floors are those of Python 3.11")
def test_the_lowest_versions_run_every_help_and_a_study(lowest: Path) -> None:
    program = str(lowest / "venv" / "bin" / "countermarket")
    do(str(lowest / "venv" / "bin" / "python"), "-c", IMPORT_ALL, folder=lowest)
    callbacks = [command.callback for command in app.registered_commands if command.callback]
    names = [str(callback.__name__).replace("_", "-") for callback in callbacks]
    for words in ([], *([name] for name in names)):
        assert "Usage:" in do(program, *words, "--help", folder=lowest)
    told = do(program, "run", "alliance", "--replicates", "1", "--months", "36", "--out", "study", folder=lowest)
    assert "Full alliance" in told
    assert "brief.html" in do(program, "brief", "study", folder=lowest)
