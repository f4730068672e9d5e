"""What numba works out again and again while it compiles the model, and what nobody needs, for the time of a
compilation: a quarter of it. The code that comes out is the same. Without these internals it only takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numba.core.lowering
import numba.core.typeinfer
from numba.core import errors, postproc, transforms, types

_NOTHING = object()


@contextmanager
def remembering() -> Iterator[None]:
    """Calls are typed once, variables' lives are worked out when needed, no context of errors is built in advance."""
    changes = [
        (types.abstract._TypeMetaclass, "__instancecheck__", type.__instancecheck__),
        (types.functions.BaseFunction, "get_call_type", _typed_once()),
        (postproc.PostProcessor, "run", _run_when_needed(postproc.PostProcessor.run)),
        (numba.core.typeinfer, "new_error_context", _Context),
        (numba.core.lowering, "new_error_context", _Context),
    ]
    before = [vars(owner).get(name, _NOTHING) for owner, name, _ in changes]
    for owner, name, new in changes:
        setattr(owner, name, new)
    try:
        yield
    finally:
        for (owner, name, _), old in zip(changes, before, strict=True):
            if old is _NOTHING:
                delattr(owner, name)
            else:
                setattr(owner, name, old)


def _typed_once() -> Any:
    """numba types each call in every round of its inference, and again when it writes it down: at operators up to
    three times, of which those for constants fail with an error that lists all it has tried."""
    typed = types.functions.BaseFunction.get_call_type
    known: dict[Any, Any] = {}
    kept: list[Any] = []  # so that no other function is given the number of one of these

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        if kws or type(args) is not tuple:
            return typed(self, context, args, kws)
        call = id(self), args
        found = known.get(call)
        if found is None:
            kept.append(self)
            try:
                found = known[call] = typed(self, context, args, kws)
            except errors.TypingError as fault:
                if type(fault) is errors.TypingError:
                    known[call] = fault
                raise
        elif type(found) is errors.TypingError:
            raise errors.TypingError(found.msg, found.loc)  # type: ignore[attr-defined]
        return found

    return get_call_type


def _run_when_needed(run: Any) -> Any:
    """numba works out after each of its passes where variables live, which only the last one and generators use."""

    def run_when_needed(self: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
        code = self.func_ir
        if emit_dels or code.is_generator:
            run(self, emit_dels, extend_lifetimes)
            return
        code.blocks = transforms.canonicalize_cfg(code.blocks)
        code.variable_lifetime = postproc.VariableLifetime(code.blocks)
        code.generator_info = None

    return run_when_needed


class _Context:
    """numba's context of an error, made where there is an error."""

    __slots__ = ("_arguments", "_words")

    def __init__(self, *arguments: Any, **words: Any) -> None:
        self._arguments, self._words = arguments, words
        place = words.get("loc")
        if place is not None and not place.filename.startswith(errors._numba_path):  # type: ignore[attr-defined]
            errors.loc_info.update(words)  # type: ignore[attr-defined]

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if fault is not None:
            with errors.new_error_context(*self._arguments, **self._words):  # type: ignore[attr-defined]
                raise fault
