"""The command line: what it prints where, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clone import ROOT
from invented_study import Effect, write_study
from rich.console import Console
from small_model import small_runner
from typer.testing import CliRunner

from countermarket.analysis.comparison import compare_study
from countermarket.cli import comparison_view
from countermarket.cli.app import app
from countermarket.cli.console import (
    finite,
    grid,
    print_json,
    print_rows,
    progress_bar,
    say,
    say_here,
    screen,
    short_number,
)
from countermarket.cli.template import template
from countermarket.declared.levers import LEVERS
from countermarket.declared.shocks import SHOCKS
from countermarket.policy.baseline import load_baseline
from countermarket.policy.reading import load_scenario, parse_scenario
from countermarket.policy.schema import scenario_schema
from countermarket.world.names import load_names

COMMANDS = (
    *("run", "compare", "sweep", "calibrate", "brief", "check", "levers", "shocks", "measures", "parameters"),
    "new",
)
GOOD = "title: Mine\nchanges:\n  2027-01:\n    alliance.data_sharing_share: 0.6\n"
BAD = "title: Mine\nchanges:\n  2027-01:\n    alliance.data_sharing_shar: 0.6\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a made-up model of three markets instead of the real one; draw nothing."""
    monkeypatch.setattr("countermarket.runs.study.packaged_runner", small_runner)
    monkeypatch.setattr("countermarket.charts.draw_all", lambda folder: [])


