"""An appraisal: one JSON document made from a study folder alone, in money of one currency and year.

Rows stand in the order of their names: nothing is ranked by a ratio, and no ratio is a mark to pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis import levels, pairing
from countermarket.analysis.appraisal import cases, parties
from countermarket.analysis.appraisal.cases import Appraised
from countermarket.analysis.appraisal.flows import flows_of
from countermarket.analysis.appraisal.inputs import HARM, central, drawn, inputs, money, unmonetised
from countermarket.analysis.appraisal.sharing import sharing_of
from countermarket.analysis.appraisal.valuing import Case, Worth, annuity, present, worth
from countermarket.analysis.by_place import Place, chosen
from countermarket.analysis.carried import carries
from countermarket.analysis.intervals import Interval, interval, probability_above, undefined
from countermarket.analysis.levels import Months, Pairs
from countermarket.declared.measures import measure_named
from countermarket.reading.errors import InputError
from countermarket.results import studies

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SCHEMA = "countermarket/appraisal/1"
DRAWS = 200
"""Sets of values behind an interval."""
INTERVAL = "middle 80% of pairs, each with 200 draws of the doubtful values"
FREE = "on balance it costs the public nothing"
LAST_YEARS = 3
BOUNDS = (
    "The ratio is no mark to pass, and nothing is ranked by it. What offenders gain and lose is left out. A unit's "
    "harm holds for small changes. Ten years hold the costs, and not all that recruitment and dependence do later."
)


class Asked(NamedTuple):
    """How an appraisal is asked for."""

    currency: str = "GBP"
    year: int = 2023
    rate: float | None = None
    """Discount rate a year; the Green Book's if None."""
    places: tuple[str, ...] = ()
    other: str | None = None
    """The scenario that the others are held against, in place of their reference."""


def appraise_study(folder: Path | str, asked: Asked | None = None) -> dict[str, Any]:
    """Appraise a saved study."""
    return appraise(studies.read_study(folder), asked or Asked())


def appraise(study: studies.Study, asked: Asked) -> dict[str, Any]:
    """Appraise every ranked scenario of a study; the document that `appraise --json` prints."""
    values = central()
    rate = values["rate_standard"] if asked.rate is None else asked.rate
    if not 0 <= rate < 1:
        raise InputError("--rate", None, str(rate), "is no share per year between 0 and 1")
    case = Case(rate, min(rate, values["rate_health"]))
    scale, places = money(asked.currency, asked.year), chosen(asked.places, study.manifest["world"])
    years = whole_years(study.manifest["months"]["all"])
    entries = _entries(study, asked.other)
    told = [_row(study, entry, case, years, places, len(entries)) for entry in entries]
    rows = sorted((row for row in told if row), key=lambda row: row["scenario"])
    return {
        "schema": SCHEMA,
        "currency": asked.currency,
        "base_year": asked.year,
        "discount_rate": rate,
        "health_rate": case.health_rate,
        "years": list(years),
        "against": asked.other,
        "interval": INTERVAL,
        "bounds": BOUNDS,
        "unvalued": [market for market in study.manifest["world"]["markets"] if HARM + market not in values],
        "inputs": [one._asdict() for one in inputs().values()],
        "rows": [parties.exchanged(row, scale) for row in rows],
        "provenance": {"folder": str(study.path)},
    }


def whole_years(months: Sequence[str]) -> tuple[str, ...]:
    """Calendar years of which every month was run. InputError if there is none."""
    years = tuple(year for year in sorted({month[:4] for month in months}) if f"{year}-12" in months)
    if not years:
        raise InputError("STUDY", None, "months", "holds no whole calendar year to appraise")
    return years


def _entries(study: studies.Study, other: str | None) -> list[dict[str, Any]]:
    """The scenarios to appraise, beside their references or beside one of them."""
    ranked = [entry for entry in study.manifest["scenarios"] if entry["ranked"]]
    if other is None:
        return ranked
    names = [entry["name"] for entry in ranked]
    if other not in names:
        raise InputError("--against", None, other, f"is no ranked scenario of this study: {', '.join(names)}")
    return [entry | {"reference": other} for entry in ranked if entry["name"] != other]


def _row(
    study: studies.Study,
    entry: dict[str, Any],
    case: Case,
    years: tuple[str, ...],
    places: Sequence[Place],
    company: int,
) -> dict[str, Any] | None:
    """One of `company` scenarios, in USD of the model's year; None if no pair is whole."""
    pairs, samples = pairing.pairs_of(study, entry)
    if not samples:
        return None
    world = study.manifest["world"]
    flows = flows_of(pairs, tuple(world["markets"]), tuple(world["jurisdictions"]), years)
    one = Appraised(flows, sharing_of(entry, world), central(), case)
    now = present(flows, case)
    middle = worth(now, one.sharing, one.values, case)
    seed = int(study.manifest["seed"]) & 0xFFFFFFFF
    spread = [worth(now, one.sharing, values, case) for values in drawn(DRAWS, seed)]
    return {
        "scenario": entry["name"],
        "title": entry["title"],
        "reference": entry["reference"],
        "pairs": len(samples),
        **_headline(middle, spread, case, len(years), company, seed),
        **parties.benefits(flows.markets, middle, spread),
        **parties.of_states(one, middle, spread, places),
        **_over_years(one),
        "sensitivities": cases.sensitivities(one, case.rate),
        "extremes": cases.extremes(one),
        "switching": cases.switching(one),
        "memo": _memo(one),
        "unmonetised": _unmonetised(one, pairs, middle),
    }


