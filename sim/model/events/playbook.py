"""The playbook: approvals of drafts, statements on incidents, holding replies, moderation."""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, child_key, quantile_or_zero, two_uniforms_called
from floorcast.model.core.room import unknown
from floorcast.model.events.customers import concluded, first_answer, peers_answer, take_down
from floorcast.model.events.incidents import answer_all, is_unanswered
from floorcast.model.events.journey import admit_called, back_to_agent
from floorcast.model.events.social import attracted
from floorcast.model.events.turns import leave_system
from floorcast.model.matching.attention import move_on_called, release_slot_called
from floorcast.model.matching.centre_state import clocked
from floorcast.model.matching.creation import create_called
from floorcast.model.matching.ledger import note, touch_called
from floorcast.model.matching.rules import holds
from floorcast.model.matching.turn_outcomes import give_promise
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Cause, Event, Log, Outcome, Status
from floorcast.model.records.rules import Due
from floorcast.model.records.social import PlayKind, Trait


@handler
def _stands_for(s, parent, k, key, cause):
    """Create an internal contact of type k: work for agents on behalf of contact ``parent``."""
    c = create_called(s, k, key, cause, parent)
    s.contacts[c]["incident"] = -1
    s.contacts[c]["attempt"] = 0
    s.issues[c]["true_type"] = k
    s.issues[c]["true_sentiment"] = s.contacts[c]["sentiment"]
    s.issues[c]["words"] = s.issues[parent]["words"]
    return c


@handler
def draft(s, c):
    """The first answer to contact c is drafted and goes for approval; its agent takes other work."""
    contact = s.contacts[c]
    a = contact["agent"]
    now = s.centre[0]["now"]
    touch_called(s, a)
    contact["worked"] += now - contact["began"]
    contact["stamp"] += 1
    contact["turn_outcome"] = 0
    s.agents[a]["working"] = -1
    release_slot_called(s, a, c)
    contact["status"] = Status.DRAFTED
    record = s.issues[c]
    if math.isnan(record["drafted"]):
        record["drafted"] = now
    record["approving"] -= now
    key = child_key(s, contact["key"], Stream.APPROVE, record["drafts"])
    child = _stands_for(s, c, s.plays[record["play"]]["to"], key, Cause.APPROVAL)
    note(s, Log.DRAFTED, c, a, child)
    admit_called(s, child)
    move_on_called(s, a)


@handler
def _sent_back(s, c):
    """The draft is rejected: the answer is rewritten, by the same agent if possible."""
    contact = s.contacts[c]
    record = s.issues[c]
    note(s, Log.REJECTED, c, -1, -1)
    record["drafts"] += 1
    u, _ = two_uniforms_called(s, contact["key"], Stream.AFRESH, 100 + record["drafts"])
    work = quantile_or_zero(s, s.types[contact["contact_type"]]["work"], u)
    contact["work_left"] = work * s.plays[record["play"]]["work"]
    contact["started"] = 0
    contact["status"] = Status.PENDING
    back_to_agent(s, c)


