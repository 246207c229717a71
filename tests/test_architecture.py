"""The shape of the code: who may import whom, how long things may be, who reads which lever."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from clone import ROOT

from countermarket.declared.levers import LEVERS
from countermarket.declared.parameters import PARAMETERS
from countermarket.model.month import MONTH

SOURCE = ROOT / "src"
PACKAGE = SOURCE / "countermarket"
MODEL = "countermarket.model"

LONGEST_FUNCTION = 40
LONG_FUNCTIONS = {
    "found": "a list of a new group's fields, one line each",
}
LONGEST_FILE = 300
LONG_FILES = {
    "groups.py": "how groups live, from founding to winding up",
    "record.py": "the list of what is recorded and the recorder that fills it, side by side",
    "parameters.py": "the list of every parameter, a line each",
    "sweep.py": "one walk through a design: plan, run, save, take up again",
}
AFTER_RESULTS = (
    "results.rows", "analysis.levels", "analysis.cost_index", "analysis.displacement",
        "analysis.verdicts", "analysis.intervals",
        "policy.scope",
        "analysis.pairing",
        "analysis.comparison",
    "cli.comparison_view", "analysis.tables", "charts", "pages.page", "brief.content",
        "brief.sentences",
)  # fmt: skip
"""Modules that know saved tables only: a brief can be made on a laptop from runs made elsewhere."""
SET_UP_BY = {
    "countermarket.model.opening.initial": {
        "agencies.allocate", "enforcement.set_powers", "routes.assess_legs", "routes.price_legs",
    },
    "countermarket.model.opening.flows": {"routes.assess_legs", "markets.want"},
}
"""Mechanisms called outside the month: the first state is made by the rules that will keep it."""
NO_HOME = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "core"}


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    """The parsed source of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, without what stands under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from running(child)


@cache
def imports() -> dict[str, set[str]]:
    """Which modules of the package each imports, inside functions too."""
    return {module: set(_imported(module)) - {module} for module in modules()}


def _imported(module: str) -> Iterator[str]:
    for node in running(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("countermarket"):
            assert node.module
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else node.module


def reached(module: str) -> set[str]:
    """Every module that importing this one, or calling what is in it, can load."""
    seen: set[str] = set()
    ahead = [module]
    while ahead:
        for other in imports()[ahead.pop()] - seen:
            seen.add(other)
            ahead.append(other)
    return seen


def test_imports_have_no_circles() -> None:
    assert [module for module in modules() if module in reached(module)] == []


@pytest.mark.parametrize("name", AFTER_RESULTS)
def test_what_reads_results_never_imports_the_model(name: str) -> None:
    family = [m for m in modules() if m == f"countermarket.{name}" or m.startswith(f"countermarket.{name}.")]
    assert family, f"{name} is gone: take it off AFTER_RESULTS"
    for module in family:
        assert not {other for other in reached(module) if other.startswith(MODEL)}, module


@pytest.mark.parametrize(
    "name", ["world", "policy.scenario", "policy.courses", "parameters.load", "declared.levers",
        "declared.shocks",
        "engine.streams"]
)
def test_what_the_model_reads_never_imports_it(name: str) -> None:
    for module in modules():
        if module == f"countermarket.{name}" or module.startswith(f"countermarket.{name}."):
            assert not {other for other in reached(module) if other.startswith(MODEL)}, module


def test_the_model_imports_nothing_that_comes_after_it() -> None:
    later = {
        f"countermarket.{name}"
        for name in (*AFTER_RESULTS, "results.studies", "runs.study", "sweeps.sweep", "experiment",
        "cli.app",
        "mesa.model")
    }
    for module in modules():
        if module.startswith(MODEL):
            assert not reached(module) & later, module


def test_only_the_lazy_package_imports_nothing() -> None:
    assert imports()["countermarket"] == set()


def test_relative_imports_are_not_used() -> None:
    for module in modules():
        relative = [n for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom) and n.level]
        assert not relative, module


def test_only_the_command_line_prints() -> None:
    for module in (m for m in modules() if not m.startswith("countermarket.cli")):
        calls = [n.func for n in ast.walk(tree(module)) if isinstance(n, ast.Call)]
        assert not [f for f in calls if isinstance(f, ast.Name) and f.id == "print"], module


