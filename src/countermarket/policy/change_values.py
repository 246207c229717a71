"""What a scenario writes under `changes`, read into dated changes of levers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from countermarket.declared.calendar import PRESENT, month_name
from countermarket.policy.lever_values import Value, dated_value, named_lever
from countermarket.policy.shock_values import month_number
from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown
from countermarket.reading.yaml_reader import Node, expect_map
from countermarket.world.names import Names

MAX_ENTRIES = 1_000
MAX_ERRORS = 20


class Change(BaseModel):
    """A lever's new value from a month on; `month` counts from January 2026."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    month: int
    lever: str
    value: Value
    ramp_months: int = 0


def read_changes(
    node: Node | None, names: Names, errors: list[InputError], begins: int = PRESENT
) -> list[Change]:
    """Read the dated changes, in order of months."""
    if node is None or node.value is None:
        return []
    changes: list[Change] = []
    first_lines: dict[tuple[int, str], int] = {}
    for date, block in expect_map(node, "changes", None).items():
        if len(errors) >= MAX_ERRORS:
            break
        try:
            month = month_number(date, node, f"changes.{shown(date)}", begins)
            levers = expect_map(block, f"changes.{date}", None)
        except InputError as error:
            errors.append(error)
            continue
        for name in levers if len(errors) < MAX_ERRORS else ():
            try:
                refuse_second(first_lines, month, name, block)
                changes.append(read_change(month, name, block, names))
            except InputError as error:
                errors.append(error)
    if len(changes) > MAX_ENTRIES:
        raise node.error("changes", f"{len(changes):,} changes; the limit is {MAX_ENTRIES:,}")
    return sorted(changes, key=lambda change: change.month)


def refuse_second(first_lines: dict[tuple[int, str], int], month: int, name: str, block: Node) -> None:
    """Raise when a lever is set twice in one month, under two spellings of its date."""
    line = block.key_lines[name]
    if (month, name) in first_lines:
        first = first_lines[month, name]
        message = f"is set twice in {month_name(month)} (first on line {first}); keep one"
        raise block.error(shown(name), message, at=name)
    first_lines[month, name] = line


def read_change(month: int, name: str, block: Node, names: Names) -> Change:
    """Read one change."""
    lever = named_lever(name, block, names.levers)
    value, ramp = dated_value(lever, block.value[name], names)
    return Change(month=month, lever=name, value=value, ramp_months=ramp)
