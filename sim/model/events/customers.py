"""Customers across channels: what they do after an answer, a long wait or giving up.

The contacts of one issue are linked, anchored in the first. Nothing here brings a contact into the
centre: what follows is written into the calendar, and ``social`` lets it be born when it is due.
"""

from __future__ import annotations

import math

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule_later
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_later, uniforms_later
from floorcast.model.events.incidents import expect_answer, public_answer, settle_issue
from floorcast.model.records.layout import Cause, Event, Status
from floorcast.model.records.social import Flag, Trait

_FOLLOW = int(Event.FOLLOW)
_OUTCRY = int(Event.OUTCRY)
_WINDOW = int(Event.WINDOW)
_PATIENCE = int(Event.PATIENCE)
_S_FOLLOW = int(Stream.FOLLOW)
_RESOLVE = int(Stream.RESOLVE)
_ANSWERS = int(Stream.ANSWERS)
_C_CHASE = int(Cause.CHASE)
_C_REPEAT = int(Cause.REPEAT)
_C_PUBLIC = int(Cause.PUBLIC)
_C_MOVED = int(Cause.MOVED)
_CLOSED = int(Status.CLOSED)
_T_CALLBACK = int(Trait.CALLBACK)
_T_WINDOW = int(Trait.WINDOW)
_T_CHASE = int(Trait.CHASE)
_T_PUBLIC = int(Trait.PUBLIC)
_T_REPEAT = int(Trait.REPEAT)
_T_PRIVATE = int(Trait.PRIVATE)
_T_RESOLUTION = int(Trait.RESOLUTION)
_MOVED = int(Flag.MOVED)
_CALLBACK = int(Flag.CALLBACK)
_NOISE = int(Flag.NOISE)
_GLANCE = int(Flag.GLANCE)
# Uniforms of stream FOLLOW are told apart by cause; going public has three occasions.
_AFTER_WAIT = 20
_AFTER_GIVING_UP = 21


@handler
def resolves(s, c):
    """Whether the agent of contact c resolves its issue: the more skilled, the more often."""
    k = s.contacts[c]["contact_type"]
    if not s.types[k]["traits"] & _T_RESOLUTION:
        return True
    level = s.fits[s.contacts[c]["group"] * s.centre[0]["types"] + k]["level"]
    u, _ = uniforms_later(s, s.contacts[c]["key"], _RESOLVE, 0)
    return u < s.habits[k]["resolution"] * (1.0 - s.habits[k]["skill"] * (1.0 - level))


@handler
def known_contacts(s, c):
    """Other contacts of the issue so far; with ``prior_within``, those of the last so many seconds."""
    first = s.contacts[c]["issue"]
    within = s.weights[s.centre[0]["policy"]]["prior_within"]
    if within == math.inf:
        return s.bonds[first]["count"]
    number = 0
    other = s.bonds[first]["newest"] - 1
    while other >= 0:
        if other != c and s.centre[0]["now"] - s.contacts[other]["arrived"] <= within:
            number += 1
        other = s.bonds[other]["older"] - 1
    return number


@handler
def join_issue(s, c):
    """A further contact of an issue: the others are known to it, and it to them."""
    first = s.contacts[c]["issue"]
    anchor = s.bonds[first]
    before = anchor["newest"]
    s.bonds[c]["older"] = before if before > 0 else first + 1
    anchor["newest"] = c + 1
    anchor["count"] += 1
    s.contacts[c]["prior"] = known_contacts(s, c)


@handler
def go_public(s, c, probability, occasion):
    """After a bad experience, once per issue at the most, the customer may tell everybody."""
    k = s.contacts[c]["contact_type"]
    anchor = s.bonds[s.contacts[c]["issue"]]
    if probability <= 0.0 or anchor["public"]:
        return
    u, v = uniforms_later(s, s.contacts[c]["key"], _S_FOLLOW, occasion)
    if u < probability:
        anchor["public"] = 1
        row = s.habits[k]["public_delay"]
        delay = quantile_later(s, row, v)
        schedule_later(s, s.centre[0]["now"] + delay, pack(_FOLLOW, c, _C_PUBLIC))


@handler
def meant(s, c):
    """The contact type that the customer of c meant, whatever the classifier takes it for."""
    if s.contacts[c]["flags"] & _GLANCE:
        return s.bonds[c]["true_type"]
    return s.contacts[c]["contact_type"]


@handler
def start_clocks(s, c):
    """Contact c is in the centre: what its customer does, should the answer be long in coming.

    The clocks run from the arrival, whether it waits in a queue or in an agent's slot.
    """
    contact = s.contacts[c]
    if contact["flags"] & _NOISE:
        return
    k = meant(s, c)
    traits = s.types[k]["traits"]
    now = s.centre[0]["now"]
    if traits & _T_CHASE and contact["patience"] < math.inf:
        time = max(0.0, contact["arrived"]) + contact["patience"]
        schedule_later(s, max(now, time), pack(_PATIENCE, c, 0))
    if traits & _T_WINDOW and not contact["started"]:
        schedule_later(s, max(now, contact["arrived"] + s.habits[k]["window"]), pack(_WINDOW, c, 0))
    if traits & _T_PUBLIC and s.habits[k]["public_wait"] > 0.0 and math.isnan(contact["answered"]):
        u, _ = uniforms_later(s, contact["key"], _S_FOLLOW, _AFTER_WAIT)
        if u < s.habits[k]["public_wait"]:
            time = contact["arrived"] + s.habits[k]["public_after"]
            schedule_later(s, max(now, time), pack(_OUTCRY, c, 0))


