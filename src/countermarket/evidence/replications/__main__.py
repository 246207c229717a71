"""Write the pages of `replications/` anew: `python -m countermarket.replications [FOLDER] [--check]`."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from countermarket.charts.chart import Chart, csv_text, save_chart
from countermarket.evidence.replications import cartel_page, prices_page, silent_agencies, whole_model
from countermarket.evidence.replications.blocks import renewed

Page = tuple[Mapping[str, str], Chart]


def cartel_parts() -> Page:
    """Tables and chart of the page on cartels."""
    solved = cartel_page.made()
    blocks = cartel_page.blocks(solved)
    blocks["whole_model"] = cartel_page.whole_model_block(whole_model.effects())
    return blocks, cartel_page.chart(solved)


def price_parts() -> Page:
    """Tables and chart of the page on risks and prices."""
    priced = prices_page.made()
    return prices_page.blocks(priced), prices_page.chart(priced)


def agency_parts() -> Page:
    """Table and chart of the page on silent agencies."""
    return silent_agencies.blocks(), silent_agencies.chart()


PAGES: dict[str, Callable[[], Page]] = {
    "cartels": cartel_parts,
    "silent_agencies": agency_parts,
    "risks_and_prices": price_parts,
}


def main(words: list[str] | None = None) -> int:
    """Renew the pages, or with `--check` say which are stale. Returns the exit code, 1 when stale."""
    parser = argparse.ArgumentParser(prog="python -m countermarket.replications", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("replications"))
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is stale")
    parser.add_argument("--page", choices=PAGES, help="this page only")
    asked = parser.parse_args(words)
    names = [asked.page] if asked.page else list(PAGES)
    missing = [f"{name}.md" for name in names if not (asked.folder / f"{name}.md").is_file()]
    if missing:
        parser.error(f"{asked.folder} has no {', '.join(missing)}; name the folder that holds the pages")
    stale = False
    for name in names:
        page, (blocks, chart) = asked.folder / f"{name}.md", PAGES[name]()
        text = page.read_text(encoding="utf-8")
        new = renewed(text, blocks)
        if asked.check:
            numbers = asked.folder / "figures" / f"{chart.name}.csv"
            same = new == text and numbers.read_text(encoding="utf-8") == csv_text(chart)
            stale |= not same
            sys.stdout.write(f"{page}: {'current' if same else 'stale'}\n")
        else:
            page.write_text(new, encoding="utf-8")
            save_chart(chart, asked.folder / "figures")
            sys.stdout.write(f"{page}\n")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
