"""The record of the centre as a whole: the instant, counters, and what this run has to keep track of."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Branch(IntEnum):
    """Where handlers go one way for each member of an enumeration."""

    EVENT = 1
    TIMETABLE = 2
    ACTION = 3
    CAUSE = 4
    SOURCE = 5
    ATTRIBUTE = 6
    AGENT_RULE = 7
    CHOICE = 8


CENTRE = np.dtype(
    [
        ("now", "f8"),
        ("horizon", "f8"),
        ("interval", "f8"),
        ("intervals", "i8"),
        ("channels", "i8"),
        ("types", "i8"),
        ("contacts", "i8"),
        ("calendar", "i8"),
        ("sources", "i8"),
        ("timetable", "i8"),
        ("events", "i8"),
        ("log", "i8"),
        ("logging", "u1"),
        ("personal", "i4"),  # first personal queue, -1 none
        ("shared_queues", "i4"),  # those in front of the personal ones
        ("queue_words", "i4"),  # words of `busy` that are of queues; 0: no group or queue has use for them
        ("pool_words", "i4"),
        ("wide", "u1"),  # so many agents that they fit no cache
        ("waiting", "i8"),
        ("seed0", "u8"),
        ("seed1", "u8"),
        ("finished", "u1"),
        ("week", "f8"),  # seconds from Monday 00:00 to the start
        ("mode", "i4"),
        ("policy", "i4"),  # which rule book is in force, 0 the policy's own
        ("campaigns", "i4"),
        ("gauging", "u1"),  # something tests the state of the queues
        ("due", "u1"),  # ... or the service level
        ("tracking", "u1"),  # an agent rule looks at agents' past work
        ("efforts", "u1"),  # ... by type
        ("lifting", "u1"),  # expected further waits order the queues
        ("rerouting", "u1"),  # rules are asked again at stages
        ("settled", "u1"),  # ... and not when a contact comes back to the queue
        ("statements", "u1"),  # there may be statements: posts are remembered until they see an answer
        ("social", "u1"),  # a row of `issues` stands beside every contact
        ("moderates", "u1"),  # posts may be hidden or deleted as they come
        ("remembers", "u1"),  # ... and how content it left its customer
        ("evaluating", "u1"),  # some group's conversations are evaluated
        ("many", "u1"),  # so many customers that they fit no cache
        ("metering", "u1"),  # rules look at scores, the angry, reach
        ("said", "f8"),  # sum of what is said, and of its weights, at an instant; both fade
        ("said_weight", "f8"),
        ("said_at", "f8"),
        ("offering", "u1"),  # some channel rings, or Python is asked
        ("asking", "i8"),  # address of the function that is asked for decisions, 0 none
        ("returning", "u1"),  # customers who return go to the agent they know
        ("returning_within", "f8"),
        ("returning_wait", "f8"),
        ("hasty", "u1"),  # some group is
        ("cases", "u1"),  # a row of `cases` stands beside every contact
        # What one step may add to the calendar beside what the waiting contacts may, see core/room.py.
        ("spare", "i8"),
        ("most_held", "i8"),  # contacts that one agent ever held at once
        ("spilled", "u1"),  # an array was full when something was to be added
        ("branch", "u1"),  # a handler met a member it has no branch for: see `Branch`
        ("member", "i8"),
        # Work that one step has not finished, and which goes before all else: see `Job`.
        ("job", "u1"),
        ("job_row", "i8"),  # of the timetable, or of `triggers`
        ("job_do", "i8"),  # row of `actions`
        ("job_at", "i8"),  # the next agent of its group, -1 not begun
        ("job_begins", "u1"),  # the row of `triggers` begins, or ends
        ("job_left", "i8"),  # agents still to be called in
    ],
    align=True,
)
