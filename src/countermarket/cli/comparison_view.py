"""A comparison on screen: what must stand beside the cost, cost by market, verdicts, and last the ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.analysis.by_place import EVERYWHERE
from countermarket.analysis.carried import PERCENT_PAIRS
from countermarket.analysis.evidenced import in_words
from countermarket.analysis.spending import most_changed
from countermarket.analysis.verdicts import NOTHING
from countermarket.cli.console import grid, print_rows, short_number
from countermarket.reading.wording import printable, shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDE = 140
FEW_SCENARIOS = 3
LABEL_WIDTH, CELL_WIDTH, INTERVAL_WIDTH = 46, 9, 25
BOTH = "cost index delivered,\nbelow it landed"
"""Head of the column of both indices: two columns would have no room on most screens."""
LANDED_NOTE = "Delivered: to users. Landed: at the destination's wholesale market, before the trade at home."
IN_WORDS = ("scenario", "experiments", "compared with")
FLAGS = {"wrong": "wrong", "weak": "too weak", "untested": "untested", "shown": "right"}
BESIDE_NOTE = (
    "* the 80% interval excludes no change, the pairs carry it; #1, #2, ... are ranks; pp: percentage points"
)


def print_comparison(console: Console, document: dict[str, Any]) -> None:
    """Print every table of a comparison."""
    rows = document["ranking"]
    if not rows:
        console.print("Nothing is ranked: only the baseline was run, or no run finished.")
        return
    is_few = len(rows) <= FEW_SCENARIOS
    if is_few:
        for row in rows:
            print_places(console, row)
    print_elsewhere(console, rows, document["ranked_for"])
    for part in parts(rows, console.width, INTERVAL_WIDTH if is_few else CELL_WIDTH):
        console.print(beside_table(part, is_few))
    console.print(BESIDE_NOTE + "\n")
    for part in parts(rows, console.width, CELL_WIDTH):
        console.print(cost_table(part, document.get("units", {})))
    console.print(LANDED_NOTE + "\n")
    for part in parts(rows, console.width, CELL_WIDTH):
        console.print(years_table(part))
    for part in parts(rows, console.width, CELL_WIDTH):
        console.print(spending_table(part))
    print_effort(console, rows, document["as_run"])
    print_verdicts(console, rows)
    console.print()
    if document.get("against"):
        print_against(console, document["against"])
    first, last = document["window"]
    place = document["ranked_for"]
    there = "" if place == EVERYWHERE else f" in {shown(place)}"
    print_evidence(console, rows)
    print_ranking(console, rows, f"Cost of illicit activity{there}, delivered and landed, {first} to {last}")
    console.print(
        f"{document['replicates']} paired replicates, seed {document['seed']}; "
        f"parameters: {document['parameters']}; brackets: 80% intervals"
    )


def print_places(console: Console, row: dict[str, Any]) -> None:
    """Give one scenario's answer at the first place: cost delivered and landed, units, price and a verdict."""
    label, answer = next(iter(row["places"].items()))
    heads = [(head, "right") for head in ("delivered", "landed", "units", "price")]
    columns = [("", "left"), *heads, ("verdict", "left")]
    told = from_to if console.width >= WIDE else mean_text
    cells = [
        [
            market.replace("_", " "),
            *(told(of[name]) for name in ("cost_index", "landed_index")),
            *(change_text({**of[name], "carried": False}, False) if name in of else "" for name in ("units", "price")),
            of["verdict"],
        ]
        for market, of in answer.items()
    ]
    title = f"#{row['rank']} {shown(row['scenario'])}, {shown(label)}: cost index, baseline = 100; units and price in %"
    print_rows(console, title, columns, cells)


def print_elsewhere(console: Console, rows: Sequence[dict[str, Any]], ranked_for: str) -> None:
    """Give each scenario's answer for all markets: where it is asked for or acts, in the rest of the world, in all."""
    columns = [("where", "left"), ("delivered", "right"), ("landed", "right")]
    columns += [("units", "right"), ("harm", "right"), ("verdict", "left")]
    cells = []
    for row in rows:
        cells.append([f"#{row['rank']} {shown(row['scenario'], 24)}", "", "", "", "", ""])
        cells += [place_row(label, of["all"]) for label, of in row["places"].items()]
    title = f"Where: ranked for {shown(ranked_for)}; cost index, baseline = 100; units and harm in %"
    print_rows(console, title, columns, cells)


def place_row(label: str, answer: dict[str, Any]) -> list[str]:
    """Return the answer of all markets together at one place."""
    indices = (mean_text(answer[name]) for name in ("cost_index", "landed_index"))
    changes = (change_text({**answer[name], "carried": False}, False) for name in ("units", "harm"))
    return [f"  {shown(label, 24)}", *indices, *changes, answer["verdict"]]


