"""Incidents: a public post attracts further posts while it is unanswered; one answer closes many.

The posts that one post attracts are a Poisson process whose cumulated rate is the post's mass times
the kernel: the next one is due where a sum of unit exponentials says, so they come in order and the
calendar holds one entry per post, however many follow. What is due after the post was answered (by
an agent, or closed with another's answer) comes with the residual probability only, by a uniform of
its own: the posts that remain are the same posts under every policy.
"""

from __future__ import annotations

import math

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.matching.centre_state import clocked
from floorcast.model.matching.experience import experienced
from floorcast.model.matching.ledger import note
from floorcast.model.matching.routing import dequeue_called
from floorcast.model.records.layout import Event, Log, Outcome, Status
from floorcast.model.records.social import Mark, Resolved


@handler
def close_waiting(s, c, outcome):
    """A waiting contact leaves its queue for good."""
    dequeue_called(s, c)
    contact = s.contacts[c]
    contact["outcome"] = outcome
    contact["ended"] = s.centre[0]["now"]
    contact["status"] = Status.CLOSED
    s.channels[contact["channel"]]["in_system"] -= 1
    if s.centre[0]["due"]:
        clocked(s, c, -1)
    note(s, Log.CLOSED, c, -1, outcome)
    if s.centre[0]["remembers"] and outcome == Outcome.LOST:
        experienced(s, c)  # closed with another's answer: once it is known whether that resolves it


@handler
def _close_unheard(s, c):
    """Close a contact that has not reached the centre: an answer to another contact covers it."""
    contact = s.contacts[c]
    contact["outcome"] = Outcome.CLOSED_WITH_ANOTHER
    contact["ended"] = s.centre[0]["now"]
    contact["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, -1, Outcome.CLOSED_WITH_ANOTHER)


@handler
def is_unanswered(s, c):
    """Whether the customer of contact c, who does not know what the centre has heard, still waits."""
    contact = s.contacts[c]
    if not math.isnan(contact["first_response"]) or not math.isnan(s.issues[c]["eased"]):
        return False
    if contact["status"] != Status.CLOSED:
        return True
    outcome = contact["outcome"]
    if s.issues[c]["marks"] & Mark.NOTICED:
        return False  # taken down, and its author knows that there will be none
    return outcome == Outcome.LOST or outcome == Outcome.DISCARDED or outcome == Outcome.TURNED_AWAY


@handler
def ease(s, c, resolved):
    """Whether an answer to another contact closes contact c, which it does unless an agent has it in hand."""
    contact = s.contacts[c]
    if not is_unanswered(s, c):
        return False
    if contact["status"] == Status.WAITING:
        close_waiting(s, c, Outcome.CLOSED_WITH_ANOTHER)
    elif contact["status"] == Status.PENDING:
        _close_unheard(s, c)
    elif contact["status"] != Status.CLOSED:
        return False
    s.issues[c]["eased"] = s.centre[0]["now"]
    contact["resolved"] = resolved
    if s.centre[0]["remembers"]:
        experienced(s, c)
    return True


@handler
def settle_issue(s, c, resolved):
    """Contact c resolves its issue: the other waiting contacts of it close, and nothing more follows."""
    s.contacts[c]["resolved"] = resolved
    first = s.contacts[c]["issue"]
    s.issues[first]["settled"] = 1
    other = s.issues[first]["newest"] - 1
    while other >= 0:
        if other != c:
            if s.contacts[other]["status"] == Status.WAITING and not math.isnan(s.contacts[other]["first_response"]):
                close_waiting(s, other, Outcome.CLOSED_WITH_ANOTHER)
                s.contacts[other]["resolved"] = resolved
                if s.centre[0]["remembers"]:
                    experienced(s, other)
            else:
                ease(s, other, resolved)
        other = s.issues[other]["older"] - 1


@handler
def attraction(s, c, k):
    """Posts that post c attracts on average while it is unanswered: branching x reach x sentiment."""
    behaviour = s.behaviours[k]
    factor = behaviour["branching"]
    if behaviour["power"] > 0.0:
        ratio = s.contacts[c]["reach"] / behaviour["typical"]
        factor *= min(behaviour["most"], ratio ** behaviour["power"])
    sentiment = s.contacts[c]["sentiment"]
    if sentiment < 0:
        factor *= behaviour["negative"]
    elif sentiment == 0:
        factor *= behaviour["neutral"]
    else:
        factor *= behaviour["positive"]
    return factor


@handler
def next_post(s, c):
    """Schedule the next post that c attracts, if there is one."""
    record = s.issues[c]
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.KERNEL, record["posts"])
    record["drawn"] -= math.log(u)
    if record["drawn"] < record["mass"]:
        delay = quantile_or_zero(s, record["kernel"], record["drawn"] / record["mass"])
        time = max(s.contacts[c]["arrived"] + delay, s.centre[0]["now"])
        schedule_called(s, time, pack(Event.POST, c, 0))


