"""The calendar: a heap of four children a node, of (instant, what).

``what`` packs the kind of event, its subject and the subject's stamp, so that equal instants are
served by kind, then lower id, and an event whose subject has moved on since is known as stale.
"""

from __future__ import annotations

from sim.model.jit import handler, inlined

_SUBJECT = 16
_KIND = 52


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
    """Write an event into the calendar; the caller has made sure that there is room."""
    calendar = s.calendar
    i = s.centre[0]["calendar"]
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


@handler
def schedule_later(s, time, what):
    """``schedule`` for the rarer events."""
    schedule(s, time, what)


@inlined
def drop_first(s):
    """Remove the earliest event."""
    calendar = s.calendar
    n = s.centre[0]["calendar"] - 1
    s.centre[0]["calendar"] = n
    if n == 0:
        return
    time = calendar[n]["time"]
    what = calendar[n]["what"]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= n:
            break
        best = child
        t = calendar[child]["time"]
        end = min(child + 4, n)
        for j in range(child + 1, end):
            u = calendar[j]["time"]
            if u < t or (u == t and calendar[j]["what"] < calendar[best]["what"]):
                best = j
                t = u
        if time < t or (time == t and what <= calendar[best]["what"]):
            break
        calendar[i]["time"] = t
        calendar[i]["what"] = calendar[best]["what"]
        i = best
    calendar[i]["time"] = time
    calendar[i]["what"] = what
