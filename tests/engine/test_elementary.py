"""Elementary functions of our own: right to the last places, and the same bits wherever they are computed."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
import pytest

from countermarket.engine import arrays, circles, elementary
from countermarket.engine.fingerprint import fingerprint

RANDOM = np.random.default_rng(0)
MANY = 4000


def near(center: float, width: float) -> Any:
    return center + width * (RANDOM.random(MANY) - 0.5)


def scales(low: int, high: int) -> Any:
    """Numbers of every size between two powers of ten."""
    return 10.0 ** (low + (high - low) * RANDOM.random(MANY))


def exponents(bases: Any, furthest: float) -> Any:
    """Exponents that keep powers within exp(-furthest) and exp(furthest)."""
    return furthest * (2.0 * RANDOM.random(MANY) - 1.0) / np.abs(np.log(bases))


RANGES: dict[str, tuple[Callable[..., Any], float, list[tuple[Any, ...]]]] = {
    "exp": (mpmath.exp, 1.0, [(near(0, 1400),), (near(0, 2),), (-scales(-18, 1),)]),
    "log": (mpmath.log, 1.0, [(scales(-307, 307),), (near(1, 0.3),), (1.0 + scales(-16, -2),), (scales(-322, -308),)]),
    "log1p": (lambda x: mpmath.log(1 + x), 1.5, [(scales(-18, 20),), (-scales(-18, -0.01),)]),
    "power": (
        mpmath.power, 2.0,
        [(x, exponents(x, most)) for x, most in ((scales(-9, 9), 20), (scales(-300, 300), 700), (near(1, 0.1), 200))],
    ),
    "tanh": (mpmath.tanh, 2.5, [(near(0, 4),), (near(0, 50),), (scales(-18, 0),)]),
    "sine": (mpmath.sin, 1.5, [(near(0, 3.2),), (near(0, 13),)]),
    "cosine": (mpmath.cos, 1.5, [(near(0, 3.2),), (near(0, 13),)]),
    "arcsine": (mpmath.asin, 2.0, [(RANDOM.random(MANY),), (scales(-9, 0),), (1.0 - scales(-15, 0),)]),
}  # fmt: skip
"""Name: the exact function, how many units in the last place ours may be off, and arguments over its whole range."""


def ours(name: str) -> Any:
    return getattr(circles if hasattr(circles, name) and not hasattr(elementary, name) else elementary, name)


def units_off(found: float, exact: Any) -> float:
    """Distance from the exact value in units of its last place."""
    return float(abs(mpmath.mpf(found) - exact) / math.ulp(abs(float(exact))))


@pytest.mark.parametrize("name", RANGES)
def test_a_function_is_right_to_the_last_places(name: str) -> None:
    exact, allowed, ranges = RANGES[name]
    function = ours(name)
    with mpmath.workprec(200):
        for columns in ranges:
            for row in zip(*(column.tolist() for column in columns), strict=True):
                off = units_off(function(*row), exact(*(mpmath.mpf(number) for number in row)))
                assert off <= allowed, (name, row, off)


EDGES = [0.0, -0.0, 1.0, 0.5, 2.0, 5e-324, 1e-310, 709.7, 709.8, -745.1, -746.0, 800.0, -800.0, math.inf, math.nan]


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh"])
def test_edges_are_those_of_numpy(name: str) -> None:
    with np.errstate(all="ignore"):
        theirs = [float(getattr(np, name)(x)) for x in (*EDGES, -math.inf)]
    ours = [float(getattr(elementary, name)(x)) for x in (*EDGES, -math.inf)]
    assert ours == pytest.approx(theirs, rel=1e-15, abs=5e-324, nan_ok=True)


def test_powers_at_the_edges_are_those_of_numpy() -> None:
    """But of negative bases, where ours are undefined."""
    pairs = [(x, y) for x in EDGES if not x < 0.0 for y in (*EDGES, -2.5, -math.inf) if not (x == 0.0 and y != y)]
    with np.errstate(all="ignore"):
        theirs = [float(np.power(abs(x), y)) for x, y in pairs]
    ours = [float(elementary.power(abs(x), y)) for x, y in pairs]
    assert ours == pytest.approx(theirs, rel=1e-12, abs=5e-324, nan_ok=True)
    assert math.isnan(elementary.power(-1.0, 2.5))


def test_a_gumbel_quantile_is_two_logarithms() -> None:
    for chance in RANDOM.random(MANY).tolist():
        assert elementary.gumbel_quantile(chance) == -elementary.log(-elementary.log(chance))


def test_arrays_are_taken_number_by_number_and_broadcast() -> None:
    x, y = near(5, 8).reshape(4, -1), np.array([[0.5], [1.0], [2.0], [-3.0]])
    assert arrays.exps(x).tolist() == [[elementary.exp(value) for value in row] for row in x.tolist()]
    assert arrays.logs(x[::2, ::3]).tolist() == [[elementary.log(v) for v in row] for row in x[::2, ::3].tolist()]
    assert arrays.powers(x, y).shape == x.shape
    assert arrays.powers(x, y)[2, 7] == elementary.power(x[2, 7], 2.0)
    assert arrays.powers(2.0, 0.5).shape == ()


def test_kernels_get_arrays_of_their_own_not_windows_on_broadcast_ones() -> None:
    """numpy warns of a broadcast array that is asked whether it may be written, as numba asks on first sight."""
    given: list[Any] = []
    arrays._over(lambda _, *spread: given.extend(spread), np.ones(3), np.ones((1, 3)))
    assert [each.flags.writeable for each in given] == [True, True]


@cache
def uncompiled() -> SimpleNamespace:
    """The same source run by the interpreter, whose arithmetic is done one operation at a time."""
    space: dict[str, Any] = {"__name__": "uncompiled"}
    for module in (elementary, circles):
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        source = source.replace(
            "from countermarket.engine.compiled import kernel", "kernel = lambda function: function"
        )
        source = re.sub(r"^from countermarket.*$", "", source, flags=re.MULTILINE)
        exec(compile(source, module.__name__, "exec"), space)
    return SimpleNamespace(**space)


@pytest.mark.parametrize("name", RANGES)
def test_the_compiler_neither_fuses_nor_reorders(name: str) -> None:
    """Compiled and interpreted code give the same bits: a fused or reordered sum would differ somewhere."""
    function, plain = ours(name), getattr(uncompiled(), name)
    with np.errstate(all="ignore"):
        for columns in RANGES[name][2]:
            for row in zip(*(column[:400] for column in columns), strict=True):
                assert float(function(*row)) == float(plain(*row)), (name, row)


FUSED = re.compile(r"\b(?:vf?n?m(?:add|sub)\w*|f?n?m(?:add|sub|la|ls)\w*)\b")
"""Instructions that round a product and a sum but once."""

ASK = """
import json, re, sys
import llvmlite.binding as llvm
from countermarket.engine import elementary

