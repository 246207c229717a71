"""Sweeps: files are checked, points are paired with the baseline of their draw, nothing is run twice."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_model import simulate, small_runner

from countermarket.cli.checks import check_file
from countermarket.cli.setting import Setting
from countermarket.evaluate import evaluate
from countermarket.parameters.load import ParameterError
from countermarket.policy.reading import load_scenario
from countermarket.reading.errors import InputError
from countermarket.results import folders, studies
from countermarket.sweeps import design as designs
from countermarket.sweeps import draws, file, sweep
from countermarket.sweeps.file import axes_of, read_design
from countermarket.sweeps.point import with_written
from countermarket.world.names import load_names

PLAIN = """\
title: How much sharing?
factors:
  - {lever: alliance.data_sharing_share, low: 0.5, high: 1.0}
design: {kind: grid, levels: 3}
replicates: 2
months: 24
central: true
"""
MIXED = """\
title: Sharing in dear and cheap worlds
factors:
  - {lever: alliance.data_sharing_share, low: 0.5, high: 1.0}
  - {parameter: capital_rate, low: 0.01, high: 0.02}
design: {kind: latin_hypercube, samples: 5, seed: 3}
months: 24
"""


def written(folder: Path, text: str, name: str = "question.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def table_of(folder: Path) -> dict[str, list[Any]]:
    import pyarrow.parquet as pq

    found: dict[str, list[Any]] = pq.read_table(folder / "sweep.parquet").to_pydict()
    return found


# --- designs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "rows"),
    [
        (draws.Plan("latin_hypercube", 7, 0, 0), 7),
        (draws.Plan("sobol", 8, 0, 0), 32),
        (draws.Plan("morris", 5, 4, 0), 15),
        (draws.Plan("grid", 0, 4, 0), 16),
    ],
)
def test_designs_fill_their_bounds_and_seed_zero_is_a_seed(plan: draws.Plan, rows: int) -> None:
    problem = draws.problem(["a", "b"], [0.0, 10.0], [1.0, 20.0])
    values = draws.drawn(plan, problem)
    assert values.shape == (rows, 2)
    assert draws.rows(plan, 2) == rows
    assert (values >= [0.0, 10.0]).all()
    assert (values <= [1.0, 20.0]).all()
    np.testing.assert_array_equal(values, draws.drawn(plan, problem))
    if plan.kind != "grid":
        assert not np.array_equal(values, draws.drawn(plan._replace(seed=1), problem))


def test_a_hypercube_has_one_point_in_each_slice() -> None:
    values = draws.drawn(draws.Plan("latin_hypercube", 10, 0, 0), draws.problem(["a", "b"], [0, 0], [1, 1]))
    assert all(sorted((column * 10).astype(int)) == list(range(10)) for column in values.T)


def test_a_grid_changes_its_last_factor_fastest() -> None:
    values = draws.drawn(draws.Plan("grid", 0, 2, 0), draws.problem(["a", "b"], [0, 0], [1, 1]))
    assert values.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


# --- files ------------------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, MIXED))
    assert [factor.name for factor in design.factors] == ["alliance.data_sharing_share", "capital_rate"]
    assert (design.replicates, design.months, design.seed) == (1, 24, 0)
    assert design.values.shape == (5, 2)
    assert design.scenario.name == "baseline"
    assert design.problem["bounds"] == [[0.5, 1.0], [0.01, 0.02]]


def test_a_parameter_brings_its_own_range(tmp_path: Path) -> None:
    from countermarket.parameters.load import load_parameters

    text = "title: t\nfactors: [{parameter: capital_rate}]\ndesign: {kind: grid, levels: 2}\n"
    factor = read_design(written(tmp_path, text)).factors[0]
    own = load_parameters().records["capital_rate"]
    assert (factor.low, factor.high) == (own.low, own.high)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("title: How much sharing?\n", ""), None, "title: is missing"),
        (
            ("alliance.data_sharing_share", "alliance.data_sharing_shar"),
            3,
            "Did you mean alliance.data_sharing_share",
        ),
        (("lever: alliance.data_sharing_share", "parameter: capital_rat"), 3, "Did you mean capital_rate"),
        (("lever: alliance.data_sharing_share", "parameter: capital_rate"), 3, "capital_rate"),
        (("high: 1.0", "high: 1.5"), 3, "out of bounds"),
        (("high: 1.0", "high: 0.5"), 3, "must lie below"),
        (("high: 1.0", "hihg: 1.0"), 3, "hihg"),
        ((", high: 1.0", ""), 3, "high is missing"),
        (("alliance.data_sharing_share", "alliance.channel"), 3, "is no number"),
        (("alliance.data_sharing_share", "alliance.chokepoints"), 3, "say which with key"),
        (("alliance.data_sharing_share", "agencies.powers, key: UK"), 3, "UK"),
        (("lever: ", "lever: alliance.stings, parameter: "), 3, "either a lever or a parameter"),
        (("kind: grid", "kind: gird"), 4, "write one of latin_hypercube"),
        (("levels: 3", "samples: 3"), 4, "does not read it"),
        (("kind: grid, levels: 3", "kind: sobol, samples: 3"), 4, "power of 2"),
        (("kind: grid, levels: 3", "kind: morris, samples: 4, levels: 3"), 4, "even"),
        (("kind: grid, levels: 3", "kind: morris"), 4, "samples: is missing"),
        (("levels: 3", "levels: 600000"), 4, "the limit is"),
        (("replicates: 2", "replicates: none"), 5, "whole number"),
        (("months: 24", "months: 24\nscenario: aliance"), 7, "Did you mean alliance"),
        (("months: 24", "months: 24\nworkers: 3"), 7, "workers"),
        (
            ("factors:\n  - {", "factors:\n  - {lever: alliance.data_sharing_share, low: 0, high: 1}\n  - {"),
            4,
            "twice",
        ),
    ],
)
def test_mistakes_are_named_with_file_line_and_remedy(
    tmp_path: Path, change: tuple[str, str], line: int | None, message: str
) -> None:
    path = written(tmp_path, PLAIN.replace(*change))
    with pytest.raises(InputError) as caught:
        read_design(path)
    told = caught.value.render()
    assert message in told
    assert told.startswith(f"{path}:{line}" if line else str(path))


@given(
    st.sampled_from(PLAIN.replace(":", " : ").replace("{", "{ ").replace("}", " }").split(" ")).filter(
        str.strip
    ),
    st.one_of(
        st.text(max_size=12),
        st.integers().map(str),
        st.floats().map(str),
        st.sampled_from(["[]", "{}", "~", "true"]),
    ),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read_or_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(PLAIN.replace(old.strip(), new, 1).encode("utf-8", "surrogatepass"))
    told = str(path)
    try:
        assert len(read_design(path).values)
    except InputError as error:
        told = error.render()
    assert told.startswith(str(path))


@pytest.mark.parametrize("name", ["alliance_levers", "doubtful_numbers", "alliance_parts", "alliance_worlds"])
def test_shipped_studies_are_well_formed(name: str) -> None:
    design = read_design(name)
    assert design.scenario.name == ("baseline" if name == "alliance_worlds" else "alliance")
    assert design.question.endswith("?")
    assert len(design.values) == draws.rows(design.plan, len(design.factors), axes_of(design.factors))


def test_a_scenario_beside_the_file_goes_before_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "alliance.yaml").write_text(
        "title: Mine\nchanges:\n  2028-01:\n    alliance.stings: 0.5\n", encoding="utf-8"
    )
    design = read_design(written(tmp_path, PLAIN.replace("factors:", "scenario: alliance\nfactors:")))
    assert design.scenario.title == "Mine"
    assert [change.month for change in designs.scenario_of(design, 0).changes] == [24, 24]


def test_shares_of_effort_must_leave_room_for_one_another(tmp_path: Path) -> None:
    text = PLAIN.replace("alliance.data_sharing_share", "agencies.finance_share").replace(
        "design:", "  - {lever: agencies.digital_share, low: 0.5, high: 0.9}\ndesign:"
    )
    with pytest.raises(InputError, match="sum to"):
        read_design(written(tmp_path, text))


def test_a_sweep_says_whether_shares_of_effort_are_shifted_or_added(tmp_path: Path) -> None:
    plain = PLAIN.replace("alliance.data_sharing_share", "agencies.finance_share")
    text = plain.replace("design:", "  - {lever: agencies.digital_share, low: 0.5, high: 0.9}\ndesign:")
    design = read_design(written(tmp_path, text.replace("factors:", "effort: add\nfactors:")))
    assert designs.scenario_of(design, 0).adds_officers
    shifted = read_design(written(tmp_path, plain))
    assert read_design(written(tmp_path, plain.replace("factors:", "effort: shift\nfactors:"))).digest == shifted.digest
    assert read_design(written(tmp_path, plain.replace("factors:", "effort: add\nfactors:"))).digest != shifted.digest
    fewer = text.replace("low: 0.5", "low: 0.01").replace("factors:", "effort: add\nfactors:")
    with pytest.raises(InputError, match="takes none away"):
        read_design(written(tmp_path, fewer))


LARGE = """\
title: As large as may be
factors:
  - {lever: agencies.finance_share, low: 0.1, high: 0.3}
  - {parameter: capital_rate}
