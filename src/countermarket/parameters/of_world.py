"""The parameters of a world of one's own: the packaged values, those its markets borrow, and those it states itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from countermarket.declared.parameters import PARAMETERS
from countermarket.declared.quantity import Quantity
from countermarket.parameters.ensemble import Ensemble
from countermarket.parameters.load import (
    Parameters,
    Record,
    Value,
    load_parameters,
    names_by,
    refuse_missing,
)
from countermarket.reading.spelling import nearest
from countermarket.reading.yaml_reader import Node, expect_map, read_bytes, spoken, text_field
from countermarket.world import description
from countermarket.world.folders import BASE
from countermarket.world.structure import World

DECLARED = {quantity.name: quantity for quantity in PARAMETERS}
FIELDS = ("value", "low", "high", "factor_low", "factor_high", "source")


def parameters_for(world: World) -> Parameters:
    """Return the parameters of a world. InputError or ParameterError says what cannot be used, or is missing."""
    records = dict(load_parameters().records)
    known = names_by(world)
    for level, texts in levels(dict(world.files)):
        names = known if level == "" else None
        if description.FILE in texts:
            borrow(records, texts[description.FILE], known, is_own=names is not None)
        if description.PARAMETERS in texts:
            state(records, texts[description.PARAMETERS], f"{world.name}/{level}{description.PARAMETERS}", names)
    parameters = replace(load_parameters(), records=records)
    refuse_missing(parameters, world)
    return parameters


def ensemble_for(world: World, ensemble: Ensemble) -> Ensemble:
    """Return draws that leave the numbers a world states as they are; maps, which draws multiply, are drawn as ever."""
    texts = (of_level.get(description.PARAMETERS) for _, of_level in levels(dict(world.files)))
    stated = {name for text in texts if text for name in read_bytes(text.encode(), description.PARAMETERS).value}
    kept = [at for at, name in enumerate(ensemble.names) if name not in stated or DECLARED[name].by]
    values = tuple(tuple(row[at] for at in kept) for row in ensemble.values)
    return ensemble._replace(names=tuple(ensemble.names[at] for at in kept), values=values)


def levels(files: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the files of each world that a world stands on, the lowest first, and its own last."""
    depth = max((name.count(f"{BASE}/") for name in files), default=0)
    for level in (f"{BASE}/" * times for times in range(depth, -1, -1)):
        of_level = {name.removeprefix(level): text for name, text in files.items() if name.startswith(level)}
        yield level, {name: text for name, text in of_level.items() if "/" not in name}


def borrow(records: dict[str, Record], text: str, known: dict[str, tuple[str, ...]], is_own: bool) -> None:
    """Give a market or layer the values of another wherever it has none."""
    likes = description.read_description(text).parameters_like
    names = {*known["market"], *known["layer"]}
    for name, like in likes.items():
        if is_own and name not in names:
            message = f"this world has no market or layer {name!r}.{nearest(name, names)}"
            raise like.error(f"parameters_like.{name}", message)
        lent = [q for q in PARAMETERS if q.by and q.by[0] in ("market", "layer") and name in known[q.by[0]]]
        able = [q for q in lent if like.value in entries(records[q.name])]
        if is_own and not able:
            choices = entries(records["labour"]) | entries(records["sentence_months"])
            message = f"no parameter has a value for {like.value!r}.{nearest(str(like.value), choices)}"
            raise like.error(f"parameters_like.{name}", message)
        for quantity in able:
            record = records[quantity.name]
            value = {name: entries(record)[str(like.value)], **entries(record)}
            records[quantity.name] = record._replace(value=value)


def entries(record: Record) -> dict[str, Any]:
    """Return the entries of a map; none of a number."""
    return record.value if isinstance(record.value, dict) else {}


def state(
    records: dict[str, Record], text: str, file: str, known: dict[str, tuple[str, ...]] | None
) -> None:
    """Replace or add what a `parameters.yaml` states."""
    top = expect_map(read_bytes(text.encode(), file), "", DECLARED)
    for name, node in top.items():
        records[name] = stated(DECLARED[name], node, records[name], known)


def stated(
    quantity: Quantity, node: Node, record: Record, known: dict[str, tuple[str, ...]] | None
) -> Record:
    """Return a record with what a world states in its place; the range stays unless it is stated too."""
    fields = expect_map(node, quantity.name, FIELDS)
    source = text_field(fields, "source", node)
    if "value" not in fields:
        raise node.error(quantity.name, "is missing its value; write value, source, and low and high if they differ")
    value = value_of(quantity, fields["value"], record.value, quantity.by, known)
    low, high = range_of(quantity, node, fields, record)
    if not isinstance(value, dict) and not record.is_factor and not low <= value <= high:
        message = f"{value:g} lies outside {low:g} to {high:g}; write the low and high you mean beside it"
        raise fields["value"].error(quantity.name, message)
    cited = source if not quantity.by else f"{record.source}; {source}"
    return Record(value, low, high, record.is_factor, cited)


def range_of(
    quantity: Quantity, node: Node, fields: dict[str, Node], record: Record
) -> tuple[float, float]:
    """Return the range of a parameter: stated, or as it was."""
    used, other = (("factor_low", "factor_high"), ("low", "high"))[:: 1 if record.is_factor else -1]
    for field in other:
        if field in fields:
            message = f"this parameter has {used[0]} and {used[1]}, not {field}"
            raise fields[field].error(f"{quantity.name}.{field}", message)
    low, high = (
        number(fields[field], f"{quantity.name}.{field}") if field in fields else old
        for field, old in zip(used, (record.low, record.high), strict=True)
    )
    if low > high:
        raise node.error(quantity.name, f"{used[0]} {low:g} lies above {used[1]} {high:g}")
    return low, high


def number(node: Node, key: str) -> float:
    """Return a number."""
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise node.error(key, f"{spoken(node.value)} is not a number")
    return float(node.value)


def value_of(
    quantity: Quantity, node: Node, old: Value, dims: tuple[str, ...], known: dict[str, tuple[str, ...]] | None
) -> Value:
    """Return a number within its bounds, or a map with entries replaced and added."""
    if not dims:
        value = number(node, quantity.name)
        if not quantity.admits(value):
            raise node.error(quantity.name, f"{value:g} is not {quantity.allowed()}")
        return value
    before = old if isinstance(old, dict) else {}
    merged = dict(before)
    for name, inner in expect_map(node, quantity.name, None).items():
        if known is not None and name not in known[dims[0]]:
            message = f"this world has no {dims[0]} {name!r}.{nearest(name, known[dims[0]])}"
            raise node.error(f"{quantity.name}.{name}", message, at=name)
        merged[name] = value_of(quantity, inner, before.get(name, {}), dims[1:], known)
    return merged
