"""The page of history: growth of four numbers, model beside published, what drives it and what is missing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from countermarket.evidence.history.numbers import YEARS, Number
from countermarket.evidence.history.observe import HIGHEST, LOWEST, STILL, WHOLE
from countermarket.evidence.history.split import PARTS, owed_to, path_of, split_of, spread
from countermarket.results.folders import replace_text
from countermarket.world.drivers import load_drivers, missing_series

if TYPE_CHECKING:
    from countermarket.evidence.history.observe import Seen

OPENING = """\
# 2013 to 2022

Growth of four numbers as detected, over {parameters}: what sourced series alone make of them, beside what is published.
No number is fitted and none of the four is an input; the published ones could not be traced to a table, so that they
stand here to be understood, not to be met. Made by `countermarket history`; every year of every series, with its
source, stands in `src/countermarket/world/history`.

The world is laid out by its own data (2021 to 2022), then runs ten years under the values of {first} and is reported
from there. Growth is split exactly: *detected = activity times effort times coverage*. Activity is how much there is;
effort is what agencies detect of each unit of it, which falls where activity outgrows officers; coverage is how much of
that reaches the count. Figures are means of logs over the draws, so that parts multiply, and points of log growth
(100 ln) add up; brackets hold the middle 80% of draws. Policy is today's in every year, and so are the means of
agencies where no series speaks of them (where one does, in the USA, Canada, Britain and the EU, they hardly moved):
where one market grows, officers who look at it are missing elsewhere, and effort falls.
"""
FOR_EXAMPLE = 100.0 * math.log(2.0)


def markdown(seen: Seen) -> str:
    """The whole page."""
    parts = [
        OPENING.format(parameters=seen.parameters, first=YEARS[0]),
        "## Model beside published\n", _growth_table(seen), _in_words(seen),
        "## Points of log growth\n",
        f"A doubling is {FOR_EXAMPLE:.0f} points. *Left over* is the published growth less the model's.\n",
        _split_table(seen),
        "## Year by year\n", f"What is counted, {YEARS[0]} = 100, geometric mean of the draws.\n", _path_table(seen),
        "## What each series brings\n",
        "Points of log growth that go when the series stands still at the value of the world's data, run by run. What\n"
        "is left when every series does is the model's own drift, which sourced drivers do not explain.\n",
        _owed_table(seen),
        "## If the world follows its drivers less, or more\n", _powers_table(seen),
        "## What drives the world\n", driver_table(),
        "## What is missing\n", missing_list(), "## What else is known of the numbers\n", _notes(seen),
    ]  # fmt: skip
    return "\n".join(parts)


def growth_rows(seen: Seen) -> list[dict[str, Any]]:
    """Growth and its parts, a row a number: what the tables of the page and history.csv say."""
    rows = []
    for place, number in enumerate(seen.numbers):
        split = split_of(seen, place)
        row: dict[str, Any] = {"number": number.name, "weight": number.weight, "published": number.growth}
        for name, values in (("detected", split.detected), *zip(PARTS, split, strict=True)):
            row |= dict(zip((f"log_{name}", f"log_{name}_low", f"log_{name}_high"), spread(values), strict=True))
        row |= {f"growth{end}": math.expm1(row[f"log_detected{end}"]) for end in ("", "_low", "_high")}
        rows.append(row | {"runs": int(np.isfinite(split.detected).sum())})
    return rows


def _growth_table(seen: Seen) -> str:
    rows = [
        [
            _called(number), _percent(number.growth), _percent(row["growth"]),
            f"{_percent(row['growth_low'])} to {_percent(row['growth_high'])}",
            *(_percent(math.expm1(row[f"log_{part}"])) for part in PARTS),
        ]
        for number, row in zip(seen.numbers, growth_rows(seen), strict=True)
    ]  # fmt: skip
    return _table(["", "published", "model", "middle 80%", *PARTS], rows)


def _in_words(seen: Seen) -> str:
    """How far sourced drivers go, for each number that counts."""
    lines = [
        f"- {number.what}: published {_percent(number.growth)}, the model {_percent(row['growth'])}; "
        f"{_reach(row['log_detected'], math.log1p(number.growth))}."
        for number, row in zip(seen.numbers, growth_rows(seen), strict=True)
        if number.weight
    ]
    lines += [f"- {one.what}: shown with weight zero; {one.note}." for one in seen.numbers if not one.weight]
    return "\n".join(lines) + "\n"


def _reach(model: float, published: float) -> str:
    """What part of published log growth the model's is, in words."""
    if not math.isfinite(model):
        return "nothing of the kind was recorded"
    if model <= 0.0:
        return "sourced drivers make none of it: what detection has gained since then is missing here"
    return f"sourced drivers make {model / published:.0%} of it in logs"


