"""Customers across channels: what they do after an answer, a long wait or giving up.

The contacts of one issue are linked, anchored in the first. Nothing here brings a contact into the
centre: what follows is written into the calendar, and ``social`` creates it when it is due.
"""

from __future__ import annotations

import math

from floorcast.model.agents.learning import knowledge
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.events.incidents import (
    close_waiting,
    ease,
    is_unanswered,
    next_backfire,
    public_answer,
    settle_issue,
)
from floorcast.model.matching.creation import pick
from floorcast.model.matching.experience import experienced
from floorcast.model.matching.ledger import note
from floorcast.model.matching.routing import next_in_line
from floorcast.model.matching.rules import holds
from floorcast.model.matching.turn_outcomes import reply_type
from floorcast.model.records.layout import Cause, Event, Log, Outcome, Status
from floorcast.model.records.social import Flag, Mark, PlayKind, Resolved, Trait

# Uniforms of stream FOLLOW are told apart by cause; going public has three occasions.
_AFTER_WAIT = 20
_AFTER_GIVING_UP = 21


@handler
def resolves(s, c):
    """Whether the agent of contact c resolves its issue; skilled agents do so more often."""
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
    if s.issues[c]["reply"] > 0:
        likely *= s.plays[s.issues[c]["reply"] - 1]["quality"]
    likely *= (1.0 - s.behaviours[k]["skill"] * (1.0 - level))
    a = s.contacts[c]["agent"]
    if a >= 0 and s.agents[a]["knows"] > 0.0:
        likely += (1.0 - likely) * s.groups[s.agents[a]["group"]]["resolves"] * knowledge(s, a)
    return u < likely


@handler
def known_contacts(s, c):
    """How many other contacts the issue has had; with ``prior_within``, only within that many seconds."""
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
    """Link a further contact to its issue: each contact of the issue knows of the others."""
    first = s.contacts[c]["issue"]
    anchor = s.issues[first]
    before = anchor["newest"]
    s.issues[c]["older"] = before if before > 0 else first + 1
    anchor["newest"] = c + 1
    anchor["count"] += 1
    s.contacts[c]["prior"] = known_contacts(s, c)


@handler
def go_public(s, c, probability, occasion):
    """After a bad experience the customer may go public, at most once per issue."""
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
def true_type(s, c):
    """The contact type the customer of c meant, whatever the classifier made of it."""
    if s.contacts[c]["flags"] & Flag.TRIAGE:
        return s.issues[c]["true_type"]
    return s.contacts[c]["contact_type"]


@handler
def start_waiting(s, c, k):
    """Contact c, meant as type k, has been sent: schedule what its customer does if the answer is slow.

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
            schedule_called(s, max(now, time), pack(Event.PUBLIC_COMPLAINT, c, 0))


@handler
def start_holding(s, c):
    """Schedule holding replies to contact c, and a moderator's look, each counted from when it was heard."""
    k = s.contacts[c]["contact_type"]
    for i in range(s.types[k]["play_from"], s.types[k]["play_to"]):
        due = s.plays[i]["kind"] == PlayKind.HOLDING and not s.issues[c]["marks"] & Mark.NEEDLESS
        if s.plays[i]["kind"] == PlayKind.MODERATION and s.behaviours[k]["open"]:
            due = s.plays[i]["after"] > 0.0 or s.plays[i]["to"] >= 0  # others were looked at when they came
        if due:
            time = s.centre[0]["now"] + s.plays[i]["after"]
            schedule_called(s, time, pack(Event.HOLD, c, i - s.types[k]["play_from"]))


