"""Supervision: actions that start when a condition on the centre holds, and end when another does."""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.core.room import has_room_for_more, unknown
from floorcast.model.events.journey import enqueue_called, place_called
from floorcast.model.events.presence import headcount, log_in, log_out
from floorcast.model.matching.attention import feed_called
from floorcast.model.matching.centre_state import gauge_answered
from floorcast.model.matching.ledger import note, touch_called, was_in_force
from floorcast.model.matching.pools import refresh_called
from floorcast.model.matching.routing import assess, current_stage_called, dequeue_called
from floorcast.model.matching.rules import holds
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Event, Job, Log, Status
from floorcast.model.records.rules import NOTHING_NEW, ActionKind, Bar

_PORTION = 64  # contacts, so that one step adds little to the calendar


@handler
def supervise(s, i):
    """The supervisor checks row i of the policy's supervision."""
    now = s.centre[0]["now"]
    watch = s.triggers[i]
    if not watch["on"]:
        if holds(s, 0, watch["entry"]):
            watch["on"] = 1
            watch["since"] = now
            note(s, Log.BEGINS, -1, -1, i)
            _start(s, i, 1)
    elif now - watch["since"] >= watch["at_least"]:
        over = holds(s, 0, watch["until"]) if watch["own_end"] else not holds(s, 0, watch["entry"])
        if over:
            watch["on"] = 0
            was_in_force(s, i)
            note(s, Log.ENDS, -1, -1, i)
            _start(s, i, 0)
    if watch["on"]:
        for d in range(watch["do_from"], watch["do_to"]):
            if s.actions[d]["kind"] == ActionKind.STATEMENT:
                prepare_statement(s, s.actions[d]["value"])
    schedule_called(s, now + watch["every"], pack(Event.SUPERVISE, i, 0))


@handler
def _start(s, i, begins):
    """Do, or undo, all actions of row i; whatever another active row does too stays done."""
    centre = s.centre[0]
    centre["job"] = Job.SUPERVISION
    centre["job_row"] = i
    centre["job_do"] = s.triggers[i]["do_from"]
    centre["job_at"] = -1
    centre["job_begins"] = begins
    _go_on(s)


@handler
def _go_on(s):
    """Run the row's actions in turn, as far as the arrays have room in this step."""
    centre = s.centre[0]
    while centre["job_do"] < s.triggers[centre["job_row"]]["do_to"]:
        if not _act(s, centre["job_do"]):
            return
        centre["job_do"] += 1
        centre["job_at"] = -1
    centre["job"] = Job.NONE


@handler
def carry_on(s):
    """Resume what the previous step left unfinished."""
    if s.centre[0]["job"] == Job.HEADCOUNT:
        headcount(s, s.centre[0]["job_row"])
    else:
        _go_on(s)


@handler
def _act(s, d):
    """Run row d of the actions; False when it has to go on in the next step."""
    kind = s.actions[d]["kind"]
    if kind == ActionKind.MODE:
        s.centre[0]["mode"] = _latest(s, ActionKind.MODE)
    elif kind == ActionKind.POLICY:
        s.centre[0]["policy"] = _latest(s, ActionKind.POLICY)
        schedule_called(s, s.centre[0]["now"], pack(Event.REROUTE, 0, 0))
    elif kind == ActionKind.ADD or kind == ActionKind.REMOVE:
        return _take_part(s, s.actions[d]["group"], s.actions[d]["channel"])
    elif kind == ActionKind.STATEMENT:
        return True  # at every look, until it is prepared
    elif kind == ActionKind.PAUSE:
        _pause(s, s.actions[d]["value"])
    elif kind == ActionKind.OVERTIME:
        return _overtime(s, s.actions[d]["group"], s.actions[d]["value"])
    elif kind == ActionKind.CLOSE:
        channel = s.actions[d]["channel"]
        s.channels[channel]["barred"] = 1 if _done(s, ActionKind.CLOSE, -1, channel, -1) > 0 else 0
    else:
        unknown(s, Branch.ACTION, kind)
    return True


@handler
def prepare_statement(s, i):
    """A statement is prepared once its incident has begun, unless it has been made already."""
    row = s.statements[i]
    if math.isnan(row["made"]) and not row["due"] and s.roots[row["campaign"]] > 0:
        row["due"] = 1
        u, _ = two_uniforms_called(s, row["key"], Stream.STATE, 0)
        delay = quantile_or_zero(s, row["delay"], u)
        schedule_called(s, s.centre[0]["now"] + delay, pack(Event.STATEMENT, i, 0))


