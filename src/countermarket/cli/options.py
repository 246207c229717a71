"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Scenarios = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenario files, or names of shipped scenarios.")
]
Replicates = Annotated[int, typer.Option(min=1, max=100_000, help="Paired runs of each scenario.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The same seed gives the same results.")]
Months = Annotated[int, typer.Option(min=12, max=1_200, help="Months reported, from 2026-01.")]
Workers = Annotated[int | None, typer.Option(min=1, max=4_096, help="Processes; all processors if left out.")]
Out = Annotated[Path | None, typer.Option(help="Study folder; results/... if left out.")]
BaselineFile = Annotated[Path | None, typer.Option("--baseline", help="Baseline file to compare with.")]
Trace = Annotated[bool, typer.Option("--trace", help="Also save the events of the first replicate.")]
Central = Annotated[
    bool, typer.Option("--central", help="Central parameter values, not draws from the calibrated ensemble.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
WorldFolder = Annotated[
    Path | None, typer.Option("--world", metavar="FOLDER", help="World of your own; the packaged one if left out.")
]
ModelName = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="Model of your own: a plugin, or module:object.")
]
Window = Annotated[
    str | None,
    typer.Option(metavar="FIRST:LAST", help="Months to rank on, as 2033-01:2035-12; else the last 36."),
]
For = Annotated[
    list[str] | None,
    typer.Option("--for", metavar="PLACE", help="Answer, and rank, for a place or group: GBR, eu; may be repeated."),
]
ByCountry = Annotated[
    bool, typer.Option("--by-country", help="Also say who gains and who loses, country by country.")
]
Against = Annotated[
    str | None,
    typer.Option(metavar="SCENARIO", help="Hold the others against this one of them, in the same worlds."),
]
