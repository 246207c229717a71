"""Write the generated parts of these pages (`python docs/tables.py`), or `--check` that they are current.

A generated part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; its text comes from the
declarations in the package, so that no fact stands in two places. The ranking in the README comes from a
study: `python docs/tables.py --ranking results/FOLDER`; the results of the validation from its folder:
`python docs/tables.py --validation results/validation`; those of ablations and
of the club from theirs: `--ablations results/ablations`, `--club results/club`.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from countermarket.cli.listings import brief_value, lever_facts, shock_facts, spoken_range, spoken_value
from countermarket.declared.lever import Lever
from countermarket.declared.levers import LEVERS
from countermarket.declared.measures import MEASURES
from countermarket.declared.parameters import PARAMETERS
from countermarket.declared.quantity import Quantity
from countermarket.declared.shocks import SHOCKS
from countermarket.parameters import load
from countermarket.policy import shipped
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import load_scenario

HERE = Path(__file__).resolve().parent
MARKED = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    escaped = [[cell.strip().replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in escaped)


def commands() -> str:
    """Every command with its options, as its help says."""
    from countermarket.cli.app import app

    return "\n\n".join(_command(registered.callback) for registered in app.registered_commands)


def _command(callback: Any) -> str:
    hints = get_type_hints(callback, include_extras=True)
    options, words = [], [callback.__name__.replace("_", "-")]
    for parameter in inspect.signature(callback).parameters.values():
        kind, info = get_args(hints[parameter.name])
        if type(info).__name__ == "ArgumentInfo":
            words.append(_argument(parameter, kind, info))
        else:
            options.append(_option(parameter, kind, info))
    title = f"### `countermarket {' '.join(words)}`\n\n{inspect.getdoc(callback)}"
    return f"{title}\n\n{table(['Option', 'Meaning', 'Default'], options)}" if options else title


def _argument(parameter: inspect.Parameter, kind: Any, info: Any) -> str:
    word = info.metavar or parameter.name.upper()
    word += "..." if "list" in str(kind) else ""
    return word if parameter.default is inspect.Parameter.empty else f"[{word}]"


def _option(parameter: inspect.Parameter, kind: Any, info: Any) -> list[str]:
    written = (info.default, *(info.param_decls or ()))
    flag = next((word for word in written if str(word).startswith("--")), f"--{parameter.name}")
    if kind is bool:
        return [f"`{flag}`", info.help, ""]
    word = info.metavar or ("N" if "int" in str(kind) else "PATH")
    return [f"`{flag} {word}`", info.help, "" if parameter.default is None else str(parameter.default)]


def levers() -> str:
    """Every lever by institution: what it means, what may be written, its value today and who says so."""
    baseline = load_baseline()
    parts = []
    for institution in dict.fromkeys(lever.institution for lever in LEVERS.values()):
        own = [lever for lever in LEVERS.values() if lever.institution == institution]
        rows = [_lever_row(lever, lever_facts(lever, baseline)) for lever in own]
        headings = [
            "Lever",
            "Meaning",
            "Allowed",
            "Baseline",
            "Source",
            "Public cost; private cost",
            "Read by",
        ]
        parts.append(f"### `{institution}`\n\n{table(headings, rows)}")
    return "\n\n".join(parts)


def _lever_row(lever: Lever, facts: dict[str, str]) -> list[str]:
    costs = "; ".join(filter(None, (facts["public cost"], facts["private cost"])))
    columns = [facts[name] for name in ("meaning", "allowed", "baseline", "source")]
    return [f"`{lever.name}`", *columns, costs, f"`{lever.read_by}`"]


def shocks() -> str:
    """Every shock: what it means, what its size is, what may be written."""
    rows = []
    for name, kind in SHOCKS.items():
        facts = shock_facts(kind)
        needs = f"; needs {facts['needs']}" if facts["needs"] else ""
        fields = facts["fields"] + needs
        rows.append(
            [f"`{name}`", facts["meaning"], facts["size"], fields, facts["acts on"], facts["further numbers"]]
        )
    return table(["Shock", "Meaning", "Size", "Fields", "Acts on", "Further numbers"], rows)


def measures() -> str:
    """Every measure with its unit."""
    return table(["Measure", "Unit", "Meaning"], [[f"`{m.name}`", m.unit, m.meaning] for m in MEASURES])


def parameter_tables() -> str:
    """Every parameter by the part of the world it describes: unit, value, range, source."""
    records = load.load_parameters().records
    part_of = dict(_parts_of_parameters())
    declared = {quantity.name: quantity for quantity in PARAMETERS}
    parts = []
    for part in dict.fromkeys(part_of.values()):
        rows = []
        for name in (name for name in part_of if part_of[name] == part):
            quantity, record = declared[name], records[name]
            by = f" (by {', '.join(quantity.by)})" if quantity.by else ""
            facts = [quantity.unit, _value(quantity, record.value), spoken_range(record), record.source]
            rows.append([f"`{name}`", quantity.meaning + by, *facts])
        headings = ["Parameter", "Meaning", "Unit", "Value", "Range", "Source"]
        parts.append(f"### {part}\n\n{table(headings, rows)}")
    return "\n\n".join(parts)


def _value(quantity: Quantity, value: Any) -> str:
    """A number or a map in full; only the extent of a map with two dimensions."""
    if isinstance(value, dict):
        return brief_value(value) if len(quantity.by) > 1 else spoken_value(value)
    return f"{value:,.10g}"


def _parts_of_parameters() -> Iterator[tuple[str, str]]:
    """Each parameter with the heading it stands under in parameters.yaml."""
    part = ""
    for line in load.FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            part = line.removeprefix("# ")
        elif re.match(r"\w+:", line):
            yield line.partition(":")[0], part


def month() -> str:
    """The mechanisms of a month in order, under the comments that divide them in month.py."""
    from countermarket.model import month as contents

    mechanisms = {f"{m.__module__.rpartition('.')[2]}.{m.__name__}": m for m in contents.MONTH}
    source = inspect.getsource(contents).partition("MONTH = (")[2].partition("\n)")[0]
    lines, number = [], 0
    for line in (text.strip().rstrip(",") for text in source.splitlines()):
        name = line if "." in line else f"month.{line}"
        if line.startswith("#"):
            lines.append(f"\n*{line.removeprefix('# ')}*\n")
        elif line:
            number += 1
            lines.append(f"{number}. `{name}`: {first_sentence(mechanisms[name])}")
    return "\n".join(lines).strip()


def first_sentence(mechanism: Any) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(mechanism) or "").partition("\n")[0]


def state() -> str:
    """Every state variable, as the files of model/state declare it, with what its comment says."""
    from countermarket.model.state import crime, law, society, tables, trade

    source = "\n".join(inspect.getsource(declared) for declared in (crime, society, law, trade, tables))
    parts, meanings = [], {"active": "whether the slot is in use"}
    for name, body in re.findall(r"^class (\w+)\(Row\):\n(.*?)(?=^\S)", source, re.DOTALL | re.MULTILINE):
        fields = re.findall(r"^    (\w+): \w+(?:  # (.*))?$", body, re.MULTILINE)
        meanings |= {field: comment for field, comment in fields if comment}
        rows = [[f"`{field}`", comment or meanings.get(field, field)] for field, comment in fields]
        parts.append(f"### {name}\n\n{table(['Variable', 'Meaning and unit'], rows)}")
    return "\n\n".join(parts)


def scenarios() -> str:
    """The shipped scenarios and the question each asks."""
    rows = []
    for name in shipped.shipped_names():
        scenario = load_scenario(name)
        rows.append([f"`{name}`", scenario.title, scenario.question])
    return table(["Scenario", "Title", "Question"], rows)


def experiments() -> str:
    """Every row of evidence: what was registered before the first run, or why it is out of scope."""
    from countermarket.evidence.validation import experiments as registered

    rows, outside = [], []
    for one in registered.experiments():
        if not one.in_scope:
            outside.append([one.evidence, f"`{one.id}`", one.note + _anew(one), one.source])
            continue
        measured = f"{one.measure} {one.where}, {one.first}-{one.last}"
        figures = "" if one.low is None else f"{one.low:g} to {one.high:g}"
        sign = {1: "rise", -1: "fall", 0: "none"}[one.sign]
        note = f"{one.source} ({one.confidence}). {one.note}{_anew(one)}"
        moves = f"must move {one.moves}" if one.moves else ""
        tests = f"`{one.mechanism}`"
        blind = "" if one.blind == "yes" else ", not blind"
        kind, scenario, ends = f"{one.kind}{blind}", f"`{one.scenario}`", f"{figures} {moves}".strip()
        rows.append([one.evidence, f"`{one.id}`", kind, scenario, tests, measured, sign, ends, note])
    headings = ["Row", "Experiment", "Class", "Scenario", "Tests", "Measure, months after the shock", "Effect", "%"]
    headings.append("Source")
    reasons = table(["Row", "Evidence", "Reason", "Source"], outside)
    return f"{table(headings, rows)}\n\nOut of scope:\n\n{reasons}"


def _anew(one: Any) -> str:
    """When and why a row was registered anew."""
    return f". *Registered anew {one.registered}: {one.reason}*" if one.registered else ""


def mechanisms() -> str:
    """The mechanisms that evidence can speak to: what each says, where the month works it, which rows test it."""
    from countermarket.declared.mechanisms import MECHANISMS
    from countermarket.evidence.validation import experiments as registered

    tested: dict[str, list[str]] = {}
    for one in registered.chosen(()):
        tested.setdefault(one.mechanism, []).append(f"`{one.id}`")
    rows = [
        [f"`{one.name}`", one.meaning, ", ".join(f"`{step}`" for step in one.steps), ", ".join(tested.get(name, []))]
        for name, one in MECHANISMS.items()
    ]
    return table(["Mechanism", "What it says", "Steps of the month", "Tested by"], rows)


def appraisal_inputs() -> str:
    """Every number of an appraisal that no run makes: value, range, prices, how sure, source."""
    from countermarket.analysis.appraisal.inputs import inputs

    rows = []
    for one in inputs().values():
        ends = "" if one.low is None or one.high is None else f"{one.low:,.10g} to {one.high:,.10g}"
        prices = f"{one.currency} {one.price_year or ''}".strip()
        rows.append([f"`{one.name}`", one.meaning, f"{one.value:,.10g}", ends, one.unit, prices, one.source])
    return table(["Input", "Meaning", "Value", "Range", "Unit", "Prices", "Source"], rows)


def switches() -> str:
    """What takes each change to the structure away, and which none does."""
    from countermarket.evidence.ablations.page import fixed_table, switches_table
    from countermarket.evidence.ablations.switches import load_changes

    changes = load_changes()
    return f"{switches_table(changes)}\n\nNo parameter value takes these away:\n\n{fixed_table(changes)}"


PARTS = {
    "appraisal_inputs": appraisal_inputs,
    "commands": commands, "experiments": experiments, "levers": levers, "shocks": shocks, "measures": measures,
    "mechanisms": mechanisms, "month": month, "parameters": parameter_tables, "scenarios": scenarios, "state": state,
    "switches": switches,
}  # fmt: skip


def renewed(text: str) -> str:
    """A page with its generated parts written afresh."""
    return MARKED.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def pages() -> list[Path]:
    """The pages that may hold generated parts."""
    return [*sorted(HERE.glob("*.md")), HERE.parent / "README.md"]


def ranking(folder: Path) -> str:
    """The ranking of a saved study, and what it was made of."""
    from countermarket.analysis.comparison import compare_study
    from countermarket.cli.comparison_view import change_text, from_to, ranking_row

    document = compare_study(folder)
    beside = {"units_delivered": "Units delivered", "violence": "Violence", "harm": "Harm"}
    rows = [
        [
            str(row["rank"]), row["title"], from_to(row["index"]), from_to(row["index_landed"]),
            ranking_row(row)["better than\nbaseline"],
            *(change_text(row["beside"][name], True) for name in beside),
        ]
        for row in document["ranking"]
    ]  # fmt: skip
    headings = [
        "#",
        "Scenario",
        "Cost index, delivered",
        "Landed",
        "Better than baseline",
        *(f"{word}, %" for word in beside.values()),
    ]
    made_of = f"{document['replicates']} paired replicates, seed {document['seed']}, "
    made_of += f"{document['window'][0]} to {document['window'][1]}."
    made_of += " A star: the interval excludes no change, and the pairs carry it."
    return f"{table(headings, rows)}\n\n{made_of}"


def write_ranking(folder: Path) -> None:
    """Put a study's ranking into the README."""
    page = HERE.parent / "README.md"
    first, last = "<!-- ranked table -->\n", "<!-- end of ranked table -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(first)
    page.write_text(
        before + first + ranking(folder) + "\n" + last + rest.partition(last)[2], encoding="utf-8"
    )
    print("wrote README.md")


