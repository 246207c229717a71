"""An appraisal on screen: what each policy costs and saves, and of one or of few all that stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.cli.console import in_lines, print_rows, short_number
from countermarket.reading.wording import shown

if TYPE_CHECKING:
    from rich.console import Console

BILLION = 1e9
FEW = 2
"""Scenarios that are shown in full without being asked for."""
MOST_CASES = 8
PARTS = {
    "harm": "harm\navoided", "lives": "deaths\navoided", "states": "states", "alliance": "alliance", "firms": "firms",
    "wrongs": "the\ninnocent", "net": "net",
}  # fmt: skip
COLUMNS = ("scenario", "saved", "public\ncost", "firms", "the\ninnocent", "net value", "net, 80% interval", "ratio")


def print_appraisal(console: Console, document: Mapping[str, Any], asked: str | None) -> None:
    """Print what every scenario costs and saves, then in full the one asked for, or all where they are few."""
    rows = document["rows"]
    if not rows:
        console.print("Nothing is appraised: no scenario finished beside its reference.")
        return
    print_rows(console, _title(document), _columns(COLUMNS), [_total(row) for row in rows])
    in_full = [row for row in rows if row["scenario"] == asked or (asked is None and len(rows) <= FEW)]
    for row in in_full:
        _print_in_full(console, row)
    for note in _notes(document, bool(in_full)):
        console.print(in_lines(note))


def _title(document: Mapping[str, Any]) -> str:
    """What the numbers are."""
    years = document["years"]
    against = f", beside {shown(document['against'])}" if document["against"] else ""
    return (
        f"Present values {years[0]} to {years[-1]}, bn of {document['currency']} of {document['base_year']}, "
        f"at {document['discount_rate']:.1%} a year (deaths {document['health_rate']:.1%}){against}"
    )


def _columns(heads: Sequence[str]) -> list[tuple[str, str]]:
    return [(head, "right" if place else "left") for place, head in enumerate(heads)]


def _total(row: Mapping[str, Any]) -> list[str]:
    """A scenario's line."""
    saved = sum(of["mean"] for of in row["benefits"].values())
    ratio = row["benefit_cost_ratio"]
    star = "*" if row["npv"]["carried"] and row["npv"]["low"] * row["npv"]["high"] > 0 else ""
    return [
        shown(row["scenario"]), bn(saved), bn(row["public_cost"]["mean"]), bn(row["private_cost"]["mean"]),
        bn(row["wrongful_cost"]["mean"]), bn(row["npv"]["mean"]) + star, span(row["npv"]),
        "-" if ratio["mean"] is None else f"{ratio['mean']:.1f} [{ratio['low']:.1f}, {ratio['high']:.1f}]",
    ]  # fmt: skip


def bn(value: float | None) -> str:
    """An amount in billions."""
    if value is None:
        return "-"
    text = f"{value / BILLION:.2f}" if abs(value) < 9.995e9 else f"{value / BILLION:,.0f}"
    return "0" if text in ("0.00", "-0.00") else text


def span(of: Mapping[str, Any]) -> str:
    """An interval in billions."""
    return "-" if of["low"] is None else f"{bn(of['low'])} to {bn(of['high'])}"


def _print_in_full(console: Console, row: Mapping[str, Any]) -> None:
    """Print all that stands behind one scenario's line."""
    name = shown(row["scenario"])
    heads = _columns(("what is saved", "mean", "80% interval"))
    saved = [[what.replace("_", " "), bn(of["mean"]), span(of)] for what, of in row["benefits"].items()]
    print_rows(console, f"{name}: harm avoided by market, and deaths", heads, saved)
    heads = _columns(("within", *PARTS.values()))
    print_rows(console, f"{name}: costs and benefits within one border", heads, _parted(row["borders"]))
    heads = _columns(("state", *PARTS.values(), "gains in"))
    print_rows(console, f"{name}: does each gain by taking part?", heads, _members(row))
    console.print(in_lines(_joining(row) + "\n"))
    heads = _columns(("case", "net value", "80% of pairs"))
    cases = [[one["case"], bn(one["net"]["mean"]), span(one["net"])] for one in row["sensitivities"]]
    print_rows(console, f"{name}: if something were otherwise", heads, cases)
    heads = _columns(("input", "now", "turns at", "within its range"))
    print_rows(console, f"{name}: where the net value turns its sign", heads, _turns(row))
    heads = _columns(("year", "net", "states", "alliance"))
    print_rows(console, f"{name}: year by year, not discounted", heads, _years(row))
    heads = [("effect", "left"), ("works", "left"), ("weight", "left"), ("turns the sign at a year", "right")]
    print_rows(console, f"{name}: what no money stands for", heads, _without_money(row))


