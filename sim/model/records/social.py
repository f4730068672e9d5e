"""The records of issues, incidents and listening; see ``layout`` for the others."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from floorcast.model.records.layout import HEAD_LINKS, NODE_LINKS


class Trait(IntEnum):
    """Which behaviours of customers and of the public a contact type has; none costs nothing."""

    CASCADE = 1
    LISTEN = 2
    BOT = 4
    CALLBACK = 8
    WINDOW = 16
    CHASE = 32
    PUBLIC = 64
    REPEAT = 128
    PRIVATE = 256
    RESOLUTION = 512
    HISTORY = 1024
    REMEMBERS = 2048  # how content each contact leaves its customer
    SAYS = 4096  # what a post says: whether it needs an answer, words, stars
    COMMUNITY = 8192


class Flag(IntEnum):
    """What befell a contact (bits of ``flags``)."""

    MISSED = 1  # relevant, but the classifier dropped it
    NOISE = 2  # not relevant, but passed on
    MISROUTED = 4  # taken for another subject
    MISREAD = 8  # taken for another sentiment
    MOVED = 16  # went on in private
    CALLBACK = 32  # the customer is called back
    TRIAGE = 64  # the next look at it is a short one (triage, wrong subject)
    TEMPLATE = 128  # answered from a template


class Mark(IntEnum):
    """What befell a contact beside its flags (bits of ``marks`` of its issue)."""

    NEEDLESS = 1  # it needs no answer
    ELSEWHERE = 2  # answered on another channel than it came
    UNSEEN = 4  # ... of which the public knows nothing
    REMOVED = 8  # hidden or deleted
    NOTICED = 16  # ... and its author knows
    PEERS = 32  # answered by another customer
    CONTRADICTED = 64  # its answer contradicts another of the issue
    REVISED = 128  # the review has more stars than it had


class Resolved(IntEnum):
    """Whether a contact is resolved (``resolved``), and by whose answer."""

    NOT = 0
    OWN = 1  # an answer to the customer's own issue
    ANOTHER = 2  # a public answer to another post of the incident


# Beside every contact, where a scenario has issues, incidents or listening to keep track of.
# Contact ids in `newest` and `older` are one too high, so that a row of zeros means nothing.
ISSUE = np.dtype(
    [
        *NODE_LINKS,  # in the incident's set of posts that have seen no answer yet: in order of posting
        *HEAD_LINKS,  # the root's: that set
        ("posts", "i4"),  # posts attracted (or avoided) so far
        ("backfires", "i4"),  # ... by a poor answer
        ("kernel", "i4"),  # draw of their delays
        ("mass", "f8"),  # posts that this one attracts on average
        ("drawn", "f8"),  # of that mass, used up
        ("backfire_mass", "f8"),
        ("backfire_drawn", "f8"),
        ("newest", "i4"),  # the issue's first contact's: the latest contact of the issue
        ("older", "i4"),  # the contact of the issue before this one
        ("count", "i4"),  # the issue's first contact's: further contacts
        ("chases", "i4"),  # ... of which chasers
        ("repeats", "i4"),
        ("true_type", "i2"),
        ("true_sentiment", "i1"),
        ("settled", "u1"),  # ... the issue is resolved
        ("public", "u1"),  # ... the customer has gone public
        ("heard", "f8"),  # when it reached the centre, NaN never
        ("eased", "f8"),  # when its customer saw another's answer that does for it, NaN never
        ("drafted", "f8"),  # when its first draft went to be approved, NaN never
        ("approving", "f8"),  # seconds that drafts waited for approval
        ("promised", "f8"),  # until when a holding reply promised an answer, NaN none
        ("quality", "f4"),  # of the template in use, 0 none
        ("damped", "f4"),  # the root's: part of further spreading that a statement has ended
        ("play", "i4"),  # row of `plays` that asks for approval
        ("drafts", "u1"),  # that were rejected
        ("customer", "i4"),  # who it is, -1 nobody known
        ("mood", "f4"),  # ... when it came, 0 unknown
        ("after", "f4"),  # ... after it, NaN it has not moved it
        ("score", "f4"),  # how content it left its customer, NaN not (yet)
        ("opinion", "f4"),  # what the customer would answer to a survey
        ("said", "f4"),  # reputation when it came
        ("before", "u2"),  # earlier issues of the customer
        ("tier", "u1"),
        ("left", "u1"),  # after it the customer left for good
        ("asked", "u1"),  # 1 a survey asked, 2 and it was answered
        ("marks", "u1"),
        ("stars", "u1"),  # of a review, 0 none
        ("words", "u4"),  # bits
        ("reply", "i4"),  # 1 + the row of `plays` that says how it is answered
    ],
    align=True,
)

class PlayKind(IntEnum):
    """What a policy does about answers."""

    APPROVAL = 0
    TEMPLATE = 1
    HOLDING = 2
    REPLY = 3
    MODERATION = 4


# What a policy does about the answers to one contact type; of a kind the first whose test holds.
PLAY = np.dtype(
    [
        ("kind", "i4"),
        ("entry", "i4"),  # first test
        ("to", "i4"),  # contact type of what agents do, -1 it happens by itself; of replies: where, -1 as it came
        ("work", "f8"),  # factor: of a template, of the work on a rejected draft
        ("quality", "f8"),
        ("rejected", "f8"),
        ("most", "i4"),
        ("after", "f8"),
        ("promise", "f8"),
        ("seen", "f8"),  # share of replies elsewhere of which the public sees that there was one
        ("noticed", "f8"),  # share of what is moderated that is found out
        ("backfire", "f8"),  # posts that this attracts
    ],
    align=True,
)
STATEMENT = np.dtype(
    [
        ("campaign", "i4"),
        ("key", "u8"),
        ("delay", "i4"),  # row of `draws`
        ("closes", "f8"),
        ("spreading", "f8"),
        ("poor", "f8"),
        ("backfire", "f8"),
        ("made", "f8"),  # when it was published, NaN not yet
        ("due", "u1"),  # it is being prepared
        ("root", "i4"),
        ("drawn", "f8"),
        ("backfires", "i4"),
    ],
    align=True,
)
FORCE = np.dtype([("seconds", "f8"), ("begins", "i4")], align=True)  # row line * intervals + interval

# What customers and the public do, a row per contact type; read only where `traits` says so.
# Names that end in _from, _to are rows of `mixes`; *_delay and the like are rows of `draws`.
BEHAVIOUR = np.dtype(
    [
        ("resolution", "f8"),
        ("skill", "f8"),
        ("repeat", "f8"),
        ("repeat_delay", "i4"),
        ("repeat_from", "i4"),
        ("repeat_to", "i4"),
        ("repeat_most", "i4"),
        ("chase", "f8"),
        ("chase_from", "i4"),
        ("chase_to", "i4"),
        ("chase_most", "i4"),
        ("public_wait", "f8"),
        ("public_after", "f8"),  # seconds
        ("public_abandoned", "f8"),
        ("public_unresolved", "f8"),
        ("public_delay", "i4"),
        ("public_from", "i4"),
        ("public_to", "i4"),
        ("private", "f8"),
        ("private_delay", "i4"),
        ("private_from", "i4"),
        ("private_to", "i4"),
        ("branching", "f8"),
        ("typical", "f8"),
        ("power", "f8"),
        ("most", "f8"),
        ("negative", "f8"),
        ("neutral", "f8"),
        ("positive", "f8"),
        ("kernel", "i4"),
        ("cascade_from", "i4"),
        ("cascade_to", "i4"),
        ("residual", "f8"),
        ("closes", "f8"),
        ("backfire", "f8"),
        ("poll", "f8"),
        ("relevant", "f8"),
        ("recall", "f8"),
        ("false_positives", "f8"),
        ("late", "f8"),
        ("late_after", "i4"),
        ("triage", "i4"),
        ("sentiment_accuracy", "f8"),
        ("subject_accuracy", "f8"),
        ("others_from", "i4"),
        ("others_to", "i4"),
        ("look", "i4"),
        ("known_work", "f8"),  # factors where the issue has earlier contacts
        ("known_resolution", "f8"),
        ("bot_takes", "i4"),
        ("contains", "f8"),
        ("window", "f8"),
        ("callback_after", "f8"),
        ("callback", "f8"),
        ("purchase", "i4"),  # draws: how long ago the last one was, how active the customer is
        ("activity", "i4"),
        ("expects", "f8"),  # seconds that customers expect to wait
        ("survey", "i4"),  # row of `surveys`, -1 none
        ("open", "u1"),  # everybody can read it
        ("need_negative", "f8"),  # share that needs an answer
        ("need_neutral", "f8"),
        ("need_positive", "f8"),
        ("words_from", "i4"),  # up_to: share of the posts that carry word `value`
        ("words_to", "i4"),
        ("negative_from", "i4"),  # stars, by sentiment
        ("negative_to", "i4"),
        ("neutral_from", "i4"),
        ("neutral_to", "i4"),
        ("positive_from", "i4"),
        ("positive_to", "i4"),
        ("revised", "f8"),
        ("revised_to", "i4"),
        ("peers", "f8"),  # share that another customer answers
        ("peers_after", "i4"),
        ("peers_right", "f8"),
        ("peers_repeat", "f8"),
        ("peers_delay", "i4"),
        ("peers_from", "i4"),
        ("peers_to", "i4"),
        ("peers_most", "i4"),
    ],
    align=True,
)