NOT_OF_A_RUN = ("charts", "calibration", "validation", "comparison_view", "sets", "draws")
"""Parts whose numbers no run depends on: pictures, words, whole numbers, what is fitted once and rounded."""
ELEMENTARY = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "pow", "float_power", "sin", "cos", "tan", "tanh",
    "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "cbrt", "hypot", "logaddexp", "einsum", "dot", "matmul",
    "vdot", "inner", "lognormal", "normal", "standard_normal", "exponential", "gumbel", "interp",
}  # fmt: skip
"""Functions of numpy and the C library whose last digit depends on the processor, and matrix products."""


@pytest.mark.parametrize("module", [name for name in modules() if not set(NOT_OF_A_RUN) & set(name.split("."))])
def test_what_a_run_depends_on_gives_the_same_bits_everywhere(module: str) -> None:
    """`engine.elementary` instead of numpy's functions, whole powers only, no matrix products, stable sorting."""
    found = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in ELEMENTARY:
            if node.value.id in ("np", "numpy", "math", "random"):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            found.append("a matrix product")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not _is_whole(node.right):
            found.append(f"** {ast.unparse(node.right)}")
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "argsort" and not _has_kind(node):
            found.append("argsort without kind='stable': ties fall differently by processor")
    assert not found, module


def _has_kind(call: ast.Call) -> bool:
    return any(word.arg == "kind" for word in call.keywords)


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def functions(module: str) -> Iterator[ast.FunctionDef]:
    """Every function of a module."""
    yield from (node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    long = {
        function.name: body_lines(function)
        for module in modules()
        for function in functions(module)
        if body_lines(function) > LONGEST_FUNCTION
    }
    assert set(long) <= set(LONG_FUNCTIONS), long
    assert set(LONG_FUNCTIONS) <= set(long), "no longer long: take it off LONG_FUNCTIONS"


def test_files_are_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules().values()}
    long = {path.name: n for path, n in lines.items() if n > LONGEST_FILE}
    assert set(long) <= set(LONG_FILES), long


