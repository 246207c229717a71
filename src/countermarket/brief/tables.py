"""The tables of a brief: every number with its interval, every undefined one with its reason."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from countermarket.analysis.evidenced import in_words
from countermarket.analysis.spending import most_changed
from countermarket.analysis.verdicts import NOTHING
from countermarket.brief import sentences
from countermarket.charts.material import Material
from countermarket.charts.words import (
    DASH,
    MINUS,
    capital,
    change,
    dollars,
    from_to,
    is_known,
    likelihood,
    listed,
    market_label,
    plain,
)
from countermarket.results.manifest import measures_in

DIGEST = re.compile(r"\b[0-9a-f]{40,64}\b")
"""Hashes as the manifest holds them."""


class Cell(NamedTuple):
    """A value, and its interval or reason below it."""

    value: str
    small: str


def ranking_row(entry: Any, described: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the ranking: index, interval, likelihoods, and the interval as a small picture."""
    value, small = sentences.index_with_interval(entry["index"])
    landed, landed_small = sentences.index_with_interval(entry["index_landed"])
    cash, cash_small = sentences.index_with_interval(entry.get("index_cash"))
    early, early_small = sentences.index_with_interval(entry.get("index_short_run"))
    return {
        "rank": entry["rank"],
        "title": entry["title"],
        "shocks": entry["shocks"],
        "against": reference_title(entry, described, document),
        "question": described.get(entry["scenario"], {}).get("question") or "",
        "experiments": [capital(sentence) for sentence in in_words(entry["evidence"])],
        "index": Cell(value, small),
        "landed": Cell(landed, landed_small),
        "cash": Cell(cash, cash_small),
        "early": Cell(early, early_small),
        "baseline": NOTHING
        if entry["did_nothing"]
        else likelihood(entry["probability_better_than_baseline"], entry["pairs"], len(document["ranking"])),
        "next": likelihood(entry["probability_better_than_next"], entry["pairs"], len(document["ranking"]) - 1)
        if entry["rank"] < len(document["ranking"])
        else DASH,
        "bar": interval_bar(entry["index"], _scale(document)),
    }


