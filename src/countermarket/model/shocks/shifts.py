"""Shocks that last: each sets a shift, by node, leg, community or agency, that one mechanism reads."""

from typing import Any

import numpy as np

from countermarket.declared.vocabulary import ARMS
from countermarket.model.shocks import targets
from countermarket.model.state.codes import CONSENT, GOODS
from countermarket.model.state.tables import State
from countermarket.world.structure import World


def calm(state: State) -> None:
    """Set every shift to what it is without a shock."""
    for column in ("demand_shift", "supply_shift", "input_shift"):
        state.nodes[column] = 1.0
    state.nodes["no_substitute"] = False
    state.nodes["windfall"] = 0.0
    for column in ("closed", "added", "peril"):
        state.legs[column] = 0.0
    state.agencies["bound"] = 0.0
    state.communities["patron_shift"] = 1.0
    state.communities["hiring"] = 1.0
    state.communities["reach"] = 0.0
    for column in ("truce", "conflict", "transfers"):
        state.communities[column] = 0.0


def shift_demand(state: State, p: Any, shock: Any, world: World) -> None:
    """Users want `size` times as much at a given price."""
    state.nodes["demand_shift"][targets.nodes(state, shock, world)] *= shock.size


def shift_supply(state: State, p: Any, shock: Any, world: World) -> None:
    """Sources can make `size` times as much at a given price."""
    state.nodes["supply_shift"][targets.nodes(state, shock, world)] *= shock.size


def shift_input(state: State, p: Any, shock: Any, world: World) -> None:
    """Of the input of a market, `size` times what used to be had can be had, however dear it becomes.

    Where the input is a layer of its own (precursors) its sources in the places selected make at most that share of
    what they used to make, and of what is sent into these places from elsewhere only that share arrives. Where it is
    not (a laboratory's chemicals) makers there have that share of what they used to have of it. A size above 1 lets
    sources make so many times as much at a given price. Unless the input is substitutable, makers of the market find
    nothing in its place.
    """
    nodes, legs, here = state.nodes, state.legs, targets.places(shock, world)
    hit = targets.nodes(state, shock, world)
    is_input = np.isin(nodes["layer"], world.layers["input_layer"][world.layers["input_layer"] >= 0])
    nodes["supply_shift"][hit & is_input] *= max(1.0, shock.size)
    own = hit & (nodes["input_node"] < 0) & (nodes["kind"] == GOODS)
    nodes["input_shift"][own] *= shock.size
    nodes["no_substitute"] |= hit & is_input
    ways = targets.markets(shock, world)[legs["market"]] & is_input[legs["end"]]
    ways &= here[legs["destination"]] & ~here[legs["origin"]]
    _add_loss(legs, ways, max(0.0, 1.0 - shock.size))
    if not shock.substitutable:
        nodes["no_substitute"] |= targets.markets(shock, world)[nodes["market"]] & ~is_input


def _add_loss(legs: Any, rows: Any, loss: float) -> None:
    """Two shocks on one leg each take their share of what the other leaves."""
    legs["added"][rows] = 1.0 - (1.0 - legs["added"][rows]) * (1.0 - loss)


def close_route(state: State, p: Any, shock: Any, world: World) -> None:
    """Of what the legs selected used to carry, the share that is left can pass."""
    hit = targets.legs(state, shock, world)
    state.legs["closed"][hit] = np.maximum(state.legs["closed"][hit], shock.size)


def add_loss(state: State, p: Any, shock: Any, world: World) -> None:
    """A hit has probability `size` more; it takes the consignment up to severity 1, beyond it crew and craft too.

    What is lost of the goods is learnt from losses; the peril to crew and craft is known at once.
    """
    hit = targets.legs(state, shock, world)
    _add_loss(state.legs, hit, shock.size * min(1.0, shock.severity))
    state.legs["peril"][hit] += shock.size * max(0.0, shock.severity - 1.0)


def shift_recruitment(state: State, p: Any, shock: Any, world: World) -> None:
    """Recruits come `size` times as readily."""
    hit = targets.places(shock, world)[:, None] & targets.markets(shock, world)[None, :]
    state.communities["hiring"][:, : hit.shape[1]][hit] *= shock.size


def shift_patronage(state: State, p: Any, shock: Any, world: World) -> None:
    """A state that backs groups backs them `size` times as strongly, up to full patronage; others stay out of it."""
    state.communities["patron_shift"][targets.places(shock, world)] *= shock.size


def fight_war(state: State, p: Any, shock: Any, world: World) -> None:
    """War makes people vulnerable, binds officers, sends people away, and leaks arms, shared among its places."""
    here, nodes = targets.places(shock, world), state.nodes
    state.communities["conflict"][here] = np.maximum(state.communities["conflict"][here], shock.size)
    bound = p["conflict_officers"] * shock.size
    state.agencies["bound"][here] = np.maximum(state.agencies["bound"][here], bound)
    origins = here[nodes["jurisdiction"]] & (nodes["kind"] == CONSENT) & (nodes["capacity"] > 0.0)
    nodes["demand_shift"][origins] *= 1.0 + p["conflict_flight"] * shock.size
    arms = targets.chosen(world.market_names, (ARMS,), nodes["market"]) & here[nodes["jurisdiction"]]
    nodes["windfall"][arms] += shock.arms_leak / max(1, int(arms.sum()))
    nodes["traded"][arms] = True


def keep_truce(state: State, p: Any, shock: Any, world: World) -> None:
    """A share of violence stops."""
    hit = targets.places(shock, world)[:, None] & targets.markets(shock, world)[None, :]
    truce = state.communities["truce"][:, : hit.shape[1]]
    truce[hit] = np.maximum(truce[hit], shock.size)


def offer_work(state: State, p: Any, shock: Any, world: World) -> None:
    """Work keeps some of those it reaches from joining; transfers paid to them relieve the place."""
    here, homes = targets.places(shock, world), state.communities
    homes["reach"][here] = np.maximum(homes["reach"][here], shock.size)
    at_risk = homes["population"] * homes["vulnerability"] * p["at_risk_share"]
    homes["transfers"][here] += (shock.transfers * shock.size * at_risk)[here]


def shift_legal_supply(state: State, p: Any, shock: Any, world: World) -> None:
    """Sources that live on leaks from legal supply can make more or less, as far as their goods come from it."""
    hit = targets.nodes(state, shock, world)
    shift = 1.0 + p["legal_origin"][state.nodes["layer"][hit]] * (shock.size - 1.0)
    state.nodes["supply_shift"][hit] *= shift
