"""What risks-and-prices theory says of a market before it is disturbed: prices and what they are made of.

Free entry leaves no profit, so the price at the end of a leg is what it costs to bring a unit there:
P_b = [P_a (1 + rho) + transport + hands (wage + hazard x sentence x value of a month + death x value of a life)]
/ [(1 - p)(1 - phi)], and a buyer takes the cheapest path (Reuter and Kleiman 1986; oracle.py).
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from countermarket.engine.arrays import exps
from countermarket.model.opening.flows import steps
from countermarket.model.opening.oracle import Paths
from countermarket.model.running.frictionless import Settled, shortest_paths
from countermarket.model.state.codes import (
    CONFISCATED,
    CORRUPTION,
    DELAY,
    FEES,
    FINANCE,
    INPUTS,
    INVESTIGATION,
    N_COMPONENTS,
    RISK,
    SEIZED,
    TRANSPORT,
    WAGES,
)
from countermarket.model.state.tables import State
from countermarket.world.load import load_world
from countermarket.world.structure import World

MARKET = "cocaine"


class Case(NamedTuple):
    """A change of the market's risks or costs; each number is a factor on what is usual."""

    sentence: float = 1.0
    arrest: float = 1.0
    """Arrest hazard per worker-month."""
    death: float = 1.0
    source: float = 1.0
    """Cost of the good at its sources."""
    officers: float = 1.0
    """Officers on interdiction and at home; arrests are moved apart, by `arrest`."""


USUAL = Case()


class Predicted(NamedTuple):
    """Prices at every node, USD per unit, inf where none. (N,) each."""

    wholesale: Any
    """On the cheapest path."""
    on_old_path: Any
    """On the path that was cheapest before: the prediction that knows no way round."""
    users: Any
    """Behind the domestic retail sector, on the cheapest path."""


@cache
def shipped_world() -> World:
    """The packaged world, loaded once."""
    return load_world()


def market_number() -> int:
    """Number of the market studied."""
    return shipped_world().market_names.index(MARKET)


def moved(usual: Settled, case: Case) -> State:
    """A copy of the unchanged market in which only risks and costs have moved."""
    p = usual.parameters[0]
    state = State(*(table.copy() for table in usual.state))
    market, legs, places = market_number(), state.legs, state.communities
    state.agencies["severity"][:, market] *= case.sentence
    state.agencies["effort"] *= case.officers
    places["hazard"][:, market] *= case.arrest
    places["selling_hazard"][:, market] *= case.arrest
    places["death"][:, market] *= case.death
    state.nodes["unit_cost"][state.nodes["market"] == market] *= case.source
    own = np.flatnonzero(legs["market"] == market)
    ends = legs["origin"][own], legs["destination"][own]
    prison = places["hazard"][:, market] * p["sentence_months"][market] * p["prison_month_value"]
    prison = prison * state.agencies["severity"][:, market]
    asked = places["wage"] * (prison + places["death"][:, market] * p["life_value"])
    legs["risk"][own] = sum(asked[end] for end in ends) / 2.0
    pressure = case.officers * legs["effort"][own] / (legs["reference_effort"][own] + 1e-12)
    seized = p["loss_ceiling"] * (1.0 - exps(-legs["exposure"][own] * pressure))
    legs["probability"][own] = seized * (1.0 - p["bribe_effect"] * legs["corruption"][own])
    return state


def predict(usual: Settled, case: Case) -> Predicted:
    """Prices under a case by the zero-profit rule, given the unchanged market."""
    state, p = moved(usual, case), usual.parameters[0]
    wholesale = shortest_paths(state, usual.parameters)
    retail = Retail.of(state, p)
    users = (wholesale * (1.0 + p["capital_rate"]) + retail.wages + retail.risk) / retail.kept
    return Predicted(wholesale, _on_old_path(usual, state), users)


def _on_old_path(usual: Settled, state: State) -> Any:
    """Prices under new terms for goods that keep to the legs they came by before. (N,)."""
    p = usual.parameters[0]
    prices = shortest_paths(usual.state, usual.parameters)
    rows, by_leg = way(usual, prices)
    new = steps(state, p, rows)
    own = state.nodes["market"] == market_number()
    carried = np.where(own & (by_leg < 0), np.where(np.isfinite(prices), state.nodes["unit_cost"], np.inf), np.inf)
    for node in _in_order(prices, own):
        leg = by_leg[node]
        if leg >= 0:
            carried[node] = carried[new.start[leg]] * new.factor[leg] + new.cost[leg]
    return carried


def way(usual: Settled, prices: Any) -> tuple[Any, Any]:
    """The market's legs, and for each node the place in that list of the leg it is served by; -1: its own source."""
    state = usual.state
    rows = np.flatnonzero(state.legs["market"] == market_number())
    paths: Paths = steps(state, usual.parameters[0], rows)
    by_leg = np.full(len(state.nodes), -1)
    offers = prices[paths.start] * paths.factor + paths.cost
    for leg in np.argsort(-offers, kind="stable"):
        end = paths.end[leg]
        if np.isfinite(offers[leg]) and offers[leg] <= prices[end] * (1.0 + 1e-9):
            by_leg[end] = leg
    return rows, by_leg


