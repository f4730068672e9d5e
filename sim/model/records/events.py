"""Every kind of calendar entry: what it is about, in words; one row each.

`step.py` sends each to its handler; one without a handler ends the run with an error that names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Event(IntEnum):
    """Kinds of calendar entries, in their order at equal instants."""

    WORK_DONE = 1
    WRAP_DONE = 2
    REPLY = 3
    RELEASE = 4
    STAGE = 5
    RETRY = 6
    PATIENCE = 7
    OFFER_OVER = 8
    READY_AGAIN = 9
    PICK = 10
    SUPERVISE = 11
    REROUTE = 12
    OVERDUE = 13
    HAND_BACK = 14
    LOOK_AROUND = 15
    FOLLOW = 20
    POST = 21
    BACKFIRE = 22
    HEARD = 23
    PUBLIC_COMPLAINT = 24
    WINDOW = 25
    LOOKED = 26
    DECIDED = 27
    STATEMENT = 28
    ECHO = 29
    HOLD = 30
    ANOTHER = 31
    FELT = 32
    SURVEYED = 33
    EVALUATED = 34
    TALKED_OVER = 35
    TAKE_DOWN = 36
    PEERS = 37


Subject = Literal["contact", "agent", "group", "supervision line", "statement"]


@dataclass(frozen=True)
class Row:
    """One kind of entry.

    words: what is due. subject: whose number it carries. stamp: what its stamp is.
    """

    event: Event
    words: str
    subject: Subject = "contact"
    stamp: str = ""


_TURN = "of the contact, which has moved on if it has another by now"
_ROWS = (
    Row(Event.WORK_DONE, "the work of a turn is done", stamp=_TURN),
    Row(Event.WRAP_DONE, "after-contact work is done", stamp=_TURN),
    Row(Event.REPLY, "the customer writes again", stamp=_TURN),
    Row(Event.RELEASE, "the slot is given back while the customer thinks", stamp=_TURN),
    Row(Event.STAGE, "the next stage of its plan begins, or a condition is tested", stamp=_TURN),
    Row(Event.RETRY, "a customer who gave up tries again"),
    Row(Event.PATIENCE, "the customer's patience is over"),
    Row(Event.OFFER_OVER, "the agent answers or declines, or time is out", stamp=_TURN),
    Row(Event.READY_AGAIN, "the agent is ready again", "agent"),
    Row(Event.PICK, "the agent picks from the list", "agent"),
    Row(Event.SUPERVISE, "supervision looks at its conditions", "supervision line"),
    Row(Event.REROUTE, "another rule book is applied to those who wait, from this contact on"),
    Row(Event.OVERDUE, "the acceptable waiting time is over"),
    Row(Event.HAND_BACK, "the agent is to leave, with what it holds", "agent"),
    Row(Event.LOOK_AROUND, "so many of the group are idle that a stage reserves it no longer", "group"),
    Row(Event.FOLLOW, "the customer comes again with the same issue", stamp="the cause of the new contact"),
    Row(Event.POST, "the post attracts another"),
    Row(Event.BACKFIRE, "a poor answer attracts another post"),
    Row(Event.HEARD, "listening, a bot or the voice menu passes it on", stamp="whether the bot settled it"),
    Row(Event.PUBLIC_COMPLAINT, "unanswered for so long, the customer goes public"),
    Row(Event.WINDOW, "the messaging window closes"),
    Row(Event.LOOKED, "a short look is over: noise, or another queue's", stamp=_TURN),
    Row(Event.DECIDED, "a draft is approved or rejected", stamp="1 if it is approved"),
    Row(Event.STATEMENT, "a statement is published", "statement"),
    Row(Event.ECHO, "a poor statement attracts another post", "statement"),
    Row(Event.HOLD, "a holding reply may be due", stamp="its row among the plays of the type"),
    Row(Event.ANOTHER, "another issue comes because of it", stamp="1 where it is somebody else's"),
    Row(Event.FELT, "a customer who was never heard has waited as long as expected"),
    Row(Event.SURVEYED, "the answer to a survey is there"),
    Row(Event.EVALUATED, "it is over, and to be evaluated"),
    Row(Event.TALKED_OVER, "its evaluation is to be talked over with its agent"),
    Row(Event.TAKE_DOWN, "a moderator hides or deletes the post", stamp="its row among the plays of the type"),
    Row(Event.PEERS, "another customer answers the post"),
)
EVENTS: dict[Event, Row] = {row.event: row for row in _ROWS}
