"""The two decisions: a contact looks for an agent, an agent looks for a contact."""

from __future__ import annotations

import math

from floorcast.model.core import ordered_set as ordered
from floorcast.model.core.calendar import pack, schedule, schedule_called
from floorcast.model.core.jit import called, handler, inlined
from floorcast.model.core.machine import lowest_bit
from floorcast.model.matching.centre_state import gauge_aside, gauge_join, gauge_leave
from floorcast.model.matching.choice import chosen_agent, chosen_queue, random_agent
from floorcast.model.matching.creation import award_points_called
from floorcast.model.matching.ledger import note
from floorcast.model.matching.pools import first_of, has_room, mark
from floorcast.model.matching.rest import waits_for
from floorcast.model.matching.rules import holds, route_called
from floorcast.model.records.layout import AgentRule, Event, Log, Status
from floorcast.model.records.routes import BITS, LOW_BITS


@inlined
def best_agent(s, c, q):
    """The agent for contact c in queue q: best rank of group, then the agent rule; -1 none."""
    if s.queues[q]["choose"] != 0:
        return chosen_agent(s, c, q)
    if s.queues[q]["mask_from"] >= 0:
        return _best_agent_of_many(s, q)
    i = s.queues[q]["link_from"]
    end = s.queues[q]["link_to"]
    best = -1
    best_node = -1
    rank = -1
    while i < end:
        if s.links[i]["rank"] != rank:
            if best >= 0:
                break
            rank = s.links[i]["rank"]
            if s.queues[q]["rule"] == AgentRule.RANDOM:
                j = i
                while j < end and s.links[j]["rank"] == rank:
                    j += 1
                best = random_agent(s, c, i, j)
                i = j
                continue
        p = s.links[i]["pool"]
        if s.pools[p]["n"] > 0 and (
            s.links[i]["reserve"] == 0
            or s.groups[s.links[i]["group"]]["idle"] >= s.links[i]["reserve"]
        ):
            node = first_of(s, p)
            # Across groups a tie of keys goes to the lower agent id: groups are numbered in order.
            if best_node < 0 or _ahead(s.nodes, node, best_node):
                best_node = node
                g = s.pools[p]["group"]
                best = s.groups[g]["first"] + node - s.pools[p]["offset"]
        i += 1
    return best


best_agent_called = called(best_agent)


@handler
def _best_agent_of_many(s, q):
    """`best_agent` for a queue with many pools: looks only at pools that are not empty."""
    word = s.queues[q]["mask_from"]
    words = s.centre[0]["pool_words"]
    pools = s.centre[0]["queue_words"]
    for _ in range(s.queues[q]["mask_ranks"]):
        best = -1
        best_node = -1
        for i in range(words):
            bits = s.masks[word + i] & s.busy[pools + i]
            while bits != 0:
                p = (i << BITS) + lowest_bit(bits)
                bits &= bits - 1
                if s.pools[p]["n"] == 0:
                    s.busy[pools + i] &= ~(1 << (p & LOW_BITS))
                    continue
                node = first_of(s, p)
                if best_node < 0 or _ahead(s.nodes, node, best_node):
                    best_node = node
                    best = s.groups[s.pools[p]["group"]]["first"] + node - s.pools[p]["offset"]
        if best >= 0:
            return best
        word += words
    return -1


@inlined
def _ahead(nodes, i, j):
    if nodes[i]["key1"] != nodes[j]["key1"]:
        return nodes[i]["key1"] < nodes[j]["key1"]
    return nodes[i]["key2"] < nodes[j]["key2"]


@inlined
def own_queue(s, a, channel):
    """The queue of a channel's contacts that wait for agent a only."""
    return s.centre[0]["personal"] + a * s.centre[0]["channels"] + channel


@handler
def _best_own_queue(s, a):
    """Of agent a's own queues, the one it serves next; -1 none."""
    best = -1
    head = -1
    for channel in range(s.centre[0]["channels"]):
        q = own_queue(s, a, channel)
        if s.queues[q]["n"] == 0 or not has_room(s, a, channel):
            continue
        c = ordered.head(s.queues, q, s.contacts)
        if head < 0 or ordered.before(s.contacts, c, head):
            best = q
            head = c
    return best


@handler
def assess(s, c):
    """The queue to which the rules now send contact c; recomputes its points."""
    award_points_called(s, c)
    leaf = route_called(s, c)
    s.contacts[c]["points"] += s.leaves[leaf]["add"]
    return s.leaves[leaf]["queue"]


