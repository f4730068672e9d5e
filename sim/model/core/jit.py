"""How the model is compiled, and where the compiled code is kept.

Three decorators, all numba's nopython mode without reference counting: the state is a tuple of
arrays owned by Python for the length of a run, and the model never allocates, so counting would
only cost atomic operations (measured on a prototype of 18 arrays: 240 ns a call with, 9 ns
without).

* ``inlined``: on the path of every contact; inlined where it is called.
* ``handler``: called, unless LLVM finds it small enough; a call costs a few nanoseconds.
* ``entry``: called from Python; kept on disk.

A cached caller ignores edits in another file, so the cache folder is named by a digest of all the
model's sources.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numba._dynfunc
import numba.core.caching
import numba.core.codegen
import numba.core.cpu
import numpy as np
from numba import njit, types
from numba.np import numpy_support

from floorcast.model.core.quicker import quicker

_MODEL = Path(__file__).resolve().parents[1]
_COMPILED = ("records", "core", "agents", "matching", "events", "step.py")
# Numbers that are compiled in.
_CATALOGUE = [
    _MODEL.parent / "scenario" / "catalogue" / name for name in ("agent_rules.py", "attributes.py", "causes.py")
]
# Compiled for themselves: the passes of the measures, each with all that is compiled into it.
_PASSES = {
    _MODEL.parent / "measures" / "cells" / "compiled.py": (
        _MODEL.parent / "measures" / "base" / "service.py",
        _MODEL.parent / "measures" / "base" / "times.py",
        _MODEL / "records" / "layout.py",
        _MODEL / "records" / "social.py",
        _MODEL / "core" / "jit.py",
    ),
    _MODEL.parent / "measures" / "cells" / "ranked.py": (_MODEL / "core" / "jit.py",),
}
_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def source_digest() -> str:
    """Twelve hex digits that change whenever any source of the model or numba itself changes."""
    rooms = [_MODEL / room for room in _COMPILED]
    paths = [path for room in rooms for path in (sorted(room.glob("*.py")) if room.is_dir() else [room])]
    return _digest([*paths, *_CATALOGUE])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for path in paths:
        digest.update(path.relative_to(_MODEL.parent).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "0").encode())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """The folder of compiled code: ``FLOORCAST_CACHE``, the user's cache, or the system's temp.

    Compiled code is run, so a folder in which somebody else could write is never used.
    """
    chosen = os.environ.get("FLOORCAST_CACHE")
    base = Path(chosen) if chosen else Path.home() / ".cache" / "floorcast"
    places = [base, Path(tempfile.gettempdir()) / f"floorcast-{os.getuid()}"]
    found = next((place for place in places if _own(place)), None)
    if found is None:  # for this session alone
        found = Path(tempfile.mkdtemp(prefix="floorcast-"))
    return found / f"compiled-{source_digest()}"


def _own(place: Path) -> bool:
    """Whether a folder is there, or can be made, in which nobody but this user writes."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept, owner = place.stat(), place.lstat().st_uid  # of the folder, and of a link to it
    except OSError:
        return False
    mine = stat.S_ISDIR(kept.st_mode) and {kept.st_uid, owner} == {os.getuid()}
    return mine and not kept.st_mode & 0o022 and os.access(place, os.W_OK)


_FOLDER = cache_folder()
numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


class _SharedLocator(numba.core.caching._CacheLocator):  # type: ignore[misc]
    """Where numba keeps a function: one place for every checkout with equal sources.

    numba's own places are named by the source file's path and time stamp; the folder's name
    already is a digest of all that the compiled code depends on.
    """

    def __init__(self, function: Any, folder: Path) -> None:
        self._name, self._folder = str(function.__code__.co_firstlineno), folder

    @classmethod
    def from_function(cls, function: Any, source: str) -> _SharedLocator | None:
        """A locator for functions of the model and of the measures' passes, None for all others."""
        path = Path(source).resolve()
        if path in _PASSES:
            return cls(function, _folder_of_passes(path))
        return cls(function, _FOLDER) if path.is_relative_to(_MODEL) else None

    def get_cache_path(self) -> str:
        """The folder of all functions compiled from these sources."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """Equal sources have equal stamps."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Tells functions of one name in one file apart."""
        return self._name


numba.core.caching.CacheImpl._locator_classes.insert(0, _SharedLocator)  # type: ignore[arg-type]


