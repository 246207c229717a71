"""The command that appraises a saved study: what it costs, what it saves, who pays, who would join."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from countermarket.cli.endings import refuse, reported
from countermarket.cli.options import Against, AsJson, For


def appraise(
    folder: Annotated[Path, typer.Argument(metavar="STUDY", help="Folder of a saved study.")],
    currency: Annotated[str, typer.Option(metavar="CODE", help="GBP, EUR or USD.")] = "GBP",
    year: Annotated[int, typer.Option(help="Year of the prices.")] = 2023,
    rate: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Discount rate a year; 0.035 if left out.")
    ] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="Show this one in full.")] = None,
    against: Against = None,
    places: For = None,
    out: Annotated[
        Path | None, typer.Option(help="File of the table; appraisal.csv in the study if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Appraise a study: costs, benefits, who pays."""
    from countermarket.cli.console import print_json, say, screen
    from countermarket.cli.runs import name_of, places_of

    with reported():
        from countermarket.analysis.appraisal.appraise import Asked, appraise_study
        from countermarket.analysis.appraisal.sheets import appraisal_csv
        from countermarket.cli.appraisal_view import print_appraisal
        from countermarket.results.folders import replace_text

        document = appraise_study(folder, Asked(currency.upper(), year, rate, places_of(places), name_of(against)))
        names = [row["scenario"] for row in document["rows"]]
        if scenario is not None and name_of(scenario) not in names:
            refuse(f"--scenario {scenario}: the study has {', '.join(names)}")
        place = folder / "appraisal.csv" if out is None else out / "appraisal.csv" if out.is_dir() else out
        say(f"table: {replace_text(place, appraisal_csv(document))}")
        if as_json:
            print_json(document)
        else:
            print_appraisal(screen(), document, name_of(scenario))
