"""The factors of a sweep's file: what each may be, and how its numbers lie between their bounds.

- {lever: alliance.data_sharing_share, low: 0.2, high: 0.9}
- {lever: agencies.powers.GBR, low: 0, high: 1}         # one key of a map; or lever: agencies.powers, key: GBR
- {lever: alliance.channel, values: [joint_team, federated]}
- {lever: alliance.members, values: [[five_eyes], [five_eyes, JPN]]}
- {parameter: capital_rate, distribution: triangular, peak: 0.02}    # its own range if none is given
- {part: sanctions, levers: [alliance.sanctions_per_year, alliance.sanctions_coordination]}    # out or in
- {policies: [alliance, sanctions_only]}
- {date: launch, low: 0, high: 36}                      # months later; levers: [...] for some of them
- {shock: trust_breach, key: size, low: 0, high: 1}     # or key: start, in months later
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from countermarket.declared.quantity import Quantity
from countermarket.declared.shocks import SHOCKS
from countermarket.policy.lever_values import lever_value, named_lever, number, whole_number
from countermarket.policy.scenario import Scenario
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import listed, shown
from countermarket.reading.yaml_reader import Node, expect_map
from countermarket.sweeps.design import Factor, keyed_value, target_of
from countermarket.sweeps.draws import SHAPES, UNIFORM, Spread
from countermarket.world.names import Names

if TYPE_CHECKING:
    from countermarket.parameters.load import Parameters

KINDS = ("lever", "parameter", "part", "policies", "date", "shock")
RANGE = ("low", "high")
SPREAD = ("distribution", "peak", "mean", "deviation", "whole")
FACTOR_KEYS = (*KINDS, "key", "values", "levers", *RANGE, *SPREAD)
MAX_FACTORS = 200
MAX_CHOICES = 1_000
MAX_DELAY = 240
"""Months by which a policy or a shock may come later."""

Load = Callable[[Node], Scenario]


def read_factors(
    node: Node, names: Names, parameters: Parameters, scenario: Scenario, load: Load
) -> tuple[Factor, ...]:
    """The list of factors, each once."""
    if not isinstance(node.value, list) or not node.value:
        raise node.error("factors", "write a list, each with a dash: - {lever: ..., low: ..., high: ...}")
    if len(node.value) > MAX_FACTORS:
        raise node.error("factors", f"{len(node.value)} factors; the limit is {MAX_FACTORS}")
    factors: list[Factor] = []
    for item in node.value:
        factor = _factor(item, names, parameters, scenario, load)
        if factor.name in {known.name for known in factors}:
            raise item.error("factors", f"{factor.name} is listed twice; keep one")
        factors.append(factor)
    return tuple(factors)


def _factor(node: Node, names: Names, parameters: Parameters, scenario: Scenario, load: Load) -> Factor:
    """One factor, of whichever kind."""
    fields = expect_map(node, "factors", FACTOR_KEYS)
    kinds = [kind for kind in KINDS if kind in fields]
    if len(kinds) != 1:
        raise node.error("factors", f"a factor names either a lever or a parameter, or one of {listed(KINDS[2:])}")
    kind = kinds[0]
    if kind == "policies":
        return _policies(node, fields, load)
    if kind == "part":
        return _part(node, fields, scenario)
    if kind == "date":
        return _date(node, fields, scenario)
    if kind == "shock":
        return _shock(node, fields, scenario)
    return _number(node, fields, kind, names, parameters)


def _number(node: Node, fields: dict[str, Node], kind: str, names: Names, parameters: Parameters) -> Factor:
    """A lever (for one key of it, perhaps) or a parameter."""
    target, key = _text(fields[kind], kind), ""
    if "key" in fields:
        key = _text(fields["key"], "key")
    else:
        target, key = target_of(target, names)
    if "values" in fields:
        return _choices(node, fields, kind, target, key, names)
    if kind == "lever":
        factor = _lever_factor(node, fields, target, key, names)
    else:
        factor = _parameter_factor(node, fields, target, key, parameters)
    return _ranged(node, fields, factor)


def _ranged(node: Node, fields: dict[str, Node], factor: Factor) -> Factor:
    """A factor with how its numbers lie between its bounds."""
    if not factor.low < factor.high:
        raise node.error(factor.name, f"low ({factor.low:g}) must lie below high ({factor.high:g})")
    return factor._replace(spread=_spread(node, fields, factor))


def _spread(node: Node, fields: dict[str, Node], factor: Factor) -> Spread:
    """The distribution of a factor: even, if none is named."""
    if not set(SPREAD) & set(fields):
        return UNIFORM
    written = fields["distribution"].value if "distribution" in fields else "uniform"
    shape = next((known for known in SHAPES if known == written), None)
    if shape is None:
        raise node.error("distribution", f"write one of {', '.join(SHAPES)}", at="distribution")
    needs = {"triangular": ("peak",), "normal": ("mean", "deviation")}.get(shape, ())
    for key in ("peak", "mean", "deviation"):
        if (key in fields) != (key in needs):
            raise node.error(factor.name, f"{shape} {'needs' if key in needs else 'does not read'} {key}")
    anything = Quantity("number", factor.name, -1e300, 1e300, "")
    numbers = [number(fields[key], f"{factor.name}.{key}", anything) for key in needs]
    centre, deviation = (*numbers, 0.0, 0.0)[:2]
    spread = Spread(shape, centre, deviation, _is_whole(node, fields, factor))
    _refuse_odd(node, factor, spread)
    return spread


def _is_whole(node: Node, fields: dict[str, Node], factor: Factor) -> bool:
    """Whether only whole numbers are asked for."""
    if "whole" not in fields:
        return False
    if not isinstance(fields["whole"].value, bool):
        raise node.error(factor.name, "whole is true or false", at="whole")
    if fields["whole"].value and not (factor.low.is_integer() and factor.high.is_integer()):
        raise node.error(factor.name, "whole numbers need whole bounds")
    return bool(fields["whole"].value)


def _refuse_odd(node: Node, factor: Factor, spread: Spread) -> None:
    """Bounds that a distribution cannot have."""
    if spread.shape == "log_uniform" and factor.low - spread.is_whole / 2 <= 0:
        raise node.error(factor.name, "log_uniform needs low above 0")
    if spread.shape == "triangular" and not factor.low <= spread.centre <= factor.high:
        raise node.error(factor.name, "the peak must lie between low and high")
    if spread.shape == "normal" and not spread.deviation > 0:
        raise node.error(factor.name, "the deviation must be above 0")


def _choices(node: Node, fields: dict[str, Node], kind: str, target: str, key: str, names: Names) -> Factor:
    """A lever that is one of several words, sets, maps or numbers."""
    if kind != "lever" or key or set(fields) & {*RANGE, *SPREAD}:
        raise node.error(target, "values are those of a whole lever, and take no key, low, high or distribution")
    lever = named_lever(target, fields["lever"], names.levers)
    chosen = [lever_value(lever, one, names) for one in _several(fields["values"], target)]
    return Factor(target, "lever", target, "", 0.0, len(chosen) - 1.0, choices=tuple(chosen))


def _several(node: Node, key: str) -> list[Node]:
    """A list of two and more."""
    if not isinstance(node.value, list) or not 2 <= len(node.value) <= MAX_CHOICES:
        raise node.error(key, f"write a list of two or more (at most {MAX_CHOICES:,})")
    return node.value


def _policies(node: Node, fields: dict[str, Node], load: Load) -> Factor:
    """Several scenarios, each in the same worlds and luck."""
    _only(node, fields, "policies")
    chosen = tuple(load(one) for one in _several(fields["policies"], "policies"))
    names = [one.name for one in chosen]
    if len(set(names)) < len(names):
        raise node.error("policies", "a scenario is listed twice; keep one")
    return Factor("policy", "policy", "", "", 0.0, len(chosen) - 1.0, choices=chosen)


def _part(node: Node, fields: dict[str, Node], scenario: Scenario) -> Factor:
    """Levers of the scenario that are put in or left out together."""
    _only(node, fields, "part", "levers")
    if "levers" not in fields:
        raise node.error("part", "levers is missing: the levers of the scenario that are this part")
    name = _text(fields["part"], "part")
    levers = _levers(fields["levers"], scenario)
    return Factor(name, "part", name, "", 0.0, 1.0, choices=(0.0, 1.0), levers=levers)


def _levers(node: Node, scenario: Scenario) -> tuple[str, ...]:
    """Levers that a scenario changes."""
    if not isinstance(node.value, list) or not node.value:
        raise node.error("levers", "write a list of levers that the scenario changes")
    changed = list(dict.fromkeys(change.lever for change in scenario.changes))
    levers = [_text(one, "levers") for one in node.value]
    for lever in levers:
        if lever not in changed:
            raise node.error("levers", f"{scenario.name} does not change {shown(lever)}.{nearest(lever, changed)}")
    return tuple(levers)


def _date(node: Node, fields: dict[str, Node], scenario: Scenario) -> Factor:
    """How many months later the scenario's changes come, all of them or those of some levers."""
    _only(node, fields, "date", "levers", *RANGE)
    levers = _levers(fields["levers"], scenario) if "levers" in fields else ()
    name = _text(fields["date"], "date")
    low, high = (_delay(node, fields, end, name) for end in RANGE)
    return _ranged(node, {}, Factor(name, "date", name, "", low, high, levers=levers))._replace(spread=WHOLE)


