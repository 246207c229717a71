"""The luck of the whole suite: one number that shifts every seed, and one table of what luck may do to an assertion.

`MASTER_SEED=1 pytest` throws every die anew; what is asserted must hold whatever it says (the golden table, the
fingerprints of bits and the numbers printed in pages stay with seed 0). A number that luck moves is judged by `above`
and `below`, which keep its mean and its standard deviation over other master seeds in `lucks.csv`; `python
tests/fakes/lucks.py` measures them anew. What a test asserts of a single run without asking here either follows from a
rule whatever the luck, or was more than ten standard deviations from its bound over twenty lucks.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

MASTER_SEED = int(os.environ.get("MASTER_SEED", "0"))
APART = 1_000_000
"""Between the seeds of two master seeds: more than any test counts up to."""
RECORD = "LUCK_RECORD"
"""Environment variable: a file to which every number judged is added."""
FILE = Path(__file__).with_name("lucks.csv")
TESTS = Path(__file__).parent.parent
MASTERS = 20
"""Other master seeds under which the table is measured."""
MOST = 1e-3
"""What the whole suite may fail by luck."""


def seed(own: int = 0) -> int:
    """A test's own seed under the luck of the whole suite."""
    return own + APART * MASTER_SEED


class Row(NamedTuple):
    """A number that luck moves, over master seeds other than 0, and what is asked of it."""

    masters: int
    mean: float
    sd: float
    bound: float

    @property
    def distance(self) -> float:
        """Standard deviations from mean to bound, the error of a mean of few included."""
        error = self.sd * float(np.sqrt(1.0 + 1.0 / self.masters))
        return abs(self.mean - self.bound) / error if error > 0.0 else float("inf")

    @property
    def chance(self) -> float:
        """That another luck lies beyond the bound: Student's distribution, for the deviation is measured too."""
        return float(student.sf(self.distance, self.masters - 1))


@cache
def table() -> dict[str, Row]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["number"]: Row(int(row["masters"]), *(float(row[name]) for name in ("mean", "sd", "bound")))
            for row in csv.DictReader(lines)
        }


def above(number: str, value: float, bound: float) -> bool:
    """Whether a number lies above its bound; its row says how seldom luck lets it not."""
    return known(number, float(value), bound, 1.0)


def below(number: str, value: float, bound: float) -> bool:
    return known(number, float(value), bound, -1.0)


def known(number: str, value: float, bound: float, side: float) -> bool:
    """Judge a number, once its row in the table is seen to be about this bound, and on its safe side."""
    print(f"{number}: {value:.4g} against {bound:.4g}")
    if RECORD in os.environ:
        with open(os.environ[RECORD], "a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow([os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0], number, value, bound])
    else:
        row = table().get(number)
        assert row, f"lucks.csv does not know {number!r}: python tests/fakes/lucks.py"
        assert row.bound == bound, f"lucks.csv has another bound for {number!r}: python tests/fakes/lucks.py"
        assert side * (row.mean - bound) > 0.0, f"{number!r} fails more often than not"
    return side * (value - bound) > 0.0


# --- measuring ---------------------------------------------------------------------------------------------


def judged(master: int, tests: list[str]) -> list[list[str]]:
    """What these tests judge under a master seed: test, number, value, bound."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.csv"
        told = {**os.environ, "MASTER_SEED": str(master), RECORD: str(record)}
        subprocess.run([sys.executable, "-m", "pytest", *tests], env=told, check=False)
        return list(csv.reader(record.read_text(encoding="utf-8").splitlines()))


def measure(masters: int, tests: list[str]) -> None:
    """Renew the rows of every number judged by these tests, after each of as many master seeds."""
    found: dict[str, tuple[list[float], float]] = {}
    for master in range(1, masters + 1):
        rows = judged(master, tests)
        for _, number, value, bound in rows:
            found.setdefault(number, ([], float(bound)))[0].append(float(value))
        tests = sorted({row[0] for row in rows})  # from now on only those that judge a number
        write({number: seen for number, seen in found.items() if len(seen[0]) > 1})


def write(found: dict[str, tuple[list[float], float]]) -> None:
    """Renew the rows of these numbers, keep the others."""
    rows = table() if FILE.exists() else {}
    for number, (values, bound) in found.items():
        rows[number] = Row(len(values), float(np.mean(values)), float(np.std(values, ddof=1)), bound)
    with FILE.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["number", *Row._fields, "distance", "chance"])
        for number, row in sorted(rows.items()):
            told = (f"{row.mean:.5g}", f"{row.sd:.3g}", repr(row.bound), f"{row.distance:.1f}", f"{row.chance:.1e}")
            writer.writerow([number, row.masters, *told])


if __name__ == "__main__":
    files = [path for path in sorted(TESTS.rglob("test_*.py")) if path.name != "test_lucks.py"]
    measure(MASTERS, sys.argv[1:] or [str(path) for path in files if "lucks" in path.read_text(encoding="utf-8")])
