"""Fields of the records of a run as columns in the order in which contacts are measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTHS = (8, 4, 2, 1)

Columns = dict[str, NDArray[Any]]


def spread_columns(records: NDArray[np.void], names: Sequence[str], place: NDArray[np.intp]) -> Columns:
    """Fields of records [n] as columns [n], contact i at place[i].

    All fields in one pass: a field alone would read the whole of every record.
    """
    from floorcast.measures.cells.compiled import spread

    fields = records.dtype.fields
    assert fields is not None
    size = records.dtype.itemsize
    if size % max(_WIDTHS) or not records.flags.c_contiguous:
        raise ValueError(f"records of {size} bytes; allowed whole words of {max(_WIDTHS)} that stand side by side")
    rows: dict[int, int] = dict.fromkeys(_WIDTHS, 0)
    where: list[tuple[int, int, int]] = []  # width, word in the record, row of the columns of this width
    for name in names:
        dtype, offset = fields[name][:2]
        where.append((dtype.itemsize, offset // dtype.itemsize, rows[dtype.itemsize]))
        rows[dtype.itemsize] += 1
    n = len(records)
    words = [records.view(f"u{width}").reshape(n, size // width) for width in _WIDTHS]
    out = [np.empty((rows[width], n), f"u{width}") for width in _WIDTHS]
    spread(*words, np.array(where, np.int64), place, *out)
    of_width = dict(zip(_WIDTHS, out, strict=True))
    return {
        name: of_width[width][row].view(fields[name][0]) for name, (width, _, row) in zip(names, where, strict=True)
    }
