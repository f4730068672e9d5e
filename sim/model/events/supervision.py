"""Supervision: what begins when a condition on the centre holds, and ends when another does."""

from __future__ import annotations

from floorcast.model.core.calendar import pack, schedule_later
from floorcast.model.core.jit import handler
from floorcast.model.events.journey import assess, enqueue_later, place_later
from floorcast.model.events.presence import come, go
from floorcast.model.matching.attention import feed_later
from floorcast.model.matching.centre_state import gauge_answered
from floorcast.model.matching.ledger import note, touch_later
from floorcast.model.matching.pools import refresh_later
from floorcast.model.matching.routing import current_stage_later, dequeue_later
from floorcast.model.matching.rules import holds
from floorcast.model.records.layout import Event, Log, Status
from floorcast.model.records.rules import ALL_AGENTS, NOTHING_NEW, Bar, Do

_SUPERVISE = int(Event.SUPERVISE)
_MODE = int(Do.MODE)
_ADD = int(Do.ADD)
_REMOVE = int(Do.REMOVE)
_OVERTIME = int(Do.OVERTIME)
_CLOSE = int(Do.CLOSE)
_POLICY = int(Do.POLICY)
_ANEW = int(Event.ANEW)
_WAITING = int(Status.WAITING)
_L_RISES = int(Log.RISES)
_PORTION = 64  # contacts, so that one step adds little to the calendar
_CHANNELS = int(Bar.CHANNELS)
_L_BEGINS = int(Log.BEGINS)
_L_ENDS = int(Log.ENDS)


@handler
def supervise(s, i):
    """The supervisor looks at row i of the policy's supervision."""
    now = s.centre[0]["now"]
    watch = s.watches[i]
    if not watch["on"]:
        if holds(s, 0, watch["entry"]):
            watch["on"] = 1
            watch["since"] = now
            note(s, _L_BEGINS, -1, -1, i)
            _act(s, i, True)
    elif now - watch["since"] >= watch["at_least"]:
        over = holds(s, 0, watch["until"]) if watch["own_end"] else not holds(s, 0, watch["entry"])
        if over:
            watch["on"] = 0
            note(s, _L_ENDS, -1, -1, i)
            _act(s, i, False)
    schedule_later(s, now + watch["every"], pack(_SUPERVISE, i, 0))


@handler
def _act(s, i, begins):
    """Do, or undo, everything of row i; what another row that is on does as well, stays done."""
    for d in range(s.watches[i]["do_from"], s.watches[i]["do_to"]):
        kind = s.deeds[d]["kind"]
        if kind == _MODE:
            s.centre[0]["mode"] = _latest(s, _MODE)
        elif kind == _POLICY:
            s.centre[0]["policy"] = _latest(s, _POLICY)
            schedule_later(s, s.centre[0]["now"], pack(_ANEW, 0, 0))
        elif kind == _ADD or kind == _REMOVE:
            _take_part(s, s.deeds[d]["group"], s.deeds[d]["channel"])
        elif kind == _OVERTIME:
            g = s.deeds[d]["group"]
            _overtime(s, g, s.deeds[d]["value"], begins, _done(s, _OVERTIME, g, -1, 0) > 0)
        else:
            channel = s.deeds[d]["channel"]
            s.channels[channel]["barred"] = 1 if _done(s, _CLOSE, -1, channel, 0) > 0 else 0


@handler
def _done(s, kind, group, channel, member):
    """How it stands with an action on the member-th agent of a group: 1 done, 0 to be done at other
    times, -1 never done. Member -1: only what is done to the group as a whole counts."""
    found = -1
    for i in range(len(s.watches)):
        for d in range(s.watches[i]["do_from"], s.watches[i]["do_to"]):
            deed = s.deeds[d]
            if deed["kind"] != kind or deed["group"] != group or deed["channel"] != channel:
                continue
            whole = deed["value"] == ALL_AGENTS
            if (member < 0 and not whole) or (member >= 0 and (whole or member >= deed["value"])):
                if kind == _ADD or kind == _REMOVE:
                    continue
            found = max(found, int(s.watches[i]["on"]))
    return found


@handler
def _latest(s, kind):
    """The mode or policy of the row that is on and began last; without one that of the start."""
    latest = 0
    since = -1.0
    for i in range(len(s.watches)):
        if s.watches[i]["on"] and s.watches[i]["since"] >= since:
            for d in range(s.watches[i]["do_from"], s.watches[i]["do_to"]):
                if s.deeds[d]["kind"] == kind:
                    latest = s.deeds[d]["value"]
                    since = s.watches[i]["since"]
    return latest


@handler
def anew(s, first):
    """Another rule book: who waits is looked at again, in portions, from contact ``first`` on."""
    last = s.centre[0]["contacts"]
    if s.centre[0]["personal"] >= 0:
        own = s.centre[0]["personal"]
    else:
        own = len(s.queues)
    left = _PORTION
    c = first
    while c < last and left > 0:
        if s.contacts[c]["status"] == _WAITING and s.contacts[c]["queue"] < own:
            left -= 1
            dequeue_later(s, c)
            note(s, _L_RISES, c, -1, -1)
            q = current_stage_later(s, c, assess(s, c))
            if not place_later(s, c, q):
                enqueue_later(s, c, q)
            elif s.centre[0]["gauging"]:
                gauge_answered(s, s.contacts[c]["contact_type"])
        c += 1
    if c < last:
        schedule_later(s, s.centre[0]["now"], pack(_ANEW, c, 0))


@handler
def _take_part(s, g, channel):
    """Who of a group takes contacts of a channel now; what its agents hold they keep."""
    room = s.capacity[g * s.centre[0]["channels"] + channel]
    out = _done(s, _ADD, g, channel, -1) == 0 or _done(s, _REMOVE, g, channel, -1) == 1
    room["most"] = 0 if out else room["normal"]
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        agent = s.agents[a]
        out = _done(s, _ADD, g, channel, a - first) == 0 or _done(s, _REMOVE, g, channel, a - first) == 1
        if out:
            agent["shut"] |= 1 << int(channel)
        else:
            agent["shut"] &= ~(1 << int(channel))
        agent["barred"] &= NOTHING_NEW
        if agent["shut"] != 0:
            agent["barred"] |= _CHANNELS
        if agent["present"]:
            refresh_later(s, a)
    for a in range(first, first + s.groups[g]["n"]):
        if s.agents[a]["present"]:
            feed_later(s, a)


@handler
def _overtime(s, g, call_in, begins, on):
    """Nobody of the group goes home, and absent agents come, lowest ids first; or it is over."""
    s.groups[g]["overtime"] = 1 if on else 0
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        if begins and call_in > 0 and not s.agents[a]["present"]:
            come(s, a)
            s.agents[a]["overtime"] = 1
            call_in -= 1
        elif not on and s.agents[a]["overtime"]:
            touch_later(s, a)
            s.agents[a]["overtime"] = 0
            go(s, a)
