"""The records of the model: enumerations and the dtypes of every structured array.

Times are seconds since the scenario's start, float64; NaN means never. Indices are int32, -1 none.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from floorcast.model.records.centre import CENTRE as CENTRE
from floorcast.model.records.events import Event as Event
from floorcast.scenario.catalogue.agent_rules import AgentRule as AgentRule
from floorcast.scenario.catalogue.causes import Cause as Cause

LINE = 64  # bytes of a line of the cache
ANY_SENTIMENT = 2


class Status(IntEnum):
    """Where a contact is now."""

    PENDING = 0  # created, but its instant has not come (a retry)
    WAITING = 1  # in a queue
    READY = 2  # holds a slot, wants attention
    WORKING = 3  # has an agent's attention
    THINKING = 4  # the customer thinks; the slot is kept
    AWAY = 5  # the customer thinks; the slot was released
    WRAPPING = 6  # after-contact work
    CLOSED = 7
    OFFERED = 8  # rings at an agent
    CONSULTING = 9  # its agent asks another
    DRAFTED = 10  # its answer waits to be approved, its agent is free


class Attention(IntEnum):
    """What an agent's attention is spent on while it has a contact."""

    WORK = 0
    WRAP_UP = 1
    RINGING = 2


class Outcome(IntEnum):
    """How a contact ended."""

    OPEN = 0
    HANDLED = 1
    ABANDONED = 2
    BLOCKED = 3
    TURNED_AWAY = 4
    DISCARDED = 5
    CLOSED_WITH_ANOTHER = 6
    LOST = 7
    CONTAINED = 8


class TimetableKind(IntEnum):
    """Kinds of timetable entries (known before the run), in their order at equal instants."""

    LEARNED = -1  # an agent has been trained for `value` milliseconds; before it comes back
    OPEN = 0
    CLOSE = 1
    OFF = 2
    ON = 3
    HEADCOUNT = 4  # so many agents of a group


class Log(IntEnum):
    """Kinds of entries of the optional event log."""

    ARRIVED = 0
    QUEUED = 1  # other = queue
    ACCEPTED = 2  # a slot was given
    BEGAN = 3  # attention starts
    PAUSED = 4  # attention was taken away by an interruption
    TURN_DONE = 5
    REPLIED = 6
    RELEASED = 7  # the slot was given back while the customer thinks
    WRAPPING = 8
    CLOSED = 9  # other = outcome
    STAGE = 10  # other = queue
    REQUEUED = 11
    RETRIES = 12  # other = the new contact
    ON = 13
    OFF = 14
    GONE = 15
    OPENED = 16  # other = channel
    SHUT = 17
    FOLLOWS = 18  # other = the new contact of the same issue
    ATTRACTS = 19  # other = the new post
    RISES = 20  # its issue has got another contact, or it was found to be about something else
    PASSED_ON = 21  # a short look: it belongs to another queue
    OFFERED = 30
    REFUSED = 31
    TRANSFERRED = 32  # other = the new contact type
    CONSULTS = 33  # other = the contact that stands for it
    BEGINS = 34  # other = row of the supervision
    ENDS = 35
    DRAFTED = 36  # other = the contact that stands for its approval
    REJECTED = 37
    PUBLISHED = 38
    STATED = 39  # other = row of `statements`; the contact is the incident's root
    HELD = 40  # a holding reply promises an answer
    COMES_AGAIN = 41  # other = the contact of another issue
    LEAVES = 42  # its customer leaves for good
    SURVEYED = 43  # other = 100 times the score
    EVALUATED = 44  # other = the contact that stands for its evaluation
    TALKED_OVER = 45
    ELSEWHERE = 46  # other = the contact type as which it is answered
    REMOVED = 47  # other = row of `plays`
    PEERS = 48  # another customer answered; other = 1 if that was right
    CONTRADICTED = 49
    REVISED = 50  # other = stars


class Leave(IntEnum):
    """What happens to a channel's open contacts when their agent leaves."""

    FINISH = 0
    HAND_OVER = 1
    REQUEUE = 2  # work at hand is broken off


class Clock(IntEnum):
    """The acceptable waiting time of a contact, where a rule looks at service levels."""

    RUNS = 0
    OVERDUE = 1
    ENDED = 2


