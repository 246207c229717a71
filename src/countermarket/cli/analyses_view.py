"""What the analyses say, on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.cli.console import print_rows
from countermarket.reading.wording import shown

if TYPE_CHECKING:
    from rich.console import Console

DUST = 1e-9
"""What is smaller is rounding in the sums."""
INDEX_OF = {
    "sobol": ("total", "alone", "shares of the variance, Sobol' indices; total less alone: with others"),
    "morris": ("mean |effect|", "", "effects over the whole range, in the outcome's unit (Morris 1991)"),
    "pawn": ("shift", "", "shift of the outcome's distribution when a factor is known, 0 to 1 (PAWN)"),
}


def interval_text(one: Mapping[str, Any] | None, digits: int = 3) -> str:
    """`0.31 [0.25, 0.37]`, or a dash."""
    if one is None or one["mean"] is None:
        return "-"
    mean, low, high = (f"{0.0 if abs(one[end]) < DUST else one[end]:.{digits}g}" for end in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"


def print_drivers(console: Console, document: Mapping[str, Any]) -> None:
    """Print every factor with its indices, and luck's share."""
    total, alone, meaning = INDEX_OF[document["method"]]
    has_first = bool(alone)
    has_sign = "direction" in document["factors"][0]
    columns = [("factor", "left"), (total, "right")]
    columns += [(alone, "right")] if has_first else []
    columns += [("mean effect", "right")] if has_sign else []
    columns += [("score", "right")]
    rows = []
    for row in document["factors"]:
        cells = [shown(row["factor"]), interval_text(row["total"])]
        cells += [interval_text(row["first"])] if has_first else []
        cells += [f"{row['direction']:.3g}"] if has_sign else []
        rows.append([*cells, f"{row['score']:.2f}"])
    title = f"What drives {shown(document['outcome'])} ({shown(document['unit'])}): {shown(document['title'])}"
    print_rows(console, title, columns, rows)
    console.print(f"{document['rows']:,} rows; {meaning}. Brackets: 80% of resampled rows.")
    noise = f"score {document['score_of_noise']:.2f}"
    if document["total_of_noise"] is not None:
        noise = f"{total} {document['total_of_noise']:.3g}, {noise}"
    console.print(f"Score: share of what trees explain. A factor that means nothing has: {noise}.")
    console.print(luck_text(document) + "\n")


def luck_text(document: Mapping[str, Any]) -> str:
    """Luck's share in words."""
    share, apart = document["luck_share"], document["luck_apart_share"]
    if share is None:
        return "Luck's share is not known: it takes two replicates a row, all of them finished."
    return (
        f"Luck: {share:.0%} of the variance of single pairs (averaged above over {document['replicates']} replicates); "
        f"{apart:.0%} moves the rows apart."
    )


def print_boxes(console: Console, document: Mapping[str, Any]) -> None:
    """Print each box: its limits, what it holds of the failures, and how dense it is, elsewhere too."""
    outcome = f"{shown(document['outcome'])} is {document['rule']}"
    share = f"{document['failed_share']:.0%} of {document['points']:,} pairs"
    console.print(f"{shown(document['title'])}: {outcome} in {share}")
    boxes = [box for box in document["boxes"] if box["limits"]]
    if not boxes:
        console.print("No box of factors holds its failures: none fails, all do, or luck explains every limit.\n")
    for box in boxes:
        columns = [("factor", "left"), ("from", "right"), ("to", "right"), ("tried", "right"), ("by luck", "right")]
        rows = [
            [shown(one["factor"]), f"{one['low']:.3g}", f"{one['high']:.3g}",
             f"{one['tried'][0]:.3g} to {one['tried'][1]:.3g}", f"{one['chance']:.1g}"]
            for one in box["limits"]
        ]  # fmt: skip
        print_rows(console, f"{box['method']}: {box_text(box)}", columns, rows)


def box_text(box: Mapping[str, Any]) -> str:
    """Coverage and density in words."""
    said = f"{box['coverage']:.0%} of the failures, {box['density']:.0%} of its {box['points']} pairs fail"
    if box.get("density_elsewhere") is None:
        return said
    elsewhere = f"{box['coverage_elsewhere']:.0%} and {box['density_elsewhere']:.0%}"
    return f"{said}; {elsewhere} among pairs that did not shape it"


def print_parts(console: Console, document: Mapping[str, Any]) -> None:
    """Print what each part adds: on average, put in first, put in last; then the pairs that meet most."""
    columns = [("part", "left"), ("adds", "right"), ("put in first", "right"), ("put in last", "right")]
    rows = [
        [shown(part["lever"]), starred(part["value"]), interval_text(part["alone"]), interval_text(part["last"])]
        for part in document["parts"]
    ]
    rows.append(["all together", starred(document["package"]), "", ""])
    title = f"What parts add to {shown(document['outcome'])} ({shown(document['unit'])}): {shown(document['title'])}"
    print_rows(console, title, columns, rows)
    if document["interactions"]:
        columns = [("pair", "left"), ("together beyond apart", "right")]
        pairs = document["interactions"][:SHOWN_PAIRS]
        rows = [[shown(" + ".join(pair["levers"])), starred(pair["value"])] for pair in pairs]
        print_rows(console, "Pairs: above 0 they complement each other, below 0 one replaces the other", columns, rows)
    console.print(
        f"Shapley values, {METHOD_OF[document['method']]}, {document['draws']} paired draws; brackets: 80% of them. "
        f"Without any part: {interval_text(document['without'], 4)}. * the interval excludes 0, the draws carry it.\n"
    )


METHOD_OF = {"exact": "every combination run", "orders": "orders drawn"}
SHOWN_PAIRS = 6


def starred(one: Mapping[str, Any]) -> str:
    """An interval with a star where the pairs carry it."""
    return interval_text(one) + ("*" if one["carried"] else "")


def print_information(console: Console, document: Mapping[str, Any]) -> None:
    """Print the options, what knowing everything is worth, and each number with where it turns the choice."""
    columns = [("option", "left"), ("mean", "right"), ("best in", "right")]
    rows = [[shown(one["option"]), f"{one['mean']:.4g}", f"{one['best_share']:.0%}"] for one in document["options"]]
    title = f"What to find out: {shown(document['outcome'])} ({shown(document['unit'])}), {shown(document['title'])}"
    print_rows(console, title, columns, rows)
    numbers = [one for one in document["parameters"] if "switches" in one and one["evppi"]["mean"] > 0]
    columns = [("number", "left"), ("worth knowing", "right"), ("the choice turns at", "left")]
    rows = [[shown(one["parameter"]), starred(one["evppi"]), turns_text(one["switches"])] for one in numbers]
    if rows:
        print_rows(console, f"Best now: {shown(document['best'])}", columns, rows)
    console.print(
        f"{document['worlds']} worlds. Knowing everything would gain {document['everything']:.3g}; of each number what "
        f"luck gives ({document['of_luck']:.2g}) is taken off. Brackets: 80% of resampled worlds. * more than the "
        f"luckiest of as many numbers that mean nothing ({document['most_of_luck']:.2g}).\n"
    )


def turns_text(switches: Sequence[Mapping[str, Any]]) -> str:
    """Where another option becomes the best as a number grows."""
    return "; ".join(f"{one['at']:.3g}: {shown(one['from'])} to {shown(one['to'])}" for one in switches) or "nowhere"
