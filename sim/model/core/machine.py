"""Two instructions of the processor for which Python has no word."""

from __future__ import annotations

from typing import Any

from floorcast.model.core.jit import Instruction

_LINE = 64  # bytes of a line of the cache


def _lowest_bit(word: Any) -> int:
    return (int(word) & -int(word)).bit_length() - 1


def _fetch(array: Any, i: Any) -> None:
    """Nothing: it only concerns the cache."""


def _lowest_bit_compiled(typing_context: Any, word: Any) -> Any:
    from llvmlite import ir
    from numba.core import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


def _fetched(array: Any, most: int) -> Any:
    from llvmlite import ir
    from numba.core import cgutils, types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, arguments[0])
        row = cgutils.gep(builder, view.data, arguments[1])
        byte = builder.bitcast(row, ir.IntType(8).as_pointer())
        i32 = ir.IntType(32)
        prefetch = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte.type, i32, i32, i32]),
            "llvm.prefetch.p0i8" if "*" in str(byte.type) else "llvm.prefetch.p0",
        )
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        for offset in range(0, min(size, most), _LINE):
            at = builder.gep(byte, [ir.Constant(i32, offset)])
            builder.call(prefetch, [at, i32(0), i32(3), i32(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


def _fetch_compiled(typing_context: Any, array: Any, i: Any) -> Any:
    return _fetched(array, 16 * _LINE)


def _fetch_front_compiled(typing_context: Any, array: Any, i: Any) -> Any:
    return _fetched(array, 2 * _LINE)


lowest_bit = Instruction(_lowest_bit, _lowest_bit_compiled)
"""Place of the lowest bit that is set in an integer above 0."""

fetch = Instruction(_fetch, _fetch_compiled)
"""Have row i of an array brought into the cache while other work is done; any i does no harm."""

fetch_front = Instruction(_fetch, _fetch_front_compiled)
"""`fetch`, of the first two lines of the cache only."""
