"""Contacts born inside the run, and what stands between a contact and the queue: listening, bots.

Mentions are captured at the ticks of a poll; a classifier drops some that concern us and passes
some that do not; a bot or the voice menu contains a share.
"""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule_later
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, child_key, quantile_later, uniforms_later
from floorcast.model.events.customers import join_issue, known_contacts, meant, outcry
from floorcast.model.events.incidents import (
    close_waiting,
    is_quiet,
    join_incident,
    next_fire,
    next_post,
    settle_issue,
)
from floorcast.model.events.journey import admit_later, given
from floorcast.model.events.listening import listen, looked_at, reconsider
from floorcast.model.events.sources import draw_next, settle, source_key
from floorcast.model.events.turns import leave_system
from floorcast.model.matching.attention import let_go, move_on_later
from floorcast.model.matching.creation import born_later, pick
from floorcast.model.matching.ledger import note, touch
from floorcast.model.records.layout import Cause, Event, Log, Outcome, Status
from floorcast.model.records.social import Trait
from floorcast.model.records.sources import SourceKind

_FOLLOW = int(Event.FOLLOW)
_POST = int(Event.POST)
_BACKFIRE = int(Event.BACKFIRE)
_HEARD = int(Event.HEARD)
_OUTCRY = int(Event.OUTCRY)
_WINDOW = int(Event.WINDOW)
_TRACE = int(SourceKind.TRACE)
_C_SOURCE = int(Cause.SOURCE)
_C_RETRY = int(Cause.RETRY)
_C_CHASE = int(Cause.CHASE)
_C_REPEAT = int(Cause.REPEAT)
_C_PUBLIC = int(Cause.PUBLIC)
_C_CASCADE = int(Cause.CASCADE)
_T_CASCADE = int(Trait.CASCADE)
_T_LISTEN = int(Trait.LISTEN)
_T_BOT = int(Trait.BOT)
_S_CHILD = int(Stream.CHILD)
_S_RETRY_TO = int(Stream.RETRY_TO)
_S_FOLLOW_TO = int(Stream.FOLLOW_TO)
_S_KERNEL = int(Stream.KERNEL)
_S_POST = int(Stream.POST)
_S_FIRED = int(Stream.FIRED)
_S_HEAR = int(Stream.HEAR)
_S_BOT = int(Stream.BOT)
_PENDING = int(Status.PENDING)
_WAITING = int(Status.WAITING)
_READY = int(Status.READY)
_CLOSED = int(Status.CLOSED)
_LOST = int(Outcome.LOST)
_CONTAINED = int(Outcome.CONTAINED)
_L_FOLLOWS = int(Log.FOLLOWS)
_L_ATTRACTS = int(Log.ATTRACTS)
_L_CLOSED = int(Log.CLOSED)

@handler
def _never_seen(s, c, outcome):
    """Contact c ends without having been in a queue."""
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.contacts[c]["status"] = _CLOSED
    note(s, _L_CLOSED, c, -1, outcome)


