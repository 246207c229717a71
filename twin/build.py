"""Objects from the rows of a simulation: the twin's first month is the package's own."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin.agencies import Agency
from twin.alliance import Alliance
from twin.cases import Presence
from twin.costs import with_overheads
from twin.enablers import Enabler
from twin.goods import Exploited, Goods
from twin.groups import Group
from twin.legs import Leg
from twin.markets import Fraud, Market, Passage
from twin.places import Community
from twin.trade import Holding

if TYPE_CHECKING:
    from countermarket.model.running.simulate import Simulation
    from countermarket.model.state.tables import State
    from twin.model import TwinModel

NODE_CLASSES = (Goods, Passage, Exploited, Fraud)
"""In the order of the package's kinds: goods, passage by consent, exploited people, fraud."""


WORKING = {
    "acts", "asked", "average_fee", "chance", "claim", "group_technology", "openness", "ripe", "usual",
}  # fmt: skip
"""Columns in which the package's mechanisms work something out for themselves, or that the model here holds."""


LEG_SUMS = ("passing", "filled", "price", "purchase", "labour", "cost", "lost_cost")
"""What the package adds up by leg and the model here books shipment by shipment."""


def columns(row: Any, *left_out: str) -> dict[str, Any]:
    """The columns of a row as plain numbers and lists, some left out."""
    return {name: row[name].tolist() for name in row.dtype.names if name not in WORKING and name not in left_out}


def furnish(model: TwinModel, simulation: Simulation) -> None:
    """Give a model everything there is at the simulation's present month."""
    state, levers = simulation.state, simulation.levers
    model.p = SimpleNamespace(**columns(simulation.parameters[0]))
    model.markets = [Market(model, m, columns(row)) for m, row in enumerate(state.tallies)]
    model.places = [Community(model, j, columns(row)) for j, row in enumerate(state.communities)]
    for j, row in enumerate(state.agencies):
        agency = Agency(model, model.places[j], columns(row), columns(levers.agencies[j]))
        agency.trust, agency.base_trust = state.trust[j].tolist(), state.base_trust[j].tolist()
    model.average_fee = state.alliance[0]["average_fee"].tolist()
    model.group_technology = float(state.alliance[0]["group_technology"])
    model.alliance = Alliance(model, columns(state.alliance[0]), columns(levers.alliance[0]))
    add_nodes_and_legs(model, state)
    add_enablers(model, state)
    add_groups(model, state)
    model.custody = deque(zip(state.custody.tolist(), state.custody_market.tolist(), strict=True))
    model.ledger = state.ledger.tolist()
    model.slots, model.refused_births = len(state.groups), 0
    model.month = int(state.clock[0]["month"])


def add_nodes_and_legs(model: TwinModel, state: State) -> None:
    """Nodes in use, legs between them, and which legs touch which place."""
    used = {*state.legs["start"].tolist(), *state.legs["end"].tolist()}
    nodes = {}
    for n in state.order.tolist():  # as goods pass them, from sources to users
        row = state.nodes[n]
        if n in used or row["capacity"] > 0.0 or row["volume"] > 0.0:
            kind = NODE_CLASSES[row["kind"]]
            place = model.places[row["jurisdiction"]]
            nodes[n] = kind(model, columns(row), model.markets[row["market"]], place)
    for node in nodes.values():
        node.source = nodes.get(node.input_node)
    model.nodes, model.legs = list(nodes.values()), []
    model.goods = [node for node in model.nodes if isinstance(node, Goods)]
    model.waiting_places = [node for node in model.nodes if isinstance(node, Passage)]
    for row in state.legs:
        ends = nodes[row["start"]], nodes[row["end"]]
        leg = Leg(model, columns(row, *LEG_SUMS), model.markets[row["market"]], ends)
        model.legs.append(leg)
        leg.start.ways_out.append(leg)
    model.passages = [leg for leg in model.legs if leg.is_consent]
    model.trade_legs = [leg for leg in model.legs if leg.is_goods]
    add_ways(model, state)


def add_ways(model: TwinModel, state: State) -> None:
    """Legs of a market by the place they touch, and where newcomers may start."""
    model.entries = []
    for market in model.markets:
        for place in model.places:
            cell = market.number * len(model.places) + place.number
            rows = state.reach_legs[state.reach_start[cell] : state.reach_start[cell + 1]]
            if not len(rows):
                continue
            market.legs_at[place] = [model.legs[n] for n in rows.tolist()]
            expected = float(state.candidates[market.number, place.number])
            if expected > 0.0:
                model.entries.append((market, place, expected, market.legs_at[place]))


def add_enablers(model: TwinModel, state: State) -> None:
    """Enablers, by service too."""
    model.sellers = [[] for _ in model.average_fee]
    for row in state.enablers:
        served = state.serves[row["service"], row["jurisdiction"]].tolist()
        reach = sum(place.bit for place, is_served in zip(model.places, served, strict=True) if is_served)
        enabler = Enabler(model, model.places[row["jurisdiction"]], {**columns(row), "reach": reach})
        model.sellers[enabler.service].append(enabler)
    for agency in model.agencies:
        others = [other for other in model.agencies if other is not agency]
        for served in state.serves[:, agency.place.number]:
            agency.abroad.append([other for other in others if served[other.place.number]])


NOT_KEPT = ("active", "id", "trust", "arrest_due", "taken_due", "reuse_due")
"""What the twin has no use for: identities, and what only shocks and stings change."""
BY_LEG = ("leg", "share", "perceived", "offered", "shipped", "labour", "loss")
BY_PLACE = ("presence", "activity", "evidence", "received")


def add_groups(model: TwinModel, state: State) -> None:
    """The groups that are active."""
    slots = [enabler for sellers in model.sellers for enabler in sellers]
    for row in state.groups[state.groups["active"]]:
        own = columns(row, *NOT_KEPT, *BY_LEG, *BY_PLACE)
        own["home"], own["market"] = model.places[own["home"]], model.markets[own["market"]]
        for name in ("enabler", "backup"):
            own[f"{name}s"] = [slots[e] if e >= 0 else None for e in own.pop(name)]
        own["pending"] = with_overheads(own["pending"])
        by_leg = zip(*(row[name].tolist() for name in BY_LEG), strict=True)
        by_place = zip(*(row[name].tolist() for name in BY_PLACE), strict=True)
        own["holdings"] = [Holding(model.legs[leg], *more) for leg, *more in by_leg if leg >= 0]
        own["presences"] = [Presence(model.places[place], *more) for place, *more in by_place if place >= 0]
        Group(model, **own)
