"""How the object file is made: kernels compiled by numba in several processes, joined and turned to code by llvmlite.

numba's public face gives the text of a compiled function for LLVM. Not public, and known here alone: that it takes the
place of its result, the place of an exception, and then every part of every argument by itself, and returns 0.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from countermarket.engine.objects import IN_ORDER, RESULT_WORDS, name_of

PLAINEST = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
"""Environment of the processes that compile: code for every processor of a kind, and the same bits on all of them."""


class Part(NamedTuple):
    """Some kernels compiled, not yet turned to machine code."""

    bitcode: bytes
    entries: dict[str, str]
    """What each returns by name, in letters of the struct module."""


def compile_part(calls: Sequence[tuple[Any, tuple[Any, ...]]]) -> Part:
    """Compile kernels for such arguments, each with an entry that takes a table of words."""
    import llvmlite.binding as llvm

    whole = llvm.parse_assembly("")
    entries: dict[str, str] = {}
    for called, arguments in calls:
        text, inner, result = _compiled(called.dispatcher, arguments)
        name = name_of(called.py_func, arguments)
        assert name is not None
        module = llvm.parse_assembly(text)
        module.link_in(llvm.parse_assembly(_entry(module, inner, name)))
        _leave_out_unless_called(module, name)
        whole.link_in(module)
        entries[name] = result
    return Part(whole.as_bitcode(), entries)


def _compiled(dispatcher: Any, arguments: Sequence[Any]) -> tuple[str, str, str]:
    """A kernel for LLVM as text, what it is called there, and what it returns."""
    import numba

    types = tuple(numba.typeof(argument) for argument in arguments)
    dispatcher.compile(types)
    known = dispatcher.overloads[types]
    return dispatcher.inspect_llvm(types), known.fndesc.llvm_func_name, _letters(known.signature.return_type)


def _letters(kind: Any) -> str:
    """A type that a kernel returns, in letters of the struct module."""
    import numba

    known = {numba.void: "", numba.none: "", numba.float64: "d", numba.int64: "q", numba.uint64: "Q"}
    return known[kind] if kind in known else "".join(_letters(part) for part in kind)


def _leave_out_unless_called(module: Any, name: str) -> None:
    """Let all but an entry be left out where it is joined to another module, unless something calls it.

    What is not seen from outside stays so: numba calls its tables of constants by names that mean something else in
    another module.
    """
    for one in (*module.functions, *module.global_variables):
        if one.linkage.name in ("external", "common") and not one.is_declaration and one.name != name:
            one.linkage = "linkonce_odr"


def _entry(module: Any, inner: str, name: str) -> str:
    """A function that calls a kernel with the arguments in a table of words, as text."""
    from llvmlite import ir

    made = ir.Module()
    made.triple, made.data_layout = module.triple, module.data_layout
    types = [_type(str(argument.type)) for argument in module.get_function(inner).arguments]
    kernel = ir.Function(made, ir.FunctionType(ir.IntType(32), types), inner)
    entry = ir.Function(made, ir.FunctionType(ir.IntType(32), [ir.IntType(64)]), name)
    builder = ir.IRBuilder(entry.append_basic_block())
    (words,) = entry.args
    exception = builder.alloca(ir.IntType(64))
    given = [builder.inttoptr(words, types[0]), builder.bitcast(exception, types[1])]
    for place, kind in enumerate(types[2:], RESULT_WORDS):
        word = builder.add(words, ir.Constant(ir.IntType(64), 8 * place))
        given.append(builder.load(builder.inttoptr(word, kind.as_pointer())))
    builder.ret(builder.call(kernel, given))
    return str(made)


def _type(text: str) -> Any:
    """A type of LLVM by its text: numbers as they are, all else as the place of something."""
    from llvmlite import ir

    if text == "double":
        return ir.DoubleType()
    return ir.IntType(int(text[1:])) if text[1:].isdigit() else ir.IntType(8).as_pointer()


def _in_order(module: Any) -> str:
    """The function that calls entries one after another until one fails, as text."""
    from llvmlite import ir

    made = ir.Module()
    made.triple, made.data_layout = module.triple, module.data_layout
    word, status = ir.IntType(64), ir.IntType(32)
    entry = ir.FunctionType(status, [word])
    function = ir.Function(made, ir.FunctionType(status, [word, word, word]), IN_ORDER)
    codes, count, words = function.args
    begin, call, onward, end = (function.append_basic_block(name) for name in ("begin", "call", "onward", "end"))
    builder = ir.IRBuilder(begin)
    builder.branch(call)
    builder.position_at_end(call)
    done = builder.phi(word)
    place = builder.inttoptr(builder.add(codes, builder.mul(done, ir.Constant(word, 8))), word.as_pointer())
    code = builder.inttoptr(builder.load(place), entry.as_pointer())
    said = builder.call(code, [words])
    builder.cbranch(builder.icmp_signed("==", said, ir.Constant(status, 0)), onward, end)
    builder.position_at_end(onward)
    next_one = builder.add(done, ir.Constant(word, 1))
    builder.cbranch(builder.icmp_signed("<", next_one, count), call, end)
    done.add_incoming(ir.Constant(word, 0), begin)
    done.add_incoming(next_one, onward)
    builder.position_at_end(end)
    builder.ret(said)
    return str(made)


def joined(parts: Sequence[Part]) -> tuple[bytes, dict[str, str]]:
    """Parts as one object file, and what each of its entries returns."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    modules = [llvm.parse_bitcode(part.bitcode) for part in parts]
    whole = llvm.parse_assembly(_in_order(modules[0]))
    for module in modules:
        whole.link_in(module)
    entries = {name: result for part in parts for name, result in part.entries.items()}
    _hide(whole, {IN_ORDER, *entries})
    machine = llvm.Target.from_triple(whole.triple).create_target_machine(cpu="generic", opt=3, reloc="pic")
    return machine.emit_object(whole), entries


def _hide(module: Any, seen: set[str]) -> None:
    """Let nothing else be seen from outside, under a short name: numba's hold every column of every table."""
    hidden = [one for one in (*module.functions, *module.global_variables) if not one.is_declaration]
    for number, one in enumerate(each for each in hidden if each.name not in seen):
        one.linkage, one.name = "internal", f"k{number}"