def validated(folder: Path) -> str:
    """The results of a validation, a row for each experiment, and how many are right."""
    import csv
    import json

    with (folder / "validation.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    told = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    rows = [
        [
            f"`{one['id']}`", f"{one['measure']} {one['where']}, {one['first_month']}-{one['last_month']}",
            _evidence(one), _model(one),
            one["model_error"], one["profile"].removeprefix("'").replace("|", "/"),
            _verdict(one), one["within_factor_two"],
        ]
        for one in found
    ]  # fmt: skip
    headings = ["Experiment", "Measure, months", "Evidence, %", "Model, % [80%]", "S.e.", "Time profile, %"]
    headings += ["Direction", "x2"]
    made_of = f"{told['paired_runs']} paired runs, seed {told['seed']}, {told['minutes']:g} minutes, "
    made_of += f"code {told['code']}. "
    made_of += f"{told['summary']}. "
    profile = "Time profile: mean effect in months 1-3, 4-6, 7-12 and in the years that follow."
    return f"{table(headings, rows)}\n\n{made_of}{profile}"


def _verdict(one: dict[str, str]) -> str:
    """The verdict, and what the treatment of a finding of no effect moves."""
    word = {"weak": "not shown"}.get(one["verdict"], one["verdict"])
    return f"{word} (moves {one['moves']}: {float(one['moved']):+.1f})" if one["moved"] else word


