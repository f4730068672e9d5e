"""A contact's way through the centre: arrival, admission, waiting, stages, replies, abandonment."""

from __future__ import annotations

import math

from floorcast.model.core.calendar import pack, schedule, schedule_called
from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.random import Stream, child_key, quantile, two_uniforms
from floorcast.model.events.customers import chase, gave_up, hidden_now, made_to_wait, start_clocks
from floorcast.model.events.sources import draw_next, given, next_age, settle, source_key
from floorcast.model.events.turns import leave_system
from floorcast.model.matching.attention import (
    accept,
    accept_called,
    attend,
    attend_called,
    claim,
    feed_called,
)
from floorcast.model.matching.centre_state import gauge_answered, gauge_aside, start_clock
from floorcast.model.matching.creation import award_points, create, create_called, pick
from floorcast.model.matching.experience import experienced, metered
from floorcast.model.matching.ledger import note, touch_called
from floorcast.model.matching.offers import start_to_pick, willing_agent
from floorcast.model.matching.pools import has_room, refresh, refresh_called
from floorcast.model.matching.routing import (
    assess,
    best_agent,
    current_stage,
    current_stage_called,
    dequeue,
    dequeue_called,
    enqueue,
    next_in_line,
    only_looked,
    own_queue,
    set_keys,
    tried,
)
from floorcast.model.matching.rules import route
from floorcast.model.matching.turn_outcomes import colleague_done
from floorcast.model.records.layout import Cause, Clock, Event, Log, Outcome, Status
from floorcast.model.records.social import Trait
from floorcast.model.records.sources import SourceKind


@handler
def _agent_to_ask(s, c, q):
    """The best agent who has not refused the contact; -1 when none, or when the one found picks from a list."""
    a = willing_agent(s, c, q)
    if a >= 0 and s.groups[s.agents[a]["group"]]["pull"] >= 0:
        start_to_pick(s, a)
        return -1
    return a


@inlined
def place(s, c, q):
    """Find an agent for contact c in stage q and assign it; False when it must wait."""
    set_keys(s, c, q)
    if s.centre[0]["offering"]:
        a = _agent_to_ask(s, c, q)
    else:
        a = best_agent(s, c, q)
    if a < 0:
        return False
    if accept(s, a, c):
        feed_called(s, a)
        return True
    attend(s, a)
    refresh(s, a)
    return True


place_called = called(place)


enqueue_called = called(enqueue)


@handler
def take(s, a, c):
    """Agent a takes contact c now."""
    if accept_called(s, a, c):
        feed_called(s, a)
        return
    attend_called(s, a)
    refresh_called(s, a)


@handler
def stand_by(s, a, c):
    """Contact c, held by agent a, has become ready and may get the agent's attention."""
    touch_called(s, a)
    if claim(s, a, c):
        feed_called(s, a)
        return
    attend_called(s, a)
    refresh_called(s, a)


@handler
def try_again_later(s, c):
    """A customer who abandoned or found all lines busy may try again after a while."""
    k = s.contacts[c]["contact_type"]
    if s.contacts[c]["cause"] >= Cause.APPROVAL:
        return
    if s.types[k]["retry"] > 0.0 and s.contacts[c]["attempt"] < s.types[k]["retry_most"]:
        u, v = two_uniforms(s, s.contacts[c]["key"], Stream.RETRY, 0)
        if u < s.types[k]["retry"]:
            delay = quantile(s, s.types[k]["retry_delay"], v)
            schedule(s, s.centre[0]["now"] + delay, pack(Event.RETRY, c, 0))