design: {kind: latin_hypercube, samples: 1000000}
"""


def test_a_design_is_checked_without_being_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, LARGE)
    monkeypatch.setattr(draws, "drawn", None)
    calls: list[str] = []
    of = designs.at_its_highest
    monkeypatch.setattr(file, "at_its_highest", lambda design: (calls.append(design.title), of(design))[1])
    design = read_design(path, is_drawn=False)
    assert len(design.values) == 0
    assert len(calls) == 1, "shares of effort are tested where all are at their highest, and nowhere else"
    told = check_file(str(path), 120, Setting())
    assert told == ""


def test_what_is_multiplied_has_a_limit(tmp_path: Path) -> None:
    from countermarket.parameters.load import load_parameters

    records = load_parameters().records.items()
    plain = [name for name, record in records if not isinstance(record.value, dict) and record.low < record.high]
    factors = "".join(f"  - {{parameter: {name}}}\n" for name in plain[:40])
    text = f"title: t\nfactors:\n{factors}design: {{kind: latin_hypercube, samples: 1000000}}\n"
    with pytest.raises(InputError, match=r"1,000,000 rows of \d+ factors; the limit is 20,000,000 numbers"):
        read_design(written(tmp_path, text))


def test_a_factor_overrides_what_the_scenario_says_of_it(tmp_path: Path) -> None:
    text = PLAIN.replace("factors:", "scenario: alliance\nfactors:")
    design = read_design(written(tmp_path, text))
    changed = [
        change
        for change in designs.scenario_of(design, 2).changes
        if change.lever.endswith("data_sharing_share")
    ]
    own = next(change for change in design.scenario.changes if change.lever.endswith("data_sharing_share"))
    assert [(change.month, change.value) for change in changed] == [(12, 1.0)]
    assert changed[0].ramp_months == own.ramp_months
    others = {change.lever for change in design.scenario.changes}
    assert {change.lever for change in designs.scenario_of(design, 2).changes} == others


def test_one_key_of_a_lever_is_set_and_the_rest_left_alone(tmp_path: Path) -> None:
    text = PLAIN.replace("alliance.data_sharing_share", "agencies.powers, key: GBR").replace(
        "factors:", "scenario: alliance\nfactors:"
    )
    design = read_design(written(tmp_path, text))
    changed = [
        change for change in designs.scenario_of(design, 2).changes if change.lever == "agencies.powers"
    ]
    assert changed[-1].value == {"GBR": 1.0}
    before = [change for change in design.scenario.changes if change.lever == "agencies.powers"]
    assert changed[: len(before)] == before


@pytest.mark.parametrize(
    ("with_key", "name"),
    [
        ("lever: agencies.powers, key: GBR", "lever: agencies.powers.GBR"),
        ("lever: agencies.powers, key: eu", "lever: agencies.powers.eu"),
        ("parameter: labour, key: cocaine", "parameter: labour.cocaine"),
    ],
)
def test_a_file_takes_the_names_that_evaluate_and_the_table_have(with_key: str, name: str, tmp_path: Path) -> None:
    texts = [PLAIN.replace("lever: alliance.data_sharing_share", written_so) for written_so in (with_key, name)]
    first, second = (read_design(written(tmp_path, text)) for text in texts)
    assert first.factors == second.factors
    assert first.factors[0].name == name.split()[1]


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ({"agencies.powers.GB": 0.5}, r"^factors: agencies.powers: GB is not a known"),
        ({"alliance.members": ["GBR", "EU"]}, r"^factors: alliance.members: EU .* the group eu\?"),
        ({"alliance.channel": "fedrated"}, r"^factors: alliance.channel: .* Did you mean federated\?"),
        ({"agencies.powers": True}, r"^factors: agencies.powers: true is not a number"),
        ({"alliance.stings": "much"}, r"^factors: alliance.stings: much is not a number"),
        ({"labour.cocain": 1.0}, r"^labour.cocain: there is no 'cocain'. Did you mean cocaine\?"),
    ],
)
def test_what_is_wrong_with_a_dict_has_no_line(factors: dict[str, Any], message: str) -> None:
    with pytest.raises((InputError, ParameterError), match=message):
        evaluate(factors, months=36)


def test_a_dict_may_write_a_lever_as_a_file_does() -> None:
    scenario, numbers = with_written(
        load_scenario("alliance"), {"alliance.members": ["five_eyes", "JPN"], "alliance.stings": 0.2}, load_names()
    )
    members = [change.value for change in scenario.changes if change.lever == "alliance.members"]
    assert members == [("GBR", "USA", "CAN", "AUS", "NZL", "JPN")]
    assert numbers == {"alliance.stings": 0.2}


# --- running ----------------------------------------------------------------------------------------------


def test_a_sweep_gives_a_row_for_each_point_and_replicate(tmp_path: Path) -> None:
    folder = sweep.run_sweep(written(tmp_path, PLAIN), workers=1, out=tmp_path / "s", runner=small_runner())
    found = table_of(folder)
    assert found["design_row"] == [0, 0, 1, 1, 2, 2]
    assert found["replicate"] == [0, 1] * 3
    assert found["alliance.data_sharing_share"] == [0.5, 0.5, 0.75, 0.75, 1.0, 1.0]
    assert found["status"] == ["done"] * 6
    assert found["index"][0] < found["index"][2] < found["index"][4]
    assert found["index"] == pytest.approx(found["index_cash"])
    assert not (folder / "references").exists()
    manifest = studies.read_manifest(folder, "sweep")
    assert manifest["problem"]["names"] == ["alliance.data_sharing_share"]
    assert set(manifest["columns"]) < set(found)


def test_every_draw_is_beside_its_own_baseline(tmp_path: Path) -> None:
    folder = sweep.run_sweep(written(tmp_path, MIXED), workers=1, out=tmp_path / "s", runner=small_runner())
    found = table_of(folder)
    assert sorted(found["draw"]) == [0, 1, 2, 3, 4]
    share = np.array(found["alliance.data_sharing_share"])
    expected = np.array(found["index"])
    order = np.argsort(share)
    assert (np.diff(expected[order]) > 0).all(), "the index depends on sharing, not on how dear the world is"


def counted_runner(calls: list[tuple[str, int]]) -> Any:
    def counted(world: Any, parameters: Any, scenario: Any, *rest: Any) -> Any:
        calls.append((scenario.name, rest[1]))
        return simulate(world, parameters, scenario, *rest)

    return small_runner()._replace(simulate=counted)


def stopping_after(count: int) -> Any:
    def progress(done: int, total: int, text: str) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


def test_a_killed_sweep_takes_up_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAIRS_A_CHUNK", 2)
    path, out = written(tmp_path, PLAIN), tmp_path / "s"
    first: list[tuple[str, int]] = []
    with pytest.raises(KeyboardInterrupt):
        sweep.run_sweep(path, workers=1, out=out, runner=counted_runner(first), progress=stopping_after(6))
    assert not (out / "sweep.parquet").exists()
    assert len(list((out / "parts").iterdir())) == 1
    second: list[tuple[str, int]] = []
    sweep.run_sweep(path, workers=1, out=out, runner=counted_runner(second))
    # Two references and six points; the chunk in hand when it was killed is all that is run again.
    assert len(first) == 6
    assert len(second) == 4
    whole = sweep.run_sweep(path, workers=1, out=tmp_path / "whole", runner=small_runner())
    assert table_of(out) == table_of(whole)
    third: list[tuple[str, int]] = []
    sweep.run_sweep(path, workers=1, out=out, runner=counted_runner(third))
    assert third == []


def test_shards_share_a_folder_and_the_last_joins_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAIRS_A_CHUNK", 2)
    path, out = written(tmp_path, PLAIN), tmp_path / "s"
    calls: list[tuple[str, int]] = []
    for shard in ((1, 2), (2, 2)):
        assert not (out / "sweep.parquet").exists()
        sweep.run_sweep(path, workers=1, shard=shard, out=out, runner=counted_runner(calls))
    assert len(calls) == 8, "references that one shard made serve the other"
    assert table_of(out) == table_of(
        sweep.run_sweep(path, workers=2, out=tmp_path / "whole", runner=small_runner())
    )


@pytest.mark.parametrize("what", ["design", "world", "parameters", "code"])
def test_a_sweep_begun_otherwise_is_not_mixed(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = written(tmp_path, PLAIN), tmp_path / "s"
    sweep.run_sweep(path, workers=1, out=out, runner=small_runner())
    other = sweep.identity_of(read_design(path), small_runner()) | {what: "other"}
    monkeypatch.setattr(sweep, "identity_of", lambda design, runner: other)
    with pytest.raises(InputError, match=f"begun with another {what}"):
        sweep.run_sweep(path, workers=1, out=out, runner=small_runner())


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sweep of ours"):
        sweep.run_sweep(written(tmp_path, PLAIN), out=tmp_path, runner=small_runner())


def test_a_failed_run_is_a_row_that_says_so(tmp_path: Path) -> None:
    def failing(world: Any, parameters: Any, scenario: Any, *rest: Any) -> Any:
        if any(change.value == 0.75 for change in scenario.changes) and rest[1] == 1:
            raise ValueError("no equilibrium")
        return simulate(world, parameters, scenario, *rest)

    runner = small_runner()._replace(simulate=failing)
    folder = sweep.run_sweep(written(tmp_path, PLAIN), workers=1, out=tmp_path / "s", runner=runner)
    found = table_of(folder)
    assert found["status"] == ["done"] * 3 + ["failed"] + ["done"] * 2
    assert found["message"][3] == "ValueError: no equilibrium"
    assert found["index"][3] is None
    assert [failure["design_row"] for failure in sweep.failures(folder)] == [1]


def test_a_reference_that_fails_fails_its_points(tmp_path: Path) -> None:
    def failing(world: Any, parameters: Any, scenario: Any, *rest: Any) -> Any:
        if scenario.name == "baseline" and not scenario.changes and rest[1] == 0:
            raise ValueError("no world")
        return simulate(world, parameters, scenario, *rest)

    runner = small_runner()._replace(simulate=failing)
    folder = sweep.run_sweep(written(tmp_path, PLAIN), workers=1, out=tmp_path / "s", runner=runner)
    found = table_of(folder)
    assert found["status"] == ["failed", "done"] * 3
    assert found["message"][0] == "its reference failed"


def test_the_default_folder_is_named_by_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = sweep.run_sweep(written(tmp_path, PLAIN), workers=1, runner=small_runner())
    assert folder.parent == Path("results")
    assert folder.name.startswith("question-")
    assert folders.kind_of(folder) == "sweep"


# --- one rule for all faces -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "message"), [(12, "nothing takes effect by 2026-12"), (13, "no quarter ends"), (14, "no quarter ends")]
)
def test_what_runs_refuse_sweeps_and_single_points_refuse_too(tmp_path: Path, months: int, message: str) -> None:
    """A policy after the last month gave 100.0, and a window without a cost NaN, both marked done."""
    from countermarket.cli.checks import check_file
    from countermarket.cli.setting import Setting
    from countermarket.experiment import run
    from countermarket.sweeps.point import evaluate

    path = written(tmp_path, PLAIN.replace("months: 24", f"months: {months}"))
    with pytest.raises(InputError, match=message):
        sweep.run_sweep(path, out=tmp_path / "sweep", runner=small_runner())
    assert not (tmp_path / "sweep").exists()
    with pytest.raises(InputError, match=message):
        evaluate({"alliance.data_sharing_share": 0.9}, months=months)
    with pytest.raises(InputError, match=message):
        run("sanctions_only", months=months, out=tmp_path / "study")
    assert message in check_file(str(path), months, Setting(None, None, None))


def test_a_point_without_an_index_is_not_done(tmp_path: Path) -> None:
    def without_units(*args: Any, **named: Any) -> Any:
        outcome = simulate(*args, **named)
        return outcome._replace(values=np.full_like(outcome.values, np.nan))

    runner = small_runner()._replace(simulate=without_units)
    table = table_of(sweep.run_sweep(written(tmp_path, PLAIN), workers=1, out=tmp_path / "s", runner=runner))
    assert set(table["status"]) == {"undefined"}
    assert all("index is undefined" in message for message in table["message"])


def test_columns_say_their_units(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = sweep.run_sweep(written(tmp_path, PLAIN), workers=1, out=tmp_path / "s", runner=small_runner())
    schema = pq.read_schema(folder / "sweep.parquet")
    units = {name: (schema.field(name).metadata or {}).get(b"unit") for name in schema.names}
    assert units["index"] == b"reference = 100"
    assert units["alliance.data_sharing_share"] == b"share"


# --- damage, shards, and what is tried again ---------------------------------------------------------------


def swept(folder: Path, text: str = PLAIN, runner: Any = None, **rest: Any) -> Path:
    path = folder / "question.yaml"
    if not path.exists():
        written(folder, text)
    return sweep.run_sweep(path, workers=1, out=folder / "s", runner=runner or small_runner(), **rest)


@pytest.fixture
def in_small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "PAIRS_A_CHUNK", 2)


def flipped(path: Path) -> None:
    """One bit of a part's values turned over: the values of the last columns stand before the footer."""
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "flipped": flipped,
    "foreign": lambda path: path.write_bytes((path.parent / "chunk-000001.parquet").read_bytes()),
    "no table": lambda path: path.write_text("mine"),
}


