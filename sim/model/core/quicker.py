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
import numba.core.ir
import numba.core.targetconfig
from numba.core import errors
from numba.core.compiler_lock import global_compiler_lock

_RARELY = (100_000, 20, 20)  # as ever 700, 10, 10: most of what compiling makes lives until its end


@contextmanager
def quicker() -> Iterator[None]:
    """Rare looks for garbage, and errors without colours; one compilation at a time, as numba has it."""
    with global_compiler_lock:
        before = gc.get_threshold()
        scheme: Any = getattr(errors, "HighlightColorScheme", None)  # there where colorama is installed
        markup = getattr(scheme, "_markup", None)
        gc.set_threshold(*_RARELY)
        if markup is not None:
            scheme._markup = _plain
        try:
            yield
        finally:
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
    nothing = (str, int, float, bool, type(None), numba.core.ir.Loc)

    def list_variables(self: Any, value: Any) -> list[Any]:
        if type(value) is not dict:
            return listed(self, value)  # type: ignore[no-any-return]
        found: list[Any] = []
        for one in value.values():
            kind = type(one)
            if kind is variable:
                found.append(one)
            elif kind not in nothing:
                found.extend(self._rec_list_vars(one))
        return found

    def values(self: Any) -> dict[str, Any]:
        own = self._values
        return {name: own.get(name, option.default) for name, option in self.options.items()}

    instruction._rec_list_vars = list_variables
    config.values = values


_remember_what_there_is_not()
_list_variables_in_one_go()
