"""Scenarios against their references: one JSON document made from a study folder alone.

Every number is a mean over paired replicates with the interval of intervals.py. Ranking is by the mean of the
headline index over the last 36 reported months.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis import by_country, by_place, levels, pairing, unit_cost
from countermarket.analysis.against import against, in_shared
from countermarket.analysis.as_run import as_run
from countermarket.analysis.by_place import Place
from countermarket.analysis.carried import carries
from countermarket.analysis.cautions import failed_runs, untimely, warnings_of
from countermarket.analysis.cost_index import Index, trailed_index
from countermarket.analysis.evidenced import evidence_of
from countermarket.analysis.intervals import (
    Interval,
    interval,
    pairing_gain,
    probability_above,
    undefined,
)
from countermarket.analysis.levels import Months
from countermarket.analysis.pairing import Arms, Headline
from countermarket.analysis.spending import by_state
from countermarket.analysis.unit_cost import NOTHING_LANDED, per_market
from countermarket.analysis.verdicts import moved_elsewhere, verdicts
from countermarket.declared import measures
from countermarket.declared.measures import Measure
from countermarket.results import studies
from countermarket.results.manifest import measures_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SCHEMA = "countermarket/comparison/1"
NO_BASELINE_UNITS = "the baseline delivers nothing in this market"


class Judged(NamedTuple):
    """A scenario's row of the document and the values the ranking needs."""

    row: dict[str, Any]
    headline: Array
    """The index of each pair. (pairs,)"""
    landed: Array
    """The same of what has landed. (pairs,)"""
    samples: list[tuple[int, int]]


class Compared(NamedTuple):
    """A study read back from its folder, and the comparison of its scenarios."""

    study: studies.Study
    document: dict[str, Any]


def compared(
    folder: Path | str, asked: Months | None = None, other: str | None = None, places: Sequence[str] = ()
) -> Compared:
    """Read a saved study and rank its scenarios."""
    study = studies.read_study(folder)
    return Compared(study, compare(study, asked, other, places))


def compare_study(
    folder: Path | str,
    asked: Months | None = None,
    other: str | None = None,
    places: Sequence[str] = (),
    countries: bool = False,
) -> dict[str, Any]:
    """Rank the scenarios of a saved study; the document that `compare --json` prints."""
    return compare(studies.read_study(folder), asked, other, places, countries)


def compare(
    study: studies.Study,
    asked: Months | None = None,
    other: str | None = None,
    places: Sequence[str] = (),
    countries: bool = False,
) -> dict[str, Any]:
    """Rank the scenarios of a study in memory, over the months asked for, and hold them against one of them.

    For the first of the `places` asked for (codes, or names of groups), if any, else for the world; `countries` adds
    every change by country.
    """
    manifest = study.manifest
    months: list[str] = manifest["months"]["all"]
    ranked = [entry for entry in manifest["scenarios"] if entry["ranked"]]
    span, warnings = pairing.window(months, asked)
    asked_for = by_place.chosen(places, manifest["world"])
    judged = [one for entry in ranked if (one := _judged(study, entry, span, len(ranked), asked_for))]
    rows = _told_apart(_ranked(judged))
    document = {
        "schema": SCHEMA,
        "seed": manifest["seed"],
        "replicates": manifest["replicates"],
        "months": [months[0], months[-1]],
        "window": [span.first, span.last],
        "interval": "middle 80% of paired replicates",
        "parameters": parameters_of(manifest),
        "units": manifest["world"].get("units", {}),
        "ranked_for": asked_for[0].label if asked_for else by_place.EVERYWHERE,
        "ranking": rows,
        "against": _against(judged, other) if other else None,
        "failed": failed_runs(study),
        "warnings": warnings + untimely(ranked, rows, months, span) + warnings_of(study, ranked, rows),
        "as_run": [as_run(entry, manifest.get("texts", {})) for entry in ranked],
        "provenance": _provenance(study),
    }
    return document | {"by_country": by_country.of_study(study, document)} if countries else document