@handler
def _pause(s, campaign):
    """A campaign is held while a line that holds it is in force."""
    paused = 0
    for i in range(len(s.triggers)):
        for d in range(s.triggers[i]["do_from"], s.triggers[i]["do_to"]):
            if s.actions[d]["kind"] == ActionKind.PAUSE and s.actions[d]["value"] == campaign:
                paused = max(paused, int(s.triggers[i]["on"]))
    for i in range(s.centre[0]["sources"]):
        if s.sources[i]["campaign"] == campaign:
            s.sources[i]["paused"] = paused


@handler
def _done(s, kind, group, channel, member):
    """State of an action on the member-th agent of a group: 1 active, 0 inactive now, -1 never
    applied to it. Member -1: to any of them."""
    found = -1
    for i in range(len(s.triggers)):
        for d in range(s.triggers[i]["do_from"], s.triggers[i]["do_to"]):
            action = s.actions[d]
            if action["kind"] != kind or action["group"] != group or action["channel"] != channel:
                continue
            if member >= 0 and member >= action["value"]:
                continue
            found = max(found, int(s.triggers[i]["on"]))
    return found


@handler
def _latest(s, kind):
    """The mode or policy of the active row that began last, else the one at the start."""
    latest = 0
    since = -1.0
    for i in range(len(s.triggers)):
        if s.triggers[i]["on"] and s.triggers[i]["since"] >= since:
            for d in range(s.triggers[i]["do_from"], s.triggers[i]["do_to"]):
                if s.actions[d]["kind"] == kind:
                    latest = s.actions[d]["value"]
                    since = s.triggers[i]["since"]
    return latest


@handler
def reroute(s, first):
    """Another rule book is in force: reroute waiting contacts, in portions, from contact ``first`` on."""
    last = s.centre[0]["contacts"]
    if s.centre[0]["personal"] >= 0:
        own = s.centre[0]["personal"]
    else:
        own = len(s.queues)
    left = _PORTION
    c = first
    while c < last and left > 0:
        if s.contacts[c]["status"] == Status.WAITING and s.contacts[c]["queue"] < own:
            left -= 1
            dequeue_called(s, c)
            note(s, Log.RISES, c, -1, -1)
            q = current_stage_called(s, c, assess(s, c))
            if not place_called(s, c, q):
                enqueue_called(s, c, q)
            elif s.centre[0]["gauging"]:
                gauge_answered(s, s.contacts[c]["contact_type"])
        c += 1
    if c < last:
        schedule_called(s, s.centre[0]["now"], pack(Event.REROUTE, c, 0))


@handler
def _take_part(s, g, channel):
    """Update which agents of a group take a channel now: with a row that adds it, only agents whom an
    active row adds; all keep what they hold. Returns whether all have looked for work."""
    centre = s.centre[0]
    first = s.groups[g]["first"]
    if centre["job_at"] < 0:
        some = _done(s, ActionKind.ADD, g, channel, -1) >= 0
        for a in range(first, first + s.groups[g]["n"]):
            agent = s.agents[a]
            out = some and _done(s, ActionKind.ADD, g, channel, a - first) != 1
            if out or _done(s, ActionKind.REMOVE, g, channel, a - first) == 1:
                agent["barred_channels"] |= 1 << int(channel)
            else:
                agent["barred_channels"] &= ~(1 << int(channel))
            agent["barred"] &= NOTHING_NEW
            if agent["barred_channels"] != 0:
                agent["barred"] |= Bar.CHANNELS
            if agent["present"]:
                refresh_called(s, a)
        centre["job_at"] = 0
    while centre["job_at"] < s.groups[g]["n"]:
        if not has_room_for_more(s):
            return False
        a = first + centre["job_at"]
        centre["job_at"] += 1
        if s.agents[a]["present"]:
            feed_called(s, a)
    return True


@handler
def _overtime(s, g, call_in):
    """Start or end a group's overtime: nobody goes home, and absent agents log in, lowest ids first.
    Returns whether that is done for all of them."""
    centre = s.centre[0]
    on = _done(s, ActionKind.OVERTIME, g, -1, -1) > 0
    if centre["job_at"] < 0:
        s.groups[g]["overtime"] = 1 if on else 0
        centre["job_left"] = call_in if centre["job_begins"] else 0
        centre["job_at"] = 0
    first = s.groups[g]["first"]
    while centre["job_at"] < s.groups[g]["n"]:
        if not has_room_for_more(s):
            return False
        a = first + centre["job_at"]
        centre["job_at"] += 1
        if centre["job_left"] > 0 and not s.agents[a]["present"]:
            log_in(s, a)
            s.agents[a]["overtime"] = 1
            centre["job_left"] -= 1
        elif not on and s.agents[a]["overtime"]:
            touch_called(s, a)
            s.agents[a]["overtime"] = 0
            log_out(s, a)
    return True