def call(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


# --- lists and help ----------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    told = call("--help")
    assert told.exit_code == 0
    assert all(re.search(rf"^  {name} ", told.stdout, re.MULTILINE) for name in COMMANDS)
    assert all(call(name, "--help").exit_code == 0 for name in COMMANDS)


def test_the_version_is_told() -> None:
    told = call("--version")
    assert told.exit_code == 0
    assert re.fullmatch(r"countermarket \d+\.\d+\.\d+\n", told.stdout)


def test_help_cuts_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in call("--help").stdout.partition("Commands:")[2]


def test_help_is_quick() -> None:
    base = "import typer, pydantic, yaml"
    full = "import sys; sys.argv = ['countermarket', '--help']; from countermarket.cli.app import main; main()"
    assert min(cpu_seconds(full) for _ in range(3)) < 3 * min(cpu_seconds(base) for _ in range(3))


def cpu_seconds(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, countermarket.cli.app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not {"numpy", "pandas", "mesa", "numba", "matplotlib", "scipy", "pyarrow", "SALib", "sklearn"} & set(loaded)


def test_levers_are_listed_and_explained() -> None:
    assert all(name in call("levers").stdout for name in LEVERS)
    told = call("levers", "alliance.sanctions_per_year").stdout
    for words in (
        "0 to 500",
        "designations a year",
        "40",
        "Human Rights First",
        "sanctions.designate",
        "public cost",
    ):
        assert words in told
    assert call("levers", "channel").stdout.startswith("alliance.channel")
    unknown = call("levers", "chanel")
    assert unknown.exit_code == 2
    assert "Did you mean alliance.channel?" in unknown.stderr


def test_shocks_measures_and_parameters_are_listed() -> None:
    assert all(name in call("shocks").stdout for name in SHOCKS)
    assert "share of violence that stops" in call("shocks", "truce").stdout
    assert "months of output" in call("shocks", "source_supply").stdout
    assert call("shocks", "nonsense").exit_code == 2
    assert "units_delivered" in call("measures").stdout
    assert "loss_ceiling" in call("parameters").stdout
    assert "source" in call("parameters", "loss_ceiling").stdout
    assert call("parameters", "nonsense").exit_code == 2


# --- check and new -----------------------------------------------------------------------------------------


def test_check_says_what_is_well_and_what_is_not() -> None:
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    assert call("check", "good.yaml", "alliance", "baseline").exit_code == 0
    past = call("check", "historical", "encrochat_2020").stdout
    assert "historical: ok, Historical: a baseline from 2013-01, moved by sourced series" in past
    assert "encrochat_2020: ok, EncroChat, 2020: 0 changes, 1 shock" in past
    told = call("check", "good.yaml", "bad.yaml", "nowhere.yaml")
    assert told.exit_code == 2
    assert "good.yaml: ok, Mine: 1 change, 0 shocks" in told.stdout
    assert (
        "error: bad.yaml:4: alliance.data_sharing_shar: there is no such lever. Did you mean" in told.stderr
    )
    assert "error: nowhere.yaml: no such file" in told.stderr
    assert call("check").exit_code == 2


@pytest.mark.parametrize("width", ["80", "120"])
def test_check_says_what_a_scenario_does(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", width)
    changes = "    agencies.finance_share: {GBR: 0.3}\n    alliance.channel: federated\n"
    text = f"title: Mine\nchanges:\n  2027-01:\n{changes}"
    Path("mine.yaml").write_text(text, encoding="utf-8")
    told = " ".join(call("check", "mine.yaml").stdout.split())
    for words in ("agencies.finance_share", "0.09", "0.3", "mutual_legal_assistance", "members (5)", "all others"):
        assert words in told
    assert "members at first: GBR, USA, CAN, AUS, NZL" in told
    assert "0.308" in told  # what is left of investigation's 0.4


def test_check_reads_worlds_too() -> None:
    from countermarket.world.load import PACKAGED

    assert "53 jurisdictions" in call("check", str(PACKAGED)).stdout
    Path("legs.csv").write_text("leg\nL1\n", encoding="utf-8")
    assert call("check", "legs.csv").exit_code == 2


def test_the_schema_is_json() -> None:
    schema = json.loads(call("check", "--schema").stdout)
    block = next(iter(schema["properties"]["changes"]["patternProperties"].values()))
    assert set(block["properties"]) == set(LEVERS)
    assert len(schema["properties"]["shocks"]["items"]["oneOf"]) == len(SHOCKS)


def test_the_schema_admits_every_shipped_value() -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator(scenario_schema())
    import yaml

    for name in ("alliance", "trust_shock", "national_reforms"):
        with Path(load_scenario(name).path).open(encoding="utf-8") as stream:
            validator.validate(yaml.safe_load(stream))


def test_new_writes_a_scenario_that_loads_and_never_overwrites() -> None:
    told = call("new", "mine")
    assert told.exit_code == 0
    assert load_scenario("mine.yaml").title == "Mine"
    Path("mine.yaml").write_text("precious", encoding="utf-8")
    assert call("new", "mine.yaml").exit_code == 2
    assert Path("mine.yaml").read_text(encoding="utf-8") == "precious"
    for bad in ("baseline", "a b", "../", "nowhere/mine", "x" * 300):
        assert call("new", bad).exit_code == 2, bad


def test_every_comment_of_the_template_is_valid_when_uncommented() -> None:
    text = template("mine", load_baseline())
    lines = []
    for line in text.splitlines():
        lever = re.match(r"    # ((agencies|alliance)\..*)", line)
        shock = re.match(r"# (shocks:|  - .*)", line)
        lines.append(f"    {lever[1]}" if lever else shock[1] if shock else line)
    whole = "\n".join(line for line in lines if "{value: 0.5, ramp_months: 12}" not in line)
    scenario = parse_scenario(whole.encode(), "mine.yaml", load_names(), load_baseline())
    assert {change.lever for change in scenario.changes} == set(LEVERS)
    assert all(change.value == scenario.policy[change.lever] for change in scenario.changes)
    assert {shock.kind for shock in scenario.shocks} == set(SHOCKS)


# --- run and compare ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small")
def test_run_ends_with_a_table_and_says_where_it_wrote() -> None:
    Path("mine.yaml").write_text(GOOD, encoding="utf-8")
    told = call("run", "mine.yaml", "--replicates", "2", "--months", "60", "--workers", "1", "--out", "here")
    assert told.exit_code == 0, told.stderr
    assert "study: here" in told.stderr
    assert "baseline: " in told.stderr
    assert "cost index" in told.stdout
    assert "mine" in told.stdout
    assert Path("here/manifest.json").exists()
    again = call("compare", "--from", "here")
    shown, _, as_run = again.stdout.partition("As run: mine")
    assert shown.strip() == told.stdout.strip()
    assert "alliance.data_sharing_share" in as_run


@pytest.mark.usefixtures("small")
def test_json_is_one_document_on_standard_output() -> None:
    Path("mine.yaml").write_text(GOOD, encoding="utf-8")
    words = ("mine.yaml", "baseline", "--replicates", "2", "--months", "60", "--workers", "1", "--json")
    told = call("compare", *words)
    document = json.loads(told.stdout)
    assert [row["scenario"] for row in document["ranking"]] == ["mine"]
    assert "NaN" not in told.stdout
    assert {"schema", "seed", "replicates", "months", "window", "failed", "warnings", "provenance"} < set(
        document
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "nowhere"),
        ("run", "bad.yaml", "good.yaml"),
        ("run", "good.yaml", "--replicates", "0"),
        ("run", "good.yaml", "--seed", "-1"),
        ("run", "good.yaml", "--months", "12"),
        ("run", "good.yaml", "--baseline", "nowhere.yaml"),
        ("run", "good.yaml", "--out", "full"),
        ("run", "good.yaml", "--nonsense"),
        ("compare",),
        ("compare", "good.yaml", "--from", "here"),
        ("compare", "--from", "nowhere"),
        ("compare", "--from", "full"),
        ("brief", "nowhere"),
        ("sweep", "nowhere.yaml"),
        ("sweep", "good.yaml", "--shard", "3/2"),
        ("nonsense",),
    ],
)
def test_wrong_input_ends_with_code_2_and_writes_nothing(words: tuple[str, ...]) -> None:
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    Path("full").mkdir()
    Path("full/letter.txt").write_text("mine", encoding="utf-8")
    told = call(*words)
    assert told.exit_code == 2, (told.stdout, told.stderr, told.exception)
    assert "Traceback" not in told.stderr
    assert told.stderr.strip()
    assert sorted(path.name for path in Path().rglob("*")) == ["bad.yaml", "full", "good.yaml", "letter.txt"]


@pytest.mark.usefixtures("small")
def test_markup_in_user_text_is_printed_as_it_is() -> None:
    Path("a[red]b.yaml").write_text(GOOD.replace("Mine", "'[bold]loud[/bold] :fire:'"), encoding="utf-8")
    told = call(
        "run", "a[red]b.yaml", "--replicates", "2", "--months", "60", "--workers", "1", "--out", "here"
    )
    assert "a[red]b" in told.stdout
    assert "[bold]loud[/bold] :fire:" in told.stdout
    assert "a[red]c.yaml" in call("run", "a[red]c.yaml").stderr


ESCAPE = "\x1b[31m\x9b2J\u202e"


@pytest.mark.parametrize("words", [("new", "mine"), ("new-world", "mine"), ("new-world", "mine", "--full")])
def test_a_full_disk_leaves_no_half_of_a_file(words: tuple[str, ...]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        told = call(*words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert told.exit_code == 2
    assert re.fullmatch(r"error: mine(\.yaml)?: cannot be written: File too large\n", told.stderr)
    assert list(Path().iterdir()) == []


def test_no_text_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"warning: {ESCAPE}one")
    say_here(f"{ESCAPE}two")
    screen().print(f"{ESCAPE}three")
    screen().print(grid(f"{ESCAPE}four", [(f"{ESCAPE}five", "left")], [[f"{ESCAPE}six"]]))
    print_json({f"{ESCAPE}seven": ESCAPE})
    told = capsys.readouterr()
    printed = told.out + told.err
    assert all(word in printed for word in ("one", "two", "three", "four", "five", "six", "seven"))
    assert all(letter.isprintable() or letter == "\n" for letter in printed)
    assert json.loads(printed[printed.index("{") :].partition("}")[0] + "}") == {f"{ESCAPE}seven": ESCAPE}


def test_a_file_name_of_escapes_is_refused_and_shown_without_them() -> None:
    Path("a\x1b[31mb.yaml").write_text(GOOD, encoding="utf-8")
    told = call("run", "a\x1b[31mb.yaml")
    assert told.exit_code == 2
    assert "its name holds control characters; rename the file" in told.stderr
    assert "\x1b" not in told.stderr


def test_names_of_a_study_are_shown_without_escapes() -> None:
    write_study(Path("here"), {"a": Effect(f"A {ESCAPE}", cost=0.01)}, replicates=3)
    told = call("compare", "--from", "here")
    assert told.exit_code == 0
    assert "\x1b" not in told.stdout
    assert "\x9b" not in told.stdout


def test_an_interruption_ends_with_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("countermarket.experiment.run", interrupt)
    Path("mine.yaml").write_text(GOOD, encoding="utf-8")
    told = call("run", "mine.yaml")
    assert told.exit_code == 130
    assert "interrupted" in told.stderr


def test_failed_runs_end_with_code_1() -> None:
    write_study(Path("here"), {"mine": Effect("Mine", cost=0.1)}, replicates=3, failed=1)
    told = call("compare", "--from", "here")
    assert told.exit_code == 1
    assert "failed: " in told.stderr
    assert "cost index" in told.stdout


# --- tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("count", [1, 3, 12])
def test_tables_fit_the_screen_and_cut_nothing(
    width: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"a_rather_long_name_{number}" for number in range(count)]
    write_study(
        Path("here"), {name: Effect(name, cost=0.01 * k) for k, name in enumerate(names)}, replicates=3
    )
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    comparison_view.print_comparison(console, compare_study(Path("here")))
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= width
    assert "…" not in printed
    assert all(name in printed for name in names)
    assert "USD 1,000 taken" in printed
    assert {f"#{rank}" for rank in range(1, count + 1)} <= set(printed.split())


def test_landed_stands_beside_delivered_wherever_a_cost_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    effects = {"mine": Effect("Mine", cost=0.2), "other": Effect("Other", cost=0.1)}
    document = compare_study(write_study(Path("here"), effects, replicates=8), other="other")
    best = document["ranking"][0]
    assert best["index_landed"]["low"] > best["index"]["high"] > 100.0, "the invented landed cost rises twice as far"
    comparison_view.print_comparison(Console(width=80, markup=False, emoji=False, highlight=False), document)
    tables = [table for table in capsys.readouterr().out.split("\n\n") if "cost" in table.lower() or "index" in table]
    printed = "\n".join(tables)
    for index in ("index_landed", "index"):
        assert f"{best[index]['mean']:.1f} [{best[index]['low']:.1f}, {best[index]['high']:.1f}]" in printed
    for year in best["index_landed_by_year"].values():
        assert f"{year['mean']:.1f}" in printed
    assert printed.count("\n   landed") == len(best["landed_usd"]) + len(best["index_by_year"]) + 1
    assert document["against"]["landed"]["mine"]["mean"] > document["against"]["index"]["mine"]["mean"] > 0.0


def test_answers_by_place_break_no_word_at_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"a_rather_long_name_{number}" for number in range(12)]
    write_study(Path("here"), {name: Effect(name, cost=0.2, units=-0.2) for name in names}, replicates=20)
    console = Console(width=80, markup=False, emoji=False, highlight=False)
    comparison_view.print_elsewhere(console, compare_study(Path("here"))["ranking"], "all")
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "throughput" in printed
    assert "rest of the world" in printed


@pytest.mark.parametrize("width", ["80", "140"])
def test_countries_are_told_on_request(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", width)
    write_study(Path("here"), {"mine": Effect("Mine", cost=0.2, units=-0.3, outside=0.1)}, replicates=20)
    plain, asked = call("compare", "--from", "here"), call("compare", "--from", "here", "--by-country")
    assert "who gains" not in plain.stdout
    assert "#1 mine: who gains and who loses, delivered and landed" in asked.stdout
    assert "where it goes instead" in asked.stdout
    assert all(re.search(rf"^ {place} ", asked.stdout, re.MULTILINE) for place in ("GBR", "COL", "all"))
    assert max(map(len, asked.stdout.splitlines())) <= int(width)
    document = json.loads(call("compare", "--from", "here", "--by-country", "--json").stdout)
    assert document["by_country"]["mine"]["GBR"]["all"]["cost_index"]["mean"] > 110.0
    assert "by_country" not in json.loads(call("compare", "--from", "here", "--json").stdout)


def test_a_table_that_has_no_room_becomes_paragraphs_of_whole_words(capsys: pytest.CaptureFixture[str]) -> None:
    long = ["a_name_that_is_much_too_long_for_a_column", "mutual_legal_assistance", "another_name_as_long_as_the_first"]
    console = Console(width=80, markup=False, emoji=False, highlight=False)
    print_rows(console, "Title", [("one", "left"), ("two", "left"), ("three", "left")], [long])
    printed = capsys.readouterr().out
    assert all(word in printed for word in long)
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (51_234, "51.2k"),
        (1_234.5, "1,234"),
        (9_999.6, "10k"),
        (0.01234, "0.0123"),
        (2.5e9, "2.5bn"),
        (999_900, "1M"),
        (-31_000.0, "-31k"),
        (0.0, "0"),
        (float("nan"), "-"),
        (None, "-"),
    ],
)
def test_short_numbers(value: float | None, text: str) -> None:
    assert short_number(value) == text


