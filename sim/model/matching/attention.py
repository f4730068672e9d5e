"""Slots and attention: what an agent holds, and the one contact it works on."""

from __future__ import annotations

import math

from floorcast.model.agents.learning import knowledge
from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule
from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.room import holds_more
from floorcast.model.matching.centre_state import clocked, gauge_answered
from floorcast.model.matching.choice import count_choice
from floorcast.model.matching.ledger import note, touch
from floorcast.model.matching.offers import acceptable, look_for_work, offer
from floorcast.model.matching.pools import one_more_idle, refresh, refresh_called
from floorcast.model.matching.rest import talk_over
from floorcast.model.matching.routing import (
    assess,
    best_queue,
    current_stage,
    dequeue,
    dequeue_called,
    points_now,
)
from floorcast.model.matching.turn_outcomes import plan_turn_outcome, prepare
from floorcast.model.records.layout import Event, Log, Status
from floorcast.model.records.rules import Due
from floorcast.model.records.social import Flag, Trait


@inlined
def assign_slot(s, a, c):
    """Give contact c a slot of agent a."""
    n = s.centre[0]["channels"]
    channel = s.contacts[c]["channel"]
    agent = s.agents[a]
    g = agent["group"]
    if agent["held"] == 0:
        s.groups[g]["idle"] -= 1
    agent["held"] += 1
    if agent["held"] > s.centre[0]["most_held"]:
        holds_more(s, agent["held"])
    if s.capacity[g * n + channel]["secondary"]:
        agent["secondary"] += s.capacity[g * n + channel]["units"]
    else:
        agent["units"] += s.capacity[g * n + channel]["units"]
    agent["mask"] |= 1 << int(channel)
    agent["assigned"] = s.centre[0]["now"]
    s.holding[a * n + channel] += 1
    first = agent["first_held"]
    s.contacts[c]["prev"] = -1
    s.contacts[c]["next"] = first
    if first >= 0:
        s.contacts[first]["prev"] = c
    agent["first_held"] = c
    s.contacts[c]["agent"] = a
    s.contacts[c]["group"] = g
    s.contacts[c]["status"] = Status.READY


@inlined
def release_slot(s, a, c):
    """Free the slot of contact c."""
    n = s.centre[0]["channels"]
    channel = s.contacts[c]["channel"]
    agent = s.agents[a]
    g = agent["group"]
    agent["held"] -= 1
    if s.capacity[g * n + channel]["secondary"]:
        agent["secondary"] -= s.capacity[g * n + channel]["units"]
    else:
        agent["units"] -= s.capacity[g * n + channel]["units"]
    s.holding[a * n + channel] -= 1
    if s.holding[a * n + channel] == 0:
        agent["mask"] &= ~(1 << int(channel))
    if agent["held"] == 0:
        agent["units"] = 0.0  # no rounding is carried along
        agent["secondary"] = 0.0
        if agent["present"]:
            s.groups[g]["idle"] += 1
            if s.groups[g]["reserves"]:
                one_more_idle(s, g)
            if s.centre[0]["evaluating"]:
                talk_over(s, a)
    agent["since"] = s.centre[0]["now"]
    left = s.contacts[c]["prev"]
    right = s.contacts[c]["next"]
    if left >= 0:
        s.contacts[left]["next"] = right
    else:
        agent["first_held"] = right
    if right >= 0:
        s.contacts[right]["prev"] = left


