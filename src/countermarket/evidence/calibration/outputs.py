"""What a run gives to compare with targets: means over its reported months, read from the state as it goes.

`observed` has the signature of `simulate`, so that workers run it as they run the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from countermarket.model.running.model import MODEL, Model
from countermarket.model.running.simulate import Outcome, advance, start
from countermarket.model.state.codes import COMPONENTS, DIGITAL, FINANCE, LOGISTICS, RISK, SEIZED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from countermarket.model.state.tables import State
    from countermarket.parameters.load import Parameters
    from countermarket.policy.scenario import Scenario
    from countermarket.world.structure import World

OUTPUTS = {
    "cocaine_wholesale_ladder_europe": "wholesale price in Western Europe over that in Colombia",
    "cocaine_ladder_mexico": "wholesale price in Mexico over that in Colombia",
    "cocaine_ladder_us_border": "wholesale price in the United States over that in Mexico",
    "cocaine_end_to_end_usa": "price to users in the United States over wholesale in Colombia",
    "cocaine_end_to_end_britain": "price to users in Britain over wholesale in Colombia",
    "heroin_end_to_end_britain": "price to users in Britain over wholesale in Afghanistan",
    "heroin_ladder_iran": "wholesale price in Iran over that in Afghanistan",
    "heroin_ladder_turkey": "wholesale price in Turkey over that in Iran",
    "cocaine_risk_share": "risk compensation over the cost of delivered cocaine",
    "cocaine_seized_and_laundering_share": "goods seized and finance fees over the cost of delivered cocaine",
    "cocaine_enforcement_share": "risk compensation, goods seized and finance fees over what users pay for cocaine",
    "recovered_share": "confiscated over proceeds, all markets",
    "cocaine_seizure_rate": "cocaine seized over seized and delivered",
    "cocaine_seized_south_america": "share of cocaine lost on legs that is lost in South America",
    "recruits_rate": "recruits over members a year, drug markets",
    "losses_rate": "members of drug markets arrested or killed over members a year",
    "membership_growth": "growth of members a year, drug markets",
    "old_groups_share": "groups older than ten years, at the end",
    "specialised_share": "groups all of whose legs are in their main market, at the end",
    "logistics_fee": "mean fee of logistics enablers, share of value",
    "finance_fee": "mean fee of finance enablers, share of value",
    "digital_fee": "mean fee of digital enablers, share of value",
    "trafficking_detected_share": "trafficked persons detected a year over persons held",
}
"""Every output, with what it is: all are ratios."""
DRUGS = ("cocaine", "heroin", "synthetic")
WESTERN_EUROPE = ("ESP", "NLD", "BEL", "GBR", "FRA", "DEU", "ITA", "PRT")
SOUTH_AMERICA = ("COL", "PER", "BOL", "ECU", "VEN", "BRA", "ARG", "CHL", "PRY", "URY", "GUY", "SUR")
COCAINE = ("cost", "risk", "seized", "laundering", "spent", "taken", "delivered", "lost_here", "lost_all")
OLD_MONTHS = 120


class Places(NamedTuple):
    """Rows of the state that outputs are read from; -1 where the world has no such place."""

    world: World
    drugs: list[int]
    cocaine: int
    trafficking: int


def observed(
    world: World,
    parameters: Parameters,
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    months: int = 36,
    trace: bool = False,
    model: Model = MODEL,
) -> Outcome:
    """One run reduced to its outputs, in the order of OUTPUTS. Values (outputs,); NaN where undefined."""
    simulation = start(world, parameters, scenario, seed, replicate, months, model)
    places = _places(world)
    taken = []
    for _ in range(months):
        advance(simulation)
        taken.append(_snapshot(places, simulation.state))
    sums = {name: np.mean([month[name] for month in taken]) for name in taken[0]}
    first, last = taken[0]["members"], taken[-1]["members"]
    outputs = _ratios(sums) | _of_groups(simulation.state, months)
    growth = (last / first) ** (12 / max(1, months - 1)) - 1 if first > 0 else np.nan
    outputs["membership_growth"] = float(growth)
    return Outcome(np.array([outputs[name] for name in OUTPUTS]), {}, None)


def _places(world: World) -> Places:
    """Where this world keeps what outputs are read from."""
    names = list(world.market_names)
    cocaine = names.index("cocaine") if "cocaine" in names else -1
    trafficking = names.index("human_trafficking") if "human_trafficking" in names else -1
    return Places(world, [names.index(name) for name in DRUGS if name in names], cocaine, trafficking)


def _snapshot(places: Places, state: State) -> dict[str, float]:
    """What one month adds to the outputs."""
    world, tallies = places.world, state.tallies
    added = {
        "members": float(tallies["members"][places.drugs].sum()),
        "recruits": float(tallies["recruits"][places.drugs].sum()),
        "lost": float(tallies["arrests"][places.drugs].sum()) + _killed(places, state),
        "recovery": float(tallies["recovery"].sum()),
        "paid": float(tallies["spent"].sum()),
        **{
            f"{service}_fee": float(state.alliance[0]["average_fee"][row])
            for service, row in (("logistics", LOGISTICS), ("finance", FINANCE), ("digital", DIGITAL))
        },
    }
    for layer in ("cocaine", "heroin"):
        for place in ("COL", "MEX", "USA", "AFG", "IRN", "TUR", "GBR"):
            added[f"{layer} {place}"] = _price(world, state, layer, place, "price")
            added[f"{layer} {place} users"] = _price(world, state, layer, place, "user_price")
    europe = [_price(world, state, "cocaine", place, "price") for place in WESTERN_EUROPE]
    added["cocaine europe"] = float(np.mean([price for price in europe if np.isfinite(price)] or [np.nan]))
    return added | _of_cocaine(places, state) | _of_trafficking(places, state)


def _price(world: World, state: State, layer: str, place: str, column: str) -> float:
    """A price at one node, USD per unit; NaN if the world has no such place."""
    if layer not in world.layer_names or place not in world.jurisdiction_names:
        return float("nan")
    row = world.layer_names.index(layer) * len(world.jurisdictions) + world.jurisdiction_names.index(place)
    return float(state.nodes[column][row])


def _killed(places: Places, state: State) -> float:
    """Members of drug markets killed this month at the hazard their group meets. Persons."""
    groups = state.groups[state.groups["active"]]
    groups = groups[np.isin(groups["market"], places.drugs)]
    hazard = state.communities["death"][groups["home"], groups["market"]]
    return float((groups["members"] * hazard).sum())


def _of_cocaine(places: Places, state: State) -> dict[str, float]:
    """Cost of delivered cocaine by component, what users spent, and where it was seized."""
    if places.cocaine < 0:
        return dict.fromkeys(COCAINE, np.nan)
    nodes = state.nodes[state.nodes["market"] == places.cocaine]
    cost = nodes["cost"].sum(axis=0)
    tally = state.tallies[places.cocaine]
    legs = state.legs[state.legs["market"] == places.cocaine]
    names = places.world.jurisdiction_names
    inside = np.isin(np.arange(len(names)), [names.index(name) for name in SOUTH_AMERICA if name in names])
    share = (inside[legs["origin"]] * 1.0 + inside[legs["destination"]]) / 2
    return {
        "cost": float(cost[: len(COMPONENTS)].sum()),
        "risk": float(cost[RISK]),
        "seized": float(cost[SEIZED]),
        "laundering": float(cost[COMPONENTS.index("finance")]),
        "spent": float(tally["spent"]),
        "taken": float(tally["seized"]),
        "delivered": float(nodes["delivered"].sum()),
        "lost_here": float((legs["lost"] * share).sum()),
        "lost_all": float(legs["lost"].sum()),
    }


def _of_trafficking(places: Places, state: State) -> dict[str, float]:
    """Trafficked persons held, and detected this month."""
    if places.trafficking < 0:
        return {"held": np.nan, "detected": np.nan}
    held = state.nodes["held"][state.nodes["market"] == places.trafficking].sum()
    return {"held": float(held), "detected": float(state.tallies["seizures_detected"][places.trafficking])}


def _ratios(sums: dict[str, Any]) -> dict[str, float]:
    """Outputs that are ratios of monthly means; NaN where the lower is nought."""
    source, origin = sums["cocaine COL"], sums["heroin AFG"]
    enforcement = sums["risk"] + sums["seized"] + sums["laundering"]
    return {
        "cocaine_wholesale_ladder_europe": _over(sums["cocaine europe"], source),
        "cocaine_ladder_mexico": _over(sums["cocaine MEX"], source),
        "cocaine_ladder_us_border": _over(sums["cocaine USA"], sums["cocaine MEX"]),
        "cocaine_end_to_end_usa": _over(sums["cocaine USA users"], source),
        "cocaine_end_to_end_britain": _over(sums["cocaine GBR users"], source),
        "heroin_end_to_end_britain": _over(sums["heroin GBR users"], origin),
        "heroin_ladder_iran": _over(sums["heroin IRN"], origin),
        "heroin_ladder_turkey": _over(sums["heroin TUR"], sums["heroin IRN"]),
        "cocaine_risk_share": _over(sums["risk"], sums["cost"]),
        "cocaine_seized_and_laundering_share": _over(sums["seized"] + sums["laundering"], sums["cost"]),
        "cocaine_enforcement_share": _over(enforcement, sums["spent"]),
        "recovered_share": _over(sums["recovery"], sums["paid"]),
        "cocaine_seizure_rate": _over(sums["taken"], sums["taken"] + sums["delivered"]),
        "cocaine_seized_south_america": _over(sums["lost_here"], sums["lost_all"]),
        "recruits_rate": _over(12 * sums["recruits"], sums["members"]),
        "losses_rate": _over(12 * sums["lost"], sums["members"]),
        "trafficking_detected_share": _over(12 * sums["detected"], sums["held"]),
        **{name: float(sums[name]) for name in ("logistics_fee", "finance_fee", "digital_fee")},
    }


def _over(upper: float, lower: float) -> float:
    return float(upper / lower) if lower > 0 else float("nan")


def _of_groups(state: State, months: int) -> dict[str, float]:
    """Age and specialisation of the groups alive at the end."""
    groups = state.groups[state.groups["active"]]
    if not len(groups):
        return {"old_groups_share": float("nan"), "specialised_share": float("nan")}
    used: NDArray[np.bool_] = (groups["leg"] >= 0) & (groups["share"] > 0)
    elsewhere = used & (state.legs["market"][np.maximum(groups["leg"], 0)] != groups["market"][:, None])
    return {
        "old_groups_share": float((months - groups["born"] > OLD_MONTHS).mean()),
        "specialised_share": float(1 - elsewhere.any(axis=1).mean()),
    }