@handler
def start_clocks(s, c):
    """Contact c is in the centre: the clocks of its customer, which of a post run already, and the
    messaging window."""
    contact = s.contacts[c]
    if contact["flags"] & Flag.NOISE or contact["cause"] >= Cause.APPROVAL:
        return
    k = true_type(s, c)
    traits = s.types[k]["traits"]
    if s.issues[c]["marks"] & Mark.NEEDLESS:
        start_holding(s, c)
        return
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
    k = true_type(s, c)
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
def public_complaint(s, c):
    """The customer has waited much longer than expected and, if still unanswered, complains in public."""
    contact = s.contacts[c]
    if s.issues[c]["promised"] > s.centre[0]["now"]:
        schedule_called(s, s.issues[c]["promised"], pack(Event.PUBLIC_COMPLAINT, c, 0))
        return
    anchor = s.issues[contact["issue"]]
    if math.isnan(contact["answered"]) and is_unanswered(s, c) and not anchor["public"]:
        anchor["public"] = 1
        schedule_called(s, s.centre[0]["now"], pack(Event.FOLLOW, c, Cause.PUBLIC))


@handler
def chase(s, c):
    """The customer's tolerance is over without an answer: a further contact follows, and this one stays.

    Who was promised an answer waits until then.
    """
    contact = s.contacts[c]
    if s.issues[c]["promised"] > s.centre[0]["now"]:
        schedule_called(s, s.issues[c]["promised"], pack(Event.PATIENCE, c, 0))
        return
    k = true_type(s, c)
    anchor = s.issues[contact["issue"]]
    if not is_unanswered(s, c) or anchor["chases"] >= s.behaviours[k]["chase_most"]:
        return
    u, _ = two_uniforms_called(s, contact["key"], Stream.FOLLOW, Cause.CHASE)
    if u < s.behaviours[k]["chase"]:
        anchor["chases"] += 1
        schedule_called(s, s.centre[0]["now"], pack(Event.FOLLOW, c, Cause.CHASE))


@handler
def gave_up(s, c):
    """The customer has abandoned, and may go public."""
    k = s.contacts[c]["contact_type"]
    if s.types[k]["traits"] & Trait.PUBLIC:
        go_public(s, c, s.behaviours[k]["public_abandoned"], _AFTER_GIVING_UP)


