"""How the model is compiled, and where the compiled code is kept.

Three decorators, all numba's nopython mode without reference counting: the state is a tuple of
arrays owned by Python for the length of a run, and the model never allocates, so counting would
only cost atomic operations (measured on a prototype of 18 arrays: 240 ns a call with, 9 ns
without).

* ``inlined``: on the path of every contact; inlined where it is called.
* ``handler``: called for rarer events; a call costs some 50 ns.
* ``entry``: called from Python; kept on disk.

A cached caller ignores edits in another file, so the cache folder is named by a digest of all the
model's sources.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numba
import numba._dynfunc
import numba.core.codegen
import numba.core.cpu
from numba import njit, types

_HERE = Path(__file__).resolve().parent
_SOURCES = (_HERE, _HERE.parent / "clock")
_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def source_digest() -> str:
    """Twelve hex digits that change whenever any compiled source or numba itself changes."""
    digest = hashlib.sha256(numba.__version__.encode())
    for folder in _SOURCES:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "0").encode())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """The folder of compiled code: ``FLOORCAST_CACHE``, the user's cache, or the system's temp."""
    chosen = os.environ.get("FLOORCAST_CACHE")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "floorcast"
    try:
        base.mkdir(parents=True, exist_ok=True)
        if not os.access(base, os.W_OK):
            raise OSError
    except OSError:
        base = Path(tempfile.gettempdir()) / f"floorcast-{os.getuid()}"
        base.mkdir(parents=True, exist_ok=True)
    return base / f"compiled-{source_digest()}"


_FOLDER = cache_folder()
numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


def is_compiled() -> bool:
    """True when an earlier session left compiled code for exactly these sources."""
    return any(_FOLDER.rglob("*.nbc")) or bool(os.environ.get("NUMBA_DISABLE_JIT"))


def _wide(argument: Any) -> Any:
    """Signed and small integers as int64; everything else as it is."""
    if isinstance(argument, types.Integer) and argument is not types.uint64:
        return types.int64
    return argument


_parts = threading.local()


def _only_a_part() -> bool:
    return bool(getattr(_parts, "depth", 0))


@contextmanager
def _compiling_a_part(function: Any) -> Iterator[None]:
    """What is compiled meanwhile is only called from other compiled code.

    numba optimises and translates every function with all it calls, again at each level of calls:
    the model's innermost functions some nine times over. A part is left as it is, and optimised
    once, inside the entry that contains it (first compilation: a third of the time).
    """
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


def _leave_parts_alone() -> None:
    """Teach numba's code library about parts; without these internals it only compiles longer."""
    library, context = numba.core.codegen.CPUCodeLibrary, numba.core.cpu.CPUContext
    if not hasattr(library, "_optimize_final_module") or not hasattr(context, "get_executable"):
        return
    refuse = ctypes.cast(ctypes.pythonapi.PyObject_Call, ctypes.c_void_p).value
    optimize, executable = library._optimize_final_module, context.get_executable

    def optimize_unless_part(self: Any) -> None:
        if not _only_a_part():
            optimize(self)

    def executable_unless_part(self: Any, code: Any, description: Any, env: Any) -> Any:
        if not _only_a_part():
            return executable(self, code, description, env)

        # numba wants a builtin here: this one answers a call from Python with a TypeError.
        return numba._dynfunc.make_function(
            description.lookup_module(), description.qualname, "", refuse, env, (code,)
        )

    library._optimize_final_module = optimize_unless_part
    context.get_executable = executable_unless_part


_leave_parts_alone()


def _compiler(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator like numba's, but each function is compiled for one width of integers only.

    Fields of records are as narrow as memory asks for; without this, a function would be compiled
    anew for every mixture of int8, int16 and int32 that it is called with (minutes in all).
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        compiled = njit(**options, **_OPTIONS)(function)
        if not hasattr(compiled, "get_call_template"):  # NUMBA_DISABLE_JIT
            return function
        template = compiled.get_call_template

        def widened(args: Any, kws: Any) -> Any:
            with _compiling_a_part(compiled):
                return template(
                    tuple(_wide(a) for a in args), {k: _wide(a) for k, a in kws.items()}
                )

        compiled.get_call_template = widened
        return compiled  # type: ignore[no-any-return]

    return decorate


inlined = _compiler(forceinline=True)
handler = _compiler()
entry = _compiler(cache=True)
