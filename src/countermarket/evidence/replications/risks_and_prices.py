"""Risks and prices: with free entry the price of an illicit good is its cost, compensation for risk included.

Reuter and Kleiman, "Risks and prices: an economic analysis of drug enforcement", Crime and Justice 7 (1986);
Caulkins and Reuter, "How drug enforcement affects drug prices", Crime and Justice 39 (2010), 213-271. In our
frictionless limit their price is the generalised shortest path. Here agents trade under changed risks, and their
prices are set beside what the theory says beforehand, from the unchanged market alone (`zero_profit`).
"""

from typing import Any, NamedTuple

import numpy as np

from countermarket.evidence.replications.zero_profit import MARKET, USUAL, Case, market_number, predict, shipped_world
from countermarket.model.running.frictionless import Settled, settle, shortest_paths, well_traded
from countermarket.model.trade.routes import loss_probability
from countermarket.parameters.load import Parameters, load_parameters, replace
from countermarket.world.structure import World

CASES = {
    "sentences twice as long": Case(sentence=2.0),
    "arrest hazard twice as high": Case(arrest=2.0),
    "both": Case(sentence=2.0, arrest=2.0),
    "arrest hazard five times as high": Case(arrest=5.0),
    "death hazard twice as high": Case(death=2.0),
    "goods twice as dear at the source": Case(source=2.0),
}
EFFORTS = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0)
"""Enforcement of every kind against the market, times what it is."""


def enforced(effort: float, parameters: Parameters) -> Case:
    """All enforcement at `effort` times what it is: arrests follow the saturating rule of `violence.fear`."""
    exposure = float(parameters["routine_exposure"])
    arrest = loss_probability(exposure, effort, 1.0) / loss_probability(exposure, 1.0, 1.0)
    return Case(arrest=float(arrest), officers=effort)


def arrested(effort: float, parameters: Parameters) -> Case:
    """Arrests alone under `effort` times the usual officers; interdiction as it is."""
    return Case(arrest=enforced(effort, parameters).arrest)


def changed(case: Case, parameters: Parameters) -> Parameters:
    """Parameters of the market under a case."""
    return replace(
        parameters,
        {
            f"routine_hazard.{MARKET}": parameters["routine_hazard"][MARKET] * case.arrest,
            f"death_rate.{MARKET}": parameters["death_rate"][MARKET] * case.death,
        },
    )


def with_sources(world: World, factor: float) -> World:
    """The world with the market's goods dearer at their sources."""
    supplies = world.supplies.copy()
    own = world.layers["market"][supplies["layer"]] == market_number()
    supplies["unit_cost"][own] *= factor
    return world._replace(supplies=supplies)


class Size(NamedTuple):
    """How large a run is: group slots and months."""

    groups: int
    months: int


FULL = Size(5000, 600)
"""As oracle mode is held to its limits of error."""


def run(case: Case, size: Size = FULL, seed: int = 0) -> Settled:
    """Let agents trade without frictions under a case until prices have settled."""
    world, parameters = shipped_world(), changed(case, load_parameters())
    market = market_number()

    def change(levers: Any) -> None:
        levers.agencies["severity"][:, market] *= case.sentence
        levers.agencies["budget_multiplier"] *= case.officers

    return settle(with_sources(world, case.source), parameters, size.months, seed, change, size.groups)


class Outcome(NamedTuple):
    """Mean prices over destinations under a case, weighted by what the unchanged market delivers. USD per kg."""

    agents: float
    predicted: float
    """On the cheapest path."""
    on_old_path: float
    agents_users: float
    predicted_users: float
    followed: float
    """Predicted once more at the end, with officers where they have followed the goods."""


def outcome(usual: Settled, case: Case, size: Size = FULL, seed: int = 0) -> Outcome:
    """Let agents trade under a case, and say what the theory predicts for it."""
    settled = usual if case == USUAL else run(case, size, seed)
    said = predict(usual, case)
    weights = served(usual)
    followed = shortest_paths(settled.state, settled.parameters)
    values = (settled.prices, said.wholesale, said.on_old_path, settled.user_prices, said.users, followed)
    return Outcome(*(float(weighted(weights, np.where(weights > 0.0, value, 0.0))) for value in values))


def weighted(weights: Any, values: Any) -> Any:
    """Sum of values by weight over the first axis, in a fixed order: a matrix product has none of its own."""
    return (weights.reshape(-1, *(1,) * (values.ndim - 1)) * values).sum(axis=0)


def served(usual: Settled) -> Any:
    """Weight of each destination that is supplied over a path. Sums to 1, (N,)."""
    nodes = usual.state.nodes
    exact = shortest_paths(usual.state, usual.parameters)
    there = (nodes["market"] == market_number()) & (nodes["volume"] > 0.0) & (nodes["capacity"] <= 0.0)
    weights = np.where(there & well_traded(usual, exact), usual.delivered, 0.0)
    return weights / weights.sum()