WHOLE = Spread(is_whole=True)


def _delay(node: Node, fields: dict[str, Node], end: str, name: str) -> float:
    """Months by which something comes later."""
    if end not in fields:
        raise node.error(name, f"{end} is missing: months later, 0 to {MAX_DELAY}")
    return float(whole_number(fields[end], f"{name}.{end}", 0, MAX_DELAY))


def _shock(node: Node, fields: dict[str, Node], scenario: Scenario) -> Factor:
    """The size of the scenario's shocks of a kind, or how many months later they come."""
    kind, key = _text(fields["shock"], "shock"), _text(fields["key"], "key") if "key" in fields else "size"
    if kind not in {shock.kind for shock in scenario.shocks}:
        known = {shock.kind for shock in scenario.shocks}
        raise node.error("shock", f"{scenario.name} has no shock {shown(kind)}.{nearest(kind, known)}")
    name = f"{kind}.{key}"
    if key == "start":
        _only(node, fields, "shock", "key", *RANGE)
        low, high = (_delay(node, fields, end, name) for end in RANGE)
        return _ranged(node, {}, Factor(name, "shock", kind, key, low, high))._replace(spread=WHOLE)
    if key != "size":
        raise node.error("shock", "key is size or start", at="key")
    low, high = (_bound(node, fields, end, SHOCKS[kind].size, name) for end in RANGE)
    return _ranged(node, fields, Factor(name, "shock", kind, key, low, high))


