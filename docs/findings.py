"""Write findings.md: run the studies of the alliance, ask them, and say what they answer.

`python docs/findings.py` runs both studies whole; `--draws 4` takes so many draws of each, for a draft; `--only parts`
or `--only worlds` makes one of them; `--from FOLDER` takes finished sweeps FOLDER/parts and FOLDER/worlds as they are.
What was run is kept in results/findings; what is not there is left out of the page, and the page says so.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from countermarket.analysis.boxes import failures_in_boxes
from countermarket.analysis.information import information
from countermarket.analysis.shapley import attribution
from countermarket.analysis.swept import read_points, read_swept
from countermarket.analysis.worlds import read_choice
from countermarket.sweeps.file import read_design
from countermarket.sweeps.sweep import run_sweep

HERE = Path(__file__).resolve().parent
STUDIES = {"parts": "alliance_parts", "worlds": "alliance_worlds"}
OUTCOMES = {"index": "cost of illicit activity, points of the index", "change_harm": "harm, percent"}
FEW = 20
"""Draws below which a page is a draft."""


def interval(one: Mapping[str, Any] | None, digits: int = 2) -> str:
    """`+1.2 [0.3, 2.0]`, a star where the draws carry it."""
    if one is None:
        return ""
    text = f"{one['mean']:+.{digits}f} [{one['low']:+.{digits}f}, {one['high']:+.{digits}f}]"
    return text + ("*" if one.get("carried") else "")


def table(headings: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [headings, ["---"] * len(headings), *rows])


def parts_said(folder: Path) -> Iterator[str]:
    """What each part adds, and which meet."""
    yield "## What each part of the alliance adds"
    for outcome, words in OUTCOMES.items():
        told = attribution(read_swept(folder, outcome))
        yield f"### To {words}"
        yield (
            f"All parts together: **{interval(told['package'])}**, over {told['draws']} paired draws. *On average* is "
            "the Shapley value: what a part adds over all orders in which parts may be put in; these sum to the whole."
        )
        rows = [
            [part["lever"], interval(part["value"]), interval(part["alone"]), interval(part["last"])]
            for part in told["parts"]
        ]
        yield table(["Part", "On average", "Put in first", "Put in last"], rows)
        yield "The pairs that meet most; above 0 they complement each other, below 0 one replaces the other:"
        pairs = [[" and ".join(pair["levers"]), interval(pair["value"])] for pair in told["interactions"][:5]]
        yield table(["Pair", "Together beyond apart"], pairs)


def worlds_said(folder: Path) -> Iterator[str]:
    """Which form is best in which world, where it fails, and what would change that."""
    told = information(read_choice(folder))
    yield "## Which form of the alliance, in which world"
    rows = [[one["option"], f"{one['mean']:.1f}", f"{one['best_share']:.0%}"] for one in told["options"]]
    yield table(["Policy", "Index, mean", f"Best in, of {told['worlds']} worlds"], rows)
    worth = [one for one in told["parameters"] if one["evppi"]["carried"]][:5]
    yield f"Knowing everything before choosing would gain {told['everything']:.2f} points of the index." + (
        " Of single numbers these are worth most:" if worth else " No single number stands out from luck."
    )
    if worth:
        turns = ["; ".join(f"{turn['at']:.3g}: {turn['to']}" for turn in one["switches"]) for one in worth]
        cells = [
            [f"`{one['parameter']}`", interval(one["evppi"]), turn] for one, turn in zip(worth, turns, strict=True)
        ]
        yield table(["Number", "Worth knowing", "From there on another is best"], cells)
    yield from fails_said(folder)


def fails_said(folder: Path) -> Iterator[str]:
    """In which worlds the cost does not rise."""
    points = read_points(folder, "index", with_draws=True)
    told = failures_in_boxes(points.names, points.factors, points.results < 100.0)
    yield f"The cost does not rise in {told['failed_share']:.0%} of {told['points']} pairs of runs."
    boxes = [box for box in told["boxes"] if box["limits"] and box["method"] == "PRIM"]
    if not boxes:
        yield "No box of numbers and policies holds these cases better than luck would."
    for box in boxes:
        limits = ", ".join(f"`{one['factor']}` {one['low']:.3g} to {one['high']:.3g}" for one in box["limits"])
        elsewhere = box.get("density_elsewhere")
        more = f", {elsewhere:.0%} among pairs that did not shape it" if elsewhere is not None else ""
        held = f"holds {box['coverage']:.0%} of them; {box['density']:.0%} of its pairs fail{more}"
        yield f"- {box['method']}: {limits}: {held}."


def page(folders: Mapping[str, Path]) -> str:
    """The page from finished sweeps."""
    there = {name: folder for name, folder in folders.items() if (folder / "sweep.parquet").exists()}
    draws = {name: read_swept(folder).results.shape[1] for name, folder in there.items()}
    lines = [
        "# Findings on the alliance",
        "Made by `python docs/findings.py` from the shipped studies `alliance_parts` and `alliance_worlds`; how to "
        "read it: [studies](studies.md). Simulated figures, not observations; brackets hold 80% of the paired draws, a "
        "star says that the draws carry it. How wrong the model may be is [another question](validation.md).",
    ]
    if len(there) < len(folders) or min(draws.values(), default=0) < FEW:
        missing = "".join(f"; the study of {name} is not in it yet" for name in folders if name not in there)
        counts = ", ".join(f"{count} draws ({name})" for name, count in draws.items())
        lines.append(f"**A draft: {counts}{missing}.** Few draws carry nothing, whatever the means say: no star.")
    said = {"parts": parts_said, "worlds": worlds_said}
    for name, folder in there.items():
        lines += said[name](folder)
    return "\n\n".join(lines) + "\n"


def made(name: str, draws: int | None, folder: Path) -> Path:
    """A study run, or taken up."""
    design = read_design(STUDIES[name])
    return run_sweep(design._replace(replicates=draws) if draws else design, out=folder)


def main() -> None:
    """Run what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int)
    parser.add_argument("--only", choices=list(STUDIES))
    parser.add_argument("--from", dest="saved", type=Path)
    given = parser.parse_args()
    root = given.saved or Path("results") / "findings"
    folders = {name: root / name for name in STUDIES}
    if given.saved is None:
        for name in [given.only] if given.only else list(STUDIES):
            made(name, given.draws, folders[name])
    (HERE / "findings.md").write_text(page(folders), encoding="utf-8")


if __name__ == "__main__":
    main()
