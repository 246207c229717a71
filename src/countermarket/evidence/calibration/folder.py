"""The folder of a calibration: begun once, taken up again only by the very same calibration."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from countermarket.evidence.calibration.fit import Problem
from countermarket.evidence.calibration.targets import digest_of
from countermarket.results import folders, provenance, studies
from countermarket.results.folders import check_out, refused


def identity_of(problem: Problem) -> dict[str, str]:
    """Hashes of all that bears on the numbers."""
    from countermarket.engine.compiled import source_digest

    library = problem.library
    runner = library.runner
    own = provenance.code_of(runner.simulate, runner.layout, runner.replace)
    settings = [problem.waves, problem.runs, problem.seed, library.months, problem.fitted, library.scenario.digest]
    return {
        "settings": hashlib.sha256(json.dumps(settings).encode()).hexdigest(),
        "targets": digest_of(problem.targets),
        "world": provenance.digest_of(runner.world),
        "parameters": provenance.digest_of(runner.parameters),
        "ranges": hashlib.sha256(repr(problem.ranges).encode()).hexdigest(),
        "code": source_digest(),
        **({"model": runner.model.digest} if runner.model is not None else {}),
        **({"runner": own} if own else {}),
    }


def default_folder(identity: dict[str, str]) -> Path:
    """results/calibration-<hash8>: the same inputs have the same folder."""
    return Path("results") / f"calibration-{hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:8]}"


def open_folder(target: Path, identity: dict[str, str]) -> None:
    """Begin a folder, or make sure that the one there is of this very calibration."""
    check_out(target, "calibration")
    if (target / "manifest.json").exists():
        begun = studies.read_manifest(target, "calibration")["hashes"]
        other = [name for name in {**identity, **begun} if begun.get(name) != identity.get(name)]
        if other:
            message = f"this calibration was begun with another {' and '.join(other)}; choose another --out"
            raise refused(target, message)
        return
    manifest = {"schema": folders.SCHEMA, "kind": "calibration", "hashes": identity}
    circumstances = {"versions": provenance.versions(), **provenance.commit(), "machine": provenance.machine()}
    target.mkdir(parents=True, exist_ok=True)
    studies.write_manifest(target, manifest | circumstances)