names = ("exp", "log", "log1p", "power", "tanh", "gumbel_quantile")
kernels = [getattr(elementary, name).dispatcher for name in names]
for name, kernel in zip(names, kernels):
    kernel(*([0.3] * (2 if name == "power" else 1)))
llvm.initialize_all_targets()
llvm.initialize_all_asmprinters()
FUSED = re.compile(sys.argv[1])
CALLED = re.compile(r"call [^\\n@]*@(?:llvm\\.)?(exp\\w*|log\\w*|pow\\w*|tanh|sin|cos|fmuladd|fma)\\b")
found = {}
for kernel in kernels:
    code = kernel.inspect_llvm(kernel.signatures[0])
    found[kernel.__name__] = {"size": len(code), "called": CALLED.findall(code), "contract": "contract" in code}
    for triple in ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"):
        text = re.sub("target datalayout = .*", "", re.sub("target triple = .*", f'target triple = "{triple}"', code))
        features = "+fma,+avx2" if triple.startswith("x86") else ""
        machine = llvm.Target.from_triple(triple).create_target_machine(opt=3, features=features)
        found[kernel.__name__][triple] = FUSED.findall(machine.emit_assembly(llvm.parse_assembly(text)))
print(json.dumps(found))
"""


def test_no_fused_operation_and_no_call_of_the_c_library_is_in_the_code(tmp_path: Path) -> None:
    """Neither in this processor's code nor in that for ARM, where the C compilers fuse unless told not to."""
    fresh = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "COUNTERMARKET_CACHE": ""}  # cached code has no listing
    command = [sys.executable, "-c", ASK, FUSED.pattern]
    done = subprocess.run(command, env=fresh, capture_output=True, text=True, check=True)
    for name, about in json.loads(done.stdout).items():
        assert about.pop("size") > 5000, name
        assert not any(about.values()), (name, about)


def test_a_fingerprint_sees_values_and_nothing_else() -> None:
    layout = np.dtype([("flag", "i1"), ("value", "f8"), ("many", "f4", (3,))], align=True)
    first, second = (np.frombuffer(bytearray([fill] * layout.itemsize * 4), layout) for fill in (0, 255))
    for table in (first, second):
        table["flag"], table["value"], table["many"] = 1, [1.0, 2.0, np.nan, -np.nan], 0.5
    assert first.tobytes() != second.tobytes()
    assert fingerprint(first) == fingerprint(second)
    second["many"][3, 2] = np.nextafter(np.float32(0.5), np.float32(1.0))
    assert fingerprint(first) != fingerprint(second)
    assert fingerprint(first[::2]) == fingerprint(first[::2].copy())
    assert fingerprint(np.zeros(2), np.zeros(3)) != fingerprint(np.zeros(3), np.zeros(2))


def test_the_pattern_that_looks_for_fused_operations_knows_them() -> None:
    for word in ("vfmadd213sd", "vfnmadd231sd", "vfmsub132sd", "fmadd", "fmla", "fnmsub"):
        assert FUSED.search(f"\t{word}\t d0, d1"), word
    for word in ("vmulsd", "fmul", "fadd", "vsubsd"):
        assert not FUSED.search(f"\t{word}\t d0, d1"), word