@pytest.mark.usefixtures("in_small_chunks")
@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_part_is_set_aside_and_run_again(tmp_path: Path, how: str) -> None:
    folder = swept(tmp_path)
    whole = table_of(folder)
    DAMAGE[how](folder / "parts" / "chunk-000000.parquet")
    (folder / "sweep.parquet").unlink()
    calls: list[tuple[str, int]] = []
    other = sweep.identity_of
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep, "identity_of", lambda design, runner: other(design, small_runner()))
        swept(tmp_path, runner=counted_runner(calls))
    assert len(calls) == 4, "two points and their references"
    assert table_of(folder) == whole
    assert [path.name for path in (folder / "damaged").iterdir()] == ["chunk-000000.parquet-0"]


@pytest.mark.parametrize("how", ["empty", "truncated", "flipped", "no table"])
def test_a_damaged_table_is_joined_again_from_its_parts(tmp_path: Path, how: str) -> None:
    folder = swept(tmp_path)
    whole = table_of(folder)
    DAMAGE[how](folder / "sweep.parquet")
    assert table_of(swept(tmp_path)) == whole


@pytest.mark.usefixtures("in_small_chunks")
def test_a_damaged_part_of_another_shard_is_named(tmp_path: Path) -> None:
    folder = swept(tmp_path, shard=(1, 2))
    DAMAGE["truncated"](folder / "parts" / "chunk-000000.parquet")
    with pytest.raises(InputError, match=r"chunk-000000.*start its shard again"):
        swept(tmp_path, shard=(2, 2))
    assert len(table_of(swept(tmp_path, shard=(1, 2)))["status"]) == 6