@handler
def first_answer(s, c):
    """Contact c has its first response: everybody sees it under a public post; it may invite further contact."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    to = reply_type(s, c)
    if to >= 0:
        s.issues[c]["marks"] |= Mark.ELSEWHERE
        note(s, Log.ELSEWHERE, c, contact["agent"], to)
        u, _ = two_uniforms_called(s, contact["key"], Stream.REPLY, 0)
        if u >= s.plays[s.issues[c]["reply"] - 1]["seen"]:
            s.issues[c]["marks"] |= Mark.UNSEEN
            return
    elif traits & Trait.PRIVATE:
        u, v = two_uniforms_called(s, contact["key"], Stream.FOLLOW, Cause.MOVED)
        if u < s.behaviours[k]["private"]:
            contact["turns"] = contact["turn"]
            contact["flags"] |= Flag.MOVED
            row = s.behaviours[k]["private_delay"]
            delay = quantile_or_zero(s, row, v)
            schedule_called(s, s.centre[0]["now"] + delay, pack(Event.FOLLOW, c, Cause.MOVED))
    if contact["incident"] >= 0:
        at_ease = contact["flags"] & Flag.MOVED or s.issues[c]["marks"] & Mark.NEEDLESS
        public_answer(s, c, not at_ease and not resolves(s, c))


@handler
def _channel_of_answer(s, c):
    """The channel on which contact c was, or is to be, answered."""
    to = reply_type(s, c)
    return s.types[to]["channel"] if to >= 0 else s.contacts[c]["channel"]


@handler
def _contradicts(s, c):
    """Whether the answer to contact c contradicts one that its customer had on another channel."""
    likely = s.population[0]["clash"]
    if s.types[s.contacts[c]["contact_type"]]["traits"] & Trait.HISTORY:
        likely = s.population[0]["clash_known"]
    if likely <= 0.0:
        return False
    channel = _channel_of_answer(s, c)
    other = s.issues[s.contacts[c]["issue"]]["newest"] - 1
    while other >= 0:
        answered = not math.isnan(s.contacts[other]["first_response"]) and not s.contacts[other]["flags"] & Flag.MOVED
        if other != c and answered and _channel_of_answer(s, other) != channel:
            _, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.REPLY, 0)
            return v < likely
        other = s.issues[other]["older"] - 1
    return False


@handler
def _comes_back(s, c, likely, delay, most):
    """The customer of contact c, whose issue is unresolved, may come back; there is a limit per issue."""
    anchor = s.issues[s.contacts[c]["issue"]]
    if anchor["repeats"] < most:
        u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.FOLLOW, Cause.REPEAT)
        if u < likely:
            anchor["repeats"] += 1
            time = s.centre[0]["now"] + quantile_or_zero(s, delay, v)
            schedule_called(s, time, pack(Event.FOLLOW, c, Cause.REPEAT))


@handler
def _revises(s, c):
    """The matter of review c is settled: its author may give it more stars."""
    behaviour = s.behaviours[s.contacts[c]["contact_type"]]
    stars = s.issues[c]["stars"]
    if 0 < stars < behaviour["revised_to"]:
        u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.SAYS, 1)
        if u < behaviour["revised"]:
            s.issues[c]["stars"] = behaviour["revised_to"]
            s.issues[c]["marks"] |= Mark.REVISED
            note(s, Log.REVISED, c, -1, behaviour["revised_to"])


@handler
def concluded(s, c):
    """The last turn of contact c is done: decide whether it is resolved and what the customer does next."""
    contact = s.contacts[c]
    if contact["flags"] & Flag.MOVED:
        return
    k = contact["contact_type"]
    traits = s.types[k]["traits"]
    clashes = not s.issues[c]["marks"] & Mark.NEEDLESS and _contradicts(s, c)
    if not clashes and (s.issues[c]["marks"] & Mark.NEEDLESS or resolves(s, c)):
        settle_issue(s, c, Resolved.OWN)
        if s.issues[c]["stars"] > 0:
            _revises(s, c)
        return
    if clashes:
        s.issues[c]["marks"] |= Mark.CONTRADICTED
        s.issues[contact["issue"]]["settled"] = 0
        note(s, Log.CONTRADICTED, c, -1, -1)
    p = s.population[0]
    if clashes and p["clash_own"]:
        _comes_back(s, c, p["clash_repeat"], p["clash_delay"], p["clash_most"])
    elif traits & Trait.REPEAT:
        behaviour = s.behaviours[k]
        _comes_back(s, c, behaviour["repeat"], behaviour["repeat_delay"], behaviour["repeat_most"])
    if traits & Trait.PUBLIC:
        go_public(s, c, s.behaviours[k]["public_unresolved"], Cause.PUBLIC)


@handler
def comes_back_to(s, parent, low, high):
    """Rows of ``mixes``: where the customer of contact ``parent`` comes back. low to high unless stated
    otherwise; (-1, -1) if it comes back on the other channel on which it was answered."""
    marks = s.issues[parent]["marks"]
    if marks & Mark.PEERS:
        behaviour = s.behaviours[true_type(s, parent)]
        return behaviour["peers_from"], behaviour["peers_to"]
    p = s.population[0]
    if marks & Mark.CONTRADICTED and p["clash_to"] > p["clash_from"]:
        return p["clash_from"], p["clash_to"]
    if marks & Mark.ELSEWHERE or (marks & Mark.CONTRADICTED and high <= low):
        return -1, -1
    return low, high


@handler
def says(s, c, k):
    """What a new contact of type k says: whether it needs an answer, its words, its stars."""
    contact = s.contacts[c]
    behaviour = s.behaviours[k]
    record = s.issues[c]
    key = contact["key"]
    if contact["parent"] < 0:
        words = 0
        for j in range(behaviour["words_from"], behaviour["words_to"]):
            n = j - behaviour["words_from"]
            u, v = two_uniforms_called(s, key, Stream.WORDS, n // 2)
            if (u if n % 2 == 0 else v) < s.mixes[j]["up_to"]:
                words |= 1 << s.mixes[j]["value"]
        if contact["campaign"] >= 0:
            words |= s.slogans[contact["campaign"]]
        record["words"] = words
    if contact["sentiment"] < 0:
        need, low, high = behaviour["need_negative"], behaviour["negative_from"], behaviour["negative_to"]
    elif contact["sentiment"] == 0:
        need, low, high = behaviour["need_neutral"], behaviour["neutral_from"], behaviour["neutral_to"]
    else:
        need, low, high = behaviour["need_positive"], behaviour["positive_from"], behaviour["positive_to"]
    u, v = two_uniforms_called(s, key, Stream.SAYS, 0)
    crisis = contact["campaign"] >= 0 and s.roots[contact["campaign"]] == c + 1
    if contact["issue"] == c and not crisis and u >= need:
        record["marks"] |= Mark.NEEDLESS
        contact["patience"] = math.inf
    if high > low:
        record["stars"] = pick(s, low, high, v)


@handler
def ask_others(s, c, k):
    """Schedule another customer's answer to post c, if one will come."""
    u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.PEERS, 0)
    if u < s.behaviours[k]["peers"] and not s.issues[c]["marks"] & Mark.NEEDLESS:
        delay = quantile_or_zero(s, s.behaviours[k]["peers_after"], v)
        schedule_called(s, s.centre[0]["now"] + delay, pack(Event.PEERS, c, 0))


