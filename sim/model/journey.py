"""A contact's way into the centre: arrival, admission, waiting, stages, replies, giving up."""

from __future__ import annotations

import math

from sim.model.attention import accept, attend, claim, leave_system
from sim.model.birth import award_points, born, pick
from sim.model.calendar import pack, schedule
from sim.model.jit import handler, inlined
from sim.model.layout import Cause, Event, Log, Outcome, SourceKind, Status
from sim.model.ledger import note, touch
from sim.model.pools import has_room, refresh
from sim.model.random import Stream, child_key, quantile, two_uniforms
from sim.model.routing import best_agent, current_stage, dequeue, enqueue, set_keys
from sim.model.rules import route
from sim.model.sources import draw_next, settle, source_key

_PATIENCE = int(Event.PATIENCE)
_BIRTH = int(Event.BIRTH)
_STAGE = int(Event.STAGE)
_CLOSED = int(Status.CLOSED)
_WAITING = int(Status.WAITING)
_THINKING = int(Status.THINKING)
_READY = int(Status.READY)
_ABANDONED = int(Outcome.ABANDONED)
_BLOCKED = int(Outcome.BLOCKED)
_TURNED_AWAY = int(Outcome.TURNED_AWAY)
_TRACE = int(SourceKind.TRACE)
_BACKLOG = int(SourceKind.BACKLOG)
_C_SOURCE = int(Cause.SOURCE)
_C_BACKLOG = int(Cause.BACKLOG)
_C_RETRY = int(Cause.RETRY)
_RETRY = int(Stream.RETRY)
_RETRY_TO = int(Stream.RETRY_TO)
_CHILD = int(Stream.CHILD)
_AGE = int(Stream.AGE)
_L_ARRIVED = int(Log.ARRIVED)
_L_REPLIED = int(Log.REPLIED)
_L_STAGE = int(Log.STAGE)
_L_CLOSED = int(Log.CLOSED)
_L_RETRIES = int(Log.RETRIES)


@inlined
def place(s, c, q):
    """Contact c looks for an agent in stage q and takes it; False when it must wait."""
    set_keys(s, c, q)
    a = best_agent(s, c, q)
    if a < 0:
        return False
    accept(s, a, c)
    attend(s, a)
    refresh(s, a)
    return True


@handler
def place_later(s, c, q):
    """``place`` for the rarer events."""
    return place(s, c, q)


@handler
def _enqueue_later(s, c, q):
    enqueue(s, c, q)


@handler
def take(s, a, c):
    """Agent a takes contact c now."""
    accept(s, a, c)
    attend(s, a)
    refresh(s, a)


@handler
def stand_by(s, a, c):
    """Contact c, held by agent a, became ready and may get its attention."""
    touch(s, a)
    claim(s, a, c)
    attend(s, a)
    refresh(s, a)


@handler
def _try_again_later(s, c):
    """A customer who gave up or met a full line may try again after a while."""
    k = s.contacts[c]["contact_type"]
    if s.types[k]["retry"] > 0.0 and s.contacts[c]["attempt"] < s.types[k]["retry_most"]:
        u, v = two_uniforms(s, s.contacts[c]["key"], _RETRY, 0)
        if u < s.types[k]["retry"]:
            delay = quantile(s, s.types[k]["retry_delay"], v)
            schedule(s, s.centre[0]["now"] + delay, pack(_BIRTH, c, 0))


@handler
def _refuse(s, c, outcome):
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.contacts[c]["status"] = _CLOSED
    note(s, _L_CLOSED, c, -1, outcome)
    if outcome == _BLOCKED:
        _try_again_later(s, c)


@inlined
def admit(s, c):
    """A contact reaches the centre: turned away, blocked, served or made to wait."""
    note(s, _L_ARRIVED, c, -1, -1)
    contact = s.contacts[c]
    channel = contact["channel"]
    if not s.channels[channel]["open"] and s.channels[channel]["turns_away"]:
        _refuse(s, c, _TURNED_AWAY)
        return
    if s.channels[channel]["in_system"] >= s.channels[channel]["lines"]:
        _refuse(s, c, _BLOCKED)
        return
    award_points(s, c)
    leaf = route(s, c)
    contact["points"] += s.leaves[leaf]["add"]
    q = current_stage(s, c, s.leaves[leaf]["queue"])
    s.channels[channel]["in_system"] += 1
    if place(s, c, q):
        return
    if s.channels[channel]["waiting"] >= s.channels[channel]["queue_limit"]:
        s.channels[channel]["in_system"] -= 1
        _refuse(s, c, _BLOCKED)
        return
    if contact["patience"] < math.inf:
        schedule(s, s.centre[0]["now"] + contact["patience"], pack(_PATIENCE, c, 0))
    enqueue(s, c, q)


