"""What the net value would be if something were otherwise: cases, both ends of each input, where its sign turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis.appraisal.flows import Flows
from countermarket.analysis.appraisal.inputs import HARM, ends, inputs
from countermarket.analysis.appraisal.sharing import Sharing
from countermarket.analysis.appraisal.valuing import Case, present, worth
from countermarket.analysis.intervals import interval, undefined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NO_INCOMES = "this study does not say what people earn: run it again"
UNTOUCHED = ("income_elasticity", "weight_elasticity")
"""Inputs of single cases, which the central value does not use."""


class Appraised(NamedTuple):
    """One scenario's flows and how they are valued in the main."""

    flows: Flows
    sharing: Sharing
    values: Mapping[str, float]
    case: Case

    def net(self, case: Case | None = None, values: Mapping[str, float] | None = None) -> Array:
        """Net present value of each pair, with the values given in place of the central ones. (pairs,)"""
        chosen = case or self.case
        valued = worth(present(self.flows, chosen), self.sharing, {**self.values, **(values or {})}, chosen)
        total: Array = valued.net().sum(axis=1)
        return total


def sensitivities(one: Appraised, rate: float) -> list[dict[str, Any]]:
    """The net value in each case where one thing is done otherwise; the case itself stands first."""
    return [
        {"case": name, "net": interval(one.net(case, values)) if case else undefined(NO_INCOMES)}
        for name, case, values in _cases(one, rate)
    ]


def _cases(one: Appraised, rate: float) -> Iterator[tuple[str, Case | None, dict[str, float]]]:
    """Each case's name, what it does otherwise, and its values."""
    own, given = one.values, one.case
    yield "as appraised", given, {}
    for name in ("rate_low", "rate_high"):
        yield f"costs and benefits at {own[name]:.1%} a year", given._replace(rate=own[name]), {}
    yield f"deaths at {rate:.1%} a year, too", given._replace(health_rate=rate), {}
    yield "benefits a year late", given._replace(years_late=1), {}
    yield "a life at the value of the United States", given, {"life": own["life_high"]}
    has_incomes = one.sharing.has_incomes()
    yield "a life by income of its country", given._replace(lives_by_income=True) if has_incomes else None, {}
    yield "what is paid weighed by income of who pays", given._replace(weighted=True) if has_incomes else None, {}
    yield "deaths within the harm of drugs, none apart", given._replace(deaths_apart=False), {}
    yield "no optimism bias", given, {"optimism_states": 0.0, "optimism_alliance": 0.0}
    for what, part in zip(("a regulator counted", "vendors of software say"), ends()["compliance_part"], strict=True):
        yield f"compliance at what {what}", given, {"compliance_part": part}
    yield "public money costs a fifth to raise", given._replace(funds=True), {}


def extremes(one: Appraised) -> list[dict[str, Any]]:
    """Each doubtful input at both its ends, the others as they are: the mean net value, widest first. USD"""
    told = [
        {"input": name, "meaning": _meaning(name), "low": _mean(one, name, low), "high": _mean(one, name, high)}
        for name, (low, high) in ends().items()
        if name not in UNTOUCHED and _is_of(one.flows.markets, name)
    ]
    return sorted(told, key=lambda row: -abs(row["high"] - row["low"]))


def _mean(one: Appraised, name: str, value: float) -> float:
    return float(one.net(values={name: value}).mean())


def switching(one: Appraised) -> list[dict[str, Any]]:
    """The value of each input at which the mean net value is nothing, and whether it lies within the input's range."""
    usual = float(one.net().mean())
    rows = []
    for name, (low, high) in ends().items():
        if name in UNTOUCHED or not _is_of(one.flows.markets, name):
            continue
        without = _mean(one, name, 0.0)
        # The net value is a straight line in each input alone.
        turn = one.values[name] * without / (without - usual) if without != usual and one.values[name] else None
        possible = turn is not None and turn >= 0
        rows.append(
            {
                "input": name, "meaning": _meaning(name), "value": one.values[name],
                "switches_at": turn if possible else None,
                "within_range": bool(possible and turn is not None and low <= turn <= high),
            }
        )  # fmt: skip
    return rows


def _is_of(markets: Sequence[str], name: str) -> bool:
    """Whether an input is of a market of this study, or of none."""
    return not name.startswith(HARM) or name.removeprefix(HARM) in markets


def _meaning(name: str) -> str:
    """What an input is, with its market."""
    own = inputs()[name].meaning
    return f"{own}, {name.removeprefix(HARM).replace('_', ' ')}" if name.startswith(HARM) else own