def _only(node: Node, fields: dict[str, Node], *allowed: str) -> None:
    """Refuse fields that this kind of factor does not read."""
    for field in fields:
        if field not in allowed:
            raise node.error(f"factors.{field}", f"{allowed[0]} reads only {listed(allowed)}", at=field)


def _text(node: Node, key: str) -> str:
    if not isinstance(node.value, str):
        raise node.error(key, "write a name")
    return node.value


def _lever_factor(node: Node, fields: dict[str, Node], target: str, key: str, names: Names) -> Factor:
    """A lever that is a number, or one key of a map."""
    lever = named_lever(target, fields["lever"], names.levers)
    if lever.kind in ("word", "names"):
        raise node.error(target, "is no number; vary it with scenario files and compare them")
    if lever.kind == "map" and not key:
        raise node.error(target, f"is a map by {' or '.join(lever.by)}; say which with key:")
    if key:
        keyed_value(lever, key, lever.low, names, node.file, node.line)
    low, high = (_bound(node, fields, end, lever, target) for end in ("low", "high"))
    return Factor(f"{target}.{key}" if key else target, "lever", target, key, low, high)


def _bound(node: Node, fields: dict[str, Node], end: str, quantity: Quantity, target: str) -> float:
    if end not in fields:
        raise node.error(target, f"{end} is missing; allowed: {quantity.allowed()}")
    return number(fields[end], f"{target}.{end}", quantity)


def _parameter_factor(
    node: Node, fields: dict[str, Node], target: str, key: str, parameters: Parameters
) -> Factor:
    """A parameter: its own range unless one is given; a whole map is multiplied."""
    from countermarket.parameters.load import ParameterError, replace

    name = f"{target}.{key}" if key else target
    own = parameters.records.get(target)
    if own is None:
        raise node.error(name, f"there is no such parameter.{nearest(target, parameters.records)}")
    is_whole_map = isinstance(own.value, dict) and not key
    has_range = own.is_factor == is_whole_map
    ends = {"low": own.low, "high": own.high} if has_range else {}
    for end in ("low", "high"):
        if end in fields:
            any_number = Quantity(end, "factor" if is_whole_map else target, -1e300, 1e300, "")
            ends[end] = number(fields[end], f"{name}.{end}", any_number)
        if end not in ends:
            raise node.error(name, f"{end} is missing, and the parameter has no range of its own for this")
        try:
            replace(parameters, {name: ends[end]})
        except ParameterError as error:
            raise node.error(name, str(error)) from None
    return Factor(name, "parameter", name, "", ends["low"], ends["high"])
