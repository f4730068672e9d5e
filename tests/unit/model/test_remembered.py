"""What numba is spared while it compiles the model: the same results and the same errors, and all as ever after."""

from __future__ import annotations

import operator
import os
from typing import Any

import numba
import numba.core.lowering
import numba.core.typeinfer
import pytest
from numba.core import errors, postproc, types
from numba.core.registry import cpu_target

from floorcast.model.machine_code.remembered import remembering

pytestmark = pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="nothing is compiled")


def _touched() -> list[Any]:
    return [
        types.abstract._TypeMetaclass.__instancecheck__,
        types.functions.BaseFunction.get_call_type,
        postproc.PostProcessor.run,
        numba.core.typeinfer.new_error_context,
        numba.core.lowering.new_error_context,
    ]


def test_everything_is_as_ever_after() -> None:
    before = _touched()
    with pytest.raises(ZeroDivisionError), remembering():
        assert all(new != old for new, old in zip(_touched(), before, strict=True))
        raise ZeroDivisionError
    assert _touched() == before


def test_a_call_is_typed_as_ever_the_second_time_too() -> None:
    context = cpu_target.typing_context
    context.refresh()
    add = context.resolve_value_type(operator.add)
    wanted = add.get_call_type(context, (types.int64, types.float64), {})
    with remembering():
        for _ in range(2):
            assert add.get_call_type(context, (types.int64, types.float64), {}) == wanted
            with pytest.raises(errors.TypingError, match="No implementation of function"):
                add.get_call_type(context, (types.int64, types.none), {})
    assert isinstance(types.int64, types.Integer) and not isinstance(types.int64, types.Float)


def test_what_cannot_be_compiled_is_told_as_ever() -> None:
    def wrong(number):  # type: ignore[no-untyped-def]
        return number.nothing + 1

    told = []
    for context in (remembering(), pytest.MonkeyPatch.context()):
        with context, pytest.raises(errors.TypingError) as fault:
            numba.njit(wrong)(3)
        told.append(str(fault.value))
    assert "nothing" in told[0] and "During: typing of get attribute" in told[0]
    assert told[0] == told[1]