@handler
def peers_answer(s, c):
    """Another customer answers post c, unless it is answered, gone or in an agent's hands."""
    behaviour = s.behaviours[true_type(s, c)]
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.PEERS, 1)
    right = u < behaviour["peers_right"]
    if s.issues[c]["marks"] & Mark.REMOVED or not ease(s, c, Resolved.ANOTHER if right else Resolved.NOT):
        return
    s.issues[c]["marks"] |= Mark.PEERS
    note(s, Log.PEERS, c, -1, 1 if right else 0)
    if right:
        settle_issue(s, c, Resolved.ANOTHER)
    else:
        _comes_back(s, c, behaviour["peers_repeat"], behaviour["peers_delay"], behaviour["peers_most"])


@handler
def removed(s, c, i):
    """Post c, which has ended, was taken down by row i of the plays; whether that is noticed."""
    record = s.issues[c]
    record["marks"] |= Mark.REMOVED
    note(s, Log.REMOVED, c, -1, i)
    u, _ = two_uniforms_called(s, s.contacts[c]["key"], Stream.MODERATE, 0)
    if u < s.plays[i]["noticed"]:
        record["marks"] |= Mark.NOTICED
        if s.plays[i]["backfire"] > 0.0 and s.contacts[c]["incident"] >= 0:
            record["backfire_mass"] = s.plays[i]["backfire"]
            next_backfire(s, c)


@handler
def take_down(s, c, i):
    """Post c, which waits, is hidden or deleted."""
    close_waiting(s, c, Outcome.DISCARDED)
    removed(s, c, i)
    if s.centre[0]["remembers"]:
        experienced(s, c)


@handler
def hidden_now(s, c):
    """Whether post c, which has just been heard, is taken down before anybody sees it."""
    contact = s.contacts[c]
    k = contact["contact_type"]
    if not s.behaviours[k]["open"] or contact["flags"] & Flag.NOISE or contact["cause"] >= Cause.APPROVAL:
        return False
    for i in range(s.types[k]["play_from"], s.types[k]["play_to"]):
        play = s.plays[i]
        at_once = play["kind"] == PlayKind.MODERATION and play["after"] <= 0.0 and play["to"] < 0
        if at_once and holds(s, c, play["entry"]):
            contact["outcome"] = Outcome.DISCARDED
            contact["ended"] = s.centre[0]["now"]
            contact["status"] = Status.CLOSED
            note(s, Log.CLOSED, c, -1, Outcome.DISCARDED)
            removed(s, c, i)
            if s.centre[0]["remembers"]:
                experienced(s, c)
            if not s.issues[c]["marks"] & Mark.NOTICED:
                start_clocks(s, c)
            return True
    return False
