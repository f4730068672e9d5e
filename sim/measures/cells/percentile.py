"""Percentiles, as the smallest observed value that enough others do not exceed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np

from floorcast.measures.base.records import Floats, Ints

SLACK = 1e-9  # of a share, for what adding and multiplying shares rounds


def rank_of(share: float, size: int) -> int:
    """Index in ascending order of the smallest value that at least `share` of `size` do not exceed.

    An observed value, not an interpolation: `p90 <= T` then says the same as `90 % within T`.
    """
    # The small subtraction keeps 0.9 * 30 = 27.000000000000004 from becoming the 28th value.
    return max(0, ceil(share * size - SLACK) - 1)


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
    spans, age_spans = (np.array([[0, values.size]], np.int64) for values in (times, ages))
    return [float(one) for one in percentiles_by_span(times, spans, ages, age_spans, shares)[:, 0]]


def percentiles_by_span(
    times: Floats, spans: Ints, ages: Floats, age_spans: Ints, shares: Sequence[float]
) -> Floats:
    """`censored_percentiles` of the times [n] and ages [m] of each of some half-open ranges of them [S, 2]:
    [len(shares), S]. Both ascend within a range, what is NaN there stands last and does not count."""
    return percentiles_of_runs(times, spans, np.arange(len(spans) + 1), ages, age_spans, shares)


def percentiles_of_runs(
    times: Floats, runs: Ints, of: Ints, ages: Floats, age_spans: Ints, shares: Sequence[float]
) -> Floats:
    """`percentiles_by_span` where the times of scope s stand in several ranges, runs [m, 2] from of[s] to
    of[s + 1] - 1."""
    from floorcast.measures.cells.ranked import percentiles

    found, room = np.empty((len(shares), len(age_spans))), np.empty((6, len(runs)), np.int64)
    percentiles(times, runs, of, ages, age_spans, np.array(shares), SLACK, room, found)
    return found