def parts(rows: Sequence[dict[str, Any]], width: int, cell: int) -> list[Sequence[dict[str, Any]]]:
    """Share scenarios out over as many tables of equal size as the screen's width asks for."""
    room = max(1, (width - LABEL_WIDTH) // cell)
    tables = -(-len(rows) // room)
    size = -(-len(rows) // tables)
    return [rows[first : first + size] for first in range(0, len(rows), size)]


def print_ranking(console: Console, rows: Sequence[dict[str, Any]], title: str) -> None:
    """Rank scenarios by the index of cost, with the probabilities of being better."""
    left_out = set() if console.width >= WIDE else {"without\nimputed", "first\n24 months"}
    if len({row["reference"] for row in rows}) == 1:
        left_out.add("compared with")
    cells = [[cell for heading, cell in ranking_row(row).items() if heading not in left_out] for row in rows]
    headings = [heading for heading in ranking_row(rows[0]) if heading not in left_out]
    columns = [(heading, "left" if heading in IN_WORDS else "right") for heading in headings]
    print_rows(console, title, columns, cells)


def ranking_row(row: dict[str, Any]) -> dict[str, str]:
    """Return one scenario's cells under their headings."""
    return {
        "#": str(row["rank"]),
        "scenario": shown(row["scenario"]),
        BOTH: f"{from_to(row['ranked_index'])}\n{from_to(row['ranked_landed'])}",
        "better than\nbaseline": NOTHING
        if row["did_nothing"]
        else pairs_ahead(row["probability_better_than_baseline"], row["pairs"]),
        "better than\nnext": pairs_ahead(row["probability_better_than_next"], row["pairs"]),
        "experiments": worst_of(row["evidence"]),
        "without\nimputed": from_to(row.get("index_cash")),
        "first\n24 months": from_to(row.get("index_short_run")),
        "compared with": shown(row["reference"]),
    }


def from_to(interval: dict[str, Any] | None, digits: int = 1) -> str:
    """Return mean and interval, or why there is none."""
    if not interval or interval.get("mean") is None:
        return "undefined"
    return f"{interval['mean']:.{digits}f} [{interval['low']:.{digits}f}, {interval['high']:.{digits}f}]"


def pairs_ahead(share: float | None, pairs: int) -> str:
    """Return a share of pairs in percent, or as "5 of 6" where there are too few for a percentage."""
    if share is None:
        return "-"
    return f"{share * pairs:g} of {pairs}" if pairs < PERCENT_PAIRS else f"{100 * share:.0f}%"


def cost_table(rows: Sequence[dict[str, Any]], units: Mapping[str, str]) -> Table:
    """Give the cost of one unit by market, delivered and below it landed: the baseline, then each scenario."""
    columns = [("USD per unit", "left"), ("unit", "left"), ("baseline", "right")]
    columns += [(label, "right") for label in rank_labels(rows)]
    cells = []
    for market in rows[0]["cost_usd"]:
        cells.append([market, units.get(market, "unit"), *costs_of(market, rows, "cost_usd")])
        cells.append(["  landed", "", *costs_of(market, rows, "landed_usd")])
    return grid("Cost of one unit, delivered and landed, by market", columns, cells)


def costs_of(market: str, rows: Sequence[dict[str, Any]], stage: str) -> list[str]:
    """Return what a unit of a market costs at one stage: in the baseline, then in each scenario."""
    plain_first = sorted(rows, key=lambda row: bool(row["reference"] != "baseline"))
    base = next((row[stage][market].get("baseline") for row in plain_first if market in row[stage]), None)
    return [short_number(base), *(short_number(row[stage].get(market, {}).get("mean")) for row in rows)]


def years_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Give the cost index of each scenario year by year, and over its own months 13 to 48."""
    columns = [("cost index in", "left"), *((label, "right") for label in rank_labels(rows))]
    cells = []
    for year in rows[0]["index_by_year"]:
        cells.append([year, *(mean_text(row["index_by_year"][year]) for row in rows)])
        cells.append(["  landed", *(mean_text(row["index_landed_by_year"][year]) for row in rows)])
    cells.append(["own months 13-48", *(mean_text(row["index_own"]) for row in rows)])
    cells.append(["  landed", *(mean_text(row["index_landed_own"]) for row in rows)])
    return grid("Delivered and landed, by year and after each scenario's first change", columns, cells)


def spending_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Give the change in public spending of the states that change most, the same states in both arms."""
    columns = [("USD/yr", "left"), *((label, "right") for label in rank_labels(rows))]
    cells = [
        [state, *(change_text(row["public_cost_by_state"].get(state), False) for row in rows)]
        for state in most_changed(rows)
    ]
    return grid("Change in public spending, by state", columns, cells)


def print_effort(console: Console, rows: Sequence[dict[str, Any]], ran: Sequence[dict[str, Any]]) -> None:
    """Say of each scenario that sets shares of effort whether it means the same officers or more, and how many."""
    told = {one["scenario"]: one["lines"].get("effort") for one in ran}
    for row in rows:
        if told.get(row["scenario"]):
            console.print(printable(f"#{row['rank']}: {told[row['scenario']]}"))


def mean_text(index: dict[str, Any]) -> str:
    """Return a mean with one decimal, or a dash."""
    return "-" if index["mean"] is None else f"{index['mean']:.1f}"


def print_against(console: Console, against: dict[str, Any]) -> None:
    """Give each scenario's index less that of the one asked for."""
    columns = [("scenario", "left"), ("delivered, points", "right"), ("pairs above", "right"), ("landed", "right")]
    cells = [
        [
            shown(name),
            change_text(gap, True),
            pairs_ahead(gap["share_above"], gap["pairs"]),
            change_text(against["landed"][name], True),
        ]
        for name, gap in against["index"].items()
    ]
    print_rows(console, f"Against {shown(against['scenario'])}, in the same worlds", columns, cells)


def rank_labels(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Name scenarios in the head of a column by their rank."""
    return [f"#{row['rank']}" for row in rows]


def beside_table(rows: Sequence[dict[str, Any]], with_intervals: bool) -> Table:
    """Give the change in every measure beside the headline, scenario by scenario."""
    columns = [("change in", "left"), ("unit", "left"), *((label, "right") for label in rank_labels(rows))]
    cells = [beside_row(name, rows, with_intervals) for name in rows[0]["beside"]]
    moved = [change_text(row["displacement"]["destinations"], with_intervals) for row in rows]
    cells.append(["displacement", "ratio", *moved])
    return grid("Beside the cost, over the same months", columns, cells)


def beside_row(name: str, rows: Sequence[dict[str, Any]], with_intervals: bool) -> list[str]:
    """Return one measure's changes."""
    unit = str(rows[0]["beside"][name].get("unit", ""))
    factor = 100.0 if unit == "share" else 1.0
    label = {"% of baseline": "%", "share": "pp"}.get(unit, unit.replace(" per year", "/yr"))
    cells = [change_text(row["beside"].get(name), with_intervals, factor) for row in rows]
    return [name.replace("_", " "), label, *cells]


def change_text(change: dict[str, Any] | None, with_interval: bool, factor: float = 1.0) -> str:
    """Return a change, with a star when its interval excludes none, and with that interval if asked."""
    if not change or change.get("mean") is None:
        return "-"
    mean, low, high = (factor * change[part] for part in ("mean", "low", "high"))
    star = "*" if (low > 0 or high < 0) and change.get("carried") else " "
    return f"{signed(mean)} [{signed(low)}, {signed(high)}]{star}" if with_interval else signed(mean) + star


def signed(value: float) -> str:
    """Return a change in two significant figures, with its sign."""
    sign = "+" if value > 0 else ""
    if abs(value) >= 99.5:
        return sign + short_number(float(f"{value:.2g}") if abs(value) >= 9_999.5 else round(value))
    if abs(value) < 0.005:
        return "0"
    places = 0 if abs(value) >= 9.95 else 1 if abs(value) >= 0.95 else 2
    return f"{value:+.{places}f}"


def print_verdicts(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """Say for each scenario which markets share a verdict."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text("Verdict by market", style="bold"))
    for row in rows:
        console.print(f"  #{row['rank']} {shown(row['scenario'])}: {shown(row['title'], 200)}")
        for verdict in dict.fromkeys(row["verdict"].values()):
            markets = [market for market, text in row["verdict"].items() if text == verdict]
            console.print(Padding(Text(printable(f"{verdict}: {', '.join(markets)}")), (0, 0, 0, 5)))


def worst_of(evidence: Mapping[str, str]) -> str:
    """What experiments say of the mechanisms behind a scenario: how many carry each flag, the worst first."""
    counts = {flag: list(evidence.values()).count(flag) for flag in FLAGS}
    return ", ".join(f"{count} {FLAGS[flag]}" for flag, count in counts.items() if count) or FLAGS["untested"]


def print_evidence(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """Say for each scenario how the mechanisms behind it answer to experiments."""
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text("Mechanisms behind each result, against experiments", style="bold"))
    for row in rows:
        console.print(f"  #{row['rank']} {shown(row['scenario'])}")
        for sentence in in_words(row["evidence"]):
            console.print(Padding(Text(printable(sentence)), (0, 0, 0, 5)))
    console.print()
