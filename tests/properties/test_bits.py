"""The same seed gives the same bits on every machine: processes are told that they have another processor.

What cannot be told from here: other C libraries than glibc's (a run calls none of their elementary functions), and
ARM, for which `test_elementary` looks at the code that the compiler would make.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import bits
import numpy as np
import pytest
from clone import ROOT

TESTS = ROOT / "tests" / "fakes"


def without_vectors() -> str:
    """Every feature of this processor that numpy looks for, by the names of this version of numpy."""
    found = np.show_config(mode="dicts")["SIMD Extensions"]["found"]  # type: ignore[index, call-overload]
    return " ".join(found)


NUMPY = {"NPY_DISABLE_CPU_FEATURES": without_vectors()}
GLIBC = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX2_Usable,-FMA_Usable"}
NUMBA = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
PROCESSORS = {
    "this one": {},
    "numpy without vector instructions": NUMPY,
    "a C library without fused products": GLIBC,
    "the plainest": NUMPY | GLIBC | NUMBA,
}


@pytest.mark.parametrize("processor", PROCESSORS)
def test_a_run_has_the_same_bits_on(processor: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(TESTS), "PYTHONWARNINGS": "ignore"} | PROCESSORS[processor]
    done = subprocess.run(
        [sys.executable, bits.__file__], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == json.loads(bits.FILE.read_text(encoding="utf-8"))


def test_the_face_for_mesa_shows_the_run_that_the_command_line_makes() -> None:
    known = json.loads(bits.FILE.read_text(encoding="utf-8"))
    assert known["Mesa face"] == known["18 months"]
