"""Who gains and who loses, country by country, and where what leaves the inside goes: folded on the page."""

from collections.abc import Mapping
from typing import Any

from countermarket.analysis.by_country import ALL_MARKETS, by_country
from countermarket.brief.tables import Cell
from countermarket.charts.material import Arm, Material
from countermarket.charts.words import DASH, change, from_to, is_known, minus

HEADS = {
    "cost_index": "Delivered", "landed_index": "Landed", "units": "Units", "harm": "Harm", "proceeds": "Proceeds",
    "members": "Members", "violence": "Violence",
}  # fmt: skip


def country_tables(source: Material) -> list[dict[str, Any]]:
    """A table for each scenario: every jurisdiction, those first where harm falls most."""
    called = source.study.manifest["world"].get("places", {})
    return [_table(source, arm, called) for arm in source.arms]


def _table(source: Material, arm: Arm, called: Mapping[str, Any]) -> dict[str, Any]:
    """One scenario's countries, and each one's share of what is lost inside."""
    moved = arm.entry["displacement_by_country"]
    answers = by_country(arm.runs, source.window, len(source.arms))
    rows = [
        (
            called.get(place, {}).get("name", place),
            [*(_cell(name, of[ALL_MARKETS].get(name, {})) for name in HEADS), _share(moved.get(place, {}))],
        )
        for place, of in answers.items()
    ]
    return {"title": arm.title, "heads": [*HEADS.values(), "Moved there"], "rows": rows}


def _cell(name: str, told: Mapping[str, Any]) -> Cell:
    """An index or a change in percent, its interval below, a star where the pairs carry it."""
    if not is_known(told.get("mean")):
        return Cell(DASH, "")
    is_index = name.endswith("_index")
    value = f"{told['mean']:.1f}" if is_index else change(told["mean"])
    return Cell(value + _star(told, 100.0 if is_index else 0.0), from_to(told["low"], told["high"]))


def _share(told: Mapping[str, Any]) -> Cell:
    """A share of what is lost inside in percent."""
    if not is_known(told.get("mean")):
        return Cell(DASH, "")
    ends = from_to(100 * told["low"], 100 * told["high"])
    return Cell(minus(f"{told['mean']:+.1%}") + _star(told, 0.0), ends)


def _star(told: Mapping[str, Any], unchanged: float) -> str:
    apart = told["low"] > unchanged or told["high"] < unchanged
    return "*" if apart and told["carried"] else ""
