"""The records of routing on the state of the centre: gauges, shares, scores of agents."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from floorcast.scenario.catalogue.attributes import Attribute as Attribute


class Choose(IntEnum):
    """How a group chooses between queues of one rank."""

    POINTS = 0
    SHARES = 1
    RATIO = 2
    WEIGHTS = 3


class Among(IntEnum):
    """How a contact chooses between groups of one rank."""

    RULE = 0
    IDLE_WEIGHTS = 1
    ALLOCATE = 2


class Due(IntEnum):
    """Which instant ends a contact's acceptable waiting time."""

    ANSWERED = 0
    ACCEPTED = 1
    FIRST_RESPONSE = 2
    RESOLVED = 3


REFUSALS = 6  # so many agents who did not take a contact are remembered
TICKS = 30  # steps of a moving window of service level

GAUGE = np.dtype(
    [
        ("waiting", "i8"),
        ("since", "f8"),  # the last contact was answered, or somebody began to wait
        ("gap", "f8"),  # seconds between answers while somebody waits, smoothed
        ("step", "f8"),  # seconds of one tick of the window, 0: no window
        ("ring", "i4"),  # first row of `ticks`
        ("tick", "i8"),  # number of the newest tick
        ("good", "i8"),  # sums over the window
        ("all", "i8"),
        ("overdue", "i8"),  # contacts whose time is over and who still wait
    ],
    align=True,
)
TICK = np.dtype([("good", "i8"), ("all", "i8")])

# What a group has taken of one of the parts that it should hold.
SHARE = np.dtype([("served", "f8"), ("weight", "f8"), ("gauge", "i4")], align=True)
# Row group * types + type (of queues) or link (of groups): its share, -1 none, and its weight.
BIAS = np.dtype([("share", "i4"), ("weight", "f8")], align=True)
SCORE = np.dtype(
    [
        ("skill", "f8"),
        ("rating", "f8"),
        ("idle", "f8"),  # per second
        ("active", "f8"),
        ("spare", "f8"),
        ("occupancy", "f8"),
        ("handled", "f8"),
        ("handle_time", "f8"),  # per second
    ],
    align=True,
)

WEIGHTS = np.dtype(  # points at arrival, one row
    [
        ("negative", "f8"),
        ("neutral", "f8"),
        ("positive", "f8"),
        ("reach", "f8"),
        ("value", "f8"),
        ("prior", "f8"),
        ("trigger", "f8"),
        ("purchase", "f8"),  # for one right now
        ("purchase_within", "f8"),  # seconds after which it counts no more
        ("activity", "f8"),
        ("prior_within", "f8"),  # seconds; inf: all contacts of the issue count
        ("mood", "f8"),  # for each point below the usual
        ("earlier", "f8"),  # for each earlier issue
        ("history", "u1"),  # purchase or activity counts
        ("any", "u1"),
    ],
    align=True,
)

class Bar(IntEnum):
    """Why an agent gets nothing new."""

    NOT_READY = 1
    PASSED_OVER = 2
    PICKING = 4
    TALKS = 8  # an evaluation is to be talked over with it
    CHANNELS = 16  # but only on some channels: the bits of `shut`


ALL_BARS = 31
NOTHING_NEW = 15


ALL_AGENTS = 2**30  # in place of a number of agents of a group


class ActionKind(IntEnum):
    """What supervision does."""

    MODE = 0
    ADD = 1
    REMOVE = 2
    OVERTIME = 3
    CLOSE = 4
    POLICY = 5
    STATEMENT = 6
    PAUSE = 7


# Beside every contact, where offers or returning customers are kept track of.
CASE = np.dtype(
    [
        ("offers", "u2"),
        ("refused", "u2"),
        ("last_agent", "i4"),  # of an issue's first contact: 1 + the agent who had the issue last
        ("last_handled_at", "f8"),
    ],
    align=True,
)
OFFER = np.dtype(
    [
        ("on", "u1"),
        ("answer", "i4"),  # row of `draws`
        ("time_out", "f8"),
        ("declined", "f8"),
        ("reset", "u1"),  # its age starts again
        ("again", "u1"),
        ("after_time_out", "f8"),
        ("after_decline", "f8"),
    ],
    align=True,
)
TRANSFER = np.dtype(
    [
        ("probability", "f8"),
        ("mix_from", "i4"),
        ("mix_to", "i4"),
        ("after", "i4"),  # row of `draws`, -1 the whole turn
        ("reset", "u1"),
    ],
    align=True,
)
TRIGGER = np.dtype(
    [
        ("entry", "i4"),  # first test
        ("until", "i4"),
        ("own_end", "u1"),  # ends by `until`, not when `entry` holds no longer
        ("every", "f8"),
        ("at_least", "f8"),
        ("on", "u1"),
        ("since", "f8"),
        ("do_from", "i4"),
        ("do_to", "i4"),
    ],
    align=True,
)
ACTION = np.dtype([("kind", "i4"), ("group", "i4"), ("channel", "i4"), ("value", "i4")], align=True)
