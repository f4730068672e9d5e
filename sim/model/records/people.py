"""The records of customers who live longer than an issue, surveys, reputation; see ``layout`` for the others."""

from __future__ import annotations

import numpy as np

# One row per customer, at most 64 bytes; a row of zeros is one whom nobody has met yet. Who they are (tier,
# language) is drawn when they first come, so that a large population costs nothing by itself.
CUSTOMER = np.dtype(
    [
        ("mood", "f8"),  # at the instant `since`
        ("since", "f8"),
        ("issues", "u2"),  # begun so far, at most 65535
        ("met", "u1"),
        ("left", "u1"),  # for good
        ("tier", "u1"),
        ("language", "i1"),
        ("prefers", "i2"),  # channel, -1 none
        ("weary", "f4"),  # surveys that asked, those of long ago half forgotten, at the instant `asked_at`
        ("asked_at", "f4"),
    ],
    align=True,
)

# What the scenario says of them all: one row.
POPULATION = np.dtype(
    [
        ("size", "i8"),  # 0: nobody is known
        ("heavy_share", "f8"),
        ("heavy_contacts", "f8"),
        ("loyal", "f8"),
        ("tier_from", "i4"),  # rows of `mixes`
        ("tier_to", "i4"),
        ("language_from", "i4"),
        ("language_to", "i4"),
        ("valued", "u1"),  # the tiers' values stand in place of the contact types'
        ("usual", "f8"),
        ("weight", "f8"),
        ("half_life", "f8"),
        ("angrier", "f8"),
        ("again", "f8"),
        ("again_delay", "i4"),
        ("again_from", "i4"),
        ("again_to", "i4"),
        # How content a contact leaves its customer, see measures/customers/satisfaction.
        ("best", "f8"),
        ("waiting", "f8"),
        ("unresolved", "f8"),
        ("broken", "f8"),
        ("rating", "f8"),
        ("unanswered", "f8"),
        ("promoter", "f8"),
        ("detractor", "f8"),
        # Surveys that ask too often, answers that contradict each other.
        ("wearies", "f8"),  # each survey takes this share of the answers to the next
        ("weary_half_life", "f8"),
        ("rest", "f8"),  # seconds in which nobody is asked again
        ("clash", "f8"),
        ("clash_known", "f8"),
        ("clash_costs", "f8"),
        ("clash_repeat", "f8"),
        ("clash_own", "u1"),  # who is told both comes back as said here, not as the contact type says
        ("clash_delay", "i4"),
        ("clash_from", "i4"),
        ("clash_to", "i4"),
        ("clash_most", "i4"),
        # What people say.
        ("reputed", "u1"),
        ("said_usually", "f8"),
        ("said_weight", "f8"),
        ("said_half_life", "f8"),
        ("said_public", "f8"),
        ("said_volume", "f8"),  # more contacts per point below usual, as a share; below 0: fewer
        ("said_most", "f8"),
        ("said_mood", "f8"),
    ],
    align=True,
)
TIER = np.dtype([("value", "f4"), ("base", "f8"), ("let_down", "f8")], align=True)
LIKING = np.dtype([("first", "i8"), ("n", "i8")], align=True)  # by channel: the customers who prefer it
SURVEY = np.dtype(
    [
        ("share", "f8"),
        ("after", "i4"),  # row of `draws`
        ("curve_from", "i4"),  # rows of `knots`: who answers, by score
        ("curve_to", "i4"),
        ("halo", "f8"),
        ("to", "i4"),  # contact type of follow-ups, -1 none
        ("below", "f8"),
        ("follow_up", "f8"),
    ],
    align=True,
)
# A moving window of what rules look at: scores, promoters, the angry, reach.
METER = np.dtype(
    [
        ("kind", "i4"),  # Attribute
        ("surveyed", "u1"),  # scores: of answers to surveys, not of all contacts
        ("step", "f8"),  # seconds of one tick
        ("ring", "i4"),  # first row of `marks`
        ("tick", "i8"),
        ("sum", "f8"),
        ("number", "f8"),
    ],
    align=True,
)
MARK = np.dtype([("sum", "f8"), ("number", "f8")])
