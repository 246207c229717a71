"""Scenario file -> validated Scenario; the only reader of scenario YAML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from countermarket.declared.calendar import PRESENT, month_name
from countermarket.declared.levers import EFFORT_SHARES
from countermarket.policy.baseline import Baseline, baseline_from, load_baseline
from countermarket.policy.change_values import MAX_ENTRIES, MAX_ERRORS, read_changes
from countermarket.policy.courses import added_officers, set_shares
from countermarket.policy.driving import STILL, read_course
from countermarket.policy.scenario import EFFECTS, EFFORTS, Effect, Effort, Scenario
from countermarket.policy.shipped import scenario_path
from countermarket.policy.shock_values import Shock, first_month, shock_value
from countermarket.reading.errors import InputError, together
from countermarket.reading.spelling import nearest
from countermarket.reading.wording import shown
from countermarket.reading.yaml_reader import (
    UNSAFE_LETTER,
    Node,
    expect_map,
    read_bytes,
    read_file,
    spoken,
    text_field,
)
from countermarket.world.names import Names, names_of

if TYPE_CHECKING:
    from countermarket.declared.own import Additions
    from countermarket.world.structure import World

SCENARIO_KEYS = ("title", "question", "begins", "drivers", "effort", "changes", "shocks", "effect_of")
SHIFT_OR_ADD = "shift (the same officers: shares that are not set make room) or add (more officers, who are paid)"

Field = TypeVar("Field")


def load_scenario(
    path_or_name: str | Path,
    baseline: str | Path | None = None,
    *,
    world: World | None = None,
    model: Additions | None = None,
) -> Scenario:
    """Read a scenario from a file or by its shipped name, complete with its baseline.

    It may name what is in the world and what the model adds: the packaged and the standard one if left out.
    """
    path = scenario_path(path_or_name)
    refuse_unsafe_name(path)
    node = read_file(path)
    names = names_of(world, model)
    if is_baseline_file(node):
        return listed_baseline(path, node, names, baseline)
    return parse_node(node, path.stem, names, load_baseline(baseline, path, names))


def refuse_unsafe_name(path: Path) -> None:
    """Raise when a file's name, which becomes the scenario's, holds what a terminal or a table would not show."""
    if UNSAFE_LETTER.search(path.stem):
        raise InputError(shown(path, 200), None, "", "its name holds control characters; rename the file")


def parse_scenario(data: bytes, file: str, names: Names, baseline: Baseline) -> Scenario:
    """Read a scenario from bytes."""
    node = read_bytes(data, file)
    if is_baseline_file(node):
        return baseline_scenario(baseline_from(node, names))
    return parse_node(node, Path(file).stem, names, baseline)


def is_baseline_file(node: Node) -> bool:
    """Say whether a file gives every lever's value rather than changes."""
    return isinstance(node.value, dict) and "levers" in node.value and "factors" not in node.value


def listed_baseline(path: Path, node: Node, names: Names, baseline: str | Path | None) -> Scenario:
    """Return a baseline that is listed among scenarios; it must be the one they are compared with."""
    own = baseline_from(node, names)
    if baseline is not None and load_baseline(baseline, names=names).policy != own.policy:
        message = (
            f"this is a baseline, but another one was given with --baseline ({shown(baseline)}); list one"
        )
        raise InputError(str(path), None, "", message)
    return baseline_scenario(own)


def baseline_scenario(baseline: Baseline) -> Scenario:
    """Return the baseline as a scenario in which nothing changes."""
    return Scenario(
        name="baseline",
        title=baseline.title,
        question=baseline.question,
        begins=baseline.begins,
        policy=baseline.policy,
        path=baseline.path,
        baseline_path=baseline.path,
    )


def parse_node(node: Node, name: str, names: Names, baseline: Baseline) -> Scenario:
    """Read a scenario's tree, reporting every faulty change and shock at once."""
    top = expect_map(node, "", SCENARIO_KEYS)
    errors: list[InputError] = []
    begins = collected(errors, lambda: first_month(top["begins"]) if "begins" in top else baseline.begins, PRESENT)
    changes = read_changes(top.get("changes"), names, errors, begins)
    shocks = read_shocks(top.get("shocks"), names, errors, begins)
    course = collected(
        errors, lambda: read_course(top["drivers"], begins, names) if "drivers" in top else STILL, STILL
    )
    title = collected(errors, lambda: text_field(top, "title", node), "")
    question = collected(errors, lambda: read_question(top, node), "")
    effect_of: Effect = collected(errors, lambda: read_effect(top), EFFECTS[0])
    effort: Effort = collected(errors, lambda: read_effort(top), "")
    if errors:
        raise together(errors)
    scenario = Scenario(
        name=name,
        title=title,
        question=question,
        changes=tuple(changes),
        shocks=tuple(shocks),
        effect_of=effect_of,
        effort=effort,
        begins=begins,
        drivers=course.shocks,
        driven=course.changes,
        policy=baseline.policy,
        path=node.file,
        baseline_path=baseline.path,
    )
    refuse_empty(scenario, node, top)
    if effort and not scenario.sets_effort:
        raise top["effort"].error("effort", "no share of effort is set, so nothing is shifted or added; leave it out")
    refuse_wrong_effort(scenario, top.get("changes", node), names)
    return scenario


def collected(errors: list[InputError], read: Callable[[], Field], otherwise: Field) -> Field:
    """Return what is read, or note the error and go on with another value."""
    try:
        return read()
    except InputError as error:
        errors.append(error)
        return otherwise


def read_question(top: dict[str, Node], node: Node) -> str:
    """Return the question, which may be left out."""
    return text_field(top, "question", node) if "question" in top else ""