@inlined
def before_head(s, points, c, score, head):
    """Whether contact c with so many points goes before the head of another queue with its score."""
    if points != score:
        return points > score
    mine = s.contacts[c]["queued"]
    theirs = s.contacts[head]["queued"]
    return mine < theirs or (mine == theirs and c < head)


@inlined
def best_queue(s, a):
    """The queue agent a serves next: best rank, then highest points, then oldest; -1 none."""
    now = s.centre[0]["now"]
    g = s.agents[a]["group"]
    best = -1
    head = -1
    score = 0.0
    rank = 0
    if s.centre[0]["personal"] >= 0:
        q = _best_own_queue(s, a)
        if q >= 0:
            return q
    if s.groups[g]["choose"] != 0:
        return chosen_queue(s, a)
    if s.groups[g]["mask_from"] >= 0:
        return _best_queue_of_many(s, a)
    for i in range(s.groups[g]["serve_from"], s.groups[g]["serve_to"]):
        if best >= 0 and s.serves[i]["rank"] != rank:
            break
        q = s.serves[i]["queue"]
        if s.queues[q]["n"] == 0:
            continue
        if not has_room(s, a, s.queues[q]["channel"]):
            continue
        if s.serves[i]["reserve"] > 0 and s.groups[g]["idle"] < s.serves[i]["reserve"]:
            continue
        c = ordered.head(s.queues, q, s.contacts)
        points = s.queues[q]["slope"] * now - s.contacts[c]["key1"]
        if s.centre[0]["lifting"]:
            points += s.gauges[s.queues[q]["gauge"]]["gap"]
        if best >= 0 and not before_head(s, points, c, score, head):
            continue
        best = q
        head = c
        score = points
        rank = s.serves[i]["rank"]
    return best


best_queue_called = called(best_queue)


@handler
def _best_queue_of_many(s, a):
    """`best_queue` for a group with many queues: looks only at queues that are not empty."""
    now = s.centre[0]["now"]
    g = s.agents[a]["group"]
    word = s.groups[g]["mask_from"]
    words = s.centre[0]["queue_words"]
    for _ in range(s.groups[g]["mask_ranks"]):
        best = -1
        head = -1
        score = 0.0
        for i in range(words):
            bits = s.masks[word + i] & s.busy[i]
            while bits != 0:
                q = (i << BITS) + lowest_bit(bits)
                bits &= bits - 1
                if s.queues[q]["n"] == 0:
                    s.busy[i] &= ~(1 << (q & LOW_BITS))
                    continue
                if not has_room(s, a, s.queues[q]["channel"]):
                    continue
                c = ordered.head(s.queues, q, s.contacts)
                points = s.queues[q]["slope"] * now - s.contacts[c]["key1"]
                if s.centre[0]["lifting"]:
                    points += s.gauges[s.queues[q]["gauge"]]["gap"]
                if best >= 0 and not before_head(s, points, c, score, head):
                    continue
                best = q
                head = c
                score = points
        if best >= 0:
            return best
        word += words
    return -1


@inlined
def set_keys(s, c, q):
    """The contact's static order in queue q: all of one queue age at the same slope."""
    contact = s.contacts[c]
    contact["queue"] = q
    contact["key1"] = s.queues[q]["slope"] * contact["queued"] - contact["points"] - s.queues[q]["add"]
    contact["key2"] = contact["queued"]


@handler
def _onward(s, c, q):
    """The queue after q once its time has come; its age may start again."""
    if s.queues[q]["restart"]:
        s.contacts[c]["queued"] = s.centre[0]["now"]
    return s.queues[q]["onward"]


@handler
def tried(s, c, q):
    """The stage reached from q when stages with conditions may follow, or q is one that ends with its
    condition: one after the other, each that holds."""
    while True:
        now = s.centre[0]["now"]
        queued = s.contacts[c]["queued"]
        if s.queues[q]["back"] >= 0 and not holds(s, c, s.queues[q]["guard"]):
            q = s.queues[q]["back"]
            continue
        if now >= queued + s.queues[q]["after"]:
            q = _onward(s, c, q)
            continue
        t = s.queues[q]["trial"]
        while t >= 0 and not (now >= queued + s.queues[t]["opens"] and holds(s, c, s.queues[t]["guard"])):
            t = s.queues[t]["beside"]
        if t < 0:
            return q
        q = t


@handler
def tried_stage(s, c, q):
    """The stage of contact c, which stands in no queue, from q onward; it counts as waiting itself."""
    if s.centre[0]["gauging"]:
        gauge_aside(s, c, 1)
    q = tried(s, c, q)
    if s.centre[0]["gauging"]:
        gauge_aside(s, c, -1)
    return q


