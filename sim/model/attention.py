"""Slots and attention: what an agent holds, and the one contact it works on."""

from __future__ import annotations

import math

from sim.model import ordered
from sim.model.calendar import pack, schedule
from sim.model.jit import handler, inlined
from sim.model.layout import Event, Log, Outcome, Status
from sim.model.ledger import note, touch
from sim.model.pools import refresh
from sim.model.random import Stream, quantile, two_uniforms
from sim.model.routing import best_queue, dequeue

_WORK_DONE = int(Event.WORK_DONE)
_WRAP_DONE = int(Event.WRAP_DONE)
_REPLY = int(Event.REPLY)
_RELEASE = int(Event.RELEASE)
_READY = int(Status.READY)
_WORKING = int(Status.WORKING)
_THINKING = int(Status.THINKING)
_AWAY = int(Status.AWAY)
_WRAPPING = int(Status.WRAPPING)
_CLOSED = int(Status.CLOSED)
_HANDLED = int(Outcome.HANDLED)
_TURN = int(Stream.TURN)
_WRAP_UP = int(Stream.WRAP_UP)
_L_ACCEPTED = int(Log.ACCEPTED)
_L_BEGAN = int(Log.BEGAN)
_L_PAUSED = int(Log.PAUSED)
_L_TURN_DONE = int(Log.TURN_DONE)
_L_RELEASED = int(Log.RELEASED)
_L_WRAPPING = int(Log.WRAPPING)
_L_CLOSED = int(Log.CLOSED)
_L_GONE = int(Log.GONE)
_L_OFF = int(Log.OFF)


@inlined
def hold(s, a, c):
    """Give contact c a slot of agent a."""
    n = s.centre[0]["channels"]
    channel = s.contacts[c]["channel"]
    agent = s.agents[a]
    g = agent["group"]
    if agent["held"] == 0:
        s.groups[g]["idle"] -= 1
    agent["held"] += 1
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
    s.contacts[c]["status"] = _READY


@inlined
def let_go(s, a, c):
    """Free the slot of contact c."""
    n = s.centre[0]["channels"]
    channel = s.contacts[c]["channel"]
    agent = s.agents[a]
    g = agent["group"]
    agent["held"] -= 1
    agent["units"] -= s.capacity[g * n + channel]["units"]
    s.holding[a * n + channel] -= 1
    if s.holding[a * n + channel] == 0:
        agent["mask"] &= ~(1 << int(channel))
    if agent["held"] == 0:
        agent["units"] = 0.0  # no rounding is carried along
        if agent["present"]:
            s.groups[g]["idle"] += 1
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
    if not contact["started"]:
        contact["started"] = 1
        fit = agent["group"] * s.centre[0]["types"] + contact["contact_type"]
        contact["work_left"] *= s.fits[fit]["factor"]
        if agent["factor"] != 1.0:
            left = max(0.0, 1.0 - now / agent["factor_days"])
            contact["work_left"] *= 1.0 + (agent["factor"] - 1.0) * left
    g = agent["group"]
    last = agent["last"]
    if s.groups[g]["switching"] > 0.0 and last >= 0 and last != c and agent["held"] > 1:
        other = s.contacts[last]["status"]
        if s.contacts[last]["agent"] == a and (other == _READY or other == _THINKING):
            contact["work_left"] += s.groups[g]["switching"]
    contact["status"] = _WORKING
    contact["began"] = now
    contact["stamp"] += 1
    agent["working"] = c
    agent["last"] = c
    schedule(s, now + contact["work_left"], pack(_WORK_DONE, c, contact["stamp"]))
    note(s, _L_BEGAN, c, a, -1)


@handler
def interrupt(s, a):
    """Attention is taken away; the rest of the work waits in the slot."""
    c = s.agents[a]["working"]
    contact = s.contacts[c]
    spent = s.centre[0]["now"] - contact["began"]
    contact["worked"] += spent
    contact["work_left"] = max(0.0, contact["work_left"] - spent)
    contact["stamp"] += 1
    contact["status"] = _READY
    s.agents[a]["working"] = -1
    note(s, _L_PAUSED, c, a, -1)