@handler
def _refuse(s, c, outcome):
    s.contacts[c]["outcome"] = outcome
    s.contacts[c]["ended"] = s.centre[0]["now"]
    s.contacts[c]["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, -1, outcome)
    if s.centre[0]["remembers"]:
        experienced(s, c)
    if outcome == Outcome.BLOCKED:
        try_again_later(s, c)
    if s.contacts[c]["cause"] >= Cause.APPROVAL:
        colleague_done(s, c)


@handler
def to_last_agent(s, c, q):
    """Give a returning customer to the agent who had the issue last, or let it wait a while for that agent."""
    now = s.centre[0]["now"]
    issue = s.contacts[c]["issue"]
    a = s.cases[issue]["last_agent"] - 1
    if a < 0 or now - s.cases[issue]["last_handled_at"] > s.centre[0]["returning_within"]:
        return False
    channel = s.contacts[c]["channel"]
    if not s.agents[a]["present"]:
        return False
    if s.capacity[s.agents[a]["group"] * s.centre[0]["channels"] + channel]["most"] == 0:
        return False
    if (s.agents[a]["barred_channels"] >> int(channel)) & 1:
        return False
    if has_room(s, a, channel):
        set_keys(s, c, q)
        take(s, a, c)
        return True
    if s.centre[0]["returning_wait"] <= 0.0:
        return False
    if s.contacts[c]["patience"] < math.inf and s.types[s.contacts[c]["contact_type"]]["abandons"]:
        schedule_called(s, now + s.contacts[c]["patience"], pack(Event.PATIENCE, c, 0))
    own = own_queue(s, a, channel)
    set_keys(s, c, own)
    enqueue_called(s, c, own)
    schedule_called(s, now + s.centre[0]["returning_wait"], pack(Event.STAGE, c, s.contacts[c]["stamp"]))
    return True


@handler
def elders_look(s, c, q):
    """A condition of a stage after q has come true for contact c: those of its type who are before it in the
    same stage look first."""
    while True:
        elder = next_in_line(s, q, s.queues[q]["stage"])
        if elder < 0 or elder == c:
            return
        before = s.contacts[elder]["queue"]
        t = tried(s, elder, before)
        if t == before:
            return
        dequeue_called(s, elder)
        if s.centre[0]["rerouting"]:
            t = current_stage_called(s, elder, assess(s, elder))
        note(s, Log.STAGE, elder, -1, t)
        if not place_called(s, elder, t):
            enqueue_called(s, elder, t)
        elif s.centre[0]["gauging"]:
            gauge_answered(s, s.contacts[elder]["contact_type"])


@handler
def _first_stage(s, c, q):
    """The stage in which contact c, which arrives, begins from q; who waits in q looks before it does."""
    t = current_stage_called(s, c, q)
    if t == q or s.queues[q]["trial"] < 0 or s.queues[t]["guard"] < 0:
        return t
    gauge_aside(s, c, 1)
    elders_look(s, c, q)
    gauge_aside(s, c, -1)
    return current_stage_called(s, c, q)


@inlined
def admit(s, c):
    """A contact reaches the centre: it is turned away, blocked, served or queued."""
    note(s, Log.ARRIVED, c, -1, -1)
    contact = s.contacts[c]
    if s.centre[0]["social"]:
        s.issues[c]["heard"] = s.centre[0]["now"]
        if s.centre[0]["metering"] and contact["cause"] < Cause.APPROVAL:
            metered(s, c, 0, math.nan)
        if s.centre[0]["moderates"] and hidden_now(s, c):
            return
    channel = contact["channel"]
    if s.channels[channel]["barred"] or (
        not s.channels[channel]["open"] and s.channels[channel]["turns_away"]
    ):
        _refuse(s, c, Outcome.TURNED_AWAY)
        return
    if s.channels[channel]["in_system"] >= s.channels[channel]["lines"]:
        _refuse(s, c, Outcome.BLOCKED)
        return
    award_points(s, c)
    leaf = route(s, c)
    if s.leaves[leaf]["discard"]:
        if s.centre[0]["social"]:
            start_clocks(s, c)
        _refuse(s, c, Outcome.DISCARDED)
        return
    contact["points"] += s.leaves[leaf]["add"]
    q = s.leaves[leaf]["queue"]
    if s.queues[q]["trial"] >= 0:
        q = _first_stage(s, c, q)
    else:
        q = current_stage(s, c, q)
    s.channels[channel]["in_system"] += 1
    if s.centre[0]["due"]:
        start_clock(s, c)
    comes_back = contact["parent"] >= 0 and contact["cause"] < Cause.APPROVAL
    if s.centre[0]["returning"] and comes_back and to_last_agent(s, c, q):
        if s.centre[0]["social"]:
            start_clocks(s, c)
        return
    if place(s, c, q):
        if s.centre[0]["social"]:
            start_clocks(s, c)
        return
    if s.channels[channel]["waiting"] >= s.channels[channel]["queue_limit"]:
        s.channels[channel]["in_system"] -= 1
        contact["clock"] = Clock.ENDED  # it never was in the centre
        _refuse(s, c, Outcome.BLOCKED)
        return
    if s.centre[0]["social"]:
        made_to_wait(s, c, q)
        start_clocks(s, c)
    if contact["patience"] < math.inf and s.types[contact["contact_type"]]["abandons"]:
        schedule(s, s.centre[0]["now"] + contact["patience"], pack(Event.PATIENCE, c, 0))
    enqueue(s, c, q)


@inlined
def arrival(s, i):
    """The next contact of source i arrives."""
    index = s.sources[i]["index"]
    c = create(s, s.sources[i]["contact_type"], source_key(s, i, index), Cause.SOURCE, -1)
    s.contacts[c]["campaign"] = s.sources[i]["campaign"]
    if s.sources[i]["kind"] == SourceKind.BACKLOG:
        next_age(s, i, index)
        given(s, c, i, index)
    elif s.sources[i]["kind"] == SourceKind.TRACE:
        given(s, c, i, index)
    s.sources[i]["index"] = index + 1
    draw_next(s, i)
    settle(s, i)
    admit(s, c)


@handler
def stage(s, c):
    """The contact has waited until its next stage, or a condition of its plan has to be tested."""
    personal = s.centre[0]["personal"]
    q = s.contacts[c]["queue"]
    if s.queues[q]["trial"] >= 0 or s.queues[q]["back"] >= 0:
        if s.centre[0]["now"] < s.contacts[c]["queued"] + s.queues[q]["after"]:
            if only_looked(s, c, q):
                return
            stamp = s.contacts[c]["stamp"]
            elders_look(s, c, q)
            if s.contacts[c]["stamp"] != stamp or only_looked(s, c, q):
                return
    # Where age only opens a group or ends what waiting adds, no stage begins: the rules are not asked.
    onward = s.queues[q]["onward"]
    mark = onward >= 0 and s.queues[onward]["stage"] == s.queues[q]["stage"]
    mark = mark and s.centre[0]["now"] >= s.contacts[c]["queued"] + s.queues[q]["after"]
    dequeue(s, c)
    if (s.centre[0]["rerouting"] and not mark) or (personal >= 0 and q >= personal):
        q = assess(s, c)
    elif s.centre[0]["now"] >= s.contacts[c]["queued"] + s.queues[q]["after"]:
        q = s.queues[q]["onward"]
    q = current_stage(s, c, q)
    note(s, Log.STAGE, c, -1, q)
    if not place_called(s, c, q):
        enqueue_called(s, c, q)
    elif s.centre[0]["gauging"]:
        gauge_answered(s, s.contacts[c]["contact_type"])


@handler
def _stands_in(s, c, q):
    """Whether q is a stage for contacts of c's type in the rule book in force."""
    if q < 0 or (s.centre[0]["personal"] >= 0 and q >= s.centre[0]["personal"]):
        return False
    if s.queues[q]["book"] != s.centre[0]["policy"]:
        return False
    return s.queues[q]["contact_type"] == s.contacts[c]["contact_type"]


@handler
def requeue(s, c):
    """Requeue a contact with its age, where the rules now send it (or sent it, if they are not asked again)."""
    q = s.contacts[c]["queue"]
    if s.centre[0]["settled"] and _stands_in(s, c, q):
        if s.contacts[c]["queued"] == s.centre[0]["now"]:  # its age starts again, and its plan with it
            q = s.queues[q]["start"]
        q = current_stage(s, c, q)
    else:
        q = current_stage(s, c, assess(s, c))
    if not place_called(s, c, q):
        enqueue_called(s, c, q)


@handler
def back_to_agent(s, c):
    """Return contact c to the agent it knows, let it wait a while for that agent, or queue it."""
    a = s.contacts[c]["agent"]
    channel = s.contacts[c]["channel"]
    sticky = s.channels[channel]["sticky"]
    if sticky <= 0.0 or not s.agents[a]["present"]:
        requeue(s, c)
        return
    if has_room(s, a, channel):
        set_keys(s, c, current_stage_called(s, c, assess(s, c)))
        take(s, a, c)
        return
    assess(s, c)
    q = own_queue(s, a, channel)
    set_keys(s, c, q)
    enqueue_called(s, c, q)
    schedule(s, s.centre[0]["now"] + sticky, pack(Event.STAGE, c, s.contacts[c]["stamp"]))


@handler
def reply(s, c):
    """The customer has replied: back to the same agent if it still holds the contact or has room."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    contact["replied"] = now
    contact["queued"] = now
    note(s, Log.REPLIED, c, contact["agent"], -1)
    if s.types[contact["contact_type"]]["traits"] & Trait.WINDOW:
        window = s.behaviours[contact["contact_type"]]["window"]
        schedule(s, now + window, pack(Event.WINDOW, c, 0))
    a = contact["agent"]
    if contact["status"] == Status.THINKING:
        contact["queue"] = current_stage(s, c, assess(s, c))
        contact["status"] = Status.READY
        stand_by(s, a, c)
        return
    back_to_agent(s, c)


@handler
def abandon(s, c, a):
    """The customer of contact c, which waits (a = -1) or rings at agent a, has hung up: it may go public
    and try again."""
    leave_system(s, c, Outcome.ABANDONED)
    s.contacts[c]["status"] = Status.CLOSED
    note(s, Log.CLOSED, c, a, Outcome.ABANDONED)
    if s.types[s.contacts[c]["contact_type"]]["traits"]:
        gave_up(s, c)
    try_again_later(s, c)


@inlined
def patience_over(s, c):
    """Patience is over: a contact that still waits for its first answer is abandoned or chased."""
    if s.types[s.contacts[c]["contact_type"]]["abandons"]:
        if s.contacts[c]["status"] == Status.WAITING and math.isnan(s.contacts[c]["accepted"]):
            dequeue(s, c)
            abandon(s, c, -1)
    else:
        chase(s, c)


admit_called = called(admit)


@handler
def retry(s, parent):
    """A customer who gave up tries again, perhaps on another channel; the new contact.

    Where issues are kept track of, ``social.follow`` stands in for this.
    """
    k = s.contacts[parent]["contact_type"]
    key = s.contacts[parent]["key"]
    u, _ = two_uniforms(s, key, Stream.RETRY_TO, 0)
    to = pick(s, s.types[k]["mix_from"], s.types[k]["mix_to"], u)
    c = create_called(s, to, child_key(s, key, Stream.CHILD, 0), Cause.RETRY, parent)
    s.contacts[c]["attempt"] += 1
    if s.types[k]["retry_same"] and to == k:
        s.contacts[c]["patience"] = s.contacts[parent]["patience"]
    note(s, Log.RETRIES, parent, -1, c)
    admit_called(s, c)
