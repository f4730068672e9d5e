"""The state of the centre that rules look at: queues, expected waits, service levels, time, mode.

Counters are kept as contacts come and go, and only for what some rule of the policy names: each
contact type has the list of gauges it counts in, mostly empty.
"""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.room import unknown
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Clock, Event
from floorcast.model.records.rules import TICKS, Attribute

_SMOOTHING = 0.125  # weight of the newest gap between answers
_SECONDS = 86400.0


@handler
def _counts(s, c, by):
    """Contact c waits in its gauges; where it is the only one, since the last answer or since it came."""
    k = s.contacts[c]["contact_type"]
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        gauge = s.gauges[s.gauge_of[i]]
        if gauge["waiting"] == 0:
            gauge["since"] = max(gauge["since"], s.contacts[c]["queued"])
        gauge["waiting"] += by


@handler
def gauge_join(s, c):
    """Contact c begins to wait, or waits on in another stage."""
    _counts(s, c, 1)


@handler
def gauge_leave(s, k):
    """A contact of type k has stopped waiting."""
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        s.gauges[s.gauge_of[i]]["waiting"] -= 1


@handler
def gauge_aside(s, c, by):
    """Contact c, which stands in no queue, counts as waiting while it looks around."""
    _counts(s, c, by)


@handler
def gauge_answered(s, k):
    """A contact of type k that waited has found an agent: one more gap between answers."""
    now = s.centre[0]["now"]
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        gauge = s.gauges[s.gauge_of[i]]
        gauge["gap"] += (now - gauge["since"] - gauge["gap"]) * _SMOOTHING
        gauge["since"] = now


@handler
def _roll(s, g):
    """Bring the moving window of gauge g up to now."""
    gauge = s.gauges[g]
    tick = int(s.centre[0]["now"] / gauge["step"])
    passed = tick - gauge["tick"]
    if passed <= 0:
        return
    for i in range(min(passed, TICKS)):
        row = s.ticks[gauge["ring"] + (tick - i) % TICKS]
        gauge["good"] -= row["good"]
        gauge["all"] -= row["all"]
        row["good"] = 0
        row["all"] = 0
    gauge["tick"] = tick


@handler
def clocked(s, c, which):
    """Contact c reached the instant ``which``; -1: it left unanswered. Counts if its clock ends so."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    if contact["clock"] == Clock.ENDED or (which >= 0 and s.types[k]["clock"] != which):
        return
    _count_overdue(s, c, -1)
    contact["clock"] = Clock.ENDED
    good = 1 if which >= 0 and s.centre[0]["now"] - contact["arrived"] <= s.types[k]["aim"] else 0
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        g = s.gauge_of[i]
        if s.gauges[g]["step"] > 0.0:
            _roll(s, g)
            row = s.ticks[s.gauges[g]["ring"] + s.gauges[g]["tick"] % TICKS]
            row["good"] += good
            row["all"] += 1
            s.gauges[g]["good"] += good
            s.gauges[g]["all"] += 1


@handler
def _count_overdue(s, c, by):
    """Contact c, if its time is over and it still waits, counts as such from now on, or no longer."""
    if s.contacts[c]["clock"] == Clock.OVERDUE:
        k = s.contacts[c]["contact_type"]
        for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
            if s.gauges[s.gauge_of[i]]["step"] > 0.0:
                s.gauges[s.gauge_of[i]]["overdue"] += by


@handler
def start_clock(s, c):
    """Contact c is in the centre: note when its acceptable waiting time is over."""
    k = s.contacts[c]["contact_type"]
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        if s.gauges[s.gauge_of[i]]["step"] > 0.0:
            time = max(s.centre[0]["now"], s.contacts[c]["arrived"] + s.types[k]["aim"])
            if time < math.inf:
                schedule_called(s, time, pack(Event.OVERDUE, c, 0))
            return


@handler
def overdue(s, c):
    """The acceptable waiting time of contact c is over, unless it has become of another type since."""
    contact = s.contacts[c]
    aim = s.types[contact["contact_type"]]["aim"]
    if contact["clock"] == Clock.RUNS and s.centre[0]["now"] >= contact["arrived"] + aim:
        contact["clock"] = Clock.OVERDUE
        _count_overdue(s, c, 1)


@handler
def becomes(s, c, k):
    """Contact c turns out to be of type k, whose acceptable waiting time holds from now on."""
    if s.centre[0]["due"] and s.contacts[c]["clock"] != Clock.ENDED:
        _count_overdue(s, c, -1)
        s.contacts[c]["clock"] = Clock.RUNS
        s.contacts[c]["contact_type"] = k
        start_clock(s, c)
    s.contacts[c]["contact_type"] = k


@handler
def expected_wait(s, g):
    """Seconds: contacts waiting in gauge g times the average time between answers of late, or the time
    since the last one where that is longer. Who waits alone thus expects no less than it has waited."""
    gauge = s.gauges[g]
    if gauge["waiting"] == 0:
        return 0.0
    return gauge["waiting"] * max(gauge["gap"], s.centre[0]["now"] - gauge["since"])


@handler
def service_level(s, g):
    """The share in time of those whose clock ended in the window, and of those overdue who still wait;
    1 while nobody is due."""
    _roll(s, g)
    due = s.gauges[g]["all"] + s.gauges[g]["overdue"]
    return s.gauges[g]["good"] / due if due > 0 else 1.0


@handler
def centre_value(s, attribute, of):
    """The value of an attribute of the centre; ``of`` is its gauge or group."""
    if attribute == Attribute.QUEUE:
        return float(s.gauges[of]["waiting"])
    if attribute == Attribute.EXPECTED_WAIT:
        return expected_wait(s, of)
    if attribute == Attribute.SERVICE_LEVEL:
        return service_level(s, of)
    if attribute == Attribute.IDLE:
        return float(s.groups[of]["idle"])
    seconds = s.centre[0]["week"] + s.centre[0]["now"]
    days = math.floor(seconds / _SECONDS)
    if attribute == Attribute.TIME:
        return seconds - days * _SECONDS
    if attribute == Attribute.DAY:
        return float(days % 7)
    if attribute == Attribute.MODE:
        return float(s.centre[0]["mode"])
    if attribute == Attribute.POLICY:
        return float(s.centre[0]["policy"])
    return unknown(s, Branch.ATTRIBUTE, attribute)
