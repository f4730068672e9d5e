"""The end of a turn: the customer thinks, or the contact is done and its slot is released."""

from __future__ import annotations

import math

from floorcast.model.agents.agent_rules import credit
from floorcast.model.agents.evaluation import is_evaluated
from floorcast.model.core.calendar import pack, schedule, schedule_called
from floorcast.model.core.jit import handler, inlined
from floorcast.model.core.random import Stream, quantile, two_uniforms
from floorcast.model.events.customers import concluded, first_answer
from floorcast.model.matching.attention import feed_called, move_on, move_on_called, release_slot
from floorcast.model.matching.centre_state import clocked
from floorcast.model.matching.creation import timely
from floorcast.model.matching.experience import experienced
from floorcast.model.matching.ledger import note, touch
from floorcast.model.matching.pools import refresh
from floorcast.model.matching.rest import rest, talk_over
from floorcast.model.matching.turn_outcomes import colleague_done, remember_agent
from floorcast.model.records.layout import Attention, Cause, Event, Leave, Log, Outcome, Status
from floorcast.model.records.rules import Due
from floorcast.model.records.social import Flag


@inlined
def leave_system(s, c, outcome):
    """The customer's part of this contact is over."""
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.channels[s.contacts[c]["channel"]]["in_system"] -= 1
    if s.centre[0]["due"]:
        clocked(s, c, Due.RESOLVED if outcome == Outcome.HANDLED else -1)
    if s.contacts[c]["cause"] >= Cause.APPROVAL:
        colleague_done(s, c)
    elif s.centre[0]["returning"] and outcome == Outcome.HANDLED:
        remember_agent(s, c)
    if s.centre[0]["remembers"]:
        experienced(s, c)


@handler
def _looked_back_at(s, a, c):
    """Contact c is over: it may be evaluated, and feedback owed to its agent a may begin."""
    if is_evaluated(s, a, c):
        schedule_called(s, s.centre[0]["now"], pack(Event.EVALUATED, c, 0))
    talk_over(s, a)


@inlined
def close_contact(s, a, c):
    """Close a contact that agent a holds."""
    if not s.contacts[c]["early"]:
        release_slot(s, a, c)
    if s.centre[0]["tracking"]:
        credit(s, a, c)
    agent = s.agents[a]
    laws = agent["haste"] >= 0 or agent["rest"] >= 0 or agent["rush"] >= 0
    if laws or s.types[s.contacts[c]["contact_type"]]["rest"] >= 0:
        rest(s, a, c)
    if s.centre[0]["evaluating"]:
        _looked_back_at(s, a, c)
    s.contacts[c]["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, a, s.contacts[c]["outcome"])


@handler
def _customer_thinks(s, a, c):
    """Another turn will follow: the customer thinks, and the slot is kept or released."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    k = contact["contact_type"]
    u, v = two_uniforms(s, contact["key"], Stream.TURN, contact["turn"])
    contact["work_left"] = timely(s, k, quantile(s, s.types[k]["work"], u))
    contact["fixed"] = 0
    contact["started"] = 0
    think = 0.0
    if s.types[k]["think"] >= 0:
        think = quantile(s, s.types[k]["think"], v)
    channel = contact["channel"]
    stays = not s.agents[a]["leaving"] or s.channels[channel]["leave"] == Leave.FINISH
    if s.channels[channel]["holds_slot"] and stays:
        contact["status"] = Status.THINKING
        limit = s.channels[channel]["release_after"]
        if think > limit:
            schedule(s, now + limit, pack(Event.RELEASE, c, contact["stamp"]))
    else:
        release_slot(s, a, c)
        contact["status"] = Status.AWAY
        note(s, Log.RELEASED, c, a, -1)
    schedule(s, now + think, pack(Event.REPLY, c, contact["stamp"]))


@inlined
def turn_done(s, c):
    """The agent's part of a turn is done: the customer thinks, or it was the last turn."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    a = contact["agent"]
    touch(s, a)
    contact["worked"] += now - contact["began"]
    contact["stamp"] += 1
    social = s.centre[0]["social"]
    if social and contact["flags"] & Flag.TRIAGE:
        contact["began"] = now
        contact["work_left"] = 0.0
        schedule(s, now, pack(Event.LOOKED, c, contact["stamp"]))
        return
    contact["turn"] += 1
    if math.isnan(contact["first_response"]):
        contact["first_response"] = now
        if s.centre[0]["due"]:
            clocked(s, c, Due.FIRST_RESPONSE)
        if social and contact["cause"] < Cause.APPROVAL:
            first_answer(s, c)
    elif not math.isnan(contact["replied"]):
        contact["reply_wait"] += now - contact["replied"]
        contact["replies"] += 1
    note(s, Log.TURN_DONE, c, a, contact["turn"])
    if contact["turn"] < contact["turns"]:
        s.agents[a]["working"] = -1
        _customer_thinks(s, a, c)
        move_on_called(s, a)
        return
    if social and contact["cause"] < Cause.APPROVAL:
        concluded(s, c)
    else:
        contact["resolved"] = 1
    leave_system(s, c, Outcome.HANDLED)
    wrap_up = 0.0
    row = s.types[contact["contact_type"]]["wrap_up"]
    if row >= 0:
        u, _ = two_uniforms(s, contact["key"], Stream.WRAP_UP, 0)
        wrap_up = quantile(s, row, u)
    if wrap_up > 0.0:
        contact["status"] = Status.WRAPPING
        contact["began"] = now
        s.agents[a]["attention"] = Attention.WRAP_UP
        schedule(s, now + wrap_up, pack(Event.WRAP_DONE, c, contact["stamp"]))
        note(s, Log.WRAPPING, c, a, -1)
        if s.channels[contact["channel"]]["early"]:
            release_slot(s, a, c)
            contact["early"] = 1
            if not s.agents[a]["leaving"]:
                feed_called(s, a)
                return
        refresh(s, a)  # nothing interrupts after-contact work
        return
    s.agents[a]["working"] = -1
    close_contact(s, a, c)
    move_on(s, a)


@handler
def wrap_done(s, c):
    """After-contact work is over."""
    contact = s.contacts[c]
    a = contact["agent"]
    touch(s, a)
    contact["wrapped"] += s.centre[0]["now"] - contact["began"]
    s.agents[a]["attention"] = Attention.WORK
    s.agents[a]["working"] = -1
    close_contact(s, a, c)
    move_on_called(s, a)


@handler
def release(s, c):
    """The customer has been silent so long that the slot is released."""
    if s.contacts[c]["status"] != Status.THINKING:
        return  # it was given back when the agent left
    a = s.contacts[c]["agent"]
    touch(s, a)
    release_slot(s, a, c)
    s.contacts[c]["status"] = Status.AWAY
    note(s, Log.RELEASED, c, a, -1)
    move_on_called(s, a)
