"""Ordered sets over nodes that live in an array: the queues of contacts and the pools of agents.

A set is a *lane* (a doubly linked list kept in order by appending, constant cost: all that
first-in-first-out ever needs) plus a *pairing heap* for what arrives out of order (Fredman,
Sedgewick, Sleator and Tarjan 1986). Both are threaded through the nodes, so a set needs no memory
of its own and any node can be taken out. Order: key1, key2, lower index.
"""

from __future__ import annotations

from floorcast.model.core.jit import handler, inlined

NOWHERE = 0
LANE = 1
HEAP = 2


@inlined
def before(nodes, i, j):
    """True when node i stands before node j."""
    a = nodes[i]["key1"]
    b = nodes[j]["key1"]
    if a != b:
        return a < b
    a = nodes[i]["key2"]
    b = nodes[j]["key2"]
    if a != b:
        return a < b
    return i < j


@inlined
def _meld(nodes, a, b):
    if before(nodes, b, a):
        a, b = b, a
    child = nodes[a]["child"]
    nodes[b]["next"] = child
    if child >= 0:
        nodes[child]["prev"] = b
    nodes[b]["prev"] = a
    nodes[a]["child"] = b
    nodes[a]["prev"] = -1
    nodes[a]["next"] = -1
    return a


@handler
def _merge_children(nodes, first):
    """The two passes of a pairing heap; -1 when there are no children."""
    if first < 0:
        return -1
    pairs = -1
    current = first
    while current >= 0:
        a = current
        b = nodes[a]["next"]
        if b < 0:
            current = -1
            merged = a
        else:
            current = nodes[b]["next"]
            merged = _meld(nodes, a, b)
        nodes[merged]["next"] = pairs
        pairs = merged
    root = pairs
    current = nodes[root]["next"]
    while current >= 0:
        following = nodes[current]["next"]
        root = _meld(nodes, root, current)
        current = following
    nodes[root]["prev"] = -1
    nodes[root]["next"] = -1
    return root


@handler
def _push_heap(heads, h, nodes, i):
    nodes[i]["place"] = HEAP
    nodes[i]["child"] = -1
    nodes[i]["prev"] = -1
    nodes[i]["next"] = -1
    root = heads[h]["root"]
    heads[h]["root"] = i if root < 0 else _meld(nodes, root, i)


@handler
def _remove_heap(heads, h, nodes, i):
    root = heads[h]["root"]
    children = _merge_children(nodes, nodes[i]["child"])
    if root == i:
        heads[h]["root"] = children
        return
    left = nodes[i]["prev"]
    right = nodes[i]["next"]
    if nodes[left]["child"] == i:
        nodes[left]["child"] = right
    else:
        nodes[left]["next"] = right
    if right >= 0:
        nodes[right]["prev"] = left
    if children >= 0:
        heads[h]["root"] = _meld(nodes, root, children)


@inlined
def insert(heads, h, nodes, i):
    """Put node i (its keys are set) into set h."""
    heads[h]["n"] += 1
    last = heads[h]["last"]
    if last < 0:
        nodes[i]["place"] = LANE
        nodes[i]["prev"] = -1
        nodes[i]["next"] = -1
        heads[h]["first"] = i
        heads[h]["last"] = i
    elif before(nodes, last, i):
        nodes[i]["place"] = LANE
        nodes[i]["prev"] = last
        nodes[i]["next"] = -1
        nodes[last]["next"] = i
        heads[h]["last"] = i
    else:
        _push_heap(heads, h, nodes, i)


@inlined
def remove(heads, h, nodes, i):
    """Take node i out of set h, wherever it stands."""
    heads[h]["n"] -= 1
    if nodes[i]["place"] == LANE:
        left = nodes[i]["prev"]
        right = nodes[i]["next"]
        if left >= 0:
            nodes[left]["next"] = right
        else:
            heads[h]["first"] = right
        if right >= 0:
            nodes[right]["prev"] = left
        else:
            heads[h]["last"] = left
    else:
        _remove_heap(heads, h, nodes, i)
    nodes[i]["place"] = NOWHERE


@inlined
def head(heads, h, nodes):
    """The first node of set h, -1 when empty."""
    first = heads[h]["first"]
    root = heads[h]["root"]
    if root < 0:
        return first
    if first < 0 or before(nodes, root, first):
        return root
    return first
