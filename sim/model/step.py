"""One step: the earliest thing that is due happens. Both clocks call nothing else."""

from __future__ import annotations

import math

from floorcast.model.core.calendar import drop_first, kind_of, stamp_of, subject_of
from floorcast.model.core.jit import entry, handler, inlined
from floorcast.model.core.machine import fetch
from floorcast.model.core.room import ENOUGH, short_of, unknown
from floorcast.model.events.journey import arrival, patience_over, reply, retry, stage
from floorcast.model.events.loyalty import loyalty_event
from floorcast.model.events.playbook import playbook_event
from floorcast.model.events.presence import hand_back, timetable_event
from floorcast.model.events.social import follow, social_arrival, social_event
from floorcast.model.events.sources import let_pass
from floorcast.model.events.supervision import carry_on, reroute, supervise
from floorcast.model.events.transfers import (
    agent_event,
    evaluation_event,
    hang_up,
    look_around,
    offer_over,
    transfer_or_consult,
)
from floorcast.model.events.turns import release, turn_done, wrap_done
from floorcast.model.matching.centre_state import overdue
from floorcast.model.matching.ledger import touch, was_in_force, write_whole_intervals
from floorcast.model.matching.pools import fetch_agent
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Cause, Event, Halt, Status

_GO_ON = -1


@handler
def _patience_while_it_rings(s, c):
    if math.isnan(s.contacts[c]["accepted"]):
        if s.types[s.contacts[c]["contact_type"]]["abandons"]:
            hang_up(s, c)


@handler
def _no_contact(s, kind, subject):
    """Events of agents, of supervision and of its gauges."""
    if kind == Event.OVERDUE:
        overdue(s, subject)
    elif kind == Event.HAND_BACK:
        hand_back(s, subject)
    elif kind == Event.SUPERVISE:
        supervise(s, subject)
    elif kind == Event.REROUTE:
        reroute(s, subject)
    elif kind == Event.LOOK_AROUND:
        look_around(s, subject)
    else:
        agent_event(s, kind, subject)


@inlined
def _dispatch(s, what):
    kind = kind_of(what)
    c = subject_of(what)
    if kind >= Event.DECIDED:
        if kind >= Event.TAKE_DOWN:
            playbook_event(s, kind, c, stamp_of(what))
        elif kind >= Event.EVALUATED:
            evaluation_event(s, kind, c)
        elif kind > Event.HOLD:
            loyalty_event(s, kind, c, stamp_of(what))
        else:
            playbook_event(s, kind, c, stamp_of(what))
        return
    if kind >= Event.FOLLOW:
        social_event(s, kind, c, stamp_of(what))
        return
    if kind == Event.PATIENCE:
        if s.contacts[c]["status"] == Status.OFFERED:
            _patience_while_it_rings(s, c)
        else:
            patience_over(s, c)
        return
    if kind == Event.RETRY:
        if s.centre[0]["social"]:
            follow(s, c, Cause.RETRY)
        else:
            retry(s, c)
        return
    if kind > Event.OFFER_OVER:
        _no_contact(s, kind, c)
        return
    if s.contacts[c]["stamp"] != stamp_of(what):
        return  # the contact has moved on since
    if kind == Event.WORK_DONE:
        if s.contacts[c]["turn_outcome"] != 0:
            transfer_or_consult(s, c)
        else:
            turn_done(s, c)
    elif kind == Event.WRAP_DONE:
        wrap_done(s, c)
    elif kind == Event.REPLY:
        reply(s, c)
    elif kind == Event.RELEASE:
        release(s, c)
    elif kind == Event.STAGE:
        stage(s, c)
    elif kind == Event.OFFER_OVER:
        offer_over(s, c)
    else:
        unknown(s, Branch.EVENT, kind)


@handler
def _finish(s):
    """The horizon: write every ledger to the end."""
    s.centre[0]["now"] = s.centre[0]["horizon"]
    s.centre[0]["finished"] = 1
    if s.centre[0]["wide"]:
        write_whole_intervals(s)
    for a in range(len(s.agents)):
        touch(s, a)
    for i in range(len(s.triggers)):
        if s.triggers[i]["on"]:
            was_in_force(s, i)


@handler
def _fetch_ahead(s):
    """Have what the next event needs brought into the cache while this one happens: the agent of its contact, which
    was itself brought there while it stood right behind the first; and the contacts that now stand there."""
    calendar = s.calendar
    what = calendar[0]["what"]
    if kind_of(what) <= Event.OFFER_OVER:
        a = s.contacts[subject_of(what)]["agent"]
        fetch_agent(s, a)
        fetch(s.nodes, a)  # its place among the free, where its group has one pool
    for i in range(1, 5):
        fetch(s.contacts, subject_of(calendar[i]["what"]))


@inlined
def next_instant(s):
    """When the next thing is due; inf when nothing is."""
    if s.centre[0]["job"] != 0:
        return s.centre[0]["now"]
    time = s.timetable[s.centre[0]["timetable"]]["time"]
    if s.centre[0]["calendar"] > 0:
        time = min(time, s.calendar[0]["time"])
    if s.centre[0]["sources"] > 0:
        time = min(time, s.sources[s.sources[0]["slot"]]["next"])
    return time


@inlined
def advance(s, until):
    """Do what is due next. At equal instants: timetable, calendar, then new contacts.

    Returns -1 to go on, 0 at the end, or the code of the array that is full (nothing was done).
    """
    centre = s.centre[0]
    code = short_of(s)
    if code != ENOUGH:
        return code
    if centre["job"] != 0:
        carry_on(s)
        return _GO_ON
    planned = s.timetable[centre["timetable"]]["time"]
    due = s.calendar[0]["time"]
    fresh = math.inf
    source = 0
    if centre["sources"] > 0:
        source = s.sources[0]["slot"]
        fresh = s.sources[source]["next"]
    soonest = min(planned, due, fresh)
    if not soonest <= until:  # nor where it is no number
        return Halt.PAUSED
    if soonest > centre["horizon"]:
        if not centre["finished"]:
            _finish(s)
        return Halt.DONE
    centre["events"] += 1
    if planned <= due and planned <= fresh:
        centre["now"] = planned
        centre["timetable"] += 1
        timetable_event(s, centre["timetable"] - 1)
    elif due <= fresh:
        centre["now"] = due
        what = s.calendar[0]["what"]
        drop_first(s)
        if centre["wide"]:
            _fetch_ahead(s)
        _dispatch(s, what)
    else:
        centre["now"] = fresh
        if s.sources[source]["paused"]:
            let_pass(s, source)
        elif s.types[s.sources[source]["contact_type"]]["traits"]:
            social_arrival(s, source)
        else:
            arrival(s, source)
    return _GO_ON


@entry
def run_until(s, until, steps):
    """Advance while things are due by the instant ``until``, at most ``steps`` steps.

    One entry for both clocks, so that they run the same compiled code. Returns a Halt code.
    """
    for _ in range(steps):
        code = advance(s, until)
        if code != _GO_ON:
            return code
    return Halt.PAUSED


@entry
def peek(s):
    """When the next thing is due; inf when nothing is."""
    return next_instant(s)
