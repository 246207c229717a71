"""What a scenario does, on screen: its changes, its shocks, and how effort is split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countermarket.cli.console import print_rows, say_here, screen
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.outline import membership, outline, shock_line, splits_of_effort

if TYPE_CHECKING:
    from countermarket.policy.scenario import Scenario
    from countermarket.world.names import Names

SPLIT = "How effort is split: shares that are not set make room for those that are"


def print_outline(scenario: Scenario, names: Names) -> None:
    """Print every change, every shock, and the split of effort where it changes."""
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
        print_rows(console, SPLIT, [("from", "left"), *shares, ("for", "left")], [
            (split.when, *(f"{share:.3g}" for share in split.shares), split.whom) for split in splits
        ])  # fmt: skip


def left(*headings: str) -> list[tuple[str, str]]:
    """Return columns of words."""
    return [(heading, "left") for heading in headings]