class Job(IntEnum):
    """Work that may be more than the arrays have room for in one step."""

    NONE = 0
    HEADCOUNT = 1
    SUPERVISION = 2


class Halt(IntEnum):
    """Why the loop came back to Python."""

    DONE = 0
    CONTACTS_FULL = 1
    CALENDAR_FULL = 2
    LOG_FULL = 3
    PAUSED = 4

# Links of one ordered set: a lane (doubly linked, in order) or a pairing heap.
NODE_LINKS = [
    ("key1", "f8"),
    ("key2", "f8"),
    ("prev", "i4"),
    ("next", "i4"),
    ("child", "i4"),
    ("place", "i1"),  # 0 nowhere, 1 lane, 2 heap
]
HEAD_LINKS = [("first", "i4"), ("last", "i4"), ("root", "i4"), ("n", "i4")]

CONTACT = np.dtype(
    [
        *NODE_LINKS,
        ("status", "u1"),
        ("outcome", "u1"),
        ("cause", "u1"),
        ("contact_type", "i2"),
        ("channel", "i2"),
        ("turn", "u2"),
        ("turns", "u2"),
        ("stamp", "u2"),
        ("queue", "i4"),  # where it waits, -1 nowhere
        ("agent", "i4"),
        ("group", "i2"),
        ("attempt", "u1"),
        ("trigger", "u1"),
        ("key", "u8"),
        ("arrived", "f8"),
        ("queued", "f8"),  # its age in the queue counts from here
        ("patience", "f8"),
        ("work_left", "f8"),  # attention still needed in this turn, nominal until it begins
        ("began", "f8"),  # this stretch of attention
        ("accepted", "f8"),
        ("answered", "f8"),
        ("first_response", "f8"),
        ("ended", "f8"),
        ("worked", "f8"),
        ("wrapped", "f8"),
        ("replied", "f8"),  # the customer's last reply
        ("reply_wait", "f8"),
        ("points", "f8"),
        ("issue", "i4"),
        ("parent", "i4"),
        ("incident", "i4"),
        ("campaign", "i2"),
        ("replies", "u2"),
        ("sentiment", "i1"),
        ("language", "i1"),
        ("prior", "u2"),
        ("transfers", "u1"),
        ("started", "u1"),  # this turn's work has begun (and may have been interrupted)
        ("turn_outcome", "i1"),  # after this turn: n-th transfer of its type, -1 a consultation, 0 as usual
        ("early", "u1"),  # its slot is given back already, before the after-contact work
        ("fixed", "u1"),  # the work of this turn was given with it and is nobody's to change
        ("clock", "u1"),  # of its acceptable waiting time, for conditions on service level: see `Clock`
        ("reach", "f4"),
        ("value", "f4"),
        ("avoided", "u2"),  # posts it did not attract because it was answered
        ("flags", "u1"),
        ("resolved", "u1"),
    ],
    align=True,
)



