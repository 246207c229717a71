"""What the differences are worth: present values, and the net value under a set of values and a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from countermarket.analysis.appraisal.flows import Flows
from countermarket.analysis.appraisal.inputs import DRUGS, HARM
from countermarket.analysis.appraisal.sharing import Sharing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Values = Mapping[str, float]


class Case(NamedTuple):
    """How a net value is worked out where it may be done otherwise."""

    rate: float
    """Discount rate. Share per year"""
    health_rate: float
    """Discount rate of deaths. Share per year"""
    years_late: int = 0
    """Years by which benefits come later than recorded."""
    lives_by_income: bool = False
    """Whether a life is worth in proportion to what people earn where it is; never beside `weighted`."""
    weighted: bool = False
    """Whether what is paid weighs less where people earn more; lives and harm count alike everywhere already, and
    never by income beside it."""
    deaths_apart: bool = True
    """Whether killings are counted apart; else what harm of drugs holds of them stays in it, and none are added."""
    funds: bool = False
    """Whether raising public money costs something itself."""


class Present(NamedTuple):
    """Discounted differences."""

    markets: tuple[str, ...]
    units: Array
    """(pairs, markets, places)"""
    deaths: Array
    """(pairs, places)"""
    spending: Array
    wrongs: Array
    recovery: Array
    alliance: Array
    """(pairs,)"""
    compliance: Array
    placeless_wrongs: Array


class Worth(NamedTuple):
    """Present values in USD of the model's year: what is gained and what is paid, by place and where it has none."""

    harm: Array
    """Harm avoided. (pairs, markets, places)"""
    lives: Array
    """Deaths avoided. (pairs, places)"""
    states: Array
    """Added public cost of states, optimism bias in it. (pairs, places)"""
    alliance: Array
    """Added public cost of the alliance, shared out over its members. (pairs, places)"""
    firms: Array
    """Added cost of compliance, shared out over the states where the policy acts. (pairs, places)"""
    wrongs: Array
    """(pairs, places)"""

    def net(self) -> Array:
        """Net present value by place. (pairs, places)"""
        gained: Array = self.harm.sum(axis=1) + self.lives
        return gained - self.states - self.alliance - self.firms - self.wrongs

    def public(self) -> Array:
        """Added public cost. (pairs,)"""
        paid: Array = (self.states + self.alliance).sum(axis=1)
        return paid


def factors(rate: float, years: int, late: int = 0) -> Array:
    """Discount factors, 1 in the first year; nothing in the last years if what comes is so many years late."""
    import numpy as np

    steady = np.cumprod(np.full(years + late, 1.0 / (1.0 + rate))) * (1.0 + rate)
    discounted: Array = np.where(np.arange(years) < years - late, steady[late:], 0.0)
    return discounted


def annuity(rate: float, years: int) -> float:
    """What a present value comes to a year, the same every year."""
    return 1.0 / float(factors(rate, years).sum())


def present(flows: Flows, case: Case) -> Present:
    """Discounted sums over the years: what people gain may come late, what is paid does not."""
    years = len(flows.years)
    benefit = factors(case.rate, years, case.years_late)
    health = factors(case.health_rate, years, case.years_late)
    cost = factors(case.rate, years)

    def summed(of: Array, by: Array) -> Array:
        total: Array = (of * by).sum(axis=-1)
        return total

    costs = (flows.spending, flows.wrongs, flows.recovery, flows.alliance, flows.compliance, flows.placeless_wrongs)
    return Present(
        flows.markets, summed(flows.units, benefit), summed(flows.deaths, health), *(summed(of, cost) for of in costs)
    )


def unit_harm(market: str, values: Values, case: Case) -> float:
    """What one unit less of a market is worth, the response and killings taken out of it where it holds them."""
    whole = values.get(HARM + market, 0.0)
    if market not in DRUGS:
        return whole
    killings = values["killings_share"] if case.deaths_apart else 0.0
    return whole * (1.0 - values["response_share"] - killings) * values["margin_share"]


def uplifted(cost: Array, bias: float) -> Array:
    """A cost with optimism bias: what is saved is not uplifted."""
    import numpy as np

    total: Array = cost + bias * np.maximum(cost, 0.0)
    return total


def worth(of: Present, sharing: Sharing, values: Values, case: Case) -> Worth:
    """Present values under a set of values and a case."""
    import numpy as np

    each = np.array([unit_harm(market, values, case) for market in of.markets])
    life = sharing.lives(values) if case.lives_by_income else np.full(len(sharing.places), values["life"])
    raised = 1.0 + (values["public_funds"] if case.funds else 0.0)
    wrongs = of.wrongs + of.placeless_wrongs[:, None] * sharing.alliance
    alliance = uplifted(of.alliance, values["optimism_alliance"])[:, None] * sharing.alliance
    weights = sharing.weights(values) if case.weighted else np.ones(len(sharing.places))
    return Worth(
        -of.units * each[:, None],
        -of.deaths * life * case.deaths_apart,
        uplifted(of.spending, values["optimism_states"]) * raised * weights,
        alliance * raised * weights,
        of.compliance[:, None] * values["compliance_part"] * sharing.firms * weights,
        wrongs * values["wrongful_action"] * weights,
    )
