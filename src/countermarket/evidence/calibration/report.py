"""The report of a calibration: report.md, its tables as CSV, and the ensemble. The only writer of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from countermarket.evidence.calibration import access, findings, space
from countermarket.evidence.calibration.fit import Fit
from countermarket.parameters.ensemble import write_ensemble
from countermarket.parameters.load import access_of, read_access, with_access_of
from countermarket.reading.files import packaged
from countermarket.results.folders import replace_text
from countermarket.results.sheets import sheet

SHIPPED = {
    "ensemble.csv": "parameters", "ensemble.json": "parameters", "access.csv": "parameters",
    "report.md": "evidence/calibration",
    "targets_report.csv": "evidence/calibration", "parameters_report.csv": "evidence/calibration",
}  # fmt: skip
"""What a calibration leaves for the package, and the room each file stands in."""
TARGETS = """\
## Targets

Model before (all runs of the first wave) and after (the draws of the ensemble, each run once): the middle and the
middle 80%. Met: the middle of the ensemble lies within one tolerance; near: within two. Out of reach: no run and no
emulated point of the whole prior comes within one tolerance. *Explained* is the share of variation between runs that
emulators predict; the rest is luck and parameters that are not fitted.
"""
CONFLICTS = """\
## Conflicts

Pairs of targets that can each be met alone, while no run and no emulated point has both within {clash} tolerances:
"""
STRAINS = """\
Pairs that pull against each other where the fit ended, over its runs (rank correlation of what is left to each):
"""
PARAMETERS = """\
## Parameters

Contraction is the share by which the standard deviation falls from prior to posterior, in the coordinate in which the
prior is uniform (a negative one is chance, or a posterior that gathers at both ends). Recovery is from {truths} sets
of synthetic targets made by the model itself: the share of truths covered by the middle 90%, the contraction, and the
correlation of truths with what was inferred. A parameter that fails recovery (coverage under {coverage}, contraction
under {contraction}, or correlation under {correlation}) is drawn from its prior; the choice among the runs at the end
may tilt it a little. The remaining {rest} uncertain parameters were not found to move the targets enough to be fitted
and are drawn from their priors too.
"""


def write_report(
    folder: Path,
    fit: Fit,
    identity: dict[str, str],
    progress: Callable[[int, int, str], None] | None = None,
    routes: bool = True,
) -> None:
    """Write ensemble.csv, ensemble.json, access.csv, targets_report.csv, parameters_report.csv and report.md."""
    targets, parameters = findings.target_rows(fit), findings.parameter_rows(fit)
    problem = fit.problem
    about = dict(identity) | {
        "draws": len(fit.rows),
        "waves": problem.waves,
        "runs": problem.runs,
        "seed": problem.seed,
        "fitted": [each.parameter for each in fit.recovered if each.is_recovered],
        "targets_met": findings.counts(targets),
    }
    names, values = [each.name for each in problem.ranges], findings.ensemble_values(fit).tolist()
    if routes:
        names, values = _draws_with_access(folder, fit, progress)
        used = with_access_of(problem.library.runner.parameters, read_access(folder / "access.csv"))
        about["parameters"] = used.digest
    write_ensemble(folder / "ensemble.csv", names, values, about)
    replace_text(folder / "targets_report.csv", table_text(targets))
    replace_text(folder / "parameters_report.csv", table_text(parameters))
    replace_text(folder / "report.md", markdown(fit, targets, parameters))


def _draws_with_access(
    folder: Path, fit: Fit, progress: Callable[[int, int, str], None] | None
) -> tuple[list[str], list[list[float]]]:
    """The draws kept, each with the access that facts about routes ask for inside it; access.csv is written too."""
    import numpy as np

    library, ranges = fit.problem.library, fit.problem.ranges
    values, world = findings.ensemble_values(fit), library.runner.world
    usd = access.within_draws(library, [space.overrides(ranges, row) for row in values], progress)
    central = access_of(library.runner.parameters, world)
    access.write_table(folder, world, central, usd)
    more, columns = access.columns_of(world, central, usd)
    return [*(each.name for each in ranges), *more], np.hstack([values, columns]).tolist()


def ship(folder: Path) -> Path:
    """Copy ensemble and report of a finished calibration into the package; the folder that the report went to."""
    fitted = {"fitted.csv": "evidence/calibration"} if (folder / "fitted.csv").exists() else {}
    for name, room in (SHIPPED | fitted).items():
        replace_text(packaged(room, name), (folder / name).read_text(encoding="utf-8"))
    return packaged("evidence", "calibration")


def table_text(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV; undefined numbers are empty."""
    columns = list(rows[0])
    return sheet(columns, ([_plain(row[name]) for name in columns] for row in rows))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.5g}" if math.isfinite(value) else ""
    return value


