"""Results as tables: the same for the screen and for the page."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Measured
from benchmarks.sizes import MONTHS, SPIN_UP
from benchmarks.targets import TARGETS

Rows = list[list[str]]


class Table(NamedTuple):
    """A title, headings and rows of text; the first column is words, the others are numbers."""

    title: str
    headings: list[str]
    rows: Rows


def figure(value: float | None) -> str:
    """Three significant figures."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values: list[float]) -> str:
    """The smallest and the largest."""
    return f"{figure(min(values))} to {figure(max(values))}"


def tables(measured: Measured) -> list[Table]:
    """All tables that have anything in them."""
    found = [make(measured) for make in MAKERS]
    return [table for table in found if table.rows]


def races(measured: Measured) -> Table:
    """A month side by side, and ratios."""
    rows = [
        [
            f"{race.groups:,}", *(figure(1e3 * race.month(side)) for side in ("ours", "face", "twin")),
            figure(race.ratio("twin", "ours")), spread(race.ratios("twin", "ours")),
            figure(race.ratio("twin", "face")), spread(race.ratios("twin", "face")),
        ]
        for race in measured.races
    ]  # fmt: skip
    headings = ["Groups", "Package", "Mesa face", "Twin", "Twin/package", "rounds", "Twin/face", "rounds"]
    return Table("Side by side: milliseconds a month, medians of rounds, and ratios within rounds", headings, rows)


def group_months(measured: Measured) -> Table:
    """The same for each active group, and what was run."""
    rows = [
        [
            f"{race.groups:,}", f"{race.active:,}",
            *(figure(1e6 * race.group_month(side)) for side in ("ours", "face", "twin")),
            f"{len(race.seconds['ours'])}", f"{race.months}", f"{race.spin_up}",
        ]
        for race in measured.races
    ]  # fmt: skip
    headings = ["Groups", "active", "Package", "Mesa face", "Twin", "Rounds", "of months", "after months"]
    return Table("Cost of a group-month: microseconds", headings, rows)


def runs(measured: Measured) -> Table:
    """Whole runs."""
    rows = []
    for run in measured.runs:
        race = measured.race(run.groups)
        twin = figure((SPIN_UP + MONTHS) * race.month("twin")) if race else "-"
        how = "scaled" if run.is_scaled else f"{len(run.seconds)} runs"
        reported = figure(MONTHS * race.month("ours")) if race else "-"
        rows.append([f"{run.groups:,}", figure(run.median), spread(run.seconds), reported, how, twin])
    headings = ["Groups", "Package", "runs", "reported months", "measured as", "Twin, scaled"]
    return Table("One default run, 120 months of spin-up and 120 reported: seconds", headings, rows)


def aims(measured: Measured) -> Table:
    """Targets beside what was measured."""
    rows = []
    for target in TARGETS:
        value = target.value(measured)
        if value is not None:
            word = "at least" if target.is_least else "at most"
            asked = f"{word} {figure(target.bound)} {target.unit}".strip()
            rows.append([target.aim, asked, figure(value), "met" if target.is_met(value) else "missed"])
    return Table("Targets", ["What", "Aim", "Measured", ""], rows)


def shares(measured: Measured) -> Table:
    """The slowest mechanisms at each size."""
    if not measured.shares:
        return Table("", [], [])
    first, *others = measured.shares
    rows = [
        [name, figure(1e6 * first.seconds[name]), f"{100 * first.share(name):.1f}%"]
        + [f"{100 * other.share(name):.1f}%" for other in others]
        for name in first.seconds
    ]
    sizes = [f"{part.groups:,} groups, share" for part in measured.shares]
    return Table("A month, mechanism by mechanism", ["Mechanism", "us a month", *sizes], rows)


def growth(measured: Measured) -> Table:
    """Exponents."""
    rows = []
    for part in measured.growth:
        unit = "a run" if part.dimension == "months" else "a month"
        times = ", ".join(figure(1e3 * time) for time in part.seconds)
        sizes = ", ".join(f"{size:,}" for size in part.sizes)
        rows.append([part.dimension, sizes, f"{times} {unit}", f"{part.exponent:.2f}", f"{part.last_exponent:.2f}"])
    headings = ["Dimension", "Sizes", "ms", "Exponent", "Between the two largest"]
    return Table("Growth: slope of log time in log size, 1 is linear", headings, rows)


def memory(measured: Measured) -> Table:
    """Peaks."""
    empty = measured.memory["nothing"][0]
    rows = [["no run", figure(empty), "-"]]
    for groups, peak in measured.memory["ours"].items():
        rows.append([f"{groups:,} groups", figure(peak), figure(measured.memory.get("twin", {}).get(groups))])
    return Table("Peak memory of a run, MiB, the interpreter included", ["Run", "Package", "Twin"], rows)


def ceiling(measured: Measured) -> Table:
    """What the core could do."""
    limit, race = measured.ceiling, measured.race(1_000)
    took = race.group_month("ours") if race else None
    rows = []
    for what, amount, rate, least in (
        ("bytes, copied", limit.bytes, limit.core.copied, limit.copying),
        ("operations, as in a matrix product", limit.operations, limit.core.peak, limit.vector),
        ("operations, each waiting for the last", limit.operations, limit.core.in_turn, limit.sequential),
    ):
        times = figure(took / least) if took else "-"
        rows.append([what, figure(amount), figure(rate / 1e9), figure(1e6 * least), times])
    headings = ["A group-month's", "Number", "Core, bn a second", "Least, us", "We take, times"]
    return Table("Against the machine, at 1,000 groups", headings, rows)


def profile(measured: Measured) -> Table:
    """The twin's functions."""
    rows = [[name, f"{100 * share:.1f}%"] for name, share in measured.profile]
    return Table("The twin's time by function", ["Function", "Share of its own"], rows)


def processes(measured: Measured) -> Table:
    """Starting and running on several processes."""
    rows = [[name.replace("_", " "), figure(seconds)] for name, seconds in measured.start_up.items()]
    if measured.first_compile is not None:
        rows.append(["first run of a version: compiling", figure(measured.first_compile)])
    if measured.throughput is not None:
        for workers in (1, 2):
            rate = figure(median(measured.throughput.rates(workers)))
            rows.append([f"paired default runs a second on {workers} process{'es'[: 2 * workers - 2]}", rate])
    if measured.whole_study is not None:
        rows.append(["every shipped scenario, 20 replicates, 2 processes", figure(measured.whole_study)])
    return Table("Starting up, and many runs", ["What", "Seconds, or a second"], rows)


MAKERS: tuple[Callable[[Measured], Table], ...] = (
    aims, races, group_months, runs, growth, memory, processes, shares, ceiling, profile,
)  # fmt: skip


def markdown(table: Table) -> str:
    """A table for the page."""
    lines = [table.headings, ["---"] + ["---:"] * (len(table.headings) - 1), *table.rows]
    return f"**{table.title}**\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines)
