"""Who was there when, from agents' contacts: a shift per agent and day, with breaks.

A gap of over `CUT` seconds between two contacts is a break. Where it ended, and where the day
began, is not seen when the contact that follows had not waited: its agent had been ready before,
but not as long as somebody waited. There the usual idle time before such a contact (by hour, an
exponential cut off where somebody last waited) is added. Where a break or the way home began is
not seen either: an agent finishes the contact at hand, so if somebody waited just then, it began
halfway through on average, else some idle time later.
"""

from __future__ import annotations

import numpy as np

from floorcast.history.calls.contacts import Bools, Contacts, Floats
from floorcast.history.calls.waiting import SECONDS, Calls, by_day, calls_of, day_queue
from floorcast.history.fit.unavailable import CUT

_MOST = 1800.0  # idle before the first and after the last contact of a day
_USUAL = 120.0

Spans = dict[int, list[tuple[float, float]]]
"""By agent, (from, to) in seconds of the day, in order."""


def idle_by_hour(contacts: Contacts) -> Floats:
    """Mean seconds [24] between an agent's contacts where the second had not waited."""
    total, count = np.zeros(24), np.zeros(24)
    for _, day in by_day(contacts):
        for calls in calls_of(day):
            gap = calls.begin[1:] - calls.end[:-1]
            use = (gap > 0) & (gap < CUT) & ~calls.waited[1:]
            hour = np.clip(calls.begin[1:][use] // 3600, 0, 23).astype(int)
            np.add.at(total, hour, gap[use])
            np.add.at(count, hour, 1)
    return np.asarray((total + _USUAL) / (count + 1))


def presence(day: Contacts, takes: dict[int, Bools], usual: Bools, idle: Floats) -> Spans:
    """Spans of everybody seen on a day. takes: by agent, the types it takes for sure."""
    queue = day_queue(day)
    found: Spans = {}
    for calls in calls_of(day):
        someone = queue.somebody(takes.get(calls.agent, usual))
        found[calls.agent] = _spans(calls, _Waits(someone, idle))
    return found


def _spans(calls: Calls, waits: _Waits) -> list[tuple[float, float]]:
    first = waits.ready_before(calls.begin[0] - _MOST, calls.begin[0], bool(calls.waited[0]))
    start = max(0.0, first)
    found: list[tuple[float, float]] = []
    for n, end in enumerate(calls.end):
        last = n + 1 == len(calls.end)
        following = end + _MOST if last else calls.begin[n + 1]
        if not last and following - end <= CUT:
            continue
        stop = waits.ready_after(calls.begin[n], end, following)
        found.append((start, max(stop, start + 1)))
        if not last:
            back = waits.ready_before(end, following, bool(calls.waited[n + 1]))
            start = max(back, found[-1][1] + 1)
    return found


class _Waits:
    """When somebody waited whom an agent takes, and how long it usually idles by hour."""

    def __init__(self, someone: Bools, idle: Floats) -> None:
        self.someone = someone
        self.seconds = np.flatnonzero(someone)
        self.idle = idle

    def _usual(self, at: float, room: float) -> float:
        """Mean of an exponential of the hour's usual idle time, given that it is below `room`."""
        if room <= 0:
            return 0.0
        mean = float(self.idle[min(int(max(at, 0.0) // 3600), 23)])
        part = room / mean
        return room / 2 if part < 1e-6 else mean - room / float(np.expm1(min(part, 500.0)))

    def ready_before(self, low: float, begin: float, waited: bool) -> float:
        """Since when an agent was ready whose contact began then."""
        if waited:
            return begin
        place = int(np.searchsorted(self.seconds, int(begin))) - 1
        if place >= 0:
            low = max(low, float(self.seconds[place]) + 1)
        return begin - self._usual(begin, begin - low)

    def ready_after(self, begin: float, end: float, high: float) -> float:
        """Until when an agent would have taken another contact, the last having ended at `end`."""
        soon = min(int(end) + 3, SECONDS - 1)
        if self.someone[soon]:
            return (begin + end) / 2
        place = int(np.searchsorted(self.seconds, soon))
        if place < len(self.seconds):
            high = min(high, float(self.seconds[place]))
        return end + self._usual(end, high - end) / 2