def _against(judged: list[Judged], other: str) -> dict[str, Any]:
    """Each scenario's indices, delivered and landed, less those of the one asked for."""
    delivered, landed = (
        {one.row["scenario"]: (one.samples, getattr(one, stage)) for one in judged} for stage in ("headline", "landed")
    )
    return {"scenario": other, "index": against(delivered, other), "landed": against(landed, other)}


def parameters_of(manifest: dict[str, Any]) -> str:
    """Which parameter values the runs had: each replicate a draw of its own, or all the central ones."""
    draws = manifest.get("draws", 0)
    return f"{draws} draws from the calibrated ensemble" if draws else "central values"


def _what_ranks(arms: Any, span: Months, places: Sequence[Place], world: Any, trails: Any) -> Any:
    """The indices a scenario is ranked by, delivered and landed: of the first place asked for, else of the world."""
    if places:
        return by_place.indices_there(arms, span, places[0], trails)
    return world


def _judged(
    study: studies.Study, entry: dict[str, Any], span: Months, company: int, places: Sequence[Place]
) -> Judged | None:
    """All the document says of one of `company` scenarios but its rank; None if no pair finished."""
    arms = pairing.arms_of(study, entry)
    if arms is None:
        return None
    trails = pairing.trails(arms)
    index, cash = trailed_index(*trails), trailed_index(*trails, of="cash_cost")
    wholesale = trailed_index(*trails, of="landed_cost")
    head, landed = pairing.headline(arms, index, span), pairing.headline(arms, wholesale, span)
    ranked, ranked_landed = _what_ranks(arms, span, places, (head.total, landed.total), trails)
    better = probability_above(ranked, 100.0)
    early = pairing.short_run(study.manifest["months"]["all"], entry["first_change"])
    unpaired = pairing.crossed(arms, *trails, span)
    moved, by_market = moved_elsewhere(arms, span, study.manifest["world"], company)
    row = {
        "rank": 0,
        "scenario": entry["name"],
        "title": entry["title"],
        "reference": entry["reference"],
        "shocks": entry["shocks"],
        **_delivered_and_landed(arms, span, head, landed),
        "ranked_index": interval(ranked, by_place.NOTHING_THERE),
        "ranked_landed": interval(ranked_landed, NOTHING_LANDED),
        "places": by_place.by_place(arms, span, places, study.manifest["world"], company, trails),
        "did_nothing": pairing.did_nothing(arms.pairs),
        "carried": carries(better, len(arms.samples), company),
        "probability_better_than_baseline": better,
        "probability_better_than_next": None,
        **_own_times(arms, index, wholesale, study.manifest["months"]["all"]),
        **_other_indices(arms, index, cash, head, span, early),
        "beside": _beside(arms, span, measures_in(study.manifest), company),
        "public_cost_by_state": by_state(arms.pairs, span, company),
        "displacement": moved,
        "displacement_by_market": by_market,
        "displacement_by_country": by_country.displacement_by_country(arms, span, study.manifest["world"], company),
        "verdict": verdicts(arms, span, head.markets, by_market, company),
        "evidence": evidence_of(entry),
        "pairs": len(arms.samples),
        "pairing": pairing_gain(head.total, unpaired.total),
    }
    return Judged(row, ranked, ranked_landed, arms.samples)


def _delivered_and_landed(arms: Arms, span: Months, head: Headline, landed: Headline) -> dict[str, Any]:
    """The headline and the cost of each market: of what is delivered to users, and of what has landed."""
    markets = [str(market) for market in arms.baseline.markets]
    return {
        "index": interval(head.total, "no market has an index"),
        "index_landed": interval(landed.total, NOTHING_LANDED),
        "cost_usd": unit_cost.delivered(arms, span),
        "landed_usd": unit_cost.landed(arms, span),
        "cost_index": per_market(markets, head.markets, NO_BASELINE_UNITS),
        "landed_index": per_market(markets, landed.markets, NOTHING_LANDED),
    }