def _folder_of_passes(path: Path) -> Path:
    return _FOLDER.with_name(f"passes-{_digest_of_passes(path)}")


@cache  # asked for each of them
def _digest_of_passes(path: Path) -> str:
    return _digest([path, *_PASSES[path]])


def is_compiled() -> bool:
    """True when an earlier session left compiled code for exactly these sources.

    The loop is what takes long; an interrupted session may have left the smaller entries only.
    """
    if os.environ.get("NUMBA_DISABLE_JIT"):
        return True
    if not any(_FOLDER.rglob("step.run_until-*.nbc")):
        return False
    # A session that measured without compiling first left some of the passes.
    kept = {path: len(list(_folder_of_passes(path).rglob("*.nbi"))) for path in _PASSES}
    return all(number >= path.read_text("utf-8").count("\n@entry\n") for path, number in kept.items())


def _wide(argument: Any) -> Any:
    """Signed and small integers, and members of enumerations, as int64; all else as it is."""
    if isinstance(argument, types.IntEnumMember):
        return types.int64
    if isinstance(argument, types.Integer) and argument is not types.uint64:
        return types.int64
    return argument


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
        return numba._dynfunc.make_function(
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


def _load_at_once(dispatcher: Any) -> None:
    """What is kept on disk is loaded without the registries of all that numba could compile.

    numba fills them before it looks whether there is anything to compile: a seventh of a short run. They
    are filled as ever when there is. The model's code needs nothing of numba as it runs (`_nrt` is off).
    """
    cache: Any = getattr(dispatcher, "_cache", None)
    hook = getattr(dispatcher, "_compilation_chain_init_hook", None)
    if not hasattr(cache, "_load_overload") or hook is None:
        return

    def load(signature: Any, context: Any) -> Any:
        found = cache._load_overload(signature, context)
        if found is None:
            hook()
        return found

    cache.load_overload = load
    dispatcher._compilation_chain_init_hook = lambda: None


def _typed_plainly(dispatcher: Any) -> None:
    """Plain arrays are told their type without numpy.ma, which numba would load to ask whether they are masked."""
    typeof = getattr(dispatcher, "typeof_pyval", None)
    if typeof is None:
        return

    def typeof_plain(value: Any) -> Any:
        if type(value) is np.ndarray and value.dtype.names is None and value.flags.writeable:
            return types.Array(numpy_support.from_dtype(value.dtype), value.ndim, numpy_support.map_layout(value))
        return typeof(value)

    dispatcher.typeof_pyval = typeof_plain


def _compiled_quicker(dispatcher: Any) -> None:
    """An entry is compiled, with all that it calls, as `quicker` has it."""
    compiled = getattr(dispatcher, "compile", None)
    if compiled is None:
        return

    def compile_quicker(signature: Any) -> Any:
        with quicker():
            return compiled(signature)

    dispatcher.compile = compile_quicker


def _compiler(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator like numba's, but each function is compiled for one width of integers only.

    Fields of records are as narrow as memory asks for; without this, a function would be compiled
    anew for every mixture of int8, int16 and int32 that it is called with (minutes in all).
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        settings: dict[str, Any] = {**options, **_OPTIONS}
        compiled: Any = njit(**settings)(function)
        if not hasattr(compiled, "get_call_template"):  # NUMBA_DISABLE_JIT
            return function
        template = compiled.get_call_template

        def widened(args: Any, kws: Any) -> Any:
            with _compiling_a_part(compiled):
                return template(
                    tuple(_wide(a) for a in args), {k: _wide(a) for k, a in kws.items()}
                )

        compiled.get_call_template = widened
        if options.get("cache"):
            _load_at_once(compiled)
            _typed_plainly(compiled)
            _compiled_quicker(compiled)
        return compiled  # type: ignore[no-any-return]

    return decorate


# Said outright, as numba lets a function inherit the option from whoever has it compiled: then
# all the model becomes one function of 80,000 instructions.
inlined = _compiler(forceinline=True)
handler = _compiler(forceinline=False)
entry = _compiler(cache=True, forceinline=False)


def called(function: Callable[..., Any]) -> Callable[..., Any]:
    """An ``inlined`` function once more, to be called: for the rarer events, which so compile to
    far less code."""
    plain = getattr(function, "py_func", function)
    return handler(FunctionType(plain.__code__, plain.__globals__, plain.__name__))
