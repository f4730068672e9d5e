"""The calendar: a heap of four children a node, of (instant, what).

``what`` packs the kind of event, its subject and the subject's stamp, so that equal instants are
served by kind, then lower id, and an event whose subject has moved on since is known as stale.
"""

from __future__ import annotations

import math

from floorcast.model.core.jit import called, inlined
from floorcast.model.core.room import spill

_SUBJECT = 16
_KIND = 52
_NEVER = 2**63 - 1


@inlined
def pack(kind, subject, stamp):
    """Kind (below 2048), subject (below 2**36) and stamp (below 65536) in one integer."""
    return (int(kind) << _KIND) | (int(subject) << _SUBJECT) | int(stamp)


@inlined
def kind_of(what):
    """The kind of a packed event."""
    return what >> _KIND


@inlined
def subject_of(what):
    """The contact or agent of a packed event."""
    return (what >> _SUBJECT) & 0xFFFFFFFFF


@inlined
def stamp_of(what):
    """The stamp its subject had when the event was written down."""
    return what & 0xFFFF


@inlined
def schedule(s, time, what):
    """Write an event into the calendar; see core/room.py for the room there is."""
    calendar = s.calendar
    i = s.centre[0]["calendar"]
    if i >= len(calendar):
        spill(s)
        return
    s.centre[0]["calendar"] = i + 1
    while i > 0:
        parent = (i - 1) >> 2
        t = calendar[parent]["time"]
        if t < time or (t == time and calendar[parent]["what"] <= what):
            break
        calendar[i]["time"] = t
        calendar[i]["what"] = calendar[parent]["what"]
        i = parent
    calendar[i]["time"] = time
    calendar[i]["what"] = what


schedule_called = called(schedule)


@inlined
def _earlier(calendar, i, j):
    """1 when entry i comes before entry j, else 0; without a branch, as no one could predict it."""
    t = calendar[i]["time"]
    u = calendar[j]["time"]
    return int((t < u) | ((t == u) & (calendar[i]["what"] < calendar[j]["what"])))


@inlined
def drop_first(s):
    """Remove the earliest event: the hole sinks to a leaf, and the last entry rises from there."""
    calendar = s.calendar
    n = s.centre[0]["calendar"] - 1
    s.centre[0]["calendar"] = n
    time = calendar[n]["time"]
    what = calendar[n]["what"]
    calendar[n]["time"] = math.inf
    calendar[n]["what"] = _NEVER
    if n == 0:
        return
    i = 0
    child = 1
    while child < n:
        a = child + _earlier(calendar, child + 1, child)
        b = child + 2 + _earlier(calendar, child + 3, child + 2)
        best = a + (b - a) * _earlier(calendar, b, a)
        calendar[i]["time"] = calendar[best]["time"]
        calendar[i]["what"] = calendar[best]["what"]
        i = best
        child = 4 * i + 1
    while i > 0:
        parent = (i - 1) >> 2
        t = calendar[parent]["time"]
        if t < time or (t == time and calendar[parent]["what"] <= what):
            break
        calendar[i]["time"] = t
        calendar[i]["what"] = calendar[parent]["what"]
        i = parent
    calendar[i]["time"] = time
    calendar[i]["what"] = what
