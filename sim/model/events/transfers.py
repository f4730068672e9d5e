"""Transfers, consultations, evaluations, and how offers end."""

from __future__ import annotations

from floorcast.model.agents.learning import learn
from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, child_key, quantile_or_zero, two_uniforms_called
from floorcast.model.core.room import unknown
from floorcast.model.events.journey import abandon, admit_called, requeue
from floorcast.model.events.playbook import draft
from floorcast.model.matching.attention import (
    accepted_called,
    attend_called,
    feed_called,
    move_on_called,
    release_slot_called,
    take_from_list,
)
from floorcast.model.matching.centre_state import becomes
from floorcast.model.matching.creation import create_called, timely
from floorcast.model.matching.ledger import note, touch_called
from floorcast.model.matching.offers import answer_of, best_willing, look_for_work, remember
from floorcast.model.matching.pools import refresh_called
from floorcast.model.matching.rest import not_ready_until, ready_again, talk_over
from floorcast.model.matching.routing import before_head, into_queue
from floorcast.model.matching.turn_outcomes import TO_APPROVAL, needs_approval, transfer_type
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Attention, Cause, Event, Log, Status
from floorcast.model.records.rules import ALL_BARS, Bar


@handler
def transfer_or_consult(s, c):
    """The work of a turn is done, and the turn ends with a transfer, a consultation or an approval."""
    contact = s.contacts[c]
    outcome = contact["turn_outcome"]
    if outcome == TO_APPROVAL:
        draft(s, c)
    elif outcome < 0:
        _ask_a_colleague(s, c)
    else:
        _transfer(s, c, s.types[contact["contact_type"]]["transfer_from"] + outcome - 1)


@handler
def _hand_on(s, a, c):
    """Contact c looks for another agent; then agent a, who released it, looks for its next contact,
    which may be c again."""
    s.agents[a]["barred"] |= Bar.PASSED_OVER
    refresh_called(s, a)
    requeue(s, c)
    s.agents[a]["barred"] &= ALL_BARS - Bar.PASSED_OVER
    move_on_called(s, a)


@handler
def _transfer(s, c, i):
    """Transfer contact c as another contact type; its agent is free."""
    contact = s.contacts[c]
    a = contact["agent"]
    now = s.centre[0]["now"]
    touch_called(s, a)
    contact["worked"] += now - contact["began"]
    contact["stamp"] += 1
    to = transfer_type(s, c, i)
    becomes(s, c, to)
    contact["transfers"] += 1
    contact["turn_outcome"] = 0
    contact["started"] = 0
    u, _ = two_uniforms_called(s, contact["key"], Stream.AFRESH, contact["transfers"])
    contact["work_left"] = timely(s, to, quantile_or_zero(s, s.types[to]["work"], u))
    contact["fixed"] = 0
    if s.transfers[i]["reset"]:
        contact["queued"] = now
    s.agents[a]["working"] = -1
    release_slot_called(s, a, c)
    note(s, Log.TRANSFERRED, c, a, to)
    _hand_on(s, a, c)


@handler
def _between(s, c, k, key, cause):
    """Create an internal contact of type k about contact c."""
    child = create_called(s, k, key, cause, c)
    if s.centre[0]["social"]:
        s.issues[child]["true_type"] = k
        s.issues[child]["true_sentiment"] = s.contacts[child]["sentiment"]
    return child


@handler
def _evaluated(s, c):
    """Contact c was picked for evaluation: create the contact that stands for this work."""
    k = s.groups[s.contacts[c]["group"]]["evaluation"]
    child = _between(s, c, k, child_key(s, s.contacts[c]["key"], Stream.EVALUATE, 1), Cause.EVALUATION)
    s.contacts[child]["incident"] = -1
    s.contacts[child]["attempt"] = 0
    note(s, Log.EVALUATED, c, s.contacts[c]["agent"], child)
    admit_called(s, child)


@handler
def _talked_over(s, c):
    """Contact c has been evaluated: its agent learns from it, in a feedback session if the group has them."""
    a = s.contacts[c]["agent"]
    group = s.groups[s.agents[a]["group"]]
    note(s, Log.TALKED_OVER, c, a, -1)
    if group["feedback"] <= 0.0:
        learn(s, a, group["teaches"], s.centre[0]["now"])
    else:
        touch_called(s, a)
        s.agents[a]["owed"] += 1
        talk_over(s, a)
        refresh_called(s, a)


@handler
def evaluation_event(s, kind, c):
    """Dispatch the events of evaluations."""
    if kind == Event.EVALUATED:
        _evaluated(s, c)
    elif kind == Event.TALKED_OVER:
        _talked_over(s, c)
    else:
        unknown(s, Branch.EVENT, kind)


