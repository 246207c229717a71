"""Parameters: declared in declared/parameters.py, valued and sourced in parameters.yaml, packed for the kernels."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as _replaced
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from countermarket.declared.own import OwnParameter
from countermarket.declared.parameters import PARAMETERS
from countermarket.declared.quantity import Quantity
from countermarket.declared.slots import layer_slots, market_slots
from countermarket.declared.vocabulary import CHANNELS
from countermarket.reading.files import packaged
from countermarket.reading.spelling import nearest

if TYPE_CHECKING:
    from countermarket.world.structure import World

Value = float | dict[str, Any]
FILE = packaged("parameters", "parameters.yaml")


class ParameterError(ValueError):
    """A parameter file or a replacement that cannot be used; the message says which and what is allowed."""


class Record(NamedTuple):
    """What parameters.yaml says about one parameter: low and high bound it, or a factor on a whole map."""

    value: Value
    low: float
    high: float
    is_factor: bool
    source: str


@dataclass(frozen=True)
class Parameters:
    """One draw of all parameters: a value each, a number or a map by layer, market, service, mode or channel."""

    records: Mapping[str, Record]
    own: tuple[OwnParameter, ...] = ()
    """Declared by the model rather than by the package; `pack` leaves them out."""

    @property
    def declared(self) -> dict[str, Quantity]:
        """What may be replaced, by name."""
        return {quantity.name: quantity for quantity in (*PARAMETERS, *self.own)}

    def __getitem__(self, name: str) -> Any:
        return self.records[name].value

    __iter__ = None  # `in` and loops would count through positions

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def digest(self) -> str:
        """Hash of every value."""
        text = repr(sorted((name, record.value) for name, record in self.records.items()))
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def load_parameters(path: Path = FILE) -> Parameters:
    """Read and check the parameter file. Raises ParameterError naming file, parameter and what is allowed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    declared = {quantity.name: quantity for quantity in PARAMETERS}
    for name in written.keys() - declared.keys():
        raise ParameterError(f"{path.name}: {name} is not declared.{nearest(name, declared)}")
    for name in declared.keys() - written.keys():
        raise ParameterError(
            f"{path.name}: {name} has no value; add a record with value, low, high and source"
        )
    written["access"]["value"] = read_access(path.with_name("access.csv"))
    return Parameters({name: _record(declared[name], written[name], path.name) for name in declared})


def read_access(path: Path) -> dict[str, float]:
    """What access to each leg costs, from the table that calibration leaves beside the file; nought without it."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["leg"]: float(row["value"]) for row in csv.DictReader(file)}


def _record(quantity: Quantity, written: Any, file: str) -> Record:
    if not isinstance(written, dict) or not {"value", "source"} <= written.keys():
        raise ParameterError(f"{file}: {quantity.name} needs value, low, high and source")
    is_factor = "factor_low" in written
    low = written["factor_low" if is_factor else "low"]
    high = written["factor_high" if is_factor else "high"]
    if not low <= high:
        raise ParameterError(f"{file}: {quantity.name}: low {low:g} lies above high {high:g}")
    _check(quantity, written["value"], file)
    return Record(_floats(written["value"]), float(low), float(high), is_factor, written["source"])


def _check(quantity: Quantity, value: Any, where: str) -> None:
    """Every number of a value must lie within the declared bounds."""
    if isinstance(value, dict) and quantity.by:
        for inner in value.values():
            _check(quantity, inner, where)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not quantity.admits(value):
        raise ParameterError(f"{where}: {quantity.name}: {value!r} is not {quantity.allowed()}")


def _floats(value: Any) -> Value:
    if isinstance(value, dict):
        return {str(key): _floats(inner) for key, inner in value.items()}
    return float(value)


def with_own(parameters: Parameters, own: tuple[OwnParameter, ...]) -> Parameters:
    """Parameters and those of a model's own, at their declared values."""
    records = {one.name: Record(one.value, one.low, one.high, False, one.source) for one in own}
    return _replaced(parameters, records={**parameters.records, **records}, own=own)


def replace(parameters: Parameters, values: Mapping[str, float]) -> Parameters:
    """Parameters with some numbers replaced: `name`, or `name.key` (`labour.cocaine`) for one entry of a map.

    A bare name of a map parameter multiplies the whole map. Raises ParameterError for an unknown name or a
    number out of bounds.
    """
    records, declared = dict(parameters.records), parameters.declared
    for path, number in values.items():
        name, *keys = path.split(".")
        if name not in declared:
            raise ParameterError(f"there is no parameter {name!r}.{nearest(name, declared)}")
        changed = _with(records[name].value, keys, float(number), path)
        _check(declared[name], changed, "replacement")
        records[name] = records[name]._replace(value=changed)
    return _replaced(parameters, records=records)