def reference_title(entry: Any, described: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """What a scenario is paired with, where that is not what most are paired with."""
    references = [other["reference"] for other in document["ranking"]]
    if entry["reference"] == max(references, key=references.count):
        return ""
    return str(described.get(entry["reference"], {}).get("title") or entry["reference"])


def _scale(document: Mapping[str, Any]) -> tuple[float, float]:
    """Ends of the common scale of the small pictures."""
    known = [
        entry["index"][side]
        for entry in document["ranking"]
        for side in ("low", "high")
        if is_known(entry["index"][side])
    ]
    low, high = min([100.0, *known]), max([100.0, *known])
    pad = 0.06 * (high - low) or 1.0
    return low - pad, high + pad


def interval_bar(index: Mapping[str, float | None], scale: tuple[float, float]) -> Markup:
    """An interval on the common scale, a line at 100; hidden from screen readers, who have the numbers."""
    low, mean, high = (index[side] for side in ("low", "mean", "high"))
    at = [
        200 * (value - scale[0]) / (scale[1] - scale[0])
        for value in (low, mean, high, 100.0)
        if value is not None
    ]
    if len(at) < 4:
        return Markup("")
    kind = "sure" if (low or 0.0) > 100 else "unsure"
    return Markup(
        '<svg class="bar {}" viewBox="0 0 200 20" aria-hidden="true" focusable="false">'
        '<line class="zero" x1="{:.1f}" x2="{:.1f}" y1="0" y2="20" stroke="#3d3d3d" stroke-width="1.5"/>'
        '<line class="span" x1="{:.1f}" x2="{:.1f}" y1="10" y2="10" stroke="#8a8f94" stroke-width="6"/>'
        '<circle cx="{:.1f}" cy="10" r="5"/></svg>'
    ).format(kind, at[3], at[3], at[0], at[2], at[1])


def years_table(source: Material) -> dict[str, Any]:
    """The index of each scenario, delivered and landed, year by year and over its own months 13 to 48."""
    entries = source.document["ranking"]
    rows = []
    for year in entries[0]["index_by_year"] if entries else ():
        rows.append((year, [_index_cell(entry["index_by_year"][year]) for entry in entries]))
        rows.append((f"{year}, landed", [_index_cell(entry["index_landed_by_year"][year]) for entry in entries]))
    rows.append(("own months 13 to 48", [_index_cell(entry["index_own"]) for entry in entries]))
    rows.append(("own months, landed", [_index_cell(entry["index_landed_own"]) for entry in entries]))
    return {"titles": [entry["title"] for entry in entries], "rows": rows}


def _index_cell(index: Mapping[str, Any]) -> Cell:
    """An index with its interval below."""
    return Cell(*sentences.index_with_interval(index))


def against_table(source: Material) -> dict[str, Any] | None:
    """Each scenario's index less that of the one asked for, in the same worlds; None if none was."""
    asked = source.document["against"]
    if not asked:
        return None
    titles = {entry["scenario"]: entry["title"] for entry in source.document["ranking"]}
    rows = [
        (
            titles[name],
            Cell(*sentences.index_with_interval(gap, 2)),
            Cell(*sentences.index_with_interval(asked["landed"][name], 2)),
            likelihood(gap["share_above"], gap["pairs"], len(asked["index"])),
            "carried" if gap["carried"] else "not carried by the pairs",
        )
        for name, gap in asked["index"].items()
    ]
    return {"title": titles[asked["scenario"]], "rows": rows}


def verdict_table(source: Material) -> dict[str, Any]:
    """The verdict in words for each scenario and market."""
    return {
        "markets": [market_label(market) for market in source.markets],
        "rows": [
            (entry["title"], [entry["verdict"].get(market, DASH) for market in source.markets])
            for entry in source.document["ranking"]
        ],
    }


def cost_table(source: Material) -> dict[str, Any]:
    """Cost of a unit in USD by market, delivered and landed: the first scenario's reference, then each scenario."""
    entries, stages = source.document["ranking"], (("cost_usd", ""), ("landed_usd", ", landed"))
    rows = []
    for stage, word in stages if entries else ():
        first = entries[0][stage]
        reference = [Cell(dollars(first.get(market, {}).get("baseline")), "") for market in source.markets]
        rows.append((f"Reference of {entries[0]['title']}{word}", reference))
    for entry in entries:
        for stage, word in stages:
            cells = [_cost_cell(entry[stage].get(market, {})) for market in source.markets]
            rows.append((entry["title"] + word, cells))
    return {"markets": [market_label(market) for market in source.markets], "rows": rows}


def _cost_cell(cost: Mapping[str, Any]) -> Cell:
    if not is_known(cost.get("mean")):
        return Cell(DASH, str(cost.get("reason", "")))
    return Cell(dollars(cost["mean"]), f"{dollars(cost['low'])} to {dollars(cost['high'])}")


def beside_table(source: Material) -> dict[str, Any]:
    """Every measure beside the headline: the reference's level, then the change in each scenario."""
    entries = source.document["ranking"]
    rows = []
    for measure in measures_in(source.study.manifest):
        changes = [entry["beside"].get(measure.name, {}) for entry in entries]
        if any(is_known(one.get("mean")) for one in changes):
            level: Mapping[str, Any] = next((one for one in changes if is_known(one.get("baseline"))), {})
            rows.append(
                {
                    "name": measure.name.replace("_", " "),
                    "meaning": measure.meaning,
                    "level": Cell(plain(level.get("baseline")), str(level.get("level_unit", measure.unit))),
                    "cells": [_change_cell(one) for one in changes],
                }
            )
    return {"titles": [entry["title"] for entry in entries], "rows": rows}


def places_tables(source: Material) -> list[dict[str, Any]]:
    """Every scenario's answer by market where it is asked for or acts, then for all markets elsewhere."""
    called = source.study.manifest["world"].get("places", {})
    return [_places_table(entry, called) for entry in source.document["ranking"]]


def _places_table(entry: Mapping[str, Any], called: Mapping[str, Any]) -> dict[str, Any]:
    """One scenario's answers, the first place by market."""
    label, answer = next(iter(entry["places"].items()))
    name = called.get(label, {}).get("name", label)
    rows = [(market.replace("_", " "), _place_cells(of), of["verdict"]) for market, of in answer.items()]
    others = [(where, of["all"]) for where, of in entry["places"].items() if where != label]
    return {
        "title": entry["title"],
        "place": name,
        "rows": rows,
        "elsewhere": [(where, _place_cells(of), of["verdict"]) for where, of in others],
    }


def _place_cells(of: Mapping[str, Any]) -> list[Cell]:
    """Cost delivered and landed as indices, units and price (or harm) as changes in percent."""
    last = "price" if "price" in of else "harm"
    return [_place_cell(of[name]) for name in ("cost_index", "landed_index", "units", last)]


def _place_cell(told: Mapping[str, Any]) -> Cell:
    """A mean with its interval below."""
    if not is_known(told.get("mean")):
        return Cell(DASH, str(told.get("reason", "")))
    return Cell(f"{told['mean']:.1f}", f"{told['low']:.1f} to {told['high']:.1f}")


def spending_table(source: Material) -> dict[str, Any]:
    """The states whose public spending changes most in any scenario, the same states in both arms."""
    entries = source.document["ranking"]
    places = source.study.manifest["world"].get("places", {})
    rows = [
        (
            places.get(state, {}).get("name", state),
            [_money_cell(entry["public_cost_by_state"].get(state, {})) for entry in entries],
        )
        for state in most_changed(entries)
    ]
    return {"titles": [entry["title"] for entry in entries], "rows": rows}


def _money_cell(change: Mapping[str, Any]) -> Cell:
    """A change in USD a year, a star where the pairs carry it."""
    if not is_known(change.get("mean")):
        return Cell(DASH, str(change.get("reason", "")))
    low, high = change["low"], change["high"]
    star = "*" if change["carried"] and (low > 0 or high < 0) else ""
    return Cell(dollars(change["mean"], 2) + star, f"{dollars(low, 2)} to {dollars(high, 2)}")


def _change_cell(interval: Mapping[str, Any]) -> Cell:
    """A change in per cent, or in the measure's own unit."""
    if not is_known(interval.get("mean")):
        return Cell(DASH, str(interval.get("reason", "")))
    if interval.get("unit") == "% of baseline":
        return Cell(change(interval["mean"]), from_to(interval["low"], interval["high"]))
    value, low, high = (plain(interval[side], 2) for side in ("mean", "low", "high"))
    return Cell(value if value.startswith(MINUS) or value == "0" else f"+{value}", f"{low} to {high}")


def policy_tables(source: Material) -> list[dict[str, Any]]:
    """Each ranked policy as it was run: its lines, who belongs when, and the text of its file."""
    return [
        {
            "title": one["title"],
            "members": [(when, listed(list(who)) if who else "nobody") for when, who in one["lines"]["members"]],
            "rows": [
                (line["lever"], line["before"], line["after"], line["when"], line["whom"], line["source"])
                for line in one["lines"]["changes"]
            ]
            + [(kind, "", size, when, where, "") for kind, where, size, when in one["lines"]["shocks"]],
            "effort": one["lines"].get("effort", ""),
            "text": one["text"],
            "baseline": one["baseline_text"],
        }
        for one in source.document["as_run"]
        if one["lines"]["changes"] or one["lines"]["shocks"] or one["text"]
    ]


def manifest_rows(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The manifest as rows of a table; lists of scenarios, legs and months are left to the file."""
    left_out = ("texts", "scenarios", "world", "warnings", "kind")
    return [
        (name.replace("_", " "), _told(value)) for name, value in manifest.items() if name not in left_out
    ]


def _told(value: Any) -> str:
    """A value of the manifest on one line."""
    if isinstance(value, Mapping):
        return "; ".join(
            f"{name}: {_told(item)}" for name, item in value.items() if not isinstance(item, list)
        )
    return DASH if value is None else DIGEST.sub(lambda match: f"{match.group()[:12]}\u2026", str(value))