def source_prices(usual: Settled) -> Any:
    """Price at the source that each node's goods came from, USD per unit; 0 where none. (N,)."""
    prices = shortest_paths(usual.state, usual.parameters)
    rows, by_leg = way(usual, prices)
    at_source = np.zeros(len(prices))
    for node in _in_order(prices, usual.state.nodes["market"] == market_number()):
        leg = by_leg[node]
        at_source[node] = prices[node] if leg < 0 else at_source[usual.state.legs["start"][rows[leg]]]
    return at_source


def _in_order(prices: Any, own: Any) -> Any:
    """Nodes of the market that have a price, the cheapest first."""
    order = np.argsort(np.where(np.isfinite(prices), prices, np.inf), kind="stable")
    return [node for node in order if own[node] and np.isfinite(prices[node])]


class Retail(NamedTuple):
    """The domestic sector behind each node, USD per unit bought; shares. (N,) each."""

    wages: Any
    risk: Any
    loss: Any
    fees: Any
    forfeited: Any

    @property
    def kept(self) -> Any:
        """Share of the users' price that is left after losses, fees and what is forfeited."""
        return (1.0 - self.loss) * (1.0 - self.fees - self.forfeited)

    @staticmethod
    def of(state: State, p: Any) -> "Retail":
        """What domestic selling of the market takes."""
        market, at = market_number(), state.nodes["jurisdiction"]
        places, agencies = state.communities[at], state.agencies[at]
        served = p["retail_sentence_months"][market] * p["seller_custody"] * agencies["severity"][:, market]
        prison = places["selling_hazard"][:, market] * served * p["prison_month_value"]
        death = places["death"][:, market] * p["retail_death_ratio"] * p["life_value"]
        hands = p["retail_labour"][market] * places["wage"]
        usual = p["reference_investigation_share"] * p["officers_scale"]
        pressure = agencies["effort"][:, INVESTIGATION] / usual
        loss = p["loss_ceiling"] * (1.0 - exps(-p["retail_exposure"][market] * pressure))
        fees = p["retail_launder_share"][market] * state.alliance["average_fee"][0][FINANCE]
        forfeited = places["selling_routine"][:, market] * p["retail_cash_months"] * agencies["pursuit"]
        return Retail(hands, hands * (prison + death), loss, np.full(len(at), fees), forfeited)


# What a price is made of.


def parts(usual: Settled) -> Any:
    """What the zero-profit price to users at each node is made of. USD per unit delivered, (N, components)."""
    state, p = usual.state, usual.parameters[0]
    prices = shortest_paths(state, usual.parameters)
    rows, by_leg = way(usual, prices)
    own = state.nodes["market"] == market_number()
    made = np.zeros((len(prices), N_COMPONENTS))
    for node in _in_order(prices, own):
        if by_leg[node] < 0:
            labour = p["production_labour_share"][state.nodes["layer"][node]]
            made[node, INPUTS], made[node, WAGES] = (1.0 - labour) * prices[node], labour * prices[node]
        else:
            leg = state.legs[rows[by_leg[node]]]
            made[node] = _moved_on(made[leg["start"]], leg, prices[node], state, p)
    return _sold(made, prices, Retail.of(state, p), p)


def _moved_on(made: Any, leg: Any, price: float, state: State, p: Any) -> Any:
    """Parts of the price at a leg's end from those at its start; the lost are borne by what arrives."""
    whole, kept, market = made.copy(), 1.0 - leg["probability"], leg["market"]
    whole[DELAY] += p["capital_rate"] * made.sum()
    whole[TRANSPORT] += leg["transport"]
    hands, handled = leg["hands_needed"], price * kept * leg["journey"]
    whole[WAGES] += hands * leg["wage"] * p["wage_markup"]
    whole[RISK] += hands * leg["risk"]
    whole[FEES : FEES + 4] += handled * p["service_need"][market] * state.alliance["average_fee"][0]
    whole[CORRUPTION] += handled * p["bribe_share"][market] * leg["corruption"] + leg["access"]
    whole[SEIZED] += whole.sum() * (1.0 / kept - 1.0)
    return whole


def _sold(made: Any, prices: Any, retail: Retail, p: Any) -> Any:
    """Parts of the users' price from those of the wholesale price."""
    sold = made.copy()
    sold[:, DELAY] += p["capital_rate"] * made.sum(axis=1)
    sold[:, WAGES] += retail.wages
    sold[:, RISK] += retail.risk
    to_users = sold.sum(axis=1) / retail.kept
    sold[:, FEES + FINANCE] += to_users * (1.0 - retail.loss) * retail.fees
    sold[:, CONFISCATED] += to_users * (1.0 - retail.loss) * retail.forfeited
    sold[:, SEIZED] += sold.sum(axis=1) * (1.0 / (1.0 - retail.loss) - 1.0)
    return sold