def _with(value: Value, keys: list[str], number: float, path: str) -> Value:
    """A value with one entry replaced, or a whole map multiplied."""
    if not keys:
        return _scaled(value, number) if isinstance(value, dict) else number
    if not isinstance(value, dict) or keys[0] not in value:
        known = value if isinstance(value, dict) else ()
        raise ParameterError(f"{path}: there is no {keys[0]!r}.{nearest(keys[0], known)}")
    return {**value, keys[0]: _with(value[keys[0]], keys[1:], number, path)}


def _scaled(value: Value, factor: float) -> Value:
    if isinstance(value, dict):
        return {key: _scaled(inner, factor) for key, inner in value.items()}
    return value * factor


def pack(parameters: Parameters, world: "World") -> Any:
    """Parameters as one structured row for the kernels, maps as arrays in the world's order. (1,).

    A world with fewer markets or layers than usual leaves the last places of their arrays empty.
    """
    import numpy as np

    refuse_missing(parameters, world)
    order = names_by(world)
    size = {dim: len(names) for dim, names in order.items()}
    size |= {"layer": layer_slots(world.layer_names), "market": market_slots(world.market_names)}
    packed = [quantity for quantity in PARAMETERS if "leg" not in quantity.by]
    fields = [(q.name, "f8", tuple(size[dim] for dim in q.by)) for q in packed]
    row = np.zeros(1, np.dtype(fields, align=True))
    for quantity in packed:
        used: Any = (0, *(slice(len(order[dim])) for dim in quantity.by))
        row[quantity.name][used] = _array(parameters[quantity.name], [order[dim] for dim in quantity.by])
    return row


def access_of(parameters: Parameters, world: "World") -> Any:
    """What access costs on each leg of a world, which no kernel reads as a parameter. USD per unit, (L,)."""
    import numpy as np

    known = parameters["access"]
    return np.array([known.get(leg, 0.0) for leg in world.leg_names])


def with_access(parameters: Parameters, world: "World", usd: Any) -> Parameters:
    """Parameters in which access to the legs of a world costs so much; where it is free, no entry. (L,)."""
    kept = {leg: float(cost) for leg, cost in zip(world.leg_names, usd, strict=True) if cost > 0.0}
    return with_access_of(parameters, kept)


def with_access_of(parameters: Parameters, usd: dict[str, float]) -> Parameters:
    """Parameters in which access costs so much on the legs named. USD per unit."""
    record = parameters.records["access"]._replace(value=dict(usd))
    return _replaced(parameters, records={**parameters.records, "access": record})


def names_by(world: "World") -> dict[str, tuple[str, ...]]:
    """What a map may vary over, in the world's order."""
    return {
        "layer": world.layer_names, "market": world.market_names, "service": world.service_names,
        "mode": world.mode_names, "channel": CHANNELS, "leg": world.leg_names,
    }  # fmt: skip


def refuse_missing(parameters: Parameters, world: "World") -> None:
    """Refuse a world with a market or layer that has no value, naming every parameter and key."""
    order = names_by(world)
    gaps = {q.name: _gaps(parameters[q.name], [order[dim] for dim in q.by if dim != "leg"]) for q in PARAMETERS}
    missing = [f"{name} ({', '.join(keys)})" for name, keys in gaps.items() if keys]
    if missing:
        example = f"`{missing[0].partition(' ')[0]}: {{value: {{NAME: ...}}, source: ...}}`"
        raise ParameterError(
            f"world {world.name}: no parameter value for {'; '.join(missing)}. Add them in the world's parameters.yaml "
            f"({example}), or let a market or layer have those of another: `parameters_like: {{NAME: cocaine}}` in "
            "world.yaml"
        )


def _gaps(value: Value, dims: list[tuple[str, ...]]) -> list[str]:
    """Keys of a map that a world needs and that have no value."""
    if not dims or not isinstance(value, dict):
        return []
    gaps = []
    for name in dims[0]:
        inner = [name] if name not in value else [f"{name}.{key}" for key in _gaps(value[name], dims[1:])]
        gaps += inner
    return gaps


def _array(value: Value, dims: list[tuple[str, ...]]) -> Any:
    if not dims or not isinstance(value, dict):
        return value
    return [_array(value[name], dims[1:]) for name in dims[0]]
