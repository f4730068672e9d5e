"""Every cause of a contact: why it exists, in words, and which measure counts it; one row each.

The trace says these words, records and cubes these names; measures that count a cause find it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Cause(IntEnum):
    """Why a contact exists. Work between agents comes last, from `APPROVAL` on."""

    SOURCE = 0
    BACKLOG = 1
    RETRY = 2
    CHASE = 3
    REPEAT = 4
    PUBLIC = 5
    CASCADE = 6
    MOVED = 7
    AGAIN = 8
    FOLLOW_UP = 9
    APPROVAL = 10
    CONSULT = 11
    HOLDING = 12
    EVALUATION = 13
    MODERATION = 14


@dataclass(frozen=True)
class Row:
    """One cause.

    words: how the trace goes on after "contact 7 arrives", with the contact it comes from as `{parent}`
    and how old it is as `{age}`. measure: the measure that counts such contacts, if there is one. between_agents: no
    customer's contact, but work that stands for another.
    """

    cause: Cause
    words: str
    measure: str = ""
    between_agents: bool = False

    @property
    def name(self) -> str:
        """As records and cubes call it."""
        return self.cause.name.lower()


_ROWS = (
    Row(Cause.SOURCE, ""),
    Row(Cause.BACKLOG, " with the backlog, {age} old", "carried_in"),
    Row(Cause.RETRY, ": contact {parent} tries again", "retrials"),
    Row(Cause.CHASE, ": the customer of contact {parent} asks again, unanswered so far", "chasers"),
    Row(Cause.REPEAT, ": the customer of contact {parent} comes back, the issue is not resolved", "repeats"),
    Row(Cause.PUBLIC, ": the customer of contact {parent} goes public", "went_public"),
    Row(Cause.CASCADE, ": attracted by contact {parent}", "attracted"),
    Row(Cause.MOVED, ": contact {parent} goes on in private", "moved"),
    Row(Cause.AGAIN, ": another issue, sooner, of a customer who was let down", "came_again"),
    Row(Cause.FOLLOW_UP, ": a call back after the answer to a survey on contact {parent}", "followed_up"),
    Row(Cause.APPROVAL, ": approval of the answer to contact {parent}", between_agents=True),
    Row(Cause.CONSULT, ": advice on contact {parent}", between_agents=True),
    Row(Cause.HOLDING, ": a holding reply to contact {parent}", between_agents=True),
    Row(Cause.EVALUATION, ": evaluation of contact {parent}", between_agents=True),
    Row(Cause.MODERATION, ": whether to take down contact {parent}", between_agents=True),
)
CAUSES: dict[Cause, Row] = {row.cause: row for row in _ROWS}
BETWEEN_AGENTS: tuple[Cause, ...] = tuple(row.cause for row in _ROWS if row.between_agents)
COUNTED: dict[str, Cause] = {row.measure: row.cause for row in _ROWS if row.measure}