def _split_table(seen: Seen) -> str:
    rows = []
    for number, row in zip(seen.numbers, growth_rows(seen), strict=True):
        published = math.log1p(number.growth)
        spans = [_span(*(row[f"log_{part}{end}"] for end in ("", "_low", "_high"))) for part in ("detected", *PARTS)]
        rows.append([_called(number), _points(published), *spans, _points(published - row["log_detected"])])
    return _table(["", "published", "model", *PARTS, "left over"], rows)


def _path_table(seen: Seen) -> str:
    rows = [
        [_called(number), *(f"{value:.0f}" for value in path_of(seen, place))]
        for place, number in enumerate(seen.numbers)
    ]
    return _table(["", *(str(year) for year in YEARS)], rows)


def _owed_table(seen: Seen) -> str:
    rows = [
        [series.replace("_", " "), *(_span(*spread(owed_to(seen, place, arm))) for place in range(len(seen.numbers)))]
        for arm, series in seen.series
    ]
    drift = seen.arms.index(STILL)
    spans = [_span(*spread(split_of(seen, place, drift).detected)) for place in range(len(seen.numbers))]
    rows.append(["*what is left*", *spans])
    return _table(["without", *(number.what for number in seen.numbers)], rows)


def _powers_table(seen: Seen) -> str:
    """Growth as detected with every power at either end of its range, and with none."""
    rows = []
    for arm in (LOWEST, WHOLE, HIGHEST):
        grown = [split_of(seen, place, seen.arms.index(arm)).detected for place in range(len(seen.numbers))]
        rows.append([arm or "as assumed", *(_percent(math.expm1(spread(logs)[0])) for logs in grown)])
    return _table(["", *(number.what for number in seen.numbers)], rows)


def driver_table() -> str:
    """Every series with its first and last value, and what of the world it moves."""
    rows = []
    for one in load_drivers():
        series = one.series
        value = [f"{series.at(year):.4g}" for year in (YEARS[0], YEARS[-1])]
        marks = "".join(sorted({point.confidence for point in series.points}, key="HMLDU".index))
        acts = f"{one.acts_on.replace('_', ' ')}: {', '.join(one.markets) or 'all'}" + (
            f" ({len(one.jurisdictions)} places)" if len(one.jurisdictions) > 1 else f" ({one.jurisdictions[0]})"
            if one.jurisdictions else ""
        )  # fmt: skip
        power = f"{one.elasticity:g} ({one.low:g} to {one.high:g})"
        years = f"{len(series.points)} ({marks})"
        rows.append([series.name.replace("_", " "), series.unit, *value, acts, power, one.source, years])
    heads = ["series", "unit", str(YEARS[0]), str(YEARS[-1]), "moves", "power", "which is", "years known"]
    told = (
        "Between known years a series grows at a steady rate; beyond them it holds. H seen in the primary text, M in "
        "credible secondary text, L weakly, D derived. A power is an assumption with a range; runs take its middle.\n"
    )
    return f"{told}\n{_table(heads, rows)}"


def missing_list() -> str:
    """What could not be sourced, and how the model does without."""
    return "\n".join(f"- {what[:1].upper()}{what[1:]} ({part})." for _, part, what in missing_series()) + "\n"


def _notes(seen: Seen) -> str:
    return "\n".join(f"- {one.what}: {one.note} (published: {one.source})." for one in seen.numbers) + "\n"


def _called(number: Number) -> str:
    return number.what if number.weight else f"{number.what} (weight 0)"


def _percent(share: float) -> str:
    return f"{share:+.0%}" if math.isfinite(share) else "-"


def _points(log: float) -> str:
    return f"{100.0 * log:+.0f}" if math.isfinite(log) else "-"


def _span(mean: float, low: float, high: float) -> str:
    """A mean with the ends of its middle 80%, where they differ as printed."""
    ends = _points(low), _points(high)
    return _points(mean) if ends[0] == ends[1] else f"{_points(mean)} [{', '.join(ends)}]"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def write_page(folder: Path, seen: Seen) -> Path:
    """Write history.md and history.csv; the page."""
    from countermarket.evidence.calibration.report import table_text

    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / "history.csv", table_text(growth_rows(seen)))
    page = folder / "history.md"
    replace_text(page, markdown(seen))
    return page