@inlined
def _may_interrupt(s, a, c, other):
    """True when contact c's channel may take agent a's attention from the other's."""
    n = s.centre[0]["channels"]
    room = s.capacity[s.agents[a]["group"] * n + s.contacts[c]["channel"]]
    return ((room["interrupts"] >> int(s.contacts[other]["channel"])) & 1) != 0


@handler
def _best_ready(s, a):
    """Among the contacts held: exclusive channel first, then what may interrupt the other, then
    points, then oldest, then lower id."""
    now = s.centre[0]["now"]
    best = -1
    best_exclusive = False
    best_score = 0.0
    c = s.agents[a]["first_held"]
    while c >= 0:
        contact = s.contacts[c]
        if contact["status"] == _READY:
            exclusive = s.channels[contact["channel"]]["exclusive"] != 0
            score = s.queues[contact["queue"]]["slope"] * now - contact["key1"]
            better = best < 0
            if not better:
                if exclusive != best_exclusive:
                    better = exclusive
                elif _may_interrupt(s, a, c, best):
                    better = True
                elif _may_interrupt(s, a, best, c):
                    better = False
                elif score != best_score:
                    better = score > best_score
                elif contact["queued"] != s.contacts[best]["queued"]:
                    better = contact["queued"] < s.contacts[best]["queued"]
                else:
                    better = c < best
            if better:
                best = c
                best_exclusive = exclusive
                best_score = score
        c = contact["next"]
    return best


@inlined
def attend(s, a):
    """If the agent's attention is free, turn it to the best ready contact it holds."""
    if s.agents[a]["working"] < 0:
        c = s.agents[a]["first_held"]
        if c >= 0:
            if s.agents[a]["held"] > 1 or s.contacts[c]["status"] != _READY:
                c = _best_ready(s, a)
            if c >= 0:
                begin(s, a, c)


@handler
def claim(s, a, c):
    """Ready contact c takes the agent's attention from a channel that it may interrupt."""
    other = s.agents[a]["working"]
    if other < 0 or s.contacts[other]["status"] != _WORKING:
        return
    if _may_interrupt(s, a, c, other):
        interrupt(s, a)
        begin(s, a, c)


@inlined
def accept(s, a, c):
    """Agent a takes contact c: a slot at once, attention at once if the channel demands it."""
    touch(s, a)
    hold(s, a, c)
    if math.isnan(s.contacts[c]["accepted"]):
        s.contacts[c]["accepted"] = s.centre[0]["now"]
    note(s, _L_ACCEPTED, c, a, -1)
    if s.agents[a]["working"] >= 0:
        claim(s, a, c)
    elif s.channels[s.contacts[c]["channel"]]["exclusive"]:
        begin(s, a, c)


@inlined
def feed(s, a):
    """An agent looks for contacts until it has room for none, then works and stands by."""
    if s.agents[a]["present"]:
        while s.centre[0]["waiting"] > 0:
            q = best_queue(s, a)
            if q < 0:
                break
            c = ordered.head(s.queues, q, s.contacts)
            dequeue(s, c)
            accept(s, a, c)
    attend(s, a)
    refresh(s, a)


@handler
def feed_later(s, a):
    """``feed`` for the rarer events."""
    feed(s, a)


@handler
def _depart(s, a):
    s.agents[a]["leaving"] = 0
    s.agents[a]["logged_in"] = 0
    note(s, _L_GONE, -1, a, -1)


@handler
def _step_down(s, a):
    """The headcount has dropped and this agent is the next to have finished."""
    g = s.agents[a]["group"]
    s.groups[g]["surplus"] -= 1
    s.groups[g]["present"] -= 1
    s.groups[g]["idle"] -= 1
    s.agents[a]["present"] = 0
    refresh(s, a)
    note(s, _L_OFF, -1, a, -1)
    _depart(s, a)


