"""The records of routing: queues, the groups they lead to, pools of agents, tests and leaves of rules."""

from __future__ import annotations

import numpy as np

from floorcast.model.records.layout import HEAD_LINKS, NODE_LINKS

QUEUE = np.dtype(
    [
        *HEAD_LINKS,
        ("channel", "i4"),
        ("contact_type", "i4"),
        ("slope", "f8"),  # points per second waited
        ("add", "f8"),
        ("link_from", "i4"),
        ("link_to", "i4"),
        ("mask_from", "i4"),  # where its pools stand in `masks`, one block a rank; -1: `links` is looked through
        ("mask_ranks", "i4"),
        ("rule", "i4"),
        ("after", "f8"),  # at this age the contact moves on, inf never
        ("onward", "i4"),  # ... to this queue
        ("choose", "i4"),  # how it chooses between groups of one rank, see layout_rules.Among
        ("trial", "i4"),  # the next stage with a condition that may follow, -1 none
        ("beside", "i4"),  # ... of a stage with a condition: the one after it, should it not begin
        ("stage", "i4"),  # of its plan
        ("book", "i4"),  # the rule book that the plan is of
        ("start", "i4"),  # the queue in which the plan begins
        ("peer", "i4"),  # the next queue of the same type and plan, in a circle
        ("gauge", "i4"),  # whose expected further wait counts, -1 none
        ("restart", "u1"),  # moving on from here, its age starts again
        ("guard", "i4"),  # a stage with a condition: first test of it
        ("opens", "f8"),  # ... tested from this age
        ("every", "f8"),  # ... as often
        ("back", "i4"),  # when its condition is over the contact goes back to this queue, -1 it stays
    ],
    align=True,
)

# Words of `busy` and `masks`: of 2 ** BITS bits; LOW_BITS give a bit's place within its word.
BITS = 5
LOW_BITS = 2**BITS - 1

LINK = np.dtype(  # queue -> group
    [("group", "i4"), ("rank", "i4"), ("pool", "i4"), ("reserve", "i4")], align=True
)

SERVE = np.dtype([("queue", "i4"), ("rank", "i4"), ("reserve", "i4")], align=True)  # group -> queue

POOL = np.dtype(
    [
        *HEAD_LINKS,
        ("group", "i4"),
        ("channel", "i4"),
        ("rule", "i4"),
        ("offset", "i4"),  # its first node
        ("level", "f8"),  # proficiency of the group, for the rules on skill
        ("then", "i4"),  # rule among equals, -1 longest idle
        ("score", "i4"),  # row of `scores`
        ("contact_type", "i4"),  # whose skill or work counts, -1 none
        ("target", "f8"),  # part of the work that this type should be
        ("bag", "u1"),  # in no order: by chance, or what counts changes while time goes by
    ],
    align=True,
)

NODE = np.dtype([*NODE_LINKS, ("member", "i4")], align=True)

TEST = np.dtype(
    [
        ("attribute", "i4"),
        ("of", "i4"),  # gauge or group that the attribute is of
        ("low", "f8"),
        ("high", "f8"),  # holds when low <= value < high
        ("yes", "i4"),  # next test, or ~leaf
        ("no", "i4"),
    ],
    align=True,
)

LEAF = np.dtype([("queue", "i4"), ("discard", "i4"), ("add", "f8")], align=True)
