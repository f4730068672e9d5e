"""Customers across channels: what they do after an answer, a long wait or giving up.

The contacts of one issue are linked, anchored in the first. Nothing here brings a contact into the
centre: what follows is written into the calendar, and ``social`` lets it be born when it is due.
"""

from __future__ import annotations

import math

from floorcast.model.agents.learning import knowledge
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.events.incidents import is_unanswered, public_answer, settle_issue
from floorcast.model.matching.routing import next_in_line
from floorcast.model.records.layout import Cause, Event
from floorcast.model.records.social import Flag, PlayKind, Resolved, Trait

# Uniforms of stream FOLLOW are told apart by cause; going public has three occasions.
_AFTER_WAIT = 20
_AFTER_GIVING_UP = 21


@handler
def resolves(s, c):
    """Whether the agent of contact c resolves its issue: the more skilled, the more often."""
    k = s.contacts[c]["contact_type"]
    if not s.types[k]["traits"] & Trait.RESOLUTION:
        return True
    level = s.fits[s.contacts[c]["group"] * s.centre[0]["types"] + k]["level"]
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.RESOLVE, 0)
    likely = s.behaviours[k]["resolution"]
    if s.contacts[c]["prior"] > 0:
        likely *= s.behaviours[k]["known_resolution"]
    if s.issues[c]["quality"] > 0.0:
        likely *= s.issues[c]["quality"]
    likely *= (1.0 - s.behaviours[k]["skill"] * (1.0 - level))
    a = s.contacts[c]["agent"]
    if a >= 0 and s.agents[a]["knows"] > 0.0:
        likely += (1.0 - likely) * s.groups[s.agents[a]["group"]]["resolves"] * knowledge(s, a)
    return u < likely


@handler
def known_contacts(s, c):
    """Other contacts of the issue so far; with ``prior_within``, those of the last so many seconds."""
    first = s.contacts[c]["issue"]
    within = s.weights[s.centre[0]["policy"]]["prior_within"]
    if within == math.inf:
        return s.issues[first]["count"]
    number = 0
    other = s.issues[first]["newest"] - 1
    while other >= 0:
        if other != c and s.centre[0]["now"] - s.contacts[other]["arrived"] <= within:
            number += 1
        other = s.issues[other]["older"] - 1
    return number


@handler
def join_issue(s, c):
    """A further contact of an issue: the others are known to it, and it to them."""
    first = s.contacts[c]["issue"]
    anchor = s.issues[first]
    before = anchor["newest"]
    s.issues[c]["older"] = before if before > 0 else first + 1
    anchor["newest"] = c + 1
    anchor["count"] += 1
    s.contacts[c]["prior"] = known_contacts(s, c)


@handler
def go_public(s, c, probability, occasion):
    """After a bad experience, once per issue at the most, the customer may tell everybody."""
    k = s.contacts[c]["contact_type"]
    anchor = s.issues[s.contacts[c]["issue"]]
    if probability <= 0.0 or anchor["public"]:
        return
    u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.FOLLOW, occasion)
    if u < probability:
        anchor["public"] = 1
        row = s.behaviours[k]["public_delay"]
        delay = quantile_or_zero(s, row, v)
        schedule_called(s, s.centre[0]["now"] + delay, pack(Event.FOLLOW, c, Cause.PUBLIC))


@handler
def meant(s, c):
    """The contact type that the customer of c meant, whatever the classifier takes it for."""
    if s.contacts[c]["flags"] & Flag.GLANCE:
        return s.issues[c]["true_type"]
    return s.contacts[c]["contact_type"]


@handler
def start_waiting(s, c, k):
    """Contact c, meant as type k, is out: what its customer does, should the answer be long in coming.

    The clocks run from the arrival, whether it waits in a queue, in an agent's slot or unheard.
    """
    contact = s.contacts[c]
    traits = s.types[k]["traits"]
    now = s.centre[0]["now"]
    if traits & Trait.CHASE and contact["patience"] < math.inf:
        time = max(0.0, contact["arrived"]) + contact["patience"]
        schedule_called(s, max(now, time), pack(Event.PATIENCE, c, 0))
    if traits & Trait.PUBLIC and s.behaviours[k]["public_wait"] > 0.0 and math.isnan(contact["answered"]):
        u, _ = two_uniforms_called(s, contact["key"], Stream.FOLLOW, _AFTER_WAIT)
        if u < s.behaviours[k]["public_wait"]:
            time = contact["arrived"] + s.behaviours[k]["public_after"]
            schedule_called(s, max(now, time), pack(Event.OUTCRY, c, 0))


@handler
def start_holding(s, c):
    """Holding replies to contact c become due, each its time after it was heard."""
    k = s.contacts[c]["contact_type"]
    for i in range(s.types[k]["play_from"], s.types[k]["play_to"]):
        if s.plays[i]["kind"] == PlayKind.HOLDING:
            time = s.centre[0]["now"] + s.plays[i]["after"]
            schedule_called(s, time, pack(Event.HOLD, c, i - s.types[k]["play_from"]))


