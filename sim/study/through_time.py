"""Series of several replications as one curve with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from floorcast.measures.series import RATIOS, Series
from floorcast.study.estimate import Floats, ratios


@dataclass(frozen=True)
class Curve:
    """A measure through time: ratio of means per interval or day with 95 % half widths, [n].

    NaN where there is nothing to measure, or for half widths only one replication.
    """

    measure: str
    unit: str
    start: Floats  # seconds since the scenario's start at which each interval or day begins
    mean: Floats
    half_width: Floats


def curve(
    replications: Sequence[Series],
    measure: str,
    by: str = "all",
    of: str = "all",
    *,
    days: bool = False,
) -> Curve:
    """One measure of `floorcast.measures.series.RATIOS` through time, over replications.

    Raises KeyError for an unknown measure and ValueError without replications or for a scope the
    measure is not kept for.
    """
    if not replications:
        raise ValueError("no replication is finished")
    pairs = [series.ratio(measure, by, of, days=days) for series in replications]
    found = ratios(np.array([above for above, _ in pairs]), np.array([below for _, below in pairs]))
    length = 86400.0 if days else replications[0].interval
    start = np.arange(found.mean.size, dtype=np.float64) * length
    return Curve(measure, RATIOS[measure].unit, start, found.mean, found.half_width())