@pytest.mark.usefixtures("in_small_chunks")
def test_a_damaged_reference_is_run_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path, progress=stopping_after(6))
    for path in (tmp_path / "s" / "references").iterdir():
        DAMAGE["flipped"](path)
    folder = swept(tmp_path)
    (tmp_path / "whole").mkdir()
    assert table_of(folder) == table_of(swept(tmp_path / "whole"))


def test_what_has_finished_is_saved_by_time_and_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "SECONDS_A_PART", 0.0)
    first: list[tuple[str, int]] = []
    second: list[tuple[str, int]] = []
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path, runner=counted_runner(first), progress=stopping_after(7))
    folder = swept(tmp_path, runner=counted_runner(second))
    assert len(first) == 7
    # Four points were saved and two were not; both references serve this one chunk alone and are not kept.
    assert len(second) == 4
    (tmp_path / "whole").mkdir()
    assert table_of(folder) == table_of(swept(tmp_path / "whole"))


def test_no_batch_keeps_many_runs_in_hand() -> None:
    from countermarket.policy.reading import load_scenario
    from countermarket.runs.job import Job
    from countermarket.runs.processes import MOST_IN_A_BATCH, batches_of

    jobs = [Job(load_scenario("baseline"), 0, 0, 12) for _ in range(1000)]
    assert {len(batch) for batch in batches_of(jobs, 2)} <= {MOST_IN_A_BATCH, 1000 % MOST_IN_A_BATCH}


