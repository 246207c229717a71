"""The tables people open: a row per scenario, per scenario, market and measure, and per jurisdiction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countermarket.analysis import by_country, levels, pairing
from countermarket.analysis.carried import carries
from countermarket.analysis.country_table import COUNTRY_COLUMNS, country_rows
from countermarket.analysis.intervals import Interval, intervals, probability_above
from countermarket.analysis.levels import Months, Pairs
from countermarket.declared import measures
from countermarket.declared.measures import HEADLINES, Measure
from countermarket.results import folders, sheets, studies
from countermarket.results.manifest import measures_in

MEASURE_COLUMNS = (
    "scenario",
    "reference",
    "market",
    "measure",
    "change_unit",
    "change_mean",
    "change_low",
    "change_high",
    "level_unit",
    "baseline_level",
    "scenario_level",
    "note",
    "jurisdiction",
    "carried",
)


def write_tables(study: studies.Study, document: dict[str, Any]) -> None:
    """comparison.csv, measures.csv and countries.csv of a study."""
    folders.replace_text(study.path / "comparison.csv", comparison_csv(document))
    folders.replace_text(study.path / "measures.csv", measures_csv(study, document))
    folders.replace_text(study.path / "countries.csv", countries_csv(study, document))


def comparison_csv(document: dict[str, Any]) -> str:
    """The ranking, one scenario a row."""
    rows = [_ranking_row(row) for row in document["ranking"]]
    return _csv(list(rows[0]) if rows else ["rank", "scenario"], rows)


def _ranking_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the ranking, every interval as three columns."""
    flat = {name: row[name] for name in ("rank", "scenario", "title", "reference", "pairs")}
    for name in HEADLINES:
        flat |= _three(name, row[name])
    flat |= {name: row[name] for name in row if name.startswith("probability_")} | {"carried": int(row["carried"])}
    flat |= _three("displacement", row["displacement"]["destinations"])
    for market in row["cost_index"]:
        flat |= _three(f"cost_index_{market}", row["cost_index"][market])
        flat |= _three(f"landed_index_{market}", row["landed_index"][market])
        flat[f"verdict_{market}"] = row["verdict"][market]
    return flat


def _three(name: str, interval: Interval) -> dict[str, Any]:
    return {f"{name}_{end}": interval[end] for end in ("mean", "low", "high")}


def measures_csv(study: studies.Study, document: dict[str, Any]) -> str:
    """Every measure of every ranked scenario, for each market and for the world (market empty)."""
    span = Months(*document["window"])
    entries = {entry["name"]: entry for entry in study.manifest["scenarios"]}
    rows: list[dict[str, Any]] = []
    for row in document["ranking"]:
        pairs, _ = pairing.pairs_of(study, entries[row["scenario"]])
        rows += _measure_rows(pairs, row, span, measures_in(study.manifest), len(document["ranking"]))
    return _csv(MEASURE_COLUMNS, rows)


def _measure_rows(
    pairs: Pairs, row: dict[str, Any], span: Months, recorded: Sequence[Measure], company: int
) -> list[dict[str, Any]]:
    """The measures of one scenario: the world's from the document, the markets' from the runs."""
    lines: list[dict[str, Any]] = []
    for measure in recorded:
        lines.append(_measure_row(row, "", measure, row["beside"][measure.name], measure.level_unit))
        if measure.over_markets != "world":
            lines += _market_rows(pairs, row, measure, span, company * len(recorded))
    return lines + _state_rows(row)


def _state_rows(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The change in each state's public spending."""
    own = {"scenario": row["scenario"], "reference": row["reference"], "measure": "public_cost"}
    units = {"change_unit": "USD per year", "level_unit": "USD per year"}
    return [
        own
        | units
        | {"jurisdiction": state, "baseline_level": change["baseline"], "note": change.get("reason", "")}
        | {"carried": int(change["carried"])}
        | {f"change_{end}": change[end] for end in ("mean", "low", "high")}
        for state, change in row["public_cost_by_state"].items()
    ]


def _market_rows(
    pairs: Pairs, row: dict[str, Any], measure: Measure, span: Months, company: int
) -> list[dict[str, Any]]:
    """One measure of one of `company` scenarios by market: what the pairs carry of one table of them all."""
    import numpy as np

    markets, both = levels.by_market(pairs, measure, span)
    gaps, questions = levels.changed(both, measure), company * len(markets)
    changes = intervals(gaps, "the baseline has none")
    known = [of[np.isfinite(of)] for of in gaps.T]
    carried = [carries(probability_above(of, 0.0), len(of), questions) for of in known]
    arms = (intervals(both.baseline), intervals(both.scenario))
    return [
        _measure_row(
            row,
            str(market),
            measure,
            change | {"baseline": before["mean"], "scenario": after["mean"], "carried": sure},
            measure.unit,
        )
        for market, change, sure, before, after in zip(markets, changes, carried, *arms, strict=True)
    ]


def _measure_row(
    row: dict[str, Any], market: str, measure: Measure, change: Interval, level_unit: str
) -> dict[str, Any]:
    values = (
        *(row["scenario"], row["reference"], market, measure.name, measures.change_unit(measure)),
        *(change["mean"], change["low"], change["high"]),
        *(level_unit, change["baseline"], change["scenario"], change.get("reason", ""), "", int(change["carried"])),
    )
    return dict(zip(MEASURE_COLUMNS, values, strict=True))


def countries_csv(study: studies.Study, document: dict[str, Any]) -> str:
    """Who gains and who loses under every ranked scenario."""
    rows = country_rows(document, by_country.of_study(study, document), document["units"])
    return _csv(COUNTRY_COLUMNS, rows)


def _csv(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV text: seven significant digits, nothing for what is undefined."""
    return sheets.sheet(columns, ([_short(row.get(name)) for name in columns] for row in rows))


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.7g}"
    return "" if value is None else value
