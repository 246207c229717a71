"""The shape of the code: who may import whom, how long things may be, who reads which lever."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
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
    "found_group": "a list of a new group's fields, one line each",
}
LONGEST_FILE = 300
LONG_FILES = {
    "groups.py": "how groups live, from founding to winding up",
    "record.py": "the recorder, and the kernels that fill its rows",
    "parameters.py": "the list of every parameter, a line each",
    "sweep.py": "one walk through a design: plan, run, save, take up again",
}
MAY_IMPORT = (
    ("reading",),
    ("declared", "engine"),
    ("world",),
    ("policy",),
    ("results",),
    ("parameters", "analysis"),
    ("model", "charts"),
    ("runs", "pages"),
    ("sweeps", "brief"),
    ("evidence", "explore"),
    ("experiment",),
    ("cli", "mesa"),
)
"""Rooms by floor, the lowest first: a room imports from floors below its own alone, for types too."""
MAY_IMPORT_WITHIN_THE_MODEL = (
    ("state",),
    ("trade", "shocks", "society"),
    ("crime", "recording"),
    ("law",),
    ("month",),
    ("opening",),
    ("running",),
)
"""The same within the model."""
READ_SAVED_TABLES = ("analysis", "charts", "pages", "brief", "cli.comparison_view")
"""They never come to the model or to runs, however far round: a brief is made on a laptop from runs made elsewhere."""
ADDRESSES = ("countermarket", "countermarket.__main__", "countermarket.evaluate", "countermarket.replications")
"""What users type; nothing within imports them."""
SET_UP_BY = {
    "countermarket.model.opening.initial": {
        "agencies.allocate", "enforcement.set_powers", "routes.assess_legs", "routes.price_legs",
    },
    "countermarket.model.opening.flows": {"routes.assess_legs", "markets.want"},
}
"""Mechanisms called outside the month: the first state is made by the rules that will keep it."""
NO_HOME = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "core"}
SAYS_NOTHING = "found"
"""What any value is to whoever has looked for it: no name for one."""


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


@cache
def imports() -> dict[str, set[str]]:
    """Which modules of the package each imports: inside functions and for types too."""
    return {module: set(_imported(module)) - {module} for module in modules()}


def _imported(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
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


def floor(table: tuple[tuple[str, ...], ...], room: str) -> int:
    """How high a room stands."""
    (found,) = (number for number, rooms in enumerate(table) if room in rooms)
    return found


def goes_down(module: str, other: str) -> bool:
    """Whether one module may import another: from a lower floor, or from its own room."""
    own, its = module.split(".")[1:], other.split(".")[1:]
    if own[0] != its[0]:
        return floor(MAY_IMPORT, own[0]) > floor(MAY_IMPORT, its[0])
    if own[0] != "model" or own[1] == its[1]:
        return True
    return floor(MAY_IMPORT_WITHIN_THE_MODEL, own[1]) > floor(MAY_IMPORT_WITHIN_THE_MODEL, its[1])


def test_imports_have_no_circles() -> None:
    assert [module for module in modules() if module in reached(module)] == []


@pytest.mark.parametrize("module", sorted(set(modules()) - set(ADDRESSES)))
def test_imports_go_down_only(module: str) -> None:
    upward = sorted(other for other in imports()[module] if other in ADDRESSES or not goes_down(module, other))
    assert not upward, f"{module} may not import {', '.join(upward)}: MAY_IMPORT says which rooms stand below it"


def test_every_room_has_its_floor_and_no_other() -> None:
    inside = {module.split(".")[1] for module in modules() if "." in module and module not in ADDRESSES}
    assert sorted(inside) == sorted(room for rooms in MAY_IMPORT for room in rooms)
    model = {module.split(".")[2] for module in modules() if module.startswith(MODEL + ".")}
    assert sorted(model) == sorted(room for rooms in MAY_IMPORT_WITHIN_THE_MODEL for room in rooms)


@pytest.mark.parametrize("name", READ_SAVED_TABLES)
def test_what_reads_saved_tables_never_comes_to_the_model(name: str) -> None:
    family = [m for m in modules() if m == f"countermarket.{name}" or m.startswith(f"countermarket.{name}.")]
    assert family, f"{name} is gone: take it off READ_SAVED_TABLES"
    for module in family:
        assert not {other for other in reached(module) if other.split(".")[1] in ("model", "runs", "sweeps")}, module


def test_addresses_that_documents_give_answer() -> None:
    from countermarket.evaluate import evaluate
    from countermarket.mesa import CriminalMarketModel
    from countermarket.mesa.model import CriminalMarketModel as Itself
    from countermarket.sweeps import point

    assert evaluate is point.evaluate
    assert CriminalMarketModel is Itself
    for name in ("countermarket", "countermarket.replications"):
        subprocess.run([sys.executable, "-m", name, "--help"], check=True, capture_output=True)


@pytest.mark.parametrize("package", ["countermarket", "countermarket.mesa"])
def test_a_public_name_is_not_a_modules_too(package: str) -> None:
    """Importing the module would put it in the place of the function."""
    public = import_module(package).__all__
    beside = {path.stem for path in modules()[package].parent.iterdir()}
    assert not set(public) & beside


def test_the_package_itself_imports_nothing() -> None:
    kinds = (ast.Import, ast.ImportFrom)
    loaded = [node for node in tree("countermarket").body if isinstance(node, kinds)]
    assert not [node for node in loaded if "countermarket" in ast.unparse(node)]


def test_relative_imports_are_not_used() -> None:
    for module in modules():
        relative = [n for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom) and n.level]
        assert not relative, module


def test_only_the_command_line_prints() -> None:
    for module in (m for m in modules() if not m.startswith("countermarket.cli")):
        calls = [n.func for n in ast.walk(tree(module)) if isinstance(n, ast.Call)]
        assert not [f for f in calls if isinstance(f, ast.Name) and f.id == "print"], module


NOT_OF_A_RUN = (
    "charts", "appraisal", "information", "calibration", "validation", "history", "comparison_view", "sets", "draws",
    "explore",
)  # fmt: skip
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


def names_given(node: ast.AST) -> Iterator[str]:
    """The names a piece of code gives: to variables, fields, parameters, attributes, functions, classes, imports."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler):
        yield node.name or ""
    elif isinstance(node, ast.alias):
        yield node.asname or node.name


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_value_is_called_found(module: str) -> None:
    nodes = list(ast.walk(tree(module)))
    lines = sorted({getattr(node, "lineno", 0) for node in nodes if SAYS_NOTHING in names_given(node)})
    assert not lines, (
        f"{module}, lines {lines}: {SAYS_NOTHING!r} says that somebody looked, not what there is; "
        "name the value by what it holds: course, rows, interval, draws"
    )