def test_output_that_cannot_show_a_letter_still_prints() -> None:
    Path("träume.yaml").write_text(BAD, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "countermarket", "check", "träume.yaml"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 2
    assert told.stderr.startswith("error: tr?ume.yaml:4")


def test_a_terminal_gets_whole_words_and_whole_paths(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = "baseline: /a/path/that/is/longer/than/any/line/of/forty/letters.yaml and words that may be parted"
    say(told)
    assert capsys.readouterr().err == told + "\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    say(told)
    lines = capsys.readouterr().err.splitlines()
    assert " ".join(lines).split() == told.split()
    assert len(lines) == 3


def test_what_is_told_of_no_number_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("running") as progress:
        progress(0, 0, "compiling")
        progress(1, 2, "alliance")
    assert capsys.readouterr().err == "compiling\n"


def test_json_has_no_nan() -> None:
    import numpy as np

    document = {"a": float("nan"), "b": [np.float64("inf"), np.int64(3)], "c": (1.5, "x", None, True)}
    assert finite(document) == {"a": None, "b": [None, 3], "c": [1.5, "x", None, True]}


def test_the_module_runs_from_any_folder(tmp_path: Path) -> None:
    source = ROOT / "src"
    paths = os.pathsep.join(filter(None, (str(source), os.environ.get("PYTHONPATH"))))
    told = subprocess.run(
        [sys.executable, "-m", "countermarket", "check", "alliance"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "alliance: ok, Full alliance" in told.stdout
