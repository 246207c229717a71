"""Oracle mode: the model without frictions, whose prices must be the generalised shortest path."""

from typing import Any

import numpy as np

from countermarket.model.flows import steps
from countermarket.model.state import CONSENT, FRAUD, State
from countermarket.oracle import path_prices
from countermarket.parameters import Parameters, replace

FRICTIONLESS = {
    "elastic_sources": 1, "proportional_losses": 1, "perfect_perception": 1, "congestion_of_enforcement": 0,
    "technology_drift": 0, "fixed_fees": 1, "choice_noise": 0.01, "switching_cost": 0, "retooling_months": 0,
    "search_rate": 1, "alternatives": 6, "skill_spread": 0, "foreign_skill": 1, "stance_cost": 0, "confusion": 0,
    "informal_markup": 1, "risk_markup": 0, "sanction_markup": 0, "self_supply_loss": 0, "vetting_months": 0,
    "retainer_share": 0, "sighting": 0, "succession_violence": 0, "patron_pay": 0, "give_up_rate": 0,
    "turnover_rate": 0, "growth_returns": 0.1, "utilisation_softness": 0.04, "price_speed": 0.15, "least_share": 0.01,
    "patience_months": 240,
}  # fmt: skip
"""Elastic sources, constant returns, free search, true perception, expected losses, fixed wages and fees."""


def frictionless(parameters: Parameters) -> Parameters:
    """Parameters with every friction off. What stays is what the shortest path knows of."""
    return replace(parameters, FRICTIONLESS)


def shortest_paths(state: State, parameters: Any) -> Any:
    """Price that the generalised shortest path gives each node of goods, fee of each place of passage. (N,)."""
    p, nodes = parameters[0], state.nodes
    prices = np.full(len(nodes), np.nan)
    inputs = nodes["input_node"]
    for layer in sorted(np.unique(nodes["layer"]), key=lambda layer: bool((inputs[nodes["layer"] == layer] >= 0).any())):
        own = nodes["layer"] == layer
        rows = np.flatnonzero(state.legs["layer"] == layer)
        kind = nodes["kind"][own][0]
        if kind == FRAUD or not len(rows):
            continue
        if kind == CONSENT:
            sources = np.where(own & (nodes["volume"] > 0.0), 0.0, np.inf)
        else:
            bought = np.where(inputs >= 0, np.nan_to_num(prices[inputs]), 0.0) * nodes["input_units"]
            sources = np.where(own & (nodes["capacity"] > 0.0), nodes["unit_cost"] + bought, np.inf)
        prices[own] = path_prices(steps(state, p, rows), sources)[own]
    return prices