@inlined
def move_on(s, a):
    """After attention or a slot was freed: work on, or go home when that was the last."""
    if s.agents[a]["leaving"]:
        attend(s, a)
        if s.agents[a]["held"] == 0:
            _depart(s, a)
    elif s.groups[s.agents[a]["group"]]["surplus"] > 0 and s.agents[a]["held"] == 0:
        _step_down(s, a)
    else:
        feed(s, a)


@handler
def move_on_later(s, a):
    """``move_on`` for the rarer events."""
    move_on(s, a)


@inlined
def leave_system(s, c, outcome):
    """The customer is done with this contact."""
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.channels[s.contacts[c]["channel"]]["in_system"] -= 1


@inlined
def shut(s, a, c):
    """Close a contact that agent a holds."""
    let_go(s, a, c)
    s.contacts[c]["status"] = _CLOSED
    note(s, _L_CLOSED, c, a, s.contacts[c]["outcome"])


@handler
def _customer_thinks(s, a, c):
    """Another turn will follow: the customer thinks, and the slot is kept or released."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    k = contact["contact_type"]
    u, v = two_uniforms(s, contact["key"], _TURN, contact["turn"])
    contact["work_left"] = quantile(s, s.types[k]["work"], u)
    contact["started"] = 0
    think = 0.0
    if s.types[k]["think"] >= 0:
        think = quantile(s, s.types[k]["think"], v)
    channel = contact["channel"]
    if s.channels[channel]["holds_slot"]:
        contact["status"] = _THINKING
        limit = s.channels[channel]["release_after"]
        if think > limit:
            schedule(s, now + limit, pack(_RELEASE, c, contact["stamp"]))
    else:
        let_go(s, a, c)
        contact["status"] = _AWAY
        note(s, _L_RELEASED, c, a, -1)
    schedule(s, now + think, pack(_REPLY, c, contact["stamp"]))


@inlined
def turn_done(s, c):
    """The agent's part of a turn is done: the customer thinks, or it was the last turn."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    a = contact["agent"]
    touch(s, a)
    contact["worked"] += now - contact["began"]
    contact["stamp"] += 1
    contact["turn"] += 1
    if math.isnan(contact["first_response"]):
        contact["first_response"] = now
    elif not math.isnan(contact["replied"]):
        contact["reply_wait"] += now - contact["replied"]
        contact["replies"] += 1
    note(s, _L_TURN_DONE, c, a, contact["turn"])
    if contact["turn"] < contact["turns"]:
        s.agents[a]["working"] = -1
        _customer_thinks(s, a, c)
        move_on_later(s, a)
        return
    leave_system(s, c, _HANDLED)
    wrap_up = 0.0
    row = s.types[contact["contact_type"]]["wrap_up"]
    if row >= 0:
        u, _ = two_uniforms(s, contact["key"], _WRAP_UP, 0)
        wrap_up = quantile(s, row, u)
    if wrap_up > 0.0:
        contact["status"] = _WRAPPING
        contact["began"] = now
        s.agents[a]["wrapping"] = 1
        schedule(s, now + wrap_up, pack(_WRAP_DONE, c, contact["stamp"]))
        note(s, _L_WRAPPING, c, a, -1)
        refresh(s, a)  # nothing interrupts after-contact work
        return
    s.agents[a]["working"] = -1
    shut(s, a, c)
    move_on(s, a)


@handler
def wrap_done(s, c):
    """After-contact work is over."""
    contact = s.contacts[c]
    a = contact["agent"]
    touch(s, a)
    contact["wrapped"] += s.centre[0]["now"] - contact["began"]
    s.agents[a]["wrapping"] = 0
    s.agents[a]["working"] = -1
    shut(s, a, c)
    move_on_later(s, a)


@handler
def release(s, c):
    """The customer has been silent for so long that the slot is given back."""
    if s.contacts[c]["status"] != _THINKING:
        return  # it was given back when the agent left
    a = s.contacts[c]["agent"]
    touch(s, a)
    let_go(s, a, c)
    s.contacts[c]["status"] = _AWAY
    note(s, _L_RELEASED, c, a, -1)
    move_on_later(s, a)
