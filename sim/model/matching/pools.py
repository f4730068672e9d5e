"""Pools: the agents of a group that can take a channel now, in the order of an agent rule."""

from __future__ import annotations

from floorcast.model.agents.agent_rules import rule_key, rule_key_called
from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule_called
from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.machine import fetch, fetch_front
from floorcast.model.records.layout import Event, Status
from floorcast.model.records.routes import BITS, LOW_BITS
from floorcast.model.records.rules import NOTHING_NEW


@handler
def one_more_idle(s, g):
    """One more agent of group g is idle: where a stage waited for just so many and contacts wait there, the
    idle agents look around, once this one, who may not be able to take them, has looked itself."""
    if s.groups[g]["looking"]:
        return
    for i in range(s.groups[g]["serve_from"], s.groups[g]["serve_to"]):
        if s.serves[i]["reserve"] == s.groups[g]["idle"] and s.queues[s.serves[i]["queue"]]["n"] > 0:
            s.groups[g]["looking"] = 1
            schedule_called(s, s.centre[0]["now"], pack(Event.LOOK_AROUND, g, 0))
            return


@inlined
def mark(s, word, i):
    """Mark queue or pool i as not empty, in `busy` from a word on; whoever finds it empty clears the mark."""
    s.busy[word + (i >> BITS)] |= 1 << (i & LOW_BITS)


@inlined
def _mark_pool(s, p):
    if s.centre[0]["pool_words"] > 0:
        mark(s, s.centre[0]["queue_words"], p)


@inlined
def has_room(s, a, channel):
    """True when agent a may be given a contact of this channel now."""
    agent = s.agents[a]
    if not agent["present"]:
        return False
    if agent["barred"]:
        if agent["barred"] & NOTHING_NEW or (agent["barred_channels"] >> channel) & 1:
            return False
    n = s.centre[0]["channels"]
    g = agent["group"]
    room = s.capacity[g * n + channel]
    if s.holding[a * n + channel] >= room["most"]:
        return False
    if agent["mask"] & room["kept_out_by"]:
        return False
    if room["secondary"]:
        if agent["secondary"] + room["units"] > s.groups[g]["secondary"] + 1e-9:
            return False
    elif agent["units"] + room["units"] > s.groups[g]["units"] + 1e-9:
        return False
    if s.channels[channel]["exclusive"]:
        c = agent["working"]
        if c >= 0:
            if s.contacts[c]["status"] != Status.WORKING:
                return False
            if not (room["interrupts"] >> int(s.contacts[c]["channel"])) & 1:
                return False
    return True


@inlined
def _second_key(s, a, p):
    """The tie-breaker of the agent rule: a second rule, or since when the agent has been available."""
    if s.pools[p]["then"] >= 0:
        return rule_key_called(s, a, p, s.pools[p]["then"])
    return s.agents[a]["since"]


@handler
def _least_in_bag(s, p):
    """The node of the agent who is first by the rule now; its keys are noted there."""
    offset = s.pools[p]["offset"]
    first = s.groups[s.pools[p]["group"]]["first"]
    best = -1
    for i in range(s.pools[p]["n"]):
        member = s.nodes[offset + i]["member"]
        node = offset + member
        key1 = rule_key(s, first + member, p, s.pools[p]["rule"])
        key2 = _second_key(s, first + member, p)
        s.nodes[node]["key1"] = key1
        s.nodes[node]["key2"] = key2
        if best >= 0:
            if key1 > s.nodes[best]["key1"]:
                continue
            if key1 == s.nodes[best]["key1"]:
                if key2 > s.nodes[best]["key2"] or (key2 == s.nodes[best]["key2"] and node > best):
                    continue
        best = node
    return best


@inlined
def first_of(s, p):
    """The node of the agent whom the rule of pool p chooses; the pool is not empty."""
    if s.pools[p]["bag"]:
        return _least_in_bag(s, p)
    return ordered.head(s.pools, p, s.nodes)


@handler
def _join_bag(s, p, node):
    """Where the order is chance, or changes while time goes by, a pool is a bag: members in any order,
    each knowing its place."""
    n = s.pools[p]["n"]
    offset = s.pools[p]["offset"]
    s.nodes[offset + n]["member"] = node - offset
    s.nodes[node]["next"] = n
    s.nodes[node]["place"] = ordered.LANE
    s.pools[p]["n"] = n + 1
    _mark_pool(s, p)


@handler
def _leave_bag(s, p, node):
    n = s.pools[p]["n"] - 1
    offset = s.pools[p]["offset"]
    place = s.nodes[node]["next"]
    last = s.nodes[offset + n]["member"]
    s.nodes[offset + place]["member"] = last
    s.nodes[offset + last]["next"] = place
    s.nodes[node]["place"] = ordered.NOWHERE
    s.pools[p]["n"] = n


@inlined
def fetch_agent(s, a):
    """Have what an event of agent a looks at brought into the cache."""
    fetch_front(s.agents, a)
    fetch(s.ledger, int(s.centre[0]["now"] / s.centre[0]["interval"]) * len(s.agents) + a)


@handler
def _fetch_first(s, p):
    """... of the agent who is first in pool p now, and about to be taken after a long while."""
    node = s.pools[p]["first"]
    if node >= 0:
        fetch_agent(s, s.groups[s.pools[p]["group"]]["first"] + node - s.pools[p]["offset"])
        fetch(s.nodes, s.nodes[node]["next"])


@inlined
def refresh(s, a):
    """Update agent a's place in all pools of its group."""
    g = s.agents[a]["group"]
    local = a - s.groups[g]["first"]
    channel = -1
    room = False
    for p in range(s.groups[g]["pool_from"], s.groups[g]["pool_to"]):
        if s.pools[p]["channel"] != channel:
            channel = s.pools[p]["channel"]
            room = has_room(s, a, channel)
        node = s.pools[p]["offset"] + local
        inside = s.nodes[node]["place"] != ordered.NOWHERE
        if s.pools[p]["bag"]:
            if room and not inside:
                _join_bag(s, p, node)
            elif inside and not room:
                _leave_bag(s, p, node)
            continue
        if room:
            key1 = rule_key(s, a, p, s.pools[p]["rule"])
            key2 = _second_key(s, a, p)
            if inside:
                if s.nodes[node]["key1"] == key1 and s.nodes[node]["key2"] == key2:
                    continue
                ordered.remove(s.pools, p, s.nodes, node)
            s.nodes[node]["key1"] = key1
            s.nodes[node]["key2"] = key2
            ordered.insert(s.pools, p, s.nodes, node)
            if s.pools[p]["n"] == 1:
                _mark_pool(s, p)
        elif inside:
            ordered.remove(s.pools, p, s.nodes, node)
            if s.centre[0]["wide"]:
                _fetch_first(s, p)


refresh_called = called(refresh)
