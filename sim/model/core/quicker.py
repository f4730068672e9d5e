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


_remember_what_there_is_not()