@handler
def next_in_line(s, q, stage):
    """Who is next of those of its type that wait in the plan of queue q, in one stage (-1: at whatever stage);
    -1 nobody waits."""
    now = s.centre[0]["now"]
    best = -1
    points = 0.0
    t = q
    while True:
        if s.queues[t]["n"] > 0 and (stage < 0 or s.queues[t]["stage"] == stage):
            c = ordered.head(s.queues, t, s.contacts)
            mine = s.queues[t]["slope"] * now - s.contacts[c]["key1"]
            better = best < 0 or mine > points
            if not better and mine == points:
                better = s.contacts[c]["queued"] < s.contacts[best]["queued"]
            if better:
                best = c
                points = mine
        t = s.queues[t]["peer"]
        if t == q:
            return best


@handler
def _next_look(s, c, q):
    """When a contact in queue q is looked at again: its next stage, or a condition to be tested."""
    now = s.centre[0]["now"]
    queued = s.contacts[c]["queued"]
    time = queued + s.queues[q]["after"]
    if s.queues[q]["back"] >= 0:
        time = min(time, now + s.queues[q]["every"])
    t = s.queues[q]["trial"]
    while t >= 0:
        opens = queued + s.queues[t]["opens"]
        time = min(time, opens if opens > now else now + s.queues[t]["every"])
        t = s.queues[t]["beside"]
    return time


@inlined
def current_stage(s, c, q):
    """The stage that the contact's age has reached, from stage q onward."""
    now = s.centre[0]["now"]
    queued = s.contacts[c]["queued"]  # the same sum as the instant in the calendar: no rounding
    while now >= queued + s.queues[q]["after"]:
        if s.queues[q]["restart"]:
            return tried_stage(s, c, q)
        q = s.queues[q]["onward"]
    if s.queues[q]["trial"] >= 0 or s.queues[q]["back"] >= 0:
        return tried_stage(s, c, q)
    return q


current_stage_called = called(current_stage)


@handler
def points_now(s, c):
    """Points that contact c has in its plan at its age."""
    now = s.centre[0]["now"]
    contact = s.contacts[c]
    q = contact["queue"]
    while now >= contact["queued"] + s.queues[q]["after"] and not s.queues[q]["restart"]:
        q = s.queues[q]["onward"]
    return s.queues[q]["slope"] * (now - contact["queued"]) + contact["points"] + s.queues[q]["add"]


@handler
def only_looked(s, c, q):
    """A contact waiting in queue q looks whether a condition holds by now; if not, it looks again."""
    if tried(s, c, q) != q:
        return False
    s.contacts[c]["stamp"] += 1
    schedule_called(s, max(_next_look(s, c, q), s.centre[0]["now"]), pack(Event.STAGE, c, s.contacts[c]["stamp"]))
    return True


@inlined
def into_queue(s, c, q):
    """Put contact c, whose keys are set, among those of queue q."""
    ordered.insert(s.queues, q, s.contacts, c)
    if s.centre[0]["queue_words"] > 0 and q < s.centre[0]["shared_queues"]:
        mark(s, 0, q)


@inlined
def enqueue(s, c, q):
    """Make a contact wait in queue q (its keys are set), and schedule its next stage."""
    into_queue(s, c, q)
    s.contacts[c]["status"] = Status.WAITING
    s.contacts[c]["stamp"] += 1
    s.channels[s.contacts[c]["channel"]]["waiting"] += 1
    s.centre[0]["waiting"] += 1
    if s.centre[0]["hasty"]:
        waits_for(s, q, 1)
    if s.centre[0]["gauging"]:
        gauge_join(s, c)
    after = s.queues[q]["after"]
    if after < math.inf or s.queues[q]["trial"] >= 0 or s.queues[q]["back"] >= 0:
        time = s.contacts[c]["queued"] + after
        if s.queues[q]["trial"] >= 0 or s.queues[q]["back"] >= 0:
            time = _next_look(s, c, q)
        schedule(s, max(time, s.centre[0]["now"]), pack(Event.STAGE, c, s.contacts[c]["stamp"]))
    note(s, Log.QUEUED, c, -1, q)


@inlined
def dequeue(s, c):
    """Take a contact out of its queue."""
    ordered.remove(s.queues, s.contacts[c]["queue"], s.contacts, c)
    s.contacts[c]["stamp"] += 1
    s.channels[s.contacts[c]["channel"]]["waiting"] -= 1
    s.centre[0]["waiting"] -= 1
    if s.centre[0]["hasty"]:
        waits_for(s, s.contacts[c]["queue"], -1)
    if s.centre[0]["gauging"]:
        gauge_leave(s, s.contacts[c]["contact_type"])


dequeue_called = called(dequeue)
