"""Distributions as planners read them: the share that waited no longer than t, how many scored what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from floorcast.measures.contacts.distribution import EDGES, SATISFACTION, SCORES, Distribution
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


def share_by_score(distribution: Distribution, types: Sequence[int] | None = None) -> tuple[Floats, Floats, int]:
    """Upper ends [m] of half points from 1 to 5, the share [m] of rated contacts whose satisfaction lies in each,
    and how many there are. The first takes those at 1 as well.

    `types` are numbers of contact types, None for all. NaN where there are no contacts.
    """
    counts = np.atleast_2d(distribution.counts.get(SATISFACTION, np.zeros((1, SCORES.size + 1), np.int64)))
    by_score = (counts if types is None else counts[list(types)]).sum(axis=0)
    total = int(by_score.sum())
    halves = by_score[1:-1].reshape(-1, 2).sum(axis=1).astype(np.float64)
    halves[0] += by_score[0]
    return SCORES[2::2], halves / total if total else np.full(halves.size, np.nan), total