def _parted(borders: Mapping[str, Any]) -> list[list[str]]:
    """A line for each border."""
    return [[shown(label), *(bn(parts[name]["mean"]) for name in PARTS)] for label, parts in borders.items()]


def _members(row: Mapping[str, Any]) -> list[list[str]]:
    """A line for each that takes part, those first who lose most."""
    told = sorted(row["members"].items(), key=lambda one: one[1]["net"]["mean"])
    lines = [
        [place, *(bn(of[name]["mean"]) for name in PARTS), _gains(of["share_above"], row["pairs"])]
        for place, of in told
    ]
    between = len(lines) - 2 * MOST_CASES
    if between <= 1:
        return lines
    return [*lines[:MOST_CASES], [f"({between})", *("..." for _ in lines[0][1:])], *lines[-MOST_CASES:]]


def _gains(share: float | None, pairs: int) -> str:
    return "-" if share is None else f"{share * pairs:g} of {pairs}"


def _joining(row: Mapping[str, Any]) -> str:
    """Whether those who lose could be paid by those who gain."""
    told, taking = row["participation"], len(row["members"])
    if not told["losers"]:
        return f"All {taking} who take part gain by the mean." if taking else "Nobody takes part."
    could = "those who gain could pay it" if told["could_be_paid"] else "more than those who gain have"
    return (
        f"{len(told['losers'])} of {taking} lose by the mean: {', '.join(told['losers'])}. To make up for it takes "
        f"{bn(told['side_payments'])} bn; {could} ({bn(told['gains_of_gainers'])} bn). Beside today, not beside the "
        "same alliance without them: run that, too, and hold it --against."
    )


def _turns(row: Mapping[str, Any]) -> list[list[str]]:
    """Where the sign turns, those within their range first."""
    told = sorted(row["switching"], key=lambda one: not one["within_range"])
    return [
        [one["meaning"], short_number(one["value"]), _or_never(one["switches_at"]), ("no", "yes")[one["within_range"]]]
        for one in told
    ]


def _or_never(value: float | None) -> str:
    return "nowhere" if value is None else short_number(value)


def _years(row: Mapping[str, Any]) -> list[list[str]]:
    """Net value and public cost in each year."""
    costs = row["public_cost_by_year"]
    paid = {year: [0.0, 0.0] for year in row["net_by_year"]}
    for place, years in costs.items():
        for year, of in years.items():
            paid[year][place == "alliance"] += of["mean"]
    return [[year, bn(net["mean"]), *map(bn, paid[year])] for year, net in row["net_by_year"].items()]


def _without_money(row: Mapping[str, Any]) -> list[list[str]]:
    """Effects that no money stands for."""
    return [
        [of["effect"], of["direction"], of["weight"], bn(of["turns_at"]) + " bn" if of["turns_at"] is not None else "-"]
        for of in row["unmonetised"]
    ]


def _notes(document: Mapping[str, Any], in_full: bool) -> list[str]:
    """What the numbers hold and what they do not."""
    back = {row["scenario"]: row["payback"] or "not within the years" for row in document["rows"]}
    told = "; ".join(f"{shown(name)} {when}" for name, when in back.items())
    said = [
        f"Pays back: {told}.",
        f"Net value and ratio: {document['interval']}. * the interval excludes nothing, and the pairs carry "
        "it; without a star a mean may be luck.",
        "Ratio: what is saved, less what firms and the innocent pay, over public cost; none where that is not told "
        f"apart from nothing. {document['bounds']}",
    ]
    if document["unvalued"]:
        markets = ", ".join(shown(market) for market in document["unvalued"])
        said.insert(0, f"No unit harm is known of {markets}: what is saved there is counted as nothing.")
    return said if in_full else [*said, "One policy in full, with members and cases: --scenario NAME."]