def _evidence(one: dict[str, str]) -> str:
    """What was found, in per cent, or in words where there is no figure."""
    if not one["low"]:
        return {"1": "rise", "-1": "fall"}[one["sign"]]
    ends = f"{one['low']} to {one['high']}" if one["low"] != one["high"] else one["low"]
    return f"none, {ends}" if one["sign"] == "0" else ends


def _model(one: dict[str, str]) -> str:
    """Mean and interval in per cent."""
    if not one["model"]:
        return "undefined"
    mean, low, high = (f"{float(one[side]):+.1f}" for side in ("model", "model_low", "model_high"))
    return f"{mean} [{low}, {high}]"


def write_validated(folder: Path) -> None:
    """Put a validation's results into its page."""
    page = HERE / "validation.md"
    first, last = "<!-- validated table -->\n", "<!-- end of validated table -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(first)
    page.write_text(before + first + validated(folder) + "\n" + last + rest.partition(last)[2], encoding="utf-8")
    print("wrote validation.md")


def ablated(folder: Path) -> str:
    """What ablations found, and how they were made."""
    import json

    from countermarket.evidence.ablations import page, rows
    from countermarket.evidence.ablations.switches import load_changes

    how = json.loads((folder / rows.HOW).read_text(encoding="utf-8"))
    told, changes = rows.read(folder), load_changes()
    done, able = {row.change for row in told} - {""}, [one for one in changes if one.off]
    made_of = f"{len(done)} of {len(able)} switches tried, {how['pairs']} pairs, {how['parameters']}, "
    made_of += f"seed {how['seed']}, code {how['code']}, {how['minutes']:g} minutes."
    return f"{page.results(told, changes)}\n\n{made_of}"


