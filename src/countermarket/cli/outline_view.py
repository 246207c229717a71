"""What a scenario does, on screen: its changes, its shocks, and how effort is split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from countermarket.cli.console import print_rows, say_here, screen
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.outline import membership, outline, shock_line, splits_of_effort
from countermarket.reading.wording import shown
from countermarket.results.manifest import text_of

if TYPE_CHECKING:
    from countermarket.policy.scenario import Scenario
    from countermarket.world.names import Names

SPLIT = "How effort is split"


def print_outline(scenario: Scenario, names: Names, effort: str = "") -> None:
    """Print every change, every shock, the split of effort where it changes, and at whose expense."""
    console = screen()
    if scenario.changes:
        lines = outline(scenario, dict(names.levers), names.jurisdictions)
        print_rows(console, "Changes", left("lever", "from", "to", "when", "for"), [
            (line.lever, line.before, line.after, line.when, line.whom) for line in lines
        ])  # fmt: skip
        for when, members in membership(scenario):
            say_here(f"members {when}: {', '.join(members) or 'nobody'}")
        say_here("")
    if scenario.shocks:
        print_rows(console, "Shocks", left("shock", "size", "when", "where"), [
            (kind, size, when, where) for kind, where, size, when in map(shock_line, scenario.shocks)
        ])  # fmt: skip
    splits = splits_of_effort(scenario, names.jurisdictions)
    if splits:
        shares = [(name.partition(".")[2].removesuffix("_share"), "right") for name in EFFORT_SHARES]
        print_rows(console, SPLIT, [("from", "left"), *shares, ("officers", "right"), ("for", "left")], [
            (split.when, *(f"{share:.3g}" for share in split.shares), f"{split.officers:.0%}", split.whom)
            for split in splits
        ])  # fmt: skip
        say_here(effort)


def print_as_run(runs: Sequence[Mapping[str, Any]]) -> None:
    """Print the lines of each scenario as they were when it ran, and say whose file has been edited since."""
    console = screen()
    for one in runs:
        lines, columns = one["lines"], ("lever", "before", "after", "when", "whom")
        rows = [tuple(line[name] for name in columns) for line in lines["changes"]]
        rows += [(kind, "", size, when, where) for kind, where, size, when in lines["shocks"]]
        if rows:
            title = f"As run: {shown(one['scenario'])}"
            print_rows(console, title, left("lever", "from", "to", "when", "for"), rows)
        if lines.get("effort"):
            say_here(lines["effort"])
        if is_edited(one):
            say_here(f"{shown(one['path'], 200)} has been edited since; the study keeps the text that was run")


def is_edited(one: Mapping[str, Any]) -> bool:
    """Whether a scenario's file, or its baseline's, is there and is not what was run."""
    files = ((one["path"], one["text"]), (one["baseline_path"], one["baseline_text"]))
    return any(text and (now := text_of(path)) and now != text for path, text in files)


def left(*headings: str) -> list[tuple[str, str]]:
    """Return columns of words."""
    return [(heading, "left") for heading in headings]
