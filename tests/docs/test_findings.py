"""The page of findings is made from finished sweeps, and says when it is a draft."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from clone import ROOT
from small_model import small_runner

from countermarket.sweeps.sweep import run_sweep

PARTS = """\
title: Parts
scenario: alliance
factors:
  - {part: sharing, levers: [alliance.data_sharing_share]}
  - {part: stings, levers: [alliance.stings]}
design: {kind: grid}
replicates: 2
months: 24
"""
WORLDS = """\
title: Worlds
factors:
  - {policies: [alliance, sanctions_only]}
design: {kind: grid}
replicates: 10
months: 24
"""


def test_the_page_answers_from_what_is_there_and_names_what_is_not(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("docs_findings", ROOT / "docs" / "findings.py")
    assert spec is not None
    assert spec.loader is not None
    findings = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(findings)
    folders = {name: tmp_path / name for name in findings.STUDIES}
    for name, text in (("parts", PARTS), ("worlds", WORLDS)):
        (tmp_path / f"{name}.yaml").write_text(text)
        page = findings.page(folders)
        assert f"the study of {name} is not in it yet" in page
        run_sweep(tmp_path / f"{name}.yaml", workers=1, out=folders[name], runner=small_runner())
    page = findings.page(folders)
    assert "A draft: 2 draws (parts), 10 draws (worlds)." in page
    assert "| sharing |" in page
    assert "| alliance |" in page