@handler
def start_clocks(s, c):
    """Contact c is in the centre: the clocks of its customer, which of a post run already, and the
    messaging window."""
    contact = s.contacts[c]
    if contact["flags"] & Flag.NOISE or contact["cause"] >= Cause.APPROVAL:
        return
    k = meant(s, c)
    traits = s.types[k]["traits"]
    if not traits & Trait.LISTEN:
        start_waiting(s, c, k)
    start_holding(s, c)
    if traits & Trait.WINDOW and not contact["started"]:
        now = s.centre[0]["now"]
        schedule_called(s, max(now, contact["arrived"] + s.behaviours[k]["window"]), pack(Event.WINDOW, c, 0))


@handler
def made_to_wait(s, c, q):
    """Contact c is about to wait in queue q: a callback may be offered."""
    contact = s.contacts[c]
    k = meant(s, c)
    if contact["cause"] >= Cause.APPROVAL:
        return
    if s.types[k]["traits"] & Trait.CALLBACK and not contact["flags"] & Flag.NOISE:
        # The wait of the contact next in line is what a newcomer has to expect.
        ahead = next_in_line(s, q, -1)
        now = s.centre[0]["now"]
        if ahead >= 0 and now - s.contacts[ahead]["queued"] >= s.behaviours[k]["callback_after"]:
            _, v = two_uniforms_called(s, contact["key"], Stream.ANSWERS, 0)
            if v < s.behaviours[k]["callback"]:
                contact["patience"] = math.inf
                contact["flags"] |= Flag.CALLBACK


@handler
def outcry(s, c):
    """The customer has waited much longer than expected; if there is still no answer, all know."""
    contact = s.contacts[c]
    if s.issues[c]["promised"] > s.centre[0]["now"]:
        schedule_called(s, s.issues[c]["promised"], pack(Event.OUTCRY, c, 0))
        return
    anchor = s.issues[contact["issue"]]
    if math.isnan(contact["answered"]) and is_unanswered(s, c) and not anchor["public"]:
        anchor["public"] = 1
        schedule_called(s, s.centre[0]["now"], pack(Event.FOLLOW, c, Cause.PUBLIC))


@handler
def chase(s, c):
    """The tolerance is over and nobody has answered: a further contact, this one stays where it is.

    Who was promised an answer waits until then.
    """
    contact = s.contacts[c]
    if s.issues[c]["promised"] > s.centre[0]["now"]:
        schedule_called(s, s.issues[c]["promised"], pack(Event.PATIENCE, c, 0))
        return
    k = meant(s, c)
    anchor = s.issues[contact["issue"]]
    if not is_unanswered(s, c) or anchor["chases"] >= s.behaviours[k]["chase_most"]:
        return
    u, _ = two_uniforms_called(s, contact["key"], Stream.FOLLOW, Cause.CHASE)
    if u < s.behaviours[k]["chase"]:
        anchor["chases"] += 1
        schedule_called(s, s.centre[0]["now"], pack(Event.FOLLOW, c, Cause.CHASE))


@handler
def gave_up(s, c):
    """The customer has abandoned; going public is one way to go on."""
    k = s.contacts[c]["contact_type"]
    if s.types[k]["traits"] & Trait.PUBLIC:
        go_public(s, c, s.behaviours[k]["public_abandoned"], _AFTER_GIVING_UP)


@handler
def first_answer(s, c):
    """Contact c has its first response: seen by all if it is a public post, perhaps an invitation."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    if traits & Trait.PRIVATE:
        u, v = two_uniforms_called(s, contact["key"], Stream.FOLLOW, Cause.MOVED)
        if u < s.behaviours[k]["private"]:
            contact["turns"] = contact["turn"]
            contact["flags"] |= Flag.MOVED
            row = s.behaviours[k]["private_delay"]
            delay = quantile_or_zero(s, row, v)
            schedule_called(s, s.centre[0]["now"] + delay, pack(Event.FOLLOW, c, Cause.MOVED))
    if contact["incident"] >= 0:
        public_answer(s, c, not contact["flags"] & Flag.MOVED and not resolves(s, c))


@handler
def concluded(s, c):
    """The last turn of contact c is done: resolved or not, and what the customer does then."""
    contact = s.contacts[c]
    if contact["flags"] & Flag.MOVED:
        return
    if resolves(s, c):
        settle_issue(s, c, Resolved.OWN)
        return
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    anchor = s.issues[contact["issue"]]
    if traits & Trait.REPEAT and anchor["repeats"] < s.behaviours[k]["repeat_most"]:
        u, v = two_uniforms_called(s, contact["key"], Stream.FOLLOW, Cause.REPEAT)
        if u < s.behaviours[k]["repeat"]:
            anchor["repeats"] += 1
            delay = quantile_or_zero(s, s.behaviours[k]["repeat_delay"], v)
            schedule_called(s, s.centre[0]["now"] + delay, pack(Event.FOLLOW, c, Cause.REPEAT))
    if traits & Trait.PUBLIC:
        go_public(s, c, s.behaviours[k]["public_unresolved"], Cause.PUBLIC)
