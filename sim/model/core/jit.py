"""How the model is compiled.

Three decorators, all numba's nopython mode without reference counting: the state is a tuple of
arrays owned by Python for the length of a run, and the model never allocates, so counting would
only cost atomic operations (measured on a prototype of 18 arrays: 240 ns a call with, 9 ns
without).

* ``inlined``: on the path of every contact; inlined where it is called.
* ``handler``: called, unless LLVM finds it small enough; a call costs a few nanoseconds.
* ``entry``: called from Python; kept on disk.

None of them loads numba: an entry whose code is kept does without, and numba is told of the
functions when one has to be compiled.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from floorcast.model.machine_code import folder

COMPILED = not int(os.environ.get("NUMBA_DISABLE_JIT") or 0)
"""False where the model is to stay plain Python."""

_lock = threading.RLock()


class Handler:
    """A function that compiled code calls; `py_func` is the plain one."""

    def __init__(self, function: Callable[..., Any], forceinline: bool = False) -> None:
        update_wrapper(self, function)
        self.py_func, self._forceinline = function, forceinline
        self._dispatcher: Any = None

    @property
    def dispatcher(self) -> Any:
        """numba's own object for it."""
        if self._dispatcher is None:
            from floorcast.model.machine_code.translation import dispatcher_of

            self._dispatcher = dispatcher_of(cast(FunctionType, self.py_func), self._forceinline)
        return self._dispatcher

    @property
    def _numba_type_(self) -> Any:  # numba asks for it where a function to be compiled names this one
        return self.dispatcher._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        return self.dispatcher(*arguments)


class Entry(Handler):
    """A function that Python calls. Its first call loads what is kept, and compiles where nothing is."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self.ready: list[Callable[..., Any]] = []
        """The compiled code, once per signature. Each refuses arrays that it was not compiled for by a TypeError."""
        self._loaded = False

    def __call__(self, *arguments: Any) -> Any:
        if not self._loaded:
            self._load()
        for function in self.ready:
            try:
                return function(*arguments)
            except TypeError:
                continue
        return self._compiled(arguments)(*arguments)

    def _load(self) -> None:
        from floorcast.model.machine_code.linked import linked, machine

        with _lock:
            if not self._loaded:
                found = map(linked, folder.files_of(self._place(), machine()))
                self.ready.extend(function for function in found if function is not None)
                self._loaded = True

    def _compiled(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        from floorcast.model.machine_code.linked import machine, write
        from floorcast.model.machine_code.translation import compiled_for

        with _lock:
            function, signature, header, code = compiled_for(self.dispatcher, arguments)
            if function not in self.ready:
                self.ready.append(function)
                if code:
                    write(folder.file_of(self._place(), machine(), signature), header, code)
        return function

    def _place(self) -> Path:
        code = self.py_func.__code__
        return folder.place_of(code.co_filename, code.co_name, code.co_firstlineno)


class Instruction:
    """What compiled code writes down as instructions of its own: `typed` is the body of a numba intrinsic."""

    def __init__(self, plain: Callable[..., Any], typed: Callable[..., Any]) -> None:
        self._plain, self._typed = plain, typed
        self._type: Any = None

    @property
    def _numba_type_(self) -> Any:
        if self._type is None:
            from floorcast.model.machine_code.translation import type_of_instruction

            self._type = type_of_instruction(self._typed)
        return self._type

    def __call__(self, *arguments: Any) -> Any:
        return self._plain(*arguments)


# Whether to inline is said outright, as numba lets a function inherit the option from whoever has it compiled: then
# all the model becomes one function of 80,000 instructions.
def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled into each function that calls it."""
    return Handler(function, forceinline=True) if COMPILED else function


def handler(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled, and called by compiled functions."""
    return Handler(function) if COMPILED else function


def entry(function: Callable[..., Any]) -> Any:
    """Compiled, called by Python, and kept on disk."""
    return Entry(function) if COMPILED else function


def called(function: Callable[..., Any]) -> Callable[..., Any]:
    """An ``inlined`` function once more, to be called: for the rarer events, which so compile to
    far less code."""
    plain = getattr(function, "py_func", function)
    return handler(FunctionType(plain.__code__, plain.__globals__, plain.__name__))
