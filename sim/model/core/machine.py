"""Instructions of the processor for which Python has no word."""

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


def _key(row: Any) -> tuple[float, int]:
    return float(row["time"]), int(row["what"])


def _earliest_of_four(entries: Any, first: Any) -> int:
    return min(range(first, first + 4), key=lambda i: _key(entries[i]))


def _not_after(entries: Any, i: Any, time: Any, what: Any) -> bool:
    return _key(entries[i]) <= (time, what)


def _key_compiled(context: Any, builder: Any, kind: Any, entries: Any, i: Any) -> Any:
    """Instant and kind of entry i as one integer of 128 bits, two registers: the bits of doubles from 0 on are in
    the order of their values."""
    from llvmlite import ir

    word = ir.IntType(64)
    view = context.make_array(kind)(context, builder, entries)
    row = builder.bitcast(builder.gep(view.data, [i]), word.as_pointer())
    time, what = (builder.load(builder.gep(row, [word(n)]), align=8) for n in (0, 1))
    return _joined(builder, time, what)


def _joined(builder: Any, high: Any, low: Any) -> Any:
    from llvmlite import ir

    both = ir.IntType(128)
    return builder.or_(builder.shl(builder.zext(high, both), both(64)), builder.zext(low, both))


def _earliest_of_four_compiled(typing_context: Any, entries: Any, first: Any) -> Any:
    from llvmlite import ir
    from numba.core import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, start = arguments
        keys = []
        for n in range(4):
            place = builder.add(start, ir.IntType(64)(n))
            keys.append((_key_compiled(context, builder, signature.args[0], rows, place), place))
        while len(keys) > 1:  # without a branch, as no one could predict it
            pairs = zip(keys[::2], keys[1::2])
            keys = []
            for (a, i), (b, j) in pairs:
                later = builder.icmp_signed("<", b, a)
                keys.append((builder.select(later, b, a), builder.select(later, j, i)))
        return keys[0][1]

    return types.int64(entries, types.int64), generate


def _not_after_compiled(typing_context: Any, entries: Any, i: Any, time: Any, what: Any) -> Any:
    from llvmlite import ir
    from numba.core import types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows, place, instant, kind = arguments
        mine = _key_compiled(context, builder, signature.args[0], rows, place)
        return builder.icmp_signed("<=", mine, _joined(builder, builder.bitcast(instant, ir.IntType(64)), kind))

    return types.boolean(entries, types.int64, types.float64, types.int64), generate


def _copy_row(rows: Any, i: Any, others: Any, j: Any) -> None:
    rows[i] = others[j]


def _copy_row_compiled(typing_context: Any, rows: Any, i: Any, others: Any, j: Any) -> Any:
    from llvmlite import ir
    from numba.core import cgutils, types

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        to, source = (context.make_array(kind)(context, builder, arguments[n]).data for n in (0, 2))
        size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
        row, other = builder.gep(to, [arguments[1]]), builder.gep(source, [arguments[3]])
        cgutils.raw_memcpy(builder, row, other, ir.IntType(64)(1), size)
        return context.get_dummy_value()

    return types.void(rows, types.int64, rows, types.int64), generate


lowest_bit = Instruction(_lowest_bit, _lowest_bit_compiled)
"""Place of the lowest bit that is set in an integer above 0."""

fetch = Instruction(_fetch, _fetch_compiled)
"""Have row i of an array brought into the cache while other work is done; any i does no harm."""

fetch_front = Instruction(_fetch, _fetch_front_compiled)
"""`fetch`, of the first two lines of the cache only."""

earliest_of_four = Instruction(_earliest_of_four, _earliest_of_four_compiled)
"""Which of the entries first, first + 1, first + 2 and first + 3 of a calendar comes first."""

not_after = Instruction(_not_after, _not_after_compiled)
"""Whether entry i of a calendar comes before an entry (time, what), or is the same."""

copy_row = Instruction(_copy_row, _copy_row_compiled)
"""Row i of an array becomes what row j of another is."""
