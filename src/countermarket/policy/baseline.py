"""The baseline: every lever's value before any change, and who says so."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from countermarket.declared.calendar import PRESENT
from countermarket.declared.lever import Lever
from countermarket.declared.levers import EFFORT_SHARES, LEVERS
from countermarket.declared.own import OwnLever
from countermarket.policy.lever_values import Value, lever_value, named_lever
from countermarket.policy.shipped import BASELINE, baseline_path, shipped_folder
from countermarket.policy.shock_values import first_month
from countermarket.reading.wording import listed
from countermarket.reading.yaml_reader import Node, expect_map, read_file, text_field
from countermarket.world.names import Names, load_names

BASELINE_KEYS = ("title", "question", "begins", "levers")


class Source(BaseModel):
    """A lever's baseline value and who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Value
    source: str


class Baseline(BaseModel):
    """The value of every lever before any change, with sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    question: str
    path: str
    levers: dict[str, Source]
    begins: int = PRESENT
    """When the calendar of scenarios begins that do not say so themselves, in months from January 2026."""

    @property
    def policy(self) -> dict[str, Value]:
        """Return the values alone."""
        return {name: record.value for name, record in self.levers.items()}


def load_baseline(
    path: str | Path | None = None, beside: Path | None = None, names: Names | None = None
) -> Baseline:
    """Read the baseline given, else the one beside the scenario or a folder above, else the shipped one."""
    names = names or load_names()
    chosen = (
        Path(path) if path is not None else (baseline_path(beside) if beside else shipped_folder() / BASELINE)
    )
    if names == load_names() and chosen.resolve() == (shipped_folder() / BASELINE).resolve():
        return shipped_baseline()
    return baseline_from(read_file(chosen), names)


def baseline_from(node: Node, names: Names) -> Baseline:
    """Read a baseline; the shipped one lists in another world those of its places that this world has."""
    if Path(node.file).resolve() != (shipped_folder() / BASELINE).resolve():
        return parse_baseline(node, names)
    places = tuple(dict.fromkeys((*names.jurisdictions, *load_names().jurisdictions)))
    read = parse_baseline(node, names._replace(jurisdictions=places))
    there = {
        name: Source(value=tuple(place for place in record.value if place in names.jurisdictions), source=record.source)
        for name, record in read.levers.items()
        if names.levers[name].kind == "names" and isinstance(record.value, tuple)
    }
    return read.model_copy(update={"levers": {**read.levers, **there}})


@lru_cache(maxsize=1)
def shipped_baseline() -> Baseline:
    """Read the shipped baseline once."""
    return parse_baseline(read_file(shipped_folder() / BASELINE), load_names())


def parse_baseline(node: Node, names: Names) -> Baseline:
    """Read a baseline: every lever with a value and a source."""
    top = expect_map(node, "", BASELINE_KEYS)
    if "levers" not in top:
        raise node.error("levers", "is missing; a baseline names every lever with its value and source")
    levers = expect_map(top["levers"], "levers", None)
    for name in levers:
        named_lever(name, top["levers"], names.levers)
    missing = [name for name in LEVERS if name not in levers]
    if missing:
        raise top["levers"].error("levers", f"a baseline names every lever; missing: {listed(missing)}")
    records = {name: sourced_value(lever, levers.get(name), names) for name, lever in names.levers.items()}
    shares = [record.value for name, record in records.items() if name in EFFORT_SHARES]
    plain = [share for share in shares if isinstance(share, float)]
    if len(plain) == len(shares) and abs(sum(plain) - 1) > 1e-9:
        raise top["levers"].error("agencies", f"the six shares of effort must sum to 1, not {sum(plain):g}")
    return Baseline(
        title=text_field(top, "title", node),
        question=text_field(top, "question", node),
        path=node.file,
        levers=records,
        begins=first_month(top["begins"]) if "begins" in top else PRESENT,
    )


def sourced_value(lever: Lever, node: Node | None, names: Names) -> Source:
    """Read a baseline record `{value: ..., source: ...}`; a model's own lever brings its value along."""
    name = lever.name
    if node is None:
        assert isinstance(lever, OwnLever)
        return Source(value=lever.value, source=lever.source)
    record = expect_map(node, name, ("value", "source"))
    if "value" not in record or "source" not in record:
        raise node.error(name, "a baseline value needs its source: {value: ..., source: ...}")
    return Source(
        value=lever_value(lever, record["value"], names), source=text_field(record, "source", node)
    )
