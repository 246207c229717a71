"""Runs beside their references: the two arms of a comparison, the headline between them, and the months it is
read over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from countermarket.analysis import cost_index, levels
from countermarket.analysis.levels import Months, Pairs
from countermarket.reading.errors import InputError
from countermarket.results import studies

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RANKED_MONTHS = 36
SHORT_RUN_MONTHS = 24
SPIN_IN_MONTHS = 12
"""Months a trailing cost needs before it is whole."""


class Arms(NamedTuple):
    """A scenario beside its reference, replicate by replicate, and their destination cells."""

    entry: dict[str, Any]
    """The scenario's entry in the manifest."""
    pairs: Pairs
    samples: list[tuple[int, int]]
    """(draw, replicate) of each pair."""
    baseline: cost_index.Cells
    scenario: cost_index.Cells
    weights: Array
    """Baseline expenditure over the trailing year. (pairs, markets, quarters)"""


Trails = tuple[cost_index.Trail, cost_index.Trail]
"""What lies behind the quarters of the reference's cells, and of the scenario's."""


class Headline(NamedTuple):
    """Means of the index over a span. (pairs,), and (pairs, markets) for the markets."""

    total: Array
    equal_weights: Array
    markets: Array
    imputed_weight: Array
    unsupplied: Array


def arms_of(study: studies.Study, entry: dict[str, Any]) -> Arms | None:
    """Pair a scenario's runs with its reference's; None if no pair is whole."""
    pairs, samples = pairs_of(study, entry)
    return arms_from(entry, pairs, samples) if samples else None


def did_nothing(pairs: Pairs) -> bool:
    """Whether every run equals its reference bit for bit."""
    import numpy as np

    return np.array_equal(pairs.scenario, pairs.baseline, equal_nan=True)


def pairs_of(study: studies.Study, entry: dict[str, Any]) -> tuple[Pairs, list[tuple[int, int]]]:
    """A scenario's runs beside its reference's, and the (draw, replicate) of each pair."""
    after = _rows_of(study, entry["name"])
    before = _rows_of(study, entry["reference"])
    samples = sorted(set(after) & set(before))
    pairs = Pairs(
        study.keys,
        study.values[[after[sample] for sample in samples]],
        study.values[[before[sample] for sample in samples]],
    )
    return pairs, samples


def arms_from(entry: dict[str, Any], pairs: Pairs, samples: list[tuple[int, int]]) -> Arms:
    """The cells and weights of paired runs."""
    baseline = cost_index.cells(pairs.keys, pairs.baseline)
    scenario = cost_index.cells(pairs.keys, pairs.scenario)
    scenario = scenario._replace(restart=_quarter_of(entry["first_change"], pairs.keys, scenario))
    weights = cost_index.expenditure_weights(pairs.keys, pairs.baseline, baseline)
    return Arms(entry, pairs, samples, baseline, scenario, weights)


def _quarter_of(month: int, keys: dict[str, NDArray[np.str_]], cells: cost_index.Cells) -> int:
    """The quarter that holds a reported month; beyond the last if the month is."""
    import numpy as np

    months = np.unique(keys["month"])
    if month >= len(months):
        return len(cells.quarters)
    return int(np.searchsorted(cells.quarters, months[month]))


def _rows_of(study: studies.Study, name: str) -> dict[tuple[int, int], int]:
    """Row of each finished run of a scenario or reference, by draw and replicate."""
    return {
        (run.draw, run.replicate): row
        for row, run in enumerate(study.runs)
        if run.scenario == name and run.status == "done"
    }


def trails(arms: Arms) -> Trails:
    """What lies behind each quarter of the baseline's and of the scenario's cells: added up once for every index."""
    restart = arms.scenario.restart
    return cost_index.trail(arms.baseline, restart), cost_index.trail(arms.scenario, restart)


def headline(arms: Arms, index: cost_index.Index, span: Months) -> Headline:
    """An index over a span, pair by pair: the mean of its quarters."""
    during = span.holds(arms.baseline.quarters)
    market = index.market[..., during]
    weights = arms.weights[..., during]
    return Headline(
        levels.mean(cost_index.total_index(market, weights)),
        levels.mean(cost_index.total_index(market)),
        levels.mean(market),
        levels.mean(cost_index.weighted_share(index.imputed_weight[..., during], weights)),
        levels.mean(index.unsupplied[..., during].sum(axis=1)),
    )