def _in_lines(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The same record, padded to whole lines of the cache."""
    names = dtype.names or ()
    fields = [dtype.fields[name] for name in names] if dtype.fields else []
    return np.dtype(
        {
            "names": list(names),
            "formats": [field[0] for field in fields],
            "offsets": [field[1] for field in fields],
            "itemsize": -(-dtype.itemsize // LINE) * LINE,
        },
        align=True,
    )


AGENT = _in_lines(np.dtype(
    [
        # What nearly every event looks at comes first, in one line of the cache ...
        ("group", "i4"),
        ("held", "i4"),  # contacts held
        ("working", "i4"),  # contact that has its attention, -1 none
        ("last", "i4"),  # contact it worked on last
        ("first_held", "i4"),
        ("cell", "i4"),  # ledger row of `touched`
        ("pooled", "i2"),  # in how many pools it stands
        ("present", "u1"),  # takes new contacts
        ("leaving", "u1"),  # finishes what it holds, takes nothing new
        ("attention", "u1"),  # what `working` takes of it: see `Attention`
        ("logged_in", "u1"),
        ("barred", "u1"),  # gets nothing new for now: bits of layout_rules.Bar
        ("overtime", "u1"),
        ("touched", "f8"),  # ledger is written up to here
        ("cell_end", "f8"),
        ("units", "f8"),  # weight of the contacts held
        ("since", "f8"),  # available since
        # ... what a contact that begins or ends needs comes next, in another ...
        ("mask", "i8"),  # bit per channel held
        ("assigned", "f8"),  # last assignment
        ("secondary", "f8"),  # weight held of secondary capacity
        ("pace", "f8"),  # work takes so many times longer, always
        ("factor", "f8"),  # work takes so many times longer (new hires)
        ("knows", "f8"),  # share of what training teaches, at the instant `learned`
        ("rest", "i4"),  # row of `draws`: not available after a contact, -1 never
        ("haste", "i4"),  # ... while somebody waits that it may take
        ("rush", "i4"),  # ... while several wait
        ("handled", "i4"),  # contacts
        # ... and the rest is for those centres that have it.
        ("factor_days", "f8"),  # `factor` falls to 1 over so many days
        ("learned", "f8"),
        ("key", "u4"),
        ("offers", "u4"),  # picks so far
        ("rests", "u4"),  # so far
        ("handle", "f8"),  # seconds spent on them
        ("busy", "f8"),  # seconds of attention and wrap-up
        ("staffed", "f8"),
        ("barred_channels", "i8"),  # bit per channel that supervision keeps from it
        ("resting", "u1"),  # after a contact; it counts who waits
        ("rested", "f8"),  # since when
        ("law_since", "f8"),  # since when the law in force is
        ("left", "f8"),  # of this rest: a unit exponential, less the hazard that was
        ("ready", "f8"),  # not available until then
        ("talks", "f8"),  # until when it talks evaluations over
        ("owed", "i4"),  # evaluations that are still to be talked over with it
        ("evaluated", "i4"),  # conversations in the period `evaluated_in`
        ("evaluated_in", "i4"),
    ],
    align=True,
))

GROUP = np.dtype(
    [
        ("first", "i4"),
        ("n", "i4"),
        ("curve", "f8"),  # seconds of training to learn all but 1 / e of what is not known yet
        ("half_life", "f8"),  # of what is known, in seconds
        ("faster", "f8"),  # who knows all needs this share of the time less
        ("resolves", "f8"),  # ... and resolves this share of what would stay unresolved
        # Evaluations of its agents' conversations: see agents/evaluation.py.
        ("evaluation", "i4"),  # the contact type that stands for them, -1 none
        ("evaluation_most", "i4"),  # of an agent in a period
        ("evaluation_period", "f8"),
        ("evaluation_share", "f8"),
        ("evaluation_longer", "f8"),  # only conversations that took so long
        ("evaluation_sentiment", "i1"),  # ... of customers who feel so; `ANY_SENTIMENT`
        ("feedback", "f8"),  # the agent's own time for each
        ("teaches", "f8"),  # seconds of training that each is as good as
        ("units", "f8"),
        ("switching", "f8"),
        ("rating", "f8"),
        ("pool_from", "i4"),
        ("pool_to", "i4"),
        ("serve_from", "i4"),
        ("serve_to", "i4"),
        ("mask_from", "i4"),  # where its queues stand in `masks`, one block a rank; -1: `serves` is looked through
        ("mask_ranks", "i4"),
        ("idle", "i4"),  # present, holding nothing
        ("reserves", "u1"),  # some stage takes it only while so many of it are idle
        ("looking", "u1"),  # ... and they are to look around
        ("present", "i4"),
        ("surplus", "i4"),  # of them, so many are to leave: whoever is next to finish what it works on
        ("capacity", "f8"),  # weight of what an agent can hold, by the total or else by the channels
        ("hasty", "u1"),  # some of its agents rest less while somebody waits
        ("wanted", "i4"),  # ... and so many wait that it may take
        ("overtime", "u1"),  # nobody goes home
        ("pull", "i4"),  # row of `draws`: how long its agents take to pick, -1 they are given contacts
        ("secondary", "f8"),  # secondary capacity
        ("choose", "i4"),  # how it chooses between queues of one rank, see layout_rules.Choose
        ("share_from", "i4"),
        ("share_to", "i4"),
    ],
    align=True,
)

# What one group's agents may hold of one channel; row group * channels + channel.
CAPACITY = np.dtype(
    [
        ("most", "i4"),
        ("units", "f8"),
        ("kept_out_by", "i8"),  # held channels that keep this one out
        ("interrupts", "i8"),  # channels whose attention this one may take
        ("secondary", "u1"),  # takes from the secondary capacity
    ],
    align=True,
)

CHANNEL = np.dtype(
    [
        ("open", "u1"),
        ("turns_away", "u1"),
        ("holds_slot", "u1"),
        ("exclusive", "u1"),  # needs free attention at once (phone)
        ("leave", "u1"),
        ("early", "u1"),  # the slot is given back before the after-contact work
        ("barred", "u1"),  # closed to new contacts by supervision
        ("lines", "i8"),
        ("queue_limit", "i8"),
        ("release_after", "f8"),
        ("sticky", "f8"),
        ("in_system", "i8"),
        ("waiting", "i8"),
    ],
    align=True,
)


CONTACT_TYPE = np.dtype(
    [
        ("channel", "i4"),
        ("entry", "i4"),  # first test of the routing rules; below 0: ~leaf
        ("transfer_from", "i4"),  # rows of `transfers`
        ("transfer_to", "i4"),
        ("consult", "f8"),  # probability
        ("consult_type", "i4"),
        ("clock", "i4"),  # which instant its acceptable waiting time ends with, see layout_rules.Due
        ("gauge_from", "i4"),  # rows of `gauge_of`: the gauges it counts in
        ("gauge_to", "i4"),
        ("turns", "i4"),  # rows of `draws`, -1 none
        ("work", "i4"),
        ("think", "i4"),
        ("wrap_up", "i4"),
        ("patience", "i4"),
        ("rest", "i4"),  # row of `draws`: its agent is not available after it, -1
        ("mean_from", "i4"),  # rows of `knots`: from instant u on, work takes x times as long
        ("mean_to", "i4"),
        ("calm_from", "i4"),  # ... patience lasts x times as long
        ("calm_to", "i4"),
        ("reach", "i4"),
        ("value", "i4"),
        ("crowd_from", "i4"),  # rows of `mixes`: patience of who arrives when so many wait
        ("crowd_to", "i4"),
        ("retry_delay", "i4"),
        ("retry", "f8"),
        ("retry_most", "i4"),
        ("retry_same", "u1"),
        ("abandons", "u1"),
        ("attributes", "u1"),  # any of sentiment, trigger, language is drawn
        ("mix_from", "i4"),  # rows of `mixes`: where a retry goes
        ("mix_to", "i4"),
        ("language_from", "i4"),
        ("language_to", "i4"),
        ("negative", "f8"),
        ("neutral", "f8"),
        ("trigger", "f8"),
        ("points", "f8"),
        ("aim", "f8"),  # acceptable waiting time
        ("order", "i4"),
        ("play_from", "i4"),  # rows of `plays`
        ("play_to", "i4"),
        ("meter_from", "i4"),  # rows of `meter_of`
        ("meter_to", "i4"),
        ("traits", "i4"),  # bits of Trait
    ],
    align=True,
)

DRAW = np.dtype(
    [("kind", "i4"), ("a", "f8"), ("b", "f8"), ("zero", "f8"), ("knot_from", "i4"), ("knot_to", "i4")],
    align=True,
)
KNOT = np.dtype([("u", "f8"), ("x", "f8")], align=True)
MIX = np.dtype([("up_to", "f8"), ("value", "i4")], align=True)

TIMETABLE = np.dtype([("time", "f8"), ("kind", "i4"), ("who", "i4"), ("value", "i4")], align=True)
ENTRY = np.dtype([("time", "f8"), ("what", "i8")])
LEDGER = np.dtype(
    [("present", "f8"), ("working", "f8"), ("wrapping", "f8"), ("held", "f8"), ("paid", "f8")]
)
LOG = np.dtype(
    [("time", "f8"), ("kind", "u1"), ("contact", "i4"), ("agent", "i4"), ("other", "i4")], align=True
)
# Row group * types + type. evaluated: the group's conversations of the type are looked at.
FIT = np.dtype([("level", "f8"), ("factor", "f8"), ("evaluated", "u1")], align=True)
