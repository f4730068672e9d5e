"""Handlers become machine code: what numba is asked for, and what of numba is put right for it.

Imported when something is to be compiled: what is kept on disk is loaded without numba.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import numba
import numba.core.boxing
import numba.core.codegen
import numba.core.cpu
import numba.core.pythonapi
from llvmlite import ir
from numba import _dynfunc, njit, types  # type: ignore[attr-defined]
from numba.core import cgutils
from numba.core.intrinsics import INTR_MATH
from numba.core.registry import cpu_target
from numba.extending import NativeValue, intrinsic
from numba.np import numpy_support

import floorcast.model.machine_code.state_type  # noqa: F401  # tells numba what a State is
from floorcast.model.machine_code.linked import NDARRAY, names_known
from floorcast.model.machine_code.quicker import quicker
from floorcast.model.machine_code.remembered import remembering

names_known()
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


def dispatcher_of(function: FunctionType, forceinline: bool) -> Any:
    """numba's dispatcher, but each function is compiled for one width of integers only.

    Fields of records are as narrow as memory asks for; without this, a function would be compiled
    anew for every mixture of int8, int16 and int32 that it is called with (minutes in all).
    """
    compiled: Any = njit(forceinline=forceinline, **_OPTIONS)(function)
    template = compiled.get_call_template

    def widened(args: Any, kws: Any) -> Any:
        with _compiling_a_part(compiled):
            return template(tuple(_wide(a) for a in args), {k: _wide(a) for k, a in kws.items()})

    compiled.get_call_template = widened
    return compiled


def _wide(argument: Any) -> Any:
    """Signed and small integers, and members of enumerations, as int64; all else as it is."""
    if isinstance(argument, types.IntEnumMember):
        return types.int64
    if isinstance(argument, types.Integer) and argument is not types.uint64:
        return types.int64
    return argument


def compiled_for(dispatcher: Any, arguments: tuple[Any, ...]) -> tuple[Callable[..., Any], str, dict[str, Any], bytes]:
    """An entry compiled for arguments, with all that it calls: what answers a call from Python; the signature in
    words; and what `linked` needs to have the same in another session."""
    signature = tuple(dispatcher.typeof_pyval(argument) for argument in arguments)
    with quicker(), remembering(), _looking_at_arrays():
        dispatcher.compile(signature)
    made = dispatcher.overloads[signature]
    _, _, (code, _) = made.library.serialize_using_object_code()
    whole = not made.environment.consts and not made.reload_init
    frames = [one.env_name for one in made._find_referenced_environments()]
    header = {
        "called": made.fndesc.llvm_cpython_wrapper_name,
        "name": made.fndesc.qualname,
        "environments": frames,
        "mathematics": list(INTR_MATH),
    }
    return made.entry_point, str(signature), header, bytes(code) if whole else b""


def type_of_instruction(typed: Callable[..., Any]) -> Any:
    """The type of an intrinsic; it knows the function that types it and generates its code."""
    made, context = intrinsic(typed), cpu_target.typing_context
    context.refresh()
    return context.resolve_value_type(made)


@contextmanager
def _looking_at_arrays() -> Iterator[None]:
    """An entry itself makes sure that it is handed the arrays that it was compiled for, and ends in a TypeError
    where it is not. numba looks at the size of their items alone, and leaves the rest to its dispatcher."""
    unboxers = numba.core.pythonapi._unboxers.functions
    before = unboxers[types.Array]
    unboxers[types.Array] = _unbox_array
    try:
        yield
    finally:
        unboxers[types.Array] = before


# Where the fields of an array stand, and those of its dtype; numpy promises that they stay there.
_TYPE, _NDIM, _DTYPE, _FLAGS = 8, 24, 56, 64
_KIND, _ORDER = 24, 26
_LAYOUTS = {"C": 0x1, "F": 0x2, "A": 0x0}
_ALIGNED, _WRITEABLE = 0x100, 0x400


def _unbox_array(typ: Any, obj: Any, c: Any) -> Any:
    builder = c.builder
    byte, word = ir.IntType(8), ir.IntType(32)

    def read(of: Any, offset: int, kind: Any) -> Any:
        at = builder.gep(builder.bitcast(of, byte.as_pointer()), [ir.Constant(word, offset)])
        return builder.load(builder.bitcast(at, kind.as_pointer()))

    def alike(found: Any, wanted: int) -> Any:
        return builder.icmp_unsigned("==", found, ir.Constant(found.type, wanted))

    value = cgutils.alloca_once(builder, c.context.get_value_type(typ), zfill=True)
    bad = cgutils.alloca_once_value(builder, cgutils.true_bit)
    ndarray = builder.module.globals.get(NDARRAY) or ir.GlobalVariable(builder.module, byte, NDARRAY)
    with builder.if_then(builder.icmp_unsigned("==", read(obj, _TYPE, byte.as_pointer()), ndarray)):
        wanted = _LAYOUTS[typ.layout] | (_ALIGNED if typ.aligned else 0) | (_WRITEABLE if typ.mutable else 0)
        flags = builder.and_(read(obj, _FLAGS, word), ir.Constant(word, wanted))
        fits = builder.and_(alike(flags, wanted), alike(read(obj, _NDIM, word), typ.ndim))
        dtype = read(obj, _DTYPE, byte.as_pointer())
        of_numpy = numpy_support.as_dtype(typ.dtype)
        fits = builder.and_(fits, alike(read(dtype, _KIND, byte), ord(of_numpy.kind)))
        fits = builder.and_(fits, alike(read(dtype, _ORDER, byte), ord(of_numpy.byteorder)))
        with builder.if_then(fits):
            native = numba.core.boxing.unbox_array(typ, obj, c)
            builder.store(native.value, value)
            builder.store(native.is_error, bad)
    failed = builder.load(bad)
    with builder.if_then(failed, likely=False):
        c.pyapi.err_set_string("PyExc_TypeError", f"allowed {typ}")
    return NativeValue(builder.load(value), is_error=failed)


_parts = threading.local()


def _compiling_parts() -> bool:
    return bool(getattr(_parts, "depth", 0))


@contextmanager
def _compiling_a_part(function: Any) -> Iterator[None]:
    """What is compiled meanwhile is only called from other compiled code."""
    _parts.depth = getattr(_parts, "depth", 0) + 1
    options = function.targetoptions
    before = dict(options)
    options.update(no_cpython_wrapper=True, no_cfunc_wrapper=True)
    try:
        yield
    finally:
        _parts.depth -= 1
        options.clear()
        options.update(before)


def _parts_of(library: Any) -> tuple[list[Any], list[Any]]:
    """Code libraries that a library calls, parts of parts included: parts, and finished ones."""
    parts: dict[Any, None] = {}
    finished: dict[Any, None] = {}
    pending = list(library._linking_libraries)
    while pending:
        called = pending.pop()
        if called in parts or called in finished:
            continue
        if vars(called).get("only_a_part"):
            parts[called] = None
            pending.extend(called._linking_libraries)
        else:
            finished[called] = None
    return list(parts), list(finished)


def _link_parts_once() -> None:
    """Teach numba's code library about parts.

    numba links, optimises and translates every function with all that it calls, again at each
    level of calls, so the model's innermost functions would be compiled some nine times over. A
    part stays as it is until the entry that contains it links every part once, optimises once and
    translates once (first compilation: 15 s instead of 46 s on the model of one day, 30 s
    instead of minutes on today's). Without these internals of numba it only takes longer.
    """
    library, context = numba.core.codegen.CPUCodeLibrary, numba.core.cpu.CPUContext
    needed = ("finalize", "_get_module_for_linking", "_finalize_dynamic_globals")
    if not all(hasattr(library, name) for name in needed):
        return
    refuse = ctypes.cast(ctypes.pythonapi.PyObject_Call, ctypes.c_void_p).value
    finalize, executable = library.finalize, context.get_executable

    def finalize_parts_once(self: Any) -> None:
        if _compiling_parts() or vars(self).get("only_a_part"):
            self.only_a_part = True
            self._finalize_dynamic_globals()
            self._finalized = True
            return
        parts, finished = _parts_of(self)
        if not parts:
            finalize(self)
            return
        own = {f.name for f in self._final_module.functions if not f.is_declaration}
        names: list[str] = []
        for part in parts:
            self._reload_init.update(part._reload_init)
            defined = [f.name for f in part._final_module.functions if not f.is_declaration]
            names.extend(name for name in defined if name not in own)
            self._final_module.link_in(part._final_module, preserve=True)
        for other in finished:
            self._reload_init.update(other._reload_init)
            self._final_module.link_in(other._get_module_for_linking(), preserve=True)
        for name in names:
            # Nobody outside calls it: what is inlined everywhere need not stay.
            self._final_module.get_function(name).linkage = "linkonce_odr"
        passes, builder = self._codegen._module_pass_manager(
            loop_vectorize=False, slp_vectorize=False
        )
        passes.run(self._final_module, builder)
        self._final_module.verify()
        self._finalize_final_module()

    def executable_unless_part(self: Any, code: Any, description: Any, env: Any) -> Any:
        if not _compiling_parts():
            return executable(self, code, description, env)
        code.only_a_part = True

        # numba wants a builtin here: this one answers a call from Python with a TypeError.
        return _dynfunc.make_function(
            description.lookup_module(), description.qualname, "", refuse, env, (code,)
        )

    library.finalize = finalize_parts_once  # type: ignore[method-assign]
    context.get_executable = executable_unless_part  # type: ignore[method-assign]


_link_parts_once()


def _no_wraparound():
    import numba.np.arrayobj as ao

    def fix(context, builder, idxty, idx, size):
        to = types.intp if idxty.signed else types.uintp
        return context.cast(builder, idx, idxty, to)

    ao.fix_integer_index = fix


_no_wraparound()


