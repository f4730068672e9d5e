"""Agents come and go, channels open and close, as the timetable says."""

from __future__ import annotations

from floorcast.model.agents.learning import learn
from floorcast.model.core.jit import handler
from floorcast.model.events.journey import requeue
from floorcast.model.events.transfers import withdraw
from floorcast.model.matching.attention import attend_called, feed_called, interrupt, let_go
from floorcast.model.matching.ledger import log_in, note, touch
from floorcast.model.matching.pools import refresh_called
from floorcast.model.records.layout import Leave, Log, Status, Turn


@handler
def come(s, a):
    """An agent logs in, or is back from a break."""
    agent = s.agents[a]
    if agent["present"]:
        return
    if agent["leaving"]:
        touch(s, a)
        agent["leaving"] = 0
    else:
        log_in(s, a)
    agent["present"] = 1
    s.groups[agent["group"]]["present"] += 1
    agent["since"] = s.centre[0]["now"]
    if agent["held"] == 0:
        s.groups[agent["group"]]["idle"] += 1
    note(s, Log.ON, -1, a, -1)
    feed_called(s, a)


@handler
def go(s, a):
    """An agent leaves: what its channel lets finish is finished, the rest is handed back."""
    agent = s.agents[a]
    if not agent["present"]:
        return
    touch(s, a)
    agent["present"] = 0
    agent["leaving"] = 1
    s.groups[agent["group"]]["present"] -= 1
    if agent["held"] == 0:
        s.groups[agent["group"]]["idle"] -= 1
    refresh_called(s, a)
    note(s, Log.OFF, -1, a, -1)
    c = agent["first_held"]
    while c >= 0 and s.contacts[c]["next"] >= 0:
        c = s.contacts[c]["next"]  # what was accepted first is handed back first
    while c >= 0:
        following = s.contacts[c]["prev"]
        status = s.contacts[c]["status"]
        leave = s.channels[s.contacts[c]["channel"]]["leave"]
        if status == Status.OFFERED:
            withdraw(s, c)
            note(s, Log.REQUEUED, c, a, -1)
            requeue(s, c)
        elif leave != Leave.FINISH:
            if status == Status.WORKING and leave == Leave.REQUEUE:
                interrupt(s, a)
                status = s.contacts[c]["status"]  # now READY
            if status == Status.THINKING:
                let_go(s, a, c)
                s.contacts[c]["status"] = Status.AWAY
                note(s, Log.RELEASED, c, a, -1)
            elif status == Status.READY:
                let_go(s, a, c)
                note(s, Log.REQUEUED, c, a, -1)
                requeue(s, c)
        c = following
    attend_called(s, a)  # what is to be finished, after what was broken off
    if agent["held"] == 0 and agent["working"] < 0:
        agent["leaving"] = 0
        agent["logged_in"] = 0
        note(s, Log.GONE, -1, a, -1)


@handler
def _fewer(s, g, surplus):
    """So many agents leave: idle ones now; then whoever finishes first, where agents hold one
    contact at a time, else those of the highest id as soon as they have finished all they hold."""
    first = s.groups[g]["first"]
    for a in range(first + s.groups[g]["n"] - 1, first - 1, -1):
        if surplus > 0 and s.agents[a]["present"] and s.agents[a]["held"] == 0:
            go(s, a)
            surplus -= 1
    if s.groups[g]["single"]:
        s.groups[g]["surplus"] += surplus
        return
    for a in range(first + s.groups[g]["n"] - 1, first - 1, -1):
        if surplus > 0 and s.agents[a]["present"]:
            go(s, a)
            surplus -= 1


@handler
def _more(s, g, missing):
    """So many agents come: those who were about to leave stay, then the lowest ids that are away."""
    stay = min(missing, s.groups[g]["surplus"])
    s.groups[g]["surplus"] -= stay
    missing -= stay
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        if missing > 0 and not s.agents[a]["present"]:
            come(s, a)
            missing -= 1


@handler
def turn_of_the_clock(s, i):
    """Row i of the timetable happens."""
    kind = s.timetable[i]["kind"]
    who = s.timetable[i]["who"]
    if kind == Turn.LEARNED:
        learn(s, who, s.timetable[i]["value"])
    elif kind == Turn.ON:
        s.agents[who]["overtime"] = 0
        come(s, who)
    elif kind == Turn.OPEN:
        s.channels[who]["open"] = 1
        note(s, Log.OPENED, -1, -1, who)
    elif kind == Turn.CLOSE:
        s.channels[who]["open"] = 0
        note(s, Log.SHUT, -1, -1, who)
    elif kind == Turn.HEADS:
        change = s.timetable[i]["value"] - (s.groups[who]["present"] - s.groups[who]["surplus"])
        if change > 0:
            _more(s, who, change)
        elif change < 0:
            _fewer(s, who, -change)
    elif s.timetable[i]["value"] and s.groups[s.agents[who]["group"]]["overtime"]:
        if s.agents[who]["present"]:
            touch(s, who)
            s.agents[who]["overtime"] = 1
    else:
        go(s, who)
