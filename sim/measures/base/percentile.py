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
    observations", J. Am. Stat. Assoc. 53 (1958); at equal values times come before ages.
    """
    return censored_percentiles_of_sorted(np.sort(times), ages, shares)


def censored_percentiles_of_sorted(times: Floats, ages: Floats, shares: Sequence[float]) -> list[float]:
    """`censored_percentiles` of times [n] in ascending order."""
    n, m = times.size, ages.size
    if not n:
        return [float("inf") if m else float("nan")] * len(shares)
    if not m:
        return [float(times[rank_of(share, n)]) for share in shares]
    # Between two ages the estimate falls as a plain share does: (at risk - times so far) / at risk.
    before = np.searchsorted(times, np.sort(ages), side="right")  # times up to each age
    first = np.concatenate(([0], before))  # first time of each stretch between ages
    counted = np.diff(np.concatenate((first, [n])))
    at_risk = np.maximum(n + m - first - np.arange(m + 1), 1)  # at the beginning of each stretch
    longer = np.cumprod((at_risk - counted) / at_risk)
    found = []
    for share in shares:
        aim = 1.0 - share + _SLACK
        stretch = int(np.searchsorted(-longer, -aim, side="left"))  # the first at whose end few enough are longer
        if stretch > m:
            found.append(float("inf"))
            continue
        start = longer[stretch - 1] if stretch else 1.0
        place = max(ceil(at_risk[stretch] * (1.0 - aim / start)), 1) if start > aim else 1
        found.append(float(times[first[stretch] + place - 1]))
    return found
