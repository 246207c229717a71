"""The sentences of a brief, made from the comparison: what was found, how surely, what to bear in mind."""

from collections.abc import Mapping, Sequence
from typing import Any

from countermarket.analysis.evidenced import of_the_model
from countermarket.charts.words import (
    DASH,
    capital,
    change,
    count,
    dollars,
    from_to,
    is_known,
    likelihood,
    listed,
    market_label,
    minus,
    plain,
    share_of,
)

Row = Mapping[str, Any]

MODEL_LIMITS = (
    (
        "It gets directions better than sizes.",
        "{experiments} `countermarket validate` shows each.",
    ),
    (
        "It does not forecast.",
        "It compares policies in a made-up but sourced world. Read differences between scenarios, not levels or dates.",
    ),
    (
        "It does not say what is lawful, affordable or proportionate.",
        "Powers, sanctions and data-sharing have legal tests and costs to rights that are outside the model; "
        "actions against the innocent and compliance costs are counted, not judged.",
    ),
    (
        "It knows no real group, firm or person.",
        "Groups, enablers and cases are invented. Nothing here can direct an operation, and no "
        "jurisdiction's row is a finding about that country.",
    ),
    (
        "It covers {markets} and {places} at most.",
        "What moves to other crimes, to places it leaves out, or to methods not yet seen does not appear.",
    ),
    (
        "It does not weigh benefits against costs.",
        "Public and private costs stand beside the ranking. No scenario is ranked by a ratio of benefits to costs.",
    ),
)
"""What no run of this model can answer, whatever the numbers say."""


