"""Studies: what is planned, run and saved, for any number of workers and whatever fails."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from clone import ROOT
from small_model import replaced, scenario, sharing, simulate, small_runner

from countermarket.analysis.comparison import Compared, compared
from countermarket.policy.shock_values import Shock
from countermarket.reading.errors import InputError
from countermarket.results import provenance, studies
from countermarket.runs import processes
from countermarket.runs.experiment import Experiment
from countermarket.runs.job import Job, Runner
from countermarket.runs.plan import plan_study
from countermarket.runs.processes import run_all
from countermarket.runs.study import folder_for, run_study


def run(
    out: Path, *scenarios: object, replicates: int = 2, months: int = 15, count: int = 1, **rest: object
) -> Path:
    return run_study(
        Experiment(scenarios, replicates, months=months, central=True),  # type: ignore[arg-type]
        workers=count,
        out=out,
        runner=small_runner(),
        **rest,  # type: ignore[arg-type]
    )


def contents(folder: Path) -> dict[str, str]:
    """Hash of every file but the manifest, which names the time."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_shared_references_are_run_once_and_stand_first() -> None:
    plan = plan_study([sharing(1.0), sharing(0.5, "half"), sharing(1.0)], 3, seed=0)
    assert [item.name for item in plan.scenarios] == ["baseline", "sharing", "half"]
    assert sorted(run.run for run in plan.runs) == list(range(9))
    assert [run.replicate for run in plan.runs] == [0] * 3 + [1] * 3 + [2] * 3
    assert [run.design_row for run in plan.runs] == [0, 1, 2] * 3
    assert plan.reference == {"sharing": "baseline", "half": "baseline"}


def test_the_baseline_alone_is_a_study() -> None:
    plan = plan_study([scenario()], 2, seed=5)
    assert [(run.scenario, run.reference, run.seed) for run in plan.runs] == [("baseline", "", 5)] * 2


def test_a_shocked_scenario_has_its_own_reference() -> None:
    shock = Shock(kind="demand", start=24, months=0, size=0.7)
    shocked = sharing(1.0, "shocked").model_copy(update={"shocks": (shock,)})
    plan = plan_study([sharing(1.0), shocked], 1, seed=0)
    assert plan.reference["sharing"] == "baseline"
    assert plan.reference["shocked"] != "baseline"
    assert len(plan.scenarios) == 4


def test_two_scenarios_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two different scenarios are called sharing"):
        plan_study([sharing(1.0), sharing(0.5)], 1, seed=0)
    with pytest.raises(InputError, match="no scenario"):
        plan_study([], 1, seed=0)


