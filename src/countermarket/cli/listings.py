"""What exists, on screen: levers, shocks, measures and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from countermarket.cli.console import grid, short_number
from countermarket.declared.lever import Lever
from countermarket.declared.shocks import SHOCKS, ShockKind
from countermarket.policy.lever_values import nearest_lever
from countermarket.reading.errors import InputError
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown

if TYPE_CHECKING:
    from rich.console import Console

    from countermarket.declared.quantity import Quantity
    from countermarket.model.running.model import Model
    from countermarket.parameters.load import Record
    from countermarket.policy.baseline import Baseline


def spoken_value(value: Any) -> str:
    """Write a lever's value as a scenario file would."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {spoken_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def bounds(lever: Lever) -> str:
    """Say what a lever's value may be, in a few letters."""
    if lever.kind == "word":
        return "a word"
    if lever.kind == "names":
        return "a list"
    return f"{short_number(lever.low)} to {short_number(lever.high)}"


def print_levers(console: Console, baseline: Baseline, levers: Mapping[str, Lever]) -> None:
    """List every lever."""
    columns = [
        ("lever", "left"),
        ("unit", "left"),
        ("bounds", "left"),
        ("baseline", "left"),
        ("read by", "left"),
    ]
    rows = [
        [name, lever.unit, bounds(lever), spoken_value(baseline.levers[name].value), lever.read_by]
        for name, lever in levers.items()
    ]
    console.print(grid("Levers (`countermarket levers NAME` says more)", columns, rows))
    console.print(f"Baseline: {baseline.path}")


def print_lever(console: Console, name: str, baseline: Baseline, levers: Mapping[str, Lever]) -> None:
    """Say everything about the levers of a name: all of an institution, or one."""
    matching = [
        lever
        for lever in levers.values()
        if name in (lever.name, lever.institution, lever.name.split(".")[1])
    ]
    if not matching:
        message = f"there is no such lever.{nearest_lever(name, levers)} Known: {listed(levers, 40)}"
        raise InputError(shown(name), None, "", message)
    for lever in matching:
        print_facts(console, lever.name, lever_facts(lever, baseline))


def lever_facts(lever: Lever, baseline: Baseline) -> dict[str, str]:
    """Return what there is to say about a lever."""
    record = baseline.levers[lever.name]
    return {
        "meaning": lever.meaning,
        "allowed": lever.allowed(),
        "by": ", ".join(lever.by),
        "baseline": spoken_value(record.value),
        "source": record.source,
        "read by": lever.read_by,
        "public cost": lever.public_cost,
        "private cost": lever.private_cost,
    }


def print_facts(console: Console, title: str, facts: dict[str, str]) -> None:
    """Print a heading and labelled lines, leaving out what is empty."""
    from rich.table import Table
    from rich.text import Text

    console.print(Text(title, style="bold"))
    lines = Table.grid(padding=(0, 2))
    for label, fact in facts.items():
        if fact:
            lines.add_row(Text("  " + label), Text(fact))
    console.print(lines)
    console.print()


def print_shocks(console: Console, name: str | None = None) -> None:
    """List every shock, or say everything about one."""
    if name is not None:
        if name not in SHOCKS:
            raise InputError(shown(name), None, "", f"there is no such shock.{nearest(name, SHOCKS)}")
        print_facts(console, name, shock_facts(SHOCKS[name]))
        return
    columns = [
        ("shock", "left"),
        ("meaning", "left"),
        ("size", "left"),
        ("may select", "left"),
    ]
    rows = [
        [
            kind.name,
            kind.meaning,
            shock_size(kind),
            ", ".join(kind.selectors),
        ]
        for kind in SHOCKS.values()
    ]
    console.print(grid("Shocks", columns, rows))


def shock_size(kind: ShockKind) -> str:
    """Say what a shock's size is and its bounds."""
    return f"{kind.size.meaning}, {short_number(kind.size.low)} to {short_number(kind.size.high)}"


def shock_facts(kind: ShockKind) -> dict[str, str]:
    """Return what there is to say about a shock."""
    extras = [f"{number.name} ({number.meaning}: {number.allowed()})" for number in kind.numbers]
    return {
        "meaning": kind.meaning,
        "size": f"{kind.size.allowed()}: {kind.size.meaning}",
        "fields": ", ".join(kind.fields),
        "needs": " or ".join(kind.needs),
        "acts on": f"markets of {', '.join(kind.acts_on)}",
        "without months": "for good"
        if kind.without_months == "for good"
        else "an event: months may not be given",
        "true or false": ", ".join(kind.flags),
        "further numbers": "; ".join(extras),
    }


def print_measures(console: Console) -> None:
    """List every measure."""
    from countermarket.declared.measures import MEASURES

    rows = [[measure.name, measure.unit, measure.meaning] for measure in MEASURES]
    console.print(grid("Measures", [("measure", "left"), ("unit", "left"), ("meaning", "left")], rows))


def print_parameters(console: Console, name: str | None = None) -> None:
    """List every parameter, or say everything about those whose name holds a text."""
    from countermarket.declared.parameters import PARAMETERS
    from countermarket.parameters.load import load_parameters

    records = load_parameters().records
    if name is None:
        columns = [("parameter", "left"), ("unit", "left"), ("value", "left"), ("range", "left")]
        rows = [
            [
                quantity.name,
                quantity.unit,
                brief_value(records[quantity.name].value),
                spoken_range(records[quantity.name]),
            ]
            for quantity in PARAMETERS
        ]
        console.print(grid("Parameters (`countermarket parameters NAME` gives sources)", columns, rows))
        return
    matching = [quantity for quantity in PARAMETERS if name in quantity.name]
    if not matching:
        raise InputError(shown(name), None, "", f"there is no such parameter.{nearest(name, records)}")
    for quantity in matching:
        print_facts(console, quantity.name, parameter_facts(quantity, records[quantity.name]))


def brief_value(value: Any) -> str:
    """Write a number, or how many entries a map has and between what they lie."""
    if not isinstance(value, dict):
        return f"{value:g}"
    sizes = list(numbers_in(value))
    return f"{len(sizes)} values, {short_number(min(sizes))} to {short_number(max(sizes))}"


def numbers_in(value: Any) -> Iterator[float]:
    """Yield every number of a map of any depth."""
    if not isinstance(value, dict):
        yield value
        return
    for item in value.values():
        yield from numbers_in(item)


def spoken_range(record: Record) -> str:
    """Say between what a parameter may lie, or what a whole map may be multiplied by."""
    return f"{'times ' if record.is_factor else ''}{short_number(record.low)} to {short_number(record.high)}"


def parameter_facts(quantity: Quantity, record: Record) -> dict[str, str]:
    """Return what there is to say about a parameter."""
    return {
        "meaning": quantity.meaning,
        "unit": quantity.unit,
        "by": ", ".join(quantity.by),
        "value": spoken_value(record.value),
        "range": spoken_range(record),
        "source": record.source,
    }


def print_mechanisms(console: Console, model: Model) -> None:
    """List the mechanisms of a model in their order, each with the first sentence of its description."""
    rows = [[name, (summary or "").partition("\n")[0]] for name, summary in model.summaries().items()]
    columns = [("mechanism", "left"), ("what it does", "left")]
    console.print(grid("What happens in a month, in this order", columns, rows))