def limits_of(world: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the model cannot say, with the size of the study's world and what experiments say of its mechanisms."""
    markets = world.get("markets") or sorted({market for _, market, *_ in world["legs"].values()})
    known = {
        "experiments": of_the_model(),
        "markets": count(len(markets), "market"),
        "places": count(len(world["jurisdictions"]), "jurisdiction"),
    }
    return [(said.format(**known), why.format(**known)) for said, why in MODEL_LIMITS]


def question(entries: Sequence[Row], described: Mapping[str, Row]) -> str:
    """What the study asks: its one scenario's question, or the question of every ranking."""
    if len(entries) == 1:
        own = str(described.get(entries[0]["scenario"], {}).get("question") or "")
        return own or f"Does “{entries[0]['title']}” raise the cost of illicit activity?"
    return "Which policy raises the cost of illicit activity most?"


def lead(entries: Sequence[Row], window: str) -> str:
    """The main result in two sentences, with its interval and its likelihood."""
    first = entries[0]
    index = first["index"]
    if not is_known(index["mean"]):
        return f"No scenario could be ranked: {index.get('reason', 'the index is undefined')}."
    if first.get("did_nothing"):
        return f"{first['title']} did nothing: every run of it equals its paired reference, bit for bit."
    if not first["carried"]:
        return _uncarried(entries, window)
    verb = "raises" if index["mean"] >= 100 else "lowers"
    ends = sorted((abs(index["low"] - 100), abs(index["high"] - 100)))
    same_sign = (index["low"] - 100) * (index["high"] - 100) >= 0
    between = (
        f"{plain(ends[0], 2)}% to {plain(ends[1], 2)}%"
        if same_sign
        else f"{change(index['low'] - 100)} to {change(index['high'] - 100)}"
    )
    return (
        f"Over {window}, {first['title']} {verb} what it costs to deliver one unit by "
        f"{plain(abs(index['mean'] - 100), 2)}% on average over all markets (80% interval {between}), "
        "against its paired reference. That it raises the cost at all is "
        f"{likelihood(first['probability_better_than_baseline'], first['pairs'], len(entries))}."
    )


def _uncarried(entries: Sequence[Row], window: str) -> str:
    """The main result where the pairs do not carry a verb."""
    first = entries[0]
    said = likelihood(first["probability_better_than_baseline"], first["pairs"], len(entries))
    gaps = [change(first["index"][part] - 100) for part in ("mean", "low", "high")]
    return (
        f"Over {window}, the cost of delivering one unit under {first['title']} differs from its paired reference "
        f"by {gaps[0]} on average (80% interval {gaps[1]} to {gaps[2]}); the pairs do not carry a finding. "
        f"That it raises the cost: {said}."
    )


def against_next(entries: Sequence[Row]) -> str:
    """How surely the first beats the second; empty if there is no second."""
    if len(entries) < 2 or not is_known(entries[0]["probability_better_than_next"]):
        return ""
    return (
        f"That it raises the cost more than the second, {entries[1]['title']}: "
        f"{likelihood(entries[0]['probability_better_than_next'], entries[0]['pairs'], len(entries) - 1)}."
    )


def beside_sentence(first: Row) -> str:
    """What happened to deliveries, profit, harm and violence at the same time."""
    labels = {
        "units_delivered": "units delivered",
        "profit": "criminal profit",
        "harm": "harm",
        "violence": "deaths from violence",
    }
    known = {label: of for name, label in labels.items() if is_known((of := first["beside"].get(name, {})).get("mean"))}
    carried = {label: of for label, of in known.items() if of["carried"]}
    parts = [f"{label} {change(of['mean'])} ({from_to(of['low'], of['high'])})" for label, of in carried.items()]
    silent = [label for label in known if label not in carried]
    told = f"At the same time, with 80% intervals in brackets: {listed(parts)}." if parts else ""
    unsaid = f"On {listed(silent)} the pairs carry no finding." if silent else ""
    return f"{told} {unsaid}".strip()


def displacement_sentence(first: Row) -> str:
    """How much moved elsewhere, or why that cannot be said."""
    destinations = first["displacement"]["destinations"]
    inside, outside = destinations["inside"], destinations["outside"]
    if not is_known(destinations["mean"]):
        both = ""
        if is_known(inside["mean"]):
            both = f" Change inside {_money(inside)}; outside {_money(outside)}, at constant cost a year."
        return f"Displacement between destinations is not given: {destinations.get('reason', 'undefined')}.{both}"
    if not destinations["carried"]:
        return f"How much moves elsewhere instead, {first['pairs']} pairs do not carry."
    if destinations["mean"] >= 0:
        gone, come = ("disappears", "appears") if inside["mean"] < 0 else ("is added", "disappears")
        return (
            f"Of what {gone} where the scenario acts, {destinations['mean']:.0%} {come} elsewhere instead "
            f"({_percent(destinations['low'])} to {_percent(destinations['high'])}), valued at constant cost."
        )
    word = "lost" if inside["mean"] < 0 else "added"
    return (
        f"Nothing moves elsewhere on balance: for every 100 {word} where the scenario acts, "
        f"{abs(100 * destinations['mean']):.0f} more are {word} outside "
        f"(displacement ratio {from_to(destinations['low'], destinations['high'], 2)})."
    )


def _percent(share: float) -> str:
    return minus(f"{share:.0%}")


def _money(interval: Row) -> str:
    return f"{dollars(interval['mean'], 2)} ({dollars(interval['low'], 2)} to {dollars(interval['high'], 2)})"


def caveats(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The three things to know before reading any number; the fourth only if something went wrong."""
    entries = document["ranking"]
    texts = [
        ("Most of the uncertainty is not in the intervals.", _left_out(document)),
        ("A higher cost is not success by itself.", _cost_and_harm(entries)),
    ]
    if entries:
        texts.append(("Part of the cost is imputed, not paid.", _imputed(entries[0])))
    if document["failed"]:
        texts.append(
            (
                f"{capital(count(len(document['failed']), 'run'))} failed.",
                "They are left out, in pairs; they are listed at the end of this page.",
            )
        )
    return texts


def _left_out(document: Mapping[str, Any]) -> str:
    """What the intervals hold and what they do not."""
    pairs, parameters = document["replicates"], document.get("parameters", "central values")
    if parameters == "central values":
        held = f"They show how far {pairs} paired runs with different luck differ, all at central parameter values."
        missing = "Whether the model and its assumptions are right is not in them"
    else:
        held = (
            f"They show how far {pairs} paired runs differ in luck and in uncertain numbers ({parameters})."
        )
        missing = "Whether the model's mechanisms are right is not in them"
    return f"{held} {missing}, so the truth may well lie outside; treat small differences as none."


def _cost_and_harm(entries: Sequence[Row]) -> str:
    start = "It counts for little if as much is delivered, or if harm rises with it."
    if not entries:
        return start
    verdicts = entries[0]["verdict"]
    both = [market_label(market).lower() for market, word in verdicts.items() if word == "cost up, harm up"]
    down = sum(word == "cost up, throughput down" for word in verdicts.values())
    title = entries[0]["title"]
    if both:
        return f"{start} Under {title} cost and harm rise together in {listed(both)}."
    where = share_of(down, len(verdicts), "market")
    return f"{start} Under {title} a higher cost comes with less delivered in {where}."


def _imputed(first: Row) -> str:
    imputed = "Owners' risk is valued at the rate hired members are paid, delay at the cost of capital."
    cash, whole = first["index_cash"], first["index"]
    if not (is_known(cash.get("mean")) and is_known(whole["mean"])):
        return imputed
    return (
        f"{imputed} Counting payments alone, the index of {first['title']} is {cash['mean']:.1f} "
        f"({from_to(cash['low'], cash['high'])}) instead of {whole['mean']:.1f}."
    )


def index_with_interval(index: Row | None, digits: int = 1) -> tuple[str, str]:
    """Mean and interval as two texts."""
    if not index or not is_known(index.get("mean")):
        return DASH, str((index or {}).get("reason", ""))
    return f"{index['mean']:,.{digits}f}", from_to(index["low"], index["high"], digits)