def test_a_study_folder_holds_what_was_promised(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    folder = run(tmp_path / "s", sharing(1.0), trace=True, progress=lambda *step: told.append(step))
    assert sorted(entry.name for entry in folder.iterdir()) == [
        *(
            "comparison.csv",
            "countries.csv",
            "manifest.json",
            "measures.csv",
            "runs.parquet",
            "series.parquet",
            "trace.parquet",
        )
    ]
    assert told == [(1, 4, "baseline"), (2, 4, "sharing"), (3, 4, "baseline"), (4, 4, "sharing")]
    manifest = studies.read_manifest(folder)
    assert manifest["months"]["first"] == "2026-01"
    assert manifest["months"]["last"] == "2027-03"
    assert manifest["invariants"] == {"accounts": 2e-12, "goods": 0.0}
    assert manifest["hashes"]["world"] == "small-1"
    assert manifest["code"]
    assert manifest["versions"]["numpy"] == np.__version__
    described = manifest["scenarios"][1]
    assert (described["name"], described["reference"], described["first_change"]) == (
        "sharing",
        "baseline",
        12,
    )
    assert described["inside"] == {"jurisdictions": ["GBR", "USA"], "modes": [], "markets": []}


def test_a_fresh_study_is_handed_over_as_it_would_be_read_back(tmp_path: Path) -> None:
    found: list[Compared] = []
    folder = run(tmp_path / "s", sharing(1.0), scenario("bad", test__fails=1), judged=found.append)
    saved = compared(folder)
    assert found[0].document == saved.document
    assert found[0].study[:3] == saved.study[:3]
    np.testing.assert_array_equal(found[0].study.values, saved.study.values)


def test_only_the_first_replicate_is_traced(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder = run(tmp_path / "s", sharing(1.0), trace=True)
    events = pq.read_table(folder / "trace.parquet").to_pylist()
    assert {(event["scenario"], event["replicate"]) for event in events} == {("baseline", 0), ("sharing", 0)}


def test_any_number_of_workers_gives_the_same_files(tmp_path: Path) -> None:
    alone = run(tmp_path / "one", sharing(1.0), sharing(0.5, "half"), replicates=3)
    together = run(tmp_path / "two", sharing(1.0), sharing(0.5, "half"), replicates=3, count=2)
    assert contents(alone) == contents(together)


def test_a_failed_run_is_listed_and_the_rest_is_saved(tmp_path: Path) -> None:
    folder = run(tmp_path / "s", scenario("bad", test__fails=1), sharing(1.0), replicates=3)
    failed = [row for row in studies.read_study(folder).runs if row.status == "failed"]
    assert [(row.scenario, row.replicate, row.message) for row in failed] == [
        ("bad", 1, "ValueError: this run was asked to fail")
    ]
    assert studies.read_manifest(folder)["failed"] == 1


def test_a_run_that_kills_its_process_is_listed_and_the_rest_is_saved() -> None:
    runner = small_runner()
    jobs = [Job(scenario("deadly", test__dies=3), 0, replicate, 3) for replicate in range(6)]
    found = list(run_all(runner, jobs, workers=2))
    assert [bool(result.message) for result in found] == [False, False, False, True, False, False]
    assert "died" in found[3].message
    alone = simulate(runner.world, None, jobs[5].scenario, 0, 5, 3)
    np.testing.assert_array_equal(found[5].values, alone.values)


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(done: int, total: int, text: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "s", sharing(1.0), progress=interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_is_refused_before_the_first_run(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")

    def never(done: int, total: int, text: str) -> None:
        raise AssertionError("ran")

    with pytest.raises(InputError, match="thesis"):
        run(tmp_path, sharing(1.0), progress=never)


def test_the_default_folder_is_named_by_its_inputs() -> None:
    runner = small_runner()

    def folder(share: float = 1.0, runner: Runner = runner, **rest: int) -> Path:
        return folder_for(Experiment(sharing(share), central=True, **rest), runner)

    name = folder()
    assert name.parent == Path("results")
    assert name.name.startswith("sharing-")
    assert len(name.name) == len("sharing-") + 8
    others = [
        folder(0.9),
        folder(seed=1),
        folder(replicates=21),
        folder(months=119),
        folder(runner=runner._replace(parameters={"capital_rate": 0.02})),
    ]
    assert len({name, *others}) == 6
    assert name == folder(runner=small_runner())
    many = folder_for(Experiment([sharing(1.0, f"scenario_{number}") for number in range(20)], 1), runner)
    assert many.name.startswith("scenario_0-and-19-more-")


def test_a_draw_runs_with_its_own_parameters() -> None:
    runner = small_runner()
    jobs = [Job(scenario(), 0, 0, 3), Job(scenario(), 0, 0, 3, overrides=(("capital_rate", 0.02),))]
    plain, dear = run_all(runner, jobs)
    expected = simulate(
        runner.world, replaced(runner.parameters, {"capital_rate": 0.02}), scenario(), 0, 0, 3
    )
    np.testing.assert_array_equal(dear.values, expected.values)
    assert not np.array_equal(plain.values, dear.values)


def test_a_batch_shares_a_spin_up_and_leaves_others_some_work() -> None:
    jobs = [Job(scenario(), 0, replicate, 3) for replicate in (0, 0, 0, 1, 1, 1)]
    assert [len(batch) for batch in processes.batches_of(jobs, workers=1)] == [3, 3]
    assert [len(batch) for batch in processes.batches_of(jobs, workers=3)] == [1] * 6
    assert [len(batch) for batch in processes.batches_of(jobs[:3] * 4, workers=2)] == [3] * 4
    assert processes.default_workers() >= 1
    assert list(run_all(small_runner(), [])) == []


def test_digests_tell_contents_apart() -> None:
    values = [1.0, 1, "1", None, True, [1.0], {"a": 1.0}, np.ones(2), np.zeros(2), np.ones(3), small_runner()]
    assert len({provenance.digest_of(value) for value in values}) == len(values)
    assert provenance.digest_of({"b": 1, "a": 2}) == provenance.digest_of({"a": 2, "b": 1})


def test_provenance_names_no_one() -> None:
    text = json.dumps([provenance.machine(), provenance.versions(), provenance.commit()])
    assert Path.home().name not in text or Path.home().name == "root"


KILLED = """
import sys, time
sys.path[:0] = {folders!r}
import small_model
from countermarket.runs.experiment import Experiment
from countermarket.runs.study import run_study
from pathlib import Path

def slow(*rest):
    time.sleep(0.2)
    return small_model.simulate(*rest)

if __name__ == "__main__":
    runner = small_model.small_runner()._replace(simulate=slow)
    told = lambda done, total, text: print(done, flush=True)
    run_study(
        Experiment(small_model.sharing(1.0), 500, months=3, central=True), workers=2, out=Path({out!r}),
        runner=runner, progress=told,
    )
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are a thing of POSIX")
def heed_interrupts() -> None:
    """Who is started in the background of a shell that is no terminal ignores Ctrl-C, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begun(script: Path) -> subprocess.Popen[bytes]:
    """A program in a process group of its own, to be killed."""
    return subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_whatever_kills_a_study_leaves_no_study_and_no_process(tmp_path: Path, how: signal.Signals) -> None:
    out = tmp_path / "s"
    script = tmp_path / "killed.py"
    script.write_text(KILLED.format(folders=[str(ROOT / "tests" / "fakes"), str(ROOT / "src")], out=str(out)))
    group = begun(script)
    assert group.stdout is not None
    for line in group.stdout:
        if int(line) >= 4:
            break
    os.kill(group.pid, how)
    assert group.wait(timeout=90) != 0
    group.stdout.close()
    assert not out.exists()
    for _ in range(100):
        if not alive(group.pid):
            break
        time.sleep(0.1)
    assert not alive(group.pid), "workers outlived the study"


ORPHAN = "import time; from countermarket.runs.processes import _start; _start({parent}, None); time.sleep(60)"


@pytest.mark.skipif(os.name != "posix", reason="orphans are adopted on POSIX")
def test_a_worker_whose_parent_died_before_it_looked_ends() -> None:
    worker = [sys.executable, "-c", ORPHAN.format(parent=999_999_999)]
    paths = {"PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run(worker, env=os.environ | paths, timeout=30, check=False).returncode == 1


WAITING = """
import sys, time
sys.path.insert(0, {folder!r})
from countermarket.runs.processes import pool_of

if __name__ == "__main__":
    with pool_of(2) as pool:
        slow = [pool.submit(time.sleep, 120) for _ in range(2)]
        pool.submit(len, ())
        time.sleep(1.0)
        print("at work", flush=True)
        slow[0].result()
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are a thing of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_pool_keeps_anyone_waiting_or_outlives_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    script = tmp_path / "waiting.py"
    script.write_text(WAITING.format(folder=str(ROOT / "src")))
    group = begun(script)
    assert group.stdout is not None
    assert group.stdout.readline()
    os.killpg(group.pid, how) if how == signal.SIGINT else os.kill(group.pid, how)
    assert group.wait(timeout=60) != 0
    group.stdout.close()
    for _ in range(100):
        if not alive(group.pid):
            break
        time.sleep(0.1)
    assert not alive(group.pid)


def test_every_pool_is_one_that_ends_with_its_parent() -> None:
    makers = [path.name for path in (ROOT / "src").rglob("*.py") if "ProcessPoolExecutor(" in path.read_text("utf-8")]
    assert makers == ["processes.py"]


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