@handler
def _given(s, c, i, index):
    """Attributes that a trace gives, the age of a contact that waits at the start."""
    if s.sources[i]["kind"] == _TRACE:
        row = s.trace[s.sources[i]["step"] + index]
        if row["sentiment"] != 127:
            s.contacts[c]["sentiment"] = row["sentiment"]
        if not math.isnan(row["reach"]):
            s.contacts[c]["reach"] = row["reach"]
        if not math.isnan(row["value"]):
            s.contacts[c]["value"] = row["value"]
        if row["language"] >= 0:
            s.contacts[c]["language"] = row["language"]
    else:
        # The oldest first, so that they stand in line without sorting: each age's uniform is the
        # largest of those still to come, all below the one before.
        u, _ = two_uniforms(s, s.contacts[c]["key"], _AGE, 0)
        left = s.sources[i]["left"] - index
        above = 1.0 if index == 0 else s.sources[i]["at"]
        u = above * math.exp(math.log(u) / left)
        s.sources[i]["at"] = u
        age = quantile(s, s.sources[i]["step"], u)
        s.contacts[c]["arrived"] = -age
        s.contacts[c]["queued"] = -age
        s.contacts[c]["cause"] = _C_BACKLOG


@inlined
def arrival(s, i):
    """The next contact of source i arrives."""
    index = s.sources[i]["index"]
    c = born(s, s.sources[i]["contact_type"], source_key(s, i, index), _C_SOURCE, -1)
    s.contacts[c]["campaign"] = s.sources[i]["campaign"]
    if s.sources[i]["kind"] >= _TRACE:
        _given(s, c, i, index)
    s.sources[i]["index"] = index + 1
    draw_next(s, i)
    settle(s, 0)
    admit(s, c)


@handler
def stage(s, c):
    """The contact's age has reached its next stage: other groups may take it now."""
    dequeue(s, c)
    personal = s.centre[0]["personal"]
    q = s.contacts[c]["queue"]
    if personal >= 0 and q >= personal:
        q = s.leaves[route(s, c)]["queue"]
    else:
        q = s.queues[q]["onward"]
    q = current_stage(s, c, q)
    note(s, _L_STAGE, c, -1, q)
    if not place_later(s, c, q):
        _enqueue_later(s, c, q)


@handler
def requeue(s, c):
    """Back to the queue with its age, as the rules now say."""
    q = current_stage(s, c, s.leaves[route(s, c)]["queue"])
    if not place_later(s, c, q):
        _enqueue_later(s, c, q)


@handler
def reply(s, c):
    """The customer has answered: the same agent if it still holds the contact or has room."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    contact["replied"] = now
    contact["queued"] = now
    note(s, _L_REPLIED, c, contact["agent"], -1)
    a = contact["agent"]
    if contact["status"] == _THINKING:
        set_keys(s, c, contact["queue"])
        contact["status"] = _READY
        stand_by(s, a, c)
        return
    sticky = s.channels[contact["channel"]]["sticky"]
    if sticky > 0.0 and s.agents[a]["present"]:
        if has_room(s, a, contact["channel"]):
            set_keys(s, c, s.leaves[route(s, c)]["queue"])
            take(s, a, c)
        else:
            q = s.centre[0]["personal"] + a
            set_keys(s, c, q)
            _enqueue_later(s, c, q)
            schedule(s, now + sticky, pack(_STAGE, c, contact["stamp"]))
        return
    requeue(s, c)


@handler
def give_up(s, c):
    """Patience is over while the contact waits: it abandons, and may try again."""
    dequeue(s, c)
    leave_system(s, c, _ABANDONED)
    s.contacts[c]["status"] = _CLOSED
    note(s, _L_CLOSED, c, -1, _ABANDONED)
    _try_again_later(s, c)


@inlined
def patience_over(s, c):
    """Only a contact that still waits for its first answer loses patience."""
    if s.contacts[c]["status"] == _WAITING and math.isnan(s.contacts[c]["accepted"]):
        if s.types[s.contacts[c]["contact_type"]]["abandons"]:
            give_up(s, c)


@handler
def _admit_later(s, c):
    admit(s, c)


@handler
def retry(s, parent):
    """A customer who gave up tries again, perhaps on another channel."""
    k = s.contacts[parent]["contact_type"]
    key = s.contacts[parent]["key"]
    u, _ = two_uniforms(s, key, _RETRY_TO, 0)
    to = pick(s, s.types[k]["mix_from"], s.types[k]["mix_to"], u)
    c = born(s, to, child_key(s, key, _CHILD, 0), _C_RETRY, parent)
    s.contacts[c]["attempt"] += 1
    if s.types[k]["retry_same"] and to == k:
        s.contacts[c]["patience"] = s.contacts[parent]["patience"]
    note(s, _L_RETRIES, parent, -1, c)
    _admit_later(s, c)
