"""What exists, thing by thing: levers, shocks, measures, parameters and mechanisms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from countermarket.cli.console import short_number
from countermarket.cli.listing_view import Listing, Thing
from countermarket.declared.lever import Lever
from countermarket.declared.shocks import SHOCKS, ShockKind
from countermarket.policy.lever_values import nearest_lever

if TYPE_CHECKING:
    from countermarket.declared.measures import Measure
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


def levers_of(baseline: Baseline, levers: Mapping[str, Lever]) -> Listing:
    """Return every lever."""
    columns = ("lever", "bounds", "baseline", "unit", "read by")
    things = [lever_thing(lever, baseline) for lever in levers.values()]
    title = "Levers (`countermarket levers TEXT` says more)"
    return Listing("lever", title, columns, things, f"Baseline: {baseline.path}", nearest_lever)


def lever_thing(lever: Lever, baseline: Baseline) -> Thing:
    """Return a lever with what there is to say about it."""
    facts, value = lever_facts(lever, baseline), baseline.levers[lever.name].value
    row = (lever.name, bounds(lever), facts["baseline"], lever.unit, lever.read_by)
    limits = {"unit": lever.unit, "by": lever.by, "low": lever.low, "high": lever.high, "words": lever.words}
    return Thing(lever.name, row, facts, {"kind": lever.kind, **limits, "baseline": value})


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


def all_shocks() -> Listing:
    """Return every kind of shock."""
    things = [shock_thing(kind) for kind in SHOCKS.values()]
    return Listing("shock", "Shocks", ("shock", "meaning", "size", "may select"), things)


def shock_thing(kind: ShockKind) -> Thing:
    """Return a kind of shock with what there is to say about it."""
    row = (kind.name, kind.meaning, shock_size(kind), ", ".join(kind.selectors))
    size = {"unit": kind.size.unit, "low": kind.size.low, "high": kind.size.high, "meaning": kind.size.meaning}
    fields = {"fields": kind.fields, "selectors": kind.selectors, "needs": kind.needs, "acts on": kind.acts_on}
    return Thing(kind.name, row, shock_facts(kind), {"size": size, **fields})


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


def all_measures() -> Listing:
    """Return every measure."""
    from countermarket.declared.measures import MEASURES

    things = [measure_thing(measure) for measure in MEASURES]
    return Listing("measure", "Measures", ("measure", "unit", "meaning"), things)


def measure_thing(measure: Measure) -> Thing:
    """Return a measure with what there is to say about it."""
    facts = {
        "meaning": measure.meaning,
        "unit": measure.unit,
        "over months": "added up, and given per year" if measure.over_months == "sum" else "mean",
        "compared": "change in percent" if measure.compared == "percent" else "difference",
    }
    return Thing(measure.name, (measure.name, measure.unit, measure.meaning), facts, {})


def all_parameters() -> Listing:
    """Return every parameter."""
    from countermarket.declared.parameters import PARAMETERS
    from countermarket.parameters.load import load_parameters

    records = load_parameters().records
    things = [parameter_thing(quantity, records[quantity.name]) for quantity in PARAMETERS]
    title = "Parameters (`countermarket parameters TEXT` gives sources)"
    return Listing("parameter", title, ("parameter", "unit", "value", "range"), things)


def parameter_thing(quantity: Quantity, record: Record) -> Thing:
    """Return a parameter with what there is to say about it."""
    row = (quantity.name, quantity.unit, brief_value(record.value), spoken_range(record))
    numbers = {"value": record.value, "low": record.low, "high": record.high, "is_factor": record.is_factor}
    return Thing(quantity.name, row, parameter_facts(quantity, record), {**numbers, "by": quantity.by})


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


def mechanisms_of(model: Model) -> Listing:
    """Return the mechanisms of a model in their order."""
    things = [mechanism_thing(name, summary or "") for name, summary in model.summaries().items()]
    title = "What happens in a month, in this order"
    return Listing("mechanism", title, ("mechanism", "what it does"), things)


def mechanism_thing(name: str, summary: str) -> Thing:
    """Return a mechanism with its description, whose first line stands in the list."""
    return Thing(name, (name, summary.partition("\n")[0]), {"meaning": summary}, {})