def _headline(
    middle: Worth, spread: Sequence[Worth], case: Case, years: int, company: int, seed: int
) -> dict[str, Any]:
    """Net present value, what it costs whom, ratio and yearly equivalents."""
    by_pair, a_year = middle.net().sum(axis=1), annuity(case.rate, years)
    ahead = probability_above(by_pair, 0.0)
    net = parties.ranged(middle, spread, lambda of: of.net().sum(axis=1))
    public = parties.ranged(middle, spread, Worth.public)
    return {
        "npv": net | {"carried": carries(ahead, len(by_pair), company)},
        "npv_of_pairs": interval(by_pair) | {"share_above": ahead},
        "equivalent_annual_cost": parties.times(public, a_year),
        "equivalent_annual_net": parties.times(net, a_year),
        "benefit_cost_ratio": _ratio(middle, spread, seed),
        "public_cost": public,
        "private_cost": parties.ranged(middle, spread, lambda of: of.firms.sum(axis=1)),
        "wrongful_cost": parties.ranged(middle, spread, lambda of: of.wrongs.sum(axis=1)),
    }


def _ratio(middle: Worth, spread: Sequence[Worth], seed: int) -> Interval:
    """What is saved, less what firms and the innocent pay, over public cost: of means, over pairs drawn again."""
    import numpy as np

    def parts(of: Worth) -> tuple[Array, Array]:
        public = of.public()
        return of.net().sum(axis=1) + public, public

    saved, paid = (float(part.mean()) for part in parts(middle))
    if paid <= 0:
        return undefined(FREE)
    random, ratios = np.random.default_rng(seed), []
    for of in spread:
        gained, public = parts(of)
        again = random.integers(0, len(public), len(public))
        ratios.append(gained[again].mean() / public[again].mean() if public[again].mean() > 0 else np.nan)
    known = np.isfinite(ratios)
    if known.mean() < 0.9:  # the interval's own ends would lie among the undefined
        return undefined("what it costs the public is not told apart from nothing")
    return interval(np.array(ratios)[known]) | {"mean": saved / paid}


def _over_years(one: Appraised) -> dict[str, Any]:
    """Year by year: public cost by state, net value, and when what was gained has made up for what was paid."""
    import numpy as np

    plain = one.case._replace(rate=0.0, health_rate=0.0)
    costs: dict[str, dict[str, Interval]] = {}
    nets, discounted = [], []
    for at, year in enumerate(one.flows.years):
        flows = _only(one, at)
        of = worth(present(flows, plain), one.sharing, one.values, plain)
        nets.append(of.net().sum(axis=1))
        then = worth(present(flows, one.case), one.sharing, one.values, one.case)
        discounted.append(float(then.net().sum(axis=1).mean()))
        for place, paid in zip(one.sharing.places, of.states.T, strict=True):
            costs.setdefault(place, {})[year] = interval(paid)
        costs.setdefault("alliance", {})[year] = interval(of.alliance.sum(axis=1))
    changed = {place: years for place, years in costs.items() if any(year["mean"] for year in years.values())}
    last = np.array(nets[-LAST_YEARS:]).mean(axis=0)
    return {
        "public_cost_by_year": changed,
        "net_by_year": {year: interval(net) for year, net in zip(one.flows.years, nets, strict=True)},
        "net_last_years": interval(last) | {"years": min(LAST_YEARS, len(nets))},
        "payback": payback(one.flows.years, discounted),
    }


def _only(one: Appraised, at: int) -> Any:
    """The flows of one year, the others' zero."""
    import numpy as np

    here = np.arange(len(one.flows.years)) == at
    names = ("markets", "places", "years")
    return one.flows._replace(**{name: of * here for name, of in one.flows._asdict().items() if name not in names})


def payback(years: Sequence[str], nets: Sequence[float]) -> str | None:
    """The first year from which on all that was gained exceeds all that was paid; None if it never does."""
    total, sums = 0.0, []
    for net in nets:
        total += net
        sums.append(total)
    behind = [at for at, value in enumerate(sums) if value <= 0]
    first = behind[-1] + 1 if behind else 0
    return years[first] if first < len(years) else None


def _memo(one: Appraised) -> dict[str, Interval]:
    """What is told and not counted: money that changes hands, and what buyers pay more. USD a year"""
    flows = one.flows
    a_year = {"recovery": flows.recovery.sum(axis=1), "dearer": flows.dearer, "profit": flows.profit}
    counted = {name: interval(of.mean(axis=-1)) for name, of in a_year.items()}
    wrongs = flows.wrongs.sum(axis=1) + flows.placeless_wrongs
    return counted | {"wrongful_actions": interval(wrongs.mean(axis=-1))}


def _unmonetised(one: Appraised, pairs: Pairs, middle: Worth) -> list[dict[str, Any]]:
    """Effects without a value, and what each would have to be worth a year to turn the sign of the net value."""
    years = one.flows.years
    turn = float(middle.net().sum(axis=1).mean()) * annuity(one.case.rate, len(years))
    span = Months(f"{years[0]}-01", f"{years[-1]}-12")
    return [
        effect._asdict()
        | {"turns_at": _against_sign(effect.direction, turn), "counted": _counted(pairs, effect.measure, span)}
        for effect in unmonetised()
    ]


def _counted(pairs: Pairs, name: str, span: Months) -> dict[str, Any] | None:
    """The change of the measure that counts an effect, if the model has one."""
    if not name:
        return None
    measure = measure_named(name)
    both = levels.overall(pairs, measure, span)
    return interval(both.scenario - both.baseline, "it is not recorded") | {"unit": measure.unit}


def _against_sign(direction: str, net: float) -> float | None:
    """The size a year at which an effect turns the sign; None if it works the way the money does already."""
    if direction == "either" or (direction == "against") == (net > 0):
        return abs(net)
    return None