@handler
def _next_in_line(s, q):
    """Who is next of those waiting in stage q of a plan or a later one; -1 nobody waits."""
    now = s.centre[0]["now"]
    best = -1
    points = 0.0
    while q >= 0:
        t = q
        while t >= 0:
            if s.queues[t]["n"] > 0:
                c = ordered.head(s.queues, t, s.contacts)
                mine = s.queues[t]["slope"] * now - s.contacts[c]["key1"]
                older = best >= 0 and s.contacts[c]["queued"] < s.contacts[best]["queued"]
                if best < 0 or mine > points or (mine == points and older):
                    best = c
                    points = mine
            t = s.queues[t]["trial"]
        q = s.queues[q]["onward"]
    return best


@handler
def made_to_wait(s, c, q):
    """Contact c is about to wait in queue q: a callback is offered, others' answers may do for it."""
    contact = s.contacts[c]
    k = meant(s, c)
    if s.types[k]["traits"] & _T_CALLBACK and not contact["flags"] & _NOISE:
        # The wait of the contact next in line is what a newcomer has to expect.
        ahead = _next_in_line(s, q)
        now = s.centre[0]["now"]
        if ahead >= 0 and now - s.contacts[ahead]["queued"] >= s.habits[k]["callback_after"]:
            _, v = uniforms_later(s, contact["key"], _ANSWERS, 0)
            if v < s.habits[k]["callback"]:
                contact["patience"] = math.inf
                contact["flags"] |= _CALLBACK
    if contact["incident"] >= 0:
        expect_answer(s, c)


@handler
def outcry(s, c):
    """The customer has waited much longer than expected; if there is still no answer, all know."""
    contact = s.contacts[c]
    unanswered = contact["status"] != _CLOSED and math.isnan(contact["answered"])
    anchor = s.bonds[contact["issue"]]
    if unanswered and not anchor["public"]:
        anchor["public"] = 1
        schedule_later(s, s.centre[0]["now"], pack(_FOLLOW, c, _C_PUBLIC))


@handler
def chase(s, c):
    """The tolerance is over and nobody has answered: a further contact, this one stays queued."""
    contact = s.contacts[c]
    k = meant(s, c)
    if contact["status"] == _CLOSED:
        return
    anchor = s.bonds[contact["issue"]]
    if not math.isnan(contact["first_response"]) or anchor["chases"] >= s.habits[k]["chase_most"]:
        return
    u, _ = uniforms_later(s, contact["key"], _S_FOLLOW, _C_CHASE)
    if u < s.habits[k]["chase"]:
        anchor["chases"] += 1
        schedule_later(s, s.centre[0]["now"], pack(_FOLLOW, c, _C_CHASE))


@handler
def gave_up(s, c):
    """The customer has abandoned; going public is one way to go on."""
    k = s.contacts[c]["contact_type"]
    if s.types[k]["traits"] & _T_PUBLIC:
        go_public(s, c, s.habits[k]["public_abandoned"], _AFTER_GIVING_UP)


@handler
def first_answer(s, c):
    """Contact c has its first response: seen by all if it is a public post, perhaps an invitation."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    if traits & _T_PRIVATE:
        u, v = uniforms_later(s, contact["key"], _S_FOLLOW, _C_MOVED)
        if u < s.habits[k]["private"]:
            contact["turns"] = contact["turn"]
            contact["flags"] |= _MOVED
            row = s.habits[k]["private_delay"]
            delay = quantile_later(s, row, v)
            schedule_later(s, s.centre[0]["now"] + delay, pack(_FOLLOW, c, _C_MOVED))
    if contact["incident"] >= 0:
        public_answer(s, c, not contact["flags"] & _MOVED and not resolves(s, c))


@handler
def concluded(s, c):
    """The last turn of contact c is done: resolved or not, and what the customer does then."""
    contact = s.contacts[c]
    if contact["flags"] & _MOVED:
        return
    if resolves(s, c):
        settle_issue(s, c)
        return
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    anchor = s.bonds[contact["issue"]]
    if traits & _T_REPEAT and anchor["repeats"] < s.habits[k]["repeat_most"]:
        u, v = uniforms_later(s, contact["key"], _S_FOLLOW, _C_REPEAT)
        if u < s.habits[k]["repeat"]:
            anchor["repeats"] += 1
            delay = quantile_later(s, s.habits[k]["repeat_delay"], v)
            schedule_later(s, s.centre[0]["now"] + delay, pack(_FOLLOW, c, _C_REPEAT))
    if traits & _T_PUBLIC:
        go_public(s, c, s.habits[k]["public_unresolved"], _C_PUBLIC)
