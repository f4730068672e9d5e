"""Distributions of waits as the curve planners read: the share that waited no longer than t."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from floorcast.measures.contacts.distribution import EDGES, Distribution
from floorcast.study.estimate import Floats


def share_within(
    distribution: Distribution, time: str, types: Sequence[int] | None = None
) -> tuple[Floats, Floats, int]:
    """Seconds [m], the share [m] of contacts whose time is at most that, and how many there are.

    `types` are numbers of contact types, None for all. NaN where there are no contacts. Raises
    KeyError for an unknown time.
    """
    counts = np.atleast_2d(distribution.counts[time])  # a plain 0 when added up over nothing
    chosen = counts if types is None else counts[list(types)]
    total = int(chosen.sum())
    if not total:
        return EDGES, np.full(EDGES.size, np.nan), 0
    share: Floats = np.cumsum(chosen.sum(axis=0))[:-1] / total
    return EDGES, share, total