def markdown(fit: Fit, targets: Sequence[dict[str, Any]], parameters: Sequence[dict[str, Any]]) -> str:
    """The report as one page."""
    from countermarket.evidence.calibration import recovery
    from countermarket.evidence.calibration.fit import TRUTHS

    problem = fit.problem
    truths = min(TRUTHS, problem.runs // 10)
    parts = [
        "# Calibration report\n",
        _opening(fit, targets),
        TARGETS,
        _target_table(targets),
        CONFLICTS.format(clash=findings.CLASH),
        _pairs(findings.conflicts(fit), "nearest_to_both", "nearest to both {:.2f} tolerances"),
        STRAINS,
        _pairs(findings.strains(fit), "rank_correlation", "{:.2f}"),
        PARAMETERS.format(
            truths=truths,
            coverage=recovery.LEAST_COVERAGE,
            contraction=recovery.LEAST_CONTRACTION,
            correlation=recovery.LEAST_CORRELATION,
            rest=len(problem.ranges) - len(problem.fitted),
        ),
        _parameter_table(parameters),
        "## Sources of the targets\n",
        "\n".join(f"- `{row['measure']}`: {row['source']}. {row['note']}".rstrip() for row in targets) + "\n",
    ]
    return "\n".join(parts)


def _opening(fit: Fit, targets: Sequence[dict[str, Any]]) -> str:
    """How it was made and what came of it, in a paragraph."""
    counted = findings.counts(targets)
    kept = sum(each.is_recovered for each in fit.recovered)
    waves = "; ".join(f"wave {wave.number}: {wave.left:.1%}" for wave in fit.waves)
    return (
        f"{len(fit.library.points)} runs in {len(fit.waves)} waves, then {len(fit.checked.points)} runs of draws "
        f"from the emulated posterior, of which {len(fit.rows)} make the ensemble; seed {fit.problem.seed}. "
        f"{kept} of {len(fit.recovered)} candidates are recovered and fitted. "
        f"Share of the prior not ruled out, by the emulators of each wave: {waves}. "
        f"Targets: {', '.join(f'{number} {kind}' for kind, number in counted.items())}.\n"
    )


def _target_table(rows: Sequence[dict[str, Any]]) -> str:
    head = "| target | evidence | weight | before | after | tolerances off | verdict | explained |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        evidence = f"{row['value']:.3g} ± {row['tolerance']:.2g}{' (log)' if row['scale'] == 'log' else ''}"
        before, after = (_interval(row, when) for when in ("prior_", ""))
        lines.append(
            f"| `{row['measure']}` | {evidence} | {row['weight']:g} | {before} | {after} "
            f"| {row['tolerances_off']:.2f} | {row['verdict']} | {row['explained']:.0%} |"
        )
    return "\n".join(lines) + "\n"


def _interval(row: dict[str, Any], when: str) -> str:
    """Middle and ends, before (`prior_`) or after."""
    return f"{row[f'{when}median']:.3g} ({row[f'{when}low']:.3g} to {row[f'{when}high']:.3g})"


def _parameter_table(rows: Sequence[dict[str, Any]]) -> str:
    head = "| parameter | prior | central | after | contraction | recovery: covers, contracts, follows | fitted |"
    lines = [head, "|---|---|---|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: -row["contraction"]):
        lines.append(
            f"| `{row['parameter']}` | {row['prior_low']:.3g} to {row['prior_high']:.3g} | {row['central']:.3g} "
            f"| {row['median']:.3g} ({row['low']:.3g} to {row['high']:.3g}) | {row['contraction']:.0%} "
            f"| {row['recovery_coverage']:.0%}, {row['recovery_contraction']:.0%}, {row['recovery_correlation']:.2f} "
            f"| {row['fitted']} |"
        )
    return "\n".join(lines) + "\n"


def _pairs(rows: Sequence[dict[str, Any]], key: str, form: str) -> str:
    lines = [f"- `{row['one']}` and `{row['other']}`: {form.format(row[key])}" for row in rows]
    return "\n".join(lines or ["- none"]) + "\n"
