"""Percentiles, as the smallest observed value that enough others do not exceed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from floorcast.measures.base.records import Floats

_SLACK = 1e-9  # of a share, for what adding and multiplying shares rounds


def rank_of(share: float, size: int) -> int:
    """Index in ascending order of the smallest value that at least `share` of `size` do not exceed.

    An observed value, not an interpolation: `p90 <= T` then says the same as `90 % within T`.
    """
    # The small subtraction keeps 0.9 * 30 = 27.000000000000004 from becoming the 28th value.
    return max(0, ceil(share * size - _SLACK) - 1)


def censored_percentiles(times: Floats, ages: Floats, shares: Sequence[float]) -> list[float]:
    """Percentiles of times [n] of which some are only known to exceed an age [m] (Kaplan-Meier).

    The smallest observed time at which the estimated share of longer ones is at most 1 - share;
    infinite where the curve does not get there, NaN without times and ages. With no ages these are the
    percentiles of the times. E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete
    observations", J. Am. Stat. Assoc. 53 (1958); at equal values times come before ages. Shares ascend.
    """
    return censored_percentiles_of_sorted(np.sort(times), np.sort(ages), shares)


def censored_percentiles_of_sorted(times: Floats, ages: Floats, shares: Sequence[float]) -> list[float]:
    """`censored_percentiles` of times [n], ages [m] and shares in ascending order."""
    from floorcast.measures.cells.compiled import censored

    if not times.size:
        return [float("inf") if ages.size else float("nan")] * len(shares)
    if not ages.size:
        return [float(times[rank_of(share, times.size)]) for share in shares]
    found = np.empty(len(shares))
    censored(times, ages, np.array(shares), _SLACK, found)
    return [float(one) for one in found]
