"""The clocks by which contacts are timed, and the times that follow from their records, as numbers."""

from __future__ import annotations

from enum import IntEnum


class Clock(IntEnum):
    """What stops a clock: the places of CLOCKS in the catalogue."""

    ACCEPTED = 0
    ANSWERED = 1
    FIRST_RESPONSE = 2
    RESOLVED = 3


class Times(IntEnum):
    """Times of a contact in seconds, NaN where there is none."""

    WAIT = 0  # until an agent's attention, or a slot where that is the type's clock
    TO_OWN_CLOCK = 1  # until the stamp of the type's clock
    LIFE = 2  # to the end of the contact or of the run; what is lost is owed to its end
    RESOLUTION = 3  # to the end of the handled
    UNANSWERED_AGE = 4  # at the end of the run of what still has no first response, or never will
    WAIT_OR_GONE = 5  # the wait, or how long one held out who abandoned without
    FIRST_RESPONSE = 6  # to the first response


class Followed(IntEnum):
    """What became of an issue or an incident, at the place of its first contact."""

    CONTACTS = 0  # of the issue
    HOPS = 1  # contacts of it that came by another channel than what they follow
    SOLVED = 2  # when it was first resolved by an answer of its own, NaN never
    CLOSED = 3  # whether it was resolved with another
    POSTS = 4  # of the incident
    LAST_POST = 5  # when the last of them came
