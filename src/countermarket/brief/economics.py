"""The economic case for a treasury: who pays, year by year; what cases and prices change; what is not counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.brief.blocks import Block, Table
from countermarket.brief.facts import Facts
from countermarket.brief.plain_words import place_name
from countermarket.charts.words import DASH, capital, listed, market_label, plain

MOST_STATES, MOST_INPUTS = 8, 10
PARTS = {
    "harm": "Harm saved", "lives": "Deaths saved", "states": "Own agencies", "alliance": "Share of the alliance",
    "firms": "Firms", "wrongs": "The innocent",
}  # fmt: skip


def economics(facts: Facts) -> list[Block]:
    """The blocks of the economic case of one policy."""
    return [
        Block("benefits", "What is saved", _bounds(facts), tables=(_benefits(facts), _totals(facts))),
        Block("joining", "Does each gain by taking part?", (_beside_today(facts),), tables=(_members(facts),)),
        Block("cost-years", "Public cost by state and year", tables=(_years(facts),)),
        Block("cases", "If something were otherwise", tables=(_cases(facts), _extremes(facts), _switching(facts))),
        Block("uncounted", "What no money stands for", tables=(_uncounted(facts), _memo(facts))),
    ]


def _bounds(facts: Facts) -> tuple[str, ...]:
    """What the money holds and what it does not."""
    unvalued = [market_label(market).lower() for market in facts.appraisal["unvalued"]]
    none = f"No unit harm is known of {listed(unvalued)}: what is saved there is counted as nothing."
    return (facts.appraisal["bounds"], none) if unvalued else (facts.appraisal["bounds"],)


def inputs_block(appraisal: Mapping[str, Any]) -> Block:
    """Every number behind the money that no run makes, with its source."""
    rows = tuple(
        (
            str(one["meaning"]), plain(one["value"]),
            "" if one["low"] is None or one["high"] is None else f"{plain(one['low'])} to {plain(one['high'])}",
            " ".join(str(part) for part in (one["currency"], one["price_year"] or "", one["unit"]) if part),
            str(one["source"]),
        )
        for one in appraisal["inputs"]
        if not str(one["name"]).startswith("prices_")
    )  # fmt: skip
    table = Table("Inputs of the appraisal", ("Input", "Value", "Range", "Unit", "Source"), rows)
    return Block("inputs", "Where the prices come from", tables=(table,))


def _range(facts: Facts, of: Mapping[str, Any]) -> str:
    """A mean with its ends."""
    if of["mean"] is None:
        return str(of.get("reason", ""))
    return f"{facts.money(of['mean'])} ({facts.money(of['low'])} to {facts.money(of['high'])})"


def _benefits(facts: Facts) -> Table:
    rows = tuple((market_label(name), _range(facts, of)) for name, of in facts.worth["benefits"].items())
    caption = f"Present value of harm avoided in the world; {facts.appraisal['interval']}"
    return Table(caption, ("Market", "Saved"), rows)


def _totals(facts: Facts) -> Table:
    """Yearly equivalents, ratio and payback."""
    worth = facts.worth
    ratio = worth["benefit_cost_ratio"]
    said = str(ratio.get("reason", "")) if ratio["mean"] is None else (
        f"{ratio['mean']:.1f} ({ratio['low']:.1f} to {ratio['high']:.1f}); no mark to pass"
    )  # fmt: skip
    rows = (
        ("Public cost, the same each year", _range(facts, worth["equivalent_annual_cost"])),
        ("Net value, the same each year", _range(facts, worth["equivalent_annual_net"])),
        (f"Net value a year, last {worth['net_last_years']['years']} years", _range(facts, worth["net_last_years"])),
        ("Ratio of savings to public cost", said),
        ("Pays back", worth["payback"] or "not within the years"),
    )
    return Table("The same otherwise told", ("", "Value"), rows)


def _beside_today(facts: Facts) -> str:
    return (
        "Beside today: whether a state gains by joining rather than by standing outside takes a scenario without it. "
        "Ranges: eight in ten runs, prices at their central values."
    )


def _members(facts: Facts) -> Table:
    """What each that takes part saves and pays."""
    told = sorted(facts.worth["members"].items(), key=lambda one: one[1]["net"]["mean"])
    rows = tuple(
        (
            capital(place_name(place, facts.world())),
            *(facts.money(of[name]["mean"]) for name in PARTS),
            _range(facts, of["net"]),
            _gains(of["share_above"], facts.row["pairs"]),
        )
        for place, of in told[:20]
    )
    return Table("Those who take part, who loses most first", ("State", *PARTS.values(), "Net value", "Gains in"), rows)


def _gains(share: float | None, pairs: int) -> str:
    """In how many pairs a state gains."""
    return DASH if share is None else f"{share * pairs:g} of {pairs}"


def _years(facts: Facts) -> Table:
    """The states whose spending moves most, the alliance, and the net value, year by year."""
    costs = facts.worth["public_cost_by_year"]
    size = {place: sum(abs(of["mean"] or 0.0) for of in years.values()) for place, years in costs.items()}
    most = sorted((place for place in size if place != "alliance"), key=lambda place: -size[place])[:MOST_STATES]
    years = facts.appraisal["years"]
    rows = [_of_years(facts, place_name(place, facts.world()), costs[place], years) for place in most]
    if "alliance" in costs:
        rows.append(_of_years(facts, "the alliance", costs["alliance"], years))
    rows.append(_of_years(facts, "net value", facts.worth["net_by_year"], years))
    caption = "Added public cost with optimism bias, not discounted; last line: net value of all"
    return Table(caption, ("", *years), tuple(rows))


def _of_years(facts: Facts, name: str, told: Mapping[str, Any], years: Sequence[str]) -> tuple[str, ...]:
    return capital(name), *(facts.money(told[year]["mean"]) for year in years)


def _cases(facts: Facts) -> Table:
    rows = tuple((capital(one["case"]), _range(facts, one["net"])) for one in facts.worth["sensitivities"])
    return Table("Net value in other cases; in brackets eight in ten runs", ("Case", "Net value"), rows)


def _extremes(facts: Facts) -> Table:
    """The inputs that move the net value most."""
    rows = tuple(
        (capital(one["meaning"]), facts.money(one["low"]), facts.money(one["high"]))
        for one in facts.worth["extremes"][:MOST_INPUTS]
    )
    heads = ("Input", "At its low end", "At its high end")
    return Table("Net value at both ends of each input, the widest first", heads, rows)


def _switching(facts: Facts) -> Table:
    """Where the sign turns."""
    rows = tuple(
        (capital(one["meaning"]), plain(one["value"]), plain(one["switches_at"]), ("no", "yes")[one["within_range"]])
        for one in facts.worth["switching"]
        if one["switches_at"] is not None
    )
    return Table("Value at which the mean net value is nothing", ("Input", "Now", "Turns at", "Within its range"), rows)


def _uncounted(facts: Facts) -> Table:
    """Effects without a value."""
    rows = tuple(
        (
            capital(one["effect"]), one["direction"], one["weight"], one["who"],
            DASH if one["turns_at"] is None else f"{facts.money(one['turns_at'])} a year",
        )
        for one in facts.worth["unmonetised"]
    )  # fmt: skip
    heads = ("Effect", "Works", "Weight", "Who bears it", "Would turn the sign at")
    return Table("Effects without a price", heads, rows)


def _memo(facts: Facts) -> Table:
    """Money that changes hands."""
    names = {"recovery": "Taken back from groups", "dearer": "Buyers pay more", "profit": "Groups keep"}
    rows = tuple((word, _range(facts, facts.worth["memo"][name])) for name, word in names.items())
    return Table("Told and not counted, a year", ("Transfer", "Change"), rows)