@pytest.mark.parametrize(
    "code",
    ["found = 1", "for found in ():\n    pass", "def found(): ...", "def f(found): ...", "(found := 1)",
     "[found for found in ()]", "lambda found: 1", "class A:\n    found: int", "self.found = 1", "import a as found",
     "try: ...\nexcept OSError as found: ..."],
)  # fmt: skip
def test_a_value_called_found_is_seen_wherever_it_is_named(code: str) -> None:
    assert any(SAYS_NOTHING in names_given(node) for node in ast.walk(ast.parse(code)))


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

def lever_reads(function: ast.FunctionDef) -> set[str]:
    """Columns of levers a function reads: `lever.x`, `levers.agencies[j].x`."""
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute):
            continue
        of = ast.unparse(node.value)
        if of == "lever" or re.fullmatch(r"levers\.(agencies|alliance|legs)\[\w+\]", of):
            found.add(node.attr)
    return found


@cache
def readers() -> dict[str, set[str]]:
    """For each column of the levers, the mechanisms that read it, through functions of their module too."""
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
    named, column = LEVERS[lever].read_by, LEVERS[lever].column
    assert named in {name_of(m) for m in MONTH}, (
        f"{lever} says that {named} reads it, which is no mechanism of MONTH: name one in its declaration"
    )
    found = sorted(readers().get(column, set()))
    assert found == [named], (
        f"{lever} is declared and says that {named} reads it, but column {column!r} is read by {found or 'nobody'}: "
        f"let {named} read `levers.{LEVERS[lever].table}[...].{column}`, or take the declaration away"
    )


def test_every_column_of_levers_that_is_read_is_declared() -> None:
    unknown = set(readers()) - {lever.column for lever in LEVERS.values()}
    assert not unknown, f"mechanisms read levers that nothing declares: {sorted(unknown)}; declare them in declared/"



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