@inlined
def begin(s, a, c):
    """Agent a turns its attention to contact c."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    agent = s.agents[a]
    if math.isnan(contact["answered"]):
        contact["answered"] = now
        if s.centre[0]["due"]:
            clocked(s, c, Due.ANSWERED)
    if not contact["started"]:
        contact["started"] = 1
        k = contact["contact_type"]
        if s.types[k]["transfer_to"] > s.types[k]["transfer_from"] or s.types[k]["consult"] > 0.0:
            plan_turn_outcome(s, c)
        if s.types[k]["play_to"] > s.types[k]["play_from"]:
            prepare(s, c)
        if s.types[k]["traits"] & Trait.HISTORY and contact["prior"] > 0 and not contact["flags"] & Flag.TRIAGE:
            contact["work_left"] *= s.behaviours[k]["known_work"]
        if not contact["fixed"]:
            fit = agent["group"] * s.centre[0]["types"] + contact["contact_type"]
            contact["work_left"] *= s.fits[fit]["factor"] * agent["pace"]
            if agent["knows"] > 0.0:
                contact["work_left"] *= 1.0 - s.groups[agent["group"]]["faster"] * knowledge(s, a)
            if agent["factor"] != 1.0:
                left = max(0.0, 1.0 - now / agent["factor_days"])
                contact["work_left"] *= 1.0 + (agent["factor"] - 1.0) * left
    g = agent["group"]
    last = agent["last"]
    if s.groups[g]["switching"] > 0.0 and last >= 0 and last != c and agent["held"] > 1:
        other = s.contacts[last]["status"]
        if s.contacts[last]["agent"] == a and (other == Status.READY or other == Status.THINKING):
            contact["work_left"] += s.groups[g]["switching"]
    contact["status"] = Status.WORKING
    contact["began"] = now
    contact["stamp"] += 1
    agent["working"] = c
    agent["last"] = c
    schedule(s, now + contact["work_left"], pack(Event.WORK_DONE, c, contact["stamp"]))
    note(s, Log.BEGAN, c, a, -1)


@handler
def interrupt(s, a):
    """Interrupt the agent's work; the rest of it waits in the slot."""
    c = s.agents[a]["working"]
    contact = s.contacts[c]
    spent = s.centre[0]["now"] - contact["began"]
    contact["worked"] += spent
    contact["work_left"] = max(0.0, contact["work_left"] - spent)
    contact["stamp"] += 1
    contact["status"] = Status.READY
    s.agents[a]["working"] = -1
    note(s, Log.PAUSED, c, a, -1)


@inlined
def _may_interrupt(s, a, c, other):
    """True when contact c's channel may take agent a's attention from the other's."""
    n = s.centre[0]["channels"]
    room = s.capacity[s.agents[a]["group"] * n + s.contacts[c]["channel"]]
    return ((room["interrupts"] >> int(s.contacts[other]["channel"])) & 1) != 0


@handler
def _outranked(s, a):
    """Channels (a bit each) that something ready in the agent's hands may interrupt."""
    n = s.centre[0]["channels"]
    mask = 0
    c = s.agents[a]["first_held"]
    while c >= 0:
        if s.contacts[c]["status"] == Status.READY:
            mask |= s.capacity[s.agents[a]["group"] * n + s.contacts[c]["channel"]]["interrupts"]
        c = s.contacts[c]["next"]
    return mask


@handler
def _best_ready(s, a):
    """Among the contacts held: exclusive channel first, then what nothing ready may interrupt, then
    the points it would have in the queue now, then oldest, then lower id."""
    outranked = _outranked(s, a)
    best = -1
    best_place = 0
    best_score = 0.0
    c = s.agents[a]["first_held"]
    while c >= 0:
        contact = s.contacts[c]
        if contact["status"] == Status.READY:
            place = (outranked >> int(contact["channel"])) & 1
            if s.channels[contact["channel"]]["exclusive"]:
                place -= 2
            score = points_now(s, c)
            better = best < 0
            if not better:
                if place != best_place:
                    better = place < best_place
                elif score != best_score:
                    better = score > best_score
                elif contact["queued"] != s.contacts[best]["queued"]:
                    better = contact["queued"] < s.contacts[best]["queued"]
                else:
                    better = c < best
            if better:
                best = c
                best_place = place
                best_score = score
        c = contact["next"]
    return best


@inlined
def attend(s, a):
    """If the agent's attention is free, turn it to the best ready contact it holds."""
    if s.agents[a]["working"] < 0:
        c = s.agents[a]["first_held"]
        if c >= 0:
            if s.agents[a]["held"] > 1 or s.contacts[c]["status"] != Status.READY:
                c = _best_ready(s, a)
            if c >= 0:
                begin(s, a, c)


release_slot_called = called(release_slot)


attend_called = called(attend)


@handler
def claim(s, a, c):
    """Ready contact c takes the agent's attention from a channel that it may interrupt; whether it did.

    What waits may be allowed to interrupt this one although not the other: the agent looks again.
    """
    other = s.agents[a]["working"]
    if other < 0 or s.contacts[other]["status"] != Status.WORKING:
        return False
    if not _may_interrupt(s, a, c, other):
        return False
    interrupt(s, a)
    begin(s, a, c)
    return True


