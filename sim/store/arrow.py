"""Arrow columns from NumPy arrays and back, by their buffers.

pyarrow's own conversions look for pandas at every turn and import it, which takes half a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


def column(values: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """A column of numbers or truths [n]; null where `missing`."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    known = None
    if missing is not None and missing.any():
        known = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    kind = pa.from_numpy_dtype(values.dtype)
    if values.dtype == np.bool_:  # a bit each, not a byte
        return pa.Array.from_buffers(kind, values.size, [known, pa.py_buffer(np.packbits(values, bitorder="little"))])
    return pa.Array.from_buffers(kind, values.size, [known, pa.py_buffer(values)])


def words(codes: NDArray[Any], names: Sequence[str]) -> pa.DictionaryArray:
    """A column of names by their number [n]; null where it is negative."""
    import pyarrow as pa

    codes = np.asarray(codes, dtype=np.int32)
    encoded = [name.encode("utf-8") for name in names]
    ends = np.cumsum([0, *(len(name) for name in encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    dictionary = pa.Array.from_buffers(pa.string(), len(encoded), buffers)
    return pa.DictionaryArray.from_arrays(column(codes, codes < 0), dictionary)


def table(columns: Mapping[str, Any]) -> pa.Table:
    """A table of columns: Arrow arrays as they are, NumPy arrays of numbers converted."""
    import pyarrow as pa

    arrays = [
        column(values) if isinstance(values, np.ndarray) else values for values in columns.values()
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))


def numbers(chunked: pa.ChunkedArray) -> NDArray[Any]:
    """The numbers of a column without nulls, [n]."""
    return np.concatenate([_of_chunk(chunk) for chunk in chunked.chunks] or [np.empty(0)])


def coded(chunked: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    """Numbers [n] and names of a column of words without nulls."""
    names: dict[str, int] = {}
    parts = [np.empty(0, np.int64)]
    for chunk in chunked.chunks:
        own = [names.setdefault(name, len(names)) for name in chunk.dictionary.to_pylist()]
        parts.append(np.array(own, np.int64)[_of_chunk(chunk.indices)])
    return np.concatenate(parts), list(names)


def encoded(chunked: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of words without nulls once more, its names in order of appearance.

    As pyarrow's `dictionary_encode` would, but that loads pyarrow.compute with the documentation of all its functions.
    """
    codes, names = coded(chunked)
    used, first = np.unique(codes, return_index=True)
    used = used[np.argsort(first)]
    number = np.zeros(len(names), np.int64)
    number[used] = np.arange(used.size)
    return words(number[codes], [names[code] for code in used.tolist()])


def _of_chunk(chunk: pa.Array) -> NDArray[Any]:
    kind = np.dtype(chunk.type.to_pandas_dtype())
    if not len(chunk):
        return np.empty(0, kind)
    if kind == np.bool_:
        bits = np.unpackbits(np.frombuffer(chunk.buffers()[1], dtype=np.uint8), bitorder="little")
        return bits[chunk.offset : chunk.offset + len(chunk)].astype(np.bool_)
    values = np.frombuffer(chunk.buffers()[1], dtype=kind)
    return values[chunk.offset : chunk.offset + len(chunk)]