def test_every_module_and_public_function_of_the_model_says_what_it_is() -> None:
    for module, path in modules().items():
        assert ast.get_docstring(tree(module)) or not path.read_text(encoding="utf-8").strip(), module
        if module.startswith(MODEL):
            public = [n for n in tree(module).body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
            assert all(ast.get_docstring(function) for function in public), module


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    for module in modules():
        assert not NO_HOME & set(module.split(".")), module


def name_of(mechanism: object) -> str:
    """`module.function` of a mechanism."""
    return f"{mechanism.__module__.rpartition('.')[2]}.{mechanism.__name__}"  # type: ignore[attr-defined]


BOOKKEEPING = ("month.open_books", "enforcement.set_powers", "groups.count")


@pytest.mark.parametrize("mechanism", [m for m in MONTH if name_of(m) not in BOOKKEEPING], ids=name_of)
def test_every_mechanism_says_what_it_is_made_after(mechanism: object) -> None:
    said = mechanism.__doc__ or ""
    assert "After: " in said or "Assumption: " in said


def rule(mechanism: object) -> object:
    """The Python function behind a kernel."""
    return getattr(mechanism, "py_func", mechanism)


@pytest.mark.parametrize("mechanism", MONTH, ids=name_of)
def test_mechanisms_have_one_signature_and_say_what_they_do(mechanism: object) -> None:
    function = rule(mechanism)
    assert list(inspect.signature(function).parameters) == ["state", "parameters", "levers"]  # type: ignore[arg-type]
    assert (inspect.getdoc(function) or "").endswith(".")


def test_a_mechanism_stands_in_the_month_once() -> None:
    assert len({name_of(m) for m in MONTH}) == len(MONTH)


def test_every_public_function_with_the_signature_of_a_mechanism_is_in_the_month() -> None:
    names = {name_of(m) for m in MONTH} | {"month.run_month"}
    for module in (m for m in modules() if m.startswith(MODEL)):
        alike = [f.name for f in functions(module) if signature(f) == ["state", "parameters", "levers"]]
        public = {f"{module.rpartition('.')[2]}.{name}" for name in alike if name[0] != "_"}
        assert public <= names, module


def signature(function: ast.FunctionDef) -> list[str]:
    """Names of a function's arguments."""
    return [argument.arg for argument in function.args.args]


def test_mechanisms_do_not_call_one_another() -> None:
    names = {name_of(m) for m in MONTH}
    for module in modules():
        if not module.startswith(MODEL) or module == f"{MODEL}.month":
            continue
        used = set(_names_used(module)) & names
        assert used <= SET_UP_BY.get(module, set()), module


def _names_used(module: str) -> Iterator[str]:
    """`module.function` for what is imported from the model, reached through its module, or called here."""
    short = module.rpartition(".")[2]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(MODEL):
            yield from (f"{str(node.module).rpartition('.')[2]}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield f"{short}.{node.func.id}"


# Levers: each is read by one mechanism, its institution's own.

FIELD_OF = {
    "alliance.members": "member",
    "alliance.blackout_zone": "blackout",
    "alliance.chokepoints": "chokepoints",
}


def field_of(lever: str) -> str:
    """The field of the lever tables that a lever's value arrives in."""
    if LEVERS[lever].unit == "share of effort":
        return "effort"
    return FIELD_OF.get(lever, lever.partition(".")[2])


def lever_reads(function: ast.FunctionDef) -> set[str]:
    """Fields of levers a function reads: `lever.x`, `levers.agencies[j].x`, `levers.x[n]`."""
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute):
            continue
        of = ast.unparse(node.value)
        row = of == "lever" or re.fullmatch(r"levers\.(agencies|alliance)\[\w+\]", of)
        if row or (of == "levers" and node.attr not in ("agencies", "alliance")):
            found.add(node.attr)
    return found


@cache
def readers() -> dict[str, set[str]]:
    """For each field of the levers, the mechanisms that read it, through functions of their module too."""
    found: dict[str, set[str]] = {}
    names = {name_of(m) for m in MONTH}
    for module in (m for m in modules() if m.startswith(MODEL + ".")):
        short = module.rpartition(".")[2]
        own = {f.name: f for f in functions(module)}
        for name in own:
            if f"{short}.{name}" in names:
                for function in _called_here(own, name):
                    for field in lever_reads(own[function]):
                        found.setdefault(field, set()).add(f"{short}.{name}")
    return found


def _called_here(own: dict[str, ast.FunctionDef], name: str) -> set[str]:
    """A function and those of its module that it calls, however deep."""
    seen, ahead = {name}, [name]
    while ahead:
        for node in ast.walk(own[ahead.pop()]):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if called in own and called not in seen:
                seen.add(called)
                ahead.append(called)
    return seen


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_is_read_by_exactly_the_mechanism_it_names(lever: str) -> None:
    assert LEVERS[lever].read_by in {name_of(m) for m in MONTH}
    assert readers().get(field_of(lever), set()) == {LEVERS[lever].read_by}


def test_every_field_of_the_lever_tables_is_a_lever() -> None:
    assert set(readers()) == {field_of(lever) for lever in LEVERS}


@cache
def parameter_reads() -> set[str]:
    """Every name read as `p.x`, `parameters[0].x`, `p["x"]` or `parameters["x"]` in the package."""
    found: set[str] = set()
    for module in modules():
        text = modules()[module].read_text(encoding="utf-8")
        found |= set(re.findall(r"\b(?:p|parameters\[0\])\.(\w+)", text))
        found |= set(re.findall(r'\b(?:p|parameters|parameters\[0\])\["(\w+)"\]', text))
    return found


@pytest.mark.parametrize("name", [quantity.name for quantity in PARAMETERS])
def test_every_parameter_is_used(name: str) -> None:
    assert name in parameter_reads()


# Benchmarks and the twin: the same lengths, and nothing that only a clone has.

BENCHMARKS = sorted(path for name in ("benchmarks", "twin") for path in (SOURCE.parent / name).rglob("*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.relative_to(SOURCE.parent).as_posix())
def test_benchmarks_are_short_and_stand_beside_the_package_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = ast.parse(text)
    defined = [node for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef)]
    assert len(text.splitlines()) <= LONGEST_FILE
    assert not {function.name for function in defined if body_lines(function) > LONGEST_FUNCTION}
    assert ast.get_docstring(parsed)
    public = [node for node in parsed.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    assert all(ast.get_docstring(one) for one in public)
    libraries = {"benchmarks", "countermarket", "mesa", "numba", "numpy", "threadpoolctl", "twin", "typer"}
    assert {name.partition(".")[0] for name in _imports_of(parsed)} <= libraries | set(sys.stdlib_module_names)


def _imports_of(parsed: ast.Module) -> Iterator[str]:
    """Every module that is imported, inside functions too."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
