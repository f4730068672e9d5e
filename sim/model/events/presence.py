"""Agents log in and out, and channels open and close, by the timetable."""

from __future__ import annotations

from floorcast.model.agents.learning import learn
from floorcast.model.core.jit import handler
from floorcast.model.core.room import has_room_for_more, unknown
from floorcast.model.events.journey import requeue
from floorcast.model.events.transfers import withdraw
from floorcast.model.matching.attention import attend_called, feed_called, interrupt, release_slot
from floorcast.model.matching.ledger import note, open_ledger, touch
from floorcast.model.matching.pools import one_more_idle, refresh_called
from floorcast.model.matching.rest import talk_over
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Job, Leave, Log, Status, TimetableKind
from floorcast.model.records.rules import REFUSALS


@handler
def log_in(s, a):
    """Log an agent in, at the start of a shift or after a break."""
    agent = s.agents[a]
    if agent["present"]:
        return
    if agent["leaving"]:
        touch(s, a)
        agent["leaving"] = 0
    else:
        open_ledger(s, a)
    agent["present"] = 1
    s.groups[agent["group"]]["present"] += 1
    agent["since"] = s.centre[0]["now"]
    if agent["held"] == 0:
        s.groups[agent["group"]]["idle"] += 1
        if s.groups[agent["group"]]["reserves"]:
            one_more_idle(s, agent["group"])
    note(s, Log.ON, -1, a, -1)
    if s.centre[0]["evaluating"]:
        talk_over(s, a)
    feed_called(s, a)


@handler
def log_out(s, a):
    """Log an agent out: it finishes what its channels let it finish and hands back the rest."""
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
    hand_back(s, a)


@handler
def _look_again(s):
    """After an agent has left a group with few others, idle agents reconsider contacts they had declined."""
    for g in range(len(s.groups)):
        first = s.groups[g]["first"]
        if s.groups[g]["present"] <= REFUSALS and s.groups[g]["idle"] > 0:
            for a in range(first, first + s.groups[g]["n"]):
                if s.centre[0]["waiting"] > 0 and s.agents[a]["present"] and s.agents[a]["held"] == 0:
                    feed_called(s, a)


@handler
def hand_back(s, a):
    """Agent a is leaving: it finishes or hands back what it holds, by channel."""
    agent = s.agents[a]
    if agent["present"] or not agent["leaving"]:
        return  # it was called back, or has gone
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
                release_slot(s, a, c)
                s.contacts[c]["status"] = Status.AWAY
                note(s, Log.RELEASED, c, a, -1)
            elif status == Status.READY:
                release_slot(s, a, c)
                note(s, Log.REQUEUED, c, a, -1)
                requeue(s, c)
        c = following
    attend_called(s, a)  # what is to be finished, after what was broken off
    if s.centre[0]["cases"] and s.centre[0]["waiting"] > 0:
        _look_again(s)
    if agent["held"] == 0 and agent["working"] < 0:
        agent["leaving"] = 0
        agent["logged_in"] = 0
        note(s, Log.GONE, -1, a, -1)


@handler
def _fewer(s, g, surplus):
    """Log out ``surplus`` agents: idle ones now, highest ids first; then those next to finish what
    they work on take nothing new, and leave once what they hold is finished or handed back.
    Whether all is done."""
    first = s.groups[g]["first"]
    for a in range(first + s.groups[g]["n"] - 1, first - 1, -1):
        if surplus > 0 and s.agents[a]["present"] and s.agents[a]["held"] == 0:
            if not has_room_for_more(s):
                return False
            log_out(s, a)
            surplus -= 1
    s.groups[g]["surplus"] += surplus
    return True


@handler
def _more(s, g, missing):
    """Log in ``missing`` agents: those about to leave stay, then absent ones, lowest ids first.
    Whether all is done."""
    stay = min(missing, s.groups[g]["surplus"])
    s.groups[g]["surplus"] -= stay
    missing -= stay
    first = s.groups[g]["first"]
    for a in range(first, first + s.groups[g]["n"]):
        if missing > 0 and not s.agents[a]["present"]:
            if not has_room_for_more(s):
                return False
            log_in(s, a)
            missing -= 1
    return True


@handler
def headcount(s, i):
    """Bring a group to the headcount in row i of the timetable; resumes where it stopped."""
    who = s.timetable[i]["who"]
    change = s.timetable[i]["value"] - (s.groups[who]["present"] - s.groups[who]["surplus"])
    done = _more(s, who, change) if change > 0 else _fewer(s, who, -change)
    s.centre[0]["job"] = Job.NONE if done else Job.HEADCOUNT
    s.centre[0]["job_row"] = i


@handler
def timetable_event(s, i):
    """Carry out row i of the timetable."""
    kind = s.timetable[i]["kind"]
    who = s.timetable[i]["who"]
    if kind == TimetableKind.LEARNED:
        learn(s, who, s.timetable[i]["value"] / 1000.0, s.timetable[i]["time"])
    elif kind == TimetableKind.ON:
        s.agents[who]["overtime"] = 0
        log_in(s, who)
    elif kind == TimetableKind.OPEN:
        s.channels[who]["open"] = 1
        note(s, Log.OPENED, -1, -1, who)
    elif kind == TimetableKind.CLOSE:
        s.channels[who]["open"] = 0
        note(s, Log.SHUT, -1, -1, who)
    elif kind == TimetableKind.HEADCOUNT:
        headcount(s, i)
    elif kind == TimetableKind.OFF:
        if s.timetable[i]["value"] and s.groups[s.agents[who]["group"]]["overtime"]:
            if s.agents[who]["present"]:
                touch(s, who)
                s.agents[who]["overtime"] = 1
        else:
            log_out(s, who)
    else:
        unknown(s, Branch.TIMETABLE, kind)