def crossed(arms: Arms, baseline: cost_index.Trail, scenario: cost_index.Trail, span: Months) -> Headline:
    """The headline with each run beside another replicate's reference: what not pairing would give."""
    import numpy as np

    rolled = cost_index.Trail(*(np.roll(part, 1, axis=0) for part in baseline))
    others = arms._replace(weights=np.roll(arms.weights, 1, axis=0))
    return headline(others, cost_index.trailed_index(rolled, scenario), span)


def window(months: list[str], asked: Months | None = None) -> tuple[Months, list[str]]:
    """The months ranked on and what must be said of them: those asked for, or the last 36 after the first 12.

    The default depends on the months of the study alone, never on what any scenario changes when.
    """
    if asked:
        return _checked(months, asked), []
    start = max(len(months) - RANKED_MONTHS, SPIN_IN_MONTHS if len(months) > SPIN_IN_MONTHS else 0)
    span = Months(months[start], months[-1])
    if len(months) >= RANKED_MONTHS + SPIN_IN_MONTHS:
        return span, []
    said = (
        f"only {len(months)} months were run: the ranking uses {span.first} to {span.last}, "
        f"not {RANKED_MONTHS} months after {SPIN_IN_MONTHS} of baseline"
    )
    return span, [said]


def _checked(months: list[str], asked: Months) -> Months:
    """A window that lies within the study and holds a quarter's last month."""
    key = f"{asked.first}:{asked.last}"
    if asked.first not in months or asked.last not in months or asked.first > asked.last:
        raise InputError(
            "--window", None, key, f"the study has {months[0]} to {months[-1]}, FIRST not after LAST"
        )
    if not _ends_a_quarter(months, asked):
        raise InputError("--window", None, key, "holds no end of a quarter, when costs are recorded")
    return asked


def _ends_a_quarter(months: list[str], span: Months) -> bool:
    """Whether a quarter, at whose end costs are recorded, ends within a span."""
    return any(int(month[5:]) % 3 == 0 for month in months if span.first <= month <= span.last)


def refuse_unranked(months: list[str], file: str) -> None:
    """InputError when so few months are run that the window they would be ranked on holds no cost."""
    span, _ = window(months)
    if not _ends_a_quarter(months, span):
        message = (
            f"{len(months)} leave {span.first} to {span.last} to rank on, where no quarter ends and no cost is "
            f"recorded; run {SPIN_IN_MONTHS + 3} or more"
        )
        raise InputError(file, None, "months", message)


def own_months(months: list[str], change: int, lapse: int | None = None) -> Months | None:
    """Months 13 to 48 after a scenario's first change, as far as they were run and it was in force; None if not."""
    start, ends = change + SPIN_IN_MONTHS, lapse or len(months)
    if start >= min(ends, len(months)):
        return None
    return Months(months[start], months[min(len(months), ends, start + RANKED_MONTHS) - 1])


def late(row: dict[str, Any], entry: dict[str, Any], months: list[str], first: str) -> list[str]:
    """A warning if a scenario's first change comes after the window's first month, its own effect beside it."""
    if entry["first_change"] >= len(months) or months[entry["first_change"]] <= first:
        return []
    own = row["index_own"]["mean"]
    beside = (
        f"its index is {own:.1f} in {' to '.join(row['own_window'])}" if own is not None else "its own months"
    )
    beside += " (months 13 to 48 after its first change)" if own is not None else " were not run"
    return [
        f"{row['scenario']} first changes something in {months[entry['first_change']]}, "
        f"within the window that starts {first}: {beside}"
    ]


def lapsed(row: dict[str, Any], entry: dict[str, Any], months: list[str], last: str) -> list[str]:
    """A warning if nothing of a scenario is in force at the window's end, its effect over its own months beside it."""
    ends = entry.get("lapses")
    if ends is None or months[ends] > last:
        return []
    own = row["index_own"]["mean"]
    beside = f"its index is {own:.1f} in {' to '.join(row['own_window'])}" if own is not None else "it was too brief"
    return [f"{row['scenario']} is not in force from {months[ends]} on, and the window ends {last}: {beside}"]


def years(months: list[str]) -> dict[str, Months]:
    """Each calendar year of a study, as far as it was run."""
    by_year: dict[str, list[str]] = {}
    for month in months:
        by_year.setdefault(month[:4], []).append(month)
    return {year: Months(held[0], held[-1]) for year, held in by_year.items()}


def short_run(months: list[str], change: int) -> Months | None:
    """The first two years after the change; None if it comes after the last month."""
    if change >= len(months):
        return None
    return Months(months[change], months[min(len(months), change + SHORT_RUN_MONTHS) - 1])
