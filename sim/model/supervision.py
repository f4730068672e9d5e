"""Supervision: what begins when a condition on the centre holds, and ends when another does."""

from __future__ import annotations

from sim.model.attention import feed_later
from sim.model.calendar import pack, schedule_later
from sim.model.jit import handler
from sim.model.layout import Event, Log
from sim.model.layout_rules import Do
from sim.model.ledger import note, touch_later
from sim.model.pools import refresh_later
from sim.model.presence import come, go
from sim.model.rules import holds

_SUPERVISE = int(Event.SUPERVISE)
_MODE = int(Do.MODE)
_ADD = int(Do.ADD)
_REMOVE = int(Do.REMOVE)
_OVERTIME = int(Do.OVERTIME)
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
    """Do, or undo, everything of row i."""
    for d in range(s.watches[i]["do_from"], s.watches[i]["do_to"]):
        kind = s.deeds[d]["kind"]
        if kind == _MODE:
            s.centre[0]["mode"] = s.deeds[d]["value"] if begins else 0
        elif kind == _ADD or kind == _REMOVE:
            _take_part(s, s.deeds[d]["group"], s.deeds[d]["channel"], (kind == _ADD) == begins)
        elif kind == _OVERTIME:
            _overtime(s, s.deeds[d]["group"], s.deeds[d]["value"], begins)
        else:
            s.channels[s.deeds[d]["channel"]]["barred"] = 1 if begins else 0


@handler
def _take_part(s, g, channel, on):
    """A group begins or ceases to take contacts of a channel; what its agents hold they keep."""
    room = s.capacity[g * s.centre[0]["channels"] + channel]
    room["most"] = room["normal"] if on else 0
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        if s.agents[a]["present"]:
            if on:
                feed_later(s, a)
            else:
                refresh_later(s, a)


@handler
def _overtime(s, g, call_in, begins):
    """Nobody of the group goes home, and absent agents come, lowest ids first; or it is over."""
    s.groups[g]["overtime"] = 1 if begins else 0
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        if begins and call_in > 0 and not s.agents[a]["present"]:
            come(s, a)
            s.agents[a]["overtime"] = 1
            call_in -= 1
        elif not begins and s.agents[a]["overtime"]:
            touch_later(s, a)
            s.agents[a]["overtime"] = 0
            go(s, a)
