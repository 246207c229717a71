"""The JSON Schema of a scenario file, made from the declarations, so that editors complete and check."""

from __future__ import annotations

from typing import Any

from countermarket.declared.lever import Lever
from countermarket.declared.quantity import Quantity
from countermarket.declared.shocks import SHOCKS, ShockKind
from countermarket.declared.vocabulary import PARTNERS
from countermarket.policy.driving import HISTORY
from countermarket.policy.lever_values import MAX_RAMP_MONTHS
from countermarket.policy.scenario import EFFECTS, EFFORTS
from countermarket.world.names import Names, load_names

Schema = dict[str, Any]
MONTH = r"^([0-9]{4}-(0[1-9]|1[0-2])|m\+[0-9]{1,4})$"
JANUARY = r"^[0-9]{4}-01$"


def scenario_schema(names: Names | None = None) -> Schema:
    """Return the schema of a scenario file."""
    names = names or load_names()
    levers = {name: dated(lever, names) for name, lever in names.levers.items()}
    block = {"type": "object", "additionalProperties": False, "properties": levers}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "countermarket scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["title"],
        "properties": {
            "title": {"type": "string", "minLength": 1},
            "question": {"type": "string", "minLength": 1},
            "begins": {"type": "string", "pattern": JANUARY, "description": "first reported month, a January"},
            "effect_of": {"enum": list(EFFECTS)},
            "drivers": {"enum": [HISTORY], "description": "sourced series that move the world meanwhile"},
            "effort": {"enum": list(EFFORTS), "description": "whether set shares move or add officers"},
            "changes": {"type": "object", "additionalProperties": False, "patternProperties": {MONTH: block}},
            "shocks": {"type": "array", "items": {"oneOf": [shock(kind, names) for kind in SHOCKS.values()]}},
        },
    }


def dated(lever: Lever, names: Names) -> Schema:
    """Return what may be written for a lever: its value, or the value with a ramp."""
    value = lever_schema(lever, names)
    described = {"description": f"{lever.meaning} ({lever.unit})"}
    if lever.kind in ("word", "names"):
        return {**described, **value}
    ramp = {"type": "integer", "minimum": 0, "maximum": MAX_RAMP_MONTHS}
    wrapped = mapping({"value": value, "ramp_months": ramp}) | {"required": ["value"]}
    return {**described, "anyOf": [value, wrapped]}


def lever_schema(lever: Lever, names: Names) -> Schema:
    """Return what a lever's value may be."""
    if lever.kind == "word":
        return {"enum": list(lever.words)}
    if lever.kind == "names":
        known = [*names.jurisdictions, *names.groups]
        return {"type": "array", "uniqueItems": True, "items": {"enum": known}}
    size = number(lever)
    if lever.kind == "map":
        return map_schema(lever, size, names)
    return {"anyOf": [size, spread(lever, size, names)]} if lever.by else size


def map_schema(lever: Lever, size: Schema, names: Names) -> Schema:
    """Return the schema of a map by partner, or by leg, port and mode."""
    if "partner" in lever.by:
        return mapping(dict.fromkeys(PARTNERS, size))
    places = "|".join((*names.jurisdictions, *names.groups))
    port = f"^({places}):({'|'.join(names.modes)})$"
    legs = dict.fromkeys([leg for name in names.legs for leg in (name, name.partition("/")[0])], size)
    return mapping({**dict.fromkeys(names.modes, size), **legs}) | {"patternProperties": {port: size}}


def spread(lever: Lever, size: Schema, names: Names) -> Schema:
    """Return the schema of a map by jurisdiction (and market), or by service."""
    if "service" in lever.by:
        return mapping(dict.fromkeys(("default", *names.services), size)) | {"minProperties": 1}
    scopes = ("default", "members", *names.jurisdictions, *names.groups)
    if "market" not in lever.by:
        return mapping(dict.fromkeys(scopes, size)) | {"minProperties": 1}
    markets = mapping(dict.fromkeys(("default", *names.markets), size)) | {"minProperties": 1}
    by_scope = {scope: {"anyOf": [size, markets]} for scope in scopes}
    return mapping({**by_scope, **dict.fromkeys(names.markets, size)}) | {"minProperties": 1}


def mapping(properties: Schema) -> Schema:
    """Return the schema of a map with these keys and no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


def number(quantity: Quantity) -> Schema:
    """Return the schema of a number within bounds."""
    return {"type": "number", "minimum": quantity.low, "maximum": quantity.high}


def shock(kind: ShockKind, names: Names) -> Schema:
    """Return the schema of one kind of shock."""
    fields: Schema = {
        "kind": {"const": kind.name, "description": kind.meaning},
        "start": {"type": "string", "pattern": MONTH},
        "months": {"type": "integer", "minimum": 1, "maximum": 10 * MAX_RAMP_MONTHS},
        "size": {**number(kind.size), "description": kind.size.meaning},
        "rank": {"type": "integer", "minimum": 1, "maximum": 1000},
        "share": {"type": "number", "minimum": 0, "maximum": 1},
        "pair": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"enum": list(names.jurisdictions)}},
        **{name: one_or_more(known) for name, known in selectable(names).items()},
        **{name: {"type": "boolean"} for name in kind.flags},
        **{extra.name: number(extra) for extra in kind.numbers},
    }
    needed: Schema = {"anyOf": [{"required": [key]} for key in kind.needs]} if kind.needs else {}
    own = {key: fields[key] for key in kind.fields}
    return mapping(own) | {"required": ["kind", "start", "size"]} | needed


def selectable(names: Names) -> dict[str, tuple[str, ...]]:
    """Return the names each selector may hold."""
    whole_legs = tuple(dict.fromkeys(leg.partition("/")[0] for leg in names.legs))
    return {
        "market": names.markets,
        "jurisdiction": (*names.jurisdictions, *names.groups),
        "leg": tuple(dict.fromkeys((*names.legs, *whole_legs))),
        "mode": names.modes,
        "service": names.services,
        "domain": names.domains,
    }


def one_or_more(known: tuple[str, ...]) -> Schema:
    """Return the schema of one name or a list of names."""
    name = {"enum": list(known)}
    return {"anyOf": [name, {"type": "array", "minItems": 1, "uniqueItems": True, "items": name}]}