@handler
def next_backfire(s, c):
    """Schedule the next post that a poor answer to c attracts, if there is one."""
    record = s.issues[c]
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.BACKFIRE, record["backfires"])
    record["backfire_drawn"] -= math.log(u)
    if record["backfire_drawn"] < record["backfire_mass"]:
        delay = quantile_or_zero(s, record["kernel"], record["backfire_drawn"] / record["backfire_mass"])
        begun = s.contacts[c]["ended"] if record["marks"] & Mark.REMOVED else s.contacts[c]["first_response"]
        schedule_called(s, max(begun + delay, s.centre[0]["now"]), pack(Event.BACKFIRE, c, 0))


@handler
def join_incident(s, c, mass, kernel):
    """Add post c to its incident (a new one if nothing attracted it); it may attract others."""
    contact = s.contacts[c]
    record = s.issues[c]
    k = contact["contact_type"]
    if contact["incident"] < 0:
        contact["incident"] = c
        record["first"] = -1
        record["last"] = -1
        record["root"] = -1
    record["kernel"] = kernel if kernel >= 0 else s.behaviours[k]["kernel"]
    record["mass"] = attraction(s, c, k) if math.isnan(mass) else mass
    if record["mass"] > 0.0:
        next_post(s, c)


@handler
def is_quiet(s, c):
    """A post that has an answer, its own or another's, attracts only the residual."""
    if not math.isnan(s.issues[c]["eased"]):
        return True
    return not math.isnan(s.contacts[c]["first_response"]) and not s.issues[c]["marks"] & Mark.UNSEEN


@handler
def await_answer(s, c):
    """Post c is published: the next public answer in its incident may close it."""
    root = s.contacts[c]["incident"]
    if s.centre[0]["statements"] or s.behaviours[s.issues[root]["true_type"]]["closes"] > 0.0:
        s.issues[c]["key1"] = float(c)
        s.issues[c]["key2"] = 0.0
        s.issues[c]["place"] = ordered.NOWHERE
        ordered.insert(s.issues, root, s.issues, c)


@handler
def answer_all(s, root, closes, good):
    """A public answer that the whole incident sees. Of the posts that came before it and have seen
    none, each closes if its draw is below ``closes``; no later answer closes the others."""
    while s.issues[root]["n"] > 0:
        c = ordered.head(s.issues, root, s.issues)
        ordered.remove(s.issues, root, s.issues, c)
        u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.ANSWERS, 0)
        if u < closes and s.issues[c]["marks"] & Mark.UNSEEN:
            s.issues[c]["eased"] = s.centre[0]["now"]  # its author has an answer, now the public has seen one
        elif u < closes and ease(s, c, Resolved.ANOTHER if good else Resolved.NOT) and good:
            settle_issue(s, c, Resolved.ANOTHER)


@handler
def public_answer(s, c, poor):
    """Post c has its first answer, seen by all: others close with it; a poor one attracts more."""
    root = s.contacts[c]["incident"]
    behaviour = s.behaviours[s.contacts[c]["contact_type"]]
    if s.issues[root]["n"] > 0:
        answer_all(s, root, s.behaviours[s.issues[root]["true_type"]]["closes"], not poor)
    if poor and behaviour["backfire"] > 0.0:
        s.issues[c]["backfire_mass"] = behaviour["backfire"]
        next_backfire(s, c)
