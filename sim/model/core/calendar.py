"""The calendar: a heap of four children a node, of (instant, what).

``what`` packs the kind of event, its subject and the subject's stamp, so that equal instants are
served by kind, then lower id, and an event whose subject has moved on since is known as stale.
"""

from __future__ import annotations

import math

from floorcast.model.core.jit import called, inlined
from floorcast.model.core.machine import earliest_of_four, not_after
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
def _rise(calendar, i, time, what):
    """Write an entry down at place i, or above it where it comes before what stands there."""
    while i > 0:
        parent = (i - 1) >> 2
        if not_after(calendar, parent, time, what):
            break
        calendar[i]["time"] = calendar[parent]["time"]
        calendar[i]["what"] = calendar[parent]["what"]
        i = parent
    calendar[i]["time"] = time
    calendar[i]["what"] = what


@inlined
def schedule(s, time, what):
    """Write an event into the calendar; see core/room.py for the room there is."""
    i = s.centre[0]["calendar"]
    if i >= len(s.calendar):
        spill(s)
        return
    s.centre[0]["calendar"] = i + 1
    _rise(s.calendar, i, time, what)


schedule_called = called(schedule)


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
        first = earliest_of_four(calendar, child)
        calendar[i]["time"] = calendar[first]["time"]
        calendar[i]["what"] = calendar[first]["what"]
        i = first
        child = 4 * i + 1
    _rise(calendar, i, time, what)