def failing_on(replicate: int) -> Any:
    def failing(world: Any, parameters: Any, scenario: Any, *rest: Any) -> Any:
        if Path("broken").exists() and scenario.changes and rest[1] == replicate:
            raise ValueError("out of memory")
        return simulate(world, parameters, scenario, *rest)

    return small_runner()._replace(simulate=failing)


def test_what_failed_is_run_again_when_asked_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken").touch()
    folder = swept(tmp_path, runner=failing_on(1))
    assert len(sweep.failures(folder)) == 3
    Path("broken").unlink()
    swept(tmp_path, runner=failing_on(1))
    assert len(sweep.failures(folder)) == 3, "not without being asked"
    told: list[int] = []
    swept(tmp_path, runner=failing_on(1), retry_failed=True, progress=lambda done, total, text: told.append(total))
    assert told == [4] * 4, "three points and their reference"
    assert sweep.failures(folder) == []
    (tmp_path / "whole").mkdir()
    assert table_of(folder) == table_of(swept(tmp_path / "whole"))


@pytest.mark.usefixtures("in_small_chunks")
def test_a_shard_tells_its_failures_and_how_far_all_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, PLAIN)
    with pytest.raises(InputError, match="has not been begun"):
        sweep.status_of(path, out=tmp_path / "s", runner=failing_on(1))
    Path("broken").touch()
    folder = swept(tmp_path, runner=failing_on(1), shard=(1, 2))
    assert [row["design_row"] for row in sweep.failures(folder)] == [0, 2]
    _, told = sweep.status_of(path, shards=2, out=folder, runner=failing_on(1))
    assert told == [(2, 2, 0), (0, 0, 2)]