@handler
def decided(s, c, approved):
    """The draft of an answer to contact c is approved and published, or sent back."""
    contact = s.contacts[c]
    if contact["status"] != Status.DRAFTED:
        return
    now = s.centre[0]["now"]
    k = contact["contact_type"]
    s.issues[c]["approving"] += now
    if s.types[k]["traits"] & Trait.WINDOW and now >= contact["arrived"] + s.behaviours[k]["window"]:
        leave_system(s, c, Outcome.LOST)
        contact["status"] = Status.CLOSED
        note(s, Log.CLOSED, c, -1, Outcome.LOST)
        return
    if not approved:
        _sent_back(s, c)
        return
    contact["turn"] += 1
    contact["first_response"] = now
    if s.centre[0]["due"]:
        clocked(s, c, Due.FIRST_RESPONSE)
    note(s, Log.PUBLISHED, c, -1, contact["turn"])
    first_answer(s, c)
    if contact["turn"] < contact["turns"]:
        u, v = two_uniforms_called(s, contact["key"], Stream.TURN, contact["turn"])
        contact["work_left"] = quantile_or_zero(s, s.types[k]["work"], u)
        contact["started"] = 0
        contact["status"] = Status.AWAY
        think = quantile_or_zero(s, s.types[k]["think"], v)
        schedule_called(s, now + think, pack(Event.REPLY, c, contact["stamp"]))
        return
    concluded(s, c)
    leave_system(s, c, Outcome.HANDLED)
    contact["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, -1, Outcome.HANDLED)


@handler
def _moderate(s, c, row):
    """Take down post c, which has gone unanswered too long, if it still waits and the condition holds."""
    i = s.types[s.contacts[c]["contact_type"]]["play_from"] + row
    if s.contacts[c]["status"] != Status.WAITING or not holds(s, c, s.plays[i]["entry"]):
        return
    if s.plays[i]["to"] < 0:
        take_down(s, c, i)
        return
    key = child_key(s, s.contacts[c]["key"], Stream.MODERATE, 1 + row)
    child = _stands_for(s, c, s.plays[i]["to"], key, Cause.MODERATION)
    s.contacts[child]["attempt"] = row
    admit_called(s, child)


@handler
def _decided_to_take_down(s, c, row):
    """A moderator has looked at post c: it is taken down if it still waits."""
    k = s.contacts[c]["contact_type"]
    i = s.types[k]["play_from"] + row
    if s.contacts[c]["status"] != Status.WAITING or not is_unanswered(s, c):
        return
    if i < s.types[k]["play_to"] and s.plays[i]["kind"] == PlayKind.MODERATION:
        take_down(s, c, i)


@handler
def _hold(s, c, row):
    """Contact c has gone unanswered so long that a holding reply is due, if its condition holds."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    i = s.types[k]["play_from"] + row
    if not is_unanswered(s, c) or contact["status"] == Status.CLOSED:
        return
    if i < s.types[k]["play_to"] and s.plays[i]["kind"] == PlayKind.MODERATION:
        _moderate(s, c, row)
        return
    if not math.isnan(s.issues[c]["promised"]):
        return
    if i >= s.types[k]["play_to"] or s.plays[i]["kind"] != PlayKind.HOLDING:
        return  # it has been passed on as another type
    if contact["status"] == Status.WORKING or not holds(s, c, s.plays[i]["entry"]):
        return
    if s.plays[i]["to"] < 0:
        give_promise(s, c, row)
        return
    child = _stands_for(s, c, s.plays[i]["to"], child_key(s, contact["key"], Stream.HOLD, row), Cause.HOLDING)
    s.contacts[child]["attempt"] = row
    admit_called(s, child)


@handler
def _next_echo(s, i):
    """Schedule the next post that poor statement i attracts, if there is one."""
    row = s.statements[i]
    u, _ = two_uniforms_called(s, row["key"], Stream.STATE, 2 + row["backfires"])
    row["drawn"] -= math.log(u)
    if row["drawn"] < row["backfire"]:
        delay = quantile_or_zero(s, s.issues[row["root"]]["kernel"], row["drawn"] / row["backfire"])
        schedule_called(s, max(row["made"] + delay, s.centre[0]["now"]), pack(Event.ECHO, i, 0))


@handler
def _state(s, i):
    """Publish a statement to the whole incident."""
    row = s.statements[i]
    row["due"] = 0
    root = s.roots[row["campaign"]] - 1
    row["made"] = s.centre[0]["now"]
    row["root"] = root
    u, _ = two_uniforms_called(s, row["key"], Stream.STATE, 1)
    poor = u < row["poor"]
    note(s, Log.STATED, root, -1, i)
    s.issues[root]["damped"] = 1.0 - (1.0 - s.issues[root]["damped"]) * row["spreading"]
    answer_all(s, root, row["closes"], not poor)
    if poor and row["backfire"] > 0.0:
        _next_echo(s, i)


@handler
def _echo(s, i):
    """The next post that a poor statement attracts is due."""
    row = s.statements[i]
    n = row["backfires"]
    row["backfires"] = n + 1
    _next_echo(s, i)
    _, w = two_uniforms_called(s, row["key"], Stream.STATED, n)
    attracted(s, row["root"], child_key(s, row["key"], Stream.STATED, n), w)


@handler
def playbook_event(s, kind, subject, stamp):
    """Dispatch the events of drafts, statements, holding replies, moderation and customers' answers to each other."""
    if kind == Event.DECIDED:
        decided(s, subject, stamp)
    elif kind == Event.STATEMENT:
        _state(s, subject)
    elif kind == Event.ECHO:
        _echo(s, subject)
    elif kind == Event.HOLD:
        _hold(s, subject, stamp)
    elif kind == Event.TAKE_DOWN:
        _decided_to_take_down(s, subject, stamp)
    elif kind == Event.PEERS:
        peers_answer(s, subject)
    else:
        unknown(s, Branch.EVENT, kind)