@inlined
def accept(s, a, c):
    """Agent a takes contact c: a slot at once, attention at once if the channel demands it.

    Returns whether it took the attention from another.
    """
    touch(s, a)
    assign_slot(s, a, c)
    if s.centre[0]["offering"] and s.offers[s.contacts[c]["channel"]]["on"]:
        if s.channels[s.contacts[c]["channel"]]["exclusive"] and s.agents[a]["working"] >= 0:
            interrupt(s, a)
        offer(s, a, c)
        return False
    return accepted(s, a, c)


@inlined
def accepted(s, a, c):
    """Agent a, who holds contact c, has accepted it; whether c took the attention from another."""
    if math.isnan(s.contacts[c]["accepted"]):
        s.contacts[c]["accepted"] = s.centre[0]["now"]
        if s.centre[0]["due"]:
            clocked(s, c, Due.ACCEPTED)
    if s.groups[s.agents[a]["group"]]["choose"] != 0 or s.queues[s.contacts[c]["queue"]]["choose"] != 0:
        count_choice(s, a, c)
    note(s, Log.ACCEPTED, c, a, -1)
    if s.agents[a]["working"] >= 0:
        return claim(s, a, c)
    if s.channels[s.contacts[c]["channel"]]["exclusive"]:
        begin(s, a, c)
    return False


@handler
def _as_ruled(s, c):
    """A contact that waited for its own agent ages by the rules again."""
    if s.contacts[c]["queue"] >= s.centre[0]["personal"]:
        s.contacts[c]["queue"] = current_stage(s, c, assess(s, c))


accept_called = called(accept)


@handler
def take_from_list(s, a):
    """Agent a takes the best waiting contact that it has not refused; False when there is none."""
    if s.centre[0]["waiting"] == 0:
        return False
    c = acceptable(s, a)
    if c < 0:
        return False
    dequeue_called(s, c)
    if s.centre[0]["gauging"]:
        gauge_answered(s, s.contacts[c]["contact_type"])
    if s.centre[0]["personal"] >= 0:
        _as_ruled(s, c)
    accept_called(s, a, c)
    return True


@handler
def _feed_with_care(s, a):
    """Contacts may ring, or the agent picks them itself."""
    if s.groups[s.agents[a]["group"]]["pull"] >= 0:
        look_for_work(s, a)
        return
    while take_from_list(s, a):
        pass


accepted_called = called(accepted)


@inlined
def feed(s, a):
    """The agent takes contacts until it has no more room, then works."""
    if s.agents[a]["present"]:
        if s.centre[0]["offering"]:
            _feed_with_care(s, a)
        else:
            while s.centre[0]["waiting"] > 0:
                q = best_queue(s, a)
                if q < 0:
                    break
                c = ordered.head(s.queues, q, s.contacts)
                dequeue(s, c)
                if s.centre[0]["gauging"]:
                    gauge_answered(s, s.contacts[c]["contact_type"])
                if s.centre[0]["personal"] >= 0:
                    _as_ruled(s, c)
                accept(s, a, c)
    attend(s, a)
    refresh(s, a)


feed_called = called(feed)


@handler
def _depart(s, a):
    s.agents[a]["leaving"] = 0
    s.agents[a]["logged_in"] = 0
    note(s, Log.GONE, -1, a, -1)


@handler
def _step_down(s, a):
    """The headcount has dropped, and this agent is the next to finish what it worked on."""
    g = s.agents[a]["group"]
    s.groups[g]["surplus"] -= 1
    s.groups[g]["present"] -= 1
    if s.agents[a]["held"] == 0:
        s.groups[g]["idle"] -= 1
    s.agents[a]["present"] = 0
    s.agents[a]["leaving"] = 1
    refresh_called(s, a)
    note(s, Log.OFF, -1, a, -1)
    if s.agents[a]["held"] == 0 and not s.centre[0]["cases"]:
        _depart(s, a)
    else:
        schedule(s, s.centre[0]["now"], pack(Event.HAND_BACK, a, 0))


@inlined
def move_on(s, a):
    """After attention or a slot was freed: go on working, or leave if that was the last contact."""
    if s.agents[a]["leaving"]:
        attend(s, a)
        if s.agents[a]["held"] == 0 and s.agents[a]["working"] < 0:
            _depart(s, a)
    elif s.groups[s.agents[a]["group"]]["surplus"] > 0 and s.agents[a]["working"] < 0 and s.agents[a]["present"]:
        _step_down(s, a)
    else:
        feed(s, a)


move_on_called = called(move_on)