def write_ablated(folder: Path) -> None:
    """Put the results of ablations into their page."""
    page = HERE / "ablations.md"
    first, last = "<!-- ablations table -->\n", "<!-- end of ablations table -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(first)
    page.write_text(before + first + ablated(folder) + "\n" + last + rest.partition(last)[2], encoding="utf-8")
    print("wrote ablations.md")


def write_club(folder: Path) -> None:
    """Put the results of the club into their page."""
    import json

    from countermarket.evidence.club import page as club

    how = json.loads((folder / "club.json").read_text(encoding="utf-8"))
    text = f"{club.results(club.read(folder / 'club.csv'))}\n\n{how['pairs']} pairs, seed {how['seed']}, "
    text += f"{'a draw of the calibrated ensemble each' if how['drawn'] else 'central values'}, code {how['code']}."
    page = HERE / "club.md"
    first, last = "<!-- club table -->\n", "<!-- end of club table -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(first)
    page.write_text(before + first + text + "\n" + last + rest.partition(last)[2], encoding="utf-8")
    print("wrote club.md")


FROM_FOLDERS = {
    "--validation": write_validated, "--ranking": write_ranking, "--ablations": write_ablated, "--club": write_club,
}  # fmt: skip


def main(words: Sequence[str]) -> int:
    """Renew the pages, or say which are out of date."""
    if words and words[0] in FROM_FOLDERS:
        FROM_FOLDERS[words[0]](Path(words[1]))
        return 0
    written = {page: page.read_text(encoding="utf-8") for page in pages()}
    stale = {page: text for page, old in written.items() if (text := renewed(old)) != old}
    for page, text in stale.items():
        if "--check" in words:
            print(f"out of date: {page.name}; run `python docs/tables.py`")
        else:
            page.write_text(text, encoding="utf-8")
            print(f"wrote {page.name}")
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
