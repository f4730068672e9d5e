"""Percentiles, as the smallest observed value that enough others do not exceed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from floorcast.measures.base.records import Floats, Ints


def rank_of(share: float, size: int) -> int:
    """Index in ascending order of the smallest value that at least `share` of `size` do not exceed.

    An observed value, not an interpolation: `p90 <= T` then says the same as `90 % within T`.
    """
    # The small subtraction keeps 0.9 * 30 = 27.000000000000004 from becoming the 28th value.
    return max(0, ceil(share * size - 1e-9) - 1)


def percentiles_in_place(
    values: Floats, spans: Ints, sizes: Ints, shares: Sequence[float]
) -> Floats:
    """Percentiles of values[low:high] for each of `spans` [m, 2]: [len(shares), m].

    `sizes` [m] says how many values of each span are no NaN; without any the percentile is NaN.
    Rearranges `values` within spans: a span inside another has to stand behind it in the list.
    """
    found = np.full((len(shares), len(spans)), np.nan)
    known: dict[tuple[int, int], list[float]] = {}  # a channel of one type is that type
    for place in range(len(spans) - 1, -1, -1):
        low, high, size = int(spans[place, 0]), int(spans[place, 1]), int(sizes[place])
        if not size:
            continue
        if (low, high) not in known:
            ranks = [rank_of(share, size) for share in shares]
            known[low, high] = _at_ranks(values[low:high], ranks)
        found[:, place] = known[low, high]
    return found


def censored_percentiles(times: Floats, ages: Floats, shares: Sequence[float]) -> list[float]:
    """Percentiles of times [n] of which some are only known to exceed an age [m] (Kaplan-Meier).

    The smallest observed time at which the estimated share of longer ones is at most 1 - share;
    infinite where the curve does not get there, NaN without times and ages. With no ages these are the
    percentiles of the times. E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete
    observations", J. Am. Stat. Assoc. 53 (1958); at equal values times come before ages.
    """
    if not times.size and not ages.size:
        return [float("nan")] * len(shares)
    ordered = np.sort(times)
    # At risk just before each time: those times and ages that are no shorter.
    younger = np.searchsorted(np.sort(ages), ordered, side="left")
    at_risk = times.size - np.arange(times.size) + ages.size - younger
    longer = np.cumprod(1.0 - 1.0 / at_risk)
    found = []
    for share in shares:
        place = np.flatnonzero(longer <= 1.0 - share + 1e-9)
        found.append(float(ordered[place[0]]) if place.size else float("inf"))
    return found


def _at_ranks(values: Floats, ranks: Sequence[int]) -> list[float]:
    """The values [n] at these ranks in ascending order, rearranging them; NaN ranks last."""
    found = {}
    # One rank at a time from the top: numpy selects a single rank several times faster than many.
    for rank in sorted(set(ranks), reverse=True):
        values.partition(rank)
        found[rank] = float(values[rank])
        values = values[: rank + 1]
    return [found[rank] for rank in ranks]