@handler
def enter(s, c, noise, passed, mass, kernel):
    """A new contact on its way in: its incident, listening and bots, then the queue."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    s.bonds[c]["true_type"] = k
    if traits & _T_CASCADE and not noise:
        join_incident(s, c, mass, kernel)
    s.bonds[c]["true_sentiment"] = contact["sentiment"]
    time = now
    contained = 0
    if traits & _T_LISTEN:
        time = listen(s, c, k, noise, passed)
        if time == math.inf:
            _never_seen(s, c, _LOST)
            return
    if traits & _T_BOT:
        u, v = uniforms_later(s, contact["key"], _S_BOT, 0)
        contained = 1 if u < s.habits[k]["contains"] else 0
        if s.habits[k]["bot_takes"] >= 0:
            time += quantile_later(s, s.habits[k]["bot_takes"], v)
    if time <= now and not contained:
        admit_later(s, c)
    else:
        contact["status"] = _PENDING
        schedule_later(s, time, pack(_HEARD, c, contained))


@handler
def heard(s, c, contained):
    """A mention is captured, or the bot is done with a contact."""
    contact = s.contacts[c]
    if contained:
        settle_issue(s, c)
        _never_seen(s, c, _CONTAINED)
        return
    now = s.centre[0]["now"]
    contact["queued"] = now
    if s.types[s.bonds[c]["true_type"]]["traits"] & _T_BOT:
        contact["arrived"] = now  # what the bot could not settle reaches the centre only now
    admit_later(s, c)


@handler
def social_arrival(s, i):
    """The next contact of source i, whose type has traits, arrives."""
    index = s.sources[i]["index"]
    k = s.sources[i]["contact_type"]
    key = source_key(s, i, index)
    crisis = False
    if s.sources[i]["kind"] == _TRACE:
        crisis = s.trace[s.sources[i]["step"] + index]["crisis"] != 0
    noise = False
    passed = True
    known = True
    if s.types[k]["traits"] & _T_LISTEN and not crisis:
        u, v = uniforms_later(s, key, _S_HEAR, 0)
        noise = u >= s.habits[k]["relevant"]
        if noise:
            known = v < s.habits[k]["false_positives"]
        else:
            passed = v < s.habits[k]["recall"]
    mass = math.nan
    kernel = -1
    c = -1
    if known:
        c = born_later(s, k, key, _C_SOURCE, -1)
        s.contacts[c]["campaign"] = s.sources[i]["campaign"]
        if s.sources[i]["kind"] >= _TRACE:
            given(s, c, i, index)
            if crisis:
                mass = s.trace[s.sources[i]["step"] + index]["attracts"]
                kernel = s.trace[s.sources[i]["step"] + index]["kernel"]
    s.sources[i]["index"] = index + 1
    draw_next(s, i)
    settle(s, 0)
    if c >= 0:
        enter(s, c, noise, passed, mass, kernel)


@handler
def _enter_born(s, c):
    """A contact born inside the run concerns us; the classifier may still drop it."""
    k = s.contacts[c]["contact_type"]
    passed = True
    if s.types[k]["traits"] & _T_LISTEN:
        _, v = uniforms_later(s, s.contacts[c]["key"], _S_HEAR, 0)
        passed = v < s.habits[k]["recall"]
    enter(s, c, False, passed, math.nan, -1)


@handler
def _tell_others(s, c):
    """The issue has got another contact: the waiting ones rise, or take another way."""
    first = s.contacts[c]["issue"]
    personal = s.centre[0]["personal"]
    other = s.bonds[first]["newest"] - 1
    while other >= 0:
        contact = s.contacts[other]
        if other != c and contact["status"] == _WAITING:
            contact["prior"] = known_contacts(s, other)
            if personal < 0 or contact["queue"] < personal:
                reconsider(s, other)
        other = s.bonds[other]["older"] - 1


@handler
def _mix(s, k, cause):
    """Rows of ``mixes``: on which contact type the customer comes again."""
    habit = s.habits[k]
    if cause == _C_RETRY:
        return s.types[k]["mix_from"], s.types[k]["mix_to"]
    if cause == _C_CHASE:
        return habit["chase_from"], habit["chase_to"]
    if cause == _C_REPEAT:
        return habit["repeat_from"], habit["repeat_to"]
    if cause == _C_PUBLIC:
        return habit["public_from"], habit["public_to"]
    return habit["private_from"], habit["private_to"]


@handler
def follow(s, parent, cause):
    """The customer of contact ``parent`` comes again with the same issue, unless it is resolved."""
    issue = s.contacts[parent]["issue"]
    if s.bonds[issue]["settled"]:
        return
    key = s.contacts[parent]["key"]
    k = meant(s, parent)
    low, high = _mix(s, k, cause)
    again = cause == _C_RETRY  # with the same draws as where issues are not kept track of
    u, _ = uniforms_later(s, key, _S_RETRY_TO if again else _S_FOLLOW_TO, 0 if again else cause)
    to = pick(s, low, high, u)
    c = born_later(s, to, child_key(s, key, _S_CHILD, 0 if again else cause), cause, parent)
    if again:
        s.contacts[c]["attempt"] += 1
        if s.types[k]["retry_same"] and to == k:
            s.contacts[c]["patience"] = s.contacts[parent]["patience"]
    if s.types[k]["traits"] & _T_LISTEN:
        s.contacts[c]["sentiment"] = s.bonds[parent]["true_sentiment"]
    if cause == _C_PUBLIC:
        s.contacts[c]["sentiment"] = -1
    if cause == _C_PUBLIC or not s.types[to]["traits"] & _T_CASCADE:
        s.contacts[c]["incident"] = -1
    join_issue(s, c)
    note(s, _L_FOLLOWS, parent, -1, c)
    _enter_born(s, c)
    _tell_others(s, c)


@handler
def _attracted(s, parent, key, u):
    """Somebody else posts because of post ``parent``: an issue of its own, the same incident."""
    k = s.bonds[parent]["true_type"]
    to = pick(s, s.habits[k]["cascade_from"], s.habits[k]["cascade_to"], u)
    c = born_later(s, to, key, _C_CASCADE, -1)
    s.contacts[c]["parent"] = parent
    s.contacts[c]["incident"] = s.contacts[parent]["incident"]
    s.contacts[c]["campaign"] = s.contacts[parent]["campaign"]
    note(s, _L_ATTRACTS, parent, -1, c)
    _enter_born(s, c)


@handler
def post(s, parent):
    """The next post that ``parent`` attracts is due; after an answer only some still come."""
    bond = s.bonds[parent]
    n = bond["posts"]
    key = s.contacts[parent]["key"]
    bond["posts"] = n + 1
    next_post(s, parent)
    if is_quiet(s, parent):
        _, v = uniforms_later(s, key, _S_KERNEL, n)
        if v >= s.habits[bond["true_type"]]["residual"]:
            if s.contacts[parent]["avoided"] < 65535:
                s.contacts[parent]["avoided"] += 1
            return
    _, w = uniforms_later(s, key, _S_POST, n)
    _attracted(s, parent, child_key(s, key, _S_POST, n), w)


@handler
def backfire(s, parent):
    """The next post that a poor answer to ``parent`` attracts is due."""
    n = s.bonds[parent]["fires"]
    key = s.contacts[parent]["key"]
    s.bonds[parent]["fires"] = n + 1
    next_fire(s, parent)
    _, w = uniforms_later(s, key, _S_FIRED, n)
    _attracted(s, parent, child_key(s, key, _S_FIRED, n), w)


@handler
def window_over(s, c):
    """Nobody may answer freely any more: a contact that still waits is lost."""
    contact = s.contacts[c]
    now = s.centre[0]["now"]
    last = contact["arrived"] if math.isnan(contact["replied"]) else contact["replied"]
    if now < last + s.habits[meant(s, c)]["window"] or contact["started"]:
        return
    if contact["status"] == _WAITING:
        close_waiting(s, c, _LOST)
    elif contact["status"] == _READY:
        a = contact["agent"]
        touch(s, a)
        let_go(s, a, c)
        leave_system(s, c, _LOST)
        contact["status"] = _CLOSED
        note(s, _L_CLOSED, c, a, _LOST)
        move_on_later(s, a)


@handler
def social_event(s, kind, c, stamp):
    """What is due of issue and incident."""
    if kind == _POST:
        post(s, c)
    elif kind == _FOLLOW:
        follow(s, c, stamp)
    elif kind == _HEARD:
        heard(s, c, stamp)
    elif kind == _BACKFIRE:
        backfire(s, c)
    elif kind == _OUTCRY:
        outcry(s, c)
    elif kind == _WINDOW:
        window_over(s, c)
    else:
        looked_at(s, c)
