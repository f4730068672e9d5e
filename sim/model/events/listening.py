"""Listening: when a mention is captured, how it is classified, and how triage corrects that."""

from __future__ import annotations

import math

from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.events.journey import requeue
from floorcast.model.events.turns import close_contact, leave_system
from floorcast.model.matching.attention import move_on_called, release_slot
from floorcast.model.matching.centre_state import becomes
from floorcast.model.matching.creation import pick, timely
from floorcast.model.matching.ledger import note, touch
from floorcast.model.matching.pools import refresh_called
from floorcast.model.matching.routing import dequeue_called
from floorcast.model.records.layout import Log, Outcome, Status
from floorcast.model.records.rules import ALL_BARS, Bar
from floorcast.model.records.social import Flag


@handler
def _mistake(s, c, k):
    """The classifier may mistake the sentiment or the subject of a contact."""
    contact = s.contacts[c]
    behaviour = s.behaviours[k]
    u, v = two_uniforms_called(s, contact["key"], Stream.HEAR, 1)
    right = behaviour["sentiment_accuracy"]
    if u >= right:
        contact["flags"] |= Flag.MISREAD
        first = (u - right) < 0.5 * (1.0 - right)
        if contact["sentiment"] < 0:
            contact["sentiment"] = 0 if first else 1
        elif contact["sentiment"] == 0:
            contact["sentiment"] = -1 if first else 1
        else:
            contact["sentiment"] = -1 if first else 0
    right = behaviour["subject_accuracy"]
    if v >= right and behaviour["others_to"] > behaviour["others_from"]:
        u, _ = two_uniforms_called(s, contact["key"], Stream.TRIAGE, 0)
        contact["flags"] |= Flag.MISROUTED | Flag.TRIAGE
        contact["work_left"] = quantile_or_zero(s, behaviour["look"], u)
        w = (v - right) / (1.0 - right)
        contact["contact_type"] = pick(s, behaviour["others_from"], behaviour["others_to"], w)


@handler
def listen(s, c, k, noise, passed):
    """When the mention is captured (inf: never); also classifies it."""
    behaviour = s.behaviours[k]
    contact = s.contacts[c]
    time = s.centre[0]["now"]
    if behaviour["poll"] > 0.0:
        time = math.ceil(time / behaviour["poll"]) * behaviour["poll"]
    if noise:
        u, _ = two_uniforms_called(s, contact["key"], Stream.TRIAGE, 0)
        contact["flags"] |= Flag.NOISE | Flag.TRIAGE
        contact["work_left"] = quantile_or_zero(s, behaviour["triage"], u)
        contact["turns"] = 1
        contact["patience"] = math.inf
        return time
    if not passed:
        contact["flags"] |= Flag.MISSED
        u, v = two_uniforms_called(s, contact["key"], Stream.HEAR, 2)
        if u >= behaviour["late"]:
            return math.inf
        time += quantile_or_zero(s, behaviour["late_after"], v)
    if behaviour["sentiment_accuracy"] < 1.0 or behaviour["subject_accuracy"] < 1.0:
        _mistake(s, c, k)
    return time


@handler
def reconsider(s, c):
    """Recompute the points of a waiting contact and its place in the queue."""
    if s.contacts[c]["status"] == Status.WAITING:
        dequeue_called(s, c)
    note(s, Log.RISES, c, -1, -1)
    requeue(s, c)


@handler
def looked_at(s, c, stamp):
    """Triage is over: the contact is noise, or belongs in another queue."""
    contact = s.contacts[c]
    if contact["stamp"] != stamp:
        return  # at that very instant its agent turned to something else, or left: it looks again
    a = contact["agent"]
    touch(s, a)
    contact["flags"] &= 255 - Flag.TRIAGE
    contact["stamp"] += 1
    contact["accepted"] = math.nan
    contact["answered"] = math.nan
    if s.agents[a]["working"] == c:
        s.agents[a]["working"] = -1
    if contact["flags"] & Flag.NOISE:
        leave_system(s, c, Outcome.DISCARDED)
        close_contact(s, a, c)
        move_on_called(s, a)
        return
    release_slot(s, a, c)
    note(s, Log.PASSED_ON, c, a, -1)
    k = s.issues[c]["true_type"]
    _, v = two_uniforms_called(s, contact["key"], Stream.CREATION, 0)
    becomes(s, c, k)
    contact["work_left"] = timely(s, k, quantile_or_zero(s, s.types[k]["work"], v))
    contact["fixed"] = 0
    contact["started"] = 0
    contact["transfers"] += 1
    contact["status"] = Status.PENDING
    s.agents[a]["barred"] |= Bar.PASSED_OVER  # it looks for what is next in line, which may be c again
    refresh_called(s, a)
    reconsider(s, c)
    s.agents[a]["barred"] &= ALL_BARS - Bar.PASSED_OVER
    move_on_called(s, a)
