"""Why the cost moves: a causal account made of recorded numbers, link by link, each told apart from luck or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from countermarket.analysis import levels
from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import Interval, interval, probability_above
from countermarket.analysis.levels import Levels
from countermarket.brief.blocks import Block, Table
from countermarket.brief.facts import Facts
from countermarket.brief.plain_words import excludes, ranged
from countermarket.charts.components import LABELS, decomposition
from countermarket.charts.flows import flows_of, jurisdiction_places
from countermarket.charts.material import Arm, measured
from countermarket.charts.words import DASH, capital, dollars, from_to, market_label, plain
from countermarket.declared.measures import measure_named
from countermarket.results.manifest import measures_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LINKS = (
    ("operations_major", "Major joint operations a year"),
    ("operations_moderate", "Moderate joint operations a year"),
    ("arrests", "Arrests a year"),
    ("seizure_rate", "Share of goods seized"),
    ("seizures_detected", "Seizures that agencies report"),
    ("backlog", "Evidence that waits for an analyst"),
    ("recovered_share", "Share of sales taken back"),
    ("members", "Members of groups"),
    ("recruits", "New members a year"),
    ("price", "Price to users"),
    ("units_wanted", "Units wanted at the price"),
    ("units_delivered", "Units delivered"),
    ("profit", "Profit of groups"),
    ("violence", "Deaths from violence"),
)
"""Measures along the way from what agencies do to what reaches users, and what a reader calls them."""
SERVICES = {"logistics": "logistics", "finance": "laundering", "corporate": "companies", "digital": "digital services"}
TOP = 3
"""Components, or routes at either end, told of each market."""
LUCK, TOLD = "may be luck", "told apart from luck"


class Link(NamedTuple):
    """One link: its level without the policy, and the change."""

    name: str
    without: str
    change: str
    verdict: str


def why(facts: Facts) -> list[Block]:
    """The chain in words, the links, what each part of the cost adds, and the routes that move."""
    arm = arm_of(facts)
    return [
        Block("why-chain", "From agencies to users", (chain(facts),), tables=(_links_table(facts, arm),)),
        Block("why-cost", "What each part of the cost adds", tables=(_stages_table(facts, arm),)),
        Block("why-routes", "Routes gained and lost", (_routes_said(facts, arm),), tables=(_routes_table(facts, arm),)),
    ]


def arm_of(facts: Facts) -> Arm:
    """The policy's runs beside their references."""
    return next(arm for arm in facts.source.arms if arm.name == facts.row["scenario"])


def _verdict(gaps: Array, questions: int) -> str:
    """Whether changes, pair by pair, are told apart from luck as one of so many."""
    import numpy as np

    known = gaps[np.isfinite(gaps)]
    apart = excludes(interval(known)) and carries(probability_above(known, 0.0), len(known), questions)
    return TOLD if apart else LUCK


def _links_table(facts: Facts, arm: Arm) -> Table:
    """Every link of the chain, the world over."""
    heads = ("Link", "Without the policy", "Change, eight in ten runs", "Is it luck?")
    return Table("What changes on the way, in the world", heads, (*_links(facts, arm), *_fees(facts, arm)))


def _links(facts: Facts, arm: Arm) -> Iterator[Link]:
    """The recorded measures along the way."""
    recorded = {measure.name for measure in measures_in(facts.source.study.manifest)}
    for name, label in LINKS:
        if name not in recorded:
            continue
        measure = measure_named(name)
        both = levels.overall(arm.runs.pairs, measure, facts.source.window)
        change = interval(levels.percent(both))
        before = interval(both.baseline)["mean"]
        if before:
            verdict = _verdict(both.scenario - both.baseline, len(LINKS) * facts.company())
            yield Link(label, f"{plain(before)} {measure.level_unit}", ranged(change), verdict)


def _fees(facts: Facts, arm: Arm) -> Iterator[Link]:
    """What enablers charge and how many are closed, by service."""
    for name, label in (("enabler_fee", "Fee for"), ("enablers_closed", "Closed a year: sellers of")):
        paired = measured(facts.source, arm, name, by=("service", "month"))
        during = facts.source.window.holds(paired.labels["month"])
        for at, service in enumerate(paired.labels["service"].tolist()):
            both = Levels(*(levels.mean(of[:, at][..., during]) for of in (paired.after, paired.before)))
            before = interval(both.baseline)["mean"]
            if before:
                verdict = _verdict(both.scenario - both.baseline, 8 * facts.company())
                level = f"{before:.1%}" if name == "enabler_fee" else plain(12 * before)
                change = ranged(interval(levels.percent(both)))
                yield Link(f"{label} {SERVICES.get(service, service)}", level, change, verdict)


def _stages_table(facts: Facts, arm: Arm) -> Table:
    """By market: what a unit costs more on arrival and at home, and the parts that add or save most."""
    rows = tuple(_stage_row(facts, arm, market) for market in facts.source.markets)
    caption = "USD a unit of 2023, with the policy less without it; parts of what reaches users, the largest first"
    return Table(caption, ("Market", "On arrival", "In the trade at home", "To users", "Parts that move most"), rows)


