"""The quality pack for whoever assures a study: made from code and data, in the spirit of the AQuA Book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from countermarket.analysis.evidenced import flags, of_the_model
from countermarket.brief.blocks import Block, Table
from countermarket.brief.facts import Facts
from countermarket.brief.sentences import limits_of
from countermarket.charts.words import DASH, capital, count, plain
from countermarket.parameters.load import Parameters, load_parameters

ROLES = ("Commissioner", "Analyst", "Analytical assurer (independent of the analyst)", "Approver")
ROUNDING = 1e-9
"""Share of a whole by which accounts may miss: rounding in sums."""
BOOKS = {
    "accounts": "Money paid equals money received, as a share of all",
    "goods": "Goods made equal goods delivered, lost and in store, as a share of all",
    "cost": "Cost spent equals cost embodied, lost and written off, as a share of all",
}


def quality(facts: Facts) -> list[Block]:
    """The pack of one study: use and limits, verification, validation, assumptions, data, decisions, sign-off."""
    manifest, parameters = facts.source.study.manifest, load_parameters()
    return [
        _use(facts),
        _verification(manifest, parameters),
        _validation(facts),
        _assumptions(parameters),
        _data(facts, parameters),
        _decisions(facts),
        _sign_off(manifest),
    ]


def _use(facts: Facts) -> Block:
    """What the study may be used for, and what not."""
    limits = limits_of(facts.world())
    said = (
        "For the economic case and for comparing policies under the same luck; more risk of use out of scope than most "
        "models, since many may use it: these limits go with every page made from it."
    )
    bullets = tuple(f"{name} {why}".replace("`", "") for name, why in limits)
    return Block("use", "Fit for what, and for what not", (said,), bullets)


def _verification(manifest: Mapping[str, Any], parameters: Parameters) -> Block:
    """Whether it was built as specified: the books, the failed runs, the code that ran."""
    books = manifest.get("invariants") or {}
    rows = tuple(
        (meaning, f"{books[name]:.1e}", "balanced" if abs(books[name]) < ROUNDING else "NOT balanced")
        for name, meaning in BOOKS.items()
        if name in books
    )
    failed = manifest.get("failed") or 0
    number = len(failed) if isinstance(failed, list) else int(failed)
    same = (manifest.get("hashes") or {}).get("parameters") == parameters.digest
    said = (
        f"{capital(count(number, 'run'))} failed.",
        _of_code(manifest),
        "The parameters below are those of the runs."
        if same
        else "CAUTION: the parameters below are the package's as it is now, and the study ran with others.",
    )
    heads = ("Check in every run", "Largest error", "Result")
    return Block("verification", "Verification: built as specified", said, tables=(Table("Books", heads, rows),))


def _of_code(manifest: Mapping[str, Any]) -> str:
    """Which code made the study."""
    changed = ", with changes that no commit holds" if manifest.get("dirty") else ""
    commit = str(manifest.get("commit") or "unknown")[:12]
    return f"Code {str(manifest.get('code', ''))[:12]}, commit {commit}{changed}; seed {manifest.get('seed')}."


def _validation(facts: Facts) -> Block:
    """Whether it is fit for the question: each mechanism beside natural experiments, those behind the policy marked."""
    behind = facts.row["evidence"]
    rows = tuple(
        (capital(name.replace("_", " ")), of.flag, f"{of.shown} of {of.rows}", "yes" if name in behind else "")
        for name, of in flags().items()
    )
    heads = ("Mechanism", "Answer", "Directions shown", f"Behind {facts.row['title']}")
    table = Table("Mechanisms beside natural experiments", heads, rows)
    return Block("validation", "Validation: fit for the question", (of_the_model(),), tables=(table,))


def _assumptions(parameters: Parameters) -> Block:
    """Every number that is assumed, in whole or in part."""
    rows = tuple(
        (name.replace("_", " "), _value(record.value), _range(record), record.source)
        for name, record in parameters.records.items()
        if "assumption" in record.source
    )
    said = f"{len(rows)} of {len(parameters.records)} numbers are assumptions in whole or in part; each has a range."
    table = Table("Assumptions log", ("Number", "Value", "Range", "What is assumed, and why"), rows)
    return Block("assumptions", "Assumptions", (said,), tables=(table,))


def _value(value: Any) -> str:
    """A number; of a map its extent."""
    if isinstance(value, Mapping):
        ends = sorted(_numbers(value))
        return f"{plain(ends[0])} to {plain(ends[-1])}" if ends else DASH
    return plain(float(value))


def _numbers(value: Mapping[str, Any]) -> Iterator[float]:
    for item in value.values():
        if isinstance(item, Mapping):
            yield from _numbers(item)
        else:
            yield float(item)


def _range(record: Any) -> str:
    """The range of a number, as factors where it is so given."""
    times = " times" if record.is_factor else ""
    return f"{plain(record.low)} to {plain(record.high)}{times}"


def _data(facts: Facts, parameters: Parameters) -> Block:
    """What the numbers come from: counts of sources, and the inputs of the appraisal by how sure they are."""
    sure: dict[str, int] = {}
    for one in facts.appraisal["inputs"]:
        sure[one["confidence"]] = sure.get(one["confidence"], 0) + 1
    world, hashes = facts.world(), facts.source.study.manifest.get("hashes") or {}
    words = {"H": "seen in a primary text", "M": "seen in a secondary text", "L": "recollected or assumed"}
    extent = f"{len(world['jurisdictions'])} places, {len(world['legs'])} legs"
    rows = (
        (f"World {world.get('title', world['name'])}", extent, str(hashes.get("world", ""))[:12]),
        ("Parameters", f"{len(parameters.records)} numbers", str(hashes.get("parameters", ""))[:12]),
        ("Baseline policy", "every lever with its source", str(hashes.get("baseline", ""))[:12]),
        *((f"Appraisal inputs, {words[name]}", str(sure[name]), "") for name in words if name in sure),
    )
    return Block("data", "Data", tables=(Table("Data log", ("Data", "Extent", "Digest"), rows),))


def _decisions(facts: Facts) -> Block:
    """Choices behind this study that another analyst might have made otherwise."""
    document, appraisal = facts.source.document, facts.appraisal
    first, last = document["window"]
    money = f"{appraisal['currency']} of {appraisal['base_year']} at {appraisal['discount_rate']:.1%}"
    bullets = (
        f"Ranked on {first} to {last}, for {document['ranked_for']}, by the cost to users.",
        f"{document['replicates']} pairs of each policy; parameters: {document['parameters']}.",
        f"Intervals: {document['interval']}; a finding needs a sign test at 5%, shared out over a page's questions.",
        f"Money: {money}. {appraisal['bounds']}",
        *document["warnings"],
    )
    return Block("decisions", "Decisions", bullets=bullets)


def _sign_off(manifest: Mapping[str, Any]) -> Block:
    """The sheet that people sign: the program signs nothing."""
    rows = tuple((role, "", "", "") for role in ROLES)
    day = str(manifest.get("started") or "an unknown day")[:10]
    said = f"Study of {day}. To be reviewed when model, data or question change."
    table = Table("To be signed by people", ("Role", "Name", "Date", "Conditions"), rows)
    return Block("sign-off", "Sign-off", (said,), tables=(table,))