def read_effect(top: dict[str, Node]) -> Effect:
    """Return whose effect is measured: policy, shocks or all."""
    if "effect_of" not in top:
        return "policy"
    node = top["effect_of"]
    for effect in EFFECTS:
        if node.value == effect:
            return effect
    raise node.error("effect_of", f"{spoken(node.value)} is not allowed; write one of {', '.join(EFFECTS)}")


def read_effort(top: dict[str, Node]) -> Effort:
    """Return what setting a share of effort means: shift or add; nothing if the file does not say."""
    return effort_word(top["effort"]) if "effort" in top else ""


def effort_word(node: Node) -> Effort:
    """Return shift or add."""
    for effort in EFFORTS:
        if node.value == effort:
            return effort
    hint = nearest(node.value, EFFORTS) if isinstance(node.value, str) else ""
    raise node.error("effort", f"{spoken(node.value)} is not allowed; write {SHIFT_OR_ADD}.{hint}")


def read_shocks(node: Node | None, names: Names, errors: list[InputError], begins: int = PRESENT) -> list[Shock]:
    """Read the list of shocks."""
    if node is None or node.value is None:
        return []
    if not isinstance(node.value, list):
        errors.append(
            node.error("shocks", f"{spoken(node.value)} is not a list; start each shock with a dash")
        )
        return []
    if len(node.value) > MAX_ENTRIES:
        raise node.error("shocks", f"{len(node.value):,} shocks; the limit is {MAX_ENTRIES:,}")
    shocks: list[Shock] = []
    for place, item in enumerate(node.value, start=1):
        if len(errors) >= MAX_ERRORS:
            break
        try:
            shocks.append(shock_value(item, names, place, begins))
        except InputError as error:
            errors.append(error)
    return shocks


def refuse_empty(scenario: Scenario, node: Node, top: dict[str, Node]) -> None:
    """Raise when a scenario would be its own reference."""
    if scenario.is_baseline and scenario.drivers:
        return
    if not scenario.changes and not scenario.shocks:
        raise node.error("", "nothing differs from the baseline; add changes: or shocks:")
    where = top.get("effect_of", node)
    if not scenario.changes and scenario.effect_of == "policy":
        message = "without changes there is no policy to measure; write effect_of: shocks, or add changes"
        raise where.error("effect_of", message)
    if not scenario.shocks and scenario.effect_of == "shocks":
        raise where.error("effect_of", "there are no shocks whose effect could be measured")


def refuse_wrong_effort(scenario: Scenario, node: Node, names: Names) -> None:
    """Raise when shares of effort that are set leave none for others, or where it is added take officers away."""
    if not scenario.sets_effort:
        return
    if scenario.adds_officers:
        refuse_fewer_officers(scenario, node, names)
        return
    for month, place, shares in set_shares(scenario, names.jurisdictions):
        total = sum(shares.values())
        short = len(shares) == len(EFFORT_SHARES) and total < 1 - 1e-9
        if total > 1 + 1e-9 or short:
            told = ", ".join(f"{name} {share:g}" for name, share in shares.items())
            rule = "all six must sum to 1" if short else "they may not exceed 1; those not set share the rest"
            more = "" if short else ". With effort: add they bring officers of their own"
            when = f"{place} in {month_name(month)}"
            raise node.error("agencies", f"shares of effort set for {when} sum to {total:g} ({told}); {rule}{more}")


def refuse_fewer_officers(scenario: Scenario, node: Node, names: Names) -> None:
    """Raise when added effort leaves fewer officers than the budget pays."""
    for month, place, times in added_officers(scenario, names.jurisdictions):
        if times < 1 - 1e-9:
            told = f"{place} would have {times:.3g} times its officers in {month_name(month)}"
            ways = "write effort: shift to move officers, or lower agencies.budget_multiplier to have fewer"
            raise node.error("agencies", f"{told}, and effort: add takes none away; {ways}")


def advice(scenario: Scenario, months: int, world: World | None = None) -> list[str]:
    """Return warnings about what can have no effect in this world within the months run.

    InputError when nothing of the scenario has, or when a shock selects nothing.
    """
    from countermarket.policy.acting import refuse_empty_shocks
    from countermarket.world.load import load_world

    world = world if world is not None else load_world()
    refuse_empty_shocks(scenario, world)
    late = [
        f"{change.lever} in {month_name(change.month)}"
        for change in scenario.changes
        if change.month >= scenario.begins + months
    ]
    late += [
        f"{shock.kind} in {month_name(shock.start)}"
        for shock in scenario.shocks
        if shock.start >= scenario.begins + months
    ]
    last = month_name(scenario.begins + months - 1)
    if late and len(late) == len(scenario.changes) + len(scenario.shocks):
        message = (
            f"nothing takes effect by {last}, the last month run; raise --months or bring the dates forward"
        )
        raise InputError(scenario.path or scenario.name, None, "", message)
    return unsaid_effort(scenario) + idle_in(scenario, world) + [
        f"{scenario.name}: {what} lies after {last}, the last month run, and has no effect" for what in late
    ]


def unsaid_effort(scenario: Scenario) -> list[str]:
    """Return a warning when shares of effort are set, and nothing says at whose expense."""
    if scenario.effort or not scenario.sets_effort:
        return []
    told = "shares of effort are set, and the file does not say whether officers are shifted or added"
    return [f"{scenario.name}: {told}; taken as effort: shift. Write effort: {SHIFT_OR_ADD}"]


def idle_in(scenario: Scenario, world: World | None = None) -> list[str]:
    """Return what in the scenario cannot act in a world, by the scenario's name."""
    from countermarket.policy.acting import idle_lines
    from countermarket.world.load import load_world

    lines = idle_lines(scenario, world if world is not None else load_world())
    return [f"{scenario.name}: {line}" for line in lines]