def _stage_row(facts: Facts, arm: Arm, market: str) -> tuple[str, ...]:
    """One market's stages and parts."""
    landed, users = landed_and_users(facts, market)
    at_home = "\u2013" if landed is None or users is None else dollars(users - landed, 2)
    most = parts_of(facts, arm, market)[:TOP]
    parts = "; ".join(f"{label} {dollars(change['mean'], 2)} ({verdict})" for label, change, verdict in most)
    return market_label(market), dollars(landed, 2), at_home, dollars(users, 2), parts


def landed_and_users(facts: Facts, market: str) -> tuple[float | None, float | None]:
    """What a unit costs more on arrival and to users. USD"""
    gaps = []
    for stage in ("landed_usd", "cost_usd"):
        of = facts.row[stage].get(market, {})
        known = of.get("mean") is not None and of.get("baseline") is not None
        gaps.append(of["mean"] - of["baseline"] if known else None)
    return gaps[0], gaps[1]


def parts_of(facts: Facts, arm: Arm, market: str) -> list[tuple[str, Interval, str]]:
    """Parts of a market's cost by how far they move. USD a unit"""
    import numpy as np

    cost = decomposition(facts.source, arm)
    if cost is None or market not in cost.markets:
        return []
    at = cost.markets.index(market)
    gaps = cost.after[:, at] - cost.before[:, at]
    questions = len(cost.components) * len(cost.markets) * facts.company()
    told = [
        (LABELS[name].lower(), interval(gaps[:, place]), _verdict(gaps[:, place], questions))
        for place, name in enumerate(cost.components)
        if np.isfinite(gaps[:, place]).any()
    ]
    return sorted(told, key=lambda one: -abs(one[1]["mean"] or 0.0))


def chain(facts: Facts) -> str:
    """A worked chain in words for the market where the cost on arrival moves most."""
    arm, market = arm_of(facts), leading_market(facts)
    if market is None:
        return "No market's cost on arrival is recorded, so that there is no chain to tell."
    landed, users = landed_and_users(facts, market)
    parts = [f"{label} {_signed(change['mean'])}" for label, change, _ in parts_of(facts, arm, market)[:TOP]]
    told = facts.row["places"]["all"][market]
    unit = facts.world().get("units", {}).get(market, "unit")
    lucky = [label for label, _, verdict in parts_of(facts, arm, market)[:TOP] if verdict == LUCK]
    said = (
        f"In {market_label(market).lower()}, where it moves most: a {unit} costs {_signed(landed)} on arrival and, "
        f"after the trade at home, {_signed(users)} to users. The parts that move most: "
        f"{'; '.join(parts)}. The price to users changes by {ranged(told['price'])}, what reaches them by "
        f"{ranged(told['units'])}."
    )
    return f"{said} {_of_luck(lucky)}".strip()


def leading_market(facts: Facts) -> str | None:
    """The market whose index on arrival is furthest from no change."""
    known = {
        market: abs(of["mean"] - 100.0)
        for market, of in facts.row["landed_index"].items()
        if of.get("mean") is not None and facts.row["landed_usd"].get(market, {}).get("baseline") is not None
    }
    return max(known, key=lambda market: known[market], default=None)


def _signed(value: float | None) -> str:
    """An amount with its sign."""
    text = dollars(value, 2)
    return text if value is None or value < 0 or text == DASH else f"+{text}"


def _of_luck(lucky: list[str]) -> str:
    """Which parts may be luck."""
    if not lucky:
        return "None of these parts is luck."
    return f"Of these, {', '.join(lucky)} may be luck: the runs do not carry {'it' if len(lucky) == 1 else 'them'}."


def _routes_table(facts: Facts, arm: Arm) -> Table:
    """The routes that gain and lose most in each market."""
    places, rows = jurisdiction_places(facts.source), []
    flows = flows_of(facts.source, arm)
    for market in facts.source.markets:
        held = sorted((flow for flow in flows if flow.market == market), key=lambda flow: flow.after - flow.before)
        for word, ends in (("loses", held[:1]), ("gains", held[-1:])):
            for flow in ends:
                names = [places[code].name if code in places else code for code in (flow.origin, flow.destination)]
                change = f"{plain(flow.after - flow.before, 2)} ({from_to(flow.low, flow.high, 0)})"
                verdict = TOLD if flow.sure else LUCK
                route = f"{market_label(market)}: {names[0]} to {names[1]} {word}"
                rows.append((route, plain(flow.before, 2), change, verdict))
    caption = "Units a year on the route that loses most, and on the one that gains most"
    return Table(caption, ("Route", "Without", "Change", "Is it luck?"), tuple(rows))


def _routes_said(facts: Facts, arm: Arm) -> str:
    """How many routes change for sure."""
    flows = flows_of(facts.source, arm)
    more, less = sum(flow.sure > 0 for flow in flows), sum(flow.sure < 0 for flow in flows)
    if not more and not less:
        return f"Of {len(flows)} routes none changes by more than luck may do."
    return f"Of {len(flows)} routes {more} carry more and {less} carry less than luck explains."


def why_block(facts: Facts) -> Block:
    """The chain in the submission: one paragraph."""
    return Block("why", "Why", (chain(facts), capital(_routes_said(facts, arm_of(facts)))))

