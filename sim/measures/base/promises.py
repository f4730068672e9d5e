"""Promises that are more than so many seconds: business hours, and the same day.

A promise turns arrivals into the instants until which an answer is in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floorcast.measures.base.records import Floats

_DAY = 86400.0

Span = tuple[float, float]


@dataclass(frozen=True)
class Promise:
    """hours: business hours over the horizon as (from, to) [s], None: every hour counts.
    same_day: until the end of the day (of its business hours, if there are any; what comes later than
    these is promised for the next day that has some). midnight: a midnight [s]."""

    hours: tuple[Span, ...] | None = None
    same_day: bool = False
    midnight: float = 0.0

    def due(self, arrived: Floats, within: Any) -> Floats:
        """Until when an answer is in time [s]; `within` [s], one or per contact, counts business hours.

        Infinite for what the business hours of the horizon do not reach.
        """
        if self.same_day:
            return self._end_of_day(arrived)
        if self.hours is None:
            return np.asarray(arrived + within, dtype=np.float64)
        opens = np.array([a for a, _ in self.hours])
        lengths = np.array([b - a for a, b in self.hours])
        before = np.concatenate(([0.0], np.cumsum(lengths)))
        place = np.searchsorted(opens, arrived, side="right") - 1
        inside = np.clip(arrived - opens[np.maximum(place, 0)], 0.0, lengths[np.maximum(place, 0)])
        spent = np.where(place < 0, 0.0, before[np.maximum(place, 0)] + inside)
        wanted = spent + within
        at = np.searchsorted(before, wanted, side="left") - 1  # a promise that ends at closing ends then
        reach = (at < lengths.size) & (at >= 0)
        at = np.clip(at, 0, lengths.size - 1)
        return np.where(reach, opens[at] + wanted - before[at], np.inf)

    def _end_of_day(self, arrived: Floats) -> Floats:
        if self.hours is None:
            day = np.floor((arrived - self.midnight) / _DAY)
            return np.asarray(self.midnight + (day + 1) * _DAY)
        # The last closing of each day that has business hours; spans that pass midnight belong to the
        # day on which they begin.
        days: dict[int, float] = {}
        for begin, end in self.hours:
            days[int((begin - self.midnight) // _DAY)] = end
        ends = np.array(sorted(days.values()))
        place = np.searchsorted(ends, arrived, side="right")
        return np.where(place < ends.size, ends[np.minimum(place, ends.size - 1)], np.inf)


Aim = tuple[float | None, str | None, Promise | None]
"""within, clock, promise of a service level; None: each contact type's own."""
