"""Contacts created inside the run, and what comes between a contact and the queue: listening, bots.

Mentions are captured at the ticks of a poll; a classifier drops some that concern us and passes
some that do not; a bot or the voice menu contains a share.
"""

from __future__ import annotations

import math

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.machine import fetch
from floorcast.model.core.random import Stream, child_key, quantile_or_zero, two_uniforms_called
from floorcast.model.core.room import unknown
from floorcast.model.events.customers import (
    ask_others,
    comes_back_to,
    join_issue,
    known_contacts,
    public_complaint,
    says,
    start_waiting,
    true_type,
)
from floorcast.model.events.incidents import (
    await_answer,
    close_waiting,
    is_quiet,
    join_incident,
    next_backfire,
    next_post,
    settle_issue,
)
from floorcast.model.events.journey import admit_called
from floorcast.model.events.listening import listen, looked_at, reconsider
from floorcast.model.events.sources import draw_next, given, next_age, settle, source_key
from floorcast.model.events.turns import leave_system
from floorcast.model.matching.attention import move_on_called, release_slot
from floorcast.model.matching.creation import create_called, pick
from floorcast.model.matching.experience import (
    belongs_to,
    experienced,
    has_left,
    reputation,
    stays_with,
    whose,
)
from floorcast.model.matching.ledger import note, touch
from floorcast.model.matching.routing import assess, set_keys
from floorcast.model.matching.turn_outcomes import reply_type
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import Cause, Event, Log, Outcome, Status
from floorcast.model.records.social import Mark, Resolved, Trait
from floorcast.model.records.sources import SourceKind

_WITHIN = 3600.0  # seconds in which one more contact by reputation comes


