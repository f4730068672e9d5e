"""What numba spends on everything but compiling, while it compiles the model.

Four fifths of a first compilation are Python: numba types and lowers some four hundred functions. A quarter
of that went into looking for garbage among millions of objects that stay, and into colouring and spelling out
tens of thousands of errors that numba raises to itself and drops. The code that comes out is the same.
Without these internals of numba it only takes longer.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba.core.base
import numba.core.codegen
import numba.core.event as events
import numba.core.ir
import numba.core.targetconfig
from numba.core import errors
from numba.core.compiler_lock import global_compiler_lock

_RARELY = (100_000, 20, 20)  # as ever 700, 10, 10: most of what compiling makes lives until its end


@contextmanager
def quicker() -> Iterator[None]:
    """Rare looks for garbage, errors without colours, no news; one compilation at a time, as numba has it."""
    with global_compiler_lock:
        before = gc.get_threshold()
        scheme: Any = getattr(errors, "HighlightColorScheme", None)  # there where colorama is installed
        markup = getattr(scheme, "_markup", None)
        gc.set_threshold(*_RARELY)
        if markup is not None:
            scheme._markup = _plain
        told = _tell_nobody()
        try:
            yield
        finally:
            events.start_event, events.end_event = told
            gc.set_threshold(*before)
            if markup is not None:
                scheme._markup = markup


def _plain(scheme: Any, message: str, *colours: Any, **styles: Any) -> str:
    return message


def _remember_what_there_is_not() -> None:
    """numba remembers the implementations that it found for a type, and not that there was none.

    It then looks again for each access to the state, and spells out the types of a whole record to say so.
    """
    selector: Any = getattr(numba.core.base, "OverloadSelector", None)
    find = getattr(selector, "_find", None)
    if find is None:
        return

    def find_once(self: Any, signature: Any) -> Any:
        missing = vars(self).setdefault("_floorcast_missing", {})
        known = len(self.versions)
        if missing.get(signature) == known:
            raise errors.NumbaNotImplementedError("no implementation", highlighting=False)
        try:
            return find(self, signature)
        except errors.NumbaNotImplementedError:
            missing[signature] = known
            raise

    selector._find = find_once


def _list_variables_in_one_go() -> None:
    """numba asks each value of an instruction anew what it is, names and places in the source too; and each
    option of a function by way of its property."""
    instruction: Any = getattr(numba.core.ir, "Inst", None)
    config: Any = getattr(numba.core.targetconfig, "TargetConfig", None)
    if not hasattr(instruction, "_rec_list_vars") or not hasattr(config, "values"):
        return
    listed = instruction._rec_list_vars
    variable = numba.core.ir.Var
    nothing = frozenset((str, int, float, bool, type(None), numba.core.ir.Loc))

    def list_variables(self: Any, value: Any) -> list[Any]:
        if type(value) is not dict:
            return listed(self, value)  # type: ignore[no-any-return]
        found: list[Any] = []
        for one in value.values():
            kind = type(one)
            if kind is variable:
                found.append(one)
            elif kind is list or kind is tuple:
                for item in one:
                    if type(item) is variable:
                        found.append(item)
                    else:
                        found.extend(self._rec_list_vars(item))
            elif kind not in nothing:
                found.extend(self._rec_list_vars(one))
        return found

    def values(self: Any) -> dict[str, Any]:
        own = self._values
        return {name: own.get(name, option.default) for name, option in self.options.items()}

    instruction._rec_list_vars = list_variables
    config.values = values


def _compare_options_as_they_are_set() -> None:
    """numba keeps what it found by the options of the function that asked, and spells all of them out, also what
    nobody set, to compare two functions'."""
    config: Any = getattr(numba.core.targetconfig, "TargetConfig", None)
    if config is None or not hasattr(config, "values"):
        return

    def equal(self: Any, other: Any) -> Any:
        if self is other:
            return True
        if not isinstance(other, numba.core.targetconfig.TargetConfig):
            return NotImplemented
        return type(self) is type(other) and self._values == other._values or self.values() == other.values()

    def by_names(self: Any) -> int:  # the hash that numba has: of the names of the options, whatever they are
        names = type(self).__dict__.get("_floorcast_hash")
        if names is None:
            names = type(self)._floorcast_hash = hash(tuple(sorted(self.options)))
        return int(names)

    config.__eq__ = equal
    config.__hash__ = by_names


def _improve_what_is_defined() -> None:
    """numba sets up the passes over a function for those too that a module only names: four of five."""
    library: Any = getattr(numba.core.codegen, "CPUCodeLibrary", None)
    if not hasattr(library, "_optimize_functions"):
        return

    def improve(self: Any, module: Any) -> None:
        module.data_layout = self._codegen._data_layout
        for function in module.functions:
            if not function.is_declaration:
                passes, builder = self._codegen._function_pass_manager()
                with self._recorded_timings.record(f"Function passes on {function.name!r}", builder):
                    passes.run(function, builder)

    library._optimize_functions = improve


def _tell_nobody() -> tuple[Any, Any]:
    """Starts and ends of passes and locks, which numba tells each function that is being compiled for a list of
    times that nobody reads. Gives what it was told by before."""
    before = events.start_event, events.end_event
    events.start_event = events.end_event = _silent  # type: ignore[assignment]
    return before


def _silent(kind: str, *details: Any, **more: Any) -> None:
    """Nothing is told."""


_remember_what_there_is_not()
_list_variables_in_one_go()
_compare_options_as_they_are_set()
_improve_what_is_defined()
