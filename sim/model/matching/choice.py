"""Choosing by proportions and weights instead of points and agent rules, for policies that ask for it."""

from __future__ import annotations

import math

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.jit import handler
from floorcast.model.core.random import Stream, two_uniforms
from floorcast.model.core.room import unknown
from floorcast.model.matching.pools import first_of, has_room
from floorcast.model.records.centre import Branch
from floorcast.model.records.layout import AgentRule
from floorcast.model.records.rules import Among, Choose

_MEMORY = 0.98  # a share remembers some 50 contacts


@handler
def _value_of(s, g, q, c):
    """How far queue q is from being the group's next; the lowest is served."""
    row = s.choices[g * s.centre[0]["types"] + s.queues[q]["contact_type"]]
    if s.groups[g]["choose"] == Choose.SHARES:
        if row["share"] < 0:
            return math.inf
        return s.shares[row["share"]]["served"] / s.shares[row["share"]]["weight"]
    if s.groups[g]["choose"] == Choose.RATIO:
        if row["share"] < 0:
            return 0.0
        gauge = s.shares[row["share"]]["gauge"]
        return -float(s.gauges[gauge]["waiting"]) / row["weight"]
    if s.groups[g]["choose"] == Choose.WEIGHTS:
        return -row["weight"] * (s.centre[0]["now"] - s.contacts[c]["queued"])
    return unknown(s, Branch.CHOICE, s.groups[g]["choose"])


@handler
def chosen_queue(s, a):
    """The queue agent a serves next by its group's proportions: best rank first; -1 none.

    Ties: highest points, then oldest, then the lower id.
    """
    now = s.centre[0]["now"]
    g = s.agents[a]["group"]
    best = -1
    head = -1
    least = 0.0
    score = 0.0
    rank = 0
    for i in range(s.groups[g]["serve_from"], s.groups[g]["serve_to"]):
        if best >= 0 and s.serves[i]["rank"] != rank:
            break
        q = s.serves[i]["queue"]
        if s.queues[q]["n"] == 0 or not has_room(s, a, s.queues[q]["channel"]):
            continue
        if s.serves[i]["reserve"] > 0 and s.groups[g]["idle"] < s.serves[i]["reserve"]:
            continue
        c = ordered.head(s.queues, q, s.contacts)
        value = _value_of(s, g, q, c)
        points = s.queues[q]["slope"] * now - s.contacts[c]["key1"]
        better = best < 0
        if not better:
            if value != least:
                better = value < least
            elif points != score:
                better = points > score
            elif s.contacts[c]["queued"] != s.contacts[head]["queued"]:
                better = s.contacts[c]["queued"] < s.contacts[head]["queued"]
            else:
                better = c < head
        if better:
            best = q
            head = c
            least = value
            score = points
            rank = s.serves[i]["rank"]
    return best


@handler
def random_agent(s, c, first, last):
    """Uniform over the members of the pools of links first..last-1."""
    total = 0
    for i in range(first, last):
        if s.groups[s.links[i]["group"]]["idle"] >= s.links[i]["reserve"]:
            total += s.pools[s.links[i]["pool"]]["n"]
    if total == 0:
        return -1
    u, _ = two_uniforms(s, s.contacts[c]["key"], Stream.CHOICE, s.contacts[c]["stamp"])
    k = int(u * total)
    for i in range(first, last):
        if s.groups[s.links[i]["group"]]["idle"] >= s.links[i]["reserve"]:
            p = s.links[i]["pool"]
            if k < s.pools[p]["n"]:
                member = s.nodes[s.pools[p]["offset"] + k]["member"]
                return s.groups[s.pools[p]["group"]]["first"] + member
            k -= s.pools[p]["n"]
    return -1


@handler
def chosen_agent(s, c, q):
    """The agent for contact c by the weights of groups in queue q: best rank first; -1 none.

    Idle weights: longest idle time times weight. Allocation: the group furthest below its part.
    """
    now = s.centre[0]["now"]
    allocate = s.queues[q]["choose"] == Among.ALLOCATE
    best = -1
    least = 0.0
    rank = -1
    for i in range(s.queues[q]["link_from"], s.queues[q]["link_to"]):
        if s.links[i]["rank"] != rank:
            if best >= 0:
                break
            rank = s.links[i]["rank"]
        p = s.links[i]["pool"]
        if s.pools[p]["n"] == 0:
            continue
        if s.groups[s.links[i]["group"]]["idle"] < s.links[i]["reserve"]:
            continue
        if s.queues[q]["rule"] == AgentRule.RANDOM:
            a = random_agent(s, c, i, i + 1)
        else:
            node = first_of(s, p)
            a = s.groups[s.pools[p]["group"]]["first"] + node - s.pools[p]["offset"]
        if allocate:
            share = s.biases[i]["share"]
            value = math.inf
            if share >= 0:
                value = s.shares[share]["served"] / s.shares[share]["weight"]
        else:
            value = -s.biases[i]["weight"] * (now - s.agents[a]["since"])
        if best < 0 or value < least:
            best = a
            least = value
    return best


@handler
def count_choice(s, a, c):
    """Count contact c, taken by agent a, in the shares of its group and of its queue."""
    g = s.agents[a]["group"]
    if s.groups[g]["choose"] == Choose.SHARES:
        mine = s.choices[g * s.centre[0]["types"] + s.contacts[c]["contact_type"]]["share"]
        for i in range(s.groups[g]["share_from"], s.groups[g]["share_to"]):
            s.shares[i]["served"] *= _MEMORY
        if mine >= 0:
            s.shares[mine]["served"] += 1.0
    q = s.contacts[c]["queue"]
    if s.queues[q]["choose"] == Among.ALLOCATE:
        for i in range(s.queues[q]["link_from"], s.queues[q]["link_to"]):
            share = s.biases[i]["share"]
            if share >= 0:
                s.shares[share]["served"] *= _MEMORY
                if s.links[i]["group"] == g:
                    s.shares[share]["served"] += 1.0
