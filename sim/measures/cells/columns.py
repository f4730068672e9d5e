"""Fields of the records of a run as columns in the order in which contacts are measured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTHS = (8, 4, 2, 1)

Columns = dict[str, NDArray[Any]]


@lru_cache(maxsize=64)
def _plan(
    dtype: np.dtype[np.void], names: tuple[str, ...], ids: tuple[str, ...]
) -> tuple[NDArray[np.int64], list[int]]:
    """What `spread` is told of these fields, and how many there are of each width."""
    fields = dtype.fields
    assert fields is not None
    rows: dict[int, int] = dict.fromkeys(_WIDTHS, 0)
    where: list[tuple[int, int, int, int]] = []  # width, word in the record, row of the columns of this width, an id
    for name in names:
        of, offset = fields[name][:2]
        where.append((of.itemsize, offset // of.itemsize, rows[of.itemsize], int(name in ids)))
        rows[of.itemsize] += 1
    return np.array(where, np.int64).reshape(-1, 4), list(rows.values())


def spread_columns(
    records: NDArray[np.void], names: Sequence[str], place: NDArray[np.intp], ids: Sequence[str] = ()
) -> Columns:
    """Fields of records [n] as columns [n], contact i at place[i]; `ids` of contacts, -1 none, become their places.

    All fields in one pass: a field alone would read the whole of every record.
    """
    from floorcast.measures.cells.compiled import spread

    fields, size, n = records.dtype.fields, records.dtype.itemsize, len(records)
    assert fields is not None
    if size % max(_WIDTHS) or not records.flags.c_contiguous:
        raise ValueError(f"records of {size} bytes; allowed whole words of {max(_WIDTHS)} that stand side by side")
    where, rows = _plan(records.dtype, tuple(names), tuple(ids))
    words = [records.view(f"u{width}").reshape(n, size // width) for width in _WIDTHS]
    out = [np.empty((number, n), f"u{width}") for width, number in zip(_WIDTHS, rows, strict=True)]
    spread(*words, where, place, *out)
    of_width = dict(zip(_WIDTHS, out, strict=True))
    return {
        name: of_width[width][row].view(fields[name][0])
        for name, (width, _, row, _) in zip(names, where.tolist(), strict=True)
    }
