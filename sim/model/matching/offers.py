"""Offers that ring, which an agent answers, declines or lets time out; and agents who pick from a list."""

from __future__ import annotations

import math

import numpy as np

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.asking import AS_USUAL, FOR_AGENT, FOR_CONTACT, asked
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, quantile_or_zero, two_uniforms_called
from floorcast.model.matching.ledger import note
from floorcast.model.matching.pools import refresh_called
from floorcast.model.matching.routing import best_agent_called, best_queue_called, into_queue
from floorcast.model.records.layout import Attention, Event, Log, Status
from floorcast.model.records.rules import ALL_BARS, NOTHING_NEW, REFUSALS, Bar


@handler
def offer(s, a, c):
    """Contact c rings at agent a, in whose slot it is; an exclusive channel takes its attention."""
    contact = s.contacts[c]
    row = s.offers[contact["channel"]]
    contact["status"] = Status.OFFERED
    abandons = s.types[contact["contact_type"]]["abandons"]
    if contact["stamp"] == 0 and contact["patience"] < math.inf and abandons:  # it never had to wait
        schedule_called(s, s.centre[0]["now"] + contact["patience"], pack(Event.PATIENCE, c, 0))
    contact["stamp"] += 1
    s.cases[c]["offers"] += 1
    if s.channels[contact["channel"]]["exclusive"]:
        s.agents[a]["working"] = c
        s.agents[a]["attention"] = Attention.RINGING
    u, _ = two_uniforms_called(s, contact["key"], Stream.OFFER, s.cases[c]["offers"])
    time = min(quantile_or_zero(s, row["answer"], u), row["time_out"])
    schedule_called(s, s.centre[0]["now"] + time, pack(Event.OFFER_OVER, c, contact["stamp"]))
    note(s, Log.OFFERED, c, a, -1)


@handler
def answer_of(s, c):
    """How the offer of contact c ends: 0 answered, 1 declined, 2 timed out."""
    row = s.offers[s.contacts[c]["channel"]]
    u, v = two_uniforms_called(s, s.contacts[c]["key"], Stream.OFFER, s.cases[c]["offers"])
    if quantile_or_zero(s, row["answer"], u) >= row["time_out"]:
        return 2
    return 1 if v < row["declined"] else 0


@handler
def refused(s, c, a):
    """Whether agent a did not take contact c before."""
    if not s.centre[0]["cases"]:
        return False
    for i in range(min(s.cases[c]["refused"], REFUSALS)):
        if s.refusals[c * REFUSALS + i] == a + 1:
            return True
    return False


@handler
def remember(s, c, a):
    """Agent a did not take contact c. If it had not before either, all had declined, and a new round began.

    Looking forgets nothing, so who looks, and how often, makes no difference.
    """
    if not s.offers[s.contacts[c]["channel"]]["again"]:
        if refused(s, c, a):
            s.cases[c]["refused"] = 0
        i = s.cases[c]["refused"] % REFUSALS
        s.refusals[c * REFUSALS + i] = a + 1
        s.cases[c]["refused"] += 1


@handler
def _all_have(s, c, q):
    """Whether every agent present in stage q of contact c has already refused it."""
    channel = s.contacts[c]["channel"]
    some = 0
    for i in range(s.queues[q]["link_from"], s.queues[q]["link_to"]):
        group = s.groups[s.links[i]["group"]]
        if group["present"] > REFUSALS:
            return False  # more than are remembered
        for a in range(group["first"], group["first"] + group["n"]):
            if s.agents[a]["present"] and not (s.agents[a]["barred_channels"] >> int(channel)) & 1:
                some += 1
                if not refused(s, c, a):
                    return False
    return some > 0


@handler
def _passes_by(s, c, a):
    """Whether agent a, who did not take contact c before, leaves it to others again. Once all have
    declined, all are considered again."""
    if not refused(s, c, a):
        return False
    q = s.contacts[c]["queue"]
    return (s.centre[0]["personal"] >= 0 and q >= s.centre[0]["personal"]) or not _all_have(s, c, q)


@handler
def best_willing(s, c, q):
    """What the policy file says, whatever a Python policy would."""
    n = 0
    if s.centre[0]["cases"] and s.cases[c]["refused"] > 0 and not _all_have(s, c, q):
        n = min(s.cases[c]["refused"], REFUSALS)
    for i in range(n):
        a = s.refusals[c * REFUSALS + i] - 1
        s.agents[a]["barred"] |= Bar.PASSED_OVER
        refresh_called(s, a)
    best = best_agent_called(s, c, q)
    for i in range(n):
        a = s.refusals[c * REFUSALS + i] - 1
        s.agents[a]["barred"] &= ALL_BARS - Bar.PASSED_OVER
        refresh_called(s, a)
    return best


@handler
def willing_agent(s, c, q):
    """The best agent for contact c among those who have not refused it; -1 none."""
    answer = asked(s, FOR_CONTACT, c, q)
    if answer != AS_USUAL:
        return answer
    return best_willing(s, c, q)


@handler
def acceptable(s, a):
    """The best waiting contact for agent a that it has not refused; -1 none.

    Contacts that it refused step aside while the agent looks.
    """
    answer = asked(s, FOR_AGENT, a, -1)
    if answer != AS_USUAL:
        return answer
    aside = -1
    q = best_queue_called(s, a)
    while q >= 0:
        c = ordered.head(s.queues, q, s.contacts)
        if not _passes_by(s, c, a):
            break
        ordered.remove(s.queues, q, s.contacts, c)
        s.contacts[c]["child"] = aside
        aside = c
        q = best_queue_called(s, a)
    chosen = ordered.head(s.queues, q, s.contacts) if q >= 0 else -1
    while aside >= 0:
        following = s.contacts[aside]["child"]
        into_queue(s, aside, s.contacts[aside]["queue"])
        aside = following
    return chosen


@handler
def look_for_work(s, a):
    """An agent who picks from a list starts to look, if there is something for it."""
    if s.agents[a]["barred"] & NOTHING_NEW == 0 and s.centre[0]["waiting"] > 0 and acceptable(s, a) >= 0:
        start_to_pick(s, a)


@handler
def start_to_pick(s, a):
    """Agent a looks at the list of waiting contacts for a while."""
    row = s.groups[s.agents[a]["group"]]["pull"]
    s.agents[a]["offers"] += 1
    u, _ = two_uniforms_called(s, np.uint64(s.agents[a]["key"]), Stream.PICK, s.agents[a]["offers"])
    s.agents[a]["barred"] |= Bar.PICKING
    refresh_called(s, a)
    schedule_called(s, s.centre[0]["now"] + quantile_or_zero(s, row, u), pack(Event.PICK, a, 0))