def test_shards_that_start_together_begin_one_folder(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    design = read_design(written(tmp_path, PLAIN))
    identity = sweep.identity_of(design, small_runner())
    for number in range(20):
        target = tmp_path / f"s{number}"
        with ThreadPoolExecutor(4) as pool:
            begun = [pool.submit(sweep.open_folder, target, design, identity, small_runner()) for _ in range(4)]
        assert [one.result() for one in begun] == [None] * 4
        assert {path.name for path in target.iterdir()} == {"manifest.json", "parts"}


def test_the_code_of_a_runner_of_ones_own_is_part_of_the_identity(tmp_path: Path) -> None:
    swept(tmp_path)
    with pytest.raises(InputError, match="begun with another runner"):
        swept(tmp_path, runner=counted_runner([]))
    with pytest.raises(InputError, match="begun with another runner"):
        swept(tmp_path, runner=small_runner()._replace(simulate=partial(simulate, strength=2)))


def test_the_packages_own_runner_is_known_by_its_code() -> None:
    from countermarket.model.running.simulate import layout, simulate
    from countermarket.parameters.load import replace
    from countermarket.results.provenance import code_of

    assert code_of(simulate, partial(layout, model=None), replace) == ""


def test_the_manifest_keeps_what_was_run(tmp_path: Path) -> None:
    folder = swept(tmp_path)
    manifest = studies.read_manifest(folder, "sweep")
    assert manifest["texts"]["study"] == PLAIN
    assert manifest["texts"]["scenario"] == manifest["texts"]["baseline"]
    assert "levers:" in manifest["texts"]["baseline"]
    assert manifest["versions"]["SALib"][0].isdigit()
    assert manifest["invariants"] == {"accounts": 2e-12, "goods": 0.0}


def test_a_sweep_that_is_ranked_or_briefed_says_what_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"this is a sweep.*sweep\.parquet"):
        studies.read_study(swept(tmp_path))
