"""Asking Python for a decision: the address of a function stands in the state, compiled code calls it.

Nobody asks unless the SimPy clock says so (a policy in Python, a trace); it costs one test on the path
that contacts which ring take, and nothing elsewhere.
"""

from __future__ import annotations

import ctypes
from typing import Any

from floorcast.model.core.jit import Instruction, handler

AS_USUAL = -2  # the answer that leaves a decision to the model
FOR_CONTACT, FOR_AGENT = 0, 1  # who looks: contact `who` in queue `queue`, or agent `who`

FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)


def _call_plainly(address: int, kind: int, who: int, queue: int) -> int:
    return int(FUNCTION(int(address))(int(kind), int(who), int(queue)))


def _call_compiled(typing: Any, address: Any, kind: Any, who: Any, queue: Any) -> Any:
    from llvmlite import ir
    from numba.core import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        values = [
            context.cast(builder, value, given, types.int64)
            for value, given in zip(arguments, signature.args, strict=True)
        ]
        function = builder.inttoptr(values[0], ir.FunctionType(word, [word] * 3).as_pointer())
        return builder.call(function, values[1:])

    return types.int64(address, kind, who, queue), generate


_call = Instruction(_call_plainly, _call_compiled)
"""Call the C function at an address with three integers; it takes the GIL itself."""


@handler
def asked(s, kind, who, queue):
    """What Python answers: an agent or a contact, -1 nobody, or `AS_USUAL`."""
    if s.centre[0]["asking"] == 0:
        return AS_USUAL
    return _call(s.centre[0]["asking"], kind, who, queue)
