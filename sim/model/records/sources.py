"""The records of sources of contacts; see ``layout`` for the others."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class SourceKind(IntEnum):
    """Kinds of sources of contacts."""

    RATE = 0
    COUNTS = 1
    TRACE = 2
    BACKLOG = 3


SOURCE = np.dtype(
    [
        ("kind", "i4"),
        ("contact_type", "i4"),
        ("campaign", "i4"),
        ("key", "u4"),
        ("next", "f8"),
        ("index", "i8"),
        ("step", "i4"),
        ("step_to", "i4"),
        ("left", "i8"),  # counts: still to come in this step
        ("at", "f8"),  # counts: position; rate: operational time
        ("spare", "f8"),
        ("paused", "u1"),  # supervision holds its campaign
        ("who", "i4"),  # the customer who comes as contact number `who_of` - 1
        ("who_of", "i8"),
        ("slot", "i4"),  # tree of sources: which source is first below this node, see events/sources.py
    ],
    align=True,
)
STEP = np.dtype(  # start of a step, its rate or count, cumulated expectation at the start
    [("time", "f8"), ("value", "f8"), ("cumulated", "f8")], align=True
)
TRACE = np.dtype(
    [("time", "f8"), ("sentiment", "i1"), ("reach", "f4"), ("value", "f4"), ("language", "i1"),
     ("attracts", "f8"), ("kernel", "i4"), ("crisis", "u1"), ("key", "u4"), ("work", "f8"),
     ("customer", "i4")],
    align=True,
)
