"""Is there a best size of a club over overlapping routes? Into a table: `python -m countermarket.evidence.club`."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from countermarket.engine.compiled import source_digest
from countermarket.evidence.club.observe import ORDERS, SIZES, Club, observe
from countermarket.parameters.ensemble import shipped_ensemble
from countermarket.results.folders import replace_text
from countermarket.results.studies import write_json
from countermarket.runs.packaged import packaged_runner

FILE, HOW = "club.csv", "club.json"
PAIRS = 20


def main(words: Sequence[str] | None = None) -> int:
    """Run every size in every order and write club.csv. Returns the exit code."""
    asked = argparse.ArgumentParser(prog="python -m countermarket.evidence.club", description=__doc__)
    asked.add_argument("--pairs", type=int, default=PAIRS, help=f"paired runs of each size ({PAIRS})")
    asked.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="members; 0 is every state")
    asked.add_argument("--orders", nargs="+", default=ORDERS, choices=ORDERS, help="who joins first (all three)")
    asked.add_argument("--seed", type=int, default=0, help="which luck (0)")
    asked.add_argument("--workers", type=int, help="processes (one for each core)")
    asked.add_argument("--out", type=Path, default=Path("results/club"), help="folder of the table")
    options = asked.parse_args(words)
    if options.pairs < 2 or any(size < 0 or size == 1 for size in options.sizes):
        asked.error("--pairs and --sizes: two or more, sizes also 0")
    runner, ensemble = packaged_runner(), shipped_ensemble()
    clubs = observe(
        runner.world, options.pairs, ensemble, runner, sizes=options.sizes, asked=options.orders, seed=options.seed,
        workers=options.workers,
    )  # fmt: skip
    how = {"pairs": options.pairs, "seed": options.seed, "code": source_digest()[:12], "drawn": ensemble is not None}
    sys.stdout.write(f"{write(options.out, clubs, how)}\n")
    return 0


def write(folder: Path, clubs: Iterable[Club], how: dict[str, object]) -> Path:
    """Write a row for each club and figure, and how it was made."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("order", "size", "joined", "figure", "mean", "low", "high"))
    for club in clubs:
        for name, value in club.figures.items():
            ends = (f"{value[end]:.6g}" for end in ("mean", "low", "high"))
            writer.writerow((club.order, club.size, club.joined, name, *ends))
    write_json(folder / HOW, how)
    return replace_text(folder / FILE, text.getvalue())


if __name__ == "__main__":
    sys.exit(main())