def _own_times(arms: Arms, index: Index, landed: Index, months: list[str]) -> dict[str, Any]:
    """The index, delivered and landed, in months 13 to 48 after the scenario's own first change, and year by year."""
    own = pairing.own_months(months, arms.entry["first_change"], arms.entry.get("lapses"))
    late = "the scenario changes nothing 12 months before the last"
    return {
        "own_window": [own.first, own.last] if own else None,
        "index_own": interval(pairing.headline(arms, index, own).total) if own else undefined(late),
        "index_landed_own": interval(pairing.headline(arms, landed, own).total) if own else undefined(late),
        "index_by_year": _by_year(arms, index, months),
        "index_landed_by_year": _by_year(arms, landed, months),
    }


def _by_year(arms: Arms, index: Index, months: list[str]) -> dict[str, Interval]:
    """An index in each calendar year."""
    spans = pairing.years(months)
    return {year: interval(pairing.headline(arms, index, span).total) for year, span in spans.items()}


def _other_indices(
    arms: Arms, index: Index, cash: Index, head: Headline, span: Months, early: Months | None
) -> dict[str, Any]:
    """The headline's relatives: without imputed items, equal weights, the short run, and what is imputed."""
    late = "the change comes after the last month"
    return {
        "index_cash": interval(pairing.headline(arms, cash, span).total, "no market has an index"),
        "index_equal_weights": interval(head.equal_weights, "no market has an index"),
        "index_short_run": interval(pairing.headline(arms, index, early).total) if early else undefined(late),
        "index_short_run_cash": interval(pairing.headline(arms, cash, early).total)
        if early
        else undefined(late),
        "short_run_window": [early.first, early.last] if early else None,
        "imputed_weight": interval(head.imputed_weight),
        "unsupplied": interval(head.unsupplied),
    }


def _beside(arms: Arms, span: Months, recorded: Sequence[Measure], company: int) -> dict[str, Interval]:
    """Every measure that stands beside the headline: its change, and the reference's level."""
    questions = len(recorded) * company
    return {measure.name: _change(arms, measure, span, questions) for measure in recorded}


def _change(arms: Arms, measure: Measure, span: Months, questions: int) -> Interval:
    """A measure's change against the reference. Units: measures.change_unit."""
    import numpy as np

    both = levels.overall(arms.pairs, measure, span)
    changes = levels.changed(both, measure)
    known = changes[np.isfinite(changes)]
    return interval(changes, "the baseline has none") | {
        "carried": carries(probability_above(known, 0.0), len(known), questions),
        "unit": measures.change_unit(measure),
        "baseline": interval(both.baseline)["mean"],
        "scenario": interval(both.scenario)["mean"],
        "level_unit": measure.level_unit,
    }


def _ranked(judged: list[Judged]) -> list[dict[str, Any]]:
    """Rows by falling index (undefined last, ties by name), each with its chance of beating the next."""
    order = sorted(judged, key=_place)
    for place, one in enumerate(order):
        one.row["rank"] = place + 1
        if place + 1 < len(order):
            one.row["probability_better_than_next"] = _beats(one, order[place + 1])
    return [one.row for one in order]


def _told_apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose title another has, too, get the scenario's name behind it."""
    titles = [row["title"] for row in rows]
    shared = {title for title in titles if titles.count(title) > 1}
    return [
        row | {"title": f"{row['title']} ({row['scenario']})"} if row["title"] in shared else row
        for row in rows
    ]


def _place(one: Judged) -> tuple[bool, float, str]:
    mean = one.row["ranked_index"]["mean"]
    return mean is None, -(mean or 0.0), one.row["scenario"]


def _beats(one: Judged, other: Judged) -> float | None:
    """Share of replicates both have in which one's index is above the other's."""
    return probability_above(*in_shared((one.samples, one.headline), (other.samples, other.headline)))


def _provenance(study: studies.Study) -> dict[str, Any]:
    """What made the study: volatile, so kept apart from everything else."""
    left_out = ("texts", "scenarios", "world", "warnings", "months", "failed", "seed", "replicates")
    return {"folder": str(study.path)} | {
        name: value for name, value in study.manifest.items() if name not in left_out
    }