@handler
def _ask_a_colleague(s, c):
    """Create the contact that stands for the question; the asking agent's attention stays with c."""
    contact = s.contacts[c]
    contact["turn_outcome"] = 0
    needs_approval(s, c)
    contact["status"] = Status.CONSULTING
    contact["stamp"] += 1
    k = s.types[contact["contact_type"]]["consult_type"]
    child = _between(s, c, k, child_key(s, contact["key"], Stream.ASKED, contact["transfers"]), Cause.CONSULT)
    note(s, Log.CONSULTS, c, contact["agent"], child)
    refresh_called(s, contact["agent"])
    admit_called(s, child)


@handler
def withdraw(s, c):
    """Withdraw the offer of contact c, which frees its agent. Returns the agent."""
    a = s.contacts[c]["agent"]
    touch_called(s, a)
    s.contacts[c]["stamp"] += 1
    if s.agents[a]["working"] == c:
        s.agents[a]["working"] = -1
        s.agents[a]["attention"] = Attention.WORK
    release_slot_called(s, a, c)
    return a


@handler
def offer_over(s, c):
    """The offer of contact c ends: answered, declined or timed out."""
    contact = s.contacts[c]
    answer = answer_of(s, c)
    if answer == 0:
        a = contact["agent"]
        touch_called(s, a)
        contact["status"] = Status.READY
        contact["stamp"] += 1
        if s.agents[a]["working"] == c:
            s.agents[a]["working"] = -1
            s.agents[a]["attention"] = Attention.WORK
        if accepted_called(s, a, c):
            feed_called(s, a)
            return
        attend_called(s, a)
        refresh_called(s, a)
        return
    row = s.offers[contact["channel"]]
    a = withdraw(s, c)
    remember(s, c, a)
    note(s, Log.REFUSED, c, a, answer)
    rest = row["after_decline"] if answer == 1 else row["after_time_out"]
    if rest > 0.0 and not s.agents[a]["leaving"]:
        not_ready_until(s, a, s.centre[0]["now"] + rest)
    if row["reset"]:
        contact["queued"] = s.centre[0]["now"]
    _hand_on(s, a, c)


@handler
def hang_up(s, c):
    """Patience is over while the contact rings: it abandons, and may try again."""
    a = withdraw(s, c)
    s.contacts[c]["agent"] = -1
    s.contacts[c]["group"] = -1
    abandon(s, c, a)
    move_on_called(s, a)


@handler
def _first_welcome(s, q):
    """The first contact in queue q that somebody may take; -1 none. One that everybody has declined steps
    aside for those behind it."""
    found = -1
    aside = -1
    while found < 0 and s.queues[q]["n"] > 0:
        c = ordered.head(s.queues, q, s.contacts)
        if best_willing(s, c, q) >= 0:
            found = c
        elif not s.centre[0]["cases"] or s.cases[c]["refused"] == 0:
            break  # nor anybody behind
        else:
            ordered.remove(s.queues, q, s.contacts, c)
            s.contacts[c]["child"] = aside
            aside = c
    while aside >= 0:
        following = s.contacts[aside]["child"]
        into_queue(s, aside, q)
        aside = following
    return found


@handler
def _next_reserved(s, g):
    """Of the contacts that wait for as many idle agents of group g as there are now, the next to be served; -1 none."""
    best = -1
    points = 0.0
    rank = 0
    for i in range(s.groups[g]["serve_from"], s.groups[g]["serve_to"]):
        if best >= 0 and s.serves[i]["rank"] != rank:
            break
        q = s.serves[i]["queue"]
        reserve = s.serves[i]["reserve"]
        if s.queues[q]["n"] == 0 or reserve == 0 or s.groups[g]["idle"] < reserve:
            continue
        c = _first_welcome(s, q)
        if c < 0:
            continue
        mine = s.queues[q]["slope"] * s.centre[0]["now"] - s.contacts[c]["key1"]
        if best < 0 or before_head(s, mine, c, points, best):
            best = c
            points = mine
            rank = s.serves[i]["rank"]
    return best


@handler
def look_around(s, g):
    """Enough agents of group g are idle that a stage no longer reserves them: serve the contacts waiting there."""
    s.groups[g]["looking"] = 0
    waiting = s.centre[0]["waiting"] + 1
    while s.centre[0]["waiting"] < waiting:
        waiting = s.centre[0]["waiting"]
        c = _next_reserved(s, g)
        if c >= 0:
            a = best_willing(s, c, s.contacts[c]["queue"])
            touch_called(s, a)
            feed_called(s, a)


@handler
def agent_event(s, kind, a):
    """Dispatch the events of agents: ready again, or done picking."""
    if kind == Event.READY_AGAIN:
        if ready_again(s, a, Bar.NOT_READY):
            touch_called(s, a)
            feed_called(s, a)
    elif kind == Event.PICK:
        if ready_again(s, a, Bar.PICKING):
            touch_called(s, a)
            take_from_list(s, a)
            attend_called(s, a)
            look_for_work(s, a)
            refresh_called(s, a)
    else:
        unknown(s, Branch.EVENT, kind)
