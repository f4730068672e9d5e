"""The state of the centre that rules look at: queues, expected waits, service levels, time, mode.

Counters are kept as contacts come and go, and only for what some rule of the policy names: each
contact type has the list of gauges it counts in, mostly empty.
"""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler
from floorcast.model.records.rules import TICKS, Attribute

_SMOOTHING = 0.125  # weight of the newest gap between answers
_SECONDS = 86400.0


@handler
def gauge_join(s, k):
    """A contact of type k begins to wait."""
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        g = s.gauge_of[i]
        if s.gauges[g]["waiting"] == 0:
            s.gauges[g]["since"] = s.centre[0]["now"]
        s.gauges[g]["waiting"] += 1


@handler
def gauge_leave(s, k):
    """A contact of type k waits no longer."""
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        s.gauges[s.gauge_of[i]]["waiting"] -= 1


@handler
def gauge_aside(s, k, by):
    """A waiting contact of type k does not count itself while it looks around."""
    for i in range(s.types[k]["gauge_from"], s.types[k]["gauge_to"]):
        s.gauges[s.gauge_of[i]]["waiting"] += by


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
    if which >= 0 and s.types[k]["clock"] != which:
        return
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
def expected_wait(s, g):
    """Seconds: contacts waiting in gauge g times the average time between answers of late."""
    return s.gauges[g]["waiting"] * s.gauges[g]["gap"]


@handler
def centre_value(s, attribute, of):
    """The value of an attribute of the centre; ``of`` is its gauge or group."""
    if attribute == Attribute.QUEUE:
        return float(s.gauges[of]["waiting"])
    if attribute == Attribute.EXPECTED_WAIT:
        return expected_wait(s, of)
    if attribute == Attribute.SERVICE_LEVEL:
        _roll(s, of)
        if s.gauges[of]["all"] == 0:
            return 1.0
        return s.gauges[of]["good"] / s.gauges[of]["all"]
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
    return float(s.centre[0]["policy"])
