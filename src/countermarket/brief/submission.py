"""The submission: one page in plain words that answers before it explains. What it does, what it costs, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.analysis.by_place import ALL_MARKETS, EVERYWHERE
from countermarket.brief.blocks import Block, Table
from countermarket.brief.facts import Facts
from countermarket.brief.plain_words import (
    at_place,
    excludes,
    pct,
    percent_of,
    place_name,
    ranged,
)
from countermarket.brief.policy_words import policy_block
from countermarket.brief.standing import ground_block, options_block, silence_block
from countermarket.brief.why import why_block
from countermarket.charts.material import window_in_words
from countermarket.charts.words import capital, count, is_known, likelihood, listed, market_label


def submission(facts: Facts) -> list[Block]:
    """The blocks of the page, the answer first."""
    blocks = [answer_block(facts), effect_block(facts), why_block(facts), money_block(facts), elsewhere_block(facts)]
    blocks += [policy_block(facts.run, facts.world()), ground_block(facts), silence_block(facts)]
    return [*blocks, options_block(facts)] if facts.company() > 1 else blocks


def is_told_apart(change: Mapping[str, Any]) -> bool:
    """Whether an interval excludes no change and the runs carry that."""
    return bool(change.get("carried")) and excludes(dict(change))


def answer(facts: Facts) -> str:
    """The finding in one sentence."""
    title, where = facts.row["title"], at_place(facts.place(), facts.world())
    told = facts.row["places"][facts.place()][ALL_MARKETS]
    landed, users = percent_of(told["landed_index"]), percent_of(told["cost_index"])
    if facts.row["did_nothing"]:
        return f"{title} does nothing: every run with it equals the run without it."
    if not is_known(users["mean"]):
        return f"Nothing can be said of {title}: {told['cost_index'].get('reason', 'no index is known')}."
    if is_told_apart(landed) and is_told_apart(users):
        return (
            f"{title} makes crime {_dearer(landed['mean'])} on arrival {where} ({_ends(landed)}), and "
            f"{_dearer(users['mean'])} by the time it reaches users ({_ends(users)})."
        )
    if is_told_apart(landed):
        return (
            f"{title} makes crime {_dearer(landed['mean'])} on arrival {where} ({_ends(landed)}); whether any of it "
            f"reaches users is not told apart from luck ({ranged(users)})."
        )
    return (
        f"Whether {title} makes crime dearer {where} is not told apart from luck: on arrival {ranged(landed)}, to "
        f"users {ranged(users)}, in eight of ten of {count(facts.row['pairs'], 'run')}."
    )


def _dearer(change: float) -> str:
    return f"{pct(abs(change)).lstrip('+')} {'dearer' if change > 0 else 'cheaper'}"


def _ends(change: Mapping[str, Any]) -> str:
    """Both ends of a change."""
    return f"{pct(change['low'])} to {pct(change['high'])}"


def answer_block(facts: Facts) -> Block:
    """The answer, how sure it is, and the balance of money."""
    row, net = facts.row, facts.worth["npv"]
    told = row["places"][facts.place()][ALL_MARKETS]
    chance = likelihood(row["probability_better_than_baseline"], row["pairs"], facts.company())
    sure = (
        f"That is over {window_in_words(facts.source)}, between the ends of eight in ten runs; units delivered change "
        f"by {ranged(told['units'])}. That it makes crime dearer to users at all{_ranked_for(facts)}: "
        f"{chance.replace(' pair', ' run')}."
    )
    years = facts.appraisal["years"]
    balance = (
        f"In money, {years[0]} to {years[-1]}, the world's balance is {facts.money(net['mean'])}, anything from "
        f"{facts.money(net['low'])} to {facts.money(net['high'])}"
        + ("." if excludes(net) and net["carried"] else ": its sign is not told apart from luck and doubtful prices.")
    )
    return Block("answer", "The answer", (answer(facts), sure, balance))


def _ranked_for(facts: Facts) -> str:
    """Where the likelihood is of: the world, or the place ranked for."""
    place = facts.source.document["ranked_for"]
    return " in the world" if place == EVERYWHERE else f" {at_place(place, facts.world())}"


def effect_block(facts: Facts) -> Block:
    """What it does in the chosen places, market by market, on arrival and to users."""
    label = facts.place()
    asked = [name for name in facts.row["places"] if name not in ("rest of the world", EVERYWHERE)] or [label]
    tables = [_effect_table(facts, name) for name in asked]
    markets = facts.row["places"][label]
    clear = [
        market_label(market).lower()
        for market, told in markets.items()
        if market != ALL_MARKETS and is_told_apart(percent_of(told["landed_index"]))
    ]
    said = (
        f"Told apart from luck on arrival: {listed(clear)}."
        if clear
        else "In no single market is it told apart from luck."
    )
    return Block("effect", f"What it does {at_place(label, facts.world())}", (said,), tables=tuple(tables))


def _effect_table(facts: Facts, label: str) -> Table:
    """Changes by market in one place."""
    told = facts.row["places"][label]
    rows = tuple(
        (
            "All together" if market == ALL_MARKETS else market_label(market),
            ranged(percent_of(of["landed_index"])),
            ranged(percent_of(of["cost_index"])),
            ranged(of["units"]),
        )
        for market, of in told.items()
    )
    where = capital(place_name(label, facts.world()))
    window = window_in_words(facts.source)
    caption = f"{where}, {window}: with the policy against without it; in brackets eight in ten runs"
    return Table(caption, ("Market", "Dearer on arrival", "Dearer to users", "Units delivered"), rows)


def money_block(facts: Facts) -> Block:
    """What it costs the public, firms and the innocent, beside what it saves."""
    borders, world = facts.worth["borders"], facts.world()
    rows = tuple(
        (
            "the world" if label == "world" else place_name(label, world),
            *(facts.money(_sum(of, names)) for names in (("states", "alliance"), ("firms",), ("wrongs",))),
            *(facts.money(of[name]["mean"]) for name in ("harm", "lives")),
            f"{facts.money(of['net']['mean'])} ({facts.money(of['net']['low'])} to {facts.money(of['net']['high'])})",
        )
        for label, of in borders.items()
    )
    money = f"{facts.appraisal['currency']} of {facts.appraisal['base_year']}"
    years, rate = facts.appraisal["years"], facts.appraisal["discount_rate"]
    caption = f"Present values {years[0]} to {years[-1]}, {money}, at {rate:.1%} a year; a cost below zero is a saving"
    heads = ("Within", "Public cost", "Firms", "The innocent", "Harm saved", "Deaths saved", "Net value")
    said = (_wrongs(facts), _joining(facts))
    return Block("money", "What it costs, and what it saves", said, tables=(Table(caption, heads, rows),))


def _sum(of: Mapping[str, Any], names: Sequence[str]) -> float:
    return float(sum(of[name]["mean"] for name in names))


def _wrongs(facts: Facts) -> str:
    """How many innocent people it meets."""
    told = facts.worth["memo"]["wrongful_actions"]
    more = told["mean"] or 0.0
    if abs(more) < 1:
        return "No more people are met who did nothing."
    word = "more" if more > 0 else "fewer"
    return (
        f"Some {abs(more):,.0f} {word} actions a year against people who did nothing, most of them accounts closed "
        f"({told['low']:,.0f} to {told['high']:,.0f}); the money above is a floor for them, not their worth."
    ).replace("-", "\u2212")


def _joining(facts: Facts) -> str:
    """Who would lose by taking part."""
    told, world = facts.worth["participation"], facts.world()
    taking = len(facts.worth["members"])
    if not taking:
        return "Nobody takes part."
    if not told["losers"]:
        return "On average every state that takes part gains." if taking > 1 else "On average it gains."
    if taking == 1:
        return f"On average {place_name(told['losers'][0], world)} loses by it: {facts.money(told['side_payments'])}."
    names = [place_name(place, world) for place in told["losers"]]
    could = "which those who gain could pay" if told["could_be_paid"] else "which is more than those who gain have"
    return (
        f"On average {len(names)} of {taking} who take part pay more than they save ({_named(names)}): it would take "
        f"{facts.money(told['side_payments'])} to make up for it, {could}."
    )


def _named(names: Sequence[str]) -> str:
    return listed(list(names)) if len(names) <= 5 else f"{', '.join(names[:5])} and {len(names) - 5} more"


def elsewhere_block(facts: Facts) -> Block:
    """What moves elsewhere, or that it cannot be told."""
    told = facts.row["displacement"]["destinations"]
    if not is_known(told["mean"]):
        return Block("elsewhere", "What moves elsewhere", (f"It cannot be told: {_why_not(told)}.",))
    ends = f"{pct(100 * told['low'])} to {pct(100 * told['high'])}".replace("+", "")
    if not told["carried"]:
        said = f"How much moves elsewhere is not told apart from luck (between {ends} of what is lost where it acts)."
    elif told["mean"] >= 0:
        said = f"Of what is lost where it acts, {pct(100 * told['mean']).lstrip('+')} appears elsewhere ({ends})."
    else:
        more = pct(-100 * told["mean"]).lstrip("+")
        said = f"Trade falls elsewhere too, by {more} of the fall where it acts ({ends})."
    rest = facts.row["places"].get("rest of the world", {}).get(ALL_MARKETS)
    if not rest:
        return Block("elsewhere", "What moves elsewhere", (said,))
    there = f"Elsewhere in the world deliveries change by {ranged(rest['units'])} and harm by {ranged(rest['harm'])}."
    return Block("elsewhere", "What moves elsewhere", (said, there))


def _why_not(told: Mapping[str, Any]) -> str:
    """Why displacement is not given, in plain words."""
    reason = str(told.get("reason", "it is undefined"))
    return "the change where the policy acts is not told apart from nothing" if "includes zero" in reason else reason