@handler
def _never_seen(s, c, outcome):
    """Contact c ends without having been in a queue."""
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.contacts[c]["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, -1, outcome)
    if s.centre[0]["remembers"]:
        if outcome == Outcome.LOST:  # the customer does not know, and waits
            k = s.contacts[c]["contact_type"]
            schedule_called(s, s.centre[0]["now"] + s.behaviours[k]["expects"], pack(Event.FELT, c, 0))
        else:
            experienced(s, c)


@handler
def enter(s, c, noise, passed, mass, kernel):
    """Bring a new contact in: its incident, listening and bots, then the queue."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    s.issues[c]["true_type"] = k
    if traits & Trait.CASCADE and not noise:
        join_incident(s, c, mass, kernel)
        await_answer(s, c)
    s.issues[c]["true_sentiment"] = contact["sentiment"]
    if traits & Trait.SAYS and not noise:
        says(s, c, k)
    if traits & Trait.COMMUNITY and not noise:
        ask_others(s, c, k)
    time = now
    contained = 0
    if traits & Trait.LISTEN:
        if not noise and not s.issues[c]["marks"] & Mark.NEEDLESS:
            start_waiting(s, c, k)
        time = listen(s, c, k, noise, passed)
        if time == math.inf:
            _never_seen(s, c, Outcome.LOST)
            return
    if traits & Trait.BOT:
        u, v = two_uniforms_called(s, contact["key"], Stream.BOT, 0)
        contained = 1 if u < s.behaviours[k]["contains"] else 0
        if s.behaviours[k]["bot_takes"] >= 0:
            time += quantile_or_zero(s, s.behaviours[k]["bot_takes"], v)
    if time <= now and not contained:
        admit_called(s, c)
    else:
        contact["status"] = Status.PENDING
        schedule_called(s, time, pack(Event.HEARD, c, contained))


@handler
def heard(s, c, contained):
    """A mention has been captured, or the bot is done with a contact."""
    contact = s.contacts[c]
    if contact["status"] == Status.CLOSED:
        return  # another's answer has done for it
    if contained:
        settle_issue(s, c, Resolved.OWN)
        _never_seen(s, c, Outcome.CONTAINED)
        return
    now = s.centre[0]["now"]
    contact["queued"] = now
    traits = s.types[s.issues[c]["true_type"]]["traits"]
    if traits & Trait.BOT and not traits & Trait.LISTEN:
        contact["arrived"] = now  # what the bot could not settle reaches the centre only now
    admit_called(s, c)


@handler
def by_reputation(s, i, key):
    """Whether reputation adds a contact to this one of source i (1), or removes this one (-1)."""
    p = s.population[0]
    if not p["reputed"] or p["said_volume"] == 0.0:
        return 0
    change = p["said_volume"] * (p["said_usually"] - reputation(s))
    change = min(p["said_most"], max(-p["said_most"], change))
    u, _ = two_uniforms_called(s, key, Stream.SAID, 0)
    if u < change:
        return 1
    return -1 if u < -change else 0


@handler
def one_more(s, c):
    """Create an extra contact that reputation brings, within the hour after contact c."""
    _, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.SAID, 0)
    schedule_called(s, s.centre[0]["now"] + v * _WITHIN, pack(Event.ANOTHER, c, 1))


@handler
def _expect(s, i):
    """Work out which customer comes next from source i, so that its record is in the cache by then."""
    source = s.sources[i]
    if source["kind"] == SourceKind.TRACE:
        return
    who = whose(s, source_key(s, i, source["index"]), s.types[source["contact_type"]]["channel"])
    source["who"] = who
    source["who_of"] = 1 + source["index"]
    fetch(s.customers, who)


@handler
def social_arrival(s, i):
    """The next contact of source i, whose type has traits, arrives."""
    index = s.sources[i]["index"]
    k = s.sources[i]["contact_type"]
    key = source_key(s, i, index)
    crisis = False
    if s.sources[i]["kind"] == SourceKind.TRACE:
        crisis = s.trace[s.sources[i]["step"] + index]["crisis"] != 0
    noise = False
    passed = True
    known = True
    if s.types[k]["traits"] & Trait.LISTEN and not crisis:
        u, v = two_uniforms_called(s, key, Stream.HEAR, 0)
        noise = u >= s.behaviours[k]["relevant"]
        if noise:
            known = v < s.behaviours[k]["false_positives"]
        else:
            passed = v < s.behaviours[k]["recall"]
    more = 0
    who = -1
    if s.centre[0]["remembers"] and not noise and not crisis:
        more = by_reputation(s, i, key)
        if known and s.sources[i]["kind"] != SourceKind.BACKLOG:
            known = more >= 0
        who = s.sources[i]["who"]
        if s.sources[i]["who_of"] != 1 + index:
            who = whose(s, key, s.types[k]["channel"])
        if s.sources[i]["kind"] == SourceKind.TRACE:
            named = s.trace[s.sources[i]["step"] + index]["customer"]
            who = named if named >= 0 else who
        if more > 0 and has_left(s, who):  # the one more comes all the same, in place of who has left
            who = whose(s, child_key(s, key, Stream.SAID, 1), s.types[k]["channel"])
            more = 0
        known = known and not has_left(s, who)
    mass = math.nan
    kernel = -1
    c = -1
    if s.sources[i]["kind"] == SourceKind.BACKLOG:
        next_age(s, i, index)
    if known:
        c = create_called(s, k, key, Cause.SOURCE, -1)
        s.contacts[c]["campaign"] = s.sources[i]["campaign"]
        if s.sources[i]["kind"] == SourceKind.TRACE or s.sources[i]["kind"] == SourceKind.BACKLOG:
            given(s, c, i, index)
            if crisis:
                mass = s.trace[s.sources[i]["step"] + index]["attracts"]
                kernel = s.trace[s.sources[i]["step"] + index]["kernel"]
        if s.centre[0]["remembers"]:
            belongs_to(s, c, who)
            if more > 0:
                one_more(s, c)
    s.sources[i]["index"] = index + 1
    draw_next(s, i)
    settle(s, i)
    if s.centre[0]["many"]:
        _expect(s, i)
    if crisis:
        if s.contacts[c]["campaign"] >= 0:  # a post made up by hand has no name
            s.roots[s.contacts[c]["campaign"]] = c + 1
    if c >= 0:
        enter(s, c, noise, passed, mass, kernel)


@handler
def enter_created(s, c):
    """Enter a contact that was created inside the run; the classifier may still drop it."""
    k = s.contacts[c]["contact_type"]
    passed = True
    if s.types[k]["traits"] & Trait.LISTEN:
        _, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.HEAR, 0)
        passed = v < s.behaviours[k]["recall"]
    enter(s, c, False, passed, math.nan, -1)


@handler
def _rises_alone(s, c):
    """Contact c goes on waiting for its own agent, with its present points."""
    q = s.contacts[c]["queue"]
    ordered.remove(s.queues, q, s.contacts, c)
    assess(s, c)
    set_keys(s, c, q)
    ordered.insert(s.queues, q, s.contacts, c)


@handler
def _tell_others(s, c):
    """The issue has got another contact: those that wait gain points, or are rerouted."""
    first = s.contacts[c]["issue"]
    personal = s.centre[0]["personal"]
    other = s.issues[first]["newest"] - 1
    while other >= 0:
        contact = s.contacts[other]
        if other != c and contact["status"] == Status.WAITING:
            contact["prior"] = known_contacts(s, other)
            if personal < 0 or contact["queue"] < personal:
                reconsider(s, other)
            else:
                _rises_alone(s, other)
        other = s.issues[other]["older"] - 1


@handler
def _mix(s, k, cause):
    """Rows of ``mixes``: with which contact type the customer returns."""
    behaviour = s.behaviours[k]
    if cause == Cause.RETRY:
        return s.types[k]["mix_from"], s.types[k]["mix_to"]
    if cause == Cause.CHASE:
        return behaviour["chase_from"], behaviour["chase_to"]
    if cause == Cause.REPEAT:
        return behaviour["repeat_from"], behaviour["repeat_to"]
    if cause == Cause.PUBLIC:
        return behaviour["public_from"], behaviour["public_to"]
    if cause != Cause.MOVED:
        unknown(s, Branch.CAUSE, cause)
    return behaviour["private_from"], behaviour["private_to"]


@handler
def _as_preferred(s, parent, cause, low, high, to):
    """The contact type of a further contact, on the customer's preferred channel if that is allowed."""
    liked = s.customers[s.issues[parent]["customer"]]["prefers"]
    _, w = two_uniforms_called(s, s.contacts[parent]["key"], Stream.FOLLOW_TO, cause)
    if liked >= 0 and w < s.population[0]["loyal"]:
        for j in range(low, high):
            if s.types[s.mixes[j]["value"]]["channel"] == liked:
                return s.mixes[j]["value"]
    return to


@handler
def follow(s, parent, cause):
    """The customer of contact ``parent`` returns with the same issue, unless it has been resolved."""
    issue = s.contacts[parent]["issue"]
    if s.issues[issue]["settled"] or has_left(s, s.issues[parent]["customer"]):
        return
    key = s.contacts[parent]["key"]
    k = true_type(s, parent)
    low, high = _mix(s, k, cause)
    if cause == Cause.REPEAT:
        low, high = comes_back_to(s, parent, low, high)
    again = cause == Cause.RETRY  # with the same draws as where issues are not kept track of
    u, _ = two_uniforms_called(s, key, Stream.RETRY_TO if again else Stream.FOLLOW_TO, 0 if again else cause)
    if low >= 0:
        to = pick(s, low, high, u)
    else:
        to = reply_type(s, parent)
        to = to if to >= 0 else k
    if low >= 0 and s.issues[parent]["customer"] >= 0 and cause != Cause.PUBLIC and cause != Cause.MOVED:
        to = _as_preferred(s, parent, cause, low, high, to)
    c = create_called(s, to, child_key(s, key, Stream.CHILD, 0 if again else cause), cause, parent)
    if s.centre[0]["remembers"]:
        stays_with(s, c, parent)
    if again:
        s.contacts[c]["attempt"] += 1
        if s.types[k]["retry_same"] and to == k:
            s.contacts[c]["patience"] = s.contacts[parent]["patience"]
    if s.types[k]["traits"] & Trait.LISTEN:
        s.contacts[c]["sentiment"] = s.issues[parent]["true_sentiment"]
    if cause == Cause.PUBLIC:
        s.contacts[c]["sentiment"] = -1
    if cause == Cause.PUBLIC or not s.types[to]["traits"] & Trait.CASCADE:
        s.contacts[c]["incident"] = -1
    s.issues[c]["words"] = s.issues[parent]["words"]
    join_issue(s, c)
    note(s, Log.FOLLOWS, parent, -1, c)
    enter_created(s, c)
    _tell_others(s, c)


@handler
def attracted(s, parent, key, u):
    """Somebody else posts because of post ``parent``: a new issue in the same incident."""
    k = s.issues[parent]["true_type"]
    to = pick(s, s.behaviours[k]["cascade_from"], s.behaviours[k]["cascade_to"], u)
    c = create_called(s, to, key, Cause.CASCADE, -1)
    s.contacts[c]["parent"] = parent
    s.contacts[c]["incident"] = s.contacts[parent]["incident"]
    s.contacts[c]["campaign"] = s.contacts[parent]["campaign"]
    s.issues[c]["words"] = s.issues[parent]["words"]  # they speak of the same
    if s.centre[0]["remembers"]:
        belongs_to(s, c, -1)
    note(s, Log.ATTRACTS, parent, -1, c)
    enter_created(s, c)


@handler
def post(s, parent):
    """The next post that ``parent`` attracts is due; after an answer only some still come."""
    record = s.issues[parent]
    n = record["posts"]
    key = s.contacts[parent]["key"]
    record["posts"] = n + 1
    next_post(s, parent)
    likely = s.behaviours[record["true_type"]]["residual"] if is_quiet(s, parent) else 1.0
    likely *= 1.0 - s.issues[s.contacts[parent]["incident"]]["damped"]
    if record["marks"] & Mark.REMOVED:
        likely = 0.0
    if likely < 1.0:
        _, v = two_uniforms_called(s, key, Stream.KERNEL, n)
        if v >= likely:
            if s.contacts[parent]["avoided"] < 65535:
                s.contacts[parent]["avoided"] += 1
            return
    _, w = two_uniforms_called(s, key, Stream.POST, n)
    attracted(s, parent, child_key(s, key, Stream.POST, n), w)


@handler
def backfire(s, parent):
    """The next post that a poor answer to ``parent`` attracts is due."""
    n = s.issues[parent]["backfires"]
    key = s.contacts[parent]["key"]
    s.issues[parent]["backfires"] = n + 1
    next_backfire(s, parent)
    _, w = two_uniforms_called(s, key, Stream.BACKFIRE_POST, n)
    attracted(s, parent, child_key(s, key, Stream.BACKFIRE_POST, n), w)


@handler
def window_over(s, c):
    """The messaging window closes: a contact that still waits is lost."""
    contact = s.contacts[c]
    now = s.centre[0]["now"]
    last = contact["arrived"] if math.isnan(contact["replied"]) else contact["replied"]
    if now < last + s.behaviours[true_type(s, c)]["window"] or contact["started"]:
        return
    if contact["status"] == Status.WAITING:
        close_waiting(s, c, Outcome.LOST)
    elif contact["status"] == Status.READY:
        a = contact["agent"]
        touch(s, a)
        release_slot(s, a, c)
        leave_system(s, c, Outcome.LOST)
        contact["status"] = Status.CLOSED
        note(s, Log.CLOSED, c, a, Outcome.LOST)
        move_on_called(s, a)


@handler
def social_event(s, kind, c, stamp):
    """Dispatch the events of issues and incidents."""
    if kind == Event.POST:
        post(s, c)
    elif kind == Event.FOLLOW:
        follow(s, c, stamp)
    elif kind == Event.HEARD:
        heard(s, c, stamp)
    elif kind == Event.BACKFIRE:
        backfire(s, c)
    elif kind == Event.PUBLIC_COMPLAINT:
        public_complaint(s, c)
    elif kind == Event.WINDOW:
        window_over(s, c)
    elif kind == Event.LOOKED:
        looked_at(s, c, stamp)
    else:
        unknown(s, Branch.EVENT, kind)
